"""Formulas get the words that stand for them where they cannot be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.media.formulas.linear import linear
from triptych.media.formulas.spoken import spoken
from triptych.model.book import Book
from triptych.model.nodes import Equation, Math
from triptych.model.walk import rewrite_book


def speak(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """A formula is read out in the words of the book's language; without such words as a line of symbols.

    That line stands for it in plain text, too, but for the words where it could hardly be read. What
    was not understood stands as its TeX.
    """

    def fill(node: Any) -> Any:
        if not isinstance(node, Math | Equation):
            return node
        if not node.mathml:
            return replace(node, spoken=node.tex, text=node.tex)
        line = linear(node.mathml)
        symbols = line.text or node.tex
        words = spoken(node.mathml, labels.language) or symbols
        return replace(node, spoken=words, text=symbols if line.clear else words)

    return rewrite_book(book, fill, Math, Equation), []
