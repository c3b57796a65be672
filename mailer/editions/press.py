"""The press (edge): a page's HTML becomes a PDF, in a child process with limits.

WeasyPrint is an optional extra (`pip install "mailer[pdf]"`) that stands on Pango. The child alone
loads it: a worker stays small, and nothing in a page can hang or crash what sends mail. A child
prints one PDF: half a second of its two are its start, and nothing of a page is left for the next.
"""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from mailer.errors import N_, Misconfigured, Refused

#: For one PDF, the child's start included; a hundred articles take four on a quiet machine.
SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]
# Fontconfig keeps what it knows of the fonts there; without, it reads them all at each start.
_HANDED_ON = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class Shown(NamedTuple):
    """A picture that a page may show: its media type, its bytes."""

    media_type: str
    content: bytes


def installed() -> bool:
    """Whether the extra is there; its libraries show when it prints."""
    return find_spec("weasyprint") is not None


def print_pdf(html: str, pictures: Mapping[str, Shown], seconds: float = SECONDS) -> bytes:
    """The PDF of `html`; of all that it asks for, it gets `pictures`, by their addresses.

    Raises Misconfigured where WeasyPrint, Pango or the fonts are missing, Refused where the page
    cannot be printed.
    """
    if not installed():
        raise Misconfigured(NO_EXTRA)
    asked = {
        "html": html,
        "pictures": {
            address: [shown.media_type, b64encode(shown.content).decode()]
            for address, shown in pictures.items()
        },
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mailer.editions.press_child"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            cwd=_ROOT,
            env=_environment(),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(_SLOW, seconds=round(seconds)) from None
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    raise _refusal(done.stderr.decode(errors="replace"))


def _environment() -> dict[str, str]:
    handed = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    return {**handed, "PYTHONPATH": str(_ROOT)}


def _refusal(said: str) -> Misconfigured | Refused:
    """What the last line of the child says: a word of ours, else whatever it died of."""
    word, _, rest = (said.strip().splitlines() or [""])[-1].partition(" ")
    if word == "LIBRARIES":
        return Misconfigured(_NO_PANGO, reason=rest[:200])
    if word == "FONTS":
        return Misconfigured(_NO_FONTS, letters=rest[:40])
    return Refused(_BROKEN, reason=said.strip()[-200:] or "?")


NO_EXTRA = N_(
    'A PDF needs WeasyPrint, which is not installed: pip install "mailer[pdf]", or choose no PDF on'
    " the publication's page."
)
_NO_PANGO = N_(
    "WeasyPrint does not find its libraries (%(reason)s). Install Pango (Debian: apt install"
    " libpangoft2-1.0-0 libharfbuzz-subset0)."
)
_NO_FONTS = N_(
    "No font of this machine has the letters %(letters)s. Install one (Debian: apt install"
    " fonts-noto-core), then compile the issue anew."
)
_SLOW = N_("The PDF was not printed within %(seconds)s seconds, so it was given up.")
_BROKEN = N_("The PDF could not be printed: %(reason)s")
