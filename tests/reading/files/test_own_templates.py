"""Test the templates of a project: which are used, and the pictures that they refer to."""

from __future__ import annotations

import re
import zipfile

import pikepdf
import pytest

from tests.conftest import MakeProject, tiny_png
from tests.own_fonts import own_font
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.request import BuildRequest
from triptych.stages import read_project
from triptych.theme.templating import iter_image_paths
from triptych.theme.theme_reader import read_theme

BOOK = "book: {title: A book, author: Ada, chapters: [a.md]}\nlang: en\n"
SOURCES = {"source/book.yaml": BOOK, "source/a.md": "# A\n\nText.\n"}
TITLE = '<section class="title-page">\n<p class="book-title">{{ meta.title }}</p>\n%s\n</section>\n'


@pytest.fixture
def found_in(make_project: MakeProject, shared_cache: Cache):
    def found(files: dict[str, str | bytes], manifest: str = "") -> list[Diagnostic]:
        project = make_project({**SOURCES, **files, "source/book.yaml": BOOK + manifest})
        return read_project(project, shared_cache)[2]

    return found


def test_used_templates_and_readme_files_are_not_reported(found_in) -> None:
    files: dict[str, str | bytes] = {
        "templates/print/title-page.xhtml.j2": TITLE % '{% include "print/mark.xhtml.j2" %}',
        "templates/print/mark.xhtml.j2": '<img src="mark.png" alt="Our mark"/>',
        "templates/print/mark.png": tiny_png(),
        "templates/deck/storyboard.j2": "",
        "templates/themes/mine.yaml": (
            "families: {serif: Brand Serif}\nfonts: [{family: Brand Serif, file: Brand.ttf}]\n"
        ),
        "templates/fonts/Brand.ttf": own_font(),
        "templates/fonts/OFL.txt": "The licence.",
        "templates/README.md": "What this is.",
        "templates/.DS_Store": b"\0",
    }
    assert [problem.code for problem in found_in(files, "theme: mine\n")] == ["FNT003"]


def test_unused_templates_are_reported_with_advice(found_in) -> None:
    files: dict[str, str | bytes] = {
        "templates/title-page.xhtml.j2": "",
        "templates/print/left-over.xhtml.j2": "",
        "templates/epub/cover.svg.j2": "",
        "templates/themes/other.yaml": "extends: house\n",
        "templates/fonts/Other.ttf": own_font(),
    }
    reported = {problem.span.path: problem.hint for problem in found_in(files) if problem.span}
    assert set(reported) == set(files)
    assert reported["templates/title-page.xhtml.j2"] == (
        "did you mean epub/title-page.xhtml.j2 or print/title-page.xhtml.j2?"
    )
    assert "theme: other" in reported["templates/themes/other.yaml"]
    assert "fonts:" in reported["templates/fonts/Other.ttf"]


def test_theme_among_templates_is_found_by_name(make_project: MakeProject) -> None:
    project = make_project({"templates/themes/mine.yaml": "extends: report\ncolours: {dark: '402040'}\n"})
    theme, result = read_theme(project, "mine")
    assert (result, theme.colours.dark, theme.print.page_size) == ([], "402040", "a4")
    _, (problem,) = read_theme(project, "mien")
    assert problem.hint == 'did you mean "mine"?'


def test_theme_with_a_built_in_name_replaces_and_extends_it(make_project: MakeProject) -> None:
    project = make_project({"templates/themes/report.yaml": "colours: {dark: '402040'}\n"})
    theme, result = read_theme(project, "report")
    assert (result, theme.colours.dark, theme.print.page_size) == ([], "402040", "a4")


def test_pictures_that_a_template_works_out_are_not_ours_to_find() -> None:
    text = (
        '<img alt="a" src="a b.png"/>\n<p>\n  <image xlink:href=\'c.svg\'/>\n'
        '<img src="{{ document.cover() }}"/><img src="chart:fig-x"/><use href="#mark"/>\n'
        "p { background: url(d.png) } q { background: url('{{ x }}') }"
    )
    assert [
        (image_path.path, image_path.line, image_path.column) for image_path in iter_image_paths(text)
    ] == [
        ("a b.png", 1, 19),
        ("c.svg", 3, 22),
        ("d.png", 5, 21),
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [("none.png", "IMG007"), ("https://example.org/a.png", "IMG002"), ("../../../a.png", "SEC005")],
)
def test_missing_template_picture_is_reported_at_its_position(found_in, source: str, code: str) -> None:
    (problem,) = found_in({"templates/epub/title-page.xhtml.j2": TITLE % f'<img src="{source}" alt=""/>'})
    assert (problem.code, str(problem.span)) == (code, "templates/epub/title-page.xhtml.j2:3:11")


def test_print_and_epub_show_template_pictures(make_project: MakeProject, shared_cache: Cache) -> None:
    image = '<p><img src="images/our mark.png" alt="Our mark"/></p>'
    page = '{% extends "epub/page.xhtml.j2" %}{% block title %}T{% endblock %}{% block content %}'
    project = make_project(
        {
            **SOURCES,
            "source/images/our mark.png": tiny_png(40, 20),
            "templates/print/title-page.xhtml.j2": TITLE % image,
            "templates/epub/title-page.xhtml.j2": f"{page}<h1>A book</h1>{image}{{% endblock %}}",
        }
    )
    request = BuildRequest(
        output_folder=project.root / "build", formats=("pdf", "epub"), cache_folder=shared_cache.folder
    )
    outcome = press(project, request)
    assert outcome.has_outputs, outcome.diagnostics
    assert outcome.diagnostics == []
    with pikepdf.open(outcome.outputs["pdf"]) as pdf:
        sizes = [(int(image.Width), int(image.Height)) for image in pdf.pages[0].get_images().values()]
    assert sizes == [(40, 20)]
    with zipfile.ZipFile(outcome.outputs["epub"]) as book:
        text = book.read("EPUB/text/title-page.xhtml").decode()
        address = re.search(r'<img src="\.\./(images/[^"]+)" alt="Our mark"', text)
        assert address is not None
        assert book.read(f"EPUB/{address[1]}").startswith(b"\x89PNG")
        assert address[1].encode() in book.read("EPUB/package.opf")
