"""The server's side of one SMTP dialogue (pure): bytes in, replies and mails out.

It takes whatever arrives, pipelined or not (RFC 2920), and answers all of it in one piece. The
body of a mail is what stands before CRLF.CRLF, its stuffed dots removed, and nothing else is
changed in it; no other line end ends a mail (that would be SMTP smuggling, CVE-2023-51764).
"""

import re
from collections.abc import Callable

#: The largest mail that is taken, in octets.
LARGEST = 30 * 2**20
#: Enough for RFC 5321 section 4.5.3.1.4 with every extension of ours.
_LINE_LIMIT = 4096
#: RFC 5321 section 4.5.3.1.8 asks for at least 100.
_RECIPIENTS = 1000

_PATH = re.compile(r"(?:FROM|TO): ?<([^<>]*)>((?: [^ ]+)*) *", re.IGNORECASE)
_SIZE = re.compile(r"SIZE=([0-9]{1,15})", re.IGNORECASE)
_END = b"\r\n.\r\n"

Keep = Callable[[str, list[str], bytes], int]


class Session:
    """One client; `keep(sender, recipients, mail)` stores a mail and gives its number.

    `over` says that the connection is to be closed once the replies are written.
    """

    def __init__(self, keep: Keep, largest: int = LARGEST) -> None:
        self.over = False
        self._keep = keep
        self._largest = largest
        self._buffer = bytearray()
        self._searched = 0
        self._in_body = False
        self._too_large = False
        self._sender: str | None = None
        self._recipients: list[str] = []

    def banner(self) -> bytes:
        """What the server says first."""
        return b"220 mailer.catcher ESMTP ready\r\n"

    def feed(self, data: bytes) -> bytes:
        """Take what came; the replies to it, all together."""
        self._buffer += data
        replies: list[str] = []
        while not self.over:
            reply = self._body() if self._in_body else self._line()
            if reply is None:
                break
            replies.append(reply)
        return "".join(f"{reply}\r\n" for reply in replies).encode()

    def _line(self) -> str | None:
        end = self._buffer.find(b"\n")
        if end < 0 and len(self._buffer) <= _LINE_LIMIT:
            return None
        if not 0 <= end <= _LINE_LIMIT:
            self.over = True
            return "500 5.5.6 line too long"
        line = self._buffer[:end].rstrip(b"\r").decode("utf-8", "replace")
        del self._buffer[: end + 1]
        verb, _, argument = line.partition(" ")
        handler = _VERBS.get(verb.upper())
        return handler(self, argument.strip()) if handler else "500 5.5.2 command not known"

    def _body(self) -> str | None:
        if self._buffer.startswith(b".\r\n") and not self._searched:
            mail, length = b"", 3
        else:
            end = self._buffer.find(_END, self._searched)
            if end < 0:
                self._forget_what_is_too_much()
                return None
            mail, length = bytes(self._buffer[: end + 2]), end + len(_END)
        del self._buffer[:length]
        self._in_body, self._searched = False, 0
        return self._take(mail)

    def _forget_what_is_too_much(self) -> None:
        if len(self._buffer) > self._largest:
            self._too_large = True
            del self._buffer[: -len(_END)]
        # Fewer than three bytes may still become the dot that ends an empty mail.
        self._searched = max(0, len(self._buffer) - len(_END) + 1)

    def _take(self, mail: bytes) -> str:
        sender, recipients, too_large = self._sender, self._recipients, self._too_large
        self._forget()
        if too_large or len(mail) > self._largest:
            return "552 5.3.4 message too large"
        unstuffed = mail.removeprefix(b".").replace(b"\r\n.", b"\r\n")
        try:
            number = self._keep(sender or "", recipients, unstuffed)
        except OSError:
            return "452 4.3.1 the mail could not be written"
        return f"250 2.0.0 kept as {number}"

    def _forget(self) -> None:
        self._sender, self._recipients, self._too_large = None, [], False

    def _hello(self, argument: str) -> str:
        self._forget()
        return (
            "250-mailer.catcher\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
            f"250-SIZE {self._largest}\r\n250 ENHANCEDSTATUSCODES"
            if argument
            else "501 5.5.4 EHLO wants a name"
        )

    def _old_hello(self, _argument: str) -> str:
        self._forget()
        return "250 mailer.catcher"

    def _mail(self, argument: str) -> str:
        found = _PATH.fullmatch(argument)
        if found is None or not argument.upper().startswith("FROM"):
            return "501 5.5.4 write MAIL FROM:<address>"
        if self._sender is not None:
            return "503 5.5.1 MAIL was given already"
        if (size := _SIZE.search(found[2])) and int(size[1]) > self._largest:
            return "552 5.3.4 message too large"
        self._sender = found[1]
        return "250 2.1.0 ok"

    def _rcpt(self, argument: str) -> str:
        found = _PATH.fullmatch(argument)
        if self._sender is None:
            return "503 5.5.1 MAIL comes first"
        if found is None or not found[1] or not argument.upper().startswith("TO"):
            return "501 5.5.4 write RCPT TO:<address>"
        if len(self._recipients) >= _RECIPIENTS:
            return "452 4.5.3 too many recipients"
        self._recipients.append(found[1])
        return "250 2.1.5 ok"

    def _data(self, _argument: str) -> str:
        if not self._recipients:
            return "503 5.5.1 RCPT comes first"
        self._in_body = True
        return "354 end with a dot on a line of its own"

    def _reset(self, _argument: str) -> str:
        self._forget()
        return "250 2.0.0 ok"

    def _nothing(self, _argument: str) -> str:
        return "250 2.0.0 ok"

    def _verify(self, _argument: str) -> str:
        return "252 2.1.5 everybody is welcome here"

    def _quit(self, _argument: str) -> str:
        self.over = True
        return "221 2.0.0 bye"


_VERBS: dict[str, Callable[[Session, str], str]] = {
    "EHLO": Session._hello,
    "HELO": Session._old_hello,
    "MAIL": Session._mail,
    "RCPT": Session._rcpt,
    "DATA": Session._data,
    "RSET": Session._reset,
    "NOOP": Session._nothing,
    "VRFY": Session._verify,
    "QUIT": Session._quit,
}
