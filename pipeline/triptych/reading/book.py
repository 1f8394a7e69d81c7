"""Read the sections of a project into a book, and report mistakes in them."""

from __future__ import annotations

import datetime as dt
import functools
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from triptych.charts.reader import assign_colours, find_excess_values
from triptych.data.folder import DataFolder
from triptych.data.table_parsing import parse_notation
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.memory import Memory
from triptych.engine.processes.programs import ProgramError, ProgramLimitError
from triptych.media.fonts.fonts import find_project_code_points
from triptych.model.book import (
    AccessibilityDeclaration,
    Book,
    BookSeries,
    Chapter,
    Matter,
    Metadata,
    Part,
    Person,
    Role,
    Subject,
)
from triptych.model.isbn import URN
from triptych.model.nodes import Picture, Source
from triptych.model.walk import rewrite_all
from triptych.project import MANIFEST, Project
from triptych.reading.bibliography import Bibliography, format_citations, start_loading_bibliography
from triptych.reading.chapter import ChapterReader, make_opener_image
from triptych.reading.cited_sources import add_chapter_sources, read_sources
from triptych.reading.filters import apply_python_filters, read_filters
from triptych.reading.glossary import read_glossary, read_glossary_entries
from triptych.reading.line_scan import add_heading_definitions, collect_heading_names
from triptych.reading.lint import lint
from triptych.reading.pandoc import BODY, ParsedText, TextGroup, read_citations
from triptych.reading.pictures import PictureFinder
from triptych.reading.project_files import check_deck_template, find_template_pictures, report_unlisted_files
from triptych.reading.sections import SectionEntry, SectionFile, SectionReader, map_finding_to_source
from triptych.reading.syntax.inlines import mark_shared_notes
from triptych.settings.book import PartEntry
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import BUILT_IN_PROFILES
from triptych.settings.values import SourcePositions, make_slug
from triptych.theme.theme_reader import read_theme

_FILE_CODES = ("IMG003", "IMG008", "DAT005")  # findings about a file itself, whatever refers to it
# Roles of front matter in a book without chapter numbers.
_FRONT_ROLES = frozenset(
    (
        Role.ABSTRACT,
        Role.ACKNOWLEDGMENTS,
        Role.DEDICATION,
        Role.EPIGRAPH,
        Role.FOREWORD,
        Role.IMPRINT,
        Role.PREFACE,
    )
)
# The namespace for identifiers of books without an ISBN.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:triptych:book")
# The earliest and latest modification time in a ZIP archive.
_EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(2107, 12, 31, 23, 59, 58, tzinfo=dt.UTC)


def read_book(
    project: Project,
    manifest: Manifest,
    positions: SourcePositions,
    cache: Cache,
    on_begin: Callable[[Book], None] = lambda book: None,
) -> tuple[Book, list[Diagnostic]]:
    """Read all sections, data files, images and sources of a project; return the book and the findings.

    ``on_begin`` is called with a book without chapters, before the chapters are read.
    """
    lua_filters, python_filters, findings = read_filters(project, manifest, positions)
    sources_read = functools.cache(start_loading_bibliography(project, manifest, positions, cache))
    limits = manifest.limits
    data = DataFolder(project, parse_notation(manifest.data.delimiter, manifest.data.decimal), limits)
    settings = manifest.model_dump(mode="json", by_alias=True)
    opener = SectionReader(project, settings, data, manifest.language, cache, is_jinja_enabled=manifest.jinja)
    sections: list[tuple[SectionEntry, SectionFile]] = []
    listed_paths: set[str] = set()
    for entry in _list_sections(manifest, positions):
        section, problems = opener.read(entry)
        findings += problems
        if section is None:
            continue
        if section.path in listed_paths:
            message = f'section "{entry.path}" is listed twice; this entry is ignored'
            hint = f'remove one of the entries for "{entry.path}"'
            findings.append(Diagnostic(code="SEC007", span=entry.span, message=message, hint=hint))
            continue
        listed_paths.add(section.path)
        sections.append((entry, section))
    findings += report_unlisted_files(project, manifest, positions)
    glossary, problems = read_glossary(project, manifest, positions, cache)
    findings += problems
    headings = collect_heading_names(
        ((section.front_matter.title, section.body) for _, section in sections), cache.memory
    )
    paths = tuple(section.path for _, section in sections)
    groups = [_collect_texts(section, manifest, headings, paths, cache.memory) for _, section in sections]
    groups.append(TextGroup(glossary.path, _name_texts_by_index(glossary.definitions)))
    for group in groups:
        group.filters = lua_filters
    per_chapter = manifest.bibliography_scope == "chapter"
    formatting = ThreadPoolExecutor(1, "citations")
    started: list[Future[object]] = []

    def start_formatting_citations(cited: Sequence[str]) -> None:
        """Start formatting citations in a thread, so that the result is cached when it is needed."""
        if not per_chapter and cache.folder is not None:
            trees = [cite for section_citations in cited for cite in json.loads(section_citations)]
            started.append(
                formatting.submit(format_citations, trees, sources_read()[0], manifest.language, cache)
            )

    read_citations(groups, cache, limits, start_formatting_citations)
    bibliography, problems = sources_read()
    findings += problems
    findings += [finding for group in groups for finding in group.findings]
    theme, problems = read_theme(project, manifest.theme, positions.find(("theme",)))
    findings += problems
    pictures = PictureFinder(project, cache, limits)
    metadata, metadata_problems = _build_metadata(project, manifest, positions, pictures)
    template_pictures, problems = find_template_pictures(project, manifest.theme, theme, pictures)
    metadata_problems += problems
    book = Book(
        metadata=metadata,
        chapters=(),
        settings=settings,
        theme=manifest.theme,
        project_characters=find_project_code_points(theme),
        template_pictures=template_pictures,
    )
    on_begin(book)
    formatting.shutdown()
    try:
        for job in started:
            if isinstance(failure := job.exception(), ProgramLimitError):
                raise failure  # a second attempt would take as long
        references = _format_cited_sources(
            groups, bibliography, manifest.language, cache, per_chapter=per_chapter
        )
    except ProgramLimitError as error:
        references = [()] * len(groups)
        message = f"pandoc could not format the citations: {error.stderr.strip()}"
        relief = "cite fewer sources" if per_chapter else "set `bibliography-scope: chapter`"
        hint = f"{relief}, or set `csl:` to a numeric style"
        span = positions.find(("bibliography",))
        findings.append(Diagnostic(code="CIT002", span=span, message=message, hint=hint))
    except ProgramError as error:
        references = [()] * len(groups)
        message = f"the citation style cannot be used: {' '.join(str(error).split())}"
        findings.append(Diagnostic(code="CIT002", span=positions.find(("csl",)), message=message))
    findings += check_deck_template(project, manifest, positions)
    reader = ChapterReader(project, bibliography, data, pictures, theme, manifest.language, cache)
    chapters = []
    for (entry, section), texts, sources in zip(sections, groups, references, strict=False):
        chapter, chapter_problems = reader.read_chapter(entry, section, texts)
        findings += chapter_problems
        chapters.append(add_chapter_sources(chapter, sources) if per_chapter else chapter)
    findings = _remove_duplicate_findings(findings)
    if excess := find_excess_values(chapters, limits.chart_values):
        findings.append(excess)
    chapters = _add_part_images(chapters, pictures, findings)
    chapters, problems = assign_colours(_mark_front_matter(chapters), manifest.chart_colours, positions)
    findings += problems
    entries, glossary_problems = read_glossary_entries(glossary, groups[-1], bibliography, cache, limits)
    book = replace(book, chapters=tuple(chapters), sources=references[-1], glossary=entries)
    book, filter_problems = apply_python_filters(book, python_filters)
    return book, [*findings, *metadata_problems, *glossary_problems, *filter_problems]


def _list_sections(manifest: Manifest, positions: SourcePositions) -> Iterator[SectionEntry]:
    for index, item in enumerate(manifest.book.chapters):
        place: tuple[str | int, ...] = ("book", "chapters", index)
        if isinstance(item, PartEntry):
            span = positions.find((*place, "image"))
            part = Part(
                id=f"part-{make_slug(item.part) or index + 1}",
                title=item.part,
                place=index,
                summary=item.summary,
                image=make_opener_image(item.image, item.image_alt, span),
            )
            for number, path in enumerate(item.chapters):
                yield SectionEntry(path, Matter.BODY, part, positions.find((*place, "chapters", number)))
        else:
            yield SectionEntry(item, Matter.BODY, None, positions.find(place))
    for index, path in enumerate(manifest.book.appendices):
        yield SectionEntry(path, Matter.APPENDIX, None, positions.find(("book", "appendices", index)))


def _format_cited_sources(
    groups: list[TextGroup], bibliography: Bibliography, language: str, cache: Cache, *, per_chapter: bool
) -> list[tuple[Source, ...]]:
    """Return the cited sources of each text group.

    A bibliography for the whole book belongs to the last group.
    """
    if per_chapter:
        return [
            read_sources(
                format_citations(group.citations, bibliography, language, cache),
                bibliography,
                language,
                cache,
            )
            for group in groups
        ]
    formatted = format_citations(
        [cite for group in groups for cite in group.citations], bibliography, language, cache
    )
    return [*[()] * (len(groups) - 1), read_sources(formatted, bibliography, language, cache)]


def _collect_texts(
    section: SectionFile, manifest: Manifest, headings: frozenset[str], paths: tuple[str, ...], memory: Memory
) -> TextGroup:
    """Return the Markdown texts in a section's front matter, followed by its body.

    ``paths`` are the paths of all sections.
    """
    linked_paths = paths if "[[" in section.body else ()
    front = section.front_matter
    profiles = frozenset((*manifest.profiles, *BUILT_IN_PROFILES))
    texts = {"title": _format_as_heading(front.title), "summary": _format_as_heading(front.summary)}
    texts |= {f"takeaway-{number}": _format_as_heading(text) for number, text in enumerate(front.takeaways)}
    texts |= {f"point-{number}": _format_as_heading(text) for number, text in enumerate(front.slides.points)}
    texts[BODY] = add_heading_definitions(mark_shared_notes(section.body), headings, memory)

    def lint_text(name: str, reading: ParsedText) -> list[Diagnostic]:
        if name != BODY:
            return []
        problems = lint(
            section.path,
            section.body,
            reading,
            is_jinja_enabled=manifest.jinja,
            is_numbered=not front.unnumbered,
            profiles=profiles,
            sections=linked_paths,
        )
        return [map_finding_to_source(problem, section) for problem in problems]

    rules = f"{manifest.jinja} {front.unnumbered} {sorted(profiles)} {linked_paths} {section.lines}"
    nonempty_texts = {name: text for name, text in texts.items() if text.strip()}
    return TextGroup(
        section.path, nonempty_texts, lint_text, rules, partial(map_finding_to_source, section=section)
    )


def _name_texts_by_index(texts: list[str]) -> dict[str, str]:
    return {str(place): text for place, text in enumerate(texts) if text.strip()}


def _remove_duplicate_findings(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Remove repeated findings. Mistakes in an image or data file are reported only at its first use."""
    reported_messages: set[str] = set()
    unique = []
    for finding in dict.fromkeys(findings):
        if finding.code in _FILE_CODES:
            if finding.message in reported_messages:
                continue
            reported_messages.add(finding.message)
        unique.append(finding)
    return unique


def _format_as_heading(text: str) -> str:
    """Format a Markdown text from the front matter as a heading, which pandoc parses as one line."""
    return f"# {' '.join(text.split())}" if text.strip() else ""


def _add_part_images(
    chapters: list[Chapter], pictures: PictureFinder, findings: list[Diagnostic]
) -> list[Chapter]:
    parts = {chapter.part.place: chapter.part for chapter in chapters if chapter.part}
    fill = partial(pictures.set_image_files, referring_file=MANIFEST, findings=findings)
    parts_with_images = {
        place: replace(part, image=rewrite_all(part.image, fill)) for place, part in parts.items()
    }
    return [
        replace(chapter, part=parts_with_images[chapter.part.place]) if chapter.part else chapter
        for chapter in chapters
    ]


def _mark_front_matter(chapters: list[Chapter]) -> list[Chapter]:
    """Mark the unnumbered chapters before the first numbered chapter as front matter.

    In a book without chapter numbers, such as a novel, the roles of chapters decide instead.
    """
    out = []
    front, numbers = True, any(chapter.numbered for chapter in chapters)
    for chapter in chapters:
        front = front and (numbers or chapter.role in _FRONT_ROLES) and not chapter.numbered
        front = front and chapter.matter is Matter.BODY and chapter.part is None
        out.append(replace(chapter, matter=Matter.FRONT) if front else chapter)
    return out


def _build_metadata(
    project: Project, manifest: Manifest, positions: SourcePositions, pictures: PictureFinder
) -> tuple[Metadata, list[Diagnostic]]:
    book = manifest.book
    cover: Picture | None = None
    findings: list[Diagnostic] = []
    if book.cover_image:
        span = positions.find(("book", "cover-image"))
        cover, findings = pictures.find(book.cover_image, referring_file="source/book.yaml", span=span)
    logo: Picture | None = None
    logo_alt = book.logo_alt or book.publisher
    if book.logo:
        span = positions.find(("book", "logo"))
        logo, problems = pictures.find(book.logo, referring_file="source/book.yaml", span=span)
        findings += problems
        if not logo_alt:
            hint = "set `logo-alt` under `book:`, or set `publisher`, which is then used as the alt text"
            message = "the logo has no alt text"
            findings.append(Diagnostic(code="ACC001", span=span, message=message, hint=hint))
    modified, problems = _get_modification_time(project, book.date)
    findings += problems
    if not manifest.has_language:
        hint = "set `lang:` in `book.yaml`, for example `lang: en-GB`"
        message = "the language of the book is not set; using English"
        findings.append(Diagnostic(code="ACC009", span=Span(path=MANIFEST), message=message, hint=hint))
    generated_id = f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{manifest.stem}/{book.title}')}"
    identifier = book.identifier or (f"{URN}{book.isbn}" if book.isbn else generated_id)
    return Metadata(
        title=book.title,
        subtitle=book.subtitle,
        language=manifest.language,
        identifier=identifier,
        modified=modified,
        people=tuple(Person(**person.model_dump()) for person in book.author),
        date=book.date,
        description=book.description,
        blurb=book.blurb,
        takeaways=book.takeaways,
        keywords=book.keywords,
        subjects=tuple(Subject(subject.name, subject.authority, subject.term) for subject in book.subjects),
        accessibility=AccessibilityDeclaration(**dict(book.accessibility)),
        series=BookSeries(book.series.name, book.series.number) if book.series else None,
        isbn=book.isbn,
        source=book.source,
        rights=book.rights,
        file_as=book.file_as,
        publisher=book.publisher,
        cover=cover,
        logo=logo,
        logo_alt=logo_alt,
    ), findings


def _get_modification_time(project: Project, date: dt.date | None) -> tuple[dt.datetime, list[Diagnostic]]:
    """Return SOURCE_DATE_EPOCH or else the date in the manifest, so that builds are reproducible."""
    findings = []
    instant = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC) if date else _EARLIEST
    try:
        instant = project.epoch or instant
    except (ValueError, OverflowError, OSError):
        hint = "set SOURCE_DATE_EPOCH to the number of seconds since 1 January 1970, for example 1767225600"
        message = (
            f'SOURCE_DATE_EPOCH is not a valid Unix timestamp: "{project.environ["SOURCE_DATE_EPOCH"][:60]}"'
        )
        findings.append(Diagnostic(code="ENV001", message=message, hint=hint))
    return min(max(instant, _EARLIEST), _LATEST), findings
