"""Test that raster images are opened only in four formats and within limits, whatever the file name."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from triptych.engine.temporary_files import FolderLockedError, lock_folder
from triptych.media import raster_images
from triptych.media.raster_images import PictureTooLargeError, iter_gif_blocks, open_picture

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n0 0 8 8 rectfill\nshowpage\n%%EOF\n"


def saved(kind: str, size: tuple[int, int] = (3, 2), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind, **more)
    return out.getvalue()


def gif(frames: int) -> bytes:
    frame = b"," + struct.pack("<HHHH", 0, 0, 1, 1) + b"\x00\x02\x02\x44\x01\x00"
    table = b"\x00\x00\x00\xff\xff\xff"
    return b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\x00\x00" + table + frame * frames + b";"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_accepted_formats_are_opened(kind: str) -> None:
    with open_picture(saved(kind)) as image:
        assert (image.format, image.size, image.convert("RGB").getpixel((0, 0))) == (kind, (3, 2), (0, 0, 0))


@pytest.mark.parametrize("data", [EPS, *(saved(kind) for kind in ("BMP", "TIFF", "PPM", "ICO", "PCX"))])
def test_other_formats_are_rejected(data: bytes) -> None:
    Image.init()  # all decoders of Pillow, as if another library had loaded them
    with pytest.raises(UnidentifiedImageError), open_picture(data):
        pass


def test_pixels_are_limited() -> None:
    with (
        pytest.raises(PictureTooLargeError, match=r"1,200 pixels \(30 × 40\)"),
        open_picture(saved("PNG", (30, 40)), 1_000),
    ):
        pass


def test_bytes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved("PNG")
    monkeypatch.setattr(raster_images, "MAX_BYTES", len(data) - 1)
    with pytest.raises(PictureTooLargeError, match="bytes; the limit is"), open_picture(data):
        pass


@pytest.mark.parametrize("frames", [1, 2, 500])
def test_gif_frame_count_matches_pillow(frames: int) -> None:
    data = gif(frames)
    with open_picture(data) as image:
        assert image.n_frames == frames  # type: ignore[attr-defined]
    assert len(list(iter_gif_blocks(data))) == frames


@pytest.mark.parametrize("kind", ["gif", "png"])
def test_frames_are_limited(kind: str) -> None:
    data = gif(10_001)
    if kind == "png":  # the number is in its header
        control = b"acTL" + struct.pack(">II", 10_000, 0)  # in addition to the image itself
        chunk = struct.pack(">I", 8) + control + struct.pack(">I", zlib.crc32(control))
        png = saved("PNG")
        data = png[:33] + chunk + png[33:]
    with pytest.raises(PictureTooLargeError, match="10,001 frames; the limit is 10,000"), open_picture(data):
        pass


def test_pillows_settings_are_restored() -> None:
    before = Image.MAX_IMAGE_PIXELS
    with pytest.raises(KeyError), open_picture(gif(1), 1_000):
        assert Image.MAX_IMAGE_PIXELS == 500
        raise KeyError
    assert before == Image.MAX_IMAGE_PIXELS


_READ_BACKGROUND = """
import sys
from PIL import Image
Image.init()
from pptx import Presentation
from triptych.writers.deck.fitting.text import PlaceholderBox, TextArea
from triptych.writers.deck.template.backgrounds import LayoutColours
layout = Presentation(sys.argv[1]).slide_layouts[0]
print(LayoutColours(layout).find_background(PlaceholderBox(left=9, top=9, width=99, height=50, text_area=TextArea(width=99, height=50, levels=()))))
"""


def test_postscript_in_a_template_of_decks_is_never_run(tmp_path: Path) -> None:
    """Test that PostScript in a deck template is never run: an EPS file named .png was run by Ghostscript."""
    from lxml import etree
    from pptx import Presentation
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    deck = Presentation()
    layout = deck.slide_layouts[0]
    part = Part(PackURI("/ppt/media/photo.png"), "image/png", layout.part.package, EPS)
    relation = layout.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    )
    ground = etree.fromstring(
        '<p:bg xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<p:bgPr><a:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></a:blipFill>'
        "<a:effectLst/></p:bgPr></p:bg>"
    )
    layout._element.cSld.insert(0, ground)
    deck.save(str(tmp_path / "deck.pptx"))
    program = tmp_path / "bin" / "gs"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho run >> '{tmp_path}/run'\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    result = subprocess.run(
        [sys.executable, "-c", _READ_BACKGROUND, str(tmp_path / "deck.pptx")],
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not (tmp_path / "run").exists()
    assert result.stdout == "('000000', 'ffffff')\n"  # an unreadable picture may have either colour


def progressive(scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    data = saved("JPEG", (64, 64), progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * scans + b"\xff\xd9"


def test_a_jpeg_may_have_a_hundred_scans() -> None:
    for sound in (saved("JPEG", progressive=True), progressive(80)):
        with open_picture(sound) as image:
            image.load()
    with (
        pytest.raises(PictureTooLargeError, match="the JPEG has 209 scans; the limit is 100 at this size"),
        open_picture(progressive(200)),
    ):
        pass


def test_a_large_jpeg_may_have_fewer_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster_images, "_MAX_SCANNED_PIXELS", 64 * 64 * 30)
    with (
        pytest.raises(PictureTooLargeError, match="the limit is 30 at this size"),
        open_picture(progressive(40)),
    ):
        pass


def test_bytes_in_metadata_are_not_scans() -> None:
    exif = b"Exif\0\0" + b"\xff\xda" * 500
    with open_picture(saved("JPEG", exif=exif)) as image:
        image.load()


def test_a_webp_may_have_a_third_of_the_pixels() -> None:
    with open_picture(saved("WEBP", (11, 3)), 100):
        pass
    with (
        pytest.raises(PictureTooLargeError, match=r"66 pixels \(11 × 6\) exceed the limit of 33 for WebP"),
        open_picture(saved("WEBP", (11, 6)), 100),
    ):
        pass


def test_strips_make_up_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster_images, "_STRIP_PIXELS", 100)
    image = Image.linear_gradient("L").resize((9, 47))
    whole = Image.new("L", image.size)
    strips = list(raster_images.iter_strips(image, 4))
    assert [top for top, _ in strips] == [0, 8, 16, 24, 32, 40]
    for top, strip in strips:
        whole.paste(strip, (0, top))
    assert whole.tobytes() == image.tobytes()


def test_one_large_image_is_converted_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(raster_images, "get_temporary_folder", lambda: tmp_path)
    with raster_images.reserve_memory(Image.new("L", (9, 9))):
        assert not list(tmp_path.iterdir())
    monkeypatch.setattr(raster_images, "_LARGE_IMAGE", 80)
    with raster_images.reserve_memory(Image.new("L", (9, 9))), pytest.raises(FolderLockedError):
        lock_folder(tmp_path / "large-image")
    os.close(lock_folder(tmp_path / "large-image"))
