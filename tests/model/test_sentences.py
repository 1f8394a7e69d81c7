"""Test that adjacent texts are completed as sentences."""

from __future__ import annotations

import pytest

from triptych.languages.labels import load_labels
from triptych.model.nodes import Inline, Quoted, Style, Styled, Text
from triptych.model.sentences import close_sentence, join_sentences, prepend_label
from triptych.model.walk import plain_text


def words(text: str) -> tuple[Inline, ...]:
    return (Text(text=text),) if text else ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", "A."),
        ("A.", "A."),
        ("A?", "A?"),
        ("A …", "A …"),
        ("“A.”", "“A.”"),
        ("(A)", "(A)."),
        ("图。", "图。"),
    ],
)
def test_missing_full_stop_is_added(text: str, expected: str) -> None:
    assert plain_text(close_sentence(words(text))) == expected


def test_the_full_stop_is_that_of_the_language() -> None:
    assert (
        plain_text(join_sentences(words("图（A）"), words("注"), words("B。"), full_stop="。"))
        == "图（A）。注。B。"
    )
    assert plain_text(close_sentence(words("5G"), "。")) == "5G。"
    assert plain_text(join_sentences(words("क"), words("ख।"), full_stop="। ")) == "क। ख।"


def test_markup_is_kept_and_searched() -> None:
    text: tuple[Inline, ...] = (Styled(style=Style.EMPHASIS, content=words("Yearbook.")),)
    assert close_sentence(text) == text
    quoted: tuple[Inline, ...] = (Quoted(double=True, content=words("Yes!")),)
    assert close_sentence(quoted) == quoted


def test_empty_parts_are_omitted() -> None:
    assert plain_text(join_sentences(words("A"), (), words("B."))) == "A. B."
    assert join_sentences((), ()) == ()


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Source: A"), ("fr-CA", "Source\u00a0: A"), ("ja", "Source：A")]
)
def test_label_has_the_colon_of_its_language(language: str, expected: str) -> None:
    label = load_labels(language).titled("Source", "")
    parts = prepend_label(label, words("A"))
    assert "".join(part.text for part in parts if isinstance(part, Text)) == expected
    assert prepend_label(label, ()) == ()
