"""Test that text is escaped into valid XML."""

from __future__ import annotations

import pytest
from lxml import etree

from triptych.markup.xml import escape, tag, void_tag


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ('"x"', "&quot;x&quot;"),
        ("]]>", "]]&gt;"),
        ("&amp;", "&amp;amp;"),
        ("ä😀", "ä😀"),
    ],
)
def test_markup_characters_are_escaped(value: str, expected: str) -> None:
    assert escape(value) == expected


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"])
def test_characters_that_xml_forbids_are_replaced(character: str) -> None:
    assert escape(f"a{character}b") == "a\ufffdb"


@pytest.mark.parametrize("character", ["\t", "\n", "\u0085", "\u2028", "\ufffd", "\U0010ffff"])
def test_characters_allowed_in_xml_are_kept(character: str) -> None:
    assert escape(character) == character


def test_attribute_values_are_escaped() -> None:
    element = etree.fromstring(tag("p", "x", title="\"'><script>&"))
    assert element.get("title") == "\"'><script>&"


def test_attribute_names_match_xhtml() -> None:
    assert (
        tag("p", "x", class_="a", epub_type="b", data_x="c") == '<p class="a" epub:type="b" data-x="c">x</p>'
    )


def test_attributes_without_a_value_are_left_out() -> None:
    assert tag("p", "x", id=None, class_="") == "<p>x</p>"


def test_empty_alt_text_is_written() -> None:
    assert void_tag("img", src="a.png", alt="") == '<img src="a.png" alt=""/>'


def test_an_element_without_content_is_closed() -> None:
    assert tag("td") == "<td></td>"
