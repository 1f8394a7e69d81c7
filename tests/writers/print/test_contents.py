"""Test the contents and lists of figures: distance and alignment of numbers and titles."""

from __future__ import annotations

import re

import pytest

from tests.writers.epub.conftest import Write
from tests.writers.print.glyphs import Glyph, lines_of, pages_of, words
from triptych.theme.theme import list_built_in_themes, load_theme
from triptych.writers.print.documents import format_column_width

CHAPTERS = 11
LONG = (
    "of the lantern, its lenses, their frames and the clockwork that turns them, from the first to the last"
)
NUMBERED = re.compile(r"(?:\d+|[A-Z])(?:\.\d+)*(?=[A-Z])")


def sources() -> dict[str, str]:
    sections = {
        f"source/c{n}.md": f"---\ntitle: Titles\n---\n## Section {LONG}\n" + "## Section\n" * 11
        for n in (1, CHAPTERS)
    }
    pictures = "".join(f"![Picture {LONG}](dot.png){{#fig-{n} fig-alt=x width=10%}}\n\n" for n in range(11))
    others = {f"source/c{n}.md": "---\ntitle: Titles\n---\nText.\n" for n in range(2, CHAPTERS)}
    return {**sections, **others, "source/a.md": f"---\ntitle: Tables\n---\n## Section\n{pictures}"}


def numbers_and_titles(page: list[Glyph]) -> list[tuple[str, Glyph, Glyph]]:
    """Return the number, its last glyph and the first glyph of the title of each line with a number."""
    result = []
    for line in lines_of(page):
        match = NUMBERED.match(words(line))
        if match:
            result.append((match[0], line[match.end() - 1], line[match.end()]))
    return result


@pytest.mark.e2e
@pytest.mark.parametrize("theme", list_built_in_themes())
def test_page_numbers_do_not_touch_titles_and_titles_are_aligned(write: Write, theme: str) -> None:
    chapters = ", ".join(f"c{n}.md" for n in range(1, CHAPTERS + 1))
    data, result = write(
        "pdf",
        book=f"  chapters: [{chapters}]\n  appendices: [a.md]\n",
        more=f"theme: {theme}\nformat: {{pdf: {{toc-depth: 2, lof: true}}}}\n",
        files=sources(),
    )
    assert not result
    listed = [page for page in pages_of(data) if sum(g.character == "." for g in page) > 20]
    rows = [row for page in listed for row in numbers_and_titles(page)]
    assert {"10", "11.10", "11.12", "A", "A.1", "A.11"} <= {number for number, _, _ in rows}
    size = load_theme(theme).print.type.contents_section.size
    assert min(title.left - last.right for _, last, title in rows) > 0.3 * size
    for depth in (0, 1):
        for page in listed:
            lefts = [t.left for number, _, t in numbers_and_titles(page) if number.count(".") == depth]
            assert not lefts or max(lefts) - min(lefts) < 0.15 * size, "but for the side bearings of letters"


def test_further_lines_hang_under_their_titles(write: Write) -> None:
    data, _ = write("pdf", more="format: {pdf: {toc-depth: 2}}\n", markdown=f"## Section {LONG}\n" * 10)
    page = next(page for page in pages_of(data) if "Contents" in words(page))
    lines = lines_of(page)
    starts = [line for line in lines if words(line).startswith("1.")]
    further = [line for line in lines if words(line)[:3].islower() and "...." in words(line)]
    assert len(starts) == 10
    title = min(left.left for number, _, left in numbers_and_titles(page) if "." in number)
    assert further
    assert all(abs(line[0].left - title) < 1 for line in further)


def test_a_column_is_as_wide_as_its_widest_number() -> None:
    assert format_column_width([]) == "0"
    width = {
        numbers: float(format_column_width(numbers.split()).removesuffix("em"))
        for numbers in ("1", "1 10.10", "A.1")
    }
    assert width["1"] < width["A.1"] < width["1 10.10"]


@pytest.mark.e2e
@pytest.mark.parametrize(("count", "together"), [(3, True), (60, False)])
def test_lists_share_a_page_if_they_fit(write: Write, count: int, together: bool) -> None:
    """Test that lists share a page if they fit; a list that needs another page begins on it."""
    pictures = "".join(f"![Picture](dot.png){{#fig-{n} fig-alt=x width=10%}}\n\n" for n in range(3))
    tables = "".join(f"| a |\n|---|\n| b |\n\n: Row {{#tbl-{n}}}\n\n" for n in range(count))
    data, _ = write("pdf", more="format: {pdf: {lof: true, lot: true}}\n", markdown=pictures + tables)
    titles = [words(page).replace(" ", "").count("Listof") for page in pages_of(data)]
    assert list(filter(None, titles)) == ([2] if together else [1, 1])
