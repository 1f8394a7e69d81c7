"""Test that footnotes are on the page of their mark, and laid out once per page."""

from __future__ import annotations

from typing import Any

import pytest

from triptych.writers.print.typesetting import BookTypesetter
from weasyprint_typography import page_breaks as notes_in_place

CSS = """
@page { size: 200px 130px; margin: 10px; @footnote { border-top: 1px solid; padding-top: 4px } }
html { font-size: 10px; line-height: 10px }
body, p { margin: 0; font-size: 10px }
.footnote { float: footnote; footnote-policy: line; FURTHER }
.footnote::footnote-call { content: "*" }
.footnote::footnote-marker { content: "" }
"""


def pages(body: str, further: str = "") -> list[tuple[int, list[str]]]:
    """Return, for each page, the number of footnote marks and the words of its footnotes."""
    typesetter = BookTypesetter(CSS.replace("FURTHER", further), lambda scheme, path: (b"", ""))
    laid = typesetter.lay_out(f'<html lang="en"><body>{body}</body></html>')
    return [_calls_and_notes(page._page_box) for page in laid.pages]


def _calls_and_notes(page: Any) -> tuple[int, list[str]]:
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox, TextBox

    area = next(box for box in page.children if isinstance(box, FootnoteAreaBox))
    calls = [box for box in page.descendants() if isinstance(box, TextBox) and box.text == "*"]
    return len(calls), [box.text.strip() for box in area.descendants() if isinstance(box, TextBox)]


def called(count: int, inner: str = "Note{}") -> str:
    """Return a paragraph with one line for each footnote mark."""
    return "".join(f'<p>A<span class="footnote">{inner.format(item)}</span></p>' for item in range(count))


@pytest.mark.parametrize("further", ["", "margin-top: 3px; margin-bottom: 2px"], ids=["close", "apart"])
def test_each_footnote_is_on_the_page_of_its_call(further: str) -> None:
    result = pages(called(12), further)
    assert [len(notes) for _, notes in result] == [calls for calls, _ in result]
    assert [note for _, notes in result for note in notes] == [f"Note{item}" for item in range(12)]


def test_page_is_as_full_as_with_notes_laid_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = pages(called(30, "Note{}<br/>of lines"))
    monkeypatch.setattr(notes_in_place, "_measure_note_height", lambda context, area, note: None)
    assert pages(called(30, "Note{}<br/>of lines")) == alone


def test_a_note_is_laid_out_once_for_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Any] = []
    height = notes_in_place._measure_note_height

    def noted(context: Any, area: Any, note: Any) -> float | None:
        measured.append((area, note))
        return height(context, area, note)

    monkeypatch.setattr(notes_in_place, "_measure_note_height", noted)
    assert len(pages("<p>" + 'A <span class="footnote">Note</span>' * 60 + "</p>")) > 5
    assert len(measured) == len(set(measured)) < 60 * 4
