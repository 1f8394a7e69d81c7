"""Test that long code lines continue below their start, with a mark, and are copied as one line."""

from __future__ import annotations

import re
import zlib

import pytest

from tests.writers.print.quires import bound, lay, painted, texts
from weasyprint_typography.line_ends import measure_hanging_indent

CSS = """
@font-face { font-family: Code; src: url(font:JetBrainsMono-Regular.ttf) }
pre { font: 10pt/12pt Code; white-space: pre-wrap; overflow-wrap: anywhere; width: 200pt; margin: 0 }
.line { display: inline-block; width: 100% }
.number { display: inline-block; width: 20pt }
"""
EM = 10 / 0.75  # CSS pixels


def starts(code: str) -> list[float]:
    """Return where each line of code begins, in characters from the left edge of the code."""
    (page,) = lay(f"<pre>{code}</pre>", CSS)[0].pages
    pre = page._page_box.children[0].children[0].children[0]
    width = 0.6 * EM
    return [round((line.children[0].position_x - pre.content_box_x()) / width, 2) for line in pre.children]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("short", [0]),
        ("one two three four five six seven eight nine", [0, 2]),
        ("    return one two three four five six seven", [0, 6]),
        ("a\nb one two three four five six seven eight\nc", [0, 0, 2, 0]),
        ("<span>x</span>(<b>one two three four</b>, five six seven eight)", [0, 2]),
        ("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", [0, 2]),
        (" " * 30 + "one two three", [0, 13.33]),  # at most two fifths of the line width
    ],
)
def test_the_rest_of_a_long_line_hangs_under_its_beginning(code: str, expected: list[float]) -> None:
    assert starts(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "one two three four five six seven eight nine ten",
        "https://example.org/one/two/three/four/five/six/seven/eight",
        "call(<b>argument_one, argument_two</b>, argument_three, four)",
        '<span class="line"><span class="number">7</span>one two three four five six seven</span>',
    ],
)
def test_a_long_line_is_copied_as_one(code: str) -> None:
    (page,) = texts(bound(painted(f"<pre>{code}</pre>", CSS)))
    output = re.sub("<[^>]*>", "", re.sub('<span class="number">7</span>', "", code))
    copied = re.sub("^7\\s*", "", page).replace("\ufffe", "").strip()
    assert copied == output


def test_separate_code_lines_stay_separate() -> None:
    (page,) = texts(bound(painted("<pre>one\ntwo three\n\nfour</pre>", CSS)))
    assert page.split() == ["one", "two", "three", "four"] and page.count("\n") >= 2


def test_a_mark_outside_the_text_precedes_the_rest_of_each_line() -> None:
    sheets = painted("<pre>" + "one two three four five six seven eight\n" * 3 + "short</pre>", CSS).pages
    content = zlib.decompress(sheets[0].content)
    assert content.count(b"/Artifact BMC") == 3


def test_the_indent_counts_the_spaces_of_the_beginning() -> None:
    (page,) = lay("<pre>x</pre>", CSS)[0].pages
    style = page._page_box.children[0].children[0].children[0].style
    assert measure_hanging_indent("  x", style, 1000) == pytest.approx(4 * 0.6 * EM, rel=0.01)
    assert measure_hanging_indent(" " * 90, style, 100) == 40
