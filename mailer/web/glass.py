"""A mail as different readers see it (pure): by light or in the dark, without images, in a webmail.

Whatever a mail holds, nothing of it runs: every view is served under `policy`, and shown in a frame
that is sandboxed besides.
"""

import re
from typing import Literal, get_args

View = Literal["light", "dark", "bare", "webmail"]
VIEWS: tuple[View, ...] = get_args(View)

_DARK = re.compile(r"@media[^{;]*\(\s*prefers-color-scheme\s*:\s*dark\s*\)[^{;]*", re.IGNORECASE)
_SHEET = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"^.*?<body\b[^>]*>|</body\s*>.*$", re.IGNORECASE | re.DOTALL)
_RTL = re.compile(r"<(?:html|body)\b[^>]*\bdir=[\"']?rtl\b", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
#: A link of a mail opens in a tab of its own.
_ELSEWHERE = '<base target="_blank">'


def view_of(asked: str) -> View:
    """The view that an address asks for; by light when it asks for none that there is."""
    return next((view for view in VIEWS if view == asked), "light")


def direction(html: str) -> Literal["ltr", "rtl"]:
    """The direction that a mail says it is written in; left-to-right when it says nothing."""
    return "rtl" if _RTL.search(html) else "ltr"


def through(html: str, view: View, direction: str) -> str:
    """`html`, written in `direction`, as `view` shows it.

    A scheme is a question to the reader's own machine, so its answer is written into the rule. A
    webmail keeps neither html, head nor body, and here it is written the other way round.
    """
    seen = _DARK.sub("@media all" if view == "dark" else "@media not all", html)
    if view != "webmail":
        return _HEAD.sub(lambda head: head.group() + _ELSEWHERE, seen, count=1)
    around = "ltr" if direction == "rtl" else "rtl"
    sheets = "".join(_SHEET.findall(seen))
    # The sheets stand in the head; one that a mail has in its body comes with the body.
    body = _SHEET.sub("", _BODY.sub("", seen))
    return (
        f'<!DOCTYPE html>\n<html dir="{around}">\n<head><meta charset="utf-8">{_ELSEWHERE}{sheets}'
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def policy(view: View) -> str:
    """The Content-Security-Policy of a view; without images, their words show."""
    images = "'none'" if view == "bare" else "'self' data: https:"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {images}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
