"""Markdown through pandoc: many texts, and none of them at the cost of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.engine.processes import limits
from triptych.reading.pandoc import Reading, Unreadable, read_markdown

ENDLESS = "[" * 60 + "\n"  # pandoc tries each of them as a link, and in it each of the others


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "reading", lambda size, allowed: limits.Bounds(2, 800 * limits.MEGABYTE))
    monkeypatch.setattr(limits, "searching", lambda size: limits.Bounds(1, 800 * limits.MEGABYTE))


@pytest.mark.usefixtures("impatient")
def test_a_text_without_end_is_told_at_its_paragraph_and_the_others_are_read(tmp_path: Path) -> None:
    texts = ["First.\n", f"One.\n\nTwo\nlines.\n\n{ENDLESS}\nThree.\n", "Last.\n"]
    first, second, last = read_markdown(texts, Cache(tmp_path))
    assert isinstance(first, Reading) and isinstance(last, Reading)
    assert isinstance(second, Unreadable)
    assert (second.line, str(second)) == (6, "it takes too long: what is written here has no end")
    assert len(list((tmp_path / "ast").iterdir())) == 2  # a quicker machine may read the other


def test_half_a_character_is_told_at_its_line(tmp_path: Path) -> None:
    first, second = read_markdown(["One.\n\nTwo \ud800.\n", "Three.\n"], Cache(tmp_path))
    assert isinstance(first, Unreadable) and isinstance(second, Reading)
    assert (first.line, str(first)) == (3, "U+D800 is no character of a text")
