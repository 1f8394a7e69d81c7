"""Test that formatting is inherited from theme and master, so that users can change it there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from triptych.ooxml.inheritance import FOOTER_TYPES, get_placeholder_type
from triptych.ooxml.xml import A, P

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


def test_the_theme_has_the_serif_for_headings_and_the_sans_for_text() -> None:
    [*_, (_, theme)] = parts(written(*everything()), "ppt/theme/theme1")
    assert re.findall(r'<a:m(?:aj|in)orFont><a:latin typeface="([^"]+)"', theme) == [THEME.serif, THEME.sans]


def test_colours_are_those_of_the_scheme() -> None:
    results = {name for name, text in parts(written(*everything()), "ppt/") if "<a:srgbClr" in text}
    assert results == {"ppt/theme/theme1.xml", "ppt/theme/theme2.xml"}


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


def test_date_is_on_slides_and_on_layouts() -> None:
    deck = opened(*everything(), date="4 March 2025", footer="A foot")
    for owner in (deck.slides[1], deck.slide_layouts.get_by_name("Blank"), deck.slide_master):
        texts = {get_placeholder_type(shape._element): shape.text_frame.text for shape in owner.placeholders}
        assert (texts["dt"], texts["ftr"]) == ("4 March 2025", "A foot")


def test_no_date_placeholder_without_a_date() -> None:
    kinds = {
        get_placeholder_type(shape._element)
        for slide in opened(*everything()).slides
        for shape in slide.placeholders
    }
    assert "sldNum" in kinds
    assert "dt" not in kinds
