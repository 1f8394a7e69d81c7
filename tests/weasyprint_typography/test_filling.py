"""Test the width of justified lines, and how often their texts are shaped."""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice
from typing import Any

import pytest

from tests.writers.print.quires import lay

WORDS = "some harbour men mend nets when rain has driven them in from an open sea and none can sail".split()
CSS = "@page { size: 230pt 500pt } p { text-align: justify; hyphens: none }"


def line_boxes(body: str, css: str = "") -> list[Any]:
    """Return the lines of a page."""
    from weasyprint.formatting_structure.boxes import LineBox

    (page,) = lay(body, CSS + css)[0].pages
    return [box for box in page._page_box.descendants() if isinstance(box, LineBox)]


def lines_of(body: str, css: str = "") -> list[list[Any]]:
    """Return the texts of each non-empty line of a page."""
    lines = line_boxes(body, css)
    return [[box for box in line.descendants() if getattr(box, "text", "")] for line in lines]


@pytest.mark.parametrize("tag", ["", "em", "b"])
def test_lines_reach_the_margin_whatever_elements_their_words_are_in(tag: str) -> None:
    """Test that lines reach the margin in any elements: the space removed at a line end is not a glyph."""
    words = [f"<{tag}>{word}</{tag}>" if tag else word for word in islice(cycle(WORDS), 240)]
    *lines, _ = lines_of(f"<p>{' '.join(words)}</p>")
    assert len(lines) > 20
    ends = [texts[-1].position_x + texts[-1].width for texts in lines]
    assert ends == pytest.approx([ends[0]] * len(ends), abs=1e-3)


def test_texts_are_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test that a text that fits on its line is shaped once, at the first layout and at the third."""
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


def test_lines_end_as_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test that each line of a long text is shaped once, after the whole text, without searching its end."""
    from weasyprint.text.line_break import Layout

    shaped: list[str] = []
    shape = Layout.get_first_line

    def note(self: Any) -> Any:
        shaped.append(self.text)
        return shape(self)

    monkeypatch.setattr(Layout, "get_first_line", note)
    text = " ".join(islice(cycle(WORDS), 240))
    lines = lines_of(f"<p>{text}</p>")
    texts = [line[0].text for line in lines]
    assert " ".join(texts) == text
    assert [item for item in shaped if len(item) > 1] == [text, *texts]


def test_paragraph_time_is_linear_in_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test that paragraphs take linear time, though lines may end before a text that begins with a space."""
    from weasyprint.layout import inline

    lay("<p>a</p>")  # so that the engine is patched
    requested: list[Any] = []
    split = inline.split_text_box

    def note(context: Any, box: Any, *more: Any, **named: Any) -> Any:
        requested.append(box)
        return split(context, box, *more, **named)

    monkeypatch.setattr(inline, "split_text_box", note)
    words = [f"<i>{word}</i>" if place % 2 else word for place, word in enumerate(islice(cycle(WORDS), 600))]
    lines = lines_of(f"<p>{' '.join(words)}</p>", "@page { size: 230pt 3000pt }")
    assert len(lines) > 50
    assert len(requested) < 4 * len(words)


@pytest.mark.parametrize("width", range(120, 170, 5))
def test_padding_is_not_part_of_the_text_width(width: int) -> None:
    words = [f"<code>\u2014{word}</code>" if place % 2 else word for place, word in enumerate(WORDS * 3)]
    css = f"code {{ padding: 0 6pt; border: 1pt solid }} p {{ width: {width}pt }}"
    *lines, _ = line_boxes(f"<p>{' '.join(words)}</p>", css)
    assert len(lines) > 8
    assert max(line.position_x + line.width for line in lines) < (30 + width) * 4 / 3 + 3  # hanging dashes
