"""Test conversion to CMYK: black text uses only black, and drawings and pictures contain no RGB."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image, ImageCms

from triptych.media.inks import (
    PRINTING_CONDITIONS,
    convert_image_file,
    convert_picture,
    convert_svg,
    convert_to_inks,
    format_css_colour,
    get_chart_theme,
    limit_ink,
    make_colour_writer,
)
from triptych.theme.theme import load_theme

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


def png(image: Image.Image) -> bytes:
    with io.BytesIO() as out:
        image.save(out, "PNG")
        return out.getvalue()


def opened(made: tuple[bytes, str]) -> Image.Image:
    image = Image.open(io.BytesIO(made[0]))
    image.load()
    return image


def drawn(body: str, inks: str = "cmyk") -> str:
    svg = convert_svg(SVG.format(body).encode(), inks)
    assert svg is not None
    return svg.decode()


def test_the_profile_is_one_of_a_press() -> None:
    for condition in PRINTING_CONDITIONS.values():
        profile = ImageCms.getOpenProfile(str(condition.path)).profile
        assert (profile.device_class, profile.xcolor_space.strip()) == ("prtr", "CMYK")
        licence = f"LICENSE-{condition.path.stem.split('_')[0]}.txt"
        assert (condition.path.parent / licence).is_file()


def test_screen_output_keeps_colours() -> None:
    assert format_css_colour("1c2024", "rgb") == "#1c2024"
    assert make_colour_writer("rgb")("a8321f") == "#a8321f"


@pytest.mark.parametrize("name", ["house", "report", "large-print"])
def test_text_uses_black_ink_only(name: str) -> None:
    assert format_css_colour(load_theme(name).colours.foreground, "cmyk") == "device-cmyk(0 0 0 1)"
    for token in ("muted", "comment", "rule", "panel"):
        cyan, magenta, yellow, black = shares(getattr(load_theme(name).colours, token))
        assert (cyan, magenta, yellow) == (0, 0, 0)
        assert 0 < black <= 1


def shares(colour: str, inks: str = "cmyk") -> tuple[float, ...]:
    return tuple(float(share) for share in format_css_colour(colour, inks)[len("device-cmyk(") : -1].split())


def test_white_has_no_ink() -> None:
    assert shares("ffffff") == shares("ffffff", "grey") == (0, 0, 0, 0)


def test_colours_keep_their_hue() -> None:
    cyan, magenta, yellow, _ = shares("a8321f")
    assert cyan < 0.2 and magenta > 0.7 and yellow > 0.7
    cyan, magenta, yellow, _ = shares("1c80c2")
    assert cyan > 0.6 and yellow < 0.2


@pytest.mark.parametrize("name", ["house", "report", "large-print"])
def test_paper_does_not_drown_in_ink(name: str) -> None:
    """Test the total ink coverage, for which presses allow about 330 % on coated paper."""
    colours = load_theme(name).colours
    for colour in (colours.dark, colours.accent, colours.link, *colours.series, *colours.emblem):
        assert sum(shares(colour)) <= 3.3


def test_greys_become_darker_step_by_step() -> None:
    blacks = [convert_to_inks((level, level, level), "grey")[3] for level in range(255, -1, -5)]
    assert blacks == sorted(blacks)
    assert (blacks[0], blacks[-1]) == (0, 1)


def test_black_only_printing_shows_lightness() -> None:
    yellow, blue = shares("f6e9b8", "grey"), shares("16324a", "grey")
    assert yellow[:3] == blue[:3] == (0, 0, 0)
    assert yellow[3] < 0.2 < 0.8 < blue[3]


def test_grey_chart_colours_are_distinguishable() -> None:
    theme = load_theme()
    assert get_chart_theme(theme, "cmyk") is theme
    assert get_chart_theme(theme, "grey") is get_chart_theme(theme, "grey")
    blacks = [shares(colour, "grey")[3] for colour in get_chart_theme(theme, "grey").colours.series]
    assert all(abs(item - other) > 0.1 for at, item in enumerate(blacks) for other in blacks[:at])


class TestDrawings:
    def test_attributes_styles_and_sheets_are_converted(self) -> None:
        result = drawn(
            '<style>.a { fill: #a8321f; stroke:red }</style><path class="a"/>'
            '<path fill="#000" style="stroke: rgb(255, 0, 0); opacity: 1"/>'
        )
        assert not re.search(r"#|rgb\(|red", result.replace("#a", "") if "#a8321f" not in result else result)
        assert result.count("device-cmyk(") == 5  # including the root element's

    def test_words_that_are_not_colours_are_unchanged(self) -> None:
        result = drawn('<path fill="none" stroke="url(#p)"/><path fill="currentColor" color="black"/>')
        assert 'fill="none"' in result and 'stroke="url(#p)"' in result and 'fill="currentColor"' in result

    def test_transparency_is_kept(self) -> None:
        assert "device-cmyk(0 0 0 1 / 0.5)" in drawn('<path fill="rgba(0, 0, 0, .5)"/>')

    def test_shape_without_a_colour_is_black(self) -> None:
        assert 'fill="device-cmyk(0 0 0 1)"' in drawn("<path d='M0 0h9'/>").partition("<path")[0]

    def test_cmyk_drawing_is_unchanged(self) -> None:
        once = drawn('<path fill="#a8321f"/>')
        svg = convert_svg(once.encode(), "cmyk")
        assert svg is not None and svg.decode() == once

    @pytest.mark.parametrize("element", ["linearGradient", "radialGradient", "mask", "filter"])
    def test_blended_shapes_need_rasterising(self, element: str) -> None:
        assert convert_svg(SVG.format(f"<{element}/>").encode(), "cmyk") is None

    def test_screen_output_keeps_svg_files(self) -> None:
        assert convert_svg(b"<svg/>", "rgb") == b"<svg/>"

    def test_embedded_pictures_are_converted(self) -> None:
        held = base64.b64encode(png(Image.new("RGB", (2, 2), "red"))).decode()
        result = drawn(f'<image href="data:image/png;base64,{held}"/>')
        match = re.search('data:image/jpeg;base64,([^"]+)', result)
        assert match and Image.open(io.BytesIO(base64.b64decode(match[1]))).mode == "CMYK"


class TestPictures:
    def test_colours_become_four_inks(self) -> None:
        picture = convert_picture(png(Image.new("RGB", (4, 4), "#a8321f")), "image/png", "cmyk")
        assert (picture[1], opened(picture).mode) == ("image/jpeg", "CMYK")

    def test_grey_pictures_use_black_ink_only(self) -> None:
        picture = convert_picture(png(Image.new("RGB", (4, 4), "#000000")), "image/png", "cmyk")
        assert (picture[1], opened(picture).mode) == ("image/png", "L")
        assert opened(picture).getpixel((0, 0)) == 0

    def test_one_dot_of_colour_makes_a_picture_coloured(self) -> None:
        image = Image.new("RGB", (40, 40), "white")
        image.putpixel((3, 3), (200, 20, 20))
        assert opened(convert_picture(png(image), "image/png", "cmyk")).mode == "CMYK"

    def test_black_only_output_is_grey(self) -> None:
        picture = convert_picture(png(Image.new("RGB", (4, 4), "#a8321f")), "image/png", "grey")
        assert opened(picture).mode == "L"

    def test_transparent_pictures_are_flattened_on_white(self) -> None:
        picture = convert_picture(png(Image.new("RGBA", (4, 4), (200, 0, 0, 0))), "image/png", "grey")
        assert opened(picture).getpixel((0, 0)) == 255

    def test_cmyk_pictures_are_kept_or_become_grey(self) -> None:
        with io.BytesIO() as out:
            Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(out, "JPEG")
            data = out.getvalue()
        assert convert_picture(data, "image/jpeg", "cmyk") == (data, "image/jpeg")
        assert opened(convert_picture(data, "image/jpeg", "grey")).mode == "L"

    def test_screen_output_keeps_pictures(self) -> None:
        assert convert_picture(b"any", "image/png", "rgb") == (b"any", "image/png")

    def test_formats_are_detected_by_their_signature(self) -> None:
        data = png(Image.new("RGB", (4, 4), "red"))
        assert convert_image_file(data, "application/octet-stream", "cmyk")[1] == "image/jpeg"
        assert convert_image_file(b"wOFF", "application/octet-stream", "cmyk") == (
            b"wOFF",
            "application/octet-stream",
        )


def most_ink(image: Image.Image) -> float:
    """Return the maximum ink coverage of a pixel, in percent."""
    data = image.tobytes()
    return max(sum(data[at : at + 4]) for at in range(0, len(data), 4)) / 2.55


@pytest.mark.parametrize("inks", ["cmyk", "cmyk-uncoated", "cmyk-240", "cmyk-uncoated-240"])
def test_total_ink_is_limited(inks) -> None:
    corners = [(r, g, b) for r in (0, 48, 120) for g in (0, 48, 120) for b in (0, 48, 120)]
    assert (
        max(sum(convert_to_inks(colour, inks)) for colour in corners) * 100
        <= PRINTING_CONDITIONS[inks].total_ink_limit + 1
    )
    ramp = Image.new("RGB", (64, 64), (30, 0, 0))
    image = opened(convert_picture(png(ramp), "image/png", inks))
    assert most_ink(image) <= PRINTING_CONDITIONS[inks].total_ink_limit + 3


def test_ink_limit_keeps_black_and_hues() -> None:
    image = Image.new("CMYK", (1, 1), (200, 150, 100, 240))
    assert limit_ink(image, 400).getpixel((0, 0)) == (200, 150, 100, 240)
    cyan, magenta, yellow, black = limit_ink(image, 240).getpixel((0, 0))
    assert black == 240 and cyan + magenta + yellow + black <= 612
    assert cyan / yellow == pytest.approx(2, abs=0.05) and cyan / magenta == pytest.approx(4 / 3, abs=0.05)


def test_cmyk_picture_is_unchanged_unless_over_the_ink_limit() -> None:
    def jpeg(colour: tuple[int, int, int, int]) -> bytes:
        with io.BytesIO() as out:
            Image.new("CMYK", (16, 16), colour).save(out, "JPEG", quality=95)
            return out.getvalue()

    light, deep = jpeg((100, 20, 20, 0)), jpeg((250, 240, 230, 240))
    assert convert_picture(light, "image/jpeg", "cmyk") == (light, "image/jpeg")
    assert most_ink(opened(convert_picture(deep, "image/jpeg", "cmyk"))) < 305


def test_invisible_shapes_are_not_painted() -> None:
    svg = drawn('<rect fill="transparent" width="3" height="3"/><g opacity="0"><path d="M0 0h9"/></g>')
    assert 'fill="none"' in svg and "path" not in svg
    assert "path" in drawn('<g opacity="0.5"><path d="M0 0h9"/></g>')


def test_uncoated_paper_has_separate_inks() -> None:
    assert format_css_colour("1c2024", "cmyk-uncoated") == "device-cmyk(0 0 0 1)"
    assert format_css_colour("a8321f", "cmyk-uncoated") != format_css_colour("a8321f", "cmyk")
