"""Lists of feeds as other readers write them and take them: OPML 2.0 (pure).

http://opml.org/spec2.opml; the language of an outline is its `language` attribute, as RSS has it.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mailer.errors import N_, Refused

LARGEST = 1_000_000  # bytes of a list; 5,000 sources take 900,000
MOST = 5000


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list; `group` is the name of the folder it lies in, empty for none."""

    url: str
    title: str = ""
    group: str = ""
    language: str = ""


def read(body: bytes) -> list[Outline]:
    """The feeds of a list, each address once, folders flattened to the nearest.

    Refused when it is no OPML, when it is a trap, or when it is too large.
    """
    if len(body) > LARGEST:
        raise Refused(
            N_("This list is larger than %(limit)s MB. Divide it, and bring in the parts."),
            limit=LARGEST // 1_000_000,
        )
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _no_list() from error
    if root.tag.lower() != "opml":
        raise _no_list()
    found: dict[str, Outline] = {}
    waiting = [(child, "") for child in root.iter("body")]
    while waiting and len(found) <= MOST:
        element, group = waiting.pop(0)
        for outline in element.findall("outline"):
            url = _attribute(outline, "xmlurl")
            if url:
                found.setdefault(url, _outline(outline, url, group))
            else:
                waiting.append((outline, _name(outline)))
    if len(found) > MOST:
        raise Refused(N_("This list has more than %(most)s feeds. Divide it."), most=MOST)
    return list(found.values())


def write(title: str, outlines: list[Outline], at: datetime) -> bytes:
    """The list as a file: a folder per group, in the order in which they first come."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = title
    SubElement(head, "dateCreated").text = format_datetime(at)
    body = SubElement(root, "body")
    folders: dict[str, Element] = {"": body}
    for outline in outlines:
        if outline.group not in folders:
            folders[outline.group] = SubElement(body, "outline", text=outline.group)
        name = outline.title or outline.url
        known = {"language": outline.language} if outline.language else {}
        SubElement(
            folders[outline.group],
            "outline",
            {"type": "rss", "text": name, "title": name, "xmlUrl": outline.url} | known,
        )
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _outline(element: Element, url: str, group: str) -> Outline:
    return Outline(url, _name(element), group, _attribute(element, "language")[:20])


def _name(element: Element) -> str:
    return " ".join((_attribute(element, "text") or _attribute(element, "title")).split())[:300]


def _attribute(element: Element, name: str) -> str:
    """An attribute whatever the case of its name: `xmlUrl`, `xmlurl`, `XMLURL` are all written."""
    return next((value for key, value in element.attrib.items() if key.lower() == name), "").strip()


def _no_list() -> Refused:
    return Refused(
        N_("This file is no OPML. Export the list of feeds from your reader once more, as OPML.")
    )
