"""The text of a PDF in the order of its tags, held against the book."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from triptych.checks.pdf.reading_order import OrderDifferences, compare_reading_order

LONG = "The lantern stands forty-one metres over the sea and is seen at twenty-one miles."
OTHER = "Nothing but thrift grows on the bare rock, and the keeper has planted nothing else."
THIRD = "Boats leave at noon from the pier, and come back when the light is lit at dusk."


@pytest.fixture
def compared(read_book_of):
    """``compared(markdown, lines…)``: a section beside the lines of a PDF, its titles being there."""

    def run(markdown: str, *lines: str) -> OrderDifferences:
        book, found = read_book_of(markdown, files={"source/dot.png": tiny_png()})
        assert not [finding for finding in found if finding.severity == "error"]
        return compare_reading_order(book, "\n".join(("A book", "A section", *lines, "")))

    return run


def words(pieces) -> list[str]:
    return [f"{piece.kind}: {piece.wordings[0].split()[0]}" for piece in pieces]


def is_sound(comparison: OrderDifferences) -> bool:
    return not comparison.missing_pieces and not comparison.displaced_pieces


def test_what_comes_in_its_order_is_sound(compared) -> None:
    found = compared(f"{LONG}\n\n## Two\n\n{OTHER}\n\n- a\n- b\n", LONG, "1.1 Two", OTHER, "– a", "– b")
    assert is_sound(found)
    assert found.extra_texts == ("11",)


def test_a_paragraph_that_is_nowhere(compared) -> None:
    found = compared(f"{LONG}\n\n{OTHER}\n", LONG)
    assert words(found.missing_pieces) == ["paragraph: Nothing"]


def test_a_paragraph_in_another_place(compared) -> None:
    found = compared(f"{LONG}\n\n{OTHER}\n\n{THIRD}\n", OTHER, THIRD, LONG)
    assert words(found.displaced_pieces) == ["paragraph: The"]
    assert found.missing_pieces == ()


def test_a_short_one_in_another_place(compared) -> None:
    found = compared(f"{LONG}\n\nShort.\n\n{OTHER}\n", LONG, OTHER, "Short.")
    assert words(found.displaced_pieces) == ["paragraph: Short."]


def test_a_paragraph_that_another_text_cuts(compared) -> None:
    first, second = LONG[:40], LONG[40:]
    found = compared(f"{LONG}\n\n{OTHER}\n", first, "1 A note of the page", second, OTHER)
    assert words(found.missing_pieces) == ["paragraph: The"]


def test_words_that_are_there_twice_belong_to_both(compared) -> None:
    assert is_sound(compared(f"Ah.\n\n{LONG}\n\nAh.\n\n{OTHER}\n", "Ah.", LONG, "Ah.", OTHER))
    found = compared(f"Ah.\n\n{LONG}\n\nAh.\n", "Ah.", LONG)
    assert words(found.displaced_pieces) == ["paragraph: Ah."]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_note_may_come_anywhere_behind_its_mark(compared, place: int) -> None:
    text = f"Before.^[What a note says.] {LONG}\n\n{OTHER}\n"
    lines = ["Before.1", LONG, OTHER]
    lines.insert(place + 1, "1 What a note says.")
    assert is_sound(compared(text, *lines))


def test_a_note_before_its_mark_and_notes_in_the_wrong_order(compared) -> None:
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


def test_a_formula_of_a_letter_takes_none_of_a_note_beside_it(compared) -> None:
    found = compared(
        "It goes on^[A note on $x=y$.]. The one of $y$ is given by all that was said before it, as is known.\n",
        "It goes on\nA note on x equals y\nThe one of y is given by all that was said before it, as is known.",
    )
    assert not found.missing_pieces and not found.displaced_pieces


def test_formulas_and_pictures_are_found_amid_their_line(compared) -> None:
    text = f"{LONG} Let $a + b$ be with ![a dot](dot.png) all.\n\n{OTHER}\n"
    assert is_sound(compared(text, f"{LONG} Let a plus b be with a dot all.", OTHER))
    found = compared(text, f"{LONG} Let be with a dot all.", OTHER)
    assert words(found.missing_pieces) == ["formula: a"]


def test_short_words_are_told_from_the_formulas_beside_them(compared) -> None:
    text = f"{LONG}\n\nFrom $O(2^M)$ to $O(D^2)$.\n\n{OTHER}\n"
    spoken = "From O open paren 2 to the power of M close paren to O open paren D squared close paren."
    assert is_sound(compared(text, LONG, spoken, OTHER))


def test_a_listing_may_say_what_paragraphs_before_it_say(compared) -> None:
    one, two = "Legacy **Important** callouts are deprecated.", "Legacy **Tip** callouts are deprecated."
    text = f"{LONG}\n\n{one}\n\n{two}\n\n```\n{one}\n{two}\n```\n\n{OTHER}\n"
    lines = (one.replace("*", ""), two.replace("*", ""), f"{one} {two}")
    assert is_sound(compared(text, LONG, *lines, OTHER))


def test_formulas_that_read_alike_come_in_their_order(compared) -> None:
    text = f"{LONG}\n\n| $X_j$ | one $X_j$ |\n|---|---|\n| $x_j$ | two |\n\n{OTHER}\n"
    assert is_sound(compared(text, LONG, "X sub j", "one X sub j", "x sub j", "two", OTHER))


def test_a_caption_may_stand_above_or_below_and_cells_keep_their_order(compared) -> None:
    text = f"{LONG}\n\n| Lamp | Light |\n|---|---|\n| Oil | dim |\n\n: Lamps in use\n\n{OTHER}\n"
    cells = ("Lamp", "Light", "Oil", "dim")
    assert is_sound(compared(text, LONG, "Table 1 Lamps in use", *cells, OTHER))
    assert is_sound(compared(text, LONG, *cells, "Table 1 Lamps in use", OTHER))
    found = compared(text, LONG, "Table 1 Lamps in use", "dim", "Lamp", "Light", "Oil", OTHER)
    assert words(found.displaced_pieces) == ["table: Lamp"]


def test_cells_of_single_letters_are_told_from_their_like(compared) -> None:
    source = f"{LONG}\n\n|      | a | T |\n|------|---|---|\n| a T  | b | c |\n\n{OTHER}\n"
    assert is_sound(compared(source, LONG, "a T", "a T b c", OTHER))
    assert words(compared(source, LONG, "a T", "b c", OTHER).displaced_pieces) == ["table: a"]


def test_a_figure_of_several_pictures_has_its_caption_behind_them(compared) -> None:
    text = (
        f"{LONG}\n\n::: {{#fig-pair layout-ncol=2}}\n![By day](dot.png){{#fig-a}}\n\n"
        f"![By night](dot.png){{#fig-b}}\n\nTwice\n:::\n\n{OTHER}\n"
    )
    lines = ("By day", "(a) By day", "By night", "(b) By night", "Figure 1 Twice")
    assert is_sound(compared(text, LONG, *lines, OTHER))


def test_what_is_not_the_books_is_left_over(compared) -> None:
    found = compared(f"{LONG}\n", "Contents", LONG, "Draft")
    assert found.extra_texts == ("contents", "draft")


@pytest.mark.parametrize(
    ("line", "is_there"),
    [("المياه والمدن :title", True), ("title: المياه والمدن", True), ("title: المياه", False)],
)
def test_code_of_both_directions_may_have_its_words_in_any_order(compared, line: str, is_there: bool) -> None:
    found = compared(f"{LONG}\n\n```yaml\ntitle: المياه والمدن\n```\n\n{OTHER}\n", LONG, line, OTHER)
    assert is_sound(found) == is_there
