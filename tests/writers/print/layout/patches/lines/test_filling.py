"""How far justified lines reach, and how often their texts are set."""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice
from typing import Any

import pytest

from tests.writers.print.quires import lay

WORDS = "some harbour men mend nets when rain has driven them in from an open sea and none can sail".split()
CSS = "@page { size: 230pt 500pt } p { text-align: justify; hyphens: none }"


def lines_of(body: str) -> list[list[Any]]:
    """The texts of each line of a page, but for those that are empty."""
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    (page,) = lay(body, CSS)[0].pages
    lines = [box for box in page._page_box.descendants() if isinstance(box, LineBox)]
    return [[box for box in line.descendants() if isinstance(box, TextBox) and box.text] for line in lines]


@pytest.mark.parametrize("tag", ["", "em", "b"])
def test_lines_reach_the_margin_whatever_elements_their_words_are_in(tag: str) -> None:
    """The space that a line loses at its end is not one of its glyphs, in an element of its own neither."""
    words = [f"<{tag}>{word}</{tag}>" if tag else word for word in islice(cycle(WORDS), 240)]
    *lines, _ = lines_of(f"<p>{' '.join(words)}</p>")
    assert len(lines) > 20
    ends = [texts[-1].position_x + texts[-1].width for texts in lines]
    assert ends == pytest.approx([ends[0]] * len(ends), abs=1e-3)


def test_texts_are_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is measured, and stands whole in its line at the first try and at the third, is shaped once."""
    from weasyprint.text.line_break import Layout

    shaped: Counter[str] = Counter()
    shape = Layout.get_first_line

    def count(self: Any) -> Any:
        shaped[self.text] += 1
        return shape(self)

    monkeypatch.setattr(Layout, "get_first_line", count)
    items = "".join(f"<p><em>Entry {number},</em> <b>seen</b></p>" for number in range(40))
    lines_of(f"<div style='columns: 2'>{items}</div>")
    counts = [shaped[f"Entry {number},"] for number in range(40)]
    assert counts == [1] * 40


def test_lines_end_where_they_are_planned_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long text each line is shaped once, besides the whole: it is not looked for where it ends."""
    from weasyprint.text.line_break import Layout

    shaped: list[str] = []
    shape = Layout.get_first_line

    def note(self: Any) -> Any:
        shaped.append(self.text)
        return shape(self)

    monkeypatch.setattr(Layout, "get_first_line", note)
    text = " ".join(islice(cycle(WORDS), 240))
    lines = lines_of(f"<p>{text}</p>")
    said = [line[0].text for line in lines]
    assert " ".join(said) == text
    assert [one for one in shaped if len(one) > 1] == [text, *said]
