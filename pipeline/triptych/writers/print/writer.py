"""Write the book as a PDF: lay out its documents until page references are stable, then bind them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jinja2
from lxml import etree

from triptych.build_context import BuildContext, PreparedPictures
from triptych.diagnostics import Diagnostic, Span, join_names
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, ImpliedInput, Memory
from triptych.engine.processes.pool import NamedJob
from triptych.languages.language_tags import get_text_direction
from triptych.markup.contents import get_enabled_lists
from triptych.markup.tables import collect_shades
from triptych.markup.xml import FontRequirements, collect_font_requirements
from triptych.media.fonts.fonts import find_fallback_characters, find_missing_characters, find_scripts
from triptych.media.formulas.formulas import make_formula
from triptych.media.formulas.glyph_svg import read_script_text
from triptych.media.inks import get_chart_theme, make_colour_writer
from triptych.media.output_pictures import SVG_MEDIA_TYPE, fit_logo
from triptych.model.book import Book, Chapter, Label, Metadata, Part
from triptych.model.layout_defects import LayoutDefect
from triptych.model.nodes import Block, Inline, Picture, is_forbidden_url
from triptych.model.walk import book_nodes
from triptych.passes.pages import LayoutCallback, PageLabels, PrintInfo
from triptych.project import MANIFEST, TEMPLATES_FOLDER
from triptych.settings.pdf_options import PdfOptions
from triptych.theme.colours import list_shades
from triptych.theme.style_limits import StyleProblem, find_element_problem, find_style_problem
from triptych.theme.templating import find_template_line, load_page_templates
from triptych.theme.theme import Script, Theme
from triptych.writers.findings import (
    is_formula_too_wide,
    list_distinct_formulas,
    list_parsed_formulas,
    report_faint_formula,
    report_undrawn_formula,
    report_wide_formula,
)
from triptych.writers.print.binder import NumberedQuire, bind_quires
from triptych.writers.print.composing import (
    Composer,
    LayoutError,
    PlacedQuire,
    add_blank_pages,
    collect_page_labels,
    collect_page_starts,
)
from triptych.writers.print.documents import (
    BACK,
    FRONT,
    PICTURE,
    Formulas,
    PictureKeys,
    PrintDocument,
    collect_charts,
    find_failing_block,
    split_into_documents,
)
from triptych.writers.print.metadata import make_chart_attachments
from triptych.writers.print.page_grid import PageGrid, page_grid_for
from triptych.writers.print.pdf_format import PdfFormat, pdf_format_for
from triptych.writers.print.resources import Resources
from triptych.writers.print.structure import ROLE_MAP
from triptych.writers.print.typesetting import DocumentSource, PrintStyle, can_lay_out, save_style

DefectsByPage = Mapping[int, tuple[LayoutDefect, ...]]  # by page index in the book, from 0

# ">" is escaped in attribute values.
_IDS = re.compile(r'\sid="([^"]*)"')
_TAG = re.compile("(<[^<>]*>)")
_LONG_UNPRINTABLE = re.compile("\ufffd{20}")  # characters that no font has
_MAX_ROUNDS = 6  # page references may move pages; most books are stable after three rounds


def write_pdf(
    book: Book,
    context: BuildContext,
    options: PdfOptions,
    pictures: PreparedPictures,
    announce: LayoutCallback = lambda print_info: None,
) -> tuple[bytes, list[Diagnostic], DefectsByPage]:
    """Write a book with its prepared pictures, using the processes of the context.

    Return the PDF file, the diagnostics, and the layout defects by page index. ``announce`` is called with
    the page labels as soon as some are known, and again when all are known.
    """
    templates, theme = context.templates, context.theme
    if options.cover == "separate":
        book = replace(book, metadata=replace(book.metadata, cover=None))
        if theme.print.title_page == "panel":  # a design for a cover
            theme = replace(theme, print=replace(theme.print, title_page="paper"))
    page = page_grid_for(options, theme.print)
    finish = pdf_format_for(options)
    formula_nodes = list_parsed_formulas(book)
    formulas = context.draw_formulas(list_distinct_formulas(formula_nodes), page.text_width_em)
    drafts = [
        _Draft(document, templates, theme, context.memory)
        for document in split_into_documents(
            book,
            context.labels,
            has_front_matter=options.content != "handout",
            masthead=theme.print.title_page == "masthead" and options.content == "book",
            continuous=theme.print.chapters == "continuous" and options.content == "book",
            formulas=formulas,
            depth=options.toc_depth,
            list_kinds=get_enabled_lists(lof=options.lof, lot=options.lot, lol=options.lol),
            pictures=pictures.picture_keys,
            has_side_notes=page.has_column,
        )
    ]
    required = collect_font_requirements((draft.xhtml for draft in drafts), context.memory)
    chart_theme = replace(
        theme, print=replace(theme.print, chart_width=page.compute_chart_width(theme.print))
    )
    draw = replace(context, theme=get_chart_theme(chart_theme, finish.colour_space)).draw_chart
    charts = collect_charts(book)
    text = required.characters + _extract_drawing_text(
        picture.data for picture in pictures.values() if picture.media_type == SVG_MEDIA_TYPE
    )
    text += _extract_drawing_text(map(draw, charts.values()))
    text += context.labels["continued"]  # from an attribute that is shown in tables
    text += "".join(read_script_text(drawing.glyphs, theme) for drawing in formulas.values() if drawing)
    scripts = find_scripts(text, required.languages, theme)
    drafts[0].set_families(find_used_families(required, theme, scripts))
    text += f"\n{collect_font_requirements([drafts[0].xhtml]).characters}"
    logo = _describe_logo(book, context, theme, pictures)

    def render_styles(page: PageGrid, templates: jinja2.Environment) -> tuple[str, str]:
        css = templates.get_template("print/book.css.j2").render(
            theme=theme,
            colours=theme.colours,
            paint=make_colour_writer(finish.colour_space),
            page=page,
            scripts=scripts,
            meta=book.metadata,
            logo=logo,
            shades=list_shades(collect_shades(book), theme.colours),
        )
        reject_expensive_styles(css, templates, "print/book.css.j2")
        roman_folios = templates.get_template("print/roman-folios.css.j2").render(theme=theme)
        reject_expensive_styles(roman_folios, templates, "print/roman-folios.css.j2")
        return css, roman_folios

    with cache_or_temporary_folder(context.cache) as store:
        resources = Resources(
            theme,
            scripts,
            text,
            charts,
            context.read_file,
            draw,
            store,
            context.executor,
            finish.colour_space,
        )
        resources.add_pictures({key: pictures[picture] for picture, key in pictures.picture_keys.items()})
        resources.add_template_pictures(
            {path: pictures[picture] for path, picture in book.template_pictures.items()}
        )
        resources.add_formulas(formulas.values())
        while True:
            css, roman_folios = render_styles(page, templates)
            style = PrintStyle(css, roman_folios, finish.colour_space, resources.find_style_files(css), store)
            save_style(style)
            composer = Composer(
                style,
                context.executor,
                empty_document=make_empty_document(book),
                rtl=get_text_direction(book.metadata.language) == "rtl",
            )
            try:
                placed_quires, unstable = _compose_until_stable(drafts, composer, resources, announce)
            except LayoutError as failure:
                built_in = load_page_templates()
                css, roman_folios = render_styles(page, built_in)
                files = resources.find_style_files(css)
                plain = replace(style, css=css, roman_folios=roman_folios, files=files)
                findings = _report_failures(
                    failure, drafts, theme, templates, built_in, resources, style, plain, context.executor
                )
                return b"", list(findings), {}
            if options.cover == "separate":
                blank = options.service is not None and options.service.needs_blank_last_page
                placed_quires = add_blank_pages(placed_quires, ends_blank=blank, rtl=composer.rtl)
            count = sum(len(placed_quire.quire.pages) for placed_quire in placed_quires)
            # A thicker book needs a wider gutter, which may add pages. The gutter never becomes narrower.
            service = options.service
            wider = (
                page.adjust_for_service(service, count, theme.print)
                if service and not options.margins
                else page
            )
            if wider == page:
                break
            page = wider
        problems = [
            *check_service_requirements(options, page, count),
            *find_transparency(placed_quires, finish),
        ]
        if problems:
            return b"", problems, {}
        announce(_make_page_info(placed_quires, drafts))
        running_heads = composer.lay_out_running_heads(placed_quires)
        gatherings = [
            NumberedQuire(placed_quire.quire, heads, placed_quire.first_page_number, placed_quire.roman)
            for placed_quire, heads in zip(placed_quires, running_heads, strict=True)
        ]
        data = bind_quires(
            gatherings,
            book.metadata,
            resources.read_face,
            finish,
            role_map=ROLE_MAP,
            rtl=composer.rtl,
            attachments=make_chart_attachments(book)
            if options.attach_data and not finish.is_for_press
            else (),
            memory=context.memory,
        )
    undrawn_nodes = [node for node in formula_nodes if formulas.get(make_formula(node)) is None]
    wide = [
        node
        for node in formula_nodes
        if is_formula_too_wide(formulas.get(make_formula(node)), node, page.text_width_em)
    ]
    complaints = [
        report_logged_error(message, pictures.picture_keys, book, context.templates)
        for message in composer.logged_errors
    ]
    if book.metadata.logo and context.theme.print.running_logo and not (logo or {}).get("runs"):
        complaints.append(_report_faint_logo())
    if unstable:
        complaints.append(_report_unstable_references(unstable))
    complaints += [report_undrawn_formula(node, "its TeX source is printed") for node in undrawn_nodes]
    complaints += map(report_wide_formula, wide)
    for node in formula_nodes:
        complaints += report_faint_formula(node, context.theme.colours)
    sheets = (sheet for placed_quire in placed_quires for sheet in placed_quire.quire.pages)
    return data, complaints, {page: sheet.defects for page, sheet in enumerate(sheets) if sheet.defects}


def _find_character(book: Book, character: str) -> Span | None:
    """Return the position of the first element with a character in its text, or None."""
    span: Span | None = None
    for node in book_nodes(book):
        span = getattr(node, "span", None) or span
        text = getattr(node, "text", None)
        if isinstance(text, str) and character in text:
            return span
    return None


_LOADING_FAILED, _REFUSED = "Failed to load ", " is not a file of the book"  # parts of a message


def report_logged_error(
    message: str, keys: Mapping[Picture, str], book: Book, templates: jinja2.Environment
) -> Diagnostic:
    """Report an error logged by WeasyPrint, with the picture, character or template at fault, if any."""
    if missing := re.search(r"\(U\+([0-9A-F]{4,6})\)", message):
        span = _find_character(book, chr(int(missing[1], 16)))
        return Diagnostic(code="PDF001", message=message, span=span, hint="remove or replace the character")
    for picture, key in keys.items():
        if picture.path and key in message:
            message = message.replace(f"picture:{key}", picture.path)
            return Diagnostic(code="PDF001", message=message, span=Span(path=picture.path))
    hint: str | None = None
    search_texts: tuple[str, ...] = ()
    if message.startswith(_LOADING_FAILED) and message.endswith(_REFUSED):
        address = message.removesuffix(_REFUSED).rpartition(": ")[2]
        search_texts = (f'"{address}"', f"'{address}'", address)
        message = f'"{address}" cannot be loaded; it is not a file of the book'
        hint = "remove the URL, or use an image or font file from the project"
    elif message.startswith("columns are nested"):
        search_texts, hint = (
            ("columns", "column-"),
            "remove `columns` or `column-count` from the selectors of inner elements",
        )
    places = (find_template_line(templates, "print", text) for text in search_texts if templates.sandboxed)
    place = next(filter(None, places), None)
    span = Span(path=f"{TEMPLATES_FOLDER}/{place[0]}", line=place[1]) if place else None
    return Diagnostic(code="PDF001", message=message, span=span, hint=hint)


def _describe_logo(
    book: Book, context: BuildContext, theme: Theme, pictures: PreparedPictures
) -> Mapping[str, Any] | None:
    """Return the logo's URL, size in points and background plate, and whether it is in running heads."""
    logo, colours = book.metadata.logo, theme.colours
    if logo is None:
        return None
    ground = colours.dark if theme.print.title_page == "panel" else colours.background
    return {
        "address": f"{PICTURE}:{pictures.picture_keys[logo]}",
        "title": fit_logo(logo, 130, 44),
        "head": fit_logo(logo, 72, 15),
        "title_plate": context.choose_logo_plate(logo, ground, colours.background, colours.dark),
        "runs": context.theme.print.running_logo
        and not context.choose_logo_plate(logo, colours.background, colours.dark),
    }


def _report_faint_logo() -> Diagnostic:
    return Diagnostic(
        code="THM003",
        span=Span(path=MANIFEST),
        message="the logo has insufficient contrast against the page background; "
        "it is omitted from all pages except the title page",
        hint="use a darker `logo`, or remove `running-logo` from the theme",
    )


def _make_page_info(quires: list[PlacedQuire], drafts: list[_Draft]) -> PrintInfo:
    documents = {draft.document.name: draft.xhtml for draft in drafts}
    chapters = {
        draft.document.name: tuple(chapter.id for chapter in draft.document.content) for draft in drafts
    }
    page_starts = collect_page_starts(quires, list(documents))
    return PrintInfo(collect_page_labels(quires), tuple(page_starts), documents, chapters=chapters)


def _report_failures(
    failure: LayoutError,
    drafts: list[_Draft],
    theme: Theme,
    templates: jinja2.Environment,
    built_in_templates: jinja2.Environment,
    resources: Resources,
    style: PrintStyle,
    built_in_style: PrintStyle,
    executor: Executor,
) -> Iterator[Diagnostic]:
    """Yield PDF003 for each document that cannot be laid out.

    Its position is that of the block that fails, or of a project's template if the document can be laid out
    without it.
    """

    def has_layout_error(
        document: PrintDocument, templates: jinja2.Environment = templates, style: PrintStyle = style
    ) -> bool:
        xhtml = _Draft(document, templates, theme).xhtml
        trial_source = DocumentSource(document.name, xhtml, resources.find_files(xhtml))
        return not executor.submit(
            NamedJob(f'a test layout of "{trial_source.name}"', can_lay_out), trial_source, style
        ).result()

    def find_failing_templates(document: PrintDocument) -> list[str]:
        """Return the project's own templates if one of them caused the failure; otherwise return []."""
        folder: Path | None = templates.project_templates if templates.sandboxed else None  # type: ignore[attr-defined]
        for ending, used in ((".css.j2", templates), (".xhtml.j2", built_in_templates)):
            project_templates = sorted(folder.glob(f"print/*{ending}")) if folder else []
            if project_templates and not has_layout_error(document, used, built_in_style):
                return [f"{TEMPLATES_FOLDER}/print/{file.name}" for file in project_templates]
        return []

    by_name = {draft.document.name: draft.document for draft in drafts}
    for name, reason in failure.failures:
        failing_templates: list[str] = []
        with suppress(BrokenExecutor):
            failing_templates = find_failing_templates(by_name[name])
        if failing_templates:
            message = f"page layout failed with the project's templates: {reason}"
            hint = f"undo the last changes in {join_names([f'`{path}`' for path in failing_templates])}"
            yield Diagnostic(code="PDF003", span=Span(path=failing_templates[0]), message=message, hint=hint)
            continue
        sources = [chapter.source for chapter in by_name[name].content if chapter.source]
        span = Span(path=sources[0] if sources else MANIFEST)  # front matter is generated from the manifest
        with suppress(BrokenExecutor):
            span = find_failing_block(by_name[name], has_layout_error) or span
        message = f"page layout failed in this block: {reason}"
        hint = (
            "simplify or split this block; if the block is already simple, report this as a bug in Triptych"
        )
        yield Diagnostic(code="PDF003", span=span, message=message, hint=hint)


def _compose_until_stable(
    drafts: list[_Draft], composer: Composer, resources: Resources, announce: LayoutCallback
) -> tuple[list[PlacedQuire], list[PrintDocument]]:
    """Lay out the documents until page references are stable.

    Return the placed quires and the documents whose page references are unstable. The first round does not
    use page numbers of an earlier build, so that all builds give the same result. Back matter that refers to
    pages, such as an index, is laid out after everything before it, so that one layout is usually enough.
    """

    def copy(draft: _Draft, number: int = 0) -> tuple[DocumentSource, bool]:
        used_files = resources.find_files(draft.xhtml)
        return DocumentSource(
            draft.document.name, draft.xhtml, used_files, number
        ), draft.document.matter == FRONT

    copies: list[tuple[DocumentSource, bool]] = []
    placed_quires: list[PlacedQuire] = []
    for run in _group_drafts(drafts):
        if run[0].has_page_references:
            labels = collect_page_labels(placed_quires)
            for draft in run:
                draft.update_page_labels(labels)
        new = list(map(copy, run))
        if run[0].has_page_references and placed_quires and not composer.is_single_process:
            # Other outputs can use the page labels that are known while these documents are laid out.
            composer.start_layout([placed_quire for placed_quire, _ in new])
            announce(replace(_make_page_info(placed_quires, drafts[: len(copies)]), is_complete=False))
        copies += new
        try:
            placed_quires = composer.compose(copies)
        except LayoutError:
            composer.compose(list(map(copy, drafts)))  # so that all failing documents are reported at once
            raise
    for number in range(1, _MAX_ROUNDS + 1):
        pages = collect_page_labels(placed_quires)
        changed_documents = [draft.document for draft in drafts if draft.update_page_labels(pages)]
        if not changed_documents or number == _MAX_ROUNDS:
            break
        placed_quires = composer.compose([copy(draft, number) for draft in drafts])
    return placed_quires, changed_documents


def _group_drafts(drafts: Sequence[_Draft]) -> Iterator[Sequence[_Draft]]:
    """Yield groups of drafts that can be laid out together.

    A draft that lists page numbers comes in a later group than the drafts that these numbers refer to.
    """
    run: list[_Draft] = []
    ids: set[str] = set()
    for draft in drafts:
        if run and (
            draft.has_page_references != run[0].has_page_references
            or not ids.isdisjoint(draft.referenced_ids)
        ):
            yield run
            run, ids = [], set()
        run.append(draft)
        if draft.has_page_references:
            ids.update(_IDS.findall(draft.xhtml))
    yield run


def _report_unstable_references(documents: list[PrintDocument]) -> Diagnostic:
    """Report PDF002 for page references that did not converge."""
    names = ", ".join(document.name for document in documents)
    return Diagnostic(
        code="PDF002",
        message=f"page references in {names} did not converge; some may be off by one page",
        hint="add or remove a few words near the page references, then build again",
    )


class _Draft:
    """A document with its XHTML, which is rewritten when page labels in it change."""

    def __init__(
        self, document: PrintDocument, templates: jinja2.Environment, theme: Theme, memory: Memory = NO_MEMORY
    ) -> None:
        self.document, self._templates, self._theme = document, templates, theme
        self._memory = memory
        self.xhtml = self._write_xhtml()

    def set_families(self, families: tuple[str, ...]) -> None:
        """Rewrite the XHTML with the book's font families, which the imprint lists."""
        self.document = replace(self.document, families=families)
        self.xhtml = self._write_xhtml()

    @property
    def referenced_ids(self) -> set[str]:
        """The ids of the page labels that appear in the document."""
        return self.document.output.referenced_ids

    @property
    def has_page_references(self) -> bool:
        """Return whether the document is back matter that refers to pages, such as an index."""
        return self.document.matter == BACK and bool(self.referenced_ids)

    def update_page_labels(self, page_labels: PageLabels) -> bool:
        """Update the page labels; return whether the XHTML has changed."""
        earlier_labels = self.document.page_labels
        if not self.referenced_ids or (
            earlier_labels
            and all(earlier_labels.get(name) == page_labels.get(name) for name in self.referenced_ids)
        ):
            return False
        self.document = replace(self.document, page_labels=page_labels)
        before, self.xhtml = self.xhtml, self._write_xhtml()
        return self.xhtml != before

    def _write_xhtml(self) -> str:
        document, theme = self.document, self._theme
        if document.matter == FRONT or self._templates.project_templates:  # type: ignore[attr-defined]
            return _render_xhtml(document, self._templates, theme)
        book = document.book
        parts = tuple(
            (chapter.part, chapter.id, chapter.slug, chapter.title)
            for chapter in book.chapters
            if chapter.part
        )
        xhtml, referenced_ids = self._memory.call(
            _render_chapters,
            document.content[0],
            document.content[1:],
            (document.masthead, document.imprint if document.colophon else None),
            book.metadata,
            parts,
            book.labels,
            document.formulas,
            document.pictures,
            document.page_labels,
            document.has_side_notes,
            theme,
            ImpliedInput((document, self._templates)),
        )
        document.output.referenced_ids.update(referenced_ids)
        return xhtml


def _render_xhtml(document: PrintDocument, templates: jinja2.Environment, theme: Theme) -> str:
    xhtml = document.render(templates, theme=theme)
    reject_forbidden_links(xhtml, templates, f"print/{document.matter}.xhtml.j2")
    return replace_unprintable_characters(xhtml, theme)


def reject_expensive_styles(css: str, templates: jinja2.Environment, name: str) -> None:
    """Raise ``TemplateSyntaxError`` if a style sheet of a project's template takes too long to lay out."""
    if templates.sandboxed:
        _raise_style_problem(find_style_problem(css), templates, name)


def _raise_style_problem(
    style_problem: StyleProblem | None, templates: jinja2.Environment, name: str
) -> None:
    if style_problem is not None:
        name, line = find_template_line(templates, "print", style_problem.near) or (name, 1)
        raise jinja2.TemplateSyntaxError(style_problem.message, line, name)


def reject_forbidden_links(xhtml: str, templates: jinja2.Environment, name: str) -> None:
    """Raise ``TemplateSyntaxError`` if a project's template writes a link that is not allowed.

    The same applies to styles that take too long to lay out.
    """
    if not templates.sandboxed:
        return
    root = etree.fromstring(xhtml.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    _raise_style_problem(find_element_problem(() if root is None else root.iter("*")), templates, name)
    for link in () if root is None else root.iter("a", "area"):
        target = link.get("href", "")
        attached = "attachment" in link.get("rel", "")  # WeasyPrint would try to load this URL and be refused
        if not attached and is_forbidden_url(target):
            message = f'the link target "{target[:40]}" is not allowed; use http, https, mailto or tel'
            name, line = find_template_line(templates, "print", target) or (name, 1)
            raise jinja2.TemplateSyntaxError(message, line, name)


def _render_chapters(
    chapter: Chapter,
    other_chapters: tuple[Chapter, ...],
    masthead_and_imprint: tuple[bool, tuple[Block, ...] | None],
    metadata: Metadata,
    parts: tuple[tuple[Part, str, str, tuple[Inline, ...]], ...],
    labels: Mapping[str, Label],
    formulas: Formulas,
    pictures: PictureKeys,
    page_labels: PageLabels,
    has_side_notes: bool,
    theme: Theme,
    tools: ImpliedInput[tuple[PrintDocument, jinja2.Environment]],
) -> tuple[str, frozenset[str]]:
    """Return the XHTML of a document, and the ids of the page labels that appear in it.

    All parameters except ``tools`` are part of the cache key. ``masthead_and_imprint`` is a pair: whether the
    document begins with the masthead, and the blocks of the imprint at its end, or None. ``parts`` has the
    part, id, slug and title of each chapter in a part, because part pages list their chapters.
    """
    document, templates = tools.value
    book = replace(document.book, labels=labels)
    document = replace(document, book=book, formulas=formulas, pictures=pictures, page_labels=page_labels)
    return _render_xhtml(document, templates, theme), frozenset(document.output.referenced_ids)


@contextmanager
def cache_or_temporary_folder(cache: Cache) -> Iterator[Cache]:
    """Yield ``cache``, or a cache in a temporary folder if processes cannot share ``cache``."""
    if cache.folder is not None:
        yield cache
    else:
        with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
            yield Cache(Path(folder), memory=cache.memory)


def make_empty_document(book: Book) -> str:
    """Return an empty XHTML document in the language of the book."""
    language = book.metadata.language
    return f'<html lang="{language}" dir="{get_text_direction(language)}"><head/><body/></html>'


def replace_unprintable_characters(xhtml: str, theme: Theme) -> str:
    """Replace characters in the text of a document with U+FFFD if no bundled font has them.

    The missing glyph of a font must not be shown (ISO 14289-1, 7.21.8). Attributes and the document title are
    not changed. Long runs of such characters get line break opportunities.
    """
    start = xhtml.index("<body")
    pieces = _TAG.split(xhtml[start:])
    words = "".join(pieces[::2])
    table = dict.fromkeys(map(ord, find_missing_characters(words, theme)), "\ufffd")
    # Line separators: they have no glyph, and are not white space in CSS.
    table |= {ord(character): " " for character in "\x85\u2028\u2029" if character in words}
    if not table:
        return xhtml
    pieces[::2] = [_LONG_UNPRINTABLE.sub("\\g<0>\u200b", piece.translate(table)) for piece in pieces[::2]]
    return xhtml[:start] + "".join(pieces)


def find_used_families(
    required: FontRequirements, theme: Theme, scripts: Iterable[Script]
) -> tuple[str, ...]:
    """Return the bundled font families that a book uses, for its imprint."""
    code = (theme.mono,) if required.code else ()
    others = (family for script in scripts for family in (script.serif, script.sans) if theme.has(family))
    stand_ins = (
        family
        for role, family in theme.fallback_families.items()
        if (role != "mono" or code) and find_fallback_characters(required.characters, theme, role)
    )
    # The licence of the project's own fonts is unknown.
    project_families = {face.family for face in theme.faces if face.project_file}
    families = dict.fromkeys((theme.serif, theme.sans, *code, *others, *stand_ins))
    return tuple(family for family in families if family not in project_families)


def _extract_drawing_text(drawings: Iterable[bytes]) -> str:
    return "".join(text for data in drawings for text in ElementTree.fromstring(data).itertext())


# Entries of graphics states and images that involve transparency (ISO 32000-1, 11.6.4 and 11.6.5).
_ALPHA = re.compile(rb"/(?:ca|CA)\s+(0?\.\d+|0)\b")
_MASK = re.compile(rb"/SMask\s+(?!/None)|/BM\s*/(?!Normal|Compatible)")


def check_service_requirements(
    options: PdfOptions, page_grid: PageGrid, page_count: int
) -> Iterator[Diagnostic]:
    """Yield PRS001 for a page count, trim size or margin that the print service does not accept."""
    service = options.service
    if service is None:
        return
    max_pages = service.max_pages
    if isinstance(options.paper, str):
        max_pages = min(max_pages, service.papers[options.paper][1])
    if not service.min_pages <= page_count <= max_pages:
        message = f"the book has {page_count} pages; "
        message += f"{service.name} prints books of {service.min_pages} to {max_pages} pages"
        yield _report_unmet_requirement(
            message, "change the length of the book, or set another `paper` or `print-service`"
        )
    if not service.offers_size(*page_grid.size_in_points):
        width, height = (side / 72 for side in page_grid.size_in_points)
        message = f"{service.name} does not offer the trim size {width:.4g} × {height:.4g} inches"
        yield _report_unmet_requirement(
            message,
            "set `page-size` to the nearest standard trim size, "
            f"{service.format_nearest_size(*page_grid.size_in_points)}",
        )
    for side, min_margin in page_grid.find_margins_below_minimum(service, page_count).items():
        asks = f"{min_margin / 72:.4g}in"
        message = f"the {side} margin is below the {asks} that {service.name} requires for {page_count} pages"
        yield _report_unmet_requirement(
            message, f"set `margins: {{{side}: {asks}}}` or a larger value, or remove `{side}` from `margins`"
        )


def find_transparency(quires: Sequence[PlacedQuire], pdf_format: PdfFormat) -> Iterator[Diagnostic]:
    """Yield PRS002 for the first page with transparency where transparency is not allowed."""
    if not pdf_format.is_transparency_forbidden:
        return
    for placed_quire in quires:
        clear = {
            place
            for place, item in enumerate(placed_quire.quire.objects)
            if _ALPHA.search(item.dictionary.text) or _MASK.search(item.dictionary.text)
        }
        for number, sheet in enumerate(placed_quire.quire.pages):
            if any(place in clear for _, _, place in sheet.used_resources):
                yield Diagnostic(
                    code="PRS002",
                    span=Span(path=MANIFEST),
                    message=f"page {placed_quire.format_page_label(number)} contains transparency, "
                    "which PDF/X-1a does not allow",
                    hint="use opaque colours in the theme, or set `pdf-standard: pdf/x-4`",
                )
                return


def _report_unmet_requirement(message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code="PRS001", span=Span(path=MANIFEST), message=message, hint=hint)
