"""Test that nodes are located in the source by scanning it in order."""

from __future__ import annotations

import pytest

from triptych.reading.locator import Locator, _WordIndex

TEXT = "# One\n\nSome *words* stand here.\n\nA [link](#x) and `#x`.\n"


def place(span: object) -> tuple[int, int]:
    return (span.line, span.column)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(0, (1, 1)), (4, (1, 5)), (5, (1, 6)), (6, (2, 1)), (7, (3, 1)), (len(TEXT), (6, 1))],
)
def test_offsets_become_lines_and_columns_from_one(offset: int, expected: tuple[int, int]) -> None:
    assert place(Locator("a.md", TEXT).make_span(offset)) == expected


def test_an_empty_text_has_one_place() -> None:
    assert place(Locator("a.md", "").get_current_span()) == (1, 1)


def test_words_are_found_through_markup() -> None:
    assert place(Locator("a.md", TEXT).find_words("Some words stand here.")) == (3, 1)


def test_words_are_found_through_links_and_attributes() -> None:
    locator = Locator("a.md", "x\n\n**Bold**{.a b=c} [text](target.md) end of it\n")
    assert place(locator.find_words("Bold text end of it")) == (3, 3)


def test_words_are_found_through_typographic_quotes_and_dashes() -> None:
    locator = Locator("a.md", 'x\n\n"Never" -- it\'s said...\n')
    assert place(locator.find_words("“Never” – it’s said…")) == (3, 2)


def test_a_word_is_found_only_as_a_whole() -> None:
    assert place(Locator("a.md", "there\nhere\n").find_words("here")) == (2, 1)


def test_the_finger_only_moves_forward() -> None:
    locator = Locator("a.md", "one\ntwo\none\n")
    assert place(locator.find_words("one")) == (1, 1)
    assert place(locator.find_words("two")) == (2, 1)
    assert place(locator.find_words("one")) == (3, 1)


def test_missing_text_is_located_at_the_cursor() -> None:
    locator = Locator("a.md", "one\ntwo\n")
    locator.find_words("two")
    assert place(locator.find_words("three")) == (2, 1)
    assert place(locator.find_literal("three")) == (2, 1)


def test_literal_is_found_exactly() -> None:
    assert place(Locator("a.md", TEXT).find_literal("#x")) == (5, 10)


def test_two_nodes_may_share_a_literal() -> None:
    locator = Locator("a.md", "<https://a.example>\n")
    assert locator.find_literal("https://a.example") == locator.find_literal("https://a.example")


def test_cursor_moves_past_the_match() -> None:
    locator = Locator("a.md", ".chart\n.chart\n")
    assert [place(locator.pass_literal(".chart")), place(locator.pass_literal(".chart"))] == [(1, 1), (2, 1)]


def test_distant_short_word_is_not_matched() -> None:
    assert place(Locator("a.md", "x " * 300 + "\nit\n").find_words("it")) == (1, 1)


def test_empty_text_is_located_at_the_cursor() -> None:
    assert place(Locator("a.md", TEXT).find_words("…")) == (1, 1)


def test_columns_count_characters_not_bytes() -> None:
    assert place(Locator("a.md", "äöü 😀 here\n").find_words("here")) == (1, 7)


def test_an_address_in_a_definition_does_not_move_the_finger() -> None:
    locator = Locator("a.md", "See [there][x] now.\n\nThen this.\n\n[x]: https://a.example\n")
    locator.find_words("See there now")
    assert place(locator.find_url("https://a.example")) == (1, 1)
    assert place(locator.find_words("Then this")) == (3, 1)


def test_distant_url_belongs_to_another_link() -> None:
    locator = Locator("a.md", "Here.\n\n" + "word " * 600 + "\n\n[x](https://a.example)\n")
    locator.find_words("Here")
    assert place(locator.find_url("https://a.example")) == (1, 1)


def test_a_paragraph_is_passed_to_its_end_so_that_short_words_are_near() -> None:
    locator = Locator("a.md", "First words stand here, " + "and more " * 100 + "\n\nBut no.\n")
    locator.pass_paragraph(locator.find_words("First words stand here"))
    assert place(locator.find_words("But no")) == (3, 1)


@pytest.mark.parametrize("block", ["- Two", "1. Two", "> Two", "# Two", "::: x\nTwo", "| Two |", "\nTwo"])
def test_paragraph_ends_at_the_next_block(block: str) -> None:
    locator = Locator("a.md", f"One paragraph of words\n{block}\n")
    locator.pass_paragraph(locator.find_words("One paragraph of words"))
    assert place(locator.find_words("Two"))[0] > 1


def test_heading_is_found_regardless_of_the_cursor() -> None:
    locator = Locator("a.md", "# A\n\nText\n\n## B c\n\nText\n\n## B\n\nFar away words\n")
    assert place(locator.find_heading("A")) == (1, 3)
    locator.find_words("Far away words")
    assert place(locator.find_heading("B c")) == (5, 4)
    assert place(locator.find_heading("B")) == (9, 4)


def test_a_heading_under_a_line_of_dashes_is_found_by_its_words() -> None:
    assert place(Locator("a.md", "Text\n\nA heading\n---------\n").find_heading("A heading")) == (3, 1)


def test_code_is_found_whole_before_its_first_line() -> None:
    text = "```\n$ make\nNo rule.\n```\n\n```\n$ make\nDone.\n```\n"
    assert place(Locator("a.md", text).find_code("$ make\nDone.")) == (7, 1)
    assert place(Locator("a.md", "- item\n\n      $ make\n      Done.\n").find_code("$ make\nDone.")) == (
        3,
        7,
    )


def test_distant_first_line_belongs_to_other_code() -> None:
    locator = Locator("a.md", "Text " * 600 + "\n\n    $ make\n    Other.\n")
    assert place(locator.find_code("$ make\nDone.")) == (1, 1)


@pytest.mark.parametrize(
    ("text", "key", "column"),
    [
        ("::: {#a .chart x=year y=b}", "y", 23),
        ('::: {#a .chart fig-alt="y=1 or {2}" y=b}', "y", 37),
        ("::: {#a .chart x=year} y=b", "y", 8),
        ("{y=1} ::: {x=1 #a y = b}", "y", 19),
        ('<div id="q" class="chart" y="2">#a', "y", 27),
    ],
)
def test_attribute_is_found_within_its_braces(text: str, key: str, column: int) -> None:
    locator = Locator("a.md", text)
    locator.pass_literal("#a")
    assert locator.make_attribute_finder()(key).column == column


def test_formulas_are_found_one_after_the_other_and_with_macros_put_in() -> None:
    locator = Locator("a.md", "x\n\nthe $x$ and $\\R$ and\n\n$$\n\\R^2\n$$\n\nor $x$\n")
    places = [place(locator.find_formula(tex)) for tex in ("x", "{\\mathbb{R}}", "\n{\\mathbb{R}}^2\n", "x")]
    assert places == [(3, 6), (3, 14), (5, 3), (9, 5)]


def test_displayed_formula_is_located_by_its_text() -> None:
    locator = Locator("a.md", "text\n\n$$\ny = x\n$$\n\nand $z$, or $$\ny = x\n$$\n")
    span = locator.find_words("y = x")
    assert place(locator.find_formula("\ny = x\n")) == place(span) == (4, 1)
    assert place(locator.find_formula("{z}")) == (7, 6)


def test_notes_with_equal_beginnings_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    find_end = _WordIndex.find_end

    def count(words: _WordIndex, index: int, following_words: list[str], text: str) -> int | None:
        tried.append(index)
        return find_end(words, index, following_words, text)

    monkeypatch.setattr(_WordIndex, "find_end", count)
    locator = Locator("a.md", "".join(f"Word ^[Note {number} with *some* text.]\n" for number in range(300)))
    for number in range(300):
        span = locator.copy_at_start().find_words(f"Note {number} with some text.")
        assert place(span) == (number + 1, 8)
    assert len(tried) < 6 * 300


def test_search_continues_after_a_partial_match() -> None:
    locator = Locator("a.md", "one two three\none four rare\none two rare\n")
    assert place(locator.find_words("one two rare")) == (3, 1)
