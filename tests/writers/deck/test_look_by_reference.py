"""Test that formatting is inherited from theme and master, so that users can change it there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from triptych.ooxml.inheritance import FOOTER_TYPES, get_placeholder_type
from triptych.ooxml.xml import A, P
from triptych.theme.theme import Theme, load_theme
from triptych.writers.deck.template.built_in_template import build_template

from .conftest import THEME, everything, opened, written

_NAMED = re.compile(r'typeface="([^"]+)"')


def parts(data: bytes, start: str) -> Iterator[tuple[str, str]]:
    """Return the XML parts under a folder of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith(start) and name.endswith(".xml"):
                yield name, package.read(name).decode()


def test_fonts_come_only_from_the_theme() -> None:
    rows = {
        (name.rpartition("/")[0], face)
        for name, text in parts(written(*everything()), "ppt/")
        if not name.startswith("ppt/theme/")
        for face in _NAMED.findall(text)
        if not face.startswith("+")
    }
    # The font of code is fixed.
    assert rows == {("ppt/slideLayouts", THEME.mono), ("ppt/slides", THEME.mono)}


def read_theme_fonts(theme: Theme, language: str = "en") -> list[str]:
    """Return the heading font and the body font of the built-in template's theme."""
    [*_, (_, part)] = parts(build_template(theme, language), "ppt/theme/theme1")
    return re.findall(r'<a:m(?:aj|in)orFont><a:latin typeface="([^"]+)"', part)


def test_the_heading_font_is_that_of_chapter_titles_in_the_book() -> None:
    assert read_theme_fonts(load_theme("house")) == ["EB Garamond", "Work Sans"]
    assert read_theme_fonts(load_theme("report")) == ["Work Sans", "Work Sans"]


def test_headings_match_scripts_whose_font_is_sans_serif() -> None:
    assert read_theme_fonts(load_theme("house"), "zh-Hans") == ["Work Sans", "Work Sans"]


def test_titles_quotations_and_big_numbers_use_the_heading_font_of_the_theme() -> None:
    template = opened(*everything())
    roles = {
        (shape.name, level.find(f".//{A}latin").get("typeface"))
        for owner in (template.slide_master, *template.slide_layouts)
        for shape in owner.placeholders
        if (level := shape._element.find(f".//{A}lvl1pPr")) is not None
    }
    assert {name for name, face in roles if face == "+mj-lt"} >= {"Title", "Quotation", "First card"}
    assert {face for name, face in roles if name in ("Title", "Quotation")} == {"+mj-lt"}
    assert {face for name, face in roles if name in ("Source", "Footer", "Subtitle", "Text")} == {"+mn-lt"}
    title_style = template.slide_master._element.find(f"{P}txStyles/{P}titleStyle")
    assert {font.get("typeface") for font in title_style.iter(f"{A}latin")} == {"+mj-lt"}


def test_titles_start_at_the_top_and_content_20_points_below_them() -> None:
    title, body = list(opened(*everything()).slide_master.placeholders)[:2]
    assert title._element.find(f".//{A}bodyPr").get("anchor") == "t"
    assert body.top - (title.top + title.height) == 20 * 12_700


def test_colours_are_those_of_the_scheme() -> None:
    results = {
        name
        for name, text in parts(written(*everything()), "ppt/")
        if "<a:srgbClr" in re.sub(r"<p15:clr>.*?</p15:clr>", "", text)  # guides, in PowerPoint's own colour
    }
    assert results == {f"ppt/theme/theme{number}.xml" for number in (1, 2, 3)}


def test_footers_dates_and_numbers_have_no_local_formatting() -> None:
    deck = opened(*everything(), date="4 March 2025")
    for owner in (*deck.slide_layouts, *deck.slides):
        for shape in owner.placeholders:
            if get_placeholder_type(shape._element) in FOOTER_TYPES:
                body = shape._element.find(f"{P}txBody")
                assert len(body.find(f"{A}lstStyle")) == 0
                assert not body.find(f"{A}bodyPr").attrib
                assert {name for run in body.iter(f"{A}rPr") for name in run.attrib} <= {"lang"}
    assert [get_placeholder_type(shape._element) for shape in deck.slide_master.placeholders][2:] == [
        "ftr",
        "sldNum",
        "dt",
    ]


def test_title_and_date_are_on_slides_and_on_layouts() -> None:
    deck = opened(*everything(), date="4 March 2025", title="A book")
    for owner in (deck.slides[1], deck.slide_layouts.get_by_name("Blank"), deck.slide_master):
        texts = {get_placeholder_type(shape._element): shape.text_frame.text for shape in owner.placeholders}
        assert (texts["dt"], texts["ftr"]) == ("4 March 2025", "A book")


def test_footer_of_the_author_replaces_title_and_date() -> None:
    deck = opened(*everything(), date="4 March 2025", footer="A foot")
    texts = {
        get_placeholder_type(shape._element): shape.text_frame.text for shape in deck.slides[1].placeholders
    }
    assert texts["ftr"] == "A foot" and "dt" not in texts


def test_no_date_placeholder_without_a_date() -> None:
    kinds = {
        get_placeholder_type(shape._element)
        for slide in opened(*everything()).slides
        for shape in slide.placeholders
    }
    assert "sldNum" in kinds
    assert "dt" not in kinds
