"""Test that pictures are identified by content, and that active content is removed."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from lxml import etree
from PIL import Image

from tests.conftest import tiny_png
from triptych.media.picture_files import DrawingTime, inspect_picture, is_animated, sanitise_svg
from triptych.media.raster_images import UnusablePictureError
from triptych.settings.values import DEFAULT_LIMITS

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>'


def picture(kind: str, size: tuple[int, int] = (3, 2), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind, **more)
    return out.getvalue()


def svg(content: str = "", **attributes: str) -> bytes:
    output = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{output}>{content}</svg>'.encode()


def huge_png(side: int) -> bytes:
    """Return a small file that declares a very large picture."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = tiny_png()
    start = data.index(b"IHDR")
    return data[:start] + head + struct.pack(">I", zlib.crc32(head)) + data[start + len(head) + 4 :]


class TestMeasure:
    @pytest.mark.parametrize(
        ("kind", "media_type"),
        [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
    )
    def test_formats_are_detected_by_content(self, kind: str, media_type: str) -> None:
        assert inspect_picture(picture(kind)) == (media_type, 3.0, 2.0)

    @pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
    def test_other_formats_are_rejected_by_name(self, kind: str) -> None:
        with pytest.raises(UnusablePictureError, match=f"{kind} images are not supported"):
            inspect_picture(picture(kind))

    @pytest.mark.parametrize(
        "data", [b"", b"text", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", tiny_png()[:30], b"\xff\xd8\xff"]
    )
    def test_file_without_a_picture_is_rejected(self, data: bytes) -> None:
        with pytest.raises(UnusablePictureError):
            inspect_picture(data)

    @pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
    def test_truncated_picture_is_rejected(self, keep: float) -> None:
        data = picture("PNG", (200, 200))
        noisy = io.BytesIO()
        Image.effect_noise((200, 200), 50).save(noisy, "PNG")
        data = noisy.getvalue()
        with pytest.raises(UnusablePictureError):
            inspect_picture(data[: int(len(data) * keep)])

    @pytest.mark.parametrize("side", [9_500, 60_000])
    def test_decompression_bomb_is_rejected_by_size(self, side: int) -> None:
        data = huge_png(side)
        with pytest.raises(UnusablePictureError, match="exceed the limit of 80,000,000"):
            inspect_picture(data)

    @pytest.mark.parametrize(
        ("orientation", "size"), [(1, (3.0, 2.0)), (3, (3.0, 2.0)), (6, (2.0, 3.0)), (8, (2.0, 3.0))]
    )
    def test_a_photograph_on_its_side_is_measured_upright(
        self, orientation: int, size: tuple[float, float]
    ) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        assert inspect_picture(picture("JPEG", exif=exif))[1:] == size

    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (svg(width="20", height="10"), (20.0, 10.0)),
            (svg(width="1in", height="72pt"), (96.0, 96.0)),
            (svg(width="2.54cm", height="25.4mm"), (96.0, 96.0)),
            (svg(viewBox="0 0 40 30"), (40.0, 30.0)),
            (svg(viewBox="-5,-5,40,30"), (40.0, 30.0)),
            (svg(width="100%", height="100%", viewBox="0 0 40 30"), (40.0, 30.0)),
            (svg(width="1e2", height="1E1"), (100.0, 10.0)),
            (svg(viewBox="0 0 1e2 30"), (100.0, 30.0)),
            (svg(), (300.0, 150.0)),
            (b'<?xml version="1.0"?>\n<!-- made by -->\n' + SVG, (20.0, 10.0)),
            (b"<!-- " + b"x" * 5000 + b" -->" + SVG, (20.0, 10.0)),
        ],
    )
    def test_an_svg_is_measured(self, data: bytes, size: tuple[float, float]) -> None:
        assert inspect_picture(data) == ("image/svg+xml", *size)

    @pytest.mark.parametrize(
        "data",
        [
            b"<svg",
            b"<svg/>",
            b"<html><svg/></html>",
            svg(width="0", height="1"),
            svg(viewBox="0 0 0 0"),
            svg(viewBox="0 0 -1 5"),
            svg(width="..", height="1"),
        ],
    )
    def test_file_that_is_not_svg_is_rejected(self, data: bytes) -> None:
        with pytest.raises(UnusablePictureError):
            inspect_picture(data)

    def test_an_svg_wrapped_in_a_prefix_is_measured(self) -> None:
        assert inspect_picture(b'<s:svg xmlns:s="http://www.w3.org/2000/svg" width="4" height="3"/>') == (
            "image/svg+xml",
            4.0,
            3.0,
        )

    def test_expanding_entities_are_rejected_or_harmless(self) -> None:
        lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)]
        data = f'<!DOCTYPE svg [{"".join(lines)}]><svg xmlns="http://www.w3.org/2000/svg" width="2" height="1">&a9;</svg>'
        try:
            assert inspect_picture(data.encode()) == ("image/svg+xml", 2.0, 1.0)
            assert len(sanitise_svg(data.encode())) < 10_000
        except UnusablePictureError:
            pass


@pytest.mark.parametrize("lacking", [13, 27, 34, 42])
def test_an_animation_that_was_cut_off_is_damaged(lacking: int) -> None:
    with io.BytesIO() as out:
        first, second = (Image.new("L", (4, 4), shade) for shade in (1, 200))
        first.save(out, "GIF", save_all=True, append_images=[second])
        data = out.getvalue()
    assert is_animated(data, "image/gif")
    with pytest.raises(UnusablePictureError, match="damaged"):
        is_animated(data[:-lacking], "image/gif")


class TestSafeSvg:
    @pytest.mark.parametrize(
        "content",
        [
            "<script>alert(1)</script>",
            '<g><script href="x.js"/></g>',
            '<rect onload="x()"/>',
            '<rect ONCLICK="x()"/>',
            "<foreignObject><body/></foreignObject>",
            '<image href="https://example.org/x.png"/>',
            '<image xlink:href="https://example.org/x.png"/>',
            '<image href="file:///etc/passwd"/>',
            '<use href="other.svg#x"/>',
            '<a href="javascript:alert(1)"><rect/></a>',
            '<a xlink:href=" javascript:alert(1)"><rect/></a>',
            '<rect fill="url(https://example.org/x)"/>',
            '<rect style="fill: url(&quot;https://example.org/x&quot;)"/>',
            "<style>@import 'https://example.org/x.css';</style>",
            "<style>@import url(https://example.org/x.css);</style>",
            "<style>rect { fill: url(https://example.org/x) }</style>",
            "<style><![CDATA[rect { fill: url(https://example.org/x) }]]></style>",
            "<style>rect { fill: u\\72l(https://example.org/x) }</style>",
            "<style>@IMPORT 'https://example.org/x.css'; rect { fill: URL(https://example.org/x) }</style>",
            '<rect fill="URL(https://example.org/x)"/>',
            '<animate attributeName="href" to="javascript:alert(1)"/>',
            '<set attributeName="onload" to="alert(1)"/>',
            '<?xml-stylesheet href="https://example.org/x.css"?>',
            '<image href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"/>',
            '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://example.org/x"/>',
            '<img xmlns="http://www.w3.org/1999/xhtml" src="https://example.org/x"/>',
            '<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="https://example.org/x.css"/>',
        ],
    )
    def test_scripts_and_external_content_are_removed(self, content: str) -> None:
        safe = sanitise_svg(svg(content)).lower()
        for trace in (
            b"script",
            b"onload",
            b"onclick",
            b"alert",
            b"example.org",
            b"passwd",
            b"other.svg",
            b"foreignobject",
            b"data:image/svg",
        ):
            assert trace not in safe.replace(b"xmlns", b"")

    def test_style_sheet_before_the_root_is_removed(self) -> None:
        assert b"example.org" not in sanitise_svg(
            b'<?xml-stylesheet href="https://example.org/x.css"?>' + SVG
        )

    def test_external_entity_is_never_read(self, tmp_path) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("SECRET")
        data = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret.as_uri()}">]><svg xmlns="http://www.w3.org/2000/svg">a&x;b</svg>'
        assert b"SECRET" not in sanitise_svg(data.encode())

    def test_text_after_removed_elements_is_kept(self) -> None:
        safe = sanitise_svg(svg("<text>before<script>x</script>after</text>"))
        assert "".join(etree.fromstring(safe).itertext()) == "beforeafter"

    @pytest.mark.parametrize(
        "content", ["<image width='5'/>", '<use href="https://example.org/x#a"/>', "<feImage/>"]
    )
    def test_empty_elements_are_removed(self, content: str) -> None:
        assert len(etree.fromstring(sanitise_svg(svg(content)))) == 0

    def test_harmless_content_is_kept(self) -> None:
        content = '<defs><linearGradient id="g"/></defs><rect fill="url(#g)" style="stroke: red"/><use href="#r"/><use xlink:href="#r"/>'
        safe = sanitise_svg(svg(content, viewBox="0 0 1 1"))
        for trace in (b"url(#g)", b"stroke: red", b'href="#r"', b'viewBox="0 0 1 1"'):
            assert trace in safe

    def test_embedded_bitmaps_are_kept(self) -> None:
        assert b"data:image/png;base64,AAAA" in sanitise_svg(
            svg('<image href="data:image/png;base64,AAAA"/>')
        )

    def test_the_result_is_well_formed(self) -> None:
        assert etree.fromstring(sanitise_svg(svg("<text>ä &amp; b</text>"))).tag.endswith("svg")


def test_frame_larger_than_its_picture_is_rejected() -> None:
    frame = struct.pack("<HHHH", 0, 0, 65_535, 65_535)
    control = b"\x21\xf9\x04\x08\x00\x00\x00\x00"  # removed later if it covers the whole picture
    data = b"GIF89a" + struct.pack("<HH", 4, 4) + bytes(3) + control + b"," + frame + b"\x00\x02\x00;"
    with pytest.raises(UnusablePictureError, match="too many pixels; the limit is 80,000,000"):
        inspect_picture(data)


def test_width_with_many_digits_is_rejected_in_linear_time() -> None:
    """Test that a width with very many digits is rejected in linear time.

    A regular expression that tries each position for the decimal point would take hours.
    """
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="%sx" height="1"/>' % (b"1" * 400_000)
    with pytest.raises(UnusablePictureError, match=r'invalid width: "1{40}"$'):
        inspect_picture(svg)


def embedding(*sizes: tuple[int, int], encode: str = ";base64,", uses: int = 1) -> bytes:
    urls = (f"data:image/png{encode}{base64.b64encode(picture('PNG', size)).decode()}" for size in sizes)
    images = "".join(f'<image id="i" xlink:href="{url}"/>' for url in urls)
    return svg(images + '<use href="#i"/>' * (uses - 1))


def test_images_in_a_drawing_count_together() -> None:
    limits = DEFAULT_LIMITS.model_copy(update={"image_pixels": 100})
    inspect_picture(embedding((5, 9), (6, 9)), limits=limits)
    with pytest.raises(
        UnusablePictureError, match="embeds images of 150 pixels, which exceed the limit of 100"
    ):
        inspect_picture(embedding((8, 9), (6, 13)), limits=limits)
    with pytest.raises(UnusablePictureError, match="an image in the SVG has too many pixels: 121 pixels"):
        inspect_picture(embedding((11, 11)), limits=limits)


def test_an_image_in_a_drawing_counts_as_shapes_at_each_use() -> None:
    limits = DEFAULT_LIMITS.model_copy(update={"svg_elements": 200})
    inspect_picture(embedding((1_000, 1_000), uses=5), limits=limits)
    with pytest.raises(UnusablePictureError, match="expands to too many shapes; the limit is 200"):
        inspect_picture(embedding((1_000, 1_000), uses=12), limits=limits)


def test_a_damaged_image_in_a_drawing_is_left_to_the_renderer() -> None:
    inspect_picture(svg('<image xlink:href="data:image/png;base64,AAAA"/><image href="data:,%FF"/>'))


def test_images_of_a_book_share_the_drawing_time() -> None:
    clock = DrawingTime(2.0)
    for _ in range(100):
        clock.charge(0.2)
    clock.charge(2.0)
    with pytest.raises(
        UnusablePictureError, match="up to this one takes too long; the limit is 2 s for a book"
    ):
        clock.charge(0.5)
    with pytest.raises(UnusablePictureError, match="up to this one"):
        clock.check()
    with pytest.raises(UnusablePictureError, match="drawing it takes too long; the limit is 5 s"):
        DrawingTime(60).charge(5.1)
