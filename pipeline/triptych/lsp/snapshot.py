"""Read a project for the language server, and reduce the book to the data that editors show.

The functions run in the worker process of ``reader.py``. Their results are small values that can be sent to
the server.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triptych.build_context import BuildContext
from triptych.data.data_file import DataError
from triptych.data.folder import DataFolder
from triptych.data.table_parsing import parse_notation
from triptych.diagnostics import Diagnostic, Span, sort_findings
from triptych.engine.cache import Cache
from triptych.engine.memory import ImpliedInput, Memory
from triptych.engine.processes.limits import BUILD_LIMITS
from triptych.engine.system_errors import describe_system_error
from triptych.languages.labels import load_labels
from triptych.media.raster_images import UnusablePictureError, make_thumbnail
from triptych.model.book import Book, LabelKind
from triptych.model.nodes import (
    Attr,
    Chart,
    Definition,
    Equation,
    Figure,
    Heading,
    Image,
    ReferenceList,
    Slide,
)
from triptych.model.walk import book_nodes, get_attr, plain_text
from triptych.project import MANIFEST, Project, UnsafePathError
from triptych.reading.bibliography import load_entries
from triptych.settings.manifest import Manifest
from triptych.stages import read_project

_MAX_TABLES, _MAX_TABLE_SIZE = 500, 4_000_000  # maximum number of data files with columns, and bytes of each
_SHOWN_VALUES = 5
_PICTURE_SIZE = 320  # pixels
_BOOK = "book of the language server"  # name in the memory


@dataclass(frozen=True, slots=True)
class Target:
    """An element with an id: its numbered name, such as "Figure 1.2", and its title or caption.

    ``picture`` identifies the figure's content, or is "" if the element is not a figure. ``span`` is None if
    the position is unknown.
    """

    name: str
    title: str
    picture: str = ""
    span: Span | None = None

    @property
    def summary(self) -> str:
        """The name and the title on one line."""
        return ": ".join(filter(None, (self.name, self.title)))


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A bibliography entry. ``text`` is formatted, or a summary if the book does not cite the source."""

    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary with its definition as plain text."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """The columns of a data file, with their first values."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    row_count: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The result of reading a project once.

    ``targets`` maps ids to elements, ``chapters`` the paths of sections to the ids of their chapters,
    ``sources`` citation keys to sources, and ``tables`` the paths of data files to their columns.
    ``variables`` are the names under ``variables:``. ``is_complete`` is False if the manifest could not be
    read. ``digests`` maps the paths of the files that were read to their digests.
    """

    findings: tuple[Diagnostic, ...]
    is_complete: bool = False
    targets: Mapping[str, Target] = field(default_factory=dict)
    chapters: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, CitedSource] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    tables: Mapping[str, DataTable] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str | None] = field(default_factory=dict)


EMPTY_SNAPSHOT = Snapshot(())


def read_snapshot(root: Path, unsaved_texts: Mapping[str, str], memory: Memory) -> Snapshot:
    """Read a project with the limits for untrusted projects; return the data that editors show."""
    project = Project(root, trusted=False, unsaved_texts=unsaved_texts)
    cache = Cache(None, memory=memory)
    try:
        manifest, book, diagnostics = read_project(project, cache)
        findings = tuple(sort_findings(diagnostics))
        if manifest is None or book is None:
            return Snapshot(findings, digests=dict(project.digests))
        memory.put(_BOOK, (project, book, cache))
        cited = _collect_sources(book)
        return Snapshot(
            findings,
            is_complete=True,
            targets=_collect_targets(book, project),
            chapters={chapter.source: chapter.id for chapter in book.chapters if chapter.source},
            sources={**_read_bibliography(project, manifest, cache), **cited},
            terms=tuple(_iter_terms(book)),
            tables=_read_tables(project, manifest, memory),
            variables={str(name): str(value) for name, value in manifest.variables.items()},
            digests=dict(project.digests),
        )
    except Exception as error:
        finding = describe_system_error(error)
        if finding is None:
            raise
        return Snapshot((finding,), digests=dict(project.digests))


def read_snapshot_in_worker(root: Path, unsaved_texts: Mapping[str, str], memory: Memory) -> Snapshot:
    """Limit the memory of this process permanently, then call ``read_snapshot``."""
    _limit_memory()
    return read_snapshot(root, unsaved_texts, memory)


def _limit_memory() -> None:
    """Limit the memory of this process to that of a build with strict limits, if the system supports it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, hard_limit = resource.getrlimit(resource.RLIMIT_DATA)
        limit = (
            BUILD_LIMITS.memory
            if hard_limit == resource.RLIM_INFINITY
            else min(BUILD_LIMITS.memory, hard_limit)
        )
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard_limit))


def _collect_targets(book: Book, project: Project) -> dict[str, Target]:
    labels = load_labels(book.metadata.language)
    targets: dict[str, Target] = {}
    for chapter in book.chapters:
        targets.setdefault(chapter.id, Target("", plain_text(chapter.title), span=chapter.span))
    for node in book_nodes(book, Attr):
        identifier = get_attr(node).id
        if identifier and not identifier.startswith("_"):
            span = getattr(node, "span", None)
            targets.setdefault(
                identifier, Target("", _get_title(node), _identify_picture(node, project), span)
            )
    for identifier, label in book.labels.items():
        word = label.kind.name.lower()
        name = labels.named(word, label.number) if label.number else ""
        if label.kind is LabelKind.EQUATION and label.number:
            name = labels.named(word, f"({label.number})")
        old = targets.get(identifier) or Target("", "")
        targets[identifier] = Target(name, plain_text(label.title) or old.title, old.picture, old.span)
    return targets


def _get_title(node: Any) -> str:
    match node:
        case Heading():
            return plain_text(node.content)
        case Slide():
            return plain_text(node.title)
        case Equation():
            return node.tex.strip()
    return plain_text(getattr(node, "caption", ()) or getattr(node, "title", ()) or ())


def _identify_picture(node: Any, project: Project) -> str:
    """Return a digest of a figure that has a picture; otherwise return ""."""
    image = _find_image(node) if isinstance(node, Figure) else None
    if not isinstance(node, Chart) and image is None:
        return ""
    file = (
        project.get_digest(image.picture.path)
        if image and image.picture and not image.picture.drawing
        else ""
    )
    return hashlib.sha256(f"{file} {node!r}".encode("utf-8", "replace")).hexdigest()


def _find_image(figure: Figure) -> Image | None:
    panels = (panel for panel in figure.panels if isinstance(panel, Figure))
    images = (*figure.images, *(image for panel in panels for image in panel.images))
    return next((image for image in images if image.picture is not None), None)


def _collect_sources(book: Book) -> dict[str, CitedSource]:
    sources = {}
    for node in book_nodes(book, ReferenceList):
        for source in node.sources:
            sources[source.attr.id.removeprefix("ref-")] = CitedSource(plain_text(source.content), "")
    for chapter in book.chapters:  # if it has its own bibliography, ids start with the chapter's name
        for source in chapter.sources:
            key = source.attr.id.removeprefix(f"ref-{chapter.slug}-")
            sources[key] = CitedSource(plain_text(source.content), "")
    return sources


def _read_bibliography(project: Project, manifest: Manifest, cache: Cache) -> dict[str, CitedSource]:
    """Return a summary of each entry, such as "Smith 2024, A title". Findings have been reported before."""
    sources: dict[str, CitedSource] = {}
    for name in manifest.bibliography:
        with suppress(Exception):
            path = project.locate_file(name)
            if path is not None:
                data = project.read_bytes(path)
                sources |= cache.memory.call(_summarise_entries, data, name, ImpliedInput(cache))
    return sources


def _summarise_entries(data: bytes, name: str, cache: ImpliedInput[Cache]) -> dict[str, CitedSource]:
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    summaries = {}
    for entry in load_entries(name, data, cache.value):
        contributors = entry.get("author") or entry.get("editor") or []
        names = [str(person.get("family") or person.get("literal") or "") for person in contributors]
        first = names[0] + (" et al." if len(names) > 2 else "") if names else ""
        who = " and ".join(names) if len(names) == 2 else first
        parts = entry.get("issued", {}).get("date-parts") or [[""]]
        year = str((parts[0] or [""])[0])
        title = str(entry.get("title", ""))
        summaries[str(entry["id"])] = CitedSource(
            ", ".join(filter(None, (f"{who} {year}".strip(), title))), title
        )
    return summaries


def _iter_terms(book: Book) -> Iterator[Term]:
    for node in book_nodes(book, Definition):
        if any(get_attr(inline).has("glossary-term") for inline in node.term):
            yield Term(plain_text(node.term), " ".join(plain_text(meaning) for meaning in node.meanings))


def _read_tables(project: Project, manifest: Manifest, memory: Memory) -> dict[str, DataTable]:
    tables = {}
    notation = json.dumps([manifest.data.delimiter, manifest.data.decimal])
    for name in project.list_source_files("*.csv")[:_MAX_TABLES]:
        with suppress(OSError, UnsafePathError, UnicodeDecodeError, DataError):
            path = project.locate_file(name) or name
            data = project.read_bytes(path)
            if len(data) <= _MAX_TABLE_SIZE:
                tables[path] = memory.call(_read_table, data, name, notation, ImpliedInput(project))
    return tables


def _read_table(data: bytes, name: str, notation: str, project: ImpliedInput[Project]) -> DataTable:
    file = DataFolder(project.value, parse_notation(*json.loads(notation))).read_file(
        name, section_path=MANIFEST
    )
    sample_rows = file.rows[:_SHOWN_VALUES]
    columns = tuple(
        (column, tuple(row[index] for row in sample_rows if index < len(row)))
        for index, column in enumerate(file.columns)
    )
    return DataTable(columns, len(file.rows))


def draw_picture(identifier: str, memory: Memory) -> bytes | None:
    """Return a small PNG of a figure in the last book read, or None if it cannot be drawn."""
    loaded: tuple[Project, Book, Cache] | None = memory.get(_BOOK)
    if loaded is None:
        return None
    project, book, cache = loaded
    node = next((node for node in book_nodes(book, Chart, Figure) if node.attr.id == identifier), None)
    with suppress(UnusablePictureError, UnsafePathError, ValueError, OSError):
        if isinstance(node, Chart):
            svg = BuildContext.for_book(project, book, cache).draw_chart(node)
            return _rasterise(svg, 2 * _PICTURE_SIZE, 2 * _PICTURE_SIZE)
        image = _find_image(node) if node is not None else None
        picture = image.picture if image else None
        if picture is None:
            return None
        data = picture.drawing or project.read_bytes(picture.path)
        if picture.media_type == "image/svg+xml":
            return _rasterise(data, picture.width, picture.height)
        small = make_thumbnail(data, _PICTURE_SIZE)
        if small is not None:
            with io.BytesIO() as out:
                small.save(out, "PNG", optimize=True)
                return out.getvalue()
    return None


def _rasterise(svg: bytes, width: float, height: float) -> bytes | None:
    from triptych.media.picture_files import inspect_svg
    from triptych.media.svg_rendering import rasterise_svg

    _, width, height = inspect_svg(svg)
    scale = _PICTURE_SIZE / max(width, height, 1)
    return rasterise_svg(svg, round(width * scale), round(height * scale), on_white=True)
