"""Pictures of ours in an edition: their place on the page, and how the mail brings them (pure).

A page names them by their https address. A mail that carries them within names each by the
Content-ID of its part instead (RFC 2392): its file name, in a domain that is nobody's (RFC 2606).
"""

import re
from collections.abc import Mapping

from mailer.pictures.prepared import Room

from .draft import Figure

#: The widest a picture stands in the text of a mail, in CSS px, and twice that in dots: a phone has
#: two dots or more to a px.
TEXT_WIDTH = 560
ITEM = Room(2 * TEXT_WIDTH, 2 * 700)
#: A picture that an outlet took: there may be forty in a mail, so each is lighter and lower.
ARTICLE = Room(3 * TEXT_WIDTH // 2, 3 * 280)
_ARTICLE_BOX = Room(TEXT_WIDTH, 315)
_LOGO_BOX = Room(280, 96)
LOGO = Room(2 * _LOGO_BOX.width, 2 * _LOGO_BOX.height)


def figure(src: str, alt: str, dots: Room) -> Figure:
    """A picture across the text; one that is narrower keeps its own width."""
    width = min(TEXT_WIDTH, dots.width)
    return Figure(src, alt, width, max(1, round(dots.height * width / dots.width)))


def article(src: str, dots: Room) -> Figure:
    """The picture of an article's own page: we have no words for what it shows (see layout)."""
    scale = min(1, _ARTICLE_BOX.width / dots.width, _ARTICLE_BOX.height / dots.height)
    return Figure(src, "", max(1, round(dots.width * scale)), max(1, round(dots.height * scale)))


def logo(src: str, alt: str, dots: Room) -> Figure:
    """A logo within its box: half its dots each way, and so twice as sharp as it is large."""
    scale = min(0.5, _LOGO_BOX.width / dots.width, _LOGO_BOX.height / dots.height)
    return Figure(src, alt, max(1, round(dots.width * scale)), max(1, round(dots.height * scale)))


def content_id(file: str) -> str:
    """The Content-ID of a picture's part, without its angle brackets."""
    return f"{file}@pictures.invalid"


def enclosed(html: str, addresses: Mapping[str, str]) -> str:
    """`html` whose pictures come within the mail; `addresses` are https, by the file's name."""
    for file, address in addresses.items():
        html = html.replace(f'src="{address}"', f'src="cid:{content_id(file)}"')
    return html


_CID = re.compile(r'(?<= src=")cid:([0-9a-f]{32}\.(?:jpg|png))@pictures\.invalid(?=")')


def disclosed(html: str, folder: str) -> str:
    """`html` of such a mail for a web page, its pictures in `folder`."""
    return _CID.sub(lambda found: f"{folder}{found.group(1)}", html)
