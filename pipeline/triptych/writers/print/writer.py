"""The resolved book → a PDF: its documents are composed until their page numbers hold, then bound."""

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

from triptych.build_context import BuildContext, Pictures
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY, Implied, Memory
from triptych.engine.processes.pool import NamedJob
from triptych.languages.language_tags import text_direction
from triptych.markup.outline import requested_lists
from triptych.markup.tables import collect_shades
from triptych.markup.xml import FontRequirements, collect_font_requirements
from triptych.media.fonts.fonts import find_missing_characters, find_scripts, find_stand_in_characters
from triptych.media.formulas.formulas import select_formula
from triptych.media.inks import colour_writer, set_chart_colours
from triptych.media.output_pictures import SVG, fit_logo
from triptych.model.book import Book, Chapter, Label, Metadata, Part
from triptych.model.layout_defects import LayoutDefect
from triptych.model.nodes import Block, Inline, Picture, is_forbidden_url
from triptych.passes.pages import Announce, Pages, PrintInfo
from triptych.project import MANIFEST
from triptych.settings.pdf_options import PdfOptions
from triptych.theme.colours import list_shades
from triptych.theme.templating import find_in_templates
from triptych.theme.theme import Script, Theme
from triptych.writers.findings import (
    is_too_wide,
    list_distinct_formulas,
    list_formulas,
    report_too_wide,
    report_undrawn,
)
from triptych.writers.print.binder import Gathering, bind_quires
from triptych.writers.print.composing import (
    Composer,
    NotComposed,
    Placed,
    add_blank_pages,
    page_labels,
    page_starts,
)
from triptych.writers.print.documents import (
    BACK,
    FRONT,
    PICTURE,
    Fails,
    Formulas,
    PictureKeys,
    PrintDocument,
    charts_of,
    find_failing_block,
    split_documents,
)
from triptych.writers.print.finish import Finish, finish_for
from triptych.writers.print.metadata import chart_files
from triptych.writers.print.page_grid import PageGrid, page_for
from triptych.writers.print.resources import Resources
from triptych.writers.print.structure import ROLE_MAP
from triptych.writers.print.typesetting import DocumentCopy, PrintStyle, can_be_set, remember_style

Strays = Mapping[int, tuple[LayoutDefect, ...]]  # by pages of the book from 0 on

# Attribute values are written with ">" escaped.
_IDS = re.compile(r'\sid="([^"]*)"')
_TAG = re.compile("(<[^>]*>)")
_UNSHOWN = re.compile("\ufffd{20}")  # what no font has
_ROUNDS = 6  # page numbers in prose move what they number; nearly all books are still after three


def write_pdf(
    book: Book,
    context: BuildContext,
    options: PdfOptions,
    pictures: Pictures,
    announce: Announce = lambda printed: None,
) -> tuple[bytes, list[Diagnostic], Strays]:
    """Set the book with its pictures in the processes of the workshop's executor.

    Returns the file, what was found, and what the layout left elsewhere than it should, by pages from 0 on.
    ``announce`` is told of the pages as soon as they are known, in part and as a whole.
    """
    templates, theme = context.templates, context.theme
    if options.cover == "separate":
        book = replace(book, metadata=replace(book.metadata, cover=None))
        if theme.print.title_page == "panel":  # the cover is another sheet
            theme = replace(theme, print=replace(theme.print, title_page="paper"))
    page = page_for(options, theme.print)
    finish = finish_for(options)
    written = list_formulas(book)
    formulas = context.draw_formulas(list_distinct_formulas(written), page.measure)
    drafts = [
        _Draft(document, templates, theme, context.memory)
        for document in split_documents(
            book,
            context.labels,
            opened=options.content != "handout",
            masthead=theme.print.title_page == "masthead" and options.content == "book",
            continuous=theme.print.chapters == "continuous" and options.content == "book",
            formulas=formulas,
            depth=options.toc_depth,
            wanted=requested_lists(lof=options.lof, lot=options.lot, lol=options.lol),
            pictures=pictures.keys_of,
            notes_beside=page.has_column,
        )
    ]
    told = collect_font_requirements((draft.xhtml for draft in drafts), context.memory)
    draw = replace(context, theme=set_chart_colours(_theme_for_charts(theme, page), finish.inks)).draw
    charts = charts_of(book)
    words = told.characters + _text_in_drawings(
        picture.data for picture in pictures.values() if picture.media_type == SVG
    )
    words += _text_in_drawings(map(draw, charts.values()))
    words += context.labels["continued"]  # which tables say that go on, and no element
    scripts = find_scripts(words, told.languages, theme)
    drafts[0].name_families(used_families(told, theme, scripts))
    words += f"\n{collect_font_requirements([drafts[0].xhtml]).characters}"
    logo = _describe_logo(book, context, theme, pictures)

    def style_for(page: PageGrid) -> str:
        return templates.get_template("print/book.css.j2").render(
            theme=theme,
            colours=theme.colours,
            paint=colour_writer(finish.inks),
            page=page,
            scripts=scripts,
            meta=book.metadata,
            logo=logo,
            shades=list_shades(collect_shades(book), theme.colours),
        )

    roman_folios = templates.get_template("print/roman-folios.css.j2").render(theme=theme)
    with cache_or_temporary_folder(context.cache) as store:
        resources = Resources(
            theme, scripts, words, charts, context.read, draw, store, context.executor, finish.inks
        )
        resources.put_pictures({key: pictures[picture] for picture, key in pictures.keys_of.items()})
        resources.put_template_pictures(
            {path: pictures[picture] for path, picture in book.template_pictures.items()}
        )
        resources.put_formulas(formulas.values())
        while True:
            css = style_for(page)
            style = PrintStyle(css, roman_folios, finish.inks, resources.files_named_in(css), store)
            remember_style(style)
            composer = Composer(
                style,
                context.executor,
                shell=empty_document(book),
                rtl=text_direction(book.metadata.language) == "rtl",
            )
            try:
                placed, restless = _compose_until_stable(drafts, composer, resources, announce)
            except NotComposed as failure:
                found = _report_failures(
                    failure, drafts, theme, templates, resources, style, context.executor
                )
                return b"", found, {}
            if options.cover == "separate":
                blank = options.service is not None and options.service.ends_blank
                placed = add_blank_pages(placed, ends_blank=blank, rtl=composer.rtl)
            count = sum(len(one.quire.sheets) for one in placed)
            # A thicker book needs more room at its spine, which may make it thicker; it never needs less.
            service = options.service
            wider = page.bound_by(service, count, theme.print) if service and not options.margins else page
            if wider == page:
                break
            page = wider
        problems = [*find_refusals(options, page, count), *find_transparency(placed, finish)]
        if problems:
            return b"", problems, {}
        announce(_page_info(placed, drafts))
        furniture = composer.furnish(placed)
        gatherings = [
            Gathering(one.quire, heads, one.start, one.roman)
            for one, heads in zip(placed, furniture, strict=True)
        ]
        data = bind_quires(
            gatherings,
            book.metadata,
            resources.read_face,
            finish,
            role_map=ROLE_MAP,
            rtl=composer.rtl,
            attachments=chart_files(book) if options.attach_data and not finish.for_press else (),
            memory=context.memory,
        )
    refused = [node for node in written if formulas.get(select_formula(node)) is None]
    wide = [node for node in written if is_too_wide(formulas.get(select_formula(node)), node, page.measure)]
    complaints = [_report_complaint(message, pictures.keys_of) for message in composer.complaints]
    if book.metadata.logo and context.theme.print.running_logo and not (logo or {}).get("runs"):
        complaints.append(_report_unseen_logo())
    if restless:
        complaints.append(_report_unstable(restless))
    complaints += [report_undrawn(node, "its TeX source is printed") for node in refused]
    complaints += map(report_too_wide, wide)
    sheets = (sheet for one in placed for sheet in one.quire.sheets)
    return data, complaints, {page: sheet.strays for page, sheet in enumerate(sheets) if sheet.strays}


def _report_complaint(message: str, keys: Mapping[Picture, str]) -> Diagnostic:
    """Report an error of the layout engine, with the file of a picture that it cannot paint."""
    for picture, key in keys.items():
        if picture.path and key in message:
            said = message.replace(f"picture:{key}", picture.path)
            return Diagnostic(code="PDF001", message=said, span=Span(path=picture.path))
    return Diagnostic(code="PDF001", message=message)


def _theme_for_charts(theme: Theme, page: PageGrid) -> Theme:
    width = page.chart_width(theme.print)
    same = width == theme.print.chart_width
    return theme if same else replace(theme, print=replace(theme.print, chart_width=width))


def _describe_logo(
    book: Book, context: BuildContext, theme: Theme, pictures: Pictures
) -> Mapping[str, Any] | None:
    """Return the logo's address, its sizes in points, its plate, and whether pages have it."""
    logo, colours = book.metadata.logo, theme.colours
    if logo is None:
        return None
    ground = colours.dark if theme.print.title_page == "panel" else colours.background
    return {
        "address": f"{PICTURE}:{pictures.keys_of[logo]}",
        "title": fit_logo(logo, 130, 44),
        "head": fit_logo(logo, 72, 15),
        "title_plate": context.choose_logo_plate(logo, ground, colours.background, colours.dark),
        "runs": context.theme.print.running_logo
        and not context.choose_logo_plate(logo, colours.background, colours.dark),
    }


def _report_unseen_logo() -> Diagnostic:
    return Diagnostic(
        code="THM003",
        span=Span(path=MANIFEST),
        message="the logo has insufficient contrast against the page background; "
        "it is printed only on the title page",
        hint="use a darker `logo`, or remove `running-logo` from the theme",
    )


def _page_info(placed: list[Placed], drafts: list[_Draft]) -> PrintInfo:
    documents = {draft.document.name: draft.xhtml for draft in drafts}
    chapters = {
        draft.document.name: tuple(chapter.id for chapter in draft.document.content) for draft in drafts
    }
    starts = page_starts(placed, list(documents))
    return PrintInfo(page_labels(placed), tuple(starts), documents, chapters=chapters)


def _report_failure(draft: _Draft, reason: str, fails: Fails) -> Diagnostic:
    """Report a document that cannot be set, at the block that it fails at."""
    sources = [chapter.source for chapter in draft.document.content if chapter.source]
    span = Span(path=sources[0] if sources else MANIFEST)  # which says what pages before the chapters hold
    with suppress(BrokenExecutor):
        span = find_failing_block(draft.document, fails) or span
    message = f"the layout engine failed here: {reason}"
    hint = "simplify or split this block; if the block is already simple, report this as a bug in Triptych"
    return Diagnostic(code="PDF003", span=span, message=message, hint=hint)


def _report_failures(
    failure: NotComposed,
    drafts: list[_Draft],
    theme: Theme,
    templates: jinja2.Environment,
    resources: Resources,
    style: PrintStyle,
    executor: Executor,
) -> list[Diagnostic]:
    by_name = {draft.document.name: draft for draft in drafts}

    def fails(document: PrintDocument) -> bool:
        xhtml = _Draft(document, templates, theme).xhtml
        trial = DocumentCopy(document.name, xhtml, resources.files_named_in(xhtml))
        return not executor.submit(
            NamedJob(f'a test layout of "{trial.name}"', can_be_set), trial, style
        ).result()

    return [_report_failure(by_name[name], reason, fails) for name, reason in failure.failures]


def _compose_until_stable(
    drafts: list[_Draft], composer: Composer, resources: Resources, announce: Announce
) -> tuple[list[Placed], list[PrintDocument]]:
    """Compose the documents until they name the pages that they have; also return those that never do.

    The first round knows no pages, whatever an earlier build knew, so that every build takes the same way.
    But back matter that names pages, such as an index, waits for those of all that stands before it: nearly
    always it is set once.
    """

    def copy(draft: _Draft, number: int = 0) -> tuple[DocumentCopy, bool]:
        named = resources.files_named_in(draft.xhtml)
        return DocumentCopy(draft.document.name, draft.xhtml, named, number), draft.document.matter == FRONT

    copies: list[tuple[DocumentCopy, bool]] = []
    placed: list[Placed] = []
    for run in _group_drafts(drafts):
        if run[0].gathers_pages:
            labels = page_labels(placed)
            for draft in run:
                draft.learn(labels)
        new = list(map(copy, run))
        if (
            run[0].gathers_pages and placed and not composer.is_alone
        ):  # what waits for pages goes on beside these
            composer.begin([one for one, _ in new])
            announce(replace(_page_info(placed, drafts[: len(copies)]), whole=False))
        copies += new
        try:
            placed = composer.compose(copies)
        except NotComposed:
            composer.compose(list(map(copy, drafts)))  # all that cannot be set are told together
            raise
    for number in range(1, _ROUNDS + 1):
        pages = page_labels(placed)
        moved = [draft.document for draft in drafts if draft.learn(pages)]
        if not moved or number == _ROUNDS:
            break
        placed = composer.compose([copy(draft, number) for draft in drafts])
    return placed, moved


def _group_drafts(drafts: Sequence[_Draft]) -> Iterator[Sequence[_Draft]]:
    """Yield the drafts in runs that are set together; what gathers pages is in none with what it names."""
    run: list[_Draft] = []
    ids: set[str] = set()
    for draft in drafts:
        if run and (draft.gathers_pages != run[0].gathers_pages or not ids.isdisjoint(draft.asked)):
            yield run
            run, ids = [], set()
        run.append(draft)
        if draft.gathers_pages:
            ids.update(_IDS.findall(draft.xhtml))
    yield run


def _report_unstable(documents: list[PrintDocument]) -> Diagnostic:
    """Report page numbers that move what they number to another page and back."""
    names = ", ".join(each.name for each in documents)
    return Diagnostic(
        code="PDF002",
        message=f"page references in {names} did not converge; some may be off by one page",
        hint="add or remove a few words near the page references, then build again",
    )


class _Draft:
    """A document and its XHTML, which is written again when a page has moved that it names."""

    def __init__(
        self, document: PrintDocument, templates: jinja2.Environment, theme: Theme, memory: Memory = NO_MEMORY
    ) -> None:
        self.document, self._templates, self._theme = document, templates, theme
        self._memory = memory
        self.xhtml = self._write()

    def name_families(self, families: tuple[str, ...]) -> None:
        """Name the families of the book in the imprint, once all is written."""
        self.document = replace(self.document, families=families)
        self.xhtml = self._write()

    @property
    def asked(self) -> set[str]:
        """The ids whose pages it names."""
        return self.document.output.asked

    @property
    def gathers_pages(self) -> bool:
        """Whether it names pages of what comes before it, and of little else."""
        return self.document.matter == BACK and bool(self.asked)

    def learn(self, pages: Pages) -> bool:
        """Learn page numbers; return whether the document has changed."""
        known = self.document.pages
        if not self.asked or (known and all(known.get(name) == pages.get(name) for name in self.asked)):
            return False
        self.document = replace(self.document, pages=pages)
        before, self.xhtml = self.xhtml, self._write()
        return self.xhtml != before

    def _write(self) -> str:
        document, theme = self.document, self._theme
        if document.matter == FRONT or self._templates.project_templates:  # type: ignore[attr-defined]
            return _render_xhtml(document, self._templates, theme)
        book = document.book
        parts = tuple((one.part, one.id, one.slug, one.title) for one in book.chapters if one.part)
        xhtml, asked = self._memory.call(
            _render_chapters,
            document.content[0],
            document.content[1:],
            (document.masthead, document.imprint if document.colophon else None),
            book.metadata,
            parts,
            book.labels,
            document.formulas,
            document.pictures,
            document.pages,
            document.notes_beside,
            theme,
            Implied((document, self._templates)),
        )
        document.output.asked.update(asked)
        return xhtml


def _render_xhtml(document: PrintDocument, templates: jinja2.Environment, theme: Theme) -> str:
    xhtml = document.render(templates, theme=theme)
    refuse_links(xhtml, templates, f"print/{document.matter}.xhtml.j2")
    return replace_unprintable(xhtml, theme)


def refuse_links(xhtml: str, templates: jinja2.Environment, name: str) -> None:
    """Raise ``TemplateSyntaxError`` for a link to a script or a file that a project's template wrote."""
    if not templates.sandboxed:
        return
    root = etree.fromstring(xhtml.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    for link in () if root is None else root.iter("a", "area"):
        target = link.get("href", "")
        attached = "attachment" in link.get("rel", "")  # which the engine asks for, and is refused
        if not attached and is_forbidden_url(target):
            message = f'the link target "{target[:40]}" is not allowed; use http, https, mailto or tel'
            name, line = find_in_templates(templates, "print", target) or (name, 1)
            raise jinja2.TemplateSyntaxError(message, line, name)


def _render_chapters(
    chapter: Chapter,
    others: tuple[Chapter, ...],
    ends: tuple[bool, tuple[Block, ...] | None],
    metadata: Metadata,
    parts: tuple[tuple[Part, str, str, tuple[Inline, ...]], ...],
    labels: Mapping[str, Label],
    formulas: Formulas,
    pictures: PictureKeys,
    pages: Pages,
    notes_beside: bool,
    theme: Theme,
    tools: Implied[tuple[PrintDocument, jinja2.Environment]],
) -> tuple[str, frozenset[str]]:
    """Render chapters as one document by our own templates; also return the ids whose pages they print.

    ``ends`` is whether the document begins with the masthead, and the imprint that it ends with.
    ``parts`` are those of all chapters, with their ids, slugs and titles, which pages of parts list.
    """
    document, templates = tools.value
    book = replace(document.book, labels=labels)
    document = replace(document, book=book, formulas=formulas, pictures=pictures, pages=pages)
    return _render_xhtml(document, templates, theme), frozenset(document.output.asked)


@contextmanager
def cache_or_temporary_folder(cache: Cache) -> Iterator[Cache]:
    """Yield the cache, or a temporary one if nothing is to be kept: processes share it."""
    if cache.folder is not None:
        yield cache
    else:
        with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
            yield Cache(Path(folder), memory=cache.memory)


def empty_document(book: Book) -> str:
    """Return a document of the book without content."""
    language = book.metadata.language
    return f'<html lang="{language}" dir="{text_direction(language)}"><head/><body/></html>'


def replace_unprintable(xhtml: str, theme: Theme) -> str:
    """Replace characters of the text that no bundled font has by U+FFFD.

    A font's empty box must not be shown (ISO 14289-1, 7.21.8), and a reader sees that something is
    missing. The source has been warned of it by then. Addresses, ids and the title stay as they are. Many of
    them are no word: a line may end between them.
    """
    start = xhtml.index("<body")
    pieces = _TAG.split(xhtml[start:])
    words = "".join(pieces[::2])
    table = dict.fromkeys(map(ord, find_missing_characters(words, theme)), "\ufffd")
    # What separates lines and has no glyph in any font: to CSS it is no white space.
    table |= {ord(one): " " for one in "\x85\u2028\u2029" if one in words}
    if not table:
        return xhtml
    pieces[::2] = [_UNSHOWN.sub("\\g<0>\u200b", piece.translate(table)) for piece in pieces[::2]]
    return xhtml[:start] + "".join(pieces)


def used_families(told: FontRequirements, theme: Theme, scripts: Iterable[Script]) -> tuple[str, ...]:
    """Return the bundled families of a book: those of text and headings, of its code and its scripts."""
    code = (theme.mono,) if told.code else ()
    others = (family for script in scripts for family in (script.serif, script.sans) if theme.has(family))
    stand_ins = (
        family
        for role, family in theme.stand_ins.items()
        if (role != "mono" or code) and find_stand_in_characters(told.characters, theme, role)
    )
    # Of what the project brings we do not know the licence.
    project_families = {face.family for face in theme.faces if face.own}
    named = dict.fromkeys((theme.serif, theme.sans, *code, *others, *stand_ins))
    return tuple(family for family in named if family not in project_families)


def _text_in_drawings(drawings: Iterable[bytes]) -> str:
    return "".join(text for data in drawings for text in ElementTree.fromstring(data).itertext())


# Entries of graphics states and pictures that let something show through (ISO 32000-1, 11.6.4 and 11.6.5).
_ALPHA = re.compile(rb"/(?:ca|CA)\s+(0?\.\d+|0)\b")
_MASK = re.compile(rb"/SMask\s+(?!/None)|/BM\s*/(?!Normal|Compatible)")


def find_refusals(options: PdfOptions, page: PageGrid, count: int) -> Iterator[Diagnostic]:
    """Yield PRS001 for what a service does not print: a number of pages, margins, a size."""
    service = options.service
    if service is None:
        return
    most = service.most_pages
    if isinstance(options.paper, str):
        most = min(most, service.papers[options.paper][1])
    if not service.least_pages <= count <= most:
        message = f"the book has {count} pages; "
        message += f"{service.name} prints books of {service.least_pages} to {most} pages"
        yield _report_refusal(
            message, "change the length of the book, or set another `paper` or `print-service`"
        )
    if not service.takes(*page.points):
        width, height = (side / 72 for side in page.points)
        message = f"{service.name} does not offer the trim size {width:.4g} × {height:.4g} inches"
        yield _report_refusal(
            message, f"set `page-size` to the nearest standard trim size, {service.nearest(*page.points)}"
        )
    for side, least in page.too_near(service, count).items():
        asks = f"{least / 72:.4g}in"
        message = f"the {side} margin is below the {asks} that {service.name} requires for {count} pages"
        yield _report_refusal(
            message, f"set `margins: {{{side}: {asks}}}` or a larger value, or remove `{side}` from `margins`"
        )


def find_transparency(placed: Sequence[Placed], finish: Finish) -> Iterator[Diagnostic]:
    """Yield PRS002 for the first page with transparency, if none is allowed."""
    if not finish.opaque:
        return
    for one in placed:
        clear = {
            place
            for place, thing in enumerate(one.quire.things)
            if _ALPHA.search(thing.dictionary.text) or _MASK.search(thing.dictionary.text)
        }
        for number, sheet in enumerate(one.quire.sheets):
            if any(place in clear for _, _, place in sheet.used):
                yield Diagnostic(
                    code="PRS002",
                    span=Span(path=MANIFEST),
                    message=f"page {one.label(number)} contains transparency, which PDF/X-1a does not allow",
                    hint="use opaque colours in the theme, or set `pdf-standard: pdf/x-4`",
                )
                return


def _report_refusal(message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code="PRS001", span=Span(path=MANIFEST), message=message, hint=hint)
