"""Measure the fullness of a PDF's pages: the lines between each last line and the foot of the text area.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.typography.pages ours.pdf other.pdf``. It
reads any PDF with bookmarks for its chapters.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from benchmarks.measuring import table

FAR = 4  # lines by which a page is noticeably short
_SAME = 0.5  # points by which baselines of a line differ
_SMALL = 0.96  # of the text's size: notes are smaller
_SHAPES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM)


@dataclass(frozen=True, slots=True)
class Line:
    """Text on one baseline.

    ``foot`` is in points above the lower page edge; ``size`` is the type size of most of the text.
    """

    foot: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of a page: its lines from top to bottom, and the lower edges of its pictures and rules."""

    lines: tuple[Line, ...]
    shapes: tuple[float, ...]
    ends_chapter: bool


@dataclass(frozen=True, slots=True)
class Fullness:
    """How far pages are filled.

    ``short`` maps the numbers of pages, from 1, except the last page of each chapter, to the lines missing at
    their foot.
    """

    short: dict[int, float]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.short.values()) if self.short else 0.0

    @property
    def deviation(self) -> float:
        return statistics.pstdev(self.short.values()) if self.short else 0.0

    @property
    def far(self) -> list[int]:
        """Return the pages that are at least ``FAR`` lines short."""
        return [number for number, lines in self.short.items() if lines > FAR - 0.25]

    def row(self, name: str) -> list[str]:
        far = ", ".join(map(str, self.far))
        return [
            name,
            str(len(self.short)),
            f"{self.mean:.2f}",
            f"{self.deviation:.2f}",
            str(len(self.far)),
            far,
        ]


HEAD = ["", "pages", "mean", "deviation", f"≥ {FAR}", "which"]


def fullness(path: Path) -> Fullness:
    """Measure the pages from the first chapter to the last page of body text, without Roman numerals.

    The foot of the text area is the baseline on which most pages end; content below it is furniture. A page
    with footnotes is short by the white space above them in excess of that on other pages.
    """
    sheets = list(_sheets(path))
    size = Counter(line.size for sheet in sheets for line in sheet.lines).most_common(1)[0][0]
    lead, foot = _lead(sheets, size), _foot(sheets, size)
    heads = _heads(sheets)
    last = max(n for n, sheet in enumerate(sheets, 1) if any(line.size == size for line in sheet.lines))
    bodies = {
        number: [line for line in sheet.lines if foot - 1.5 * lead < line.foot < heads]
        for number, sheet in enumerate(sheets, 1)
        if not sheet.ends_chapter and sheet.lines and number < last
    }
    gaps = {
        number: gap for number, lines in bodies.items() if (gap := _gap_above_notes(lines, size, foot, lead))
    }
    least = min(gaps.values(), default=0.0)
    short = {}
    for number, lines in bodies.items():
        if number in gaps:
            end = foot + gaps[number] - least
        else:
            shapes = [end for end in sheets[number - 1].shapes if foot - lead < end < heads]
            end = min([line.foot for line in lines] + shapes, default=heads)
        short[number] = max(0.0, (end - foot) / lead)
    return Fullness(short)


def _lead(sheets: Sequence[Sheet], size: float) -> float:
    """Return the most frequent line distance of the text."""
    steps = Counter(
        round(one.foot - other.foot, 1)
        for sheet in sheets
        for one, other in pairwise(sheet.lines)
        if one.size == other.size == size
    )
    return steps.most_common(1)[0][0]


def _foot(sheets: Sequence[Sheet], size: float) -> float:
    """Return the baseline on which most pages have their last line of text."""
    lowest = (min((line.foot for line in sheet.lines if line.size == size), default=None) for sheet in sheets)
    return Counter(round(foot, 0) for foot in lowest if foot is not None).most_common(1)[0][0]


def _heads(sheets: Sequence[Sheet]) -> float:
    """Return the position of running heads, above which there is no text. A book may have none."""
    tops = Counter(round(sheet.lines[0].foot) for sheet in sheets if sheet.lines)
    seconds = Counter(round(sheet.lines[1].foot) for sheet in sheets if len(sheet.lines) > 1)
    (top, times), (second, _) = tops.most_common(1)[0], seconds.most_common(1)[0]
    return top - 2.0 if times > len(sheets) / 3 and top - second > 1 else top + 20.0


def _gap_above_notes(lines: Sequence[Line], size: float, foot: float, lead: float) -> float | None:
    """Return the white space between text and footnotes at the foot of a page, or None without footnotes."""
    notes = 0
    while notes < len(lines) and lines[-1 - notes].size < _SMALL * size:
        notes += 1
    if not notes or notes == len(lines) or abs(lines[-1].foot - foot) > 0.75 * lead:
        return None
    text, first = lines[-1 - notes], lines[-notes]
    return text.foot - first.foot if text.size == size else None


def _sheets(path: Path) -> Iterator[Sheet]:
    with pypdfium2.PdfDocument(path) as document:
        begins = {
            bookmark.get_dest().get_index()
            for bookmark in document.get_toc()
            if bookmark.level == 0 and bookmark.get_dest()
        }
        first = min(begins, default=0)
        full = {
            n
            for n in range(first, len(document))
            if document[n].get_textpage().count_chars() > 40 and _is_counted(document.get_page_label(n))
        }
        for number, page in enumerate(document):
            follows = min((n for n in full if n > number), default=None)
            ends = number not in full or follows is None or bool(begins & set(range(number + 1, follows + 1)))
            yield Sheet(tuple(_lines(page.get_textpage())), tuple(_shapes(page)), ends)


def _is_counted(label: str) -> bool:
    """Return whether a page is a text page by its label; it may have none."""
    return not label or label.isdecimal()


def _shapes(page: pypdfium2.PdfPage) -> Iterator[float]:
    for shape in page.get_objects(_SHAPES, max_depth=1):
        left, bottom, right, top = shape.get_bounds()
        if right - left < 0.99 * page.get_width() and top > bottom > 0:
            yield bottom


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """Return characters grouped by baseline, from top to bottom; raised footnote marks are separate."""
    found: dict[float, Counter[float]] = {}
    for index in range(text.count_chars()):
        if chr(pdfium.FPDFText_GetUnicode(text, index)).isspace():
            continue
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = round(pdfium.FPDFText_GetFontSize(text, index) * abs(matrix.d), 1)
        foot = next((one for one in found if abs(one - matrix.f) < _SAME), matrix.f)
        found.setdefault(foot, Counter())[size] += 1
    for foot in sorted(found, reverse=True):
        if found[foot].total() > 2:
            yield Line(foot, found[foot].most_common(1)[0][0])


def main() -> int:
    """Run the benchmark, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.pdf")
    options = parser.parse_args()
    print(table(HEAD, [fullness(path).row(path.name) for path in options.files]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
