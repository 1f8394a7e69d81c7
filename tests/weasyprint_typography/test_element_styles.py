"""Test that elements that look alike share one style, even if their parents have classes or ids."""

from __future__ import annotations

from typing import Any

import pytest

from triptych.writers.print.typesetting import BookTypesetter

CSS = "p { margin: 1em } em { color: red } .big { font-size: 20px }"


def styles(first: str, second: str) -> list[Any]:
    """Return the styles of an element in a paragraph inside two other elements."""
    body = "".join(f"<div {attributes}><p><em>words</em></p></div>" for attributes in (first, second))
    xhtml = f'<html lang="en"><body>{body}</body></html>'
    (page,) = BookTypesetter(CSS, lambda scheme, path: (b"", "")).lay_out(xhtml).pages
    return [box.style for box in page._page_box.descendants() if box.element_tag == "em" and box.children]


@pytest.mark.parametrize("second", ['id="b"', ""])
def test_anchor_name_does_not_affect_the_style_of_children(second: str) -> None:
    item, other = styles('id="a"', second)
    assert item is other


@pytest.mark.parametrize(
    ("second", "what"),
    [
        ('id="b" style="font-size: 20px"', "font_size"),
        ('id="b" class="big"', "font_size"),
        ('id="b" lang="de"', "lang"),
    ],
)
def test_other_declarations_affect_children(second: str, what: str) -> None:
    item, other = styles('id="a"', second)
    assert item[what] != other[what]


def test_each_element_keeps_its_anchor() -> None:
    xhtml = '<html lang="en"><body><p id="a">a</p><p id="b">b</p></body></html>'
    (page,) = BookTypesetter(CSS, lambda scheme, path: (b"", "")).lay_out(xhtml).pages
    boxes = page._page_box.descendants()
    assert [box.style["anchor"] for box in boxes if box.element_tag == "p" and box.style["anchor"]] == [
        "a",
        "b",
    ]
