"""One document of a book set in type, in any process: XHTML → a packed quire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from triptych.engine.cache import Cache, digest
from triptych.engine.processes.time_limits import patience
from triptych.engine.store.shapes import has_shape, loaded
from triptych.engine.tasks import Task
from triptych.engine.temporary_files import scratch
from triptych.markup.passages import places
from triptych.media.inks import Inks
from triptych.writers.print.composing.book_typesetter import BookTypesetter
from triptych.writers.print.composing.cache_records import packed, packed_layout, unpacked_layout
from triptych.writers.print.composing.faces import BookFace
from triptych.writers.print.composing.joining import join
from triptych.writers.print.composing.last_style import last_style
from triptych.writers.print.composing.serialising import fold
from triptych.writers.print.painting.pages import paint, paint_margins
from triptych.writers.print.painting.palette import Palette, StrangeFace
from triptych.writers.print.quire import Quire
from weasyprint_typography.engine import VERSION
from weasyprint_typography.stretches import Layout, Stretch
from weasyprint_typography.typesetter import Laid, Margins

_PATIENCE = 900.0  # seconds for a document; 800 dense pages in one take less than a minute
_TRIAL = 90.0  # for a part of one that failed
_REASONS = {
    RecursionError: "the content is nested too deeply",
    MemoryError: "memory ran out",
}

# What a document may ask the layout engine for: its bytes and media type, or a face.
File = tuple[bytes, str] | BookFace


@dataclass(frozen=True, slots=True)
class Style:
    """A style sheet with the files that it names, and the cache.

    ``roman_folios`` is what front matter has beside it, ``inks`` what colours are made of.
    """

    css: str
    roman_folios: str
    inks: Inks
    files: Mapping[str, File]
    cache: Cache

    @property
    def engine(self) -> str:
        """The layout engine in its version."""
        return f"WeasyPrint {VERSION}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A document to be set: its name in the book, its XHTML, the files that it names.

    ``verso`` says that its first page is one; ``draft`` counts how often page numbers were put in from 0 on.
    """

    name: str
    xhtml: str
    files: Mapping[str, File]
    draft: int = 0
    verso: bool = False


def load(cache: Cache) -> None:
    """Load the layout engine and the style of the last build, which takes as long as some pages."""
    _typesetter(_remembered(cache), {}).lay('<html lang="en"><body>.</body></html>')


def remember(style: Style) -> None:
    """Note which style a book has, so that the next build can load it while the book is read."""
    faces = {name: file.key for name, file in style.files.items() if isinstance(file, BookFace)}
    note = {"css": style.css, "roman_folios": style.roman_folios, "inks": style.inks, "files": faces}
    data = json.dumps(note).encode()
    if style.cache.get(task := last_style()) != data:
        style.cache.put(task, data)


def _remembered(cache: Cache) -> Style:
    """The style of the last build, or none; it is right in most cases, and matters in none."""
    return cache.get_as(last_style(), partial(_parsed_style, cache)) or Style("", "", "rgb", {}, cache)


def _parsed_style(cache: Cache, data: bytes) -> Style:
    note = loaded(data, dict[str, Any])
    css, roman_folios, inks, files = (note[name] for name in ("css", "roman_folios", "inks", "files"))
    if not has_shape([css, roman_folios, inks], list[str]) or not has_shape(files, dict[str, str]):
        raise ValueError("not a style")
    faces = {name: BookFace(name.partition(":")[2], key) for name, key in files.items()}
    return Style(css, roman_folios, inks, faces, cache)


class CannotBeSet(Exception):
    """The layout engine failed at a document, or did not come to an end."""


def set_copy(copy: Copy, style: Style, task: Task[bytes], places: Sequence[Task[bytes]]) -> bytes:
    """Set a document → its packed quire, with what the engine complained of, if anything.

    The cache remembers it, and its layout at the first of some ``places`` for the next time,
    when the document may be another. What can be kept of an earlier one is taken from the first place that
    has one. Raises ``CannotBeSet`` where the engine fails: what a source can say is without end, and so are
    the ways to be too much for it.
    """
    try:
        with patience(_PATIENCE):
            return _set_copy(copy, style, task, places)
    except (OSError, ImportError):  # of the machine, not of the document
        raise
    except StrangeFace as error:
        raise CannotBeSet(str(error)) from None
    except Exception as error:
        reason = _REASONS.get(type(error), f"{type(error).__name__}: {error}".strip(": "))
        raise CannotBeSet(reason) from None


def set_margins(pages: Sequence[tuple[Task[bytes], Margins]], shell: str, style: Style) -> list[bytes]:
    """Set the margin boxes of pages → their packed quires, which the cache remembers."""
    typesetter = _typesetter(style, {})
    palette = Palette(typesetter.faces, style.inks)
    with typesetter.listening():
        boxes = typesetter.furnish([margins for _, margins in pages], shell)
        quires = [paint_margins(page, palette) for page in boxes]
    data = [packed(fold(quire, typesetter.complaints)) for quire in quires]
    for (task, _), one in zip(pages, data, strict=True):
        style.cache.put(task, one)
    return data


def can_be_set(copy: Copy, style: Style) -> bool:
    """Whether the engine gets through a document; nothing is kept of it."""
    try:
        with patience(_TRIAL):
            _, _, pieces = _set(copy, style, None, {})
            fold(join(pieces), [])
    except (OSError, ImportError):
        raise
    except Exception:
        return False
    return True


def _set_copy(copy: Copy, style: Style, task: Task[bytes], places: Sequence[Task[bytes]]) -> bytes:
    stored = (style.cache.get_as(place, unpacked_layout) for place in places)
    earlier, kept = next(filter(None, stored), (None, {}))
    complaints, laid, pieces = _set(copy, style, earlier, kept)
    quire = packed(fold(join(pieces), complaints, one_sided=laid.is_one_sided))
    style.cache.put(task, quire)
    if laid.layout and not complaints:  # a page that is kept would not complain again
        style.cache.put(places[0], packed_layout(laid.layout, pieces))
    return quire


def _set(
    copy: Copy, style: Style, earlier: Layout | None, kept: Mapping[str, Quire]
) -> tuple[list[str], Laid, list[Quire]]:
    """What the engine complains of, the layout, and a quire for each of its stretches."""
    typesetter = _typesetter(style, copy.files)
    palette = Palette(typesetter.faces, style.inks)
    with typesetter.listening():
        laid = typesetter.lay(copy.xhtml, verso=copy.verso, frame=_files_mark(copy), earlier=earlier)
        passages = places(laid.root)
        pieces = [
            paint(
                piece.pages,
                piece.strings,
                palette,
                _name(copy, piece.stretch),
                laid.holders,
                passages,
                piece.moves,
            )
            if piece.pages
            else kept[piece.stretch.start]
            for piece in laid.pieces
        ]
    return typesetter.complaints, laid, pieces


def _name(copy: Copy, stretch: Stretch) -> str:
    """A name of a stretch's own in the book."""
    return f"{copy.name}.{stretch.first}" if stretch.first else copy.name


def _files_mark(copy: Copy) -> str:
    """A digest of the files that are not named by what they hold."""
    named = ("picture:", "formula:")
    files = ((name, file) for name, file in sorted(copy.files.items()) if not name.startswith(named))
    marks = ((name, file.key if isinstance(file, BookFace) else file[0]) for name, file in files)
    return digest(*(part for mark in marks for part in mark))


@dataclass(slots=True)
class _Held:
    """The typesetter of this process and what it is for: reading a style takes as long as some pages."""

    mark: str = ""
    typesetter: BookTypesetter | None = None
    files: Mapping[str, File] = field(default_factory=dict)


_held = _Held()


def _typesetter(style: Style, files: Mapping[str, File]) -> BookTypesetter:
    """The typesetter of this process for a style, ready for a document that names some files more."""
    _held.files = {**style.files, **files}
    mark = digest(
        str(scratch()),  # where its faces lie
        style.css,
        style.roman_folios,
        *(f"{name} {file.key}" for name, file in style.files.items() if isinstance(file, BookFace)),
    )
    if _held.typesetter is None or _held.mark != mark:

        def fetch(scheme: str, path: str) -> tuple[bytes, str]:
            file = _held.files.get(f"{scheme}:{path}")
            if file is None:
                raise ValueError(f"{path[:80]} is not a file of the book")
            return (file.data(style.cache), "font/ttf") if isinstance(file, BookFace) else file

        _held.mark, _held.typesetter = mark, BookTypesetter(style.css, fetch, style.roman_folios)
    _held.typesetter.complaints = []
    return _held.typesetter
