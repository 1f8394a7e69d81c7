"""Code as highlighted text."""

from __future__ import annotations

from collections.abc import Iterator

from pygments.token import Comment, Keyword, Name, Number, String, Token

from triptych.media.lexing import tokens
from triptych.theme.contrast import READABLE
from triptych.writers.deck.slides import Run
from triptych.writers.deck.template.palette import Palette, Tint

# Kinds of token and the slot of the colour scheme they take; made so that it can be read.
_COLOURS = (
    (Comment, "folHlink"),
    (Keyword, "accent1"),
    (String, "accent5"),
    (Number, "accent2"),
    (Name.Function, "accent2"),
    (Name.Class, "accent2"),
    (Name.Decorator, "accent2"),
    (Name.Tag, "accent1"),
)


def highlighted(
    lines: tuple[str, ...], language: str, palette: Palette
) -> Iterator[list[tuple[Run, Tint | None]]]:
    """Each line as runs of code with the colour of each, None for plain ink."""
    current: list[tuple[Run, Tint | None]] = []
    for token, value in tokens("\n".join(lines), language):
        for index, text in enumerate(value.split("\n")):
            if index:
                yield current
                current = []
            if text:
                current.append((Run(text=text, code=True), _colour(token, palette)))
    yield current


def _colour(token: object, palette: Palette) -> Tint | None:
    slot = next((slot for kind, slot in _COLOURS if token in kind), "") if token is not Token else ""
    return palette.seen(slot, READABLE) if slot else None
