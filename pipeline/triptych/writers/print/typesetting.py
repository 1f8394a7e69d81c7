"""One document of a book set in type, in any process: XHTML → a packed quire."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote

from triptych.engine.cache import Cache
from triptych.engine.files import write_atomically
from triptych.engine.processes.limits import limit_time
from triptych.engine.processes.programs import INSTALL_PANGO, NotInstalled, detect_system
from triptych.engine.store.program import digest
from triptych.engine.store.values import has_shape, parse_json
from triptych.engine.tasks import Task
from triptych.engine.temporary_files import temporary_folder
from triptych.languages import word_division
from triptych.markup.passages import number_passages
from triptych.media.inks import Inks
from triptych.media.raster import DAMAGES, open_picture
from triptych.settings.values import USUAL
from triptych.theme.theme import find_fonts_folder
from triptych.writers.print import last_style
from triptych.writers.print.folding import fold, pack, pack_layout, unpack_layout
from triptych.writers.print.painting import Palette, StrangeFace, paint_margins, paint_pages
from triptych.writers.print.quire import Quire, join_quires
from triptych.writers.print.resources import BookFace, File
from weasyprint_typography.engine import VERSION, EngineMissing
from weasyprint_typography.stretches import DocumentLayout, Stretch
from weasyprint_typography.typesetter import Laid, Margins, Typesetter

_PATIENCE = 900.0  # seconds for a document; 800 dense pages in one take less than a minute
_TRIAL = 90.0  # for a part of one that failed
_REASONS = {RecursionError: "the content is nested too deeply", MemoryError: "memory ran out"}


@dataclass(frozen=True, slots=True)
class PrintStyle:
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
class DocumentCopy:
    """A document to be set: its name in the book, its XHTML, the files that it names.

    ``verso`` says that its first page is one; ``draft`` counts how often page numbers were put in from 0 on.
    """

    name: str
    xhtml: str
    files: Mapping[str, File]
    draft: int = 0
    verso: bool = False


def load_typesetter(cache: Cache) -> None:
    """Load the layout engine and the style of the last build, which takes as long as some pages."""
    _typesetter_for(_last_style(cache), {}).lay('<html lang="en"><body>.</body></html>')


def remember_style(style: PrintStyle) -> None:
    """Store the style of a book, so that the next build can load it while the book is read."""
    faces = {name: file.key for name, file in style.files.items() if isinstance(file, BookFace)}
    note = {"css": style.css, "roman_folios": style.roman_folios, "inks": style.inks, "files": faces}
    data = json.dumps(note).encode()
    if style.cache.get(task := last_style()) != data:
        style.cache.put(task, data)


def _last_style(cache: Cache) -> PrintStyle:
    """Return the style of the last build, or an empty one."""
    return cache.get_as(last_style(), partial(_parse_style, cache)) or PrintStyle("", "", "rgb", {}, cache)


def _parse_style(cache: Cache, data: bytes) -> PrintStyle:
    note = parse_json(data, dict[str, Any])
    css, roman_folios, inks, files = (note[name] for name in ("css", "roman_folios", "inks", "files"))
    if not has_shape([css, roman_folios, inks], list[str]) or not has_shape(files, dict[str, str]):
        raise ValueError("not a style")
    faces = {name: BookFace(name.partition(":")[2], key) for name, key in files.items()}
    return PrintStyle(css, roman_folios, inks, faces, cache)


class CannotBeSet(Exception):
    """The layout engine failed at a document, or did not come to an end."""


def set_document(
    copy: DocumentCopy, style: PrintStyle, task: Task[bytes], places: Sequence[Task[bytes]]
) -> bytes:
    """Set a document and return its packed quire, with the engine's complaints.

    The cache remembers it, and its layout at the first of some ``places`` for the next time,
    when the document may be another. What can be kept of an earlier one is taken from the first place that
    has one. Raises ``CannotBeSet`` where the engine fails: what a source can say is without end, and so are
    the ways to be too much for it.
    """
    try:
        with limit_time(_PATIENCE):
            return _set_and_cache(copy, style, task, places)
    except (OSError, ImportError):  # of the machine, not of the document
        raise
    except StrangeFace as error:
        raise CannotBeSet(str(error)) from None
    except Exception as error:
        reason = _REASONS.get(type(error), f"{type(error).__name__}: {error}".strip(": "))
        raise CannotBeSet(reason) from None


def set_margins(pages: Sequence[tuple[Task[bytes], Margins]], shell: str, style: PrintStyle) -> list[bytes]:
    """Set the margin boxes of pages and return their packed quires, which are cached."""
    typesetter = _typesetter_for(style, {})
    palette = Palette(typesetter.faces, style.inks)
    with typesetter.collecting_complaints():
        boxes = typesetter.lay_out_margins([margins for _, margins in pages], shell)
        quires = [paint_margins(page, palette) for page in boxes]
    data = [pack(fold(quire, typesetter.complaints)) for quire in quires]
    for (task, _), one in zip(pages, data, strict=True):
        style.cache.put(task, one)
    return data


def can_be_set(copy: DocumentCopy, style: PrintStyle) -> bool:
    """Whether the engine gets through a document; nothing of it is kept."""
    try:
        with limit_time(_TRIAL):
            _, _, pieces = _set_pieces(copy, style, None, {})
            fold(join_quires(pieces), [])
    except (OSError, ImportError):
        raise
    except Exception:
        return False
    return True


def _set_and_cache(
    copy: DocumentCopy, style: PrintStyle, task: Task[bytes], places: Sequence[Task[bytes]]
) -> bytes:
    stored = (style.cache.get_as(place, unpack_layout) for place in places)
    earlier, kept = next(filter(None, stored), (None, {}))
    complaints, laid, pieces = _set_pieces(copy, style, earlier, kept)
    quire = pack(fold(join_quires(pieces), complaints, one_sided=laid.is_one_sided))
    style.cache.put(task, quire)
    if laid.layout and not complaints:  # a page that is kept would not complain again
        style.cache.put(places[0], pack_layout(laid.layout, pieces))
    return quire


def _set_pieces(
    copy: DocumentCopy, style: PrintStyle, earlier: DocumentLayout | None, kept: Mapping[str, Quire]
) -> tuple[list[str], Laid, list[Quire]]:
    """Return the engine's complaints, the layout, and a quire for each of its stretches."""
    typesetter = _typesetter_for(style, copy.files)
    palette = Palette(typesetter.faces, style.inks)
    with typesetter.collecting_complaints():
        laid = typesetter.lay(copy.xhtml, verso=copy.verso, frame=_digest_files(copy), earlier=earlier)
        passages = number_passages(laid.root)
        pieces = [
            paint_pages(
                piece.pages,
                piece.strings,
                palette,
                _name_stretch(copy, piece.stretch),
                laid.holders,
                passages,
                piece.moves,
            )
            if piece.pages
            else kept[piece.stretch.start]
            for piece in laid.pieces
        ]
    return typesetter.complaints, laid, pieces


def _name_stretch(copy: DocumentCopy, stretch: Stretch) -> str:
    return f"{copy.name}.{stretch.first}" if stretch.first else copy.name


def _digest_files(copy: DocumentCopy) -> str:
    """Return a digest of the files whose addresses are not made from their content."""
    named = ("picture:", "formula:")
    files = ((name, file) for name, file in sorted(copy.files.items()) if not name.startswith(named))
    marks = ((name, file.key if isinstance(file, BookFace) else file[0]) for name, file in files)
    return digest(*(part for mark in marks for part in mark))


@dataclass(slots=True)
class _HeldTypesetter:
    """The typesetter of this process and what it is for: reading a style takes as long as some pages."""

    mark: str = ""
    typesetter: BookTypesetter | None = None
    files: Mapping[str, File] = field(default_factory=dict)


_held = _HeldTypesetter()


def _typesetter_for(style: PrintStyle, files: Mapping[str, File]) -> BookTypesetter:
    """Return the typesetter of this process for a style, ready for a document with some more files."""
    _held.files = {**style.files, **files}
    mark = digest(
        str(temporary_folder()),  # where its faces lie
        style.css,
        style.roman_folios,
        *(f"{name} {file.key}" for name, file in style.files.items() if isinstance(file, BookFace)),
    )
    if _held.typesetter is None or _held.mark != mark:

        def fetch(scheme: str, path: str) -> tuple[bytes, str]:
            file = _held.files.get(f"{scheme}:{path}")
            if file is None:
                raise ValueError(f"{path[:80]} is not a file of the book")
            return (file.read(style.cache), "font/ttf") if isinstance(file, BookFace) else file

        _held.mark, _held.typesetter = mark, BookTypesetter(style.css, fetch, style.roman_folios)
    _held.typesetter.complaints = []
    return _held.typesetter


# From the scheme and the path of an address, such as "chart" and "fig-x", to the bytes and the media type.
Files = Callable[[str, str], tuple[bytes, str]]

# Addresses that documents may use; each is answered by the writer, none by the machine or the network.
_SCHEMES = ("project", "picture", "chart", "formula", "font")
_HELD = re.compile(r"href\s*=\s*[\"'](data:(image/(?:png|jpe?g|gif|webp));base64,([^\"']+))[\"']")
_FONT_CACHE = 1 << 18  # bytes, more than fontconfig writes of the bundled fonts
_FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <selectfont><rejectfont>
    <glob>{fonts}/scripts/*</glob><glob>{fonts}/metrics/*</glob><glob>{fonts}/math/*</glob>
  </rejectfont></selectfont>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class BookTypesetter(Typesetter):
    """Lays out the documents of a book. ``faces`` has the names of the fonts that were used, by their bytes.

    Raises ``NotInstalled`` if the layout engine cannot be used.
    """

    def __init__(self, css: str, files: Files, roman_folios: str = "") -> None:
        _use_bundled_fonts()
        self.faces: dict[bytes, str] = {}
        self._files = files
        self._embedded: dict[str, tuple[bytes, str]] = {}  # pictures in the text of drawings
        try:
            super().__init__(
                css, self._fetch, base_url="book:", roman_folios=roman_folios, hyphenation=word_division
            )
        except EngineMissing as error:
            hint = (
                INSTALL_PANGO[detect_system()]
                if error.lacks_library
                else f"pip install weasyprint=={VERSION}"
            )
            raise NotInstalled(f"the PDF cannot be created: {error}", hint) from None

    def _fetch(self, url: str) -> tuple[bytes, str]:
        """Return a file of the book, or a picture that one of its drawings holds."""
        scheme, _, path = url.partition(":")
        if scheme == "data" and (inline := self._embedded.get(_remove_spaces(url))):
            return inline
        if scheme not in _SCHEMES:
            raise ValueError(f"{url[:80]} is not a file of the book")
        data, media_type = self._files(scheme, unquote(path))
        if scheme == "font":
            self.faces[data] = unquote(path)
        if media_type == "image/svg+xml":
            self._embedded.update(_embedded_pictures(data))
        return data, media_type


def _use_bundled_fonts() -> None:
    """Point fontconfig at the bundled fonts alone, before Pango starts: no font of the machine is used.

    Faces of other scripts are left out: a style sheet names those that its book needs. So are those that
    only measure.
    Fontconfig keeps its cache beside its configuration, for all processes of a run. It reads that for each
    typesetter, and complains where it is gone. It would make the cache's folder, and complains where another
    process is quicker. It complains of a disk that is full and goes on, so that we ask for room first.
    """
    folder = temporary_folder() / "fonts"
    configuration, cache = folder / "fonts.conf", folder / "cache"
    if not configuration.exists():
        write_atomically(cache / "room", bytes(_FONT_CACHE))
        (cache / "room").unlink(missing_ok=True)
        text = _FONT_CONFIGURATION.format(fonts=find_fonts_folder(), cache=cache)
        write_atomically(configuration, text.encode())
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def _remove_spaces(address: str) -> str:
    """Remove the white space that breaks long addresses into lines."""
    return re.sub(r"\s+", "", unquote(address))


def _embedded_pictures(drawing: bytes) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Yield the pictures in the text of an SVG: address, bytes and media type (RFC 2397)."""
    for match in _HELD.finditer(drawing.decode("utf-8", "replace")):
        try:
            data = base64.b64decode(_remove_spaces(match.group(3)))
            with open_picture(data, USUAL.image_pixels):
                pass  # the layout engine would open any format that Pillow reads
        except DAMAGES:
            continue  # its address is refused then, and reported
        yield _remove_spaces(match.group(1)), (data, match.group(2))
