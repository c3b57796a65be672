"""What a picture is made for and what comes of it (pure): for those who do without Pillow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """How wide and how high a picture may be, in dots of its own."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is stored; `stilled` says that it moved and one frame of it is left."""

    content: bytes
    media_type: str
    width: int
    height: int
    stilled: bool = False
