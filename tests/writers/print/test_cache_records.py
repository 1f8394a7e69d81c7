"""Test the serialisation of quires for the cache."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from triptych.writers.print.quire import (
    AnnotationReference,
    Bookmark,
    MarkedContentReference,
    Quire,
    QuireLink,
    QuireObject,
    QuirePage,
    StructureElement,
    SyntaxTemplate,
    UsedGlyphs,
)
from triptych.writers.print.serialisation import (
    SerialisedQuire,
    pack_layout,
    pack_quire,
    unpack_layout,
    unpack_quire,
)
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.stretches import DocumentLayout, Stretch

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=9)
NUMBER = st.integers(0, 9)
EDGE = st.floats(-1e4, 1e4, allow_nan=False)
AREAS = st.tuples(EDGE, EDGE, EDGE, EDGE)
TEMPLATES = st.builds(
    SyntaxTemplate, st.binary(max_size=9), st.lists(st.integers(-2, 2**31 - 1), max_size=4).map(tuple)
)
KINDS = st.builds(
    PageKind,
    st.sampled_from(("left", "right")),
    st.booleans(),
    WORDS,
    NUMBER,
    st.lists(st.tuples(WORDS, NUMBER), max_size=2).map(tuple),
)
STRINGS = st.builds(
    NamedString, WORDS, st.none() | WORDS, st.lists(WORDS, max_size=2).map(tuple), st.booleans()
)
SHEETS = st.builds(
    QuirePage,
    st.tuples(EDGE, EDGE),
    st.binary(max_size=9),
    st.lists(st.tuples(WORDS, WORDS, NUMBER), max_size=2).map(tuple),
    KINDS,
    st.lists(STRINGS, max_size=2).map(tuple),
)
POINTS = st.tuples(NUMBER, EDGE, EDGE)
GLYPHS = st.builds(
    UsedGlyphs, WORDS, WORDS, WORDS, NUMBER, NUMBER, NUMBER, st.dictionaries(NUMBER, WORDS, max_size=3)
)
PAGES: dict[str, Any] = {
    "pages": st.lists(SHEETS, max_size=2).map(tuple),
    "objects": st.lists(st.builds(QuireObject, TEMPLATES, st.none() | st.binary(max_size=9)), max_size=2).map(
        tuple
    ),
    "fonts": st.dictionaries(WORDS, GLYPHS, max_size=2),
    "links": st.lists(st.builds(QuireLink, NUMBER, AREAS, WORDS, WORDS), max_size=2).map(tuple),
    "anchors": st.dictionaries(WORDS, POINTS, max_size=2),
    "bookmarks": st.lists(st.builds(Bookmark, NUMBER, WORDS, POINTS), max_size=2).map(tuple),
    "required_side": st.sampled_from(("", "recto", "verso")),
}
FOLDED = st.builds(
    SerialisedQuire,
    **PAGES,
    elements=TEMPLATES,
    element_count=NUMBER,
    roots=st.lists(NUMBER, max_size=3).map(tuple),
    parents=TEMPLATES,
    link_elements=st.lists(st.integers(-1, 9), max_size=3).map(tuple),
    ids=st.lists(st.tuples(WORDS, NUMBER), max_size=2).map(tuple),
    logged_errors=st.lists(WORDS, max_size=2).map(tuple),
)
ATTRIBUTES = st.dictionaries(WORDS, WORDS | NUMBER | st.lists(EDGE, max_size=2) | st.lists(WORDS, max_size=2))
KIDS = st.recursive(
    st.builds(MarkedContentReference, NUMBER, NUMBER) | st.builds(AnnotationReference, NUMBER),
    lambda kids: st.builds(
        StructureElement,
        WORDS,
        st.lists(kids, max_size=3),
        st.dictionaries(WORDS, WORDS, max_size=2),
        st.dictionaries(WORDS, ATTRIBUTES, max_size=1),
        NUMBER,
    ),
    max_leaves=9,
)
ELEMENTS = st.lists(KIDS, max_size=3).map(
    lambda kids: tuple(kid for kid in kids if isinstance(kid, StructureElement))
)
QUIRES = st.builds(Quire, **PAGES, elements=ELEMENTS)
SIZES = st.tuples(EDGE, EDGE)
LAYOUTS = st.builds(
    DocumentLayout, WORDS, st.lists(WORDS, max_size=3).map(tuple), st.tuples(SIZES, SIZES), st.just(())
)
STRETCHES = st.builds(Stretch, WORDS, WORDS, NUMBER, NUMBER, NUMBER)


@given(FOLDED)
def test_packed_records_round_trip(folded: SerialisedQuire) -> None:
    repeated = unpack_quire(pack_quire(folded))
    for field in fields(SerialisedQuire):
        assert getattr(repeated, field.name) == getattr(folded, field.name), field.name


@given(FOLDED)
def test_the_same_quire_has_the_same_bytes(folded: SerialisedQuire) -> None:
    assert pack_quire(unpack_quire(pack_quire(folded))) == pack_quire(folded)


@given(LAYOUTS, st.lists(st.tuples(STRETCHES, QUIRES), max_size=2, unique_by=lambda pair: pair[0].start))
def test_so_does_a_layout(layout: DocumentLayout, pieces: list[tuple[Stretch, Quire]]) -> None:
    document_layout = DocumentLayout(
        layout.input_digest, layout.block_digests, layout.page_sizes, tuple(stretch for stretch, _ in pieces)
    )
    data = pack_layout("mark", document_layout, [quire for _, quire in pieces])
    assert unpack_layout(data) == ("mark", document_layout, tuple(quire for _, quire in pieces))
