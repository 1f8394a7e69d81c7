"""Test the maximum number of slides, which includes slides added during drawing."""

from __future__ import annotations

import io

from pptx import Presentation

from tests.writers.epub.conftest import Write, write

__all__ = ["write"]

ROWS = "\n".join(f"| row {n} | {n} |" for n in range(40))
TABLE = f"| A | B |\n|---|---|\n{ROWS}\n\n: A long table\n"
LISTINGS = "".join(f"## H{n}\n\nText.\n\n```c\na\nb\n{n}\n```\n\n" for n in range(8))


def test_continued_tables_and_dividers_of_parts_count(write: Write) -> None:
    book = "  chapters: [{part: P, chapters: [section.md]}]\n"
    counts, reported = [], []
    for limit in (0, 8):
        more = f"format:\n  pptx: {{max-slides: {limit}}}\n"
        data, findings = write("pptx", f"# C\n\n## T\n\n{TABLE}\n{LISTINGS}", book=book, more=more)
        counts.append(len(Presentation(io.BytesIO(data)).slides))
        reported.append([finding for finding in findings if finding.code == "DEK008"])
    assert counts[0] > 12 and counts[1] <= 8
    assert not reported[0] and "the deck is limited to 8 slides" in reported[1][0].message
