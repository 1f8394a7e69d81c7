"""Quarto books: _quarto.yml and its chapters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.processes.bounds import say_at
from triptych.yaml_text import MalformedYaml, load_mapping, load_yaml, plain
from triptych_import import formulas
from triptych_import.book import (
    Draft,
    Edit,
    HeadValues,
    ImportFinding,
    Metadata,
    NoBook,
    ReadText,
    SectionFile,
    SourceBook,
    SourceText,
)
from triptych_import.chunks import StoredResults, parse_defaults_in_settings
from triptych_import.executable import ChunkContext, replace_chunks
from triptych_import.formats import quarto as latex_passages
from triptych_import.headings import find_headings, parse_front_matter, take_front_matter
from triptych_import.masking import SourceLine, mask, scan_lines
from triptych_import.project import parse_date
from triptych_import.shortcodes import ShortcodeValues, replace_shortcodes, resolve_includes
from triptych_import.source import Source

LOOKS_FOR = "_quarto.yml with `project: type: book` (Quarto)"
_SETTINGS_FILES = ("_quarto.yml", "_quarto.yaml")
_OF_PROJECTS = (".bib", ".bibtex", ".csl")
# What says how code runs, and what a tab of a browser is called.
_SILENT = (*"execute knitr freeze engine jupyter editor editor_options cache pagetitle".split(),)
_ENDING = re.compile(r"\.(qmd|Rmd|rmd|markdown|ipynb)$")
# What only says to LaTeX where parts of a book and paragraphs begin, which is made of itself.
_PAGE_COMMANDS = re.compile(
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
class ChapterEntry:
    """A chapter as the settings list it."""

    path: str
    part: str = ""
    appendix: bool = False


def load_settings(path: Path) -> tuple[str, dict[str, Any]]:
    """The settings file of a folder and what it says; ("", {}) where there is none. Raises ``NoBook``."""
    for name in _SETTINGS_FILES:
        if path.is_dir() and (text := Source(path).text(name)) is not None:
            return name, parse_settings(name, text)
    return "", {}


def parse_settings(name: str, text: str) -> dict[str, Any]:
    """What a file of settings says. Raises ``NoBook`` where it is no YAML: it decides what the book is."""
    try:
        tree = load_yaml(text)
    except MalformedYaml as error:
        place = Span(path=name, line=error.line, column=error.column)
        hint = "fix the YAML, or import a single file of the book"
        raise NoBook("IMP002", place, error.message, hint) from None
    return plain(tree) if isinstance(tree, Mapping) else {}


def recognises(path: Path) -> bool:
    """Whether a folder is a Quarto book."""
    try:
        _, settings = load_settings(path)
    except NoBook:
        return True  # reading it tells where
    project = settings.get("project")
    return isinstance(settings.get("book"), dict) or (
        isinstance(project, dict) and project.get("type") == "book"
    )


def read(path: Path) -> SourceBook:
    """A Quarto book's folder → the book."""
    source = Source(path)
    name, settings = load_settings(path)
    book = settings.get("book", {}) if isinstance(settings.get("book"), dict) else {}
    found = [
        ImportFinding(path=name, what=f'unsupported setting "book.{key}"', done="omitted")
        for key in book
        if key not in _BOOK_KEYS
    ]
    people, more = read_authors(book.get("author", book.get("authors")), name)
    found += more
    metadata, more = read_metadata(settings, book, people, name)
    found += more
    variables = source.text("_variables.yml") or source.text("_variables.yaml") or ""
    values = ShortcodeValues({**settings, **book}, load_mapping(variables))
    run = ChunkContext(defaults=parse_defaults_in_settings(settings), stored=StoredResults(source))
    sections = []
    chapters = _list_chapters(book.get("chapters", []), source.text, appendix=False)
    for entry in (*chapters, *_list_chapters(book.get("appendices", []), source.text, appendix=True)):
        section, more = read_section(entry, source.text, name, values, run)
        found += more
        if section:
            sections.append(section if "title" in section.head else section.with_drafts(_raise_title))

    def included(draft: Draft, chapter: str) -> tuple[Draft, list[ImportFinding]]:
        say_at(draft.path)
        draft, _, more = prepare_text(draft, values=values, run=replace(run, chapter=chapter))
        return draft, more

    sections, more = resolve_includes(sections, source.text, included)
    found += more
    macros = formulas.parse_definitions(formulas.read_preamble((settings,), source.text))
    sections, more = formulas.expand_macros(sections, macros)
    found += more
    metadata, files = _copy_project_sources(metadata, path.resolve())
    return SourceBook(metadata=metadata, sections=tuple(sections), files=files, findings=tuple(found))


def _copy_project_sources(metadata: Metadata, folder: Path) -> tuple[Metadata, dict[str, bytes]]:
    """Bibliographies and styles that a book has from the Quarto project around it become files of its own."""
    files: dict[str, bytes] = {}
    around = next((p for p in folder.parents if any((p / name).is_file() for name in _SETTINGS_FILES)), None)

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


def read_metadata(
    settings: Mapping[str, Any], book: Mapping[str, Any], people: tuple[str, ...], name: str
) -> tuple[Metadata, list[ImportFinding]]:
    """What the settings say of the book."""
    found = []
    date = str(book.get("date", settings.get("date", "")))
    if date and not parse_date(date):
        found.append(ImportFinding(path=name, what=f'the date "{date}" is invalid', done="omitted"))

    def text(key: str) -> str:
        value = book.get(key, settings.get(key, ""))
        return " ".join(value.split()) if isinstance(value, str) else ""

    keywords = book.get("keywords", settings.get("keywords", []))
    bibliography = settings.get("bibliography", book.get("bibliography", []))
    return Metadata(
        title=text("title") or "Untitled",
        subtitle=text("subtitle"),
        authors=people,
        date=parse_date(date),
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


def read_authors(value: Any, path: str) -> tuple[tuple[str, ...], list[ImportFinding]]:
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
                found.append(ImportFinding(path=path, what=what, done="omitted"))
        if name:
            names.append(str(name))
    return tuple(names), found


def _list_chapters(items: Any, read: ReadText, *, appendix: bool, part: str = "") -> Iterator[ChapterEntry]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            yield ChapterEntry(item, part, appendix)
        elif isinstance(item, dict) and item.get("part"):
            title = str(item["part"])
            text = read(title) if _ENDING.search(title) or title.endswith(".md") else None
            if text is not None:
                written_title = find_title(text)
                if _strip_heading(text):
                    yield ChapterEntry(title, "" if appendix else written_title, appendix)
                title = written_title
            yield from _list_chapters(
                item.get("chapters", []), read, appendix=appendix, part="" if appendix else title
            )
        elif isinstance(item, dict) and item.get("file"):
            yield ChapterEntry(str(item["file"]), part, appendix)


def find_title(text: str) -> str:
    """The title of a chapter's text."""
    values, end = parse_front_matter(text)
    first = next(iter(find_headings(text[end:])), None)
    return str(values.get("title") or (first.plain if first else "")) or "Part"


def _strip_heading(text: str) -> str:
    _, end = parse_front_matter(text)
    return re.sub(r"^#.*$", "", text[end:], count=1, flags=re.MULTILINE).strip()


def read_section(
    entry: ChapterEntry,
    read: ReadText,
    settings: str,
    values: ShortcodeValues | None = None,
    run: ChunkContext | None = None,
) -> tuple[SectionFile | None, list[ImportFinding]]:
    """A chapter's file → a section, or None and why not."""
    if entry.path.endswith(".ipynb"):
        return None, [
            ImportFinding(path=settings, what=f'notebooks are not supported: "{entry.path}"', done="omitted")
        ]
    path = posixpath.normpath(entry.path)
    text = read(path)
    if text is None:
        return None, [
            ImportFinding(
                path=settings, what=f'chapter file "{entry.path}" is missing or not UTF-8', done="omitted"
            )
        ]
    say_at(path)
    run = replace(run or ChunkContext(), chapter=path)
    draft, head, found = prepare_text(Draft.from_text(path, text), values=values, run=run)
    if re.fullmatch(r"\s*(#[^\n]*)?\s*(:{3,} *\{#refs\}\s*:{3,})?\s*", draft.text) and "#refs" in draft.text:
        return None, [
            ImportFinding(
                path=path,
                what="the chapter contains only the bibliography",
                done="omitted, since the bibliography is generated",
            )
        ]
    piece = SourceText(draft=draft)
    target = _ENDING.sub(".md", path)
    return SectionFile(
        path=target, pieces=(piece,), head=head, part=entry.part, appendix=entry.appendix
    ), found


def _raise_title(piece: SourceText) -> Draft:
    """A text without a title begins with one: to Quarto its first heading is, of whatever level."""
    draft = piece.draft
    found = find_headings(draft.text)
    if not found or found[0].underline or any(heading.level == 1 for heading in found):
        return draft
    start, end = found[0].marks
    first = found[0].start == start and not mask(draft.text[:start]).replace("\0", "").strip()
    return draft.apply([Edit(start, end, "#")]) if first else draft


def prepare_text(
    draft: Draft, *, values: ShortcodeValues | None = None, run: ChunkContext | None = None
) -> tuple[Draft, HeadValues, list[ImportFinding]]:
    """A text without the head and the computing that only Quarto knows."""
    head_values, _ = parse_front_matter(draft.text)
    shortcode_values, run = values or ShortcodeValues(), run or ChunkContext()
    draft, head, found = take_front_matter(draft, silent=_SILENT)
    masked = mask(draft.text, escapes=False)
    edits = [Edit(*match.span(), "") for match in _PAGE_COMMANDS.finditer(masked)]
    draft = draft.apply(edits)
    draft, more = replace_chunks(
        draft, replace(run, defaults={**run.defaults, **parse_defaults_in_settings(head_values)})
    )
    found += more
    draft, more = latex_passages.prefer_markdown(draft)
    found += more
    draft, more = replace_shortcodes(
        draft, ShortcodeValues({**shortcode_values.meta, **head_values}, shortcode_values.variables)
    )
    return draft, head, found + more


_DIV_OPENING = re.compile(r"^[ \t]*:{3,}[ \t]*(?:\{([^{}]*)\}|[\w-]+)[ \t]*:*[ \t]*$")
_DIV_CLOSING = re.compile(r"^[ \t]*:{3,}[ \t]*$")
_CONDITION = re.compile(r"^\.content-visible\s+when-format=\"?(html|pdf|latex)\"?$")
_LATEX_COMMAND = re.compile(r"\s*\\[A-Za-z]+\*?(?=[\[{])")
_ENVIRONMENT = re.compile(
    r"\s*\\begin\{(?!equation|align|gather|multline|eqnarray|math|displaymath)([a-z]+)\}.*\\end\{\1\}\s*",
    re.DOTALL,
)
_DEEPEST_BRACES = 12  # braces in each other


@dataclass(frozen=True, slots=True)
class _Passage:
    """What only one output shows: whether that is the web site, and its first and last line."""

    of_site: bool
    first: int
    last: int


def prefer_markdown(draft: Draft) -> tuple[Draft, list[ImportFinding]]:
    """A text without passages in LaTeX beside the same in Markdown, which then stands in all outputs."""
    lines = scan_lines(draft.text)
    edits, found = [], []
    passages = sorted(_find_passages(lines), key=lambda passage: passage.first)
    for one, other in pairwise(passages):
        if one.of_site == other.of_site or any(
            line.text.strip() for line in lines[one.last + 1 : other.first]
        ):
            continue
        site, print_ = (one, other) if one.of_site else (other, one)
        written = draft.text[lines[print_.first].end : lines[print_.last].start]
        if not _is_latex(written):
            continue
        start, end = lines[print_.first].start, lines[print_.last].end
        edits.append(Edit(start, end, ""))
        edits += [Edit(lines[index].begin, lines[index].end, "") for index in (site.first, site.last)]
        what = "LaTeX passage for the PDF only"
        found.append(draft.report(start, what, "omitted, since its Markdown alternative is used"))
    return draft.apply(edits), found


def _find_passages(lines: list[SourceLine]) -> Iterator[_Passage]:
    """Divs that one output shows, those in others too."""
    open_: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if not line.prose or line.quote:
            continue
        if _DIV_CLOSING.match(line.text):
            if open_:
                first, attributes = open_.pop()
                if condition := _CONDITION.match(attributes):
                    yield _Passage(condition.group(1) == "html", first, index)
        elif match := _DIV_OPENING.match(line.text):
            open_.append((index, (match.group(1) or "").strip()))


def _is_latex(text: str) -> bool:
    """Whether a text is one command of LaTeX and what it is given, or an environment that is no formula."""
    if _ENVIRONMENT.fullmatch(text):
        return True
    command = _LATEX_COMMAND.match(text)
    if command is None:
        return False
    rest = re.sub(r"\\.", "", text[command.end() :])
    for _ in range(_DEEPEST_BRACES):
        rest = re.sub(r"\{[^{}]*\}", "", rest)
    return not re.sub(r"\[[^\[\]]*\]", "", rest).strip()
