"""Pictures, drawn anew: only what is seen is stored."""

from io import BytesIO

from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from foundation.core.uploads.limits import PICTURE_MAX_PIXELS, PICTURE_MAX_SIDE, refusal


def rewrite_picture(data: bytes) -> tuple[str, bytes]:
    """Return the picture as a new JPEG or PNG, with the suffix of its name.

    It is upright, its longer side is at most PICTURE_MAX_SIDE, and nothing that can't be seen is
    left: no place, time or camera. Of an animation the first picture stays.
    Raises: picture, pixels; anything else where the file is damaged.
    """
    source = _open(data)
    if source.width * source.height > PICTURE_MAX_PIXELS:
        raise refusal("pixels")
    picture = _upright(source)
    # A drawing stays sharp as PNG, and JPEG knows no transparency.
    if isinstance(source, PngImageFile) or picture.mode == "RGBA":
        return ".png", _written(picture, "PNG")
    return ".jpg", _written(picture, "JPEG", quality=85, optimize=True)


def _open(data: bytes) -> ImageFile:
    """Read the picture's head. Only these three readers ever see what a person sent."""
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile(BytesIO(data))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile(BytesIO(data))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WebPImageFile(BytesIO(data))
    raise refusal("picture")


def _upright(source: ImageFile) -> Image.Image:
    """Return what is seen, in sRGB's plain colours, no larger than we store."""
    size = (PICTURE_MAX_SIDE, PICTURE_MAX_SIDE)
    source.draft("RGB", size)  # a JPEG is then decoded at a half, a quarter or an eighth
    picture = _in_plain_colours(source)
    picture.thumbnail(size)
    return ImageOps.exif_transpose(picture)


def _in_plain_colours(source: Image.Image) -> Image.Image:
    if source.mode == "I;16":  # grey in 65,536 steps, of which Pillow would keep the darkest 256
        source = source.point(lambda value: value * (1 / 256)).convert("L")
    return source.convert("RGBA" if source.has_transparency_data else "RGB")


def _written(picture: Image.Image, kind: str, **options: object) -> bytes:
    picture.info.clear()  # comments, colour profile, camera and place
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
