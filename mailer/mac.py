"""HMAC-SHA256 (RFC 2104) under one key, many times (pure).

The standard library's `hmac.HMAC` sets OpenSSL's own state up anew for each copy; two copied hashes
take half of its time (measured: 4.5 µs and 9 µs), and a mailing makes three for each mail.
"""

import hashlib

#: Octets that SHA-256 reads at a time.
_BLOCK = 64
_INNER, _OUTER = bytes(one ^ 0x36 for one in range(256)), bytes(one ^ 0x5C for one in range(256))


class Mac:
    """The MACs of messages that all begin with `head`."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, head: bytes = b"") -> None:
        if len(key) > _BLOCK:
            key = hashlib.sha256(key).digest()
        key = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(key.translate(_INNER) + head)
        self._outer = hashlib.sha256(key.translate(_OUTER))

    def of(self, message: bytes) -> bytes:
        """The 32 octets of `head` and this message."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()
