"""Test the accessibility metadata that is derived from the content of a book."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from triptych.model.accessibility import Accessibility, describe_accessibility
from triptych.model.book import AccessibilityDeclaration, Book, Chapter, Metadata
from triptych.model.nodes import (
    Attr,
    Block,
    Figure,
    Image,
    IndexGroup,
    IndexList,
    Math,
    Paragraph,
    Picture,
    Text,
)

METADATA = Metadata(title="T", language="en", identifier="urn:x", modified=dt.datetime(2024, 1, 1))
WORDS = Paragraph(content=(Text(text="Words"),))
DOT = Image(source="dot.png", alt="A dot")
WITHOUT_ALT_TEXT = replace(DOT, alt="")
DECORATIVE = replace(DOT, alt="", attr=Attr("", ("decorative",)))
PNG = Picture(path="dot.png", media_type="image/png", width=1, height=1)
FORMULA = Math(tex="x", mathml="<math/>", spoken="x")


def book_of(*blocks: Block, declared: AccessibilityDeclaration | None = None) -> Book:
    metadata = replace(METADATA, accessibility=declared or AccessibilityDeclaration())
    chapter = Chapter(id="c", slug="c", source="a.md", title=(), blocks=(WORDS, *blocks))
    return Book(metadata=metadata, chapters=(chapter,))


def describe(*blocks: Block) -> Accessibility:
    return describe_accessibility(book_of(*blocks))


def figure(*images: Image, described: bool = False) -> Figure:
    return Figure(images=images, caption=(), description=(WORDS,) if described else ())


def formulas(*formulas: Math) -> Paragraph:
    return Paragraph(content=formulas)


@pytest.mark.parametrize(
    ("blocks", "modes", "sufficient"),
    [
        ((), ("textual",), ("textual",)),
        ((figure(DOT),), ("textual", "visual"), ("textual", "textual,visual")),
        ((figure(WITHOUT_ALT_TEXT),), ("textual", "visual"), ("textual,visual",)),
        ((figure(DOT, WITHOUT_ALT_TEXT),), ("textual", "visual"), ("textual,visual",)),
        ((figure(DECORATIVE),), ("textual", "visual"), ("textual", "textual,visual")),
    ],
    ids=["text", "image", "image without alt text", "one of two without alt text", "decorative image"],
)
def test_access_modes_depend_on_images_and_their_alt_texts(
    blocks: tuple[Block, ...], modes: tuple[str, ...], sufficient: tuple[str, ...]
) -> None:
    result = describe(*blocks)
    assert (result.modes, result.sufficient) == (modes, sufficient)


@pytest.mark.parametrize(
    ("blocks", "has_alternatives"),
    [
        ((), False),
        ((figure(DECORATIVE),), False),
        ((figure(DOT),), True),
        ((figure(DOT, WITHOUT_ALT_TEXT),), False),
    ],
)
def test_alt_text_feature_requires_it_for_all_images(
    blocks: tuple[Block, ...], has_alternatives: bool
) -> None:
    assert ("alternativeText" in describe(*blocks).features) == has_alternatives


@pytest.mark.parametrize(
    ("blocks", "expected", "is_complete"),
    [
        ((figure(DOT),), False, False),
        ((figure(DOT, described=True),), True, True),
        ((figure(DOT, described=True), figure(replace(DOT))), True, False),
        ((figure(DECORATIVE, described=True),), True, False),
    ],
)
def test_long_descriptions_are_a_feature_and_may_cover_all_images(
    blocks: tuple[Block, ...], expected: bool, is_complete: bool
) -> None:
    result = describe(*blocks)
    assert ("longDescription" in result.features, result.described_in_full) == (expected, is_complete)


@pytest.mark.parametrize(
    ("formula", "features"),
    [
        (FORMULA, {"MathML", "describedMath"}),
        (replace(FORMULA, spoken=""), {"MathML"}),
        (replace(FORMULA, mathml=""), {"describedMath"}),
    ],
)
def test_formula_features_need_every_formula(formula: Math, features: set[str]) -> None:
    result = describe(formulas(FORMULA, formula))
    assert {"MathML", "describedMath"} & set(result.features) == features


def test_formulas_as_images_are_described_but_not_mathml() -> None:
    accessibility = describe_accessibility(book_of(formulas(FORMULA)), has_formula_images=True)
    assert "MathML" not in accessibility.features and "describedMath" in accessibility.features


def test_a_book_of_plain_text_has_only_the_features_of_every_epub() -> None:
    every = ("displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents")
    assert describe().features == describe(IndexList()).features == every
    assert "index" in describe(IndexList(groups=(IndexGroup(letter="A", entries=()),))).features


def test_page_breaks_add_their_markers_and_navigation() -> None:
    accessibility = describe_accessibility(book_of(), has_page_breaks=True)
    assert {*accessibility.features} - {*describe().features} == {"pageBreakMarkers", "pageNavigation"}


@pytest.mark.parametrize(
    ("moving", "declared", "hazards"),
    [(False, (), ("none",)), (True, (), ("unknown",)), (True, ("flashing",), ("flashing",))],
)
def test_hazards_are_declared_or_unknown_with_animations(
    moving: bool, declared: tuple[str, ...], hazards: tuple[str, ...]
) -> None:
    animation = figure(replace(DOT, picture=replace(PNG, moving=moving)))
    book = book_of(animation, declared=AccessibilityDeclaration(hazards=declared))
    assert describe_accessibility(book).hazards == hazards


def test_the_summary_mentions_alternative_texts_only_in_books_with_images() -> None:
    assert "alternative" not in describe().summary
    assert "All images have alternative texts." in describe(figure(DOT)).summary
    assert "Some images lack alternative texts." in describe(figure(WITHOUT_ALT_TEXT)).summary
    assert "chart" not in describe(figure(DOT)).summary


def test_a_declared_summary_replaces_the_derived_one() -> None:
    book = book_of(figure(DOT), declared=AccessibilityDeclaration(summary="Read aloud."))
    assert describe_accessibility(book).summary == "Read aloud."
