"""Lay out one document of a book in any process. The input is XHTML, the output a packed quire."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from triptych.engine.cache import Cache
from triptych.engine.extras import make_install_command
from triptych.engine.files import write_atomically
from triptych.engine.processes.limits import BUILD_LIMITS, has_lower_memory_limit, limit_time
from triptych.engine.processes.programs import INSTALL_PANGO, LibraryNotInstalledError, detect_system
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.store.serialisation import has_shape, parse_json
from triptych.engine.tasks import Task
from triptych.engine.temporary_files import get_temporary_folder
from triptych.languages import hyphenation
from triptych.markup.passages import PassageNumber, number_passages
from triptych.media.inks import ColourSpace
from triptych.media.raster_images import DECODING_ERRORS, open_picture
from triptych.settings.values import DEFAULT_LIMITS
from triptych.theme.theme import find_fonts_folder
from triptych.writers.print import last_style_task
from triptych.writers.print.page_numbers import (
    NonTabularDigitsError,
    PageLink,
    fill_in_page_numbers,
    mask_page_numbers,
)
from triptych.writers.print.painting import PaintResources, UnknownFontError, paint_margin_boxes, paint_pages
from triptych.writers.print.quire import Quire, join_quires
from triptych.writers.print.resources import BookFace, File
from triptych.writers.print.serialisation import pack_layout, pack_quire, serialise_quire, unpack_layout
from weasyprint_typography.engine import VERSION, EngineUnavailableError
from weasyprint_typography.stretches import DocumentLayout
from weasyprint_typography.typesetter import LaidOutDocument, MarginBoxData, Typesetter

_TIMEOUT = 900.0  # seconds per document; 800 dense pages take less than a minute
_TRIAL_TIMEOUT = 90.0  # seconds per part of a failed document
_REASONS = {RecursionError: "the content is nested too deeply", MemoryError: "memory ran out"}


@dataclass(frozen=True, slots=True)
class PrintStyle:
    """A style sheet, the files that it refers to, and the build cache.

    ``roman_folios`` is an additional style sheet for front matter.
    """

    css: str
    roman_folios: str
    colour_space: ColourSpace
    files: Mapping[str, File]
    cache: Cache

    @property
    def engine(self) -> str:
        """The name and version of the layout engine."""
        return f"WeasyPrint {VERSION}"


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """A document to lay out, with the files that it refers to.

    ``version`` counts from 0 and distinguishes versions of a document that differ only in page numbers. If
    ``verso`` is true, the first page is a verso.
    """

    name: str
    xhtml: str
    files: Mapping[str, File]
    version: int = 0
    verso: bool = False


def load_typesetter(cache: Cache) -> None:
    """Load WeasyPrint and the last build's style, which takes as long as laying out several pages."""
    last = cache.get_unpacked(last_style_task(), partial(_parse_style, cache))
    style = last or PrintStyle("", "", "rgb", {}, cache)
    _get_typesetter(style, {}).lay_out('<html lang="en"><body>.</body></html>')


def save_style(style: PrintStyle) -> None:
    """Cache the style of a book, so that the next build can load it while reading the book."""
    faces = {name: file.key for name, file in style.files.items() if isinstance(file, BookFace)}
    note = {"css": style.css, "roman_folios": style.roman_folios, "inks": style.colour_space, "files": faces}
    data = json.dumps(note).encode()
    if style.cache.get(task := last_style_task()) != data:
        style.cache.put(task, data)


def _parse_style(cache: Cache, data: bytes) -> PrintStyle:
    note = parse_json(data, dict[str, Any])
    css, roman_folios, inks, files = (note[name] for name in ("css", "roman_folios", "inks", "files"))
    if not has_shape([css, roman_folios, inks], list[str]) or not has_shape(files, dict[str, str]):
        raise ValueError("not a style")
    faces = {name: BookFace(name.partition(":")[2], key) for name, key in files.items()}
    return PrintStyle(css, roman_folios, inks, faces, cache)


class DocumentLayoutError(Exception):
    """Raised if WeasyPrint fails or takes too long."""


def lay_out_document(
    source: DocumentSource, style: PrintStyle, task: Task[bytes], layout_tasks: Sequence[Task[bytes]]
) -> bytes:
    """Lay out a document, cache the packed quire for ``task``, and return the quire.

    Unchanged stretches are reused from the first of ``layout_tasks`` with a cached layout. The new layout is
    cached for ``layout_tasks[0]``. Raise ``DocumentLayoutError`` if the layout takes too long, or for any
    exception that the document may have caused.
    """
    try:
        with limit_time(_TIMEOUT):
            return _lay_out_and_cache(source, style, task, layout_tasks)
    except (OSError, ImportError):  # the document is not the cause
        raise
    except UnknownFontError as error:
        raise DocumentLayoutError(str(error)) from None
    except Exception as error:
        if isinstance(error, MemoryError) and has_lower_memory_limit(BUILD_LIMITS.memory):
            raise  # the cause is a limit set by the user
        reason = _REASONS.get(type(error), f"{type(error).__name__}: {error}".strip(": "))
        raise DocumentLayoutError(reason) from None


def lay_out_margin_boxes(
    pages: Sequence[tuple[Task[bytes], MarginBoxData]], empty_document: str, style: PrintStyle
) -> list[bytes]:
    """Lay out the margin boxes of pages, cache the packed quires, and return them."""
    typesetter = _get_typesetter(style, {})
    palette = PaintResources(typesetter.faces, typesetter.read_face, style.colour_space)
    with typesetter.collect_logged_errors():
        boxes = typesetter.lay_out_margin_boxes([margins for _, margins in pages], empty_document)
        quires = [paint_margin_boxes(page, palette) for page in boxes]
    data = [pack_quire(serialise_quire(quire, typesetter.logged_errors)) for quire in quires]
    for (task, _), margin_boxes in zip(pages, data, strict=True):
        style.cache.put(task, margin_boxes)
    return data


def can_lay_out(source: DocumentSource, style: PrintStyle) -> bool:
    """Return whether WeasyPrint can lay out a document. The layout is not cached."""
    try:
        with limit_time(_TRIAL_TIMEOUT):
            _, _, pieces = _lay_out_stretches(source, style, None, {})
            serialise_quire(join_quires(pieces), [])
    except (OSError, ImportError):
        raise
    except Exception:
        return False
    return True


def _lay_out_and_cache(
    source: DocumentSource, style: PrintStyle, task: Task[bytes], layout_tasks: Sequence[Task[bytes]]
) -> bytes:
    masked, links = mask_page_numbers(source.xhtml)
    try:
        data = _lay_out_or_reuse(replace(source, xhtml=masked), links, style, layout_tasks)
    except NonTabularDigitsError:
        data = _lay_out_or_reuse(source, {}, style, layout_tasks)
    style.cache.put(task, data)
    return data


def _lay_out_or_reuse(
    source: DocumentSource,
    links: Mapping[str, PageLink],
    style: PrintStyle,
    layout_tasks: Sequence[Task[bytes]],
) -> bytes:
    """Return the packed quire of a document with the page numbers of ``links``.

    If the document and its files are unchanged, the layout is reused from the cache.
    """
    mark = compute_digest(source.xhtml, _hash_files(source))
    stored = (style.cache.get_unpacked(place, unpack_layout) for place in layout_tasks)
    stored_digest, earlier, quires = next(filter(None, stored), ("", None, ()))
    complaints: list[str] = []
    if earlier is not None and stored_digest == mark:
        pieces, one_sided = list(quires), earlier.is_side_dependent
    else:
        starts = (stretch.start for stretch in earlier.stretches) if earlier else ()
        quires_by_start = dict(zip(starts, quires, strict=True))
        complaints, laid, pieces = _lay_out_stretches(source, style, earlier, quires_by_start)
        one_sided = laid.is_side_dependent
        if laid.layout and not complaints:  # a reused layout would not repeat the messages
            style.cache.put(layout_tasks[0], pack_layout(mark, laid.layout, pieces))
    quire = fill_in_page_numbers(join_quires(pieces), links)
    return pack_quire(serialise_quire(quire, complaints, is_side_dependent=one_sided))


def _lay_out_stretches(
    source: DocumentSource,
    style: PrintStyle,
    earlier_layout: DocumentLayout | None,
    reusable_quires: Mapping[str, Quire],
) -> tuple[list[str], LaidOutDocument, list[Quire]]:
    """Return the errors logged by WeasyPrint, the laid-out document, and a quire for each stretch."""
    typesetter = _get_typesetter(style, source.files)
    palette = PaintResources(typesetter.faces, typesetter.read_face, style.colour_space)
    passages: dict[Element, PassageNumber] = {}
    with typesetter.collect_logged_errors():
        laid = typesetter.lay_out(
            source.xhtml,
            verso=source.verso,
            input_digest=_hash_files(source),
            earlier_layout=earlier_layout,
            on_parsed=lambda root: passages.update(number_passages(root)),
        )
        pieces = [
            paint_pages(
                piece.pages,
                piece.strings,
                palette,
                f"{source.name}.{piece.stretch.first_block}" if piece.stretch.first_block else source.name,
                laid.containers,
                passages,
                piece.side_shifts,
            )
            if piece.pages
            else reusable_quires[piece.stretch.start]
            for piece in laid.stretches
        ]
    return typesetter.logged_errors, laid, pieces


def _hash_files(source: DocumentSource) -> str:
    """Return a digest of the files whose URLs do not contain a digest of their content."""
    prefixes = ("picture:", "formula:")
    files = ((name, file) for name, file in sorted(source.files.items()) if not name.startswith(prefixes))
    marks = ((name, file.key if isinstance(file, BookFace) else file[0]) for name, file in files)
    return compute_digest(*(part for mark in marks for part in mark))


@dataclass(slots=True)
class _CachedTypesetter:
    """The typesetter of this process and the digest of its style, kept because parsing CSS is slow."""

    style_digest: str = ""
    typesetter: BookTypesetter | None = None
    files: Mapping[str, File] = field(default_factory=dict)


_cached = _CachedTypesetter()


def _get_typesetter(style: PrintStyle, files: Mapping[str, File]) -> BookTypesetter:
    """Return the typesetter of this process for ``style`` and for a document with ``files``."""
    _cached.files = {**style.files, **files}
    mark = compute_digest(
        str(get_temporary_folder()),  # includes the font faces
        style.css,
        style.roman_folios,
        *(f"{name} {file.key}" for name, file in style.files.items() if isinstance(file, BookFace)),
    )
    if _cached.typesetter is None or _cached.style_digest != mark:

        def fetch(scheme: str, path: str) -> tuple[bytes, str]:
            file = _cached.files.get(f"{scheme}:{path}")
            if file is None:
                raise ValueError(f"{path[:80]} is not a file of the book")
            return (file.read(style.cache), "font/ttf") if isinstance(file, BookFace) else file

        _cached.style_digest, _cached.typesetter = mark, BookTypesetter(style.css, fetch, style.roman_folios)
    _cached.typesetter.logged_errors = []
    return _cached.typesetter


# A function that returns the bytes and media type of a URL, given its scheme and path, such as "chart" and
# "fig-x".
FetchFile = Callable[[str, str], tuple[bytes, str]]

# URL schemes that documents may use. Their files come from the writer, never from the disk or the network.
_SCHEMES = ("project", "picture", "chart", "formula", "font")
_EMBEDDED_IMAGE = re.compile(r"href\s*=\s*[\"'](data:(image/(?:png|jpe?g|gif|webp));base64,([^\"']+))[\"']")
_FONT_CACHE = 1 << 18  # bytes; larger than the cache of the bundled fonts
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
    """Lays out the documents of a book.

    ``faces`` maps the data of loaded fonts to their names. The constructor raises
    ``LibraryNotInstalledError`` if WeasyPrint cannot be used.
    """

    def __init__(self, css: str, fetch_file: FetchFile, roman_folios: str = "") -> None:
        _use_bundled_fonts()
        self.faces: dict[bytes, str] = {}
        self._fetch_file = fetch_file
        self._embedded: dict[str, tuple[bytes, str]] = {}  # images embedded in SVG files, by data URL
        try:
            super().__init__(
                css, self._fetch, base_url="book:", roman_folios=roman_folios, hyphenator=hyphenation
            )
        except EngineUnavailableError as error:
            command = (
                INSTALL_PANGO[detect_system()]
                if error.is_library_missing
                else make_install_command(f"weasyprint=={VERSION}")
            )
            hint = f"run `{command}`, or build without the PDF: `--to epub,pptx`"
            raise LibraryNotInstalledError(f"the PDF cannot be created: {error}", hint) from None

    def read_face(self, name: str) -> bytes:
        """Return the data of a font face by name."""
        return self._fetch(f"font:{name}")[0]

    def _fetch(self, url: str) -> tuple[bytes, str]:
        """Return the data and media type of a file of the book, or of an image embedded in an SVG file."""
        scheme, _, path = url.partition(":")
        if scheme == "data" and (inline := self._embedded.get(_clean_url(url))):
            return inline
        if scheme not in _SCHEMES:
            raise ValueError(f"{url[:80]} is not a file of the book")
        data, media_type = self._fetch_file(scheme, unquote(path))
        if scheme == "font":
            self.faces[data] = unquote(path)
        if media_type == "image/svg+xml":
            self._embedded.update(_find_embedded_images(data))
        return data, media_type


def _use_bundled_fonts() -> None:
    """Configure fontconfig to use only bundled fonts, before Pango is loaded.

    Fonts of other scripts are excluded, since style sheets declare those that a book needs. Fonts that are
    only used for measuring are also excluded. All processes of a build share the configuration file and the
    cache folder next to it. Fontconfig prints warnings if either has been removed, if two processes create
    the cache folder at the same time, or if the disk is full. Therefore this function creates the folder, and
    writes a file to check for free space.
    """
    folder = get_temporary_folder() / "fonts"
    configuration, cache = folder / "fonts.conf", folder / "cache"
    if not configuration.exists():
        write_atomically(cache / "room", bytes(_FONT_CACHE))
        (cache / "room").unlink(missing_ok=True)
        text = _FONT_CONFIGURATION.format(fonts=find_fonts_folder(), cache=cache)
        write_atomically(configuration, text.encode())
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def _clean_url(url: str) -> str:
    """Remove percent-encoding and white space from a URL that was broken across lines."""
    return re.sub(r"\s+", "", unquote(url))


def _find_embedded_images(drawing: bytes) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Yield the URL, data and media type of each image embedded in an SVG file as a data URL (RFC 2397)."""
    for match in _EMBEDDED_IMAGE.finditer(drawing.decode("utf-8", "replace")):
        try:
            data = base64.b64decode(_clean_url(match.group(3)))
            with open_picture(data, DEFAULT_LIMITS.image_pixels):
                pass  # WeasyPrint would open any format that Pillow supports
        except DECODING_ERRORS:
            continue  # WeasyPrint then reports the URL as refused
        yield _clean_url(match.group(1)), (data, match.group(2))
