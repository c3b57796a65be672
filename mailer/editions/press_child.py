"""The process that prints: `python -m mailer.editions.press_child`, started by `press.py`.

JSON on standard input: {"html": …, "pictures": {address: [media type, base64]}}. The PDF on
standard output; or an exit code of 1, and on standard error a last line that begins with LIBRARIES,
FONTS or the name of what went wrong.
"""

import contextlib
import json
import logging
import os
import resource
import sys
import unicodedata
from base64 import b64decode
from typing import Any

MEMORY = 2_000_000_000  # bytes of address space; a hundred articles needed 560 million
CPU_SECONDS = 50
#: PDF/UA-1 (ISO 14289-1): tagged, so that it can be read aloud in order, in its language.
_VARIANT = "pdf/ua-1"
#: The scripts of our languages; a smiley that no font has is no reason to print nothing.
_SCRIPTS = ("ARABIC", "LATIN")


def main() -> int:
    """Print what standard input asks for."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no PDF
    with contextlib.suppress(ValueError):  # macOS sets no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin)
    try:
        content = _printed(asked["html"], asked["pictures"])
    except OSError as error:
        return _end("LIBRARIES", str(error).splitlines()[0])
    except _NoLetters as error:
        return _end("FONTS", str(error))
    except Exception as error:
        return _end(type(error).__name__, str(error))
    answer.write(content)
    answer.close()
    return 0


def _end(word: str, rest: str) -> int:
    sys.stderr.write(f"{word} {' '.join(rest.split())}\n")
    return 1


class _NoLetters(Exception):
    """The letters of our languages that no font has."""


def _printed(html: str, pictures: dict[str, list[str]]) -> bytes:
    from weasyprint import HTML  # here, so that the limits hold for it too
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurPictures(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        """Gives the pictures it was given, and asks nobody for anything."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            del headers
            media_type, content = pictures[url]
            return URLFetcherResponse(url, b64decode(content), {"Content-Type": media_type})

    lacking = _Lacking()
    logging.getLogger("weasyprint").addHandler(lacking)
    try:
        # Whatever else a page names is a fault of ours: better no PDF than one with a hole in it.
        page = HTML(string=html, url_fetcher=OurPictures(fail_on_errors=True))
        content = page.write_pdf(pdf_variant=_VARIANT)
    except FatalURLFetchingError as error:
        raise LookupError(str(error)) from error
    if lacking.letters:
        raise _NoLetters("".join(sorted(lacking.letters)))
    return bytes(content)


class _Lacking(logging.Handler):
    """Listens for characters that no font has: WeasyPrint draws a box, and says so in its log."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Note the letters of our scripts among them."""
        if "notdef" in str(record.msg) and isinstance(record.args, tuple):
            self.letters |= {one for one in str(record.args[0]) if _is_ours(one)}


def _is_ours(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_SCRIPTS)


if __name__ == "__main__":
    sys.exit(main())
