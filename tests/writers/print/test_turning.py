"""Test that quires moved to the other side look as if they had been laid out there."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from tests.writers.print.quires import METADATA, READERS, painted, quire, read_face, sheet
from triptych.writers.print.binder import NumberedQuire, bind_quires
from triptych.writers.print.quire import MarkedContentReference, StructureElement
from triptych.writers.print.serialisation import (
    SerialisedQuire,
    can_swap_side,
    serialise_quire,
    swap_quire_side,
)
from triptych.writers.print.structure import ROLE_MAP
from weasyprint_typography.page_boxes import PageKind

SIDES = "@page :left { margin: 30pt 25pt 30pt 35pt } @page :right { margin: 30pt 35pt 30pt 25pt }"
TEXT = """
<section id="one"><h1>One</h1>
<p>Words and <a href="#two">a link</a> with a note<span class="note">Of its own.</span>.</p>
<table><tr><td style="background: teal">cell</td></tr></table>
<p style="break-before: page" id="two">Two words, <span style="opacity: .5">faint</span> and plain.</p>
</section>
<section style="page: landscape" id="three"><h1>Three</h1><p>On a turned page.</p></section>
"""
CSS = (
    SIDES
    + "@page landscape { size: 400pt 300pt }"
    + "@page landscape:left { margin: 35pt 30pt 25pt } @page landscape:right { margin: 25pt 30pt 35pt }"
    + ".note { float: footnote } h1 { bookmark-level: 1; bookmark-label: content(text) }"
    + "table { border-collapse: collapse } td { border: 1pt solid }"
)


def pages(folded: SerialisedQuire) -> bytes:
    furniture = [serialise_quire(quire(1)) for _ in folded.pages]
    return bind_quires([NumberedQuire(folded, furniture, 1)], METADATA, read_face, READERS, role_map=ROLE_MAP)


class TestTurned:
    recto, verso = serialise_quire(painted(TEXT, CSS)), serialise_quire(painted(TEXT, CSS, verso=True))

    def test_structure_matches_the_other_side(self) -> None:
        assert can_swap_side(self.recto)
        result = swap_quire_side(self.recto)
        assert [page.kind for page in result.pages] == [page.kind for page in self.verso.pages]
        assert [page.kind.side for page in result.pages][:2] == ["left", "right"]

    def test_all_places_on_its_pages_are_those_of_the_other_side(self) -> None:
        result, verso = swap_quire_side(self.recto), self.verso
        assert result.anchors == {name: pytest.approx(at, abs=0.01) for name, at in verso.anchors.items()}
        assert result.anchors != self.recto.anchors
        assert [link.area for link in result.links] == [
            pytest.approx(link.area, abs=0.01) for link in verso.links
        ]
        assert [mark.destination for mark in result.bookmarks] == [
            pytest.approx(mark.destination, abs=0.01) for mark in verso.bookmarks
        ]
        assert [page.text_area for page in result.pages] == [
            pytest.approx(page.text_area, abs=0.01) for page in verso.pages
        ]

    def test_its_pages_look_like_those_of_the_other_side(self) -> None:
        with (
            pypdfium2.PdfDocument(pages(swap_quire_side(self.recto))) as pdf_document,
            pypdfium2.PdfDocument(pages(self.verso)) as verso,
            pypdfium2.PdfDocument(pages(self.recto)) as recto,
        ):
            assert len(pdf_document) == len(verso) == 3
            for ours, theirs, before in zip(pdf_document, verso, recto, strict=True):
                drawing, expected, other = (item.render(scale=2).to_pil() for item in (ours, theirs, before))
                difference = ImageChops.difference(drawing.convert("L"), expected.convert("L"))
                assert difference.point(lambda value: 255 * (value > 100)).getbbox() is None
                assert ImageChops.difference(drawing, other).getbbox() is not None

    def test_content_streams_are_balanced(self) -> None:
        with pikepdf.open(io.BytesIO(pages(swap_quire_side(self.recto)))) as pdf:
            for page in pdf.pages:
                operators = [str(item.operator) for item in pikepdf.parse_content_stream(page)]
                assert operators.count("q") == operators.count("Q")


def test_element_areas_move_and_similar_text_does_not() -> None:
    kinds = [PageKind("right", False, "", 0, ()), PageKind("left", False, "", 1, ())]
    sheets = [
        replace(sheet(kind=kind), side_shift=move) for kind, move in zip(kinds, (10.0, -10.0), strict=True)
    ]
    figures = [
        StructureElement(
            "Figure",
            [MarkedContentReference(page, 0)],
            {"Alt": "Like /BBox[1 2 3 4], 5 %"},
            {"Layout": {"BBox": [20.0, 30.5, 40.25, 50.0]}},
        )
        for page in range(2)
    ]
    result = swap_quire_side(serialise_quire(quire(sheets, [StructureElement("Sect", [*figures])])))
    boxes = re.findall(rb"BBox(\[[-\d. ]+\])", result.elements.text)
    assert boxes == [b"[1 2 3 4]", b"[30 30.5 50.25 50]", b"[1 2 3 4]", b"[10 30.5 30.25 50]"]


class TestCanTurn:
    @pytest.mark.parametrize(
        ("css", "can"),
        [
            ("", True),
            ("@page :left { @top-left { content: 'head' } }", True),  # margin boxes are laid out separately
            ("html { background: linen }", False),
            ("@page { background: linen }", False),
            ("@page :left { margin-right: 26pt }", False),
            ("@page :left { margin-top: 31pt }", False),
            ("@page :left { --column-beside: 3pt }", False),
            ("@page :left { @footnote { padding-top: 9pt } }", False),
            ("@page { bleed: 9pt }", False),
            ("@page { marks: crop }", False),
            ("p { background: linear-gradient(red, blue) }", False),  # a pattern
            ("#two { break-before: recto !important }", False),
            ("p { width: 500pt }", False),  # it extends beyond the edge of the page
        ],
    )
    def test_side_dependent_content_stays_on_its_side(self, css: str, can: bool) -> None:
        assert can_swap_side(serialise_quire(painted(TEXT, CSS + css))) is can

    def test_last_pages_balanced_with_facing_pages_are_not_swapped(self) -> None:
        assert can_swap_side(serialise_quire(painted(TEXT, CSS)))
        assert not can_swap_side(serialise_quire(painted(TEXT, CSS), is_side_dependent=True))
