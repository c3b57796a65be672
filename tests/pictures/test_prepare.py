"""A file that Salma uploads becomes a picture that a mail may carry."""

import random
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from mailer.errors import Refused
from mailer.pictures.prepare import MOST_BYTES, prepare
from mailer.pictures.prepared import Room

from .drawing import flag, opened, photograph, saved

ROOM = Room(1120, 1400)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_a_jpeg_and_keeps_its_looks(kind: str) -> None:
    made = prepare(saved(photograph(), kind), ROOM)
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 300, 200)
    assert not made.stilled
    shown, meant = opened(made.content), photograph()
    for spot in ((10, 10), (290, 10), (150, 190)):
        assert all(
            abs(one - other) < 12
            for one, other in zip(_dot(shown, spot), _dot(meant, spot), strict=True)
        )


def _dot(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


def test_a_drawing_keeps_its_edges() -> None:
    made = prepare(saved(flag(), "PNG"), ROOM)
    assert made.media_type == "image/png"
    assert opened(made.content).convert("RGB").tobytes() == flag().tobytes()


def test_what_is_see_through_stays_so() -> None:
    logo = photograph(mode="RGBA")
    logo.putalpha(Image.linear_gradient("L").resize(logo.size))
    made = prepare(saved(logo, "PNG"), ROOM)
    assert made.media_type == "image/png"
    assert opened(made.content).convert("RGBA").getchannel("A").getextrema() == (0, 255)


def test_a_see_through_photograph_does_not_weigh_megabytes() -> None:
    noise = Image.frombytes("RGB", (900, 900), random.Random(7).randbytes(900 * 900 * 3))
    noise.putalpha(Image.linear_gradient("L").resize(noise.size))
    raw = saved(noise, "PNG")
    assert len(prepare(raw, ROOM).content) < len(raw) / 2


@pytest.mark.parametrize("size", [(4000, 3000), (1121, 10), (600, 5000), (5000, 1)])
def test_a_large_one_is_made_to_fit(size: tuple[int, int]) -> None:
    made = prepare(saved(photograph(*size), "JPEG"), ROOM)
    assert made.width <= ROOM.width
    assert made.height <= ROOM.height
    assert made.width == ROOM.width or made.height == ROOM.height


def test_a_small_one_is_not_blown_up() -> None:
    assert prepare(saved(photograph(40, 30), "PNG"), ROOM).width == 40


def test_nothing_of_who_took_it_where_and_when_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Salma's camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (TiffImagePlugin.IFDRational(33), 57, 0)
    raw = saved(photograph(), "JPEG", exif=exif, comment=b"at the prefect's", dpi=(72, 72))
    assert b"Salma's camera" in raw
    made = prepare(raw, ROOM)
    for word in (b"Salma", b"Exif", b"prefect"):
        assert word not in made.content
    assert not opened(made.content).getexif()


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_taken_sideways_stands_upright(turn: int) -> None:
    upright = flag(60, 40)
    upright.paste("#ffffff", (0, 0, 10, 10))
    lying = upright.transpose(_LAID[turn]) if turn in _LAID else upright
    exif = Image.Exif()
    exif[0x0112] = turn
    made = prepare(saved(lying, "PNG", exif=exif), ROOM)
    assert opened(made.content).convert("RGB").tobytes() == upright.tobytes()


# What a camera does that the mark then undoes.
_LAID = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def test_of_one_that_moves_the_first_frame_is_left() -> None:
    raw = saved(flag(), "GIF", save_all=True, append_images=[photograph()], duration=100)
    made = prepare(raw, ROOM)
    assert made.stilled
    assert made.media_type == "image/png"
    still = opened(made.content)
    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((0, 0)) == (0xC1, 0x27, 0x2D)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "I;16"])
def test_every_way_of_keeping_colours_becomes_one_that_browsers_know(mode: str) -> None:
    drawn = photograph(mode="L").convert("I;16") if mode == "I;16" else photograph(mode=mode)
    made = prepare(saved(drawn, "JPEG" if mode == "CMYK" else "PNG"), ROOM)
    assert opened(made.content).mode in {"RGB", "P", "L"}


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    drawn = Image.linear_gradient("L").convert("I").point(lambda value: value * 257)
    made = prepare(saved(drawn.convert("I;16"), "PNG"), ROOM)
    middle = opened(made.content).convert("L").getpixel((128, 128))
    assert isinstance(middle, int)
    assert 120 < middle < 136


def test_a_colour_profile_is_applied_and_taken_off() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = prepare(saved(photograph(), "JPEG", icc_profile=profile), ROOM)
    assert "icc_profile" not in opened(made.content).info
    broken = prepare(saved(photograph(), "JPEG", icc_profile=b"no profile"), ROOM)
    assert broken.media_type == "image/jpeg"


def test_the_same_picture_is_the_same_bytes() -> None:
    raw = saved(photograph(), "PNG")
    assert prepare(raw, ROOM) == prepare(raw, ROOM)


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a",
        _SVG,
        _EPS,
        b"%PDF-1.7\n",
        b"<html>no picture</html>",
        saved(photograph(), "TIFF"),
        saved(photograph(), "BMP"),
        saved(photograph(), "JPEG")[:900],
        saved(flag(), "PNG")[:200],
        saved(flag(), "GIF")[:60],
        saved(photograph(), "WEBP")[:100],
    ],
    ids=range(12),
)
def test_what_is_no_picture_or_half_of_one_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="no picture that can be read"):
        prepare(raw, ROOM)


def test_a_file_that_is_too_heavy_is_refused_with_its_weight() -> None:
    with pytest.raises(Refused, match="13 MB"):
        prepare(b"\xff\xd8" + bytes(MOST_BYTES + 1_000_000), ROOM)


def _bomb(side: int) -> bytes:
    """A PNG of `side`² black dots, in a thousandth of the bytes they take."""
    row = b"\0" + bytes(side // 8)
    press = zlib.compressobj(9)
    packed = b"".join(press.compress(row) for _ in range(side)) + press.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + name + content + check

    head = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("side", [8_000, 11_000, 20_000])
def test_a_bomb_is_refused_before_it_unfolds(side: int) -> None:
    raw = _bomb(side)
    assert len(raw) < MOST_BYTES
    with pytest.raises(Refused, match=r"million dots|no picture that can be read"):
        prepare(raw, ROOM)


def test_damaged_files_are_refused_or_read_and_nothing_else() -> None:
    chance = random.Random(2025)
    wholes = [saved(photograph(), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")]
    for _ in range(200):
        raw = bytearray(chance.choice(wholes))
        for _ in range(chance.randint(1, 20)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        try:
            made = prepare(bytes(raw), ROOM)
        except Refused:
            continue
        assert Image.open(BytesIO(made.content)).size == (made.width, made.height)
