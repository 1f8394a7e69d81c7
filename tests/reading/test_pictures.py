"""The picture file behind each image of a section."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, tiny_png
from triptych.diagnostics import Span
from triptych.model.nodes import Image
from triptych.reading.pictures import PictureFinder

SPAN = Span(path="source/one/section.md", line=3, column=9)


@pytest.fixture
def finder(make_project: MakeProject) -> PictureFinder:
    files = {"source/one/dot.png": tiny_png(), "source/shared.png": tiny_png(3, 2), "source/text.png": "text"}
    return PictureFinder(make_project(files))


def find(finder: PictureFinder, source: str):
    return finder.find(source, beside="source/one/section.md", span=SPAN)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("dot.png", "source/one/dot.png"),
        ("../shared.png", "source/shared.png"),
        ("shared.png", "source/shared.png"),
    ],
)
def test_pictures_are_found_beside_the_section_or_the_manifest(
    finder: PictureFinder, source: str, path: str
) -> None:
    picture, found = find(finder, source)
    assert not found
    assert picture.path == path


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("gone.png", "IMG001"),
        ("", "IMG001"),
        ("https://example.org/a.png", "IMG002"),
        ("//example.org/a.png", "IMG002"),
        ("data:image/png;base64,AAAA", "IMG002"),
        ("file:///etc/passwd", "IMG002"),
        ("FTP://example.org/a.png", "IMG002"),
        ("text.png", "IMG003"),
        ("../../../etc/passwd", "SEC005"),
        ("/etc/passwd", "SEC005"),
    ],
)
def test_each_reason_has_its_code_and_the_place_of_the_image(
    finder: PictureFinder, source: str, code: str
) -> None:
    picture, found = find(finder, source)
    assert picture is None
    assert [(finding.code, finding.span) for finding in found] == [(code, SPAN)]


def test_the_nearest_name_is_suggested(finder: PictureFinder) -> None:
    _, found = find(finder, "one/dto.png")
    assert found[0].hint == 'did you mean "one/dot.png"?'


@pytest.mark.parametrize("name", ["photo.jpeg", "PHOTO.PNG"])
def test_pictures_of_any_usual_name_are_suggested(make_project: MakeProject, name: str) -> None:
    finder = PictureFinder(make_project({f"source/{name}": tiny_png()}))
    _, found = finder.find(name.replace("O", "", 1).replace("o", "", 1), beside="source/a.md", span=SPAN)
    assert found[0].hint == f'did you mean "{name}"?'


def test_other_nodes_are_left_alone(finder: PictureFinder) -> None:
    node = object()
    assert finder.fill(node, beside="source/one/section.md", found=[]) is node


def test_an_image_is_filled_with_its_picture(finder: PictureFinder) -> None:
    found: list = []
    image = finder.fill(
        Image(source="dot.png", alt="x", span=SPAN), beside="source/one/section.md", found=found
    )
    assert image.picture.media_type == "image/png"
    assert not found


def test_a_name_with_a_space_is_found_as_markdown_writes_it(make_project: MakeProject) -> None:
    finder = PictureFinder(make_project({"source/a dot.png": tiny_png()}))
    picture, found = finder.find("a%20dot.png", beside="source/a.md", span=SPAN)
    assert not found
    assert picture is not None
