"""What the wire allows, looked at byte by byte, and what a reader makes of it."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import cast

ENCODED_WORD = re.compile(rb"=\?utf-8\?[qb]\?[^?]*\?=")


def parsed(raw: bytes) -> EmailMessage:
    message = cast("EmailMessage", message_from_bytes(raw, policy=policy.default))
    assert not message.defects
    for part in message.walk():
        assert not part.defects
    return message


def as_old_readers_see(raw: bytes, name: str) -> str:
    """A header through compat32, the parser of twenty years ago."""
    value = message_from_bytes(raw, policy=policy.compat32)[name]
    return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))))


def body(raw: bytes, subtype: str) -> str:
    """The decoded text of the part, with LF line ends."""
    part = parsed(raw).get_body((subtype,))
    assert part is not None
    content = cast("bytes", part.get_payload(decode=True)).decode("utf-8")
    assert "\n" not in content.replace("\r\n", "")
    return content.replace("\r\n", "\n")


def assert_header_is_fit(field: bytes) -> None:
    """RFC 5322 §2.1.1 and §2.2, RFC 2047 §2 and §5."""
    assert field.endswith(b"\r\n")
    lines = field[:-2].split(b"\r\n")
    assert lines[0].split(b":")[0].replace(b"-", b"").isalnum()
    for line in lines:
        assert re.fullmatch(rb"[ -~]+", line), line
        assert line.strip() == line.lstrip(), line
        assert len(line) <= 998
        words = ENCODED_WORD.findall(line)
        assert not words or len(line) <= 76, line
        for word in words:
            assert len(word) <= 75
    assert all(re.match(rb" [!-~]", line) for line in lines[1:])


def assert_message_is_fit(raw: bytes) -> None:
    """CRLF and ASCII only, no bare dot, body lines ≤ 76, nothing over 998."""
    assert raw.endswith(b"--\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw), "a line end that is not CRLF"
    assert not re.search(rb"^\.|\n\.", raw), "a bare dot"
    assert b"\nFrom " not in raw
    assert re.fullmatch(rb"[\t\r\n -~]*", raw)
    head, _, rest = raw.partition(b"\r\n\r\n")
    for field in re.split(rb"\r\n(?![ \t])", head):
        assert_header_is_fit(field + b"\r\n")
    for line in rest.split(b"\r\n"):
        assert len(line) <= 76, line
        assert line == line.rstrip(b" \t"), line
