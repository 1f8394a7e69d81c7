"""Test that the parts of a letter are recognised by their classes."""

from __future__ import annotations

import pytest

from triptych.model.letters import get_letter_line_kind, keep_letter_line_breaks, list_letter_parts
from triptych.model.nodes import Attr, Inline, LineBreak, Note, Paragraph, Phrase, SoftBreak, Text

WORDS = Text(text="Words")
NOTE = Note(content=(Paragraph(content=(WORDS,)),))


def phrase(*classes: str, content: tuple[Inline, ...] = (WORDS,)) -> Phrase:
    return Phrase(content=content, attr=Attr("", classes))


def test_other_classes_are_not_parts_of_a_letter() -> None:
    assert list_letter_parts(Attr("", ("red", "sender", "postscript"))) == ("sender", "postscript")
    assert list_letter_parts(Attr("salutation", ("letter",))) == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ((phrase("salutation"),), "letter-start"),
        ((phrase("recipient"), SoftBreak(), phrase("salutation")), "letter-start"),
        ((phrase("dateline"),), "letter-end"),
        ((phrase("valediction"), LineBreak(), phrase("signature", "red")), "letter-end"),
        ((phrase("sender"), NOTE), "letter-end"),
        ((phrase("recipient"), phrase("sender")), ""),
        ((phrase("postscript"),), ""),
        ((phrase("salutation"), WORDS), ""),
        ((phrase("salutation"), phrase("red")), ""),
        ((NOTE, phrase("sender")), ""),
        ((phrase("red"),), ""),
        ((WORDS,), ""),
        ((), ""),
    ],
)
def test_line_opens_or_closes_a_letter_if_all_of_it_does(content: tuple[Inline, ...], expected: str) -> None:
    assert get_letter_line_kind(content) == expected


def test_address_keeps_its_line_breaks_and_prose_does_not() -> None:
    address = phrase("recipient", content=(WORDS, SoftBreak(), WORDS))
    assert keep_letter_line_breaks((address, SoftBreak(), address)) == (
        (kept := phrase("recipient", content=(WORDS, LineBreak(), WORDS))),
        LineBreak(),
        kept,
    )
    prose = (address, SoftBreak(), WORDS)
    assert keep_letter_line_breaks(prose) == prose
