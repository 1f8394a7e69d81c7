"""Test the index: sorted, unique entries with their locators."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Diagnostic
from triptych.model.book import Book
from triptych.model.nodes import IndexEntry, IndexList, IndexMark, Styled
from triptych.model.walk import chapter_nodes, plain_text


def index_of(book: Book) -> IndexList:
    (result,) = (n for chapter in book.chapters for n in chapter_nodes(chapter) if isinstance(n, IndexList))
    return result


def lines(entries: tuple[IndexEntry, ...], depth: int = 0) -> list[str]:
    """Return entries with their levels and the number of their locators."""
    out = []
    for entry in entries:
        out.append(f"{'- ' * depth}{plain_text(entry.content)} {len(entry.locators)}")
        out += lines(entry.children, depth + 1)
    return out


def test_entries_are_sorted_under_their_letters(read_book_of: ReadBook) -> None:
    book, result = read_book_of(r"\index{beta}\index{Alpha}\index{alto}\index{42}\index{éclair}Text." + "\n")
    assert not result
    groups = index_of(book).groups
    assert [(group.letter, lines(group.entries)) for group in groups] == [
        ("", ["42 1"]),
        ("A", ["Alpha 1", "alto 1"]),
        ("B", ["beta 1"]),
        ("E", ["éclair 1"]),
    ]


def test_subentries_are_below_their_entry(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(r"\index{energy!solar!roof}\index{energy!wind}\index{energy}Text." + "\n")
    (group,) = index_of(book).groups
    assert lines(group.entries) == ["energy 1", "- solar 0", "- - roof 1", "- wind 1"]


def test_span_is_an_entry_and_its_text_is_kept(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('The [kilowatt]{.index} and the [Watt]{.index entry="units!watt"}.\n')
    assert plain_text(book.chapters[0].blocks) == "The kilowatt and the Watt."
    assert [lines(group.entries) for group in index_of(book).groups] == [
        ["kilowatt 1"],
        ["units 0", "- watt 1"],
    ]


def test_the_same_entry_in_capitals_is_the_same_entry(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("[Wind]{.index} and [wind]{.index}.\n")
    (group,) = index_of(book).groups
    assert lines(group.entries) == ["Wind 2"]


def test_sort_key_may_differ_from_the_text(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(r"\index{omega@$\omega$ and \emph{more}}\index{zeta}Text." + "\n")
    first, second = index_of(book).groups
    assert first.letter == "O"
    assert second.letter == "Z"
    assert any(isinstance(node, Styled) for node in first.entries[0].content)


def test_an_escaped_mark_is_a_character(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('\\index{wow"!}\\index{a"@b}Text.\n')
    assert [line for group in index_of(book).groups for line in lines(group.entries)] == ["a@b 1", "wow! 1"]


def test_passage_links_to_its_start_and_end(read_book_of: ReadBook) -> None:
    book, result = read_book_of("\\index{wind|(}One.\n\nTwo.\\index{wind|)}\n")
    assert not result
    (locator,) = index_of(book).groups[0].entries[0].locators
    marks = [n.attr.id for n in chapter_nodes(book.chapters[0]) if isinstance(n, IndexMark)]
    assert [locator.target, locator.end] == marks


def test_see_and_see_also_link_to_entries(read_book_of: ReadBook) -> None:
    book, result = read_book_of(
        r"\index{turbine}\index{mill|see{turbine}}\index{turbine|seealso{wind!power}}\index{wind!power}T."
        + "\n"
    )
    assert not result
    entries = {plain_text(entry.content): entry for group in index_of(book).groups for entry in group.entries}
    assert entries["mill"].locators == ()
    assert entries["mill"].see[0].target == entries["turbine"].attr.id
    (also,) = entries["turbine"].see_also
    assert plain_text(also.content) == "wind, power"
    assert also.target == entries["wind"].children[0].attr.id


@pytest.mark.parametrize("how", ["|textbf", "|main"])
def test_the_chief_place_is_marked(read_book_of: ReadBook, how: str) -> None:
    book, _ = read_book_of(f"\\index{{wind{how}}}Text.\n")
    assert index_of(book).groups[0].entries[0].locators[0].is_principal


def test_place_is_named_by_its_section_without_page_numbers(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("Text\\index{a}.\n\n## More\n\nText\\index{b}.\n")
    words = [group.entries[0].locators[0].words for group in index_of(book).groups]
    assert words == ["1", "1.1"]


def test_book_without_marks_has_no_index(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("Text.\n")
    assert len(book.chapters) == 1


def test_text_outside_index_commands_is_literal(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A path \\indexes and C:\\Users.\n")
    assert "Users" in plain_text(book.chapters[0].blocks)
    assert len(book.chapters) == 1


def told(found: list[Diagnostic]) -> list[str]:
    return [f"{item.span.line}: {item.code} {item.message}" for item in found if item.span]


def test_unmatched_range_ends_are_reported(read_book_of: ReadBook) -> None:
    text = "A\\index{wind|)}\n\nB\\index{sun!roof|(}\n\nC\\index{sea|(}\\index{sea|(}\\index{sea|)}\n"
    book, result = read_book_of(text)
    assert told(result) == [
        '4: IDX002 index range "wind" is closed but was never opened',
        '6: IDX002 index range "sun, roof" is opened but never closed',
        '8: IDX002 index range "sea" is opened but never closed',
    ]
    entries = {plain_text(entry.content): entry for group in index_of(book).groups for entry in group.entries}
    assert [(place.end != "") for place in entries["sea"].locators] == [True, False]
    assert entries["wind"].locators == ()
    assert len(entries["sun"].children[0].locators) == 1


def test_missing_see_target_is_reported_and_written_without_a_link(read_book_of: ReadBook) -> None:
    book, findings = read_book_of(
        r"\index{mill|see{turbin}}\index{turbine!old}\index{a|seealso{ Turbine ! OLD }}T." + "\n"
    )
    assert told(findings) == ['4: IDX001 index cross-reference points to "turbin", which is not in the index']
    assert findings[0].hint == 'did you mean "turbine"?'
    entries = {plain_text(entry.content): entry for group in index_of(book).groups for entry in group.entries}
    (gone,), (there,) = entries["mill"].see, entries["a"].see_also
    assert (plain_text(gone.content), gone.target) == ("turbin", "")
    assert (plain_text(there.content), there.target) == (
        "Turbine, OLD",
        entries["turbine"].children[0].attr.id,
    )


def test_symbols_and_digits_precede_letters(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(r"\index{zeta}\index{42}\index{+}\index{alpha}\index{5G}T." + "\n")
    groups = [
        (group.letter, [plain_text(entry.content) for entry in group.entries])
        for group in index_of(book).groups
    ]
    assert [letter for letter, _ in groups] == ["", "A", "Z"]
    assert groups[0][1] == ["+", "42", "5G"]


def test_place_without_a_number_is_named_by_its_title(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("## Words[^1] [here](#x) {.unnumbered}\n\nText\\index{a}.\n\n[^1]: A note.\n")
    assert index_of(book).groups[0].entries[0].locators[0].words == "Words here"
