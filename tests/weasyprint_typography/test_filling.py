"""How far justified lines reach, and how often their texts are set."""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice
from typing import Any

import pytest

from tests.writers.print.quires import lay

WORDS = "some harbour men mend nets when rain has driven them in from an open sea and none can sail".split()
CSS = "@page { size: 230pt 500pt } p { text-align: justify; hyphens: none }"


def line_boxes(body: str, css: str = "") -> list[Any]:
    """The lines of a page."""
    from weasyprint.formatting_structure.boxes import LineBox

    (page,) = lay(body, CSS + css)[0].pages
    return [box for box in page._page_box.descendants() if isinstance(box, LineBox)]


def lines_of(body: str, css: str = "") -> list[list[Any]]:
    """The texts of each line of a page, but for those that are empty."""
    lines = line_boxes(body, css)
    return [[box for box in line.descendants() if getattr(box, "text", "")] for line in lines]


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


def test_the_time_that_a_paragraph_takes_grows_with_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that end before a text which begins with a space are not looked for in all that follows."""
    from weasyprint.layout import inline

    lay("<p>a</p>")  # so that the engine is patched
    asked: list[Any] = []
    split = inline.split_text_box

    def note(context: Any, box: Any, *more: Any, **named: Any) -> Any:
        asked.append(box)
        return split(context, box, *more, **named)

    monkeypatch.setattr(inline, "split_text_box", note)
    words = [f"<i>{word}</i>" if place % 2 else word for place, word in enumerate(islice(cycle(WORDS), 600))]
    lines = lines_of(f"<p>{' '.join(words)}</p>", "@page { size: 230pt 3000pt }")
    assert len(lines) > 50
    assert len(asked) < 4 * len(words)


@pytest.mark.parametrize("width", range(120, 170, 5))
def test_what_is_around_a_text_is_no_part_of_its_letters(width: int) -> None:
    words = [f"<code>\u2014{word}</code>" if place % 2 else word for place, word in enumerate(WORDS * 3)]
    css = f"code {{ padding: 0 6pt; border: 1pt solid }} p {{ width: {width}pt }}"
    *lines, _ = line_boxes(f"<p>{' '.join(words)}</p>", css)
    assert len(lines) > 8
    assert max(line.position_x + line.width for line in lines) < (30 + width) * 4 / 3 + 3  # dashes hang
