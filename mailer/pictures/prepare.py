"""A file that somebody uploads becomes a picture that a mail may carry (pure).

What comes out is written anew, dot by dot: in sRGB, upright, still, without a word of what the
camera or the program wrote beside it (where it was taken, by whom, on what day). JPEG and PNG
alone, for Outlook shows no WebP.
"""

import struct
from io import BytesIO

from PIL import Image, ImageCms

from mailer.errors import N_, Refused
from mailer.pictures.prepared import Prepared, Room

#: What is read; Pillow knows fifty more, some of them programs (EPS) or archives (PSD).
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: Bytes of a file, and dots of a picture: a phone's best camera stays below both. A PNG of 40 kB
#: can unfold into gigabytes.
MOST_BYTES = 12_000_000
MOST_DOTS = 50_000_000
#: A PNG that is heavier gets 256 colours: it is a photograph with a hole in it.
_HEAVY_PNG = 300_000
_QUALITY = 82
#: A drawing has few colours, and JPEG would blur its edges.
_FEW_COLOURS = 256
_ORIENTATION = 0x0112
# Whatever the decoders say of a file that is not what it claims to be.
_UNREADABLE = (
    *(OSError, ValueError, SyntaxError, IndexError, KeyError, EOFError, OverflowError),
    *(TypeError, AttributeError, MemoryError, struct.error, ImageCms.PyCMSError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


def prepare(raw: bytes, room: Room) -> Prepared:
    """`raw` made small enough for `room`; a smaller picture keeps its size.

    Refused with a sentence for what is no picture, is damaged, or is too large to be looked at.
    """
    if len(raw) > MOST_BYTES:
        raise Refused(
            N_("This file has %(size)s MB; there is room for %(limit)s. Save it smaller first."),
            size=round(len(raw) / 1e6),
            limit=MOST_BYTES // 1_000_000,
        )
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as found:
            _refuse_large(found.size)
            stilled = bool(getattr(found, "is_animated", False))
            image = _drawn(found, room)
    except _UNREADABLE as error:
        raise Refused(_NO_PICTURE) from error
    content, media_type = _written(image)
    return Prepared(content, media_type, image.width, image.height, stilled)


_NO_PICTURE = N_(
    "This file is no picture that can be read: a JPEG, PNG, GIF or WebP file is wanted, whole and"
    " undamaged."
)


def _refuse_large(size: tuple[int, int]) -> None:
    dots = size[0] * size[1]
    if dots > MOST_DOTS:
        raise Refused(
            N_(
                "This picture has %(dots)s million dots; there is room for %(limit)s. Save it"
                " smaller first."
            ),
            dots=round(dots / 1e6),
            limit=MOST_DOTS // 1_000_000,
        )


def _drawn(found: Image.Image, room: Room) -> Image.Image:
    """The first frame, upright, in sRGB (with an alpha channel where it is used), made to fit."""
    # A JPEG is decoded at the nearest eighth of its size: 50 million dots in 10 MB, not 150.
    found.draft("RGB", (2 * room.width, 2 * room.height))
    found.load()
    # Before anything is converted, which loses both.
    profile, turn = found.info.get("icc_profile"), found.getexif().get(_ORIENTATION, 1)
    image = _in_srgb(found, profile)
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    image.thumbnail((room.width, room.height), Image.Resampling.LANCZOS)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    return image


# EXIF 2.32, §4.6.4: how the camera was held.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _in_srgb(found: Image.Image, profile: bytes | None) -> Image.Image:
    wanted = "RGBA" if found.has_transparency_data else "RGB"
    if found.mode.startswith(("I", "F")):
        # Sixteen bits a dot: Pillow would cut them off at 255, not scale them.
        found = found.convert("I").point(lambda value: value / 257).convert("L")
    if profile and found.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            mode = "RGB" if found.mode == "CMYK" else found.mode
            made = ImageCms.profileToProfile(
                found, source, ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None  # a profile that cannot be read colours nothing
        if made is not None:
            return made.convert(wanted)
    return found.convert(wanted)


def _written(image: Image.Image) -> tuple[bytes, str]:
    """The bytes and their media type; the same picture gives the same bytes."""
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    if clean.mode == "RGB" and clean.getcolors(_FEW_COLOURS) is None:
        content = _saved(clean, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        return content, "image/jpeg"
    content = _saved(clean, "PNG", optimize=True)
    if len(content) > _HEAVY_PNG:
        method = Image.Quantize.FASTOCTREE
        content = _saved(clean.quantize(256, method=method), "PNG", optimize=True)
    return content, "image/png"


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
