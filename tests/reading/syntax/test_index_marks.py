r"""Test that the content of ``\index{…}`` is parsed as by TeX and makeindex."""

from __future__ import annotations

import pytest

from triptych.diagnostics import Span
from triptych.model.walk import plain_text
from triptych.reading.syntax.index_marks import read_index_command


@pytest.mark.parametrize(
    ("tex", "shown", "sort"),
    [
        (r"\index{a\_b}", ["a_b"], "a_b"),
        (r"\index{\%in\%@\texttt{\%in\%}}", ["%in%"], "%in%"),
        (r"\index{\{@\texttt{\{}}", ["{"], "{"),
        (r'\index{"!"!@\texttt{"!"!}}', ["!!"], "!!"),
        (r"\index{operators!\textbar\textbar@\texttt{\textbar{}\textbar}}", ["operators", "||"], "||"),
        (r"\index{C:\textbackslash Users}", ["C:\\Users"], "C:\\Users"),
    ],
)
def test_characters_with_a_mark_or_a_name_are_themselves(tex: str, shown: list[str], sort: str) -> None:
    mark = read_index_command(tex, Span(path="a.md"))
    assert mark
    assert [plain_text(term.content) for term in mark.path] == shown
    assert mark.path[-1].sort_key == sort
