"""The imprint stands at the foot of its page, and goes on over further pages where it is long."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from tests.writers.epub.conftest import Write
from triptych.theme.theme import list_built_in_themes

OWN = "---\nrole: imprint\n---\n\n"


def pages(write: Write, text: str, theme: str) -> list[tuple[str, float, float]]:
    """The text of each page with the highest and the lowest place of its letters, as shares of the height."""
    data, _ = write(
        "pdf",
        "# One\n\nText.\n",
        book="  chapters: [section.md, imprint.md]\n  rights: All rights reserved.\n",
        more=f"theme: {theme}\n",
        files={"source/imprint.md": OWN + text},
    )
    found = []
    for page in pypdfium2.PdfDocument(io.BytesIO(data)):
        words = page.get_textpage()
        boxes = [words.get_charbox(n) for n in range(words.count_chars())]
        high = max((box[3] for box in boxes), default=0.0) / page.get_height()
        low = min((box[1] for box in boxes if box[3] > box[1]), default=0.0) / page.get_height()
        found.append((words.get_text_range(), high, low))
    return found


@pytest.mark.parametrize("theme", list_built_in_themes())
def test_the_imprint_stands_at_the_foot_of_its_page(write: Write, theme: str) -> None:
    (one,) = [page for page in pages(write, "Printed by hand.\n", theme) if "Printed by hand" in page[0]]
    assert one[1] < 0.6 and one[2] < 0.2


def test_a_long_imprint_begins_at_the_head_of_its_page_and_goes_on(write: Write) -> None:
    text = "\n\n".join(f"Paragraph {number} of the imprint." for number in range(90))
    found = [page for page in pages(write, text, "house") if "of the imprint" in page[0]]
    assert len(found) > 1 and found[0][1] > 0.85
    whole = "".join(page[0] for page in found)
    assert all(f"Paragraph {number} of" in whole for number in range(90))


@pytest.mark.e2e
def test_no_big_number_is_alone_on_a_page(write: Write) -> None:
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
