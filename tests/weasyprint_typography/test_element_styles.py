"""Elements that look alike have one style, also where those around them have names."""

from __future__ import annotations

from typing import Any

import pytest

from triptych.writers.print.typesetting import BookTypesetter

CSS = "p { margin: 1em } em { color: red } .big { font-size: 20px }"


def styles(first: str, second: str) -> list[Any]:
    """The styles of an element in a paragraph that stands in two others."""
    body = "".join(f"<div {attributes}><p><em>words</em></p></div>" for attributes in (first, second))
    xhtml = f'<html lang="en"><body>{body}</body></html>'
    (page,) = BookTypesetter(CSS, lambda scheme, path: (b"", "")).lay_out(xhtml).pages
    return [box.style for box in page._page_box.descendants() if box.element_tag == "em" and box.children]


@pytest.mark.parametrize("second", ['id="b"', ""])
def test_a_name_makes_no_difference_to_what_stands_in_it(second: str) -> None:
    one, other = styles('id="a"', second)
    assert one is other


@pytest.mark.parametrize(
    ("second", "what"),
    [
        ('id="b" style="font-size: 20px"', "font_size"),
        ('id="b" class="big"', "font_size"),
        ('id="b" lang="de"', "lang"),
    ],
)
def test_all_else_that_is_said_of_it_does(second: str, what: str) -> None:
    one, other = styles('id="a"', second)
    assert one[what] != other[what]


def test_each_keeps_its_own_name() -> None:
    xhtml = '<html lang="en"><body><p id="a">a</p><p id="b">b</p></body></html>'
    (page,) = BookTypesetter(CSS, lambda scheme, path: (b"", "")).lay_out(xhtml).pages
    boxes = page._page_box.descendants()
    assert [box.style["anchor"] for box in boxes if box.element_tag == "p" and box.style["anchor"]] == [
        "a",
        "b",
    ]
