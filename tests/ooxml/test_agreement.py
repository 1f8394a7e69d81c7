"""Test that the writer and the checks compute the same colours for the same file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation

from tests.writers.deck.conftest import everything, written
from triptych.checks.deck.appearance import resolve_slides
from triptych.checks.deck.package import read_package
from triptych.ooxml.inheritance import Box
from triptych.ooxml.xml import A, P
from triptych.writers.deck.fitting.text import PlaceholderBox, TextArea
from triptych.writers.deck.template.backgrounds import LayoutColours, iter_theme_colours

CHANGES = (
    {"lumMod": "60000", "lumOff": "40000"},
    {"satMod": "150000"},
    {"shade": "50000"},
    {"tint": "40000", "satMod": "300000"},
    {"hueOff": "60000"},
)


def changed(colour: Any, changes: Mapping[str, str]) -> None:
    for kind, value in changes.items():
        etree.SubElement(colour, f"{A}{kind}", val=value)


def with_changes(data: bytes, changes: Mapping[str, str]) -> bytes:
    """Return a deck whose theme and masters define colours with modifiers."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith(("ppt/theme/theme", "ppt/slideMasters/slideMaster")):
                tree = etree.fromstring(content)
                for colour in tree.iterfind(f".//{A}clrScheme//{A}srgbClr"):
                    changed(colour, changes)
                for page in tree.iterfind(f"{P}cSld"):
                    for old in page.findall(f"{P}bg"):
                        page.remove(old)
                    page.insert(0, etree.Element(f"{P}bg"))
                    fill = etree.SubElement(etree.SubElement(page[0], f"{P}bgPr"), f"{A}solidFill")
                    changed(etree.SubElement(fill, f"{A}schemeClr", val="accent1"), changes)
                content = etree.tostring(tree)
            target.writestr(name, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def deck() -> bytes:
    return written(*everything())


@pytest.mark.parametrize("changes", CHANGES)
def test_slots_and_backgrounds_are_the_same_for_both(deck: bytes, changes: Mapping[str, str]) -> None:
    data = with_changes(deck, changes)
    presentation = Presentation(io.BytesIO(data))
    placeholder_box = PlaceholderBox(
        left=0, top=0, width=960, height=540, text_area=TextArea(width=1, height=1, levels=())
    )
    sides = (0, 0, presentation.slide_width, presentation.slide_height)
    checked = list(resolve_slides(read_package(data)))
    assert len(checked) == len(presentation.slides) > 5
    for looks, slide in zip(checked, presentation.slides, strict=True):
        scheme = LayoutColours(slide.slide_layout)
        slots = dict(iter_theme_colours(scheme))
        assert {name: looks.colours.get_theme_colour(name) for name in slots} == slots
        assert looks.backdrop.find_colours(Box(*sides)) == scheme.find_background(placeholder_box)
