"""Provide the books of end-to-end tests. Each is built once per run, with the cache of the run."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.once import Shelf
from triptych.engine.cache import Cache
from triptych.formats import OutputFormat
from triptych.model.book import Book
from triptych.passes.conditions import select_for_output
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.stages import read_project

REPOSITORY = Path(__file__).parents[2]
SCAFFOLD = REPOSITORY / "templates" / "new" / "starter"
EVERYTHING = REPOSITORY / "tests" / "books" / "everything"


def read_first_takeaways() -> tuple[str, str]:
    """Return the first takeaways of the edition and of its conclusion, without full stops."""
    yaml, source = YAML(typ="safe"), REPOSITORY / "source"
    _, conclusion, _ = (source / "conclusion.md").read_text("utf-8").split("---\n", 2)
    book = yaml.load(source / "book.yaml")["book"]
    return book["takeaways"][0].rstrip("."), yaml.load(conclusion)["takeaways"][0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Built:
    """A built project: what the program printed, the path of each output, and the cache."""

    project: Project
    outcome: BuildOutcome
    outputs: Mapping[str, Path]
    cache: Path | None = None


def build(root: Path, folder: Path, cache: Cache, formats: tuple[OutputFormat, ...] | None = None) -> Built:
    """Build a project in its own folder, in all its formats or in some."""
    project = Project(root, environ={})
    outcome = press(project, BuildRequest(output_folder=folder, formats=formats, cache_folder=cache.folder))
    outputs = {str(name): path for name, path in outcome.outputs.items()}
    return Built(project, outcome, outputs, cache.folder)


def build_edition(shelf: Shelf, cache: Cache) -> Built:
    """Build the edition that this repository publishes, or return the earlier build."""
    return shelf.once("edition", lambda folder: build(REPOSITORY, folder, cache))


@lru_cache
def _read_whole(root: Path, cache: Path | None) -> Book:
    _, book, _ = read_project(Project(root, environ={}), Cache(cache))
    assert book is not None
    return book


def shown(built: Built, output: str) -> Book:
    """Return the book as one of its outputs renders it; the source is read once."""
    return select_for_output(_read_whole(built.project.root, built.cache), output)


@pytest.fixture(scope="session")
def edition(shelf: Shelf, shared_cache: Cache) -> Built:
    """Return the edition that this repository publishes."""
    return build_edition(shelf, shared_cache)


@pytest.fixture(scope="session")
def scaffold(shelf: Shelf, shared_cache: Cache) -> Built:
    """Return the project that `triptych new` writes."""

    def make(folder: Path) -> Built:
        root = Path(shutil.copytree(SCAFFOLD, folder / "report"))
        return build(root, root / "build", shared_cache)

    return shelf.once("scaffold", make)


@pytest.fixture(scope="session")
def guide(shelf: Shelf, shared_cache: Cache) -> Built:
    """Return the guide of this repository, with its talk as the deck, built like `make guide`."""

    def make(folder: Path) -> Built:
        book = build(REPOSITORY / "docs/guide", folder, shared_cache)
        request = BuildRequest(output_folder=folder, profiles=("slides",), cache_folder=shared_cache.folder)
        talk = press(book.project, request)
        result = [*book.outcome.diagnostics, *talk.diagnostics]
        outputs = {**book.outputs, **{str(name): path for name, path in talk.outputs.items()}}
        return Built(book.project, replace(book.outcome, diagnostics=result), outputs, book.cache)

    return shelf.once("guide", make)


@pytest.fixture(scope="session")
def everything(shelf: Shelf, shared_cache: Cache) -> Built:
    """Return the book with every construct of the markup language."""
    return shelf.once("everything", lambda folder: build(EVERYTHING, folder, shared_cache))


@pytest.fixture(scope="session")
def everything_said(shelf: Shelf, shared_cache: Cache) -> Built:
    """Return the deck of the same book, with all prose in its notes."""
    return shelf.once("everything-said", lambda folder: _said(EVERYTHING, folder, shared_cache))


@pytest.fixture(scope="session")
def scaffold_said(shelf: Shelf, shared_cache: Cache) -> Built:
    """Return the deck of the new project, with all prose in its notes."""
    return shelf.once("scaffold-said", lambda folder: _said(SCAFFOLD, folder, shared_cache))


def _said(root: Path, folder: Path, cache: Cache) -> Built:
    """Build the deck of a project in a copy whose manifest has ``notes: full``."""
    copy = Path(shutil.copytree(root, folder / "project"))
    manifest = copy / "source" / "book.yaml"
    options = YAML().load(manifest)
    options["format"]["pptx"] = {**_options(options["format"]["pptx"]), "notes": "full"}
    YAML().dump(options, manifest)
    return build(copy, folder, cache, ("pptx",))


def _options(written: str | Mapping[str, object]) -> Mapping[str, object]:
    """Return the options of an output, or no options if the manifest says "default"."""
    return {} if isinstance(written, str) else written


@pytest.fixture(params=["edition", "scaffold", "guide"])
def book(request: pytest.FixtureRequest) -> Built:
    """Return each of the books in turn."""
    built: Built = request.getfixturevalue(request.param)
    return built


@pytest.fixture(scope="session")
def fontconfig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fontconfig file with which LibreOffice finds only the bundled fonts."""
    return fonts_from(tmp_path_factory.mktemp("fontconfig"), REPOSITORY / "templates" / "fonts")


def fonts_from(folder: Path, *fonts: Path) -> Path:
    """Write a fontconfig file to its own folder, with which programs find only the given fonts."""
    path = folder / "fonts.conf"
    places = "".join(f"<dir>{place}</dir>" for place in fonts)
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{places}<cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    return path
