"""Measure the evenness of a PDF's lines: word spaces of justified lines, hyphens, short last lines.

Any PDF can be measured, so that different programs can be compared.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

_EDGE = 5.0  # points by which hanging punctuation and rounding move a line end
_INDENT = 40.0
_FEWEST = 5  # minimum number of word spaces in a line for statistics
_ROW = 3  # a line with a space this many times its median one is a table row
_HYPHENS = {0x2: "-", 0xAD: "-", 0x2010: "-", 0xFFFE: "-"}  # PDFium's character for a hyphen at a line end


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its ends and its baseline in points, its word spaces as multiples of the font's own."""

    left: float
    right: float
    foot: float
    size: float
    spaces: tuple[float, ...]
    last: str

    @property
    def looseness(self) -> float:
        """Return the mean of its word spaces."""
        return statistics.fmean(self.spaces)


@dataclass(frozen=True, slots=True)
class Evenness:
    """Statistics of the justified lines of a PDF. Percentages refer to lines."""

    lines: int
    loose: float
    very_loose: float
    tight: float
    spread: float
    hyphens: float
    ladders: int

    def row(self, name: str) -> list[str]:
        shares = (self.loose, self.very_loose, self.tight, self.hyphens)
        written = [f"{share:.1f}" for share in shares]
        return [name, str(self.lines), *written[:3], f"{self.spread:.2f}", written[3], str(self.ladders)]


HEAD = ["", "lines", "> 1.5 %", "> 2 %", "< 0.8 %", "deviation", "hyphens %", "ladders"]


def evenness(pages: Iterator[list[Line]]) -> Evenness:
    """Compute statistics of the justified lines of all pages."""
    lines: list[Line] = []
    ladders = 0
    found = list(pages)
    sizes = Counter(round(line.size, 1) for page in found for line in page)
    for page in found:
        full = list(justified([line for line in page if abs(line.size - sizes.most_common(1)[0][0]) < 0.2]))
        lines += full
        ladders += sum(
            all(line.last == "-" for line in trio) for trio in zip(full, full[1:], full[2:], strict=False)
        )
    if not lines:
        return Evenness(0, 0, 0, 0, 0, 0, 0)
    looseness = [line.looseness for line in lines]

    def share(count: int) -> float:
        return 100 * count / len(lines)

    return Evenness(
        len(lines),
        share(sum(value > 1.5 for value in looseness)),
        share(sum(value > 2 for value in looseness)),
        share(sum(value < 0.8 for value in looseness)),
        statistics.pstdev(looseness),
        share(sum(line.last == "-" for line in lines)),
        ladders,
    )


def justified(lines: Sequence[Line]) -> Iterator[Line]:
    """Return the justified lines of a page."""
    if not lines:
        return
    left = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    right = Counter(round(line.right) for line in lines).most_common(1)[0][0]
    for line in lines:
        begins = -_EDGE < line.left - left < _INDENT
        reaches = begins and abs(line.right - right) < _EDGE and len(line.spaces) >= _FEWEST
        if reaches and max(line.spaces) < _ROW * statistics.median(line.spaces):
            yield line


def lines_of(path: Path, space: float) -> Iterator[list[Line]]:
    """Return the lines of each page; ``space`` is the width of the font's own space in em."""
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            yield list(_lines(page.get_textpage(), space))


def _lines(text: pypdfium2.PdfTextPage, space: float) -> Iterator[Line]:
    """Return runs of characters on one baseline."""
    run: list[tuple[str, float, float, float, float]] = []
    for index in range(text.count_chars()):
        character = _HYPHENS.get(code := pdfium.FPDFText_GetUnicode(text, index), chr(code))
        if character.isspace():
            continue
        size = pdfium.FPDFText_GetFontSize(text, index)
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        left, _, right, _ = text.get_charbox(index, loose=True)
        mark = (character, left, right, matrix.f, abs(size * matrix.d))
        if run and (abs(run[-1][3] - mark[3]) > 0.3 or mark[1] < run[-1][1] - 1):
            # Footnote marks are raised: the line continues after them.
            if mark[1] > run[-1][2] - 2 and abs(run[-1][3] - mark[3]) < mark[4] * 0.7:
                continue
            yield _line(run, space)
            run = []
        run.append(mark)
    if run:
        yield _line(run, space)


def _line(run: Sequence[tuple[str, float, float, float, float]], space: float) -> Line:
    size = statistics.median(mark[4] for mark in run)
    gaps = [(after[1] - before[2]) / size for before, after in pairwise(run)]
    spaces = tuple(gap / space for gap in gaps if gap > 0.5 * space)
    return Line(run[0][1], run[-1][2], run[0][3], size, spaces, run[-1][0])
