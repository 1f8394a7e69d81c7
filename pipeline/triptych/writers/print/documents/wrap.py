"""What is wrapped around a book: back, spine and front on one sheet of paper, and what stands on each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from triptych.languages.language_tags import UNSPACED, direction, has_vertical_lines, spine_reads_up
from triptych.model.book import Metadata
from triptych.model.isbn import URN, isbn_13
from triptych.settings.pdf_options import PdfOptions
from triptych.template_views import template_view
from triptych.theme.theme import Theme

_BLEED = 9.0  # points, an eighth of an inch, where the book itself has none
_CLEAR = 4.5  # between words on a spine and its edges
_NARROWEST = 14.0  # of a spine with words, where no service says how many pages it takes
_LARGEST_TYPE, _SMALLEST_TYPE = 17.0, 6.5
_UPRIGHT = f"[{UNSPACED}\uac00-\ud7a3]"
_PIECES = re.compile(f"{_UPRIGHT}|[^\\s{_UPRIGHT[1:-1]}]+")


@template_view("whole", "front_at", "back_at", "folds")
@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """A wrap in points: ``width`` and ``height`` of the book's pages, the width of its ``spine``, and how far
    it bleeds on all four sides. ``spine_type`` is the size of letters on the spine, 0 for none; these read
    ``down``, ``up``, or are ``stacked`` one under the other. The front is on the left of a book that is read
    from right to left.
    """

    width: float
    height: float
    spine: float
    bleed: float
    spine_type: float
    spine_turn: Literal["down", "up", "stacked"]
    front_left: bool = False

    @property
    def whole(self) -> float:
        """The width of all three after the paper is cut."""
        return 2 * self.width + self.spine

    @property
    def front_at(self) -> float:
        """Where the front begins, from the left."""
        return 0.0 if self.front_left else self.width + self.spine

    @property
    def back_at(self) -> float:
        """Where the back begins, from the left."""
        return self.width + self.spine if self.front_left else 0.0

    @property
    def folds(self) -> tuple[float, float]:
        """Where the paper is folded, from the left."""
        return self.width, self.width + self.spine


def spine_width(options: PdfOptions, pages: int) -> float | None:
    """How thick a book is in points; None where nothing says so."""
    if options.spine_width is not None:
        return float(options.spine_width)
    if isinstance(options.paper, float):
        return options.paper * pages / 2
    if options.paper and options.service:
        thickness, _ = options.service.papers[options.paper]
        return thickness * pages
    return None


def wrap_for(
    options: PdfOptions, size: tuple[float, float], spine: float, pages: int, metadata: Metadata
) -> Wrap:
    """The wrap of a book whose pages have a size."""
    service = options.service
    clear = service.spine_clear if service else _CLEAR
    letters = min(spine - 2 * clear, spine * 0.5, _LARGEST_TYPE)
    wide_enough = pages >= service.spine_pages if service else spine >= _NARROWEST
    turn: Literal["down", "up", "stacked"] = "up" if spine_reads_up(metadata.language) else "down"
    if has_vertical_lines(metadata.language) and re.search(_UPRIGHT, metadata.title):
        turn = "stacked"
    return Wrap(
        width=size[0],
        height=size[1],
        spine=spine,
        bleed=service.bleed if service else options.bleed or _BLEED,
        spine_type=letters if wide_enough and letters >= _SMALLEST_TYPE else 0.0,
        spine_turn=turn,
        front_left=direction(metadata.language) == "rtl",
    )


def printed_isbn(options: PdfOptions, metadata: Metadata) -> tuple[str, str]:
    """The ISBN of a printed book as 13 digits, and as it is written on it; "" for a book without.

    That of the edition in print stands before the one of the e-book.
    """
    source = metadata.source[len(URN) :] if metadata.source.startswith(URN) else ""
    written = options.isbn or source or metadata.isbn
    return (isbn_13(written), written) if written else ("", "")


def stacked(words: str) -> list[str]:
    """What stands one under the other on a spine: characters by themselves, words of letters whole."""
    return _PIECES.findall(words)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which an empty line separates."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def without_ground(theme: Theme) -> Theme:
    """The theme whose title page is on paper: its cover is another sheet."""
    if theme.print.title_page != "panel":
        return theme
    return replace(theme, print=replace(theme.print, title_page="paper"))
