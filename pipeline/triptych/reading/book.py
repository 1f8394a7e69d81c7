"""Manifest and section files → the book, with a diagnostic for all that is wrong in them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.engine.cache import Cache
from triptych.engine.programs import ProgramFailed
from triptych.media.fonts.fonts import own_characters
from triptych.model.book import Book, Chapter, Declared, Matter, Metadata, Part, Person, Series, Subject
from triptych.model.isbn import URN
from triptych.model.nodes import Picture, Source
from triptych.model.walk import rewrite_all, rewrite_chapter
from triptych.project import MANIFEST, Project, UnsafePath
from triptych.reading.chapter import ChapterMaker, Entry, opener_image
from triptych.reading.charts.colours import with_colours
from triptych.reading.data.folder import DataFolder
from triptych.reading.data.text import read_notation
from triptych.reading.files.deck_template import vet_deck_template
from triptych.reading.files.diagrams import drawer
from triptych.reading.files.own_templates import read_own_templates
from triptych.reading.files.pictures import PictureFinder
from triptych.reading.front_matter import Section, split
from triptych.reading.glossary import GlossaryText, glossary_entries, read_glossary
from triptych.reading.lint import lint
from triptych.reading.pandoc import Json, Reading, Unreadable, read_markdown
from triptych.reading.references.bibliography import Bibliography, read_bibliography, write_out
from triptych.reading.shortcodes import Expander
from triptych.reading.sources import read_sources, with_own_sources
from triptych.reading.syntax.cells import read_cells
from triptych.reading.syntax.notes import mark_shared_notes
from triptych.reading.unlisted import unlisted_files
from triptych.reading.values import ValueRenderer
from triptych.settings.book import PartEntry
from triptych.settings.manifest import Manifest
from triptych.settings.names import slug
from triptych.settings.positions import Positions
from triptych.settings.reading import BUILT_IN_PROFILES
from triptych.theme.files import read_theme

BODY = "body"  # the name, among the texts of a section, of all that is not front matter
# Identifiers of books without an ISBN are made from this namespace and the book's name.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:triptych:book")
_LATEST = dt.datetime(2107, 12, 31, 23, 59, 58, tzinfo=dt.UTC)  # and the last
_EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # the first instant that a zip archive can hold


def read_book(
    project: Project, manifest: Manifest, positions: Positions, cache: Cache
) -> tuple[Book, list[Diagnostic]]:
    """Read all sections, data, pictures and sources of a project."""
    found: list[Diagnostic] = []
    bibliography, problems = read_bibliography(project, manifest, positions, cache)
    found += problems
    data = DataFolder(project, read_notation(manifest.data.delimiter, manifest.data.decimal))
    values = ValueRenderer(data, manifest.language) if manifest.jinja else None
    settings = manifest.model_dump(mode="json", by_alias=True)
    shortcodes = Expander(project, settings, found)
    sections: list[tuple[Entry, Section]] = []
    listed: set[str] = set()
    for entry in _entries(manifest, positions):
        section = _open(project, entry, shortcodes, values, found)
        if section is None:
            continue
        if section.path in listed:
            message = f'"{entry.path}" is listed twice'
            found.append(Diagnostic(code="SEC007", span=entry.span, message=message))
            continue
        listed.add(section.path)
        sections.append((entry, section))
    found += unlisted_files(project, manifest, positions)
    glossary, problems = read_glossary(project, manifest, positions)
    found += problems
    trees, definitions = _parse(sections, glossary, cache, found, manifest)
    per_chapter = manifest.bibliography_scope == "chapter"
    groups = [list(texts.values()) for texts in trees] + [definitions]
    try:
        references = _references(groups, bibliography, manifest.language, cache, per_chapter=per_chapter)
    except ProgramFailed as error:
        references = [()] * len(groups)
        message = f"the citation style cannot be used: {' '.join(str(error).split())}"
        found.append(Diagnostic(code="CIT002", span=positions.find(("csl",)), message=message))
    theme, problems = read_theme(project, manifest.theme, positions.find(("theme",)))
    found += problems
    found += vet_deck_template(project, manifest, positions)
    pictures, draw = PictureFinder(project, cache), drawer(theme, cache)
    chapters = []
    for index, (entry, section) in enumerate(sections):
        maker = ChapterMaker(entry, section, bibliography, data, draw, manifest.language)
        chapter = maker.make(trees[index])
        problems = maker.inlines.found
        chapter = rewrite_chapter(chapter, partial(pictures.fill, beside=section.path, found=problems))
        found += problems
        chapters.append(with_own_sources(chapter, references[index]) if per_chapter else chapter)
    chapters = _with_part_images(chapters, pictures, found)
    chapters, problems = with_colours(_front_matter_first(chapters), manifest.colours, positions)
    found += problems
    metadata, problems = _metadata(project, manifest, positions, pictures)
    found += problems
    template_pictures, problems = read_own_templates(project, manifest.theme, theme, pictures)
    book = Book(
        metadata=metadata,
        chapters=tuple(chapters),
        sources=references[-1],
        glossary=glossary_entries(glossary, definitions, bibliography, found),
        settings=settings,
        theme=manifest.theme,
        own_characters=own_characters(theme),
        template_pictures=template_pictures,
    )
    return book, found + data.found + problems


def _entries(manifest: Manifest, positions: Positions) -> Iterator[Entry]:
    """The sections in the order of the manifest."""
    for index, item in enumerate(manifest.book.chapters):
        place: tuple[str | int, ...] = ("book", "chapters", index)
        if isinstance(item, PartEntry):
            span = positions.find((*place, "image"))
            part = Part(
                id=f"part-{slug(item.part) or index + 1}",
                title=item.part,
                place=index,
                summary=item.summary,
                image=opener_image(item.image, item.image_alt, span),
            )
            for number, path in enumerate(item.chapters):
                yield Entry(path, Matter.BODY, part, positions.find((*place, "chapters", number)))
        else:
            yield Entry(item, Matter.BODY, None, positions.find(place))
    for index, path in enumerate(manifest.book.appendices):
        yield Entry(path, Matter.APPENDIX, None, positions.find(("book", "appendices", index)))


def _open(
    project: Project,
    entry: Entry,
    shortcodes: Expander,
    values: ValueRenderer | None,
    found: list[Diagnostic],
) -> Section | None:
    """A section file in two halves, or None and a diagnostic at the manifest's line that names it."""

    def problem(code: str, message: str, hint: str | None = None) -> Section | None:
        found.append(Diagnostic(code=code, span=entry.span, message=message, hint=hint))
        return None

    try:
        path = project.locate(entry.path)
        if path is None:
            nearest = did_you_mean(entry.path, project.source_files("*.md"))
            hint = nearest or "paths are relative to the folder of book.yaml"
            return problem("SEC001", f'no section file "{entry.path}"', hint)
        text = project.read_text(path)
    except UnsafePath as error:
        return problem("SEC005", str(error), "only files inside the project are read")
    except UnicodeDecodeError:
        return problem("SEC003", f'"{entry.path}" is not UTF-8 text', "save the file as UTF-8")
    section, problems = split(path, text)
    found.extend(problems)
    section = _with_values(_with_shortcodes(section, shortcodes), values, found)
    body, problems = read_cells(section.path, section.body)
    found.extend(moved(problem, section) for problem in problems)
    return replace(section, body=body)


def _with_shortcodes(section: Section, shortcodes: Expander) -> Section:
    """A section with its includes and variables."""
    if "{{<" not in section.body:
        return section
    lines = shortcodes.expand(section.path, section.body)
    places = tuple((line.path, line.number) for line in lines)
    return replace(section, body="\n".join(line.text for line in lines), lines=places)


def _with_values(section: Section, values: ValueRenderer | None, found: list[Diagnostic]) -> Section:
    """A section with the values that its expressions ask for."""
    if values is None:
        return section
    filled = values.render(section.path, section.body)
    found.extend(moved(problem, section) for problem in filled.found)
    lines = section.lines
    if filled.lines is not None:
        lines = tuple(section.lines[n - 1] if section.lines else (section.path, n) for n in filled.lines)
    return replace(section, body=filled.text, lines=lines)


def moved(problem: Diagnostic, section: Section) -> Diagnostic:
    """A finding in a text that was put together, at its place in the file."""
    if problem.span is None or section.lines is None:
        return problem
    path, line = section.lines[min(problem.span.line, len(section.lines)) - 1]
    return replace(problem, span=replace(problem.span, path=path, line=line))


def _references(
    groups: list[list[Json]], bibliography: Bibliography, language: str, cache: Cache, *, per_chapter: bool
) -> list[tuple[Source, ...]]:
    """The sources of each group of texts; those of the whole book belong to the last group."""
    if per_chapter:
        return [
            read_sources(write_out(group, bibliography, language, cache), bibliography) for group in groups
        ]
    whole = write_out([text for group in groups for text in group], bibliography, language, cache)
    return [*[()] * (len(groups) - 1), read_sources(whole, bibliography)]


def _parse(
    sections: list[tuple[Entry, Section]],
    glossary: GlossaryText,
    cache: Cache,
    found: list[Diagnostic],
    manifest: Manifest,
) -> tuple[list[dict[str, Json]], list[Json]]:
    """All texts through one pandoc process: bodies, the Markdown of front matter, and the glossary's.

    The trees of each section by the name of the text, and those of the definitions.
    """
    profiles = frozenset((*manifest.profiles, *BUILT_IN_PROFILES))
    jobs: list[tuple[int, str, str]] = []
    for index, (_, section) in enumerate(sections):
        front = section.front_matter
        # In the order of the page, since numeric citation styles count in it.
        jobs += [(index, "title", _as_line(front.title)), (index, "summary", _as_line(front.summary))]
        jobs += [(index, f"takeaway-{number}", _as_line(text)) for number, text in enumerate(front.takeaways)]
        jobs += [
            (index, f"point-{number}", _as_line(text)) for number, text in enumerate(front.slides.points)
        ]
        jobs.append((index, BODY, mark_shared_notes(section.body)))
    paths = [*(section.path for _, section in sections), glossary.path]
    trees: list[dict[str, Json]] = [{} for _ in paths]
    jobs += [(len(sections), str(place), text) for place, text in enumerate(glossary.definitions)]
    wanted = [job for job in jobs if job[2].strip()]
    subjects = [f"{paths[index]} {name}" for index, name, _ in wanted]
    readings = read_markdown([text for *_, text in wanted], cache, subjects)
    for (index, name, _), reading in zip(wanted, readings, strict=True):
        if isinstance(reading, Unreadable):
            span = Span(path=paths[index])
            found.append(
                Diagnostic(code="SEC004", span=span, message=f"pandoc cannot read the section: {reading}")
            )
            reading = Reading([], [])
        elif name == BODY and index < len(sections):
            section = sections[index][1]
            numbered = not section.front_matter.unnumbered
            problems = lint(
                section.path,
                section.body,
                reading,
                expressions=manifest.jinja,
                numbered=numbered,
                profiles=profiles,
            )
            found += [moved(problem, section) for problem in problems]
        # As a node with content, so that looking for citations goes through it.
        trees[index][name] = {"t": "Div", "c": reading.blocks}
    definitions = trees.pop()
    empty: Json = {"t": "Div", "c": []}
    return trees, [definitions.get(str(place), empty) for place in range(len(glossary.entries))]


def _as_line(text: str) -> str:
    """A text of the front matter as a heading: whatever it starts with, it is read as one line of text."""
    return f"# {' '.join(text.split())}" if text.strip() else ""


def _with_part_images(
    chapters: list[Chapter], pictures: PictureFinder, found: list[Diagnostic]
) -> list[Chapter]:
    """The pictures of parts found, each once."""
    parts = {chapter.part.place: chapter.part for chapter in chapters if chapter.part}
    fill = partial(pictures.fill, beside=MANIFEST, found=found)
    filled = {place: replace(part, image=rewrite_all(part.image, fill)) for place, part in parts.items()}
    return [replace(one, part=filled[one.part.place]) if one.part else one for one in chapters]


def _front_matter_first(chapters: list[Chapter]) -> list[Chapter]:
    """Unnumbered chapters before the first numbered one are front matter."""
    out = []
    front = any(chapter.numbered for chapter in chapters)
    for chapter in chapters:
        front = front and not chapter.numbered and chapter.matter is Matter.BODY and chapter.part is None
        out.append(replace(chapter, matter=Matter.FRONT) if front else chapter)
    return out


def _metadata(
    project: Project, manifest: Manifest, positions: Positions, pictures: PictureFinder
) -> tuple[Metadata, list[Diagnostic]]:
    book = manifest.book
    cover: Picture | None = None
    found: list[Diagnostic] = []
    if book.cover_image:
        span = positions.find(("book", "cover-image"))
        cover, found = pictures.find(book.cover_image, beside="source/book.yaml", span=span)
    logo: Picture | None = None
    logo_alt = book.logo_alt or book.publisher
    if book.logo:
        span = positions.find(("book", "logo"))
        logo, problems = pictures.find(book.logo, beside="source/book.yaml", span=span)
        found += problems
        if not logo_alt:
            hint = "name the `publisher`, or write `logo-alt`"
            message = "the logo has no alternative text"
            found.append(Diagnostic(code="ACC001", span=span, message=message, hint=hint))
    modified, problems = _modified(project, book.date)
    found += problems
    if not manifest.names_language:
        hint = "write its tag, such as `lang: en-GB`: it decides on voices, hyphens and quotation marks"
        message = "the book names no language, and is taken for English"
        found.append(Diagnostic(code="ACC009", span=Span(path=MANIFEST), message=message, hint=hint))
    made = f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{manifest.stem}/{book.title}')}"
    identifier = book.identifier or (f"{URN}{book.isbn}" if book.isbn else made)
    return Metadata(
        title=book.title,
        subtitle=book.subtitle,
        language=manifest.language,
        identifier=identifier,
        modified=modified,
        people=tuple(Person(name=p.name, role=p.role, file_as=p.file_as) for p in book.author),
        date=book.date,
        description=book.description,
        blurb=book.blurb,
        takeaways=book.takeaways,
        keywords=book.keywords,
        subjects=tuple(Subject(one.name, one.authority, one.term) for one in book.subjects),
        accessibility=Declared(**dict(book.accessibility)),
        series=Series(book.series.name, book.series.number) if book.series else None,
        isbn=book.isbn,
        source=book.source,
        rights=book.rights,
        publisher=book.publisher,
        cover=cover,
        logo=logo,
        logo_alt=logo_alt,
    ), found


def _modified(project: Project, date: dt.date | None) -> tuple[dt.datetime, list[Diagnostic]]:
    """SOURCE_DATE_EPOCH, else the manifest's date; never the clock: the same source gives the same bytes."""
    found = []
    instant = dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC) if date else _EARLIEST
    try:
        instant = project.epoch or instant
    except (ValueError, OverflowError, OSError):
        hint = "it counts seconds since 1970, such as 1767225600"
        message = "SOURCE_DATE_EPOCH is not a number of seconds"
        found.append(Diagnostic(code="ENV001", message=message, hint=hint))
    return min(max(instant, _EARLIEST), _LATEST), found
