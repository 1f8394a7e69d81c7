"""Lines of scripts without spaces end at the margin."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2
import pytest

from tests.writers.epub.conftest import Write
from triptych.writers.print.layout.patches.lines.justification import places, places_between

CHINESE = (
    "光伏发电把太阳光直接变成电能，它最早出现于十九世纪；据 Nature 报道，2024 年新增容量超过 450 GW。" * 6
)
THAI = "หนังสือเล่มนี้เล่าถึงพัฒนาการของอุตสาหกรรมแสงอาทิตย์และการเปลี่ยนแสงเป็นไฟฟ้าโดยตรง" * 5


@pytest.mark.parametrize(
    ("text", "count"),
    [("a b c", 2), ("中文", 1), ("a中文b", 2), ("中文 a", 2.5), ("กำลัง", 2), ("한국어 문장", 1), ("", 0)],
)
def test_room_goes_to_spaces_and_between_characters(text: str, count: float) -> None:
    assert places(text) == count


@pytest.mark.parametrize(
    ("text", "following", "count"), [("中", "文", 1), ("中", "a", 0.5), ("a", "文", 0.5), ("a ", "b", 0)]
)
def test_room_goes_between_texts_too(text: str, following: str, count: float) -> None:
    assert places_between(text, following) == count


def ends_of_lines(data: bytes) -> list[float]:
    """Where the last character of each line of the last page ends, in points."""
    document = pypdfium2.PdfDocument(data)
    page = document[len(document) - 1].get_textpage()
    lines: dict[int, float] = {}
    for index in range(page.count_chars()):
        left, bottom, right, _ = page.get_charbox(index, loose=True)
        if right > left:
            lines[round(bottom)] = max(lines.get(round(bottom), 0.0), right)
    return list(lines.values())


@pytest.mark.parametrize(("language", "text"), [("zh", CHINESE), ("ja", CHINESE), ("th", THAI)])
def test_lines_end_at_the_margin(write: Write, language: str, text: str) -> None:
    data, found = write("pdf", f"{text}\n", more=f"lang: {language}\n")
    assert not found
    ends = ends_of_lines(data)
    full = [end for end in ends if end > max(ends) - 40]
    assert len(full) >= 5
    # PDFium places characters short by up to half a gap where the face changes.
    assert all(end > max(ends) - 4 for end in full)


def test_characters_stand_evenly_in_a_line_of_many_texts(write: Write) -> None:
    """Words that are emphasised or marked for the index are texts of their own."""
    pieces = ("光伏发", "*电把太*", "[阳光直]{.index}", "接变成", "**电能**")
    data, _ = write("pdf", "".join(pieces * 12) + "\n", more="lang: zh\n")
    document = pypdfium2.PdfDocument(data)
    steps = [step for page in document for line in lines_of(page) for step in line]
    assert len(steps) > 100
    assert max(steps) - min(steps) < 0.15


def lines_of(page: pypdfium2.PdfPage) -> list[list[float]]:
    """From where to where characters stand in each full line, in points."""
    text = page.get_textpage()
    lines: dict[int, list[float]] = {}
    for index in range(text.count_chars()):
        left, bottom, _, _ = text.get_charbox(index, loose=True)
        if text.get_text_range(index, 1) in "光伏发电把太阳直接变成能":
            lines.setdefault(round(bottom), []).append(left)
    return [[b - a for a, b in pairwise(line)] for line in lines.values() if len(line) > 20]
