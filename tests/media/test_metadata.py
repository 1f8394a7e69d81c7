"""Test that metadata is removed from pictures without changing a pixel."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms, ImageSequence, PngImagePlugin

from triptych.media.picture_files import remove_metadata

SECRET = "taken at home"
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


def noise(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((64, 48), 60).convert(mode)


def telling(kind: str, image: Image.Image | None = None, **more: object) -> bytes:
    """Return a picture with a comment, EXIF data with a location, and XMP if the format supports it."""
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    text.add_itxt("XML:com.adobe.xmp", SECRET, zip=False)
    own = {
        "JPEG": {"exif": exif, "comment": SECRET, "xmp": SECRET.encode()},
        "PNG": {"exif": exif, "pnginfo": text},
        "WEBP": {"exif": exif, "xmp": SECRET.encode()},
        "GIF": {"comment": SECRET.encode()},
    }[kind]
    out = io.BytesIO()
    (image or noise()).save(out, kind, **own, **more)
    assert SECRET.encode() in out.getvalue()
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_metadata_is_removed_and_pixels_are_kept(kind: str) -> None:
    data = telling(kind)
    cleaned = remove_metadata(data, MEDIA_TYPES[kind])
    assert SECRET.encode() not in cleaned
    assert not opened(cleaned).getexif()
    assert opened(cleaned).convert("RGB").tobytes() == opened(data).convert("RGB").tobytes()


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_picture_without_metadata_is_unchanged(kind: str) -> None:
    out = io.BytesIO()
    noise().save(out, kind)
    assert remove_metadata(out.getvalue(), MEDIA_TYPES[kind]) == out.getvalue()


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_data_after_the_end_is_removed(kind: str) -> None:
    data = telling(kind) + b"a film of the place"
    assert b"film" not in remove_metadata(data, MEDIA_TYPES[kind])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colour_profile_is_kept(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    cleaned = remove_metadata(telling(kind, icc_profile=profile), MEDIA_TYPES[kind])
    assert opened(cleaned).info["icc_profile"] == profile


def test_progressive_jpegs_have_many_scans() -> None:
    data = telling("JPEG", progressive=True)
    cleaned = remove_metadata(data, "image/jpeg")
    assert SECRET.encode() not in cleaned
    assert opened(cleaned).tobytes() == opened(data).tobytes()


def test_cmyk_encoding_marker_is_kept() -> None:
    data = telling("JPEG", noise("CMYK"))
    assert opened(remove_metadata(data, "image/jpeg")).tobytes() == opened(data).tobytes()


def test_transparency_is_kept() -> None:
    image = Image.new("P", (4, 4), 0)
    data = telling("PNG", image, transparency=0)
    assert opened(remove_metadata(data, "image/png")).info["transparency"] == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animations_keep_their_frames_and_times(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    data = telling(kind, frames[0], save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=2)
    cleaned = opened(remove_metadata(data, MEDIA_TYPES[kind]))
    assert cleaned.n_frames == 3
    assert cleaned.info["loop"] == 2
    iterator = [frame.convert("RGB").getpixel((4, 4)) for frame in ImageSequence.Iterator(cleaned)]
    assert len(set(iterator)) == 3


@pytest.mark.parametrize("kind", MEDIA_TYPES)
@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_truncated_file_is_detected(kind: str, keep: float) -> None:
    data = telling(kind)
    cleaned = remove_metadata(data[: int(len(data) * keep)], MEDIA_TYPES[kind])
    assert cleaned is None or SECRET.encode() not in cleaned
