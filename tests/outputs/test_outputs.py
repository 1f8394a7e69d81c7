"""Test that a new output format is one descriptor: other modules do not compare format names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.outputs.plain_text import FORMAT, NAME, PlainText
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob, WrittenOutput
from triptych.press import press
from triptych.request import BuildOutcome, BuildRequest

PIPELINE = Path(__file__).parents[2] / "pipeline"
# Modules that describe and configure formats.
HOMES = ("triptych/outputs/", "triptych/formats.py", "triptych/settings/")
MOST_LITERALS = 20


def test_outputs_and_formats_have_the_same_names_in_the_same_order() -> None:
    assert list(OUTPUTS) == list(FORMATS)


def build_text(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, output: PlainText) -> BuildOutcome:
    monkeypatch.setitem(OUTPUTS, NAME, output)
    monkeypatch.setitem(FORMATS, NAME, FORMAT)  # type: ignore[misc]
    section = """\
---
title: Lamps
---

Lamps are lit at dusk.

::: {.content-visible when-format="txt"}
Only in plain text.
:::

::: {.content-hidden when-format="txt"}
In all other outputs.
:::
"""
    manifest = "lang: en\nbook: {title: Light, author: A, rights: none, chapters: [lamps.md]}\n"
    project = make_project({"source/book.yaml": manifest, "source/lamps.md": section})
    return press(project, BuildRequest(output_folder=project.root / "out", formats=("epub", NAME)))


def test_a_registered_output_is_built_guarded_and_published(make_project, monkeypatch) -> None:
    outcome = build_text(make_project, monkeypatch, PlainText())
    assert [str(diagnostic) for diagnostic in outcome.diagnostics] == []
    assert set(outcome.outputs) == {"epub", NAME}
    text = outcome.outputs[NAME].read_text()
    assert outcome.outputs[NAME].suffix == ".txt"
    assert "Lamps are lit" in text and "Only in plain text" in text and "all other" not in text


def test_extension_output_that_loses_a_paragraph_is_an_error(make_project, monkeypatch) -> None:
    class Losing(PlainText):
        def write(self, job: WritingJob) -> WrittenOutput:
            output = super().write(job)
            return WrittenOutput(output.data.replace(b"Lamps are lit at dusk.", b""), [], output.book)

    outcome = build_text(make_project, monkeypatch, Losing())
    assert "CHK017" in {diagnostic.code for diagnostic in outcome.diagnostics}
    assert not outcome.has_outputs


def test_a_registered_output_that_fails_its_check_is_not_published(make_project, monkeypatch) -> None:
    class Broken(PlainText):
        def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
            return [Diagnostic(code="CHK001", message="the text is broken")]

    outcome = build_text(make_project, monkeypatch, Broken())
    assert "the text is broken" in {diagnostic.message for diagnostic in outcome.diagnostics}
    assert not outcome.has_outputs


def literals() -> list[str]:
    result = []
    for path in sorted(PIPELINE.rglob("*.py")):
        name = path.relative_to(PIPELINE).as_posix()
        if name.startswith(HOMES):
            continue
        tree = ast.parse(path.read_text())
        lines = {
            node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in FORMATS
        }
        result += [f"{name}:{line}" for line in sorted(lines)]
    return result


def test_few_lines_outside_the_descriptors_name_a_format() -> None:
    result = literals()
    assert len(result) <= MOST_LITERALS, "\n".join(result)
