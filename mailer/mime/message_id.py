"""The Message-ID of one edition for one subscriber (pure)."""

from mailer.mac import Mac
from mailer.mime.addresses import ascii_domain


class MessageIds:
    """The Message-IDs of one edition: what is the same for all of them is worked out once.

    Raises BadAddress when `domain` is no domain name.
    """

    __slots__ = ("_end", "_mac")

    def __init__(self, edition_key: str, domain: str, secret: bytes) -> None:
        # The length in front keeps ("a", "bc") and ("ab", "c") apart.
        edition = edition_key.encode()
        self._mac = Mac(secret, b"message-id:%d:%b:" % (len(edition), edition))
        self._end = f"@{ascii_domain(domain)}>"

    def of(self, subscriber_key: str) -> str:
        """`<…@domain>` (RFC 5322 §3.6.4), brackets included, the same on every retry.

        160 bits of HMAC-SHA256, so that a copy can be recognised, and neither the subscriber nor
        the sending machine can be read from it.
        """
        return f"<{self._mac.of(subscriber_key.encode())[:20].hex()}{self._end}"


def message_id(edition_key: str, subscriber_key: str, domain: str, secret: bytes) -> str:
    """One Message-ID, see `MessageIds`."""
    return MessageIds(edition_key, domain, secret).of(subscriber_key)
