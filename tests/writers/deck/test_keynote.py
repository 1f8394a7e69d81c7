"""Test that decks meet the conditions under which Keynote and Google Slides open them completely.

Neither program runs here. The conditions are those that their users found to cause rejected files or missing
content: a notes master in the list of the presentation, a slide size that agrees with its type, no printer
settings, charts with a workbook, and categories with one level.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Inches

from triptych.writers.deck.template.opening import open_template
from triptych.writers.deck.writer import write_deck

from .conftest import SPAN, THEME, deck, everything

NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


def make_wide_template() -> bytes:
    """Return python-pptx's template as many programs use it: 4:3 by its type, widescreen by its size."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


@cache
def read_parts(template: str) -> dict[str, bytes]:
    opened = None
    if template == "wide":
        opened, findings = open_template(THEME, "en", make_wide_template(), span=SPAN)
        assert opened is not None, findings
    data, _ = write_deck(deck(*everything()), THEME, template=opened)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


both_templates = pytest.mark.parametrize("template", ["built-in", "wide"])


@both_templates
def test_notes_master_is_listed_in_the_presentation(template: str) -> None:
    parts = read_parts(template)
    tree = etree.fromstring(parts["ppt/presentation.xml"])
    (identifier,) = tree.xpath("p:notesMasterIdLst/p:notesMasterId/@r:id", namespaces=NAMESPACES)
    relations = etree.fromstring(parts["ppt/_rels/presentation.xml.rels"])
    (target,) = [relation.get("Target") for relation in relations if relation.get("Id") == identifier]
    assert f"ppt/{target}" in parts or target.lstrip("/") in parts
    assert any(name.startswith("ppt/notesSlides/") for name in parts)


@both_templates
def test_type_of_the_slide_size_agrees_with_the_size(template: str) -> None:
    (size,) = etree.fromstring(read_parts(template)["ppt/presentation.xml"]).iterfind("p:sldSz", NAMESPACES)
    assert int(size.get("cx")) * 9 == pytest.approx(int(size.get("cy")) * 16, rel=0.001)
    assert size.get("type") in (None, "custom")


@both_templates
def test_deck_has_no_printer_settings(template: str) -> None:
    assert [name for name in read_parts(template) if "printerSettings" in name] == []


@both_templates
def test_each_chart_has_a_workbook_and_categories_of_one_level(template: str) -> None:
    parts = read_parts(template)
    charts = [name for name in parts if name.startswith("ppt/charts/chart")]
    assert charts
    for name in charts:
        tree = etree.fromstring(parts[name])
        assert len(tree.xpath("c:externalData", namespaces=NAMESPACES)) == 1
        assert tree.xpath(".//c:multiLvlStrRef", namespaces=NAMESPACES) == []


@both_templates
def test_ids_of_shapes_are_unique_on_each_slide(template: str) -> None:
    for name, data in read_parts(template).items():
        if name.startswith("ppt/slides/slide"):
            ids = etree.fromstring(data).xpath(".//p:cNvPr/@id", namespaces=NAMESPACES)
            assert len(ids) == len(set(ids)) > 0


def test_matching_type_of_the_slide_size_is_kept() -> None:
    stream = io.BytesIO()
    Presentation().save(stream)
    opened, findings = open_template(THEME, "en", stream.getvalue(), span=SPAN)
    assert opened is not None, findings
    (size,) = opened.presentation.part._element.iterfind("p:sldSz", NAMESPACES)
    assert size.get("type") == "screen4x3"
