"""Formulas get the words that stand for them where they cannot be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.languages.labels import Labels
from triptych.media.formulas.formulas import read_out
from triptych.media.formulas.linear import linear
from triptych.model.book import Book
from triptych.model.nodes import Equation, Math
from triptych.model.walk import rewrite_book


def speak(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """In an English book a formula is read out in words, in others as a line of symbols.

    That line stands for it in plain text, too, but for the words where it could hardly be read. What
    was not understood stands as its TeX.
    """
    english = labels.language.lower().startswith("en")

    def fill(node: Any) -> Any:
        if not isinstance(node, Math | Equation):
            return node
        if not node.mathml:
            return replace(node, spoken=node.tex, text=node.tex)
        line = linear(node.mathml)
        symbols = line.text or node.tex
        spoken = (read_out(node.mathml) if english else "") or symbols
        return replace(node, spoken=spoken, text=symbols if line.clear else spoken)

    return rewrite_book(book, fill), []
