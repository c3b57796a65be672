"""Pictures drawn for the tests, as files of every kind that staff may bring."""

from io import BytesIO
from typing import Any

from PIL import Image


def photograph(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    """A picture of many colours: no two columns are alike."""
    drawn = Image.linear_gradient("L").resize((width, height))
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (drawn, across, drawn)).convert(mode)


def flag(width: int = 300, height: int = 200) -> Image.Image:
    """A drawing of two colours."""
    drawn = Image.new("RGB", (width, height), "#c1272d")
    drawn.paste("#006233", (width // 3, height // 3, 2 * width // 3, 2 * height // 3))
    return drawn


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """A file as a picture again."""
    image = Image.open(BytesIO(content))
    image.load()
    return image
