"""Nothing in a printed book lies off its page, off the area of its text or over other words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from triptych.checks.pdf.contents.strays import strays_on
from triptych.model.strays import Stray
from triptych.press import Request, press
from triptych.project import Project
from triptych.theme.theme import built_in_themes

from .conftest import EVERYTHING, REPOSITORY, Built, build

pytestmark = pytest.mark.e2e
STRAINED = REPOSITORY / "tests" / "books" / "hostile-pages"
CODES = {"page": "CHK021", "text": "LNT025", "place": "LNT025", "words": "CHK022"}


def strays_in(path: Path) -> Iterator[tuple[int, Stray]]:
    """What strays in a finished file, with the pages counted from 1."""
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, 1):
            yield from ((number, stray) for stray in strays_on(page, page.get_textpage()))


def areas_of(path: Path) -> set[tuple[float, ...]]:
    """The areas of text that pages name; one that is blank has none."""
    with pypdfium2.PdfDocument(path) as document:
        return {area for page in document if (area := page.get_artbox(fallback_ok=False))}


def test_the_books_of_all_tests_have_everything_in_its_place(book: Built, everything: Built) -> None:
    for built in (book, everything):
        assert len(areas_of(built.outputs["pdf"])) >= 2  # of rectos and versos
        assert list(strays_in(built.outputs["pdf"])) == []


@pytest.mark.parametrize("theme", [name for name in built_in_themes() if name != "house"])
def test_so_has_every_construct_in_each_theme(theme: str, tmp_path: Path) -> None:
    project = Path(shutil.copytree(EVERYTHING, tmp_path / "project"))
    manifest = project / "source" / "book.yaml"
    manifest.write_text(f"{manifest.read_text('utf-8')}\ntheme: {theme}\n", "utf-8")
    built = build(project, tmp_path, ("pdf",))
    assert list(strays_in(built.outputs["pdf"])) == []


def test_so_has_a_handout(tmp_path: Path) -> None:
    request = Request(output_folder=tmp_path, formats=("pdf",), profiles=("handout",))
    outcome = press(Project(EVERYTHING, environ={}), request)
    assert list(strays_in(outcome.outputs["pdf"])) == []


@pytest.fixture(scope="module")
def strained(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Words, tables and pictures that no page has room for, wherever they may stand."""
    return build(STRAINED, tmp_path_factory.mktemp("strained"), ("pdf",))


def test_what_has_no_room_is_told_at_its_line(strained: Built) -> None:
    """The build and the independent look agree on what there is."""
    told = [found for found in strained.outcome.diagnostics if found.code in CODES.values()]
    seen = {CODES[stray.where] for _, stray in strays_in(strained.outputs["pdf"])}
    assert seen >= {found.code for found in told}
    assert all(found.span and found.span.line for found in told)
