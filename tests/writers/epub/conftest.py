"""Write one output of a project given as files, without a cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import tiny_png, write_files
from tests.markup.test_blocks import EVERY_CONSTRUCT, FILES
from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.formats import OutputFormat
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.project import Project
from triptych.stages import read_project

Write = Callable[..., tuple[bytes, list[Diagnostic]]]

EVERYTHING = {
    **FILES,
    "source/book.yaml": "book:\n  title: Every construct\n  lang: en\n  subtitle: of them all\n  author: [Ada Lovelace]\n"
    "  date: 2024-05-06\n  chapters: [section.md]\nbibliography: references.bib\n",
    "source/section.md": f"---\ntitle: A section\nsummary: In short.\ntakeaways: [One, Two]\n---\n{EVERY_CONSTRUCT}",
}


def write_output(
    name: OutputFormat, root: Path, files: Mapping[str, str | bytes]
) -> tuple[bytes, list[Diagnostic]]:
    """Return one output of a project without errors, and the findings of its writer."""
    project = Project(write_files(root, files), environ={})
    manifest, book, findings = read_project(project, Cache(None))
    assert manifest is not None and book is not None
    assert not [str(finding) for finding in findings if finding.severity == "error"]
    context = BuildContext.for_book(project, book, Cache(None))
    result = OUTPUTS[name].write(WritingJob(book, manifest, context))
    return result.data, result.findings


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes an output of one section: ``write("epub", "Text.", book="…", more="…")``.

    ``book`` holds lines of the manifest's ``book:`` section, ``more`` lines after it; other keywords are
    files.
    """
    count = 0

    def make(
        name: OutputFormat,
        markdown: str = "Some text.\n",
        *,
        book: str = "  chapters: [section.md]\n",
        more: str = "",
        files: Mapping[str, str | bytes] | None = None,
    ) -> tuple[bytes, list[Diagnostic]]:
        nonlocal count
        count += 1
        language = "" if "lang:" in book + more else "  lang: en\n"
        sources = {
            "source/book.yaml": f"book:\n  title: A book\n{language}{book}{more}",
            "source/section.md": markdown,
            "source/dot.png": tiny_png(),
            "source/data.csv": "x,y\n1,2\n2,3\n",
            **(files or {}),
        }
        return write_output(name, tmp_path / str(count), sources)

    return make
