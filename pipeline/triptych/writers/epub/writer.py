"""The resolved book → an EPUB."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import jinja2

from triptych.labels import Labels
from triptych.markup.outline import WORDS, Entry, numbered, outline
from triptych.markup.xml import languages_in
from triptych.media.fonts import foreign, scripts_of, subset_font
from triptych.media.preparing import Prepared
from triptych.model.book import Book, LabelKind, Metadata, Role
from triptych.model.nodes import Chart, Picture
from triptych.passes.pages import Pages as PageNumbers
from triptych.theme import FontFace, Theme
from triptych.writers.epub.accessibility import describe
from triptych.writers.epub.container import pack
from triptych.writers.epub.pages import Pages

_MEDIA_TYPES = {
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "ttf": "font/ttf",
    "otf": "font/otf",
}
# Reading systems have faces of their own for the large scripts, a sans for Greek and Cyrillic, and coloured
# emoji. Faces of a script go into the package where they are small: those of a Chinese word in an English
# book, not those of a Chinese book.
_LARGEST_SCRIPT = 1_000_000  # bytes
_OF_THE_DEVICE = ("Zsye", "Cyrl")

_DRAWN_COVER = "images/cover.png"
_LANDMARKS = (Role.GLOSSARY, Role.BIBLIOGRAPHY, Role.INDEX)


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the package's manifest; ``properties`` as EPUB 3.3 names them."""

    id: str
    path: str
    media_type: str
    properties: str = ""
    linear: bool = False


def write_epub(
    book: Book,
    labels: Labels,
    theme: Theme,
    templates: jinja2.Environment,
    *,
    embed_fonts: bool,
    depth: int,
    lists: tuple[LabelKind, ...],
    pictures: Mapping[Picture, Prepared],
    draw: Callable[[Chart], bytes],
    draw_cover: Callable[[Metadata], bytes],
    pages: PageNumbers = MappingProxyType({}),
) -> bytes:
    """Make the package with its pictures. ``draw`` gives a chart's SVG, ``draw_cover`` the PNG of
    a cover where the author has none; ``pages`` are those of the PDF.
    """
    media_types = {picture: prepared.media_type for picture, prepared in pictures.items()}
    texts = Pages(book, labels, pages, media_types)
    shared: dict[str, Any] = {"book": book, "meta": book.metadata, "labels": labels, "theme": theme}
    files: dict[str, bytes] = {}

    def render(name: str, path: str, **more: Any) -> None:
        files[f"EPUB/{path}"] = templates.get_template(f"epub/{name}.j2").render(**shared, **more).encode()

    if book.metadata.cover:
        cover = texts.addresses.picture(book.metadata.cover).removeprefix("../")
    else:
        cover = _DRAWN_COVER
        files[f"EPUB/{cover}"] = draw_cover(book.metadata)
    shared["cover"] = cover
    render("cover.xhtml", "text/cover.xhtml")
    render("title-page.xhtml", "text/title-page.xhtml")
    render("imprint.xhtml", "text/imprint.xhtml", imprint=texts.imprint())
    spine = ["text/cover.xhtml", "text/title-page.xhtml", "text/imprint.xhtml", "nav.xhtml"]
    part = None
    for chapter in book.chapters:
        if chapter.role is Role.IMPRINT:
            continue
        if chapter.part and chapter.part != part:
            page = texts.addresses.pages[chapter.part.id]
            render("part.xhtml", f"text/{page}", part=chapter.part)
            spine.append(f"text/{page}")
        part = chapter.part
        render("chapter.xhtml", f"text/{chapter.slug}.xhtml", chapter=chapter, **texts.body(chapter))
        spine.append(f"text/{chapter.slug}.xhtml")
    for path, picture in texts.addresses.sources.items():
        files[f"EPUB/{path}"] = pictures[picture].data
    for path, chart in texts.addresses.charts.items():
        files[f"EPUB/{path}"] = draw(chart)
    xhtml = "".join(data.decode() for path, data in files.items() if path.endswith(".xhtml"))
    words = re.sub(r"<[^>]*>", "", xhtml)
    scripts = scripts_of(words, languages_in(xhtml), theme)
    faces = _embedded_faces(theme) if embed_fonts else ()
    fonts = {face.name: subset_font(face, _characters(words)) for face in faces}
    for script in scripts if embed_fonts else ():
        own = {face.name: subset_font(face, foreign(words)) for face in script.faces}
        if script.name not in _OF_THE_DEVICE and sum(map(len, own.values())) <= _LARGEST_SCRIPT:
            faces, fonts = (*faces, *script.faces), {**fonts, **own}
    files |= {f"EPUB/fonts/{name}": data for name, data in fonts.items()}
    render("style.css", "style.css", faces=faces, colours=theme.colours, scripts=scripts)
    contents = outline(book, depth)
    found = [(WORDS[kind], numbered(book, kind)) for kind in lists]
    more = [(name, lines) for name, lines in found if lines]
    first = _first_chapter(book)
    marks = {str(chapter.role): chapter for chapter in book.chapters if chapter.role in _LANDMARKS}
    render(
        "nav.xhtml",
        "nav.xhtml",
        contents=contents,
        lists=more,
        pages=texts,
        first=first,
        marks=marks,
    )
    render("toc.ncx", "toc.ncx", points=_points(contents, texts))
    items = _items(files, spine, cover)
    render("package.opf", "package.opf", items=items, spine=spine, accessibility=describe(book))
    files["META-INF/container.xml"] = templates.get_template("epub/container.xml.j2").render().encode()
    return pack(files, book.metadata.modified)


def _embedded_faces(theme: Theme) -> tuple[FontFace, ...]:
    """Text and headings; code stays with the reading system's own fixed pitch."""
    wanted = (theme.serif, theme.sans)
    return tuple(face for face in theme.faces if face.family in wanted and face.weight in (400, 600))


def _characters(words: str) -> frozenset[str]:
    """What each text font must show. ASCII is always there."""
    return frozenset({*words, *map(chr, range(32, 127)), *"–—‘’“”…•"})


def _first_chapter(book: Book) -> str:
    """Where the text begins: the first chapter after the front matter."""
    bodies = [chapter for chapter in book.chapters if chapter.matter != "front"] or list(book.chapters)
    return f"text/{bodies[0].slug}.xhtml" if bodies else "text/title-page.xhtml"


def _items(files: dict[str, bytes], spine: list[str], cover: str) -> list[Item]:
    """The manifest: every file under EPUB/ but the package document itself."""
    items: list[Item] = []
    for path in sorted(name.removeprefix("EPUB/") for name in files):
        extension = path.rpartition(".")[2]
        has_math = extension == "xhtml" and b"<math" in files[f"EPUB/{path}"]
        marks = {"nav": path == "nav.xhtml", "mathml": has_math, "cover-image": path == cover}
        properties = " ".join(name for name, holds in marks.items() if holds)
        media_type = "application/x-dtbncx+xml" if extension == "ncx" else _MEDIA_TYPES[extension]
        identifier = "ncx" if extension == "ncx" else f"item-{len(items) + 1}"
        items.append(Item(identifier, path, media_type, properties, path in spine))
    return items


@dataclass(frozen=True, slots=True)
class Point:
    """A navigation point of the NCX, with its place in the play order counted from 1."""

    order: int
    text: str
    path: str
    children: tuple[Point, ...] = ()


def _points(entries: list[Entry], pages: Pages) -> list[Point]:
    """The contents for old readers, which know plain text only."""
    order = 0

    def point(entry: Entry) -> Point:
        nonlocal order
        order += 1
        here = order
        title = re.sub(r"<[^>]*>", "", pages.title(entry.title))
        label = f"{entry.number} {title}" if entry.number else title
        page = pages.addresses.pages[entry.id]
        children = tuple(point(child) for child in entry.children)
        return Point(here, label, f"text/{page}#{entry.id}", children)

    return [point(entry) for entry in entries]
