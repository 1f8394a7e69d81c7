"""Test that no content of a printed book exceeds the page or text area, or overlaps other text."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from triptych.build_context import BuildContext
from triptych.checks.pdf.overflow import find_page_defects
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.model.layout_defects import OFF_PAGE, OFF_TEXT, LayoutDefect
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob, WrittenOutput
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest
from triptych.stages import read_project
from triptych.theme.theme import list_built_in_themes

from .conftest import EVERYTHING, REPOSITORY, Built, build

pytestmark = pytest.mark.e2e


def strays_in(file: Path | bytes) -> Iterator[tuple[int, LayoutDefect]]:
    """Return the misplaced content in a finished file, with pages counted from 1."""
    with pypdfium2.PdfDocument(file) as document:
        for number, page in enumerate(document, 1):
            yield from ((number, stray) for stray in find_page_defects(page, page.get_textpage()))


def areas_of(path: Path) -> set[tuple[float, ...]]:
    """Return the text areas of the named pages; a blank page has none."""
    with pypdfium2.PdfDocument(path) as document:
        return {area for page in document if (area := page.get_artbox(fallback_ok=False))}


def test_the_books_of_all_tests_have_everything_in_its_place(book: Built, everything: Built) -> None:
    for built in (book, everything):
        assert len(areas_of(built.outputs["pdf"])) >= 2  # of rectos and versos
        assert list(strays_in(built.outputs["pdf"])) == []


@pytest.mark.parametrize("theme", [name for name in list_built_in_themes() if name != "house"])
def test_so_has_every_construct_in_each_theme(theme: str, tmp_path: Path, shared_cache: Cache) -> None:
    project = Path(shutil.copytree(EVERYTHING, tmp_path / "project"))
    manifest = project / "source" / "book.yaml"
    manifest.write_text(f"{manifest.read_text('utf-8')}\ntheme: {theme}\n", "utf-8")
    built = build(project, tmp_path, shared_cache, ("pdf",))
    assert list(strays_in(built.outputs["pdf"])) == []


def test_so_has_a_handout(tmp_path: Path, shared_cache: Cache) -> None:
    cache = shared_cache.folder
    request = BuildRequest(
        output_folder=tmp_path, formats=("pdf",), profiles=("handout",), cache_folder=cache
    )
    outcome = press(Project(EVERYTHING, environ={}), request)
    assert list(strays_in(outcome.outputs["pdf"])) == []


@dataclass(frozen=True)
class Strained:
    """A book as written, and the findings of its build."""

    made: WrittenOutput
    told: Sequence[Diagnostic]


@pytest.fixture(scope="module")
def strained() -> Strained:
    """Return a book with words, tables and pictures that are too large for the page, in all contexts."""
    project = Project(REPOSITORY / "tests" / "books" / "hostile-pages", environ={})
    manifest, book, _ = read_project(project, Cache(None))
    assert manifest is not None and book is not None
    result = OUTPUTS["pdf"].write(
        WritingJob(book, manifest, BuildContext.for_book(project, book, Cache(None)))
    )
    return Strained(result, OUTPUTS["pdf"].check_contents(result, InlineExecutor(), Cache(None)))


def test_content_without_space_is_reported_at_its_line(strained: Strained) -> None:
    """Test that content that does not fit is reported at its line.

    All other content is adjusted: words are broken, pictures and type are scaled down, tables are rotated.
    """
    rows = [(result.code, result.span.path, result.span.line) for result in strained.told if result.span]
    assert sorted(rows) == [
        ("LNT025", "source/pictures.md", 57),  # a high picture with a long caption
        ("PDF004", "source/tables.md", 12),  # forty columns
    ]


def test_layout_and_finished_file_have_the_same_defects(strained: Strained) -> None:
    """Test that the layout and the check of the finished file agree on each page.

    Content that exceeds the page exceeds the text area as well.
    """
    pages = strained.made.layout_defects.items()
    left = worst((page, stray) for page, strays in pages for stray in strays)
    assert left == worst((page - 1, stray) for page, stray in strays_in(strained.made.data))


def worst(found: Iterable[tuple[int, LayoutDefect]]) -> dict[int, str]:
    """Return, by page, whether content exceeds the page or only the text area."""
    off = [(page, stray.position) for page, stray in found if stray.position in (OFF_PAGE, OFF_TEXT)]
    return {page: OFF_PAGE if (page, OFF_PAGE) in off else OFF_TEXT for page, _ in off}
