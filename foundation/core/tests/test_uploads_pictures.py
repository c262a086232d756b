"""Pictures are drawn anew: what is stored is what is seen, and nothing else."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from foundation.core.tests.files import BLUE, RED, exif, huge_png, picture, saved
from foundation.core.uploads.limits import PICTURE_MAX_SIDE
from foundation.core.uploads.pictures import rewrite_picture
from foundation.core.uploads.reading import read_here


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def refused(data: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        read_here(rewrite_picture, data)
    return caught.value.code


def near(colour, wanted) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(colour, wanted, strict=True))


@pytest.mark.parametrize(
    ("kind", "mode", "suffix"),
    [
        ("JPEG", "RGB", ".jpg"),
        ("JPEG", "L", ".jpg"),
        ("JPEG", "CMYK", ".jpg"),
        ("WEBP", "RGB", ".jpg"),
        ("WEBP", "RGBA", ".jpg"),
        ("PNG", "RGB", ".png"),
        ("PNG", "P", ".png"),
        ("PNG", "1", ".png"),
        ("PNG", "LA", ".png"),
    ],
)
def test_picture_of_every_kind_becomes_jpeg_or_png(kind, mode, suffix):
    source = Image.open(BytesIO(picture("PNG"))).convert(mode)

    found, data = rewrite_picture(saved(source, kind))

    assert found == suffix
    assert opened(data).size == (60, 40)


def test_transparency_is_kept_as_png():
    image = Image.new("RGBA", (8, 8), (*RED, 0))

    suffix, data = rewrite_picture(saved(image, "WEBP", lossless=True))

    assert suffix == ".png"
    assert opened(data).getpixel((0, 0))[3] == 0


def test_grey_of_sixteen_bits_keeps_its_shades():
    image = Image.new("I;16", (8, 8), 128 * 256)

    _suffix, data = rewrite_picture(saved(image, "PNG"))

    assert near(opened(data).getpixel((0, 0)), (128, 128, 128))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_gone_and_the_picture_is_upright(kind):
    sent = picture(kind, exif=exif(), xmp=b"<x>secretmark</x>")
    assert b"secretmark" in sent

    _suffix, data = rewrite_picture(sent)

    seen = opened(data)
    assert seen.size == (40, 60)
    assert near(seen.convert("RGB").getpixel((20, 5)), RED)
    assert near(seen.convert("RGB").getpixel((20, 55)), BLUE)
    assert not seen.getexif()
    assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"secretmark" not in data


def test_comment_and_colour_profile_are_gone():
    sent = picture("JPEG", comment=b"secretmark", icc_profile=b"secretmark" * 20)

    _suffix, data = rewrite_picture(sent)

    assert b"secretmark" not in data


def test_bytes_behind_the_picture_are_gone():
    _suffix, data = rewrite_picture(picture("JPEG") + b"<script>secretmark</script>")

    assert b"script" not in data


def test_large_picture_is_stored_smaller():
    _suffix, data = rewrite_picture(picture("JPEG", (4000, 1000)))

    assert opened(data).size == (PICTURE_MAX_SIDE, PICTURE_MAX_SIDE // 4)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_becomes_its_first_picture(kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    sent = saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)

    _suffix, data = rewrite_picture(sent)

    seen = opened(data)
    assert getattr(seen, "n_frames", 1) == 1
    assert near(seen.convert("RGB").getpixel((0, 0)), RED)


def test_bomb_is_refused_by_its_head(monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("was decoded"))

    assert refused(huge_png()) == "pixels"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated_picture_is_refused(kind):
    sent = picture(kind, (600, 400))

    assert refused(sent[: len(sent) // 2]) == "damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
        picture("GIF"),
        picture("BMP"),
        picture("TIFF"),
        b" " + picture("PNG"),
        b"%PDF-1.7 " + picture("PNG"),
    ],
    ids=["empty", "svg", "html", "gif and script", "gif", "bmp", "tiff", "space first", "pdf head"],
)
def test_anything_else_is_no_picture(data):
    assert refused(data) == "picture"
