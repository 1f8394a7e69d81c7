"""Test titles of works in the entries of a bibliography."""

from __future__ import annotations

import pytest

from triptych.model.nodes import CITED_TITLE, Phrase, Text
from triptych.model.walk import plain_text, walk_all
from triptych.reading.cited_sources import mark_cited_title


def shown(entry: str, title: str, language: str = "de") -> tuple[str, list[str]]:
    """Return the title phrase of an entry in an English book, and its parts in another language."""
    content = mark_cited_title((Text(text=entry),), {"title": title, "language": language}, "en-GB")
    assert plain_text(content) == entry
    phrases = [node for node in walk_all(content) if isinstance(node, Phrase)]
    (whole,) = (node for node in phrases if CITED_TITLE in node.attr.classes)
    foreign = [plain_text(node.content) for node in phrases if node.attr.get("lang")]
    return plain_text(whole.content), foreign


@pytest.mark.parametrize(
    ("title", "foreign"),
    [
        ("Die Sonne", ["Die Sonne"]),
        ("Die Sonne [The sun]", ["Die Sonne"]),
        ("[The sun and the moon]", []),
        ("Die Sonne (2. Auflage)", ["Die Sonne (2. Auflage)"]),
        ("(Un)sicher", ["(Un)sicher"]),
        ("Notiz [2025] Nr. 86", ["Notiz [2025] Nr. 86"]),
    ],
)
def test_whole_title_is_marked_with_its_language(title: str, foreign: list[str]) -> None:
    assert shown(f"Ada 2025. {title}. Bonn (read May)", title) == (title, foreign)


def test_a_title_in_the_language_of_the_book_names_none() -> None:
    assert shown("Ada 2025. The sun [Part 2]. Bonn", "The sun [Part 2]", "en") == ("The sun [Part 2]", [])


def test_brackets_around_an_entry_are_not_part_of_its_title() -> None:
    assert shown("(Ada, Die Sonne)", "Die Sonne")[0] == "Die Sonne"


def test_a_title_without_a_word_is_nowhere() -> None:
    content = (Text(text="Ada 2025. … Bonn"),)
    assert mark_cited_title(content, {"title": "…"}, "en-GB") == content
