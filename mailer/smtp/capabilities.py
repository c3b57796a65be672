"""What a server said it can do, from its reply to EHLO (pure)."""

from dataclasses import dataclass

from mailer.smtp.reply import Reply


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The extensions that change what we write.

    `size` is the largest message in octets, 0 when the server sets or tells none (RFC 1870);
    `takes_size` whether MAIL may say it; `auth` the SASL mechanisms in upper case.
    """

    pipelining: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    starttls: bool = False
    takes_size: bool = False
    size: int = 0
    auth: frozenset[str] = frozenset()


def capabilities(reply: Reply) -> Capabilities:
    """Read an EHLO reply: the first line greets, each other names one extension (RFC 5321 4.1.1.1).

    The old `AUTH=LOGIN` of some servers is read as `AUTH LOGIN`.
    """
    extensions: dict[str, list[str]] = {}
    for line in reply.text.split("\n")[1:]:
        keyword, *words = line.upper().replace("AUTH=", "AUTH ").split() or [""]
        extensions.setdefault(keyword, []).extend(words)
    limit = next(iter(extensions.get("SIZE", [])), "0")
    return Capabilities(
        pipelining="PIPELINING" in extensions,
        eight_bit="8BITMIME" in extensions,
        smtputf8="SMTPUTF8" in extensions,
        starttls="STARTTLS" in extensions,
        takes_size="SIZE" in extensions,
        size=int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 16 else 0,
        auth=frozenset(extensions.get("AUTH", [])),
    )
