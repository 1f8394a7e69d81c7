"""Write a book and its prepared images as an EPUB file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
from lxml import etree

from triptych.build_context import BuildContext
from triptych.languages.language_tags import text_direction
from triptych.markup.outline import (
    WORDS,
    ContentsEntry,
    build_outline,
    has_title,
    limit_levels,
    list_numbered,
    requested_lists,
)
from triptych.markup.tables import STACKS, collect_shades
from triptych.markup.xml import collect_font_requirements
from triptych.media.fonts.fonts import find_scripts
from triptych.media.output_pictures import PreparedPicture, fit_logo
from triptych.media.xml_names import explain_xml_error, parse_untrusted
from triptych.model.accessibility import describe_accessibility
from triptych.model.book import Book, LabelKind, Matter, Role
from triptych.model.nodes import Picture
from triptych.passes.pages import FRONT_MATTER, PrintInfo
from triptych.settings.formats import EpubOptions
from triptych.template_views import template_view
from triptych.theme.colours import list_shades
from triptych.theme.theme import FontFace, Script
from triptych.writers.epub.drawings import (
    PageDrawings,
    add_paper,
    draw_formula_pictures,
    make_chart_rasteriser,
)
from triptych.writers.epub.package import (
    STORES,
    convert_to_physical,
    find_active_content,
    pack_epub,
    subset_fonts,
)
from triptych.writers.epub.page_list import PageLink, insert_marks, make_page_list
from triptych.writers.epub.page_markup import set_numbers_upright
from triptych.writers.epub.pages import Pages, page_path

_CHART_MARGIN = 6  # points
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

_BELOW = re.compile(rb' class="drawing below-(\d+)"')  # width in em, from drawings.py
_ID = re.compile(rb' id="([^"]*)"')
# The pattern begins with a literal, which makes the search fast.
_PROJECT_IMAGE = re.compile(r"""project:(?<=["'(]project:)[^"'()\s<>]+""")
_DRAWN_COVER = "images/cover.png"
_LANDMARKS = (Role.GLOSSARY, Role.BIBLIOGRAPHY, Role.INDEX)


@template_view()
@dataclass(frozen=True, slots=True)
class ManifestItem:
    """An item of the EPUB manifest."""

    id: str
    path: str
    media_type: str
    properties: str = ""
    linear: bool = False


def write_epub(
    book: Book,
    context: BuildContext,
    options: EpubOptions,
    pictures: Mapping[Picture, PreparedPicture],
    printed: PrintInfo,
) -> bytes:
    """Return the bytes of a book's EPUB.

    ``pictures`` maps the book's pictures to prepared image files. ``printed`` is the page information of the
    PDF.
    """
    store = STORES[options.store]
    media_types = {picture: prepared.media_type for picture, prepared in pictures.items()}
    formulas = draw_formula_pictures(book, context) if store.in_dots else {}
    vertical = options.writing_mode == "vertical-rl"
    as_files = store.in_dots or vertical  # a vertical document has no width that a drawing could fill
    texts = Pages(
        book,
        context.labels,
        printed.pages,
        media_types,
        "png" if store.in_dots else "svg",
        formulas,
        drawings=None if as_files else PageDrawings(context),
        drawn_with=(context.theme, as_files),
        drop_caps=options.drop_caps and not vertical,
        vertical=vertical,
        memory=context.memory,
    )
    meta, colours = book.metadata, context.theme.colours
    logo_plate = context.choose_logo_plate(meta.logo, colours.background, colours.dark) if meta.logo else ""
    package = _Package(book, context, texts, vertical=vertical, logo_plate=logo_plate)
    if meta.cover is None:
        package.files[f"EPUB/{_DRAWN_COVER}"] = context.draw_cover(meta)
    package.write_texts()
    draw = (
        make_chart_rasteriser(context)
        if store.in_dots
        else lambda chart: add_paper(context.draw_outlined(chart), _CHART_MARGIN)
    )
    for path, chart in texts.addresses.charts.items() if as_files else ():
        package.files[f"EPUB/{path}"] = draw(chart)
    for formula in formulas.values():
        package.files[f"EPUB/images/{formula.name}"] = formula.data
    package.write_contents(
        limit_levels(build_outline(book, options.toc_depth), store.levels),
        requested_lists(lof=options.lof, lot=options.lot, lol=options.lol),
    )
    package.write_fonts(embed_fonts=options.embed_fonts)
    package.write_navigation(printed if options.page_list else PrintInfo(printed.pages))
    package.write_upright_numbers()
    package.write_style()
    for path, picture in texts.addresses.sources.items():
        prepared = pictures[picture]
        has_plate = picture == meta.logo and bool(logo_plate)
        is_drawing = prepared.media_type == _MEDIA_TYPES["svg"] and not has_plate
        package.files[f"EPUB/{path}"] = add_paper(prepared.data) if is_drawing else prepared.data
    package.write_package_document()
    package.refuse_active_content()
    return pack_epub(package.files, meta.modified, context.memory)


class _Package:
    """The files of an EPUB: content documents are written first, then the navigation and package documents.

    ``vertical`` selects the writing mode vertical-rl. ``logo_plate`` is the background colour for a logo that
    is not visible on white, else "".
    """

    def __init__(
        self, book: Book, context: BuildContext, texts: Pages, *, vertical: bool, logo_plate: str
    ) -> None:
        self._book, self._theme, self._templates = book, context.theme, context.templates
        own = self._templates.sandboxed  # only a project's templates are sandboxed
        self._own_templates: Path | None = self._templates.project_templates if own else None  # type: ignore[attr-defined]
        self.texts = texts
        self._vertical = vertical
        cover = book.metadata.cover
        self._cover = texts.addresses.picture(cover).removeprefix("../") if cover else _DRAWN_COVER
        self._shared = {
            "book": book,
            "meta": book.metadata,
            "labels": context.labels,
            "theme": context.theme,
            "cover": self._cover,
            "vertical": vertical,
            "logo_plate": logo_plate,
        }
        if logo := book.metadata.logo:
            self._shared |= {"logo": texts.addresses.picture(logo), "logo_size": fit_logo(logo, 10, 3.4)}
        self.files: dict[str, bytes] = {}
        self._template_of: dict[str, str] = {}
        self._front: list[str] = []
        self._chapter_paths: dict[str, list[str]] = {}  # a part's title page precedes its first chapter
        self._page_list: list[PageLink] = []
        self._navigation: dict[str, Any] = {}
        self._faces: tuple[FontFace, ...] = ()
        self._scripts: Sequence[Script] = ()

    @property
    def _spine(self) -> list[str]:
        """The paths of the content documents in reading order."""
        return [
            *self._front,
            *(path for paths in self._chapter_paths.values() for path in paths if path not in self._front),
        ]

    def _render(self, name: str, path: str, **more: Any) -> None:
        template = self._templates.get_template(f"epub/{name}.j2")
        text = _PROJECT_IMAGE.sub(
            partial(self._resolve_project_image, path), template.render(**self._shared, **more)
        )
        self.files[f"EPUB/{path}"] = text.encode()
        own = self._own_templates and (self._own_templates / f"epub/{name}.j2").is_file()
        shell = self._own_templates and path.endswith(".xhtml") and not own
        self._template_of[f"EPUB/{path}"] = f"epub/{'page.xhtml' if shell else name}.j2"
        if self._own_templates and path.endswith(".xhtml"):
            _check_page(self._template_of[f"EPUB/{path}"], text)

    def _resolve_project_image(self, path: str, match: re.Match[str]) -> str:
        """Return the URL, relative to the file ``path``, of an image to which a project's template refers."""
        picture = self._book.template_pictures.get(unquote(unescape(match[0].partition(":")[2])))
        if picture is None:
            return match[0]
        address = self.texts.addresses.picture(picture)
        return address if "/" in path else address.removeprefix("../")

    def refuse_active_content(self) -> None:
        """Raise ``TemplateSyntaxError`` with the template's name if a file has active content."""
        for path, data in self.files.items():
            template = self._template_of.get(path, "")
            if found := find_active_content(path, data, trusted=not (self._own_templates and template)):
                raise jinja2.TemplateSyntaxError(
                    f"active content is not allowed in EPUB files: {found} in {path.removeprefix('EPUB/')}",
                    1,
                    template or "epub/chapter.xhtml.j2",
                )

    def write_texts(self) -> None:
        """Write all content documents except the navigation document."""
        book, texts = self._book, self.texts
        self._render("cover.xhtml", "text/cover.xhtml")
        self._render("title-page.xhtml", "text/title-page.xhtml")
        self._write_imprint()
        part = None
        for chapter in book.chapters:
            if chapter.role is Role.IMPRINT:
                continue
            chapter_paths = self._chapter_paths[chapter.id] = []
            if chapter.part and chapter.part != part:
                chapter_paths.append(f"text/{texts.addresses.pages[chapter.part.id]}")
                self._render("part.xhtml", chapter_paths[0], part=chapter.part, **texts.part(chapter.part))
            part = chapter.part
            chapter_paths.append(f"text/{chapter.slug}.xhtml")
            self._render("chapter.xhtml", chapter_paths[-1], chapter=chapter, **texts.body(chapter))
        self._front = _list_front_matter(book, self._chapter_paths)

    def _write_imprint(self) -> None:
        """Write the imprint page, which lists the embedded font families except the project's own."""
        families = dict.fromkeys(face.family for face in self._faces if not face.own)
        self._render(
            "imprint.xhtml", "text/imprint.xhtml", imprint=self.texts.imprint(), families=list(families)
        )

    def write_fonts(self, *, embed_fonts: bool) -> None:
        """Write font subsets if ``embed_fonts``, then rewrite the imprint, which lists the fonts."""
        needed = collect_font_requirements(
            data.decode() for path, data in self.files.items() if path.endswith(".xhtml")
        )
        self._scripts = find_scripts(needed.characters, needed.languages, self._theme)
        fonts = {}
        if embed_fonts:
            fonts = subset_fonts(self._theme, self._scripts, needed.characters, needed.code)
        self.files |= {f"EPUB/fonts/{face.name}": data for face, data in fonts.items()}
        self._faces = tuple(fonts)
        self._write_imprint()

    def write_style(self) -> None:
        """Write the style sheet, and a second one if any document has the opposite text direction."""
        below = {int(width) for page in self.files.values() for width in _BELOW.findall(page)}
        self._render(
            "style.css",
            "style.css",
            stacks=() if self._vertical else STACKS,
            below=sorted(below),
            faces=self._faces,
            scripts=self._scripts,
            colours=self._theme.colours,
            shades=list_shades(collect_shades(self._book), self._theme.colours),
        )
        if not self._vertical:
            css, direction = (
                self.files["EPUB/style.css"].decode(),
                text_direction(self._book.metadata.language),
            )
            self.files["EPUB/style.css"] = convert_to_physical(css, direction).encode()
            opposite = "ltr" if direction == "rtl" else "rtl"
            name = f"style-{opposite}.css"
            if any(name.encode() in page for path, page in self.files.items() if path.endswith(".xhtml")):
                self.files[f"EPUB/{name}"] = convert_to_physical(css, opposite).encode()

    def write_contents(self, contents: list[ContentsEntry], lists: tuple[LabelKind, ...]) -> None:
        """Write the navigation document: table of contents, lists of numbered elements, and landmarks."""
        book = self._book
        found = [(WORDS[kind], list_numbered(book, kind)) for kind in lists]
        self._navigation = {
            "contents": contents,
            "lists": [(name, lines) for name, lines in found if lines],
            "pages": self.texts,
            "first": _find_first_chapter(book),
            "marks": {str(one.role): one for one in book.chapters if one.role in _LANDMARKS},
        }
        self._render("nav.xhtml", "nav.xhtml", page_list=(), **self._navigation)

    def write_navigation(self, printed: PrintInfo) -> None:
        """Add the page list and page markers, and write the NCX for EPUB 2 reading systems."""
        if printed.starts:
            documents = {FRONT_MATTER: self._front}
            for name, chapters in printed.chapters.items():
                paths = [path for chapter in chapters for path in self._chapter_paths.get(chapter, ())]
                if paths and name != FRONT_MATTER:
                    documents[name] = paths
            pages = {path: self.files[f"EPUB/{path}"] for paths in documents.values() for path in paths}
            self._page_list, marks = make_page_list(printed, pages, documents)
            self._render("nav.xhtml", "nav.xhtml", page_list=self._page_list, **self._navigation)
            # The page list has changed offsets in the navigation document, in which pages may begin.
            pages["nav.xhtml"] = self.files["EPUB/nav.xhtml"]
            _, fronts = make_page_list(printed, pages, {FRONT_MATTER: self._front})
            marks["nav.xhtml"] = fronts["nav.xhtml"]
            for path, page_marks in marks.items():
                self.files[f"EPUB/{path}"] = insert_marks(self.files[f"EPUB/{path}"], page_marks)
        points = _make_points(self._navigation["contents"], self.texts)
        targets = [*_iter_targets(points), *(page.target for page in self._page_list)]
        order = self._play_order(targets)
        self._render("toc.ncx", "toc.ncx", points=points, page_list=self._page_list, order=order)

    def write_upright_numbers(self) -> None:
        """Set short numbers upright in a vertical book. Call this after the page markers are inserted."""
        if self._vertical:
            pages = {path: data for path, data in self.files.items() if path.endswith(".xhtml")}
            self.files |= {path: set_numbers_upright(data) for path, data in pages.items()}

    def _play_order(self, targets: Iterable[str]) -> dict[str, int]:
        """Map each NCX target to its play order, counted from 1 in reading order (DAISY 3, NCX)."""

        def place(target: str) -> tuple[int, int]:
            path, _, identifier = target.partition("#")
            if path not in places:
                found = _ID.finditer(self.files[f"EPUB/{path}"])
                places[path] = {unescape(match.group(1).decode()): match.start() for match in found}
            return spine[path], places[path].get(identifier, 0)

        spine = {path: number for number, path in enumerate(self._spine)}
        places: dict[str, dict[str, int]] = {}
        return {target: number for number, target in enumerate(sorted(set(targets), key=place), 1)}

    def write_package_document(self) -> None:
        """Write the package document, which lists all other files; add no file under EPUB/ afterwards."""
        self._render(
            "package.opf",
            "package.opf",
            items=_list_items(self.files, self._spine, self._cover),
            spine=self._spine,
            first=_find_first_chapter(self._book),
            accessibility=describe_accessibility(
                self._book, paged=bool(self._page_list), pictured=bool(self.texts.formulas)
            ),
            page_source=_describe_page_source(self._book) if self._page_list else "",
        )
        self._write_container_file("container.xml", "container.xml")
        if self._faces:  # otherwise Apple Books ignores the fonts
            self._write_container_file("apple-display-options.xml", "com.apple.ibooks.display-options.xml")

    def _write_container_file(self, template: str, name: str) -> None:
        """Write a file into META-INF from a template (EPUB 3.3, section 4.2)."""
        self.files[f"META-INF/{name}"] = self._templates.get_template(f"epub/{template}.j2").render().encode()


def _describe_page_source(book: Book) -> str:
    """Return title, authors and year of the PDF as the page list's source; a PDF has no identifier."""
    meta = book.metadata
    year = [str(meta.date.year)] if meta.date else []
    return ", ".join((f"{meta.title} (PDF)", *meta.authors, *year))


def _list_front_matter(book: Book, paths_of: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the paths of the front matter in print order; untitled chapters precede the contents."""
    chapters = [
        chapter for chapter in book.chapters if chapter.matter is Matter.FRONT and chapter.id in paths_of
    ]
    before = [path for chapter in chapters if not has_title(chapter) for path in paths_of[chapter.id]]
    after = [path for chapter in chapters if has_title(chapter) for path in paths_of[chapter.id]]
    first = ["text/cover.xhtml", "text/title-page.xhtml", "text/imprint.xhtml"]
    return [*first, *before, "nav.xhtml", *after]


def _find_first_chapter(book: Book) -> str:
    """Return the path of the first chapter after the front matter.

    Without such a chapter, return the path of the first chapter or of the title page.
    """
    bodies = [chapter for chapter in book.chapters if chapter.matter != "front"] or list(book.chapters)
    return f"text/{page_path(bodies[0])}" if bodies else "text/title-page.xhtml"


def _list_items(files: dict[str, bytes], spine: list[str], cover: str) -> list[ManifestItem]:
    """Return the manifest items for all files under EPUB/ except the package document."""
    items: list[ManifestItem] = []
    for path in sorted(name.removeprefix("EPUB/") for name in files):
        extension = path.rpartition(".")[2]
        page = files[f"EPUB/{path}"] if extension == "xhtml" else b""
        holds = {name: f"<{name[:4]}".encode() in page for name in ("mathml", "svg")}
        marks = {"nav": path == "nav.xhtml", **holds, "cover-image": path == cover}
        properties = " ".join(name for name, there in marks.items() if there)
        media_type = "application/x-dtbncx+xml" if extension == "ncx" else _MEDIA_TYPES[extension]
        identifier = "ncx" if extension == "ncx" else f"item-{len(items) + 1}"
        items.append(ManifestItem(identifier, path, media_type, properties, path in spine))
    return items


@template_view()
@dataclass(frozen=True, slots=True)
class NavigationPoint:
    """A navigation point of the NCX, numbered from 1."""

    number: int
    text: str
    target: str
    children: tuple[NavigationPoint, ...] = ()


def _make_points(entries: list[ContentsEntry], pages: Pages) -> list[NavigationPoint]:
    """Convert the table of contents to NCX navigation points with plain-text labels."""
    numbers = count(1)

    def point(entry: ContentsEntry) -> NavigationPoint:
        number = next(numbers)
        title = re.sub(r"<[^>]*>", "", pages.title(entry.title))
        label = pages.ordinal(entry) + title
        page = pages.addresses.pages[entry.id]
        children = tuple(point(child) for child in entry.children)
        return NavigationPoint(number, label, f"text/{page}#{entry.id}", children)

    return [point(entry) for entry in entries]


def _iter_targets(points: Iterable[NavigationPoint]) -> Iterator[str]:
    for point in points:
        yield point.target
        yield from _iter_targets(point.children)


def _check_page(name: str, text: str) -> None:
    """Raise ``TemplateSyntaxError`` if a content document from a project's template is malformed XML."""
    try:
        parse_untrusted(text.encode(), huge=True)
    except etree.XMLSyntaxError as error:
        raise jinja2.TemplateSyntaxError(
            f"the page is not well-formed XML: {explain_xml_error(error)}", 1, name
        ) from None
