"""The pages of a book that the notes of its deck name, and whether a sentence stands on them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2

from triptych.checks.wordings import NOTE_PLACEHOLDER, OBJECT_PLACEHOLDER, normalise_text

_NAME = r"(?:\d+|[ivxlc]+)"
_NAMED = re.compile(rf"In the book: pp?\.\s({_NAME}(?:(?:–|, | and ){_NAME})*)\b")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_RANGE = re.compile(rf"({_NAME})(?:–({_NAME}))?")
_BETWEEN = 4_000  # letters: the notes of a page, and a drawing at the head of the next


def sentences(words: str) -> Iterator[str]:
    """The sentences of a text, in the parts between notes and drawings."""
    for part in re.split(f"[{NOTE_PLACEHOLDER}{OBJECT_PLACEHOLDER}]", words):
        yield from filter(normalise_text, _SENTENCE.split(part))


def named_pages(notes: Iterable[str], labels: list[str]) -> set[int]:
    """The places in a PDF of all pages that notes name by their ``labels``."""
    named = (match[1] for text in notes if (match := _NAMED.search(text)))
    ranges = (found.groups() for text in named for found in _RANGE.finditer(text))
    return {
        page for first, last in ranges for page in range(labels.index(first), labels.index(last or first) + 1)
    }


class Printed:
    """The letters of a PDF, page by page."""

    def __init__(self, pdf: Path) -> None:
        document = pypdfium2.PdfDocument(pdf)
        self.labels = [document.get_page_label(page) for page in range(len(document))]
        self._pages = [normalise_text(page.get_textpage().get_text_range()) for page in document]
        self.all = "".join(self._pages)
        """The letters of all pages."""

    def on(self, pages: Iterable[int]) -> str:
        """The letters of some pages in the order of the book."""
        return "".join(self._pages[page] for page in sorted(pages))


def stands(sentence: str, text: str) -> bool:
    """Whether a sentence is in the letters of a text, in one piece or in two with a page's end between."""
    wanted = normalise_text(sentence)
    if wanted in text:
        return True
    places = range(1, len(wanted))
    first = bisect_left(places, True, key=lambda cut: wanted[cut:] in text) + 1
    behind = bisect_left(places, True, key=lambda cut: wanted[:cut] not in text) + 1
    return any(
        wanted[cut:] in text[found.end() : found.end() + _BETWEEN]
        for cut in range(first, behind)
        for found in re.finditer(wanted[:cut], text)
    )
