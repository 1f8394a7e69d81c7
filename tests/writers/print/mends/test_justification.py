"""Lines of scripts without spaces end at the margin."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.writers.epub.conftest import Write
from triptych.writers.print.mends.justification import places

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
