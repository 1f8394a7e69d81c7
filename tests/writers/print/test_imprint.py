"""Test that the imprint is at the foot of its page, and continues on further pages."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from tests.writers.epub.conftest import Write
from triptych.theme.theme import list_built_in_themes

OWN = "---\nrole: imprint\n---\n\n"


def pages(write: Write, text: str, theme: str) -> list[tuple[str, float, float]]:
    """Return the text of each page with the top and bottom of its letters, relative to the page height."""
    data, _ = write(
        "pdf",
        "# One\n\nText.\n",
        book="  chapters: [section.md, imprint.md]\n  rights: All rights reserved.\n",
        more=f"theme: {theme}\n",
        files={"source/imprint.md": OWN + text},
    )
    result = []
    for page in pypdfium2.PdfDocument(io.BytesIO(data)):
        words = page.get_textpage()
        boxes = [words.get_charbox(n) for n in range(words.count_chars())]
        high = max((box[3] for box in boxes), default=0.0) / page.get_height()
        low = min((box[1] for box in boxes if box[3] > box[1]), default=0.0) / page.get_height()
        result.append((words.get_text_range(), high, low))
    return result


@pytest.mark.parametrize("theme", list_built_in_themes())
def test_imprint_is_at_the_foot_of_its_page(write: Write, theme: str) -> None:
    (item,) = [page for page in pages(write, "Printed by hand.\n", theme) if "Printed by hand" in page[0]]
    assert item[1] < 0.6 and item[2] < 0.2


def test_long_imprint_starts_at_the_page_head_and_continues(write: Write) -> None:
    text = "\n\n".join(f"Paragraph {number} of the imprint." for number in range(90))
    results = [page for page in pages(write, text, "house") if "of the imprint" in page[0]]
    assert len(results) > 1 and results[0][1] > 0.85
    whole = "".join(page[0] for page in results)
    assert all(f"Paragraph {number} of" in whole for number in range(90))


@pytest.mark.e2e
def test_big_number_is_not_alone_on_a_page(write: Write) -> None:
    numbers = "".join(f"{n}0%\n:   words about number {n}\n\n" for n in range(1, 6))
    counts = set()
    for lines in range(14, 40):
        filler = "A line of text.\n\n" * lines
        data, _ = write(
            "pdf", f"# One\n\n{filler}::: {{.big-numbers}}\n{numbers}:::\n", more="theme: report\n"
        )
        texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(data))]
        counts |= {count for text in texts if (count := text.count("words about number"))}
    assert counts == {2, 3, 5}
