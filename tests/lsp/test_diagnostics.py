"""Test findings as LSP diagnostics: their ranges, severities and hints."""

from __future__ import annotations

import pytest
from lsprotocol import types

from triptych.diagnostics import Diagnostic, Span
from triptych.lsp.diagnostics import convert_finding, locate_finding
from triptych.lsp.source_text import SourceText


def finding(column: int, code: str = "REF001", hint: str | None = None, line: int = 1) -> Diagnostic:
    span = Span(path="source/a.md", line=line, column=column)
    return Diagnostic(code=code, span=span, message="message", hint=hint)


@pytest.mark.parametrize(
    ("text", "column", "marked"),
    [
        ("See @fig-gone, please.", 5, "@fig-gone"),
        ("See [@smith2020; @b].", 5, "[@smith2020"),
        ('::: {.chart data="a b.csv" x=1}', 13, 'data="a b.csv"'),
        ("A {{< var x >}} b", 3, "{{< var x >}}"),
        ("[x](gone.md)", 5, "gone.md"),
        ("技术 word", 4, "word"),
        ("chapters:", 1, "chapters"),
        ("a  ", 2, "  "),
        ("", 1, ""),
    ],
)
def test_a_finding_marks_the_token_at_its_position(text: str, column: int, marked: str) -> None:
    start, end = locate_finding(finding(column), SourceText(text))
    assert text[start:end] == marked


def test_position_after_the_end_marks_nothing() -> None:
    assert locate_finding(finding(9, line=7), SourceText("ab\n")) == (3, 3)


def test_a_diagnostic_has_code_severity_and_hint() -> None:
    result = convert_finding(finding(1, hint="do it"), SourceText("𝟙𝟙 x"), "utf-16", lambda span: None)
    assert (result.code, result.severity, result.message) == (
        "REF001",
        types.DiagnosticSeverity.Error,
        "message\nhint: do it",
    )
    assert result.range.end.character == 4
    assert result.tags is None


def test_content_without_effect_is_tagged_as_unnecessary() -> None:
    result = convert_finding(finding(1, "LNT004"), SourceText("x"), "utf-16", lambda span: None)
    assert result.tags == [types.DiagnosticTag.Unnecessary]


def test_a_position_in_the_hint_is_related_information() -> None:
    place = types.Location("file:///b.md", SourceText("").make_range(0, 0, "utf-16"))
    requested: list[Span] = []

    def locate(span: Span) -> types.Location:
        requested.append(span)
        return place

    hint = "change this id or the earlier one, at source/b.md:3:7"
    result = convert_finding(finding(1, "IDS001", hint), SourceText("x"), "utf-16", locate)
    assert requested == [Span(path="source/b.md", line=3, column=7)]
    assert result.related_information is not None
    assert result.related_information[0].location is place
