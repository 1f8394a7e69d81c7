"""Test that our faster functions find and write the same as python-pptx."""

from __future__ import annotations

import io
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import _nsmap
from pptx.oxml.xmlchemy import BaseOxmlElement

from tests.conftest import tiny_png
from tests.writers.deck.conftest import everything, opened
from triptych.writers.deck.pptx.package import (
    enable_xpath_cache,
    get_next_part_name,
    open_presentation,
    register_slides,
    restore_part_names,
)

# Run python-pptx in a process without our code.
STOCK = """
import io, sys
from pptx import Presentation
presentation = Presentation()
for number in range(12):
    slide = presentation.slides.add_slide(presentation.slide_layouts[number % 9])
    slide.notes_slide.notes_text_frame.text = f"Notes {number}"
    slide.shapes.add_picture(io.BytesIO(bytes.fromhex(sys.argv[1])), 0, 0)
for part in sorted(presentation.part.package.iter_parts(), key=lambda part: part.partname):
    print(part.partname, len(part.blob))
"""


def empty() -> Any:
    """Return the default presentation of python-pptx."""
    buffer = io.BytesIO()
    Presentation().save(buffer)
    return open_presentation(buffer.getvalue())


def test_part_names_and_sizes_match_the_unpatched_library() -> None:
    picture = tiny_png(3, 2)
    run = subprocess.run(
        [sys.executable, "-c", STOCK, picture.hex()], capture_output=True, text=True, check=True
    )
    presentation = empty()
    for number in range(12):
        slide = presentation.slides.add_slide(presentation.slide_layouts[number % 9])
        slide.notes_slide.notes_text_frame.text = f"Notes {number}"
        slide.shapes.add_picture(io.BytesIO(picture), 0, 0)
    parts = sorted(presentation.part.package.iter_parts(), key=lambda part: part.partname)
    assert "".join(f"{part.partname} {len(part.blob)}\n" for part in parts) == run.stdout


@pytest.mark.parametrize(
    "expression",
    [
        "./*[1]/p:nvPr/p:ph",
        ".//a:t",
        "ancestor::p:sld",
        "count(.//p:sp)",
        "string(.//a:t)",
        ".//@r:id",
        "p:none",
    ],
)
def test_cached_xpath_matches_the_original(expression: str) -> None:
    enable_xpath_cache()
    slides = [slide._element for slide in opened(*everything()).slides]
    elements = [item for slide in slides for item in slide.iter() if isinstance(item, BaseOxmlElement)]
    results = [element.xpath(expression) for element in elements]
    by_itself = [etree._Element.xpath(element, expression, namespaces=_nsmap) for element in elements]
    assert results == by_itself
    assert any(results) or expression == "p:none"


def test_slides_that_link_to_each_other_in_a_chain_do_not_exceed_the_stack() -> None:
    presentation = empty()
    names = register_slides(presentation, 1500)
    relations = presentation.part.rels.values()
    parts = {
        str(relation.target_part.partname): relation.target_part
        for relation in relations
        if not relation.is_external
    }
    for name, following in pairwise(names):
        parts[name].relate_to(parts[following], RELATIONSHIP_TYPE.SLIDE)
    presentation.save(io.BytesIO())


def test_released_part_names_are_reused() -> None:
    presentation = empty()
    first = get_next_part_name(presentation, "/ppt/charts/chart%d.xml")
    with restore_part_names(presentation):
        second = get_next_part_name(presentation, "/ppt/charts/chart%d.xml")
    assert first != second == get_next_part_name(presentation, "/ppt/charts/chart%d.xml")
