"""Where the recipients' values will stand in a text that is written once (pure).

A template says `marker(nonce, "name")`; the marker is plain letters and digits, which autoescape,
premailer and lxml leave alone, and nobody who writes an article can guess the nonce. `split`
finds the markers again.
"""

import re

#: Text and hole names by turns: text at even places, names at odd ones.
Template = tuple[str, ...]

_NONCE = re.compile(r"[a-z0-9]{8,64}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def marker(nonce: str, name: str) -> str:
    """What a template writes where the value `name` will stand; the same for one compilation.

    `nonce` is 8–64 random lower-case letters and digits, made anew for each compilation. The
    name is in hexadecimal, so that the `x` after it ends it.
    """
    if not _NONCE.fullmatch(nonce) or not _NAME.fullmatch(name):
        raise ValueError(f"not a nonce and the name of a hole: {nonce!r}, {name!r}")
    return f"hole{nonce}x{name.encode().hex()}x"


def split(text: str, nonce: str) -> Template:
    """`text` cut at its markers. Raises ValueError for a marker that something has damaged."""
    pieces = re.split(rf"hole{re.escape(nonce)}x([0-9a-f]+)x", text)
    for piece in pieces[::2]:
        if nonce.lower() in piece.lower():
            at = piece.lower().index(nonce.lower())
            raise ValueError(f"a damaged marker: {piece[max(at - 20, 0) : at + 80]!r}")
    pieces[1::2] = [bytes.fromhex(name).decode("ascii") for name in pieces[1::2]]
    return tuple(pieces)
