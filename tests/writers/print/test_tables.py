"""Test tables on finished pages: aligned decimal points, minimum widths, and nothing cut off."""

from __future__ import annotations

from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.writers.epub.conftest import Write


class Letter(NamedTuple):
    """A letter on a page, with its position and type size in points."""

    text: str
    left: float
    bottom: float
    right: float
    size: float


class Sheet(NamedTuple):
    """A page of a finished file."""

    width: float
    height: float
    letters: list[Letter]

    @property
    def text(self) -> str:
        """Return its letters as one string."""
        return "".join(letter.text for letter in self.letters)

    def word(self, word: str) -> list[Letter]:
        """Return the letters of the first occurrence of a word."""
        start = self.text.index(word)
        return self.letters[start : start + len(word)]


def sheets(data: bytes) -> list[Sheet]:
    result = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            letters = []
            for place in range(text.count_chars()):
                left, bottom, right, _ = text.get_charbox(place, loose=True)
                size = pdfium.FPDFText_GetFontSize(text.raw, place) * 3 / 4  # CSS pixels
                letters.append(Letter(text.get_text_range(place, 1), left, bottom, right, size))
            result.append(Sheet(*page.get_size(), letters))
    return result


def sheet_with(write: Write, markdown: str, word: str, **options: str) -> Sheet:
    data, result = write("pdf", markdown, **options)
    assert not result
    return next(sheet for sheet in sheets(data) if word in sheet.text)


@pytest.mark.parametrize(("mark", "more"), [(".", ""), (",", "lang: de\n")])
def test_decimal_separators_are_aligned(write: Write, mark: str, more: str) -> None:
    numbers = ["12.5", "−3.25", "110.125", "7.7"]
    rows = "".join(f"| Row{n} | {number.replace('.', mark)} |\n" for n, number in enumerate(numbers))
    table = f"| Name | Share |\n|---|---|\n{rows}| Whole | 44 |\n| Other | n/a |\n"
    sheet = sheet_with(write, table, "Whole", more=more)
    body = [letter for letter in sheet.letters if letter.bottom < sheet.word("Row0")[0].bottom + 3]
    marks = [letter.left for letter in body if letter.text == mark]
    assert len(marks) == len(numbers)
    assert max(marks) - min(marks) < 0.02
    assert sheet.word("44")[-1].right == pytest.approx(marks[0], abs=0.02)


def test_invisible_figures_are_not_read(write: Write) -> None:
    sheet = sheet_with(write, "| Name | Share |\n|---|---|\n| One | 1.25% |\n| Two | 3 |\n", "Two")
    assert sheet.text.count("%") == 1
    assert "0" not in sheet.text


def test_narrow_table_is_no_wider_than_needed(write: Write) -> None:
    sheet = sheet_with(
        write, "| City | Place |\n|---|---|\n| Beijing | 14 |\n| Shanghai | 15 |\n", "Shanghai"
    )
    gap = sheet.word("15")[0].left - sheet.word("Shanghai")[-1].right
    assert 8 < gap < 45
    assert sheet.word("15")[-1].right < sheet.width / 2


def test_dates_and_labels_are_unbroken_next_to_text(write: Write) -> None:
    text = "Words that fill the lines of a column and give way. " * 3
    table = f"| Date | Measure | Place | Who |\n|---|---|---|---|\n| 10 Apr 2021 | {text} | Central bank | {text} |\n"
    sheet = sheet_with(write, table, "10 Apr 2021")
    for words in ("10 Apr 2021", "Central bank"):
        assert len({round(letter.bottom) for letter in sheet.word(words)}) == 1


COLUMNS = 12
WIDE = (
    "".join(f"| Column{n} " for n in range(COLUMNS))
    + "|\n"
    + "|---" * COLUMNS
    + "|\n"
    + "".join(f"| value{n}0000 " for n in range(COLUMNS))
    + "|\n"
)


def test_table_too_wide_for_portrait_is_on_a_landscape_page(write: Write) -> None:
    data, _ = write("pdf", f"Before it.\n\n{WIDE}\nBehind it.\n")
    text, sheet = sheets(data)[-2:]  # the table floats, and text fills the preceding page
    assert "Before" in text.text and "Behind" in text.text
    assert text.width < text.height
    for n in range(COLUMNS):
        word = sheet.word(f"value{n}0000")
        assert len({round(letter.right) for letter in word}) == 1  # before the page is rotated
        assert all(30 < letter.bottom < max(sheet.width, sheet.height) - 30 for letter in word)
    sizes = {letter.size for letter in sheet.word("value30000")}
    assert min(sizes) > 6.49


def test_one_that_is_a_little_too_wide_has_smaller_type(write: Write) -> None:
    columns = 6
    row = "".join(f"| incontestable{n} " for n in range(columns)) + "|\n"
    table = row + "|---" * columns + "|\n" + row
    sheet = sheet_with(write, f"{table}\nBehind it.\n", "incontestable5")
    sizes = {round(letter.size, 2) for letter in sheet.word("incontestable3")}
    assert all(6.49 < size < 8.29 for size in sizes)
    assert "Behind" in sheet.text
    assert sheet.width < sheet.height


def test_large_print_tables_stay_large(write: Write) -> None:
    row = "| incontestable | characteristic | internationalisation |\n"
    table = f"{row}|---|---|---|\n{row}"
    data, _ = write("pdf", table, more="theme: large-print\n")
    for sheet in sheets(data):
        if "incontestable" in sheet.text:
            assert {round(letter.size, 1) for letter in sheet.word("incontestable")} == {16.0}
            break
    else:
        pytest.fail("no page has the table")


@pytest.mark.parametrize("lines", range(21, 26))
def test_caption_and_its_source_stay_with_the_first_row(write: Write, lines: int) -> None:
    rows = "".join(f"| Row{n} | {n} |\n" for n in range(60))
    table = f'| Name | Share |\n|---|---|\n{rows}\n: Shares {{#tbl-x source="Office"}}\n'
    sheet = sheet_with(write, "Words.\n\n" * lines + table, "Shares")
    assert "Office" in sheet.text
    assert "Row0" in sheet.text
