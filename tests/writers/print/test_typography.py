"""Test the typographic quality of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import pypdfium2
import pyphen
import pytest
from benchmarks.typography.lines import Line, evenness, justified, lines_of

from tests.conftest import tiny_png
from tests.writers.epub.conftest import Write
from weasyprint_typography import block_spacing
from weasyprint_typography.block_spacing import _rank_space, compute_grid_adjustment
from weasyprint_typography.eastern_text import find_squeezed_marks

PROSE = (
    "Compositors judged one another by the colour of a page, since a line whose spaces are twice as wide as "
    "those of its neighbours shows as a pale bar. Machines that fill each line as far as it goes never look "
    "back, and an incomprehensible polysyllabic word at the wrong moment leaves a hole behind. Straightforward "
    "justification, as bibliographers, mathematicians and palaeographers have occasionally observed, "
    "presupposes that a paragraph is weighed as a whole; characteristically, experienced readers compensate "
    "for irregular spacing unconsciously, but their endurance suffers. “Nobody complains,” a printer said, "
    "“of a badly set book: they lay it aside.”\n\n"
)


@pytest.fixture
def pages(write: Write, tmp_path: Path) -> object:
    """Return a function that lays out Markdown, and returns the pages of the last document as lines."""

    def make(markdown: str, **options: str) -> list[list[Line]]:
        data, result = write("pdf", markdown, **options)
        assert not result
        (tmp_path / "book.pdf").write_bytes(data)
        return list(lines_of(tmp_path / "book.pdf", 0.2))

    return make


def words(data: bytes) -> Iterator[str]:
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            yield page.get_textpage().get_text_range()


def test_hardly_a_line_is_loose(pages) -> None:
    result = evenness(iter(pages(PROSE * 8)))
    assert result.lines > 40
    assert result.very_loose == 0
    assert result.loose < 5
    assert result.ladders == 0


def test_text_with_soft_hyphens_is_broken_as_a_whole(pages) -> None:
    dictionary = pyphen.Pyphen(lang="en_GB", left=3, right=3)
    text = re.sub(r"[a-z]{8,}", lambda word: dictionary.inserted(word[0], "\u00ad"), PROSE)
    assert text.count("\u00ad") > 20
    result = evenness(iter(pages(text * 8)))
    assert result.lines > 40
    assert result.very_loose == 0
    assert result.loose < 5


def test_number_and_noun_do_not_break_and_copy_with_a_plain_space(write: Write) -> None:
    sentence = "It cost USD 5 million in 2024 and ran for 7 km on 5 May, says Dr. J. R. Smith in Figure 3. "
    data, result = write("pdf", sentence * 20)
    assert not result
    text = "".join(words(data))
    assert "\u00a0" not in text
    for pair in ("USD 5 million", "7 km", "5 May", "Dr. J. R. Smith", "Figure 3"):
        assert text.count(pair) == 20


def test_titles_have_ligatures_and_bookmarks_have_numbers(write: Write) -> None:
    data, _ = write("pdf", "---\ntitle: Flight of fireflies\n---\n\nText.\n")
    with pypdfium2.PdfDocument(data) as document:
        assert "1 Flight of fireflies" in [mark.get_title() for mark in document.get_toc()]
        text = document[len(document) - 1].get_textpage()
        place = text.get_text_range().index("fireflies")
        assert text.get_charbox(place) == text.get_charbox(place + 1)


def test_lines_end_at_the_margin_or_hang(pages) -> None:
    text = pages(PROSE * 2)[-1]
    full = list(justified(text))
    letters = [line.right for line in full if line.last.isalpha()]
    marks = [line.right for line in full if line.last in ",.-"]
    assert max(letters) - min(letters) < 1
    assert all(right > max(letters) + 0.3 for right in marks)


def test_right_to_left_paragraph_is_indented_at_the_right(write: Write) -> None:
    arabic = "تُرى الصفحة قبل أن تُقرأ. فمن مسافة ذراع تتداخل الحروف، ولا يبقى منها إلا مستطيل رمادي " * 3
    data, _ = write("pdf", f"{arabic}\n\n{arabic}\n", more="lang: ar\n")
    with pypdfium2.PdfDocument(data) as document:
        text = document[len(document) - 1].get_textpage()
        boxes = [text.get_charbox(index, loose=True) for index in range(text.count_chars())]
    rows: dict[int, list[float]] = {}
    for left, bottom, right, _ in boxes:
        if right > left:
            rows.setdefault(round(bottom / 5), []).extend((left, right))
    rows = {foot: row for foot, row in rows.items() if len(row) > 40}  # without marks above letters
    edge = max(max(row) for row in rows.values())
    indented = [row for row in rows.values() if edge - 20 < max(row) < edge - 8]
    assert indented
    assert all(min(row) < min(map(min, rows.values())) + 3 for row in indented)


def test_lines_of_facing_pages_are_aligned(pages) -> None:
    block = "```\nx = 1\ny = 2\nz = 3\n```\n\n"
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n"
    result = pages(
        f"{PROSE}## Head\n\n{PROSE}{block}{PROSE}{table}{PROSE}### Less\n\n{PROSE}> Quoted.\n\n{PROSE}"
    )
    feet = {round(line.foot % 14, 1) for page in result[-3:] for line in justified(page) if line.size > 10.5}
    assert len({round(foot) for foot in feet}) == 1


def test_notes_are_on_the_page_of_their_call(write: Write) -> None:
    note = " ".join(["note"] * 60)
    text = "".join(f"{PROSE.strip()}[^{n}]\n\n[^{n}]: Mark{n} {note}\n\n" for n in range(12))
    data, result = write("pdf", text)
    assert not result
    pages = list(words(data))
    for number in range(12):
        assert sum(f"Mark{number} " in page for page in pages) == 1
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            called, reported = calls_and_notes(page.get_textpage())
            assert called == reported


def calls_and_notes(text: pypdfium2.PdfTextPage) -> tuple[set[int], set[int]]:
    """Return the numbers of footnote marks on a page, and of the footnotes on it."""
    text_range = text.get_text_range()
    reported = {int(number) for number in re.findall(r"Mark(\d+) ", text_range)}
    called = {int(number) - 1 for number in re.findall(r"aside\.”(\d+)", text_range)}
    return called, reported


def test_continued_table_has_a_continuation_label(write: Write) -> None:
    rows = "".join(f"| row {n} | {n} |\n" for n in range(60))
    data, result = write("pdf", f"| Name | Number |\n|------|-----:|\n{rows}\n: Many rows {{#tbl-many}}\n")
    assert not result
    reported = [page for page in words(data) if "row" in page]
    assert len(reported) > 1
    assert "continued" not in reported[0]
    assert all("(continued)" in page for page in reported[1:])


def test_code_is_broken_between_its_words(write: Write) -> None:
    code = "def break_paragraph(breaks: list[Break], measure: float) -> list[integer]:"
    data, _ = write("pdf", f"```python\n{code}\n```\n")
    assert "list[integer]" in list(words(data))[-1]


def test_adjacent_punctuation_loses_its_blank_half() -> None:
    text = "（见第3章）。《文》，“好”。「あ」「い」、う。"
    assert [text[place] for place in find_squeezed_marks(text)] == [
        "）",
        "。",
        "》",
        "，",
        "”",
        "。",
        "」",
        "」",
    ]
    assert find_squeezed_marks("。」") == [0]
    assert find_squeezed_marks("「『") == [1]
    assert find_squeezed_marks("。字") == []
    assert find_squeezed_marks("“Quoted,” he said.") == []


@pytest.mark.parametrize(
    ("bottom", "space", "added"),
    [(28, 14, 0), (30, 14, -2), (34, 14, 8), (30, 0, 12), (41.99, 14, 0), (14.01, 0, 0)],
)
def test_grid_remainder_is_added_or_removed(bottom: float, space: float, added: float) -> None:
    assert compute_grid_adjustment(bottom, 14, space) == pytest.approx(added)


def test_up_to_half_a_line_is_removed_around_a_formula() -> None:
    assert compute_grid_adjustment(34, 14, 14, 0.5) == -6


@pytest.mark.parametrize(("upper", "lower", "grows"), [("p", "div", False), ("div", "p", True)])
def test_a_page_is_not_filled_above_a_displayed_formula(upper: str, lower: str, grows: bool) -> None:
    boxes = [
        SimpleNamespace(element_tag=tag, element=Element(tag, {"class": "equation"} if tag == "div" else {}))
        for tag in (upper, lower)
    ]
    assert (_rank_space(*boxes) is not None) == grows


class Block(SimpleNamespace):
    """A block of a page that is ten CSS pixels high."""

    def __init__(self, tag: str, y: float) -> None:
        element = Element(tag, {"class": "equation"} if tag == "div" else {})
        super().__init__(element_tag=tag, element=element, y=y, height=10.0, style={"line_height": 14.0})
        self.is_in_normal_flow, self.is_floated = (lambda: True), (lambda: False)
        self.border_box_y, self.border_height = (lambda: self.y), (lambda: 10.0)

    __hash__ = object.__hash__

    def translate(self, dy: float) -> None:
        self.y += dy


def test_a_formula_stays_in_the_middle_of_its_space_when_a_page_is_filled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(block_spacing, "get_line_height", lambda box: box.style["line_height"])
    blocks = [Block(tag, 30.0 * place) for place, tag in enumerate(("p", "div", "p"))]
    section = Block("section", 0.0)
    section.children = blocks
    block_spacing.fill_page(section, {3: None}, bottom=85.0)
    assert [block.y for block in blocks] == [0.0, 37.0, 74.0]


def test_heading_spacing_is_equal_after_lists_and_paragraphs(pages) -> None:
    source = "Text.\n\n## One\n\nText.\n\n- A point\n\n## Two\n\nText.\n"
    lines = [line for page in pages(source) for line in page]
    feet = {line.last: line.foot for line in lines}
    text = [line.foot for line in lines if line.last == "." and line.size > 10]
    assert feet["e"] - text[1] == pytest.approx(feet["o"] - text[2], abs=0.1)
    leads = (text[0] - text[2]) / 14
    assert leads == pytest.approx(round(leads), abs=0.01)


def test_marks_that_meet_across_elements_are_as_narrow_as_within_one(write: Write) -> None:
    data, _ = write("pdf", "见（甲）。字\n\n见（*甲*）。字\n\n见*（甲）*。字\n", more="lang: zh-Hans\n")
    document = pypdfium2.PdfDocument(data)
    text = document[len(document) - 1].get_textpage()
    lasts = [
        text.get_charbox(place, loose=True)[0]
        for place in range(text.count_chars())
        if text.get_text_range(place, 1) == "字"
    ]
    assert len(lasts) == 3
    assert max(lasts) - min(lasts) < 0.2


def test_an_apostrophe_in_a_chinese_book_is_as_narrow_as_its_word(write: Write) -> None:
    data, _ = write("pdf", "据China's称，他说：‘中国’\n", more="lang: zh-Hans\n")
    document = pypdfium2.PdfDocument(data)
    text = document[len(document) - 1].get_textpage()
    boxes = (
        (text.get_text_range(place, 1), text.get_charbox(place, loose=True))
        for place in range(text.count_chars())
    )
    widths = [right - left for character, (left, _, right, _) in boxes if character == "’"]
    assert len(widths) == 2
    assert widths[0] < widths[1] / 3


ADDRESS = "https://example.org/render?code=" + "%E5%88%9D%E5%A7%8B%E5%8C%96" * 12


@pytest.mark.parametrize("text", [ADDRESS, f"<{ADDRESS}>", "Un" + "glaub" * 60 + "lich"])
def test_a_word_that_is_longer_than_a_line_is_broken(write: Write, text: str) -> None:
    data, _ = write("pdf", f"What stands in {text} is long, and more follows it here.\n")
    with pypdfium2.PdfDocument(data) as document:
        page = document[len(document) - 1]
        edge = page.get_width()
        textpage = page.get_textpage()
        boxes = [textpage.get_charbox(index) for index in range(textpage.count_chars())]
        assert max(right for _, _, right, _ in boxes) < edge - 30
        if "://" in text:  # no hyphen added by hyphenation
            assert ADDRESS in "".join(textpage.get_text_range().split())


def test_large_picture_in_a_cell_leaves_space_for_others(write: Write) -> None:
    rows = "| Crab | Meaning |\n|---|---|\n| ![A crab](crab.png) | This code does not compile, whatever one does. |\n"
    data, findings = write("pdf", rows, files={"source/crab.png": tiny_png(2000, 1400)})
    assert not [finding for finding in findings if finding.code in ("CHK017", "LNT025")]
    with pypdfium2.PdfDocument(data) as document:
        page = document[len(document) - 1]
        textpage = page.get_textpage()
        boxes = [textpage.get_charbox(index) for index in range(textpage.count_chars())]
        assert max(right for _, _, right, _ in boxes) < page.get_width() - 30


def test_line_with_a_formula_keeps_its_width(write: Write) -> None:
    """Test a line with a formula, in which only letters can be squeezed."""
    text = (
        "The gamma distribution is the conjugate prior distribution for the Poisson distribution, so the "
        "posterior density $p(\\lambda \\mid y)$ will also follow a gamma distribution.\n"
    )
    data, _ = write("pdf", text)
    with pypdfium2.PdfDocument(data) as document:
        page = document[len(document) - 1]
        textpage = page.get_textpage()
        boxes = [textpage.get_charbox(index) for index in range(textpage.count_chars())]
        assert max(right for _, _, right, _ in boxes) < page.get_width() - 40
