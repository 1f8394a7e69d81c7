"""Test that each typical mistake of authors is reported at its line.

Each file in ``tests/mistakes/`` is a section or a manifest with one mistake. A comment in it lists the
expected findings as ``CODE line``; if front matter must come first, the comment is at the end.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import MakeProject, tiny_png
from triptych.diagnostics import sort_findings
from triptych.engine.cache import Cache
from triptych.stages import read_project

MISTAKES = sorted(Path(__file__).with_name("mistakes").iterdir())
EXPECTED = re.compile(r"(?:<!--|#) expected: (.+?)(?: -->)?$", re.MULTILINE)
MANIFEST = "book:\n  title: Mistakes\n  chapters: [section.md]\nlang: en\nbibliography: references.json\n"
BESIDE: dict[str, str | bytes] = {
    "source/data.csv": "year,output\n2024,1\n2025,2\n",
    "source/picture.png": tiny_png(),
    "source/references.json": '[{"id": "lovelace", "type": "book", "title": "Notes"}]',
}


@pytest.mark.parametrize("file", MISTAKES, ids=lambda file: file.stem)
def test_mistake_is_reported_at_its_line(file: Path, make_project: MakeProject, shared_cache: Cache) -> None:
    text = file.read_text("utf-8")
    expected = EXPECTED.search(text)
    assert expected, "the file says what it expects"
    is_manifest = file.suffix == ".yaml"
    files: dict[str, str | bytes] = {
        **BESIDE,
        "source/book.yaml": text if is_manifest else MANIFEST,
        "source/section.md": "# A section\n\nText.\n" if is_manifest else text,
    }
    _, _, result = read_project(make_project(files), shared_cache)
    reported = [
        f"{finding.code} {finding.span.line if finding.span else 0}" for finding in sort_findings(result)
    ]
    assert ", ".join(reported) == expected.group(1)


def test_number_of_mistakes_is_realistic() -> None:
    assert len(MISTAKES) >= 56
