"""A self-signed certificate made at run time, for TLS on loopback.

The standard library can use certificates and not make them, and the suite runs where neither
`openssl` nor a package for it is installed: so here is X.509 with ECDSA on P-256, in the small.
"""

import base64
import datetime
import hashlib
import secrets
import textwrap
from pathlib import Path

# The curve of FIPS 186-4 D.1.2.3: prime, order, base point; its coefficient a is -3.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_Point = tuple[int, int] | None


def self_signed(folder: Path, name: str = "localhost") -> Path:
    """Write a certificate for `name` with its key; the path of the PEM file that holds both."""
    secret = secrets.randbelow(_N - 1) + 1
    public = _bits(b"\x04" + b"".join(n.to_bytes(32, "big") for n in _times(secret, _G) or ()))
    path = folder / f"{name}.pem"
    key = _tlv(0x30, _int(1) + _tlv(0x04, secret.to_bytes(32, "big")) + _tlv(0xA0, _P256))
    certificate = _certificate(secret, public, name)
    path.write_text(_pem("EC PRIVATE KEY", key) + _pem("CERTIFICATE", certificate))
    return path


def _certificate(secret: int, public: bytes, name: str) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    dates = (now + datetime.timedelta(days=days) for days in (-1, 30))
    common_name = _tlv(0x30, bytes.fromhex("0603550403") + _tlv(0x0C, name.encode()))
    who = _tlv(0x30, _tlv(0x31, common_name))
    alternative = _tlv(0x30, _tlv(0x82, name.encode()))
    # subjectAltName, then basicConstraints CA:TRUE, so that it can vouch for itself.
    extensions = _tlv(0x30, bytes.fromhex("0603551d11") + _tlv(0x04, alternative)) + _tlv(
        0x30, bytes.fromhex("0603551d13 0101ff 0405 30030101ff")
    )
    body = _tlv(
        0x30,
        _tlv(0xA0, _int(2))
        + _int(secrets.randbits(63) | 1)
        + _ECDSA_SHA256
        + who
        + _tlv(0x30, b"".join(_tlv(0x18, f"{d:%Y%m%d%H%M%SZ}".encode()) for d in dates))
        + who
        + _tlv(0x30, _tlv(0x30, bytes.fromhex("06072a8648ce3d0201") + _P256) + public)
        + _tlv(0xA3, _tlv(0x30, extensions)),
    )
    return _tlv(0x30, body + _ECDSA_SHA256 + _bits(_signed(secret, body)))


def _signed(secret: int, body: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(body).digest(), "big")
    nonce = secrets.randbelow(_N - 1) + 1
    r = (_times(nonce, _G) or _G)[0] % _N
    s = pow(nonce, -1, _N) * (digest + r * secret) % _N
    return _tlv(0x30, _int(r) + _int(s))


def _add(a: _Point, b: _Point) -> _Point:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and a[1] != b[1]:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, _P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, _P)
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _times(factor: int, point: _Point) -> _Point:
    total: _Point = None
    while factor:
        if factor & 1:
            total = _add(total, point)
        point, factor = _add(point, point), factor >> 1
    return total


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + content


def _int(number: int) -> bytes:
    return _tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _tlv(0x03, b"\0" + content)


def _pem(label: str, content: bytes) -> str:
    text = "\n".join(textwrap.wrap(base64.b64encode(content).decode(), 64))
    return f"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n"


_P256 = bytes.fromhex("06082a8648ce3d030107")
_ECDSA_SHA256 = _tlv(0x30, bytes.fromhex("06082a8648ce3d040302"))
