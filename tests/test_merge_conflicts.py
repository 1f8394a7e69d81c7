"""Test that Git conflict markers are errors in every kind of source, but not in code."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import sort_findings
from triptych.engine.cache import Cache
from triptych.stages import read_project
from triptych.text_problems import KEEP_ONE_VERSION, find_conflict, keep_first_version

CONFLICT = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> branch\n"
BOOK = "book: {title: A, chapters: [section.md]}\nlang: en\nbibliography: a.bib\nglossary: terms.yaml\n"
CHART = "# A\n\n::: {#fig-a .chart type=line data=data.csv x=year y=output fig-alt=B}\nC\n:::\n\n[term]{.gls} [@key]\n"
FILES = {
    "book.yaml": BOOK,
    "section.md": CHART,
    "data.csv": "year,output\n2024,1\n2025,2\n",
    "a.bib": "@book{key,\n  title = {T},\n  author = {A, B},\n  year = 2020,\n  publisher = {P},\n}\n",
    "terms.yaml": "- term: term\n  definition: A text.\n",
}


@pytest.mark.parametrize(
    ("name", "code", "line", "versions"),
    [
        ("book.yaml", "MAN004", 2, ("lang: en", "lang: de")),
        ("section.md", "SEC008", 7, ("[term]{.gls} [@key]", "[@key] [term]{.gls}")),
        ("data.csv", "DAT002", 2, ("2024,1", "2024,3")),
        ("a.bib", "CIT002", 2, ("  title = {T},", "  title = {S},")),
        ("terms.yaml", "GLO002", 2, ("  definition: A text.", "  definition: B.")),
    ],
)
def test_a_conflict_in_a_source_is_one_error(
    name: str,
    code: str,
    line: int,
    versions: tuple[str, str],
    make_project: MakeProject,
    shared_cache: Cache,
) -> None:
    assert versions[0] in FILES[name]
    text = FILES[name].replace(versions[0] + "\n", CONFLICT.format(*versions))
    project = make_project({f"source/{item}": text if item == name else FILES[item] for item in FILES})
    (problem,) = sort_findings(read_project(project, shared_cache)[2])
    assert (problem.code, problem.span.line, problem.span.column) == (code, line, 1)
    assert (problem.message, problem.hint) == ("unresolved merge conflict: `<<<<<<< HEAD`", KEEP_ONE_VERSION)


def test_sources_without_a_conflict_have_no_findings(make_project: MakeProject, shared_cache: Cache) -> None:
    assert not read_project(
        make_project({f"source/{item}": text for item, text in FILES.items()}), shared_cache
    )[2]


@pytest.mark.parametrize("text", ["A heading\n=======\n", "<<<<<<<\n", ">>>>>>>> a\n", " <<<<<<< a\n", ""])
def test_similar_lines_are_not_markers(text: str) -> None:
    assert find_conflict(text) is None


def test_a_marker_that_was_forgotten_is_found() -> None:
    assert find_conflict("a\n>>>>>>> branch\n").line == 2


def test_markers_in_code_are_text() -> None:
    assert find_conflict("<<<<<<< a\n<<<<<<< b\n", code_lines={1}).line == 2
    assert find_conflict("<<<<<<< a\n", code_lines={1}) is None


def test_first_version_keeps_its_line_numbers() -> None:
    text = "a\n<<<<<<< x\nb\n||||||| y\nc\n=======\nd\n>>>>>>> z\ne\n=======\n"
    assert keep_first_version(text) == "a\n\nb\n\n\n\n\n\ne\n=======\n"
