"""Find the book pages that the notes of a deck name, and test whether a sentence is on these pages."""

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
_BETWEEN = 4_000  # letters: the footnotes of a page, and a drawing at the top of the next


def sentences(words: str) -> Iterator[str]:
    """Return the sentences of a text, in the parts between notes and drawings."""
    for part in re.split(f"[{NOTE_PLACEHOLDER}{OBJECT_PLACEHOLDER}]", words):
        yield from filter(normalise_text, _SENTENCE.split(part))


def named_pages(notes: Iterable[str], labels: list[str]) -> set[int]:
    """Return the indices of all pages in a PDF that notes refer to by one of their ``labels``."""
    named = (match[1] for text in notes if (match := _NAMED.search(text)))
    ranges = (result.groups() for text in named for result in _RANGE.finditer(text))
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
        """Return the letters of some pages in page order."""
        return "".join(self._pages[page] for page in sorted(pages))


def stands(sentence: str, text: str) -> bool:
    """Return whether a text contains the letters of a sentence, which a page break may divide."""
    expected = normalise_text(sentence)
    if expected in text:
        return True
    places = range(1, len(expected))
    first = bisect_left(places, True, key=lambda cut: expected[cut:] in text) + 1
    behind = bisect_left(places, True, key=lambda cut: expected[:cut] not in text) + 1
    return any(
        expected[cut:] in text[result.end() : result.end() + _BETWEEN]
        for cut in range(first, behind)
        for result in re.finditer(expected[:cut], text)
    )
