"""Formulas get the words that stand for them where they cannot be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.media.formulas import read_out
from triptych.model.book import Book
from triptych.model.nodes import Equation, Math
from triptych.model.walk import rewrite_book


def speak(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """In an English book a formula is read out in words, in others its TeX is its alternative text."""
    english = labels.language.lower().startswith("en")

    def fill(node: Any) -> Any:
        if not isinstance(node, Math | Equation):
            return node
        spoken = read_out(node.mathml) if english and node.mathml else ""
        return replace(node, spoken=spoken or node.tex)

    return rewrite_book(book, fill), []
