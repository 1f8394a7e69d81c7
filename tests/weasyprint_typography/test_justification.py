"""Test that lines of scripts without spaces are justified."""

from __future__ import annotations

import re
from itertools import pairwise

import pypdfium2
import pytest

from tests.writers.epub.conftest import Write
from weasyprint_typography.eastern_text import distribute_space, find_gaps, is_character_spaced

CHINESE = (
    "光伏发电把太阳光直接变成电能，它最早出现于十九世纪；据 Nature 报道，2024 年新增容量超过 450 GW。" * 6
)
_HAN = re.compile("[\u4e00-\u9fff]")
THAI = "หนังสือเล่มนี้เล่าถึงพัฒนาการของอุตสาหกรรมแสงอาทิตย์และการเปลี่ยนแสงเป็นไฟฟ้าโดยตรง" * 5


@pytest.mark.parametrize(
    ("text", "widened"),
    [
        ("中文", [0]),
        ("中（文）中", [0, 3]),  # not after an opening bracket, not before a closing one
        ("中，文", [1]),
        ("a中文b", [0, 1, 2]),
        ("a b", [1]),
        ("中 a", [1]),  # the space, not the character before it
        ("กำลัง", [1, 3]),  # after vowels and marks
        ("——", []),
        ("", []),
    ],
)
def test_extra_space_goes_to_spaces_and_between_characters(text: str, widened: list[int]) -> None:
    assert [place for place, gap in enumerate(find_gaps(text)) if gap.stretch] == widened


@pytest.mark.parametrize(
    ("text", "does"), [("中文", True), ("ไทย", True), ("한국어(韓國語)", False), ("Latin", False)]
)
def test_scripts_with_spaces_are_spaced_at_spaces(text: str, does: bool) -> None:
    assert is_character_spaced(text) is does


def test_extra_space_goes_first_to_spaces_then_script_changes_then_everywhere() -> None:
    gaps = find_gaps("中文a b")
    assert [gap.order for gap in gaps if gap.stretch] == [2, 1, 0]
    assert distribute_space(gaps, 0.1) == pytest.approx([0, 0, 0, 0.1])
    assert distribute_space(gaps, 0.2) == pytest.approx([0, 0.08, 0, 0.12])
    assert distribute_space(gaps, 0.3) == pytest.approx([0.06, 0.11, 0, 0.13])
    assert sum(distribute_space(gaps, 3)) == pytest.approx(3)


def test_punctuation_shrinks_by_its_blank_half_unless_already_squeezed() -> None:
    assert [gap.shrink for gap in find_gaps("中，文（中")] == [0, 0.25, 0.25, 0]
    assert [gap.shrink for gap in find_gaps("中），文")] == [0, 0, 0.25]
    assert distribute_space(find_gaps("中，文"), -0.1) == pytest.approx([0, -0.1])


def ends_of_lines(data: bytes) -> list[float]:
    """Return where the ink of those lines of the last page ends that end in a letter, in points."""
    document = pypdfium2.PdfDocument(data)
    page = document[len(document) - 1]
    lines: dict[int, list[tuple[float, str]]] = {}
    for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], textpage=page.get_textpage()):
        foot, right = item.get_matrix().f, item.get_bounds()[2]
        lines.setdefault(round(foot), []).append((right, item.extract() or " "))
    ends = [max(line) for line in lines.values()]
    return [right for right, words in ends if words.strip()[-1:].isalnum()]


@pytest.mark.parametrize(("language", "text"), [("zh", CHINESE), ("ja", CHINESE), ("th", THAI)])
def test_lines_end_at_the_margin(write: Write, language: str, text: str) -> None:
    data, result = write("pdf", f"{text}\n", more=f"lang: {language}\n")
    assert not result
    ends = ends_of_lines(data)
    full = [end for end in ends if end > max(ends) - 40]
    assert len(full) >= 4
    # PDFium shifts characters by up to half a gap where the font changes.
    assert all(end > max(ends) - 4 for end in full)


CITED = "十年后约为 1200 吉瓦（powermarket.uk，2016；pv magazine，2026），增至 27 倍以上。2023 年新增 216.88 吉瓦，2024 年 277.17 吉瓦，2025 年 315.07 吉瓦（pv magazine，2026；Renewable Focus，2025）。仅 2025 年一年的新增量，就超过了 2021 年底全国的累计装机容量，即 306.56 吉瓦（China Energy Portal，2022）。"


@pytest.mark.parametrize("language", ["zh-Hans", "ja"])
def test_citations_leave_no_loose_lines(write: Write, language: str) -> None:
    """Test that citations cause no loose lines: space between ideographs is stretched instead."""
    data, _ = write("pdf", f"{CITED}\n\n{CITED[40:]}\n", more=f"lang: {language}\n")
    document = pypdfium2.PdfDocument(data)
    page = document[len(document) - 1]
    steps = [step for line in lines_of(page, fewest=2) for step in line if step < 20]
    assert len(steps) > 50
    assert max(steps) < 1.08 * min(steps)


def test_characters_are_evenly_spaced_across_text_boxes(write: Write) -> None:
    """Test that characters are evenly spaced in a line with emphasised words and index marks."""
    pieces = ("光伏发", "*电把太*", "[阳光直]{.index}", "接变成", "**电能**")
    data, _ = write("pdf", "".join(pieces * 12) + "\n", more="lang: zh\n")
    document = pypdfium2.PdfDocument(data)
    steps = [step for page in document for line in lines_of(page) for step in line]
    assert len(steps) > 100
    assert max(steps) - min(steps) < 0.15


def lines_of(page: pypdfium2.PdfPage, fewest: int = 20) -> list[list[float]]:
    """Return the distances of characters in each full line, in points."""
    text = page.get_textpage()
    lines: dict[int, list[tuple[str, float]]] = {}
    for index in range(text.count_chars()):
        left, bottom, _, _ = text.get_charbox(index, loose=True)
        lines.setdefault(round(bottom), []).append((text.get_text_range(index, 1), left))
    return [
        [b - a for (item, a), (two, b) in pairwise(line) if _HAN.match(item) and _HAN.match(two)]
        for line in lines.values()
        if len(line) > fewest
    ]
