"""Test that logical sides are converted to physical ones for horizontal books."""

from __future__ import annotations

import pytest

from triptych.writers.epub.package import convert_logical_properties


@pytest.mark.parametrize(
    ("logical", "ltr", "rtl"),
    [
        ("margin-block: 1em 2em;", "margin-top: 1em; margin-bottom: 2em;", None),
        ("margin-block:1em}", "margin-top: 1em; margin-bottom: 1em}", None),
        (
            "padding-inline: 0 calc(1em + 2px);",
            "padding-left: 0; padding-right: calc(1em + 2px);",
            "padding-right: 0; padding-left: calc(1em + 2px);",
        ),
        ("border-inline: 1px solid;", "border-left: 1px solid; border-right: 1px solid;",
         "border-right: 1px solid; border-left: 1px solid;"),
        ("padding-inline-start: 1em", "padding-left: 1em", "padding-right: 1em"),
        ("border-inline-end-color: red", "border-right-color: red", "border-left-color: red"),
        ("border-block-start: 1px solid", "border-top: 1px solid", None),
        ("max-inline-size: 9em; block-size: 1em", "max-width: 9em; height: 1em", None),
        ("text-align: start; float: inline-end", "text-align: left; float: right",
         "text-align: right; float: left"),
    ],
)  # fmt: skip
def test_a_side_is_that_of_the_direction(logical: str, ltr: str, rtl: str | None) -> None:
    assert convert_logical_properties(logical, "ltr") == ltr
    assert convert_logical_properties(logical, "rtl") == (rtl or ltr)


@pytest.mark.parametrize(
    "css", ["margin: 1em 2em", "align-items: start", ".margin-block-start { x: y }", "text-align: left", "--margin-block: 1", "margin-block: }", "padding-inline: )"]
)  # fmt: skip
def test_other_properties_are_unchanged(css: str) -> None:
    assert convert_logical_properties(css, "rtl") == css
