"""Quarto books: _quarto.yml and its chapters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.processes.bounds import say_at
from triptych.yaml_text import MalformedYaml, load_mapping, load_yaml, plain
from triptych_import.book import Metadata, Piece, ReadText, Section, SourceBook
from triptych_import.chunks.executable import Run, still_code
from triptych_import.chunks.options import defaults_in_settings
from triptych_import.chunks.stored import Stored
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown import latex_macros, latex_passages
from triptych_import.markdown.front_matter import Head, parse, take
from triptych_import.markdown.headings import headings
from triptych_import.markdown.masking import mask
from triptych_import.markdown.shortcodes import Values, known_shortcodes, with_includes
from triptych_import.project import calendar_date
from triptych_import.refusals import NoBook, no_book
from triptych_import.source import Source

LOOKS_FOR = "_quarto.yml with `project: type: book` (Quarto)"
_SETTINGS = ("_quarto.yml", "_quarto.yaml")
_OF_PROJECTS = (".bib", ".bibtex", ".csl")
# What says how code runs, and what a tab of a browser is called.
_SILENT = (*"execute knitr freeze engine jupyter editor editor_options cache pagetitle".split(),)
_ENDING = re.compile(r"\.(qmd|Rmd|rmd|markdown|ipynb)$")
# What only says to LaTeX where parts of a book and paragraphs begin, which is made of itself.
_OF_LATEX = re.compile(
    r"^[ \t]*\\(?:(?:front|main|back)matter|clear(?:double)?page|appendix|printindex|tableofcontents"
    r"|listof(?:figures|tables))[ \t]*$"
    r"|\\(?:noindent|(?:small|med|big)skip)(?![A-Za-z])[ \t]*",
    re.MULTILINE,
)
_BOOK_KEYS = frozenset(
    "title subtitle author authors date lang description keywords rights publisher cover-image chapters"
    " appendices bibliography csl doi".split()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter as the settings list it."""

    path: str
    part: str = ""
    appendix: bool = False


def settings_of(path: Path) -> tuple[str, dict[str, Any]]:
    """The settings file of a folder and what it says; ("", {}) where there is none. Raises ``NoBook``."""
    for name in _SETTINGS:
        if path.is_dir() and (text := Source(path).text(name)) is not None:
            return name, settings_in(name, text)
    return "", {}


def settings_in(name: str, text: str) -> dict[str, Any]:
    """What a file of settings says. Raises ``NoBook`` where it is no YAML: it decides what the book is."""
    try:
        tree = load_yaml(text)
    except MalformedYaml as error:
        place = Span(path=name, line=error.line, column=error.column)
        hint = "fix the YAML, or import a single file of the book"
        raise no_book("IMP002", place, error.message, hint) from None
    return plain(tree) if isinstance(tree, Mapping) else {}


def recognises(path: Path) -> bool:
    """Whether a folder is a Quarto book."""
    try:
        _, settings = settings_of(path)
    except NoBook:
        return True  # reading it tells where
    project = settings.get("project")
    return isinstance(settings.get("book"), dict) or (
        isinstance(project, dict) and project.get("type") == "book"
    )


def read(path: Path) -> SourceBook:
    """A Quarto book's folder → the book."""
    source = Source(path)
    name, settings = settings_of(path)
    book = settings.get("book", {}) if isinstance(settings.get("book"), dict) else {}
    found = [
        Finding(path=name, what=f'unsupported setting "book.{key}"', done="omitted")
        for key in book
        if key not in _BOOK_KEYS
    ]
    people, more = authors(book.get("author", book.get("authors")), name)
    found += more
    metadata, more = metadata_of(settings, book, people, name)
    found += more
    variables = source.text("_variables.yml") or source.text("_variables.yaml") or ""
    values = Values({**settings, **book}, load_mapping(variables))
    run = Run(defaults=defaults_in_settings(settings), stored=Stored(source))
    sections = []
    chapters = _listed(book.get("chapters", []), source.text, appendix=False)
    for entry in (*chapters, *_listed(book.get("appendices", []), source.text, appendix=True)):
        section, more = section_of(entry, source.text, name, values, run)
        found += more
        if section:
            sections.append(section if "title" in section.head else section.with_drafts(_titled))

    def included(draft: Draft, chapter: str) -> tuple[Draft, list[Finding]]:
        say_at(draft.path)
        draft, _, more = prepared(draft, values=values, run=replace(run, chapter=chapter))
        return draft, more

    sections, more = with_includes(sections, source.text, included)
    found += more
    macros = latex_macros.definitions(latex_macros.preamble((settings,), source.text))
    sections, more = latex_macros.with_macros(sections, macros)
    found += more
    metadata, files = _with_sources_of_the_project(metadata, path.resolve())
    return SourceBook(metadata=metadata, sections=tuple(sections), files=files, findings=tuple(found))


def _with_sources_of_the_project(metadata: Metadata, folder: Path) -> tuple[Metadata, dict[str, bytes]]:
    """Bibliographies and styles that a book has from the Quarto project around it become files of its own."""
    files: dict[str, bytes] = {}
    around = next((p for p in folder.parents if any((p / name).is_file() for name in _SETTINGS)), None)

    def own(name: str) -> str:
        if around is None or not name.startswith("../") or not name.endswith(_OF_PROJECTS):
            return name
        inside = posixpath.normpath(posixpath.join(folder.relative_to(around).as_posix(), name))
        data = None if inside.startswith("../") else Source(around).data(inside)
        if data is None:
            return name
        new = posixpath.basename(name)
        while new in files or (folder / new).exists():
            new = f"project-{new}"
        files[new] = data
        return new

    bibliography = tuple(map(own, metadata.bibliography))
    return replace(metadata, bibliography=bibliography, csl=own(metadata.csl)), files


def metadata_of(
    settings: Mapping[str, Any], book: Mapping[str, Any], people: tuple[str, ...], name: str
) -> tuple[Metadata, list[Finding]]:
    """What the settings say of the book."""
    found = []
    date = str(book.get("date", settings.get("date", "")))
    if date and not calendar_date(date):
        found.append(Finding(path=name, what=f'the date "{date}" is invalid', done="omitted"))

    def text(key: str) -> str:
        value = book.get(key, settings.get(key, ""))
        return " ".join(value.split()) if isinstance(value, str) else ""

    keywords = book.get("keywords", settings.get("keywords", []))
    bibliography = settings.get("bibliography", book.get("bibliography", []))
    return Metadata(
        title=text("title") or "Untitled",
        subtitle=text("subtitle"),
        authors=people,
        date=calendar_date(date),
        language=text("lang"),
        description=text("description"),
        keywords=tuple(str(word) for word in (keywords if isinstance(keywords, list) else [keywords])),
        rights=text("rights"),
        publisher=text("publisher"),
        cover="" if re.match(r"[a-z]+://", text("cover-image")) else text("cover-image"),
        bibliography=tuple(
            str(p) for p in (bibliography if isinstance(bibliography, list) else [bibliography])
        ),
        csl="" if re.match(r"[a-z]+://", text("csl")) else text("csl"),
    ), found


def authors(value: Any, path: str) -> tuple[tuple[str, ...], list[Finding]]:
    """The names of authors in any of the forms that Quarto takes."""
    names, found = [], []
    for entry in value if isinstance(value, list) else [value] if value else []:
        name = entry.get("name", "") if isinstance(entry, dict) else entry
        if isinstance(name, dict):
            name = name.get("literal") or " ".join(
                str(name[key]) for key in ("given", "dropping-particle", "family") if name.get(key)
            )
        if isinstance(entry, dict):
            rest = sorted(set(entry) - {"name"})
            if rest:
                what = f'unsupported details of the author "{name}": {", ".join(rest)}'
                found.append(Finding(path=path, what=what, done="omitted"))
        if name:
            names.append(str(name))
    return tuple(names), found


def _listed(items: Any, read: ReadText, *, appendix: bool, part: str = "") -> Iterator[Entry]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            yield Entry(item, part, appendix)
        elif isinstance(item, dict) and item.get("part"):
            title = str(item["part"])
            text = read(title) if _ENDING.search(title) or title.endswith(".md") else None
            if text is not None:
                written_title = title_of(text)
                if _body(text):
                    yield Entry(title, "" if appendix else written_title, appendix)
                title = written_title
            yield from _listed(
                item.get("chapters", []), read, appendix=appendix, part="" if appendix else title
            )
        elif isinstance(item, dict) and item.get("file"):
            yield Entry(str(item["file"]), part, appendix)


def title_of(text: str) -> str:
    """The title of a chapter's text."""
    values, end = parse(text)
    first = next(iter(headings(text[end:])), None)
    return str(values.get("title") or (first.plain if first else "")) or "Part"


def _body(text: str) -> str:
    _, end = parse(text)
    return re.sub(r"^#.*$", "", text[end:], count=1, flags=re.MULTILINE).strip()


def section_of(
    entry: Entry, read: ReadText, settings: str, values: Values | None = None, run: Run | None = None
) -> tuple[Section | None, list[Finding]]:
    """A chapter's file → a section, or None and why not."""
    if entry.path.endswith(".ipynb"):
        return None, [
            Finding(path=settings, what=f'notebooks are not supported: "{entry.path}"', done="omitted")
        ]
    path = posixpath.normpath(entry.path)
    text = read(path)
    if text is None:
        return None, [
            Finding(
                path=settings, what=f'chapter file "{entry.path}" is missing or not UTF-8', done="omitted"
            )
        ]
    say_at(path)
    run = replace(run or Run(), chapter=path)
    draft, head, found = prepared(Draft.of(path, text), values=values, run=run)
    if re.fullmatch(r"\s*(#[^\n]*)?\s*(:{3,} *\{#refs\}\s*:{3,})?\s*", draft.text) and "#refs" in draft.text:
        return None, [
            Finding(
                path=path,
                what="the chapter contains only the bibliography",
                done="omitted, since the bibliography is generated",
            )
        ]
    piece = Piece(draft=draft)
    target = _ENDING.sub(".md", path)
    return Section(path=target, pieces=(piece,), head=head, part=entry.part, appendix=entry.appendix), found


def _titled(piece: Piece) -> Draft:
    """A text without a title begins with one: to Quarto its first heading is, of whatever level."""
    draft = piece.draft
    found = headings(draft.text)
    if not found or found[0].underline or any(heading.level == 1 for heading in found):
        return draft
    start, end = found[0].marks
    first = found[0].start == start and not mask(draft.text[:start]).replace("\0", "").strip()
    return draft.edited([Edit(start, end, "#")]) if first else draft


def prepared(
    draft: Draft, *, values: Values | None = None, run: Run | None = None
) -> tuple[Draft, Head, list[Finding]]:
    """A text without the head and the computing that only Quarto knows."""
    head_values, _ = parse(draft.text)
    shortcode_values, run = values or Values(), run or Run()
    draft, head, found = take(draft, silent=_SILENT)
    masked = mask(draft.text, escapes=False)
    edits = [Edit(*match.span(), "") for match in _OF_LATEX.finditer(masked)]
    draft = draft.edited(edits)
    draft, more = still_code(
        draft, replace(run, defaults={**run.defaults, **defaults_in_settings(head_values)})
    )
    found += more
    draft, more = latex_passages.in_markdown(draft)
    found += more
    draft, more = known_shortcodes(
        draft, Values({**shortcode_values.meta, **head_values}, shortcode_values.variables)
    )
    return draft, head, found + more
