"""Test the built-in themes: legible colours, and existing fonts and files."""

from __future__ import annotations

import itertools
import math
from dataclasses import fields

import pytest
from fontTools.ttLib import TTFont

from triptych.folders import get_templates_folder
from triptych.settings.pdf_options import PdfOptions
from triptych.theme.colours import compute_contrast_ratio
from triptych.theme.theme import (
    Theme,
    find_fonts_folder,
    list_built_in_themes,
    load_theme,
)
from triptych.writers.print.page_grid import page_grid_for

THEMES = {name: load_theme(name) for name in list_built_in_themes()}
each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def test_contrast_formula_has_the_known_values() -> None:
    assert compute_contrast_ratio("000000", "ffffff") == pytest.approx(21)
    assert compute_contrast_ratio("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@each_theme
@pytest.mark.parametrize("surface", ["background", "panel"])
@pytest.mark.parametrize("colour", ["foreground", "muted", "accent", "link"])
def test_text_is_readable_on_each_surface(theme: Theme, colour: str, surface: str) -> None:
    """Test contrast of text: WCAG 1.4.3, level AA, for text of any size."""
    assert compute_contrast_ratio(getattr(theme.colours, colour), getattr(theme.colours, surface)) >= 4.5


@each_theme
@pytest.mark.parametrize("colour", ["keyword", "string", "comment", "number", "foreground"])
def test_highlighted_code_is_readable(theme: Theme, colour: str) -> None:
    for surface in ("panel", "code_highlight"):
        assert compute_contrast_ratio(getattr(theme.colours, colour), getattr(theme.colours, surface)) >= 4.5


@each_theme
def test_body_text_has_enhanced_contrast(theme: Theme) -> None:
    """Test contrast of running text: WCAG 1.4.6, level AAA."""
    assert compute_contrast_ratio(theme.colours.foreground, theme.colours.background) >= 7


@pytest.mark.parametrize("colour", ["foreground", "muted", "accent", "link", "dark"])
def test_large_print_text_has_enhanced_contrast(colour: str) -> None:
    colours = load_theme("large-print").colours
    for surface in (colours.background, colours.panel):
        assert compute_contrast_ratio(getattr(colours, colour), surface) >= 7


@each_theme
@pytest.mark.parametrize("surface", ["background", "panel"])
def test_series_contrast_with_each_surface(theme: Theme, surface: str) -> None:
    """Test contrast of series: WCAG 1.4.11, graphics that are needed to understand the content."""
    for colour in theme.colours.series:
        assert compute_contrast_ratio(colour, getattr(theme.colours, surface)) >= 3


@each_theme
def test_content_on_dark_surfaces_is_visible(theme: Theme) -> None:
    assert compute_contrast_ratio(theme.colours.background, theme.colours.dark) >= 4.5
    assert all(compute_contrast_ratio(colour, theme.colours.dark) >= 2.4 for colour in theme.colours.emblem)


@each_theme
def test_series_differ(theme: Theme) -> None:
    assert len(set(theme.colours.series)) == len(theme.colours.series) >= 6


@each_theme
def test_neighbouring_series_differ_in_print_without_colour_or_in_hue(theme: Theme) -> None:
    for item, other in itertools.pairwise(theme.colours.series):
        channels = [abs(int(item[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (0, 2, 4)]
        assert compute_contrast_ratio(item, other) > 1.15 or max(channels) > 60


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISIONS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Linear RGB to cone responses, and their cubic roots to Oklab: https://bottosson.github.io/posts/oklab/
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def seen(colour: str, vision: str) -> list[float]:
    """Return a colour in Oklab as a reader with a type of colour vision sees it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    ]
    shown = [min(max(c, 0.0), 1.0) for c in times(VISIONS[vision], linear)]
    return times(TO_OKLAB, [c ** (1 / 3) for c in times(TO_CONES, shown)])


def test_simulation_confuses_the_colours_that_dichromats_confuse() -> None:
    red, green = "c05028", "5e7d20"
    assert math.dist(seen(red, "all cones"), seen(green, "all cones")) > 0.15
    assert math.dist(seen(red, "deuteranopia"), seen(green, "deuteranopia")) < 0.08


@each_theme
@pytest.mark.parametrize("vision", VISIONS)
def test_series_are_distinguishable_by_colour_blind_readers(theme: Theme, vision: str) -> None:
    """Test that colour-blind readers can distinguish series.

    The minimum difference is a tenth of that between black and white, several times the just noticeable one.
    """
    for item, other in itertools.combinations(theme.colours.series, 2):
        assert math.dist(seen(item, vision), seen(other, vision)) >= 0.1


@each_theme
def test_colours_are_six_hexadecimal_digits(theme: Theme) -> None:
    for field in fields(theme.colours):
        value = getattr(theme.colours, field.name)
        for colour in value if isinstance(value, tuple) else (value,):
            assert int(colour, 16) >= 0
            assert len(colour) == 6


@pytest.mark.parametrize(
    "face", [*load_theme().faces, *load_theme().slide_fallbacks], ids=lambda face: face.file
)
def test_each_face_is_a_file_with_latin_letters(face) -> None:
    with TTFont(find_fonts_folder() / face.file, lazy=True) as font:
        assert {*range(0x21, 0x7F), 0xE4, 0x2013, 0x201C} <= set(font.getBestCmap())


@pytest.mark.parametrize("face", load_theme().faces, ids=lambda face: face.file)
def test_each_face_has_its_declared_family_and_weight(face) -> None:
    with TTFont(find_fonts_folder() / face.file, lazy=True) as font:
        names = {str(record) for record in font["name"].names if record.nameID in (1, 16)}
        assert any(name.startswith(face.family) for name in names)
        assert font["OS/2"].usWeightClass == face.weight
        assert (font["post"].italicAngle != 0) == face.italic


@pytest.mark.parametrize("file", sorted(p.name for p in find_fonts_folder().glob("*.ttf")))
def test_bundled_font_has_its_licence(file: str) -> None:
    assert (find_fonts_folder() / f"OFL-{file.partition('-')[0]}.txt").is_file()


@pytest.mark.parametrize(
    ("family", "style", "file"),
    [
        ("EB Garamond", {}, "EBGaramond-Regular.ttf"),
        ("EB Garamond", {"italic": True}, "EBGaramond-Italic.ttf"),
        ("EB Garamond", {"bold": True}, "EBGaramond-SemiBold.ttf"),
        ("EB Garamond", {"bold": True, "italic": True}, "EBGaramond-SemiBoldItalic.ttf"),
        ("Work Sans", {"bold": True}, "WorkSans-Bold.ttf"),
        ("JetBrains Mono", {"bold": True, "italic": True}, "JetBrainsMono-Italic.ttf"),
    ],
)
def test_the_nearest_face_is_found(family: str, style: dict[str, bool], file: str) -> None:
    assert load_theme().select_face(family, **style).file == file


def test_families_have_faces() -> None:
    for theme in THEMES.values():
        assert {theme.serif, theme.sans, theme.mono} <= {face.family for face in theme.faces}


def test_missing_theme_is_reported() -> None:
    with pytest.raises(FileNotFoundError):
        load_theme("nonsense")


def test_templates_are_those_of_the_checkout() -> None:
    assert {"print", "epub", "deck", "themes", "fonts", "new"} <= {
        p.name for p in get_templates_folder().iterdir()
    }


SCRIPTS = load_theme().scripts


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.name} {script.serif}")
def test_each_script_has_its_faces(script) -> None:
    families = {script.serif, script.sans}
    assert {face.family for face in script.faces} == families
    for family in families:
        upright = [face for face in script.faces if face.family == family and not face.italic]
        assert any(face.weight == 400 for face in upright)
    assert all(face.path.is_file() for face in script.faces)
    assert len(script.name) == 4 and script.slides


def test_each_script_of_the_theme_file_is_installed() -> None:
    names = "Zsym Zmth Zsye Hans Hant Jpan Kore Arab Aran Hebr Deva Thai".split()
    assert set(names) <= {script.name for script in SCRIPTS}


@pytest.mark.parametrize("script", [s for s in SCRIPTS if s.faces[0].package], ids=lambda s: s.name)
def test_family_without_italics_has_another_emphasis_face(script) -> None:
    theme = load_theme()
    plain, italic = (theme.select_face(script.serif, italic=slanted) for slanted in (False, True))
    assert plain.file != italic.file


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("zh", "Hans"),
        ("zh-Hans-CN", "Hans"),
        ("zh-TW", "Hant"),
        ("zh-Hant", "Hant"),
        ("ja-JP", "Jpan"),
        ("fa", "Arab"),
        ("ur-PK", "Aran"),
        ("pa", "Guru"),
        ("pa-Arab", "Arab"),
        ("hi", "Deva"),
    ],
)
def test_a_language_has_its_script(language: str, name: str) -> None:
    script = load_theme().find_script(language)
    assert script is not None and script.name == name


@pytest.mark.parametrize("language", ["en", "ru", "el", "zh-Latn", "sr-Cyrl", ""])
def test_languages_of_the_text_faces_have_none(language: str) -> None:
    assert load_theme().find_script(language) is None


def sizes(theme: Theme) -> dict[str, float]:
    design = theme.print.type
    return {field.name: getattr(design, field.name).size for field in fields(design)}


@each_theme
def test_each_theme_is_tokens_over_the_house(theme: Theme) -> None:
    assert theme.faces == load_theme().faces
    assert [script.name for script in theme.scripts] == [script.name for script in load_theme().scripts]


@each_theme
def test_line_height_exceeds_the_font_size(theme: Theme) -> None:
    for field in fields(theme.print.type):
        style = getattr(theme.print.type, field.name)
        assert style.line > style.size


def test_large_print_has_no_small_text() -> None:
    """Test the minimum type size of large print, 16 points for all text (UKAAF)."""
    assert min(sizes(load_theme("large-print")).values()) >= 16
    assert load_theme("large-print").print.type.text.size >= 18


def test_large_print_has_no_hyphenation_or_italics() -> None:
    design = load_theme("large-print").print
    assert (design.align, design.hyphens, design.italics) == ("start", "manual", False)
    assert not any(getattr(design.type, field.name).italic for field in fields(design.type))


def test_letters_in_charts_of_large_print_are_large() -> None:
    """Test charts in large print: their text is drawn at 7.6 points and scaled to the text width on A4."""
    design = load_theme("large-print").print
    page = page_grid_for(PdfOptions(), design)
    shown = page.make_picture_target(300).width * 3 / 4
    assert 7.6 * shown / design.chart_width >= 15.9
