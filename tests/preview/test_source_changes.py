"""Test the first changed line between two builds, and the words that locate it in outputs."""

from __future__ import annotations

import pytest

from triptych.preview.alignment import WordIndex, split_words
from triptych.preview.source_changes import ChangedFiles, find_change

OLD = "# Title\n\nOne two three.\nFour five six.\n\nSeven eight nine.\n"


@pytest.mark.parametrize(
    ("new", "line", "focus"),
    [
        (OLD.replace("five", "fifth"), 4, "fifth"),
        (OLD.replace("One", "First"), 3, "first"),
        (OLD.replace("Four five six.\n", ""), 5, "seven"),
        (OLD + "\nTen.\n", 8, "ten"),
        (OLD.replace("Seven eight nine.\n", ""), 4, "six"),
        (OLD.replace("five", "**five** and a half"), 4, "and"),
    ],
)
def test_the_first_changed_word_has_the_line(new: str, line: int, focus: str) -> None:
    change = find_change("source/a.md", OLD, new)
    assert change and (change.line, change.query.words[change.query.focus]) == (line, focus)


@pytest.mark.parametrize("new", [OLD, OLD.replace("\n\n", "\n\n\n"), OLD.replace("two", "*two*"), ""])
def test_unchanged_words_are_no_change(new: str) -> None:
    assert find_change("source/a.md", OLD, new) is None


def test_words_of_the_paragraph_weigh_more() -> None:
    change = find_change("source/a.md", OLD, OLD.replace("Four", "Fourth"))
    assert change
    weights = dict(zip(change.query.words, change.query.weights, strict=True))
    assert weights["three"] > 2 * weights["title"]


def test_numbers_of_a_table_are_words() -> None:
    change = find_change("source/a.csv", "x,y\n1,2\n", "x,y\n1,3\n")
    assert change and (change.line, change.query.words[change.query.focus]) == (2, "3")


def test_sections_precede_other_files() -> None:
    old = {"source/a.csv": "1", "source/b.md": OLD, "source/book.yaml": "title: A"}
    new = {"source/a.csv": "2", "source/b.md": OLD + "More.\n", "source/book.yaml": "title: B"}
    change = ChangedFiles(old, new).find_first()
    assert change and change.path == "source/b.md"
    assert ChangedFiles(old, {}).find_first() is None


def test_the_query_finds_the_words_in_an_output() -> None:
    change = find_change("source/a.md", OLD, OLD.replace("Four five", "Fourteen fifteen"))
    words = [
        word.text for word in split_words("Contents Title 1 Title One two three. Fourteen fifteen six. Seven")
    ]
    passage = change and WordIndex(words).find_passage(change.query)
    assert change and passage and words[passage.locate_focus(change.query)] == "fourteen"
