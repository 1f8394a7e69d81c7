"""Test that any titles, captions, alt texts and ids give well-formed XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import write_files
from tests.writers.epub.conftest import EVERYTHING
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Book
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.project import Project
from triptych.settings.manifest import Manifest
from triptych.stages import read_project
from triptych.theme.theme import load_theme
from triptych.writers.print.documents import split_into_documents

pytestmark = pytest.mark.e2e

PARTS = {
    "source/book.yaml": EVERYTHING["source/book.yaml"].replace(  # type: ignore[union-attr, arg-type]
        "chapters: [section.md]", "chapters:\n    - part: A part\n      chapters: [section.md]"
    )
}

# Texts of authors, and their ids, classes and attributes.
SAID = frozenset(
    "id target title subtitle alt spoken text letter words end name file_as tag labels key sort entries uses"
    " description keywords rights publisher certified_by summary classes".split()
)
KEPT = frozenset("width height lang dir style".split())  # properties that outputs parse

marks = st.text("<>&\"']x;", min_size=1, max_size=6)


def marked(value: Any, mark: str) -> Any:
    """Append a mark to each text and name in a book or a part of it; equal objects stay identical."""
    if isinstance(value, nodes.Attr):
        pairs = tuple((name, result if name in KEPT else result + mark) for name, result in value.pairs)
        classes = (*value.classes, mark) if value.classes else ()
        return replace(value, id=value.id and value.id + mark, classes=classes, pairs=pairs)
    if isinstance(value, tuple):
        return tuple(marked(item, mark) for item in value)
    if isinstance(value, Mapping):
        return {key: marked(item, mark) for key, item in value.items()}
    if not is_dataclass(value) or isinstance(value, nodes.Picture | type):
        return value
    changes = {}
    for field in fields(value):
        text = getattr(value, field.name)
        if field.name not in SAID or isinstance(text, int | bool):
            changes[field.name] = marked(text, mark)
        elif isinstance(text, str):
            changes[field.name] = text and text + mark
        elif isinstance(text, tuple) and all(isinstance(item, str) for item in text):
            changes[field.name] = tuple(item + mark for item in text)
        else:
            changes[field.name] = marked(text, mark)
    return replace(value, **changes)


def book_with(book: Book, mark: str) -> Book:
    """Return the marked book; its numbers are stored under the new names."""
    labels = {name + mark: marked(label, mark) for name, label in book.labels.items()}
    return replace(marked(book, mark), labels=labels, anchors={})


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Manifest, Book]:
    root = write_files(tmp_path_factory.mktemp("everything"), EVERYTHING | PARTS)
    project = Project(root, environ={})
    manifest, book, _ = read_project(project, Cache(None))
    assert manifest is not None and book is not None
    return project, manifest, book


@settings(max_examples=6, deadline=None, derandomize=True, database=None)
@given(marks)
def test_pages_of_e_books_and_of_print_are_well_formed(
    everything: tuple[Project, Manifest, Book], mark: str
) -> None:
    project, manifest, book = everything
    book = book_with(book, mark)
    context = BuildContext.for_book(project, book, Cache(None))
    data = OUTPUTS["epub"].write(WritingJob(book, manifest, context)).data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        pages = [package.read(name) for name in package.namelist() if name.endswith(("xhtml", "opf", "ncx"))]
    for document in split_into_documents(book, context.labels, depth=3, list_kinds=()):
        pages.append(document.render(context.templates, theme=load_theme()).encode())
    elements = [value for page in pages for value in etree.fromstring(page).xpath("//@*")]
    assert any(mark in value for value in elements)
