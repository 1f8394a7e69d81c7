"""Test that positions in an e-book page are converted to the surrounding words, which locate the source."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triptych.checks.epub.package import EpubPage, TextContext
from triptych.checks.pieces import FORMULA_KINDS, PICTURE_KINDS

PAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>The light</title></head><body>
<section id="light"><h1><span class="number">1</span> The light</h1>
<p>First &amp; foremost <a id="x"></a>the <em>lamp</em><sup class="noteref"><a epub:type="noteref">7</a></sup> burns.</p>
<figure><img src="a.png" alt="A lamp > 3 metres"/><figcaption><span class="label">Figure 1.1</span> The lamp</figcaption></figure>
<p>So <math alttext="a plus b"><mi>a</mi><mo>+</mo><mi>b</mi></math> it is.</p><p>Last<br/></p>
<table><tr><th>Oil</th><td>dim</td></tr></table>
</section></body></html>
"""


def at(mark: str, page: str = PAGE) -> TextContext:
    """Return the surroundings of the text that follows the given characters on the page."""
    before = page[: page.index(mark) + len(mark)]
    return EpubPage(page).get_context_at(before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_an_element_has_its_first_line_of_text() -> None:
    assert at("<p>").text == "First & foremost the lamp burns."
    assert at("<em>").text == "lamp"
    assert at('<section id="light">').text == at("<h1>").text == "The light"


def test_preceding_text_includes_that_of_drawings() -> None:
    assert (
        at("<p>Last"[:3], PAGE.replace("<p>Fi", "<i>Fi")).preceding_text.split()[-7:]
        == "A lamp > 3 metres The lamp".split()
    )
    assert at("<th>").preceding_text.split()[-6:] == "So a plus b it is. Last".split()[-6:]


def test_element_without_text_uses_the_text_of_its_line() -> None:
    assert at('<a id="x">')[::2] == ("First & foremost the lamp burns.", ("link",))
    assert at("<br/>").text == "Last"


def test_end_tag_and_position_in_text_use_their_line() -> None:
    assert at("burns.</p>").text == at("foremost").text == "First & foremost the lamp burns."


def test_drawings_use_their_alt_text() -> None:
    assert at('alt="A lamp > 3 metres"/>')[::2] == ("A lamp > 3 metres", PICTURE_KINDS)
    assert at('<math alttext="a plus b">')[::2] == ("a plus b", FORMULA_KINDS)
    assert at("<figure>")[::2] == ("A lamp > 3 metres", PICTURE_KINDS)


def test_inline_drawings_use_their_alt_text_too() -> None:
    drawing = '<div role="img" aria-label="A lamp &gt; 3 metres"><svg><path d="M0 0"/></svg></div>'
    page = PAGE.replace('<img src="a.png" alt="A lamp > 3 metres"/>', drawing)
    assert at("<figure>", page)[::2] == ("A lamp > 3 metres", PICTURE_KINDS)


def test_cell_belongs_to_its_table() -> None:
    assert at("<td>")[::2] == ("dim", ("table",))


def test_position_without_a_column_is_the_first_tag_of_the_line() -> None:
    assert EpubPage(PAGE).get_context_at(5).text.startswith("First")


def test_columns_are_counted_in_utf_16_units() -> None:
    page = "<p>\U0001f600\U0001f600</p><p>Here</p>"
    column = page.index("Here") + 1 + 2  # each of both characters takes two UTF-16 units
    assert EpubPage(page).get_context_at(1, column).text == "Here"


def test_element_is_found_by_its_cfi_steps() -> None:
    page = EpubPage(PAGE)
    assert page.get_element_context((4, 2, 2)).text == "The light"
    assert page.get_element_context((4, 2, 4, 4)).text == "lamp"
    assert page.get_element_context((4, 2, 6, 2)).kinds == PICTURE_KINDS
    assert page.get_element_context((4, 99)) == page.get_element_context(()) == TextContext()


TAGS = "<p> </p> <table> <a> </a> <br/> > <math> </math> <!-- --> <![CDATA[ ]]> < </ <?".split()
PIECES = st.sampled_from(
    (*TAGS, "<img alt='é'", "&amp;", "&#xD800;", "word ", "\n", "\r\n", '"', "'", "\U0001f600")
)


@given(st.lists(PIECES, max_size=40).map("".join), st.integers(-2, 9), st.integers(-2, 99))
def test_missing_page_or_position_does_not_raise(text: str, line: int, column: int) -> None:
    page = EpubPage(text)
    assert 0 <= page.get_offset(line, column) <= len(text)
    page.get_context_at(line, column)


@given(st.lists(PIECES, max_size=40).map("".join), st.lists(st.integers(-1, 8), max_size=5))
def test_invalid_steps_do_not_raise(text: str, steps: list[int]) -> None:
    EpubPage(text).get_element_context(steps)
