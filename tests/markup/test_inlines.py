"""Test the size of inline pictures."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, section_xhtml, tiny_png
from triptych.markup.inlines import is_pinned, write_inlines
from triptych.model.nodes import CITED_TITLE, Attr, Image, IndexMark, Inline, Link, Phrase, Text
from triptych.writers.print.documents import PrintOutput


@pytest.mark.parametrize(
    ("asked", "style"),
    [
        ("width=20px", 'style="width: 20px"'),
        ("width=20px height=1cm", 'style="width: 20px; height: 1cm"'),
        ("width=50% height=30%", 'style="width: 50%"'),
        ("height=30%", ""),
        ("width=wide", ""),
    ],
)
def test_picture_has_the_requested_size(read_book_of: ReadBook, asked: str, style: str) -> None:
    book, _ = read_book_of(f"A ![dot](dot.png){{{asked}}} here.\n", files={"source/dot.png": tiny_png()})
    image = section_xhtml(book).partition("<img ")[2].partition(">")[0]
    assert ("style=" in image) == bool(style)
    assert style in image


def test_abbreviation_has_its_expansion(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('An <abbr title="gigawatt" class="unit">GW</abbr> and [kW]{.abbr lang=de}.\n')
    xhtml = section_xhtml(book)
    assert '<abbr title="gigawatt" class="unit">GW</abbr>' in xhtml
    assert '<abbr lang="de" xml:lang="de">kW</abbr>' in xhtml


@pytest.mark.parametrize(
    ("identifier", "expected"), [("idx-1", '<span class="index-mark" id="idx-1"></span>'), ("", "")]
)
def test_index_mark_is_written_only_if_the_index_can_link_to_it(identifier: str, expected: str) -> None:
    mark = IndexMark(path=(), attr=Attr(identifier))
    assert write_inlines((mark,), PrintOutput({})) == expected


def printed(node: Inline) -> str:
    return write_inlines((node,), PrintOutput({}))


@pytest.mark.parametrize(
    ("alt", "classes", "expected"),
    [("A dot", (), "A dot"), ("A dot", ("decorative",), " "), ("", (), " "), ("", ("decorative",), " ")],
)
def test_an_image_without_information_has_a_space_as_alt_text_in_print(
    alt: str, classes: tuple[str, ...], expected: str
) -> None:
    assert f' alt="{expected}"' in printed(Image(source="a.png", alt=alt, attr=Attr(classes=classes)))


def test_wide_image_fills_its_width_regardless_of_its_size() -> None:
    attr = Attr(classes=("full-width",), pairs=(("width", "20px"),))
    assert 'style="width: 100%"' in printed(Image(source="a.png", alt="A", attr=attr))


def test_only_links_of_glossary_terms_keep_their_ids() -> None:
    words = (Text(text="T"),)
    plain = Link(target="#a", content=words, attr=Attr("use"))
    term = Link(target="#a", content=words, attr=Attr("use", ("term",)))
    assert printed(plain) == '<a href="#a">T</a>'
    assert printed(term) == '<a href="#a" class="term" id="use">T</a>'


def test_cited_title_in_print_is_an_element_only_with_a_language() -> None:
    words = (Text(text="T"),)
    french = Attr(classes=(CITED_TITLE,), pairs=(("lang", "fr"),))
    assert printed(Phrase(attr=french, content=words)) == '<span lang="fr" xml:lang="fr">T</span>'
    assert printed(Phrase(attr=Attr(classes=(CITED_TITLE,)), content=words)) == "T"


@pytest.mark.parametrize(
    ("attr", "expected"),
    [
        (Attr(classes=("no-float",)), True),
        (Attr(pairs=(("fig-pos", "H"),)), True),
        (Attr(pairs=(("fig-pos", "h!"),)), True),
        (Attr(pairs=(("fig-pos", "htb"),)), False),
        (Attr(), False),
    ],
)
def test_a_figure_is_pinned_by_its_class_or_its_position(attr: Attr, expected: bool) -> None:
    assert is_pinned(attr) is expected
