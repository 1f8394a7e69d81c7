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
from triptych.languages.language_tags import get_text_direction
from triptych.markup.contents import (
    LIST_TITLE_KEYS,
    ContentsEntry,
    build_table_of_contents,
    get_enabled_lists,
    has_title,
    limit_levels,
    list_numbered_elements,
)
from triptych.markup.tables import STACKS, collect_shades
from triptych.markup.xml import collect_font_requirements
from triptych.media.fonts.fonts import find_scripts
from triptych.media.formulas.formulas import select_formula_fonts
from triptych.media.output_pictures import PreparedPicture, fit_logo
from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml
from triptych.model.accessibility import describe_accessibility
from triptych.model.book import Book, LabelKind, Matter, Role
from triptych.model.nodes import Picture
from triptych.passes.pages import FRONT_MATTER, PrintInfo
from triptych.settings.format_options import EpubOptions
from triptych.template_views import template_view
from triptych.theme.colours import list_shades
from triptych.theme.templating import find_template_line
from triptych.theme.theme import FontFace, Script
from triptych.writers.epub.drawings import (
    InlineDrawings,
    add_white_background,
    draw_formula_pictures,
    make_chart_rasteriser,
)
from triptych.writers.epub.package import (
    RETAILER_PROFILES,
    convert_logical_properties,
    find_forbidden_content,
    find_formula_characters,
    pack_epub,
    subset_fonts,
)
from triptych.writers.epub.page_list import PageListEntry, insert_page_markers, make_page_list
from triptych.writers.epub.page_markup import set_numbers_upright
from triptych.writers.epub.pages import PageWriter, get_page_path

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

_DRAWING_WIDTH = re.compile(rb' class="drawing below-(\d+)"')  # width in em, from drawings.py
_FORMULA_WIDTH = re.compile(rb' class="stacked below-(\d+)[" ]')  # from mathml_core.py
_ID_ATTRIBUTE = re.compile(rb' id="([^"]*)"')
# The pattern begins with a literal, which makes the search fast.
_PROJECT_IMAGE = re.compile(r"""project:(?<=["'(]project:)[^"'()\s<>]+""")
_DRAWN_COVER = "images/cover.png"
_LANDMARK_ROLES = (Role.GLOSSARY, Role.BIBLIOGRAPHY, Role.INDEX)


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
    print_info: PrintInfo,
) -> bytes:
    """Return a book as an EPUB file.

    ``pictures`` maps the book's pictures to prepared image files. ``print_info`` describes the pages of the
    PDF.
    """
    store = RETAILER_PROFILES[options.store]
    media_types = {picture: prepared_picture.media_type for picture, prepared_picture in pictures.items()}
    formulas = draw_formula_pictures(book, context) if store.needs_raster_drawings else {}
    vertical = options.writing_mode == "vertical-rl"
    as_files = store.needs_raster_drawings or vertical  # drawings cannot fill the width in vertical writing
    texts = PageWriter(
        book,
        context.labels,
        print_info.pages,
        media_types,
        "png" if store.needs_raster_drawings else "svg",
        formulas,
        drawings=None if as_files else InlineDrawings(context),
        drawing_inputs=(context.theme, as_files),
        drop_caps=options.drop_caps and not vertical,
        is_vertical=vertical,
        memory=context.memory,
    )
    meta, colours = book.metadata, context.theme.colours
    logo_plate = context.choose_logo_plate(meta.logo, colours.background, colours.dark) if meta.logo else ""
    package = _PackageWriter(book, context, texts, is_vertical=vertical, logo_plate=logo_plate)
    if meta.cover is None:
        package.files[f"EPUB/{_DRAWN_COVER}"] = context.draw_cover(meta)
    package.write_content_documents()
    draw = (
        make_chart_rasteriser(context)
        if store.needs_raster_drawings
        else lambda chart: add_white_background(context.draw_outlined_chart(chart), _CHART_MARGIN)
    )
    for path, chart in texts.addresses.charts.items() if as_files else ():
        package.files[f"EPUB/{path}"] = draw(chart)
    for formula in formulas.values():
        package.files[f"EPUB/images/{formula.file_name}"] = formula.data
    package.write_navigation_document(
        limit_levels(build_table_of_contents(book, options.toc_depth), store.max_toc_levels),
        get_enabled_lists(lof=options.lof, lot=options.lot, lol=options.lol),
    )
    package.write_fonts(embed_fonts=options.embed_fonts)
    package.write_page_list_and_ncx(print_info if options.page_list else PrintInfo(print_info.pages))
    package.write_upright_numbers()
    package.write_style_sheet()
    for path, picture in texts.addresses.pictures.items():
        prepared_picture = pictures[picture]
        has_plate = picture == meta.logo and bool(logo_plate)
        is_drawing = prepared_picture.media_type == _MEDIA_TYPES["svg"] and not has_plate
        package.files[f"EPUB/{path}"] = (
            add_white_background(prepared_picture.data) if is_drawing else prepared_picture.data
        )
    package.write_package_document()
    package.reject_forbidden_content()
    return pack_epub(package.files, meta.modified, context.memory)


class _PackageWriter:
    """The files of an EPUB: content documents are written first, then the navigation and package documents.

    If ``is_vertical`` is true, the writing mode is vertical-rl. ``logo_plate`` is the background colour for a
    logo that is not visible on white, or "" if none is needed.
    """

    def __init__(
        self,
        book: Book,
        context: BuildContext,
        page_writer: PageWriter,
        *,
        is_vertical: bool,
        logo_plate: str,
    ) -> None:
        self._book, self._theme, self._templates = book, context.theme, context.templates
        is_own = self._templates.sandboxed  # only a project's own templates are sandboxed
        self._project_templates: Path | None = self._templates.project_templates if is_own else None  # type: ignore[attr-defined]
        self.page_writer = page_writer
        self._is_vertical = is_vertical
        cover = book.metadata.cover
        self._cover = (
            page_writer.addresses.get_picture_path(cover).removeprefix("../") if cover else _DRAWN_COVER
        )
        self._shared_variables = {
            "book": book,
            "meta": book.metadata,
            "labels": context.labels,
            "theme": context.theme,
            "cover": self._cover,
            "vertical": is_vertical,
            "logo_plate": logo_plate,
        }
        if logo := book.metadata.logo:
            self._shared_variables |= {
                "logo": page_writer.addresses.get_picture_path(logo),
                "logo_size": fit_logo(logo, 10, 3.4),
            }
        self.files: dict[str, bytes] = {}
        self._template_names: dict[str, str] = {}
        self._front_matter: list[str] = []
        self._chapter_paths: dict[str, list[str]] = {}  # a part's title page precedes its first chapter
        self._page_list: list[PageListEntry] = []
        self._navigation: dict[str, Any] = {}
        self._faces: tuple[FontFace, ...] = ()
        self._scripts: Sequence[Script] = ()
        self._has_formulas = False

    @property
    def _spine(self) -> list[str]:
        """The paths of the content documents in reading order."""
        return [
            *self._front_matter,
            *(
                path
                for paths in self._chapter_paths.values()
                for path in paths
                if path not in self._front_matter
            ),
        ]

    def _render_file(self, name: str, path: str, **variables: Any) -> None:
        template = self._templates.get_template(f"epub/{name}.j2")
        text = _PROJECT_IMAGE.sub(
            partial(self._resolve_project_image, path), template.render(**self._shared_variables, **variables)
        )
        self.files[f"EPUB/{path}"] = text.encode()
        has_own_template = self._project_templates and (self._project_templates / f"epub/{name}.j2").is_file()
        shell = self._project_templates and path.endswith(".xhtml") and not has_own_template
        self._template_names[f"EPUB/{path}"] = f"epub/{'page.xhtml' if shell else name}.j2"
        if self._project_templates and path.endswith(".xhtml"):
            _check_well_formed(self._template_names[f"EPUB/{path}"], text)

    def _resolve_project_image(self, path: str, match: re.Match[str]) -> str:
        """Return the URL, relative to the file ``path``, of an image used in a project's template."""
        picture = self._book.template_pictures.get(unquote(unescape(match[0].partition(":")[2])))
        if picture is None:
            return match[0]
        address = self.page_writer.addresses.get_picture_path(picture)
        return address if "/" in path else address.removeprefix("../")

    def reject_forbidden_content(self) -> None:
        """Raise ``TemplateSyntaxError`` with the template's name if a file has active or remote content."""
        for path, data in self.files.items():
            template = self._template_names.get(path, "")
            if problem := find_forbidden_content(
                path, data, is_trusted=not (self._project_templates and template)
            ):
                quoted_text = problem.partition('"')[2].partition('"')[0]
                search_text = quoted_text or problem
                place = find_template_line(self._templates, "epub", search_text) if template else None
                name, line = place or (template or "epub/chapter.xhtml.j2", 1)
                raise jinja2.TemplateSyntaxError(
                    f"{problem} is not allowed in EPUB files ({path.removeprefix('EPUB/')})",
                    line,
                    name,
                )

    def write_content_documents(self) -> None:
        """Write all content documents except the navigation document."""
        book, texts = self._book, self.page_writer
        self._render_file("cover.xhtml", "text/cover.xhtml")
        self._render_file("title-page.xhtml", "text/title-page.xhtml")
        self._write_imprint()
        part = None
        for chapter in book.chapters:
            if chapter.role is Role.IMPRINT:
                continue
            chapter_paths = self._chapter_paths[chapter.id] = []
            if chapter.part and chapter.part != part:
                chapter_paths.append(f"text/{texts.addresses.pages[chapter.part.id]}")
                self._render_file(
                    "part.xhtml",
                    chapter_paths[0],
                    part=chapter.part,
                    **texts.make_part_variables(chapter.part),
                )
            part = chapter.part
            chapter_paths.append(f"text/{chapter.slug}.xhtml")
            self._render_file(
                "chapter.xhtml", chapter_paths[-1], chapter=chapter, **texts.make_chapter_variables(chapter)
            )
        self._front_matter = _list_front_matter(book, self._chapter_paths)

    def _write_imprint(self) -> None:
        """Write the imprint page. It lists the embedded font families, except the project's own."""
        families = dict.fromkeys(face.family for face in self._faces if not face.project_file)
        self._render_file(
            "imprint.xhtml",
            "text/imprint.xhtml",
            imprint=self.page_writer.write_imprint(),
            families=list(families),
        )

    def write_fonts(self, *, embed_fonts: bool) -> None:
        """Write font subsets if ``embed_fonts`` is true, then rewrite the imprint with the list of fonts."""
        requirements = collect_font_requirements(
            data.decode() for path, data in self.files.items() if path.endswith(".xhtml")
        )
        formulas, others = find_formula_characters(requirements.formulas, self._theme)
        self._has_formulas = bool(requirements.formulas)
        characters = requirements.characters + others
        self._scripts = find_scripts(characters, requirements.languages, self._theme)
        fonts = {}
        if embed_fonts:
            fonts = subset_fonts(self._theme, self._scripts, characters, requirements.code, formulas)
        self.files |= {f"EPUB/fonts/{face.name}": data for face, data in fonts.items()}
        self._faces = tuple(fonts)
        self._write_imprint()

    def write_style_sheet(self) -> None:
        """Write the style sheet, and a second one if any document has the opposite text direction."""
        below, below_formulas = (
            {int(width) for page in self.files.values() for width in pattern.findall(page)}
            for pattern in (_DRAWING_WIDTH, _FORMULA_WIDTH)
        )
        self._render_file(
            "style.css",
            "style.css",
            stacks=() if self._is_vertical else STACKS,
            below=sorted(below),
            faces=self._faces,
            scripts=self._scripts,
            formulas=self._has_formulas,
            math_scale=select_formula_fonts(self._theme).math_scale,
            below_formulas=sorted(below_formulas),
            colours=self._theme.colours,
            shades=list_shades(collect_shades(self._book), self._theme.colours),
        )
        if not self._is_vertical:
            css, direction = (
                self.files["EPUB/style.css"].decode(),
                get_text_direction(self._book.metadata.language),
            )
            self.files["EPUB/style.css"] = convert_logical_properties(css, direction).encode()
            opposite = "ltr" if direction == "rtl" else "rtl"
            name = f"style-{opposite}.css"
            if any(name.encode() in page for path, page in self.files.items() if path.endswith(".xhtml")):
                self.files[f"EPUB/{name}"] = convert_logical_properties(css, opposite).encode()
                self._template_names[f"EPUB/{name}"] = self._template_names["EPUB/style.css"]

    def write_navigation_document(self, contents: list[ContentsEntry], lists: tuple[LabelKind, ...]) -> None:
        """Write the navigation document: table of contents, lists of numbered elements, and landmarks."""
        book = self._book
        numbered_lists = [(LIST_TITLE_KEYS[kind], list_numbered_elements(book, kind)) for kind in lists]
        self._navigation = {
            "contents": contents,
            "lists": [(name, lines) for name, lines in numbered_lists if lines],
            "pages": self.page_writer,
            "first": _find_first_chapter(book),
            "marks": {
                str(chapter.role): chapter for chapter in book.chapters if chapter.role in _LANDMARK_ROLES
            },
        }
        self._render_file("nav.xhtml", "nav.xhtml", page_list=(), **self._navigation)

    def write_page_list_and_ncx(self, print_info: PrintInfo) -> None:
        """Add the page list and page markers, and write the NCX for EPUB 2 reading systems."""
        if print_info.starts:
            documents = {FRONT_MATTER: self._front_matter}
            for name, chapters in print_info.chapters.items():
                paths = [path for chapter in chapters for path in self._chapter_paths.get(chapter, ())]
                if paths and name != FRONT_MATTER:
                    documents[name] = paths
            pages = {path: self.files[f"EPUB/{path}"] for paths in documents.values() for path in paths}
            self._page_list, marks = make_page_list(print_info, pages, documents)
            self._render_file("nav.xhtml", "nav.xhtml", page_list=self._page_list, **self._navigation)
            # The page list has shifted the offsets in the navigation document, where pages may begin.
            pages["nav.xhtml"] = self.files["EPUB/nav.xhtml"]
            _, fronts = make_page_list(print_info, pages, {FRONT_MATTER: self._front_matter})
            marks["nav.xhtml"] = fronts["nav.xhtml"]
            for path, page_marks in marks.items():
                self.files[f"EPUB/{path}"] = insert_page_markers(self.files[f"EPUB/{path}"], page_marks)
        points = _make_navigation_points(self._navigation["contents"], self.page_writer)
        targets = [*_iter_targets(points), *(page.target for page in self._page_list)]
        order = self._compute_play_order(targets)
        self._render_file("toc.ncx", "toc.ncx", points=points, page_list=self._page_list, order=order)

    def write_upright_numbers(self) -> None:
        """Set short numbers upright in a vertical book. Call this after inserting the page markers."""
        if self._is_vertical:
            pages = {path: data for path, data in self.files.items() if path.endswith(".xhtml")}
            self.files |= {path: set_numbers_upright(data) for path, data in pages.items()}

    def _compute_play_order(self, targets: Iterable[str]) -> dict[str, int]:
        """Map each NCX target to its play order, counted from 1 in reading order (DAISY 3, NCX)."""

        def get_position(target: str) -> tuple[int, int]:
            path, _, identifier = target.partition("#")
            if path not in places:
                matches = _ID_ATTRIBUTE.finditer(self.files[f"EPUB/{path}"])
                places[path] = {unescape(match.group(1).decode()): match.start() for match in matches}
            return spine[path], places[path].get(identifier, 0)

        spine = {path: number for number, path in enumerate(self._spine)}
        places: dict[str, dict[str, int]] = {}
        return {target: number for number, target in enumerate(sorted(set(targets), key=get_position), 1)}

    def write_package_document(self) -> None:
        """Write the package document, which lists all other files. Call this after all other files exist."""
        self._render_file(
            "package.opf",
            "package.opf",
            items=_list_manifest_items(self.files, self._spine, self._cover),
            spine=self._spine,
            first=_find_first_chapter(self._book),
            accessibility=describe_accessibility(
                self._book,
                has_page_breaks=bool(self._page_list),
                has_formula_images=bool(self.page_writer.formulas),
            ),
            page_source=_describe_page_source(self._book) if self._page_list else "",
        )
        self._write_container_file("container.xml", "container.xml")
        if self._faces:  # otherwise, Apple Books ignores the fonts
            self._write_container_file("apple-display-options.xml", "com.apple.ibooks.display-options.xml")

    def _write_container_file(self, template: str, name: str) -> None:
        """Write a file in META-INF from a template (EPUB 3.3, section 4.2)."""
        self.files[f"META-INF/{name}"] = self._templates.get_template(f"epub/{template}.j2").render().encode()
        self._template_names[f"META-INF/{name}"] = f"epub/{template}.j2"


def _describe_page_source(book: Book) -> str:
    """Return the title, authors and year of the PDF as the page list's source, since it has no identifier."""
    meta = book.metadata
    year = [str(meta.date.year)] if meta.date else []
    return ", ".join((f"{meta.title} (PDF)", *meta.authors, *year))


def _list_front_matter(book: Book, chapter_paths: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the paths of the front matter in print order. Untitled chapters precede the contents."""
    chapters = [
        chapter for chapter in book.chapters if chapter.matter is Matter.FRONT and chapter.id in chapter_paths
    ]
    before = [path for chapter in chapters if not has_title(chapter) for path in chapter_paths[chapter.id]]
    after = [path for chapter in chapters if has_title(chapter) for path in chapter_paths[chapter.id]]
    first = ["text/cover.xhtml", "text/title-page.xhtml", "text/imprint.xhtml"]
    return [*first, *before, "nav.xhtml", *after]


def _find_first_chapter(book: Book) -> str:
    """Return the path of the first chapter after the front matter.

    If there is none, return the path of the first chapter or of the title page.
    """
    bodies = [chapter for chapter in book.chapters if chapter.matter != "front"] or list(book.chapters)
    return f"text/{get_page_path(bodies[0])}" if bodies else "text/title-page.xhtml"


def _list_manifest_items(files: dict[str, bytes], spine: list[str], cover: str) -> list[ManifestItem]:
    """Return the manifest items of all files under EPUB/ except the package document."""
    items: list[ManifestItem] = []
    for path in sorted(name.removeprefix("EPUB/") for name in files):
        extension = path.rpartition(".")[2]
        page = files[f"EPUB/{path}"] if extension == "xhtml" else b""
        holds = {name: f"<{name[:4]}".encode() in page for name in ("mathml", "svg")}
        marks = {"nav": path == "nav.xhtml", **holds, "cover-image": path == cover}
        properties = " ".join(name for name, is_present in marks.items() if is_present)
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


def _make_navigation_points(entries: list[ContentsEntry], pages: PageWriter) -> list[NavigationPoint]:
    """Convert the table of contents to NCX navigation points with plain-text labels."""
    numbers = count(1)

    def make_point(entry: ContentsEntry) -> NavigationPoint:
        number = next(numbers)
        title = re.sub(r"<[^<>]*>", "", pages.title(entry.title))
        label = pages.ordinal(entry) + title
        page = pages.addresses.pages[entry.id]
        children = tuple(make_point(child) for child in entry.children)
        return NavigationPoint(number, label, f"text/{page}#{entry.id}", children)

    return [make_point(entry) for entry in entries]


def _iter_targets(points: Iterable[NavigationPoint]) -> Iterator[str]:
    for point in points:
        yield point.target
        yield from _iter_targets(point.children)


def _check_well_formed(name: str, text: str) -> None:
    """Raise ``TemplateSyntaxError`` if a document written by a project's template is malformed XML."""
    try:
        parse_untrusted_xml(text.encode(), huge_tree=True)
    except etree.XMLSyntaxError as error:
        raise jinja2.TemplateSyntaxError(
            f"the page is not well-formed XML: {explain_xml_error(error)}", 1, name
        ) from None
