"""Compare the text of a PDF in tag order with the book."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from triptych.checks.pdf.reading_order import OrderDifferences, compare_reading_order

LONG = "The lantern stands forty-one metres over the sea and is seen at twenty-one miles."
OTHER = "Nothing but thrift grows on the bare rock, and the keeper has planted nothing else."
THIRD = "Boats leave at noon from the pier, and come back when the light is lit at dusk."


@pytest.fixture
def compared(read_book_of):
    """Return a function that compares a section in Markdown with lines of a PDF, which contain titles."""

    def run(markdown: str, *lines: str) -> OrderDifferences:
        book, findings = read_book_of(markdown, files={"source/dot.png": tiny_png()})
        assert not [finding for finding in findings if finding.severity == "error"]
        return compare_reading_order(book, "\n".join(("A book", "A section", *lines, "")))

    return run


def words(pieces) -> list[str]:
    return [f"{piece.kind}: {piece.wordings[0].split()[0]}" for piece in pieces]


def is_sound(comparison: OrderDifferences) -> bool:
    return not comparison.missing_pieces and not comparison.displaced_pieces


def test_content_in_order_has_no_finding(compared) -> None:
    result = compared(f"{LONG}\n\n## Two\n\n{OTHER}\n\n- a\n- b\n", LONG, "1.1 Two", OTHER, "– a", "– b")
    assert is_sound(result)
    assert result.extra_texts == ("11",)


def test_a_paragraph_that_is_nowhere(compared) -> None:
    result = compared(f"{LONG}\n\n{OTHER}\n", LONG)
    assert words(result.missing_pieces) == ["paragraph: Nothing"]


def test_a_paragraph_in_another_place(compared) -> None:
    result = compared(f"{LONG}\n\n{OTHER}\n\n{THIRD}\n", OTHER, THIRD, LONG)
    assert words(result.displaced_pieces) == ["paragraph: The"]
    assert result.missing_pieces == ()


def test_a_short_one_in_another_place(compared) -> None:
    result = compared(f"{LONG}\n\nShort.\n\n{OTHER}\n", LONG, OTHER, "Short.")
    assert words(result.displaced_pieces) == ["paragraph: Short."]


def test_a_paragraph_that_another_text_cuts(compared) -> None:
    first, second = LONG[:40], LONG[40:]
    result = compared(f"{LONG}\n\n{OTHER}\n", first, "1 A note of the page", second, OTHER)
    assert words(result.missing_pieces) == ["paragraph: The"]


def test_repeated_text_matches_both_pieces(compared) -> None:
    assert is_sound(compared(f"Ah.\n\n{LONG}\n\nAh.\n\n{OTHER}\n", "Ah.", LONG, "Ah.", OTHER))
    result = compared(f"Ah.\n\n{LONG}\n\nAh.\n", "Ah.", LONG)
    assert words(result.displaced_pieces) == ["paragraph: Ah."]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_note_may_follow_its_call_anywhere(compared, place: int) -> None:
    text = f"Before.^[What a note says.] {LONG}\n\n{OTHER}\n"
    lines = ["Before.1", LONG, OTHER]
    lines.insert(place + 1, "1 What a note says.")
    assert is_sound(compared(text, *lines))


def test_notes_before_their_calls_or_out_of_order_are_reported(compared) -> None:
    text = f"{LONG}\n\n{OTHER}^[What a note says.]\n\n{THIRD}^[And another.]\n"
    early = compared(text, "1 What a note says.", LONG, OTHER, THIRD, "2 And another.")
    assert words(early.displaced_pieces) == ["footnote: What"]
    turned = compared(text, LONG, OTHER, THIRD, "2 And another.", "1 What a note says.")
    assert words(turned.displaced_pieces) == ["footnote: And"]


def test_formulas_are_found_amid_their_note(compared) -> None:
    source = f"{LONG}^[$x + y$ is the sum of all of its terms, $x - y$ is not.]\n\n{OTHER}\n"
    note = "1 x plus y is the sum of all of its terms, x minus y is not."
    assert is_sound(compared(source, f"{LONG} 1", note, OTHER))
    assert words(compared(source, f"x minus y {LONG} 1", note[:48], OTHER, "is not.").displaced_pieces)


def test_short_formula_does_not_match_text_of_an_adjacent_note(compared) -> None:
    result = compared(
        "It goes on^[A note on $x=y$.]. The one of $y$ is given by all that was said before it, as is known.\n",
        "It goes on\nA note on x equals y\nThe one of y is given by all that was said before it, as is known.",
    )
    assert not result.missing_pieces and not result.displaced_pieces


def test_formulas_and_pictures_are_found_amid_their_line(compared) -> None:
    text = f"{LONG} Let $a + b$ be with ![a dot](dot.png) all.\n\n{OTHER}\n"
    assert is_sound(compared(text, f"{LONG} Let a plus b be with a dot all.", OTHER))
    result = compared(text, f"{LONG} Let be with a dot all.", OTHER)
    assert words(result.missing_pieces) == ["formula: a"]


def test_short_words_are_distinguished_from_adjacent_formulas(compared) -> None:
    text = f"{LONG}\n\nFrom $O(2^M)$ to $O(D^2)$.\n\n{OTHER}\n"
    spoken = "From cap O open paren 2 to the cap M close paren to cap O open paren cap D squared close paren."
    assert is_sound(compared(text, LONG, spoken, OTHER))


def test_listing_may_repeat_preceding_paragraphs(compared) -> None:
    item, two = "Legacy **Important** callouts are deprecated.", "Legacy **Tip** callouts are deprecated."
    text = f"{LONG}\n\n{item}\n\n{two}\n\n```\n{item}\n{two}\n```\n\n{OTHER}\n"
    lines = (item.replace("*", ""), two.replace("*", ""), f"{item} {two}")
    assert is_sound(compared(text, LONG, *lines, OTHER))


def test_identical_formulas_are_matched_in_order(compared) -> None:
    text = f"{LONG}\n\n| $X_j$ | one $X_j$ |\n|---|---|\n| $x_j$ | two |\n\n{OTHER}\n"
    assert is_sound(compared(text, LONG, "cap X sub j", "one cap X sub j", "x sub j", "two", OTHER))


def test_caption_may_precede_or_follow_and_cells_keep_their_order(compared) -> None:
    text = f"{LONG}\n\n| Lamp | Light |\n|---|---|\n| Oil | dim |\n\n: Lamps in use\n\n{OTHER}\n"
    cells = ("Lamp", "Light", "Oil", "dim")
    assert is_sound(compared(text, LONG, "Table 1 Lamps in use", *cells, OTHER))
    assert is_sound(compared(text, LONG, *cells, "Table 1 Lamps in use", OTHER))
    result = compared(text, LONG, "Table 1 Lamps in use", "dim", "Lamp", "Light", "Oil", OTHER)
    assert words(result.displaced_pieces) == ["table: Lamp"]


def test_cells_with_single_letters_are_distinguished(compared) -> None:
    source = f"{LONG}\n\n|      | a | T |\n|------|---|---|\n| a T  | b | c |\n\n{OTHER}\n"
    assert is_sound(compared(source, LONG, "a T", "a T b c", OTHER))
    assert words(compared(source, LONG, "a T", "b c", OTHER).displaced_pieces) == ["table: a"]


def test_caption_follows_a_figure_with_several_pictures(compared) -> None:
    text = (
        f"{LONG}\n\n::: {{#fig-pair layout-ncol=2}}\n![By day](dot.png){{#fig-a}}\n\n"
        f"![By night](dot.png){{#fig-b}}\n\nTwice\n:::\n\n{OTHER}\n"
    )
    lines = ("By day", "(a) By day", "By night", "(b) By night", "Figure 1 Twice")
    assert is_sound(compared(text, LONG, *lines, OTHER))


def test_text_that_is_not_from_the_book_is_listed(compared) -> None:
    result = compared(f"{LONG}\n", "Contents", LONG, "Draft")
    assert result.extra_texts == ("contents", "draft")


@pytest.mark.parametrize(
    ("line", "is_there"),
    [("المياه والمدن :title", True), ("title: المياه والمدن", True), ("title: المياه", False)],
)
def test_code_in_both_directions_may_be_in_any_order(compared, line: str, is_there: bool) -> None:
    result = compared(f"{LONG}\n\n```yaml\ntitle: المياه والمدن\n```\n\n{OTHER}\n", LONG, line, OTHER)
    assert is_sound(result) == is_there
