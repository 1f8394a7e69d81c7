"""Test pictures in outputs: upright, in sRGB, small enough, and in a supported format."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

from triptych.media import output_pictures, raster_images
from triptych.media.output_pictures import PreparedPicture, prepare_picture
from triptych.media.picture_files import inspect_picture, is_animated
from triptych.media.picture_sizes import PictureTarget
from triptych.model.nodes import Picture
from triptych.theme.theme import load_theme

SHOWN = frozenset(("image/png", "image/jpeg"))
PRINT = PictureTarget(width=432, wide=480, height=595, dpi=300, media_types=SHOWN, cmyk=True)
SCREEN = PictureTarget(
    width=624,
    wide=624,
    height=864,
    dpi=300,
    most_dots=3_200_000,
    media_types=SHOWN | {"image/gif", "image/webp"},
    motion=True,
)
SLIDE = PictureTarget(width=1155, wide=1155, height=490, dpi=220, media_types=SHOWN | {"image/gif"})
ROOMS = pytest.mark.parametrize("room", [PRINT, SCREEN, SLIDE], ids=["print", "screen", "slide"])


def photograph(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Return a picture whose top left corner is red."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="#c00000")
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def prepared(data: bytes, room: PictureTarget, width: float = 400, page: int = 0) -> PreparedPicture:
    media_type, across, down = inspect_picture(data, page or 1)
    picture = Picture(
        path="a",
        media_type=media_type,
        width=across,
        height=down,
        page=page,
        moving=is_animated(data, media_type),
    )
    return prepare_picture(data, picture, width, room, load_theme())


def opened(made: PreparedPicture) -> Image.Image:
    image = Image.open(io.BytesIO(made.data))
    assert Image.MIME[image.format] == made.media_type
    return image


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 120 and max(colour[1:3]) < 60


@ROOMS
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_suitable_picture_keeps_its_bytes(room: PictureTarget, kind: str) -> None:
    data = saved(photograph(), kind)
    assert prepared(data, room).data == data


@ROOMS
@pytest.mark.parametrize("orientation", range(2, 9))
def test_photographs_are_upright(room: PictureTarget, orientation: int) -> None:
    upright = photograph()
    how = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    result = opened(prepared(saved(upright.transpose(how), "JPEG", exif=exif, quality=95), room))
    assert result.size == upright.size
    assert not result.getexif()
    assert is_red(result.convert("RGB").getpixel((10, 10)))


@ROOMS
def test_location_of_a_photograph_is_removed(room: PictureTarget) -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    for data in (saved(photograph(), "JPEG", exif=exif), saved(photograph(3000, 2000), "JPEG", exif=exif)):
        assert b"at home" not in prepared(data, room).data


class TestScaling:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_large_picture_has_the_displayed_resolution(self, kind: str) -> None:
        result = opened(prepared(saved(photograph(3000, 2000), kind), PRINT, width=384))
        assert result.size == (1200, 800)
        assert result.format == kind

    def test_no_picture_is_scaled_up(self) -> None:
        assert opened(prepared(saved(photograph(100, 50), "PNG"), PRINT, width=432)).size == (100, 50)

    def test_slightly_oversized_picture_is_unchanged(self) -> None:
        data = saved(photograph(1300, 900), "JPEG")
        assert prepared(data, PRINT, width=384).data == data

    def test_drawing_that_would_grow_is_unchanged(self) -> None:
        drawing = Image.new("1", (3000, 2000), 1)
        draw = ImageDraw.Draw(drawing)
        for x in range(0, 3000, 50):
            draw.line((x, 0, 3000 - x, 2000), fill=0, width=3)
        data = saved(drawing, "PNG", optimize=True)
        assert len(prepared(data, PRINT, width=384).data) <= len(data)

    def test_epub_pictures_have_the_maximum_size_of_shops(self) -> None:
        picture_target = PictureTarget(
            width=6000, wide=6000, height=6000, dpi=300, most_dots=3_200_000, media_types=SHOWN
        )
        data = saved(photograph(3000, 2400), "JPEG")
        width, height = opened(prepared(data, picture_target, width=6000)).size
        assert 3_000_000 < width * height <= 3_210_000
        assert width / height == pytest.approx(1.25, abs=0.01)

    def test_output_has_the_same_bytes_each_time(self) -> None:
        data = saved(photograph(3000, 2000), "JPEG")
        assert prepared(data, PRINT) == prepared(data, PRINT)


class TestColours:
    def test_cmyk_is_kept_for_print(self) -> None:
        data = saved(photograph(mode="CMYK"), "JPEG")
        assert prepared(data, PRINT).data == data

    @pytest.mark.parametrize("room", [SCREEN, SLIDE])
    def test_cmyk_is_shown_in_rgb_elsewhere(self, room: PictureTarget) -> None:
        result = opened(prepared(saved(photograph(mode="CMYK"), "JPEG"), room))
        assert result.mode == "RGB"
        assert is_red(result.getpixel((10, 10)))

    def test_scaled_cmyk_is_still_cmyk(self) -> None:
        result = opened(prepared(saved(photograph(3000, 2000, "CMYK"), "JPEG"), PRINT))
        assert result.mode == "CMYK"
        assert is_red(result.convert("RGB").getpixel((10, 10)))

    @ROOMS
    def test_another_colour_space_becomes_srgb(self, room: PictureTarget) -> None:
        # A colour space whose green is the red of sRGB, made by swapping two columns of its matrix.
        profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        red, green = profile.index(b"rXYZ") + 4, profile.index(b"gXYZ") + 4
        profile[red : red + 4], profile[green : green + 4] = (
            profile[green : green + 4],
            profile[red : red + 4],
        )
        swapped = bytes(profile).replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))
        swapped = swapped.replace(b"sRGB", b"Swap")
        image = Image.new("RGB", (20, 20), (0, 255, 0))
        result = opened(prepared(saved(image, "PNG", icc_profile=swapped), room))
        assert "icc_profile" not in result.info
        assert is_red(result.getpixel((5, 5)))

    @ROOMS
    def test_srgb_profile_changes_nothing(self, room: PictureTarget) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        data = saved(photograph(), "JPEG", icc_profile=profile)
        assert prepared(data, room).data == data

    @ROOMS
    def test_broken_profile_is_ignored(self, room: PictureTarget) -> None:
        data = saved(photograph(), "PNG", icc_profile=b"no profile")
        assert is_red(opened(prepared(data, room)).convert("RGB").getpixel((10, 10)))

    @ROOMS
    def test_sixteen_bits_of_grey_become_eight(self, room: PictureTarget) -> None:
        image = Image.new("I;16", (256, 4))
        image.putdata([x * 257 for _ in range(4) for x in range(256)])
        result = opened(prepared(saved(image, "PNG"), room))
        assert result.mode == "L"
        assert [result.getpixel((x, 1)) for x in (0, 100, 255)] == [0, 100, 255]

    @ROOMS
    def test_transparent_palettes_are_kept(self, room: PictureTarget) -> None:
        image = Image.new("P", (2400, 1600), 0)
        image.putpalette([255, 0, 0, 0, 0, 255])
        ImageDraw.Draw(image).ellipse((400, 400, 2000, 1200), fill=1)
        for data in (
            saved(image, "PNG", transparency=0),
            saved(image.resize((200, 100)), "PNG", transparency=0),
        ):
            result = opened(prepared(data, room, width=200)).convert("RGBA")
            assert result.getpixel((0, 0))[3] == 0
            assert result.getpixel((result.width // 2, result.height // 2)) == (0, 0, 255, 255)


class TestFormats:
    def test_webp_is_kept_in_epub(self) -> None:
        data = saved(photograph(), "WEBP")
        assert prepared(data, SCREEN) == PreparedPicture(data, "image/webp")

    @pytest.mark.parametrize("room", [PRINT, SLIDE])
    @pytest.mark.parametrize(("lossless", "kind"), [(False, "image/jpeg"), (True, "image/png")])
    def test_webp_is_converted_to_its_source_kind(
        self, room: PictureTarget, lossless: bool, kind: str
    ) -> None:
        result = prepared(saved(photograph(), "WEBP", lossless=lossless), room)
        assert result.media_type == kind
        assert is_red(opened(result).getpixel((10, 10)))

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
    def test_animations_are_kept_in_epub_and_static_elsewhere(self, kind: str) -> None:
        frames = [Image.new("RGB", (40, 40), colour) for colour in ("#c00000", "#0000c0")]
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        assert opened(prepared(data, SCREEN)).n_frames == 2
        for room in (PRINT, SLIDE):
            result = opened(prepared(data, room))
            assert getattr(result, "n_frames", 1) == 1
            assert is_red(result.convert("RGB").getpixel((5, 5)))

    @ROOMS
    def test_drawing_is_sanitised_only(self, room: PictureTarget) -> None:
        data = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="x()"/>'
        result = prepared(data, room)
        assert result.media_type == "image/svg+xml"
        assert b"onload" not in result.data

    def test_packed_picture_round_trips(self) -> None:
        prepared_picture = PreparedPicture(b"\n\x00dots\n", "image/png")
        assert PreparedPicture.from_bytes(prepared_picture.to_bytes()) == prepared_picture


def test_downscaling_is_smooth() -> None:
    """Test smoothing with dark lines at every second row: a picture without it would be all dark or light."""
    striped = Image.new("L", (2000, 2000), 255)
    draw = ImageDraw.Draw(striped)
    for y in range(0, 2000, 2):
        draw.line((0, y, 2000, y), fill=0)
    noisy = ImageChops.add(striped, Image.effect_noise((2000, 2000), 40), scale=2)
    result = opened(prepared(saved(noisy, "PNG"), PRINT, width=160))
    assert 60 < result.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) < 200
    assert result.getextrema()[0] > 20


@ROOMS
def test_pillow_warnings_are_ignored(room: PictureTarget) -> None:
    """Test warnings of Pillow, which are errors in tests."""
    palette = photograph(600, 400, "P")
    palette.info["transparency"] = bytes([0, 128] + [255] * 254)
    result = opened(prepared(saved(palette, "PNG", transparency=palette.info["transparency"]), room, 40))
    assert result.size[0] < 600
    cut_off = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01"
    assert prepared(saved(photograph(), "JPEG", exif=cut_off), room).media_type == "image/jpeg"


@ROOMS
def test_a_picture_of_sixteen_bits_within_a_drawing_has_eight(room: PictureTarget) -> None:
    ramp = Image.new("I;16", (40, 20))
    for x in range(40):
        for y in range(20):
            ramp.putpixel((x, y), x * 65_535 // 39)
    held = base64.b64encode(saved(ramp, "PNG")).decode()
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><image width="40" height="20" href="data:image/png;base64,{held}"/></svg>'
    inside = prepared(svg.encode(), room).data.partition(b"base64,")[2].partition(b'"')[0]
    with Image.open(io.BytesIO(base64.b64decode(inside))) as image:
        assert image.mode == "L"
        assert [image.getpixel((x, 5)) for x in (0, 20, 39)] == [0, 131, 255]


LARGE = {
    "RGB": lambda: saved(photograph(900, 600), "PNG"),
    "palette": lambda: saved(photograph(900, 600).quantize(64), "PNG"),
    "transparent": lambda: saved(photograph(900, 600, "RGBA"), "PNG"),
    "16 bits": lambda: saved(photograph(900, 600).convert("I").convert("I;16"), "PNG"),
    "JPEG": lambda: saved(photograph(900, 600), "JPEG", quality=95),
    "CMYK": lambda: saved(photograph(900, 600, "CMYK"), "JPEG", quality=95),
    "WebP": lambda: saved(photograph(900, 600), "WEBP", quality=95),
    "turned": lambda: saved(photograph(900, 600), "JPEG", quality=95, exif=exif_turned()),
}


def exif_turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.parametrize("width", [20.0, 60.0, 160.0, 400.0])
def test_large_image_looks_like_a_small_one(kind: str, width: float, monkeypatch: pytest.MonkeyPatch) -> None:
    data = LARGE[kind]()
    usual = Image.open(io.BytesIO(prepared(data, PRINT, width).data)).convert("RGB")
    monkeypatch.setattr(raster_images, "_LARGE_IMAGE", 1_000)
    monkeypatch.setattr(raster_images, "_STRIP_PIXELS", 10_000)
    monkeypatch.setattr(output_pictures, "_STRIP_ROWS", 50)
    result = Image.open(io.BytesIO(prepared(data, PRINT, width).data)).convert("RGB")
    assert result.size == usual.size
    differences = ImageStat.Stat(ImageChops.difference(result, usual))
    assert max(differences.mean) < 3


def test_an_image_with_colour_has_at_most_40_million_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster_images, "_LARGE_IMAGE", 1_000)
    monkeypatch.setattr(output_pictures, "_MAX_PREPARED_PIXELS", 90 * 60)
    result = Image.open(io.BytesIO(prepared(saved(photograph(900, 600), "PNG"), PRINT, 400).data))
    assert result.size == (90, 60)


def test_a_large_image_in_a_drawing_is_reduced(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"data:image/png;base64,{base64.b64encode(saved(photograph(900, 600), 'PNG')).decode()}"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
        f'<image href="{url}" width="90" height="60"/></svg>'
    )
    monkeypatch.setattr(raster_images, "_LARGE_IMAGE", 1_000)
    monkeypatch.setattr(output_pictures, "_MAX_PAGE_PIXELS", 90 * 60)
    inner = prepared(svg.encode(), PRINT).data.partition(b";base64,")[2].partition(b'"')[0]
    assert Image.open(io.BytesIO(base64.b64decode(inner))).size == (90, 60)
