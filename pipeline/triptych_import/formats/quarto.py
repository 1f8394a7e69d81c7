"""Import Quarto books: _quarto.yml and the chapters that it lists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.processes.limits import report_position
from triptych.yaml_text import MalformedYamlError, load_mapping, load_yaml, to_plain_values
from triptych_import import formulas
from triptych_import.book import (
    Draft,
    Edit,
    FrontMatterValues,
    ImportFailedError,
    ImportFinding,
    Metadata,
    ReadText,
    SectionFile,
    SourceBook,
    SourceText,
    as_list,
)
from triptych_import.chunk_replacement import NO_CONTEXT, ChunkContext, replace_chunks
from triptych_import.chunks import StoredResults, parse_defaults_in_settings
from triptych_import.headings import find_headings, parse_front_matter, split_front_matter
from triptych_import.masking import SourceLine, has_visible_text, mask_text, scan_lines
from triptych_import.project import parse_date
from triptych_import.shortcodes import NO_VALUES, ShortcodeValues, replace_shortcodes, resolve_includes
from triptych_import.source import SourceFiles

SOURCE_DESCRIPTION = "_quarto.yml with `project: type: book` (Quarto)"
_SETTINGS_FILES = ("_quarto.yml", "_quarto.yaml")
_PROJECT_FILE_EXTENSIONS = (".bib", ".bibtex", ".csl")
# Keys for code execution and for the browser tab's title, which are ignored without a finding.
_UNREPORTED_KEYS = (*"execute knitr freeze engine jupyter editor editor_options cache pagetitle".split(),)
_ENDING = re.compile(r"\.(qmd|Rmd|rmd|markdown|ipynb)$")
_ONLY_SOURCES = re.compile(r"\s*(#[^\n]*)?\s*(:{3,} *\{#refs\}\s*:{3,})?\s*")
# LaTeX commands for page breaks, spacing and generated lists, which Triptych does not need.
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
    """A chapter listed in the settings: its path, the title of its part, and whether it is an appendix."""

    path: str
    part: str = ""
    is_appendix: bool = False


def load_settings(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the name and the content of a folder's settings file.

    If there is no such file, return ("", {}). Raise ``ImportFailedError`` if its YAML is invalid.
    """
    for name in _SETTINGS_FILES:
        if path.is_dir() and (text := SourceFiles(path).read_text(name)) is not None:
            return name, parse_settings(name, text)
    return "", {}


def parse_settings(name: str, text: str) -> dict[str, Any]:
    """Return the settings in ``text``, the content of the YAML file ``name``.

    If the content is not a mapping, return an empty dict. Raise ``ImportFailedError`` if the YAML is invalid.
    """
    try:
        tree = load_yaml(text)
    except MalformedYamlError as error:
        span = Span(path=name, line=error.line, column=error.column)
        hint = "fix the YAML, or import a single chapter"
        raise ImportFailedError("IMP002", span, error.message, hint) from None
    return to_plain_values(tree) if isinstance(tree, Mapping) else {}


def can_read(path: Path) -> bool:
    """Return whether a folder is a Quarto book."""
    try:
        _, settings = load_settings(path)
    except ImportFailedError:
        return True  # ``read_book`` reports the position
    project = settings.get("project")
    return isinstance(settings.get("book"), dict) or (
        isinstance(project, dict) and project.get("type") == "book"
    )


def read_book(path: Path) -> SourceBook:
    """Read the book from a Quarto project."""
    source = SourceFiles(path)
    name, settings = load_settings(path)
    book = settings.get("book", {}) if isinstance(settings.get("book"), dict) else {}
    metadata, findings = read_metadata(settings, book, book.get("author", book.get("authors")), name)
    findings += [
        ImportFinding(path=name, message=f'unsupported setting "book.{key}"', action="omitted")
        for key in book
        if key not in _BOOK_KEYS
    ]
    variables = source.read_text("_variables.yml") or source.read_text("_variables.yaml") or ""
    values = ShortcodeValues({**settings, **book}, load_mapping(variables))
    context = ChunkContext(
        default_options=parse_defaults_in_settings(settings), stored_results=StoredResults(source)
    )
    sections = []
    chapters = _list_chapter_entries(book.get("chapters", []), source.read_text, appendix=False)
    for entry in (
        *chapters,
        *_list_chapter_entries(book.get("appendices", []), source.read_text, appendix=True),
    ):
        section = read_section(entry, source.read_text, name, values, context)
        if isinstance(section, ImportFinding):
            findings.append(section)
        else:
            sections.append(
                section if "title" in section.front_matter else section.with_drafts(_promote_title)
            )

    def prepare_included(draft: Draft, chapter: str) -> Draft:
        report_position(draft.path)
        return prepare_text(draft, values=values, context=replace(context, chapter=chapter))[0]

    sections = resolve_includes(sections, source.read_text, prepare_included)
    macros = formulas.parse_macro_definitions(formulas.read_preamble((settings,), source.read_text))
    sections = formulas.expand_macros(sections, macros)
    metadata, files = _copy_citation_files(metadata, path.resolve())
    return SourceBook(metadata=metadata, sections=tuple(sections), files=files, findings=tuple(findings))


def _copy_citation_files(metadata: Metadata, folder: Path) -> tuple[Metadata, dict[str, bytes]]:
    """Copy bibliographies and CSL styles from the Quarto project that contains the book.

    Return the metadata with new paths, and the copied files by path.
    """
    files: dict[str, bytes] = {}
    project_folder = next(
        (parent for parent in folder.parents if any((parent / name).is_file() for name in _SETTINGS_FILES)),
        None,
    )

    def copy_citation_file(name: str) -> str:
        if (
            project_folder is None
            or not name.startswith("../")
            or not name.endswith(_PROJECT_FILE_EXTENSIONS)
        ):
            return name
        relative_path = posixpath.normpath(
            posixpath.join(folder.relative_to(project_folder).as_posix(), name)
        )
        data = (
            None if relative_path.startswith("../") else SourceFiles(project_folder).read_bytes(relative_path)
        )
        if data is None:
            return name
        new = posixpath.basename(name)
        while new in files or (folder / new).exists():
            new = f"project-{new}"
        files[new] = data
        return new

    bibliography = tuple(map(copy_citation_file, metadata.bibliography))
    return replace(metadata, bibliography=bibliography, csl=copy_citation_file(metadata.csl)), files


def read_metadata(
    settings: Mapping[str, Any], book: Mapping[str, Any], author: Any, path: str
) -> tuple[Metadata, list[ImportFinding]]:
    """Return the metadata of a book, and findings.

    Values in ``book`` override those in ``settings``, except for the bibliography. Findings refer to the
    settings file at ``path``.
    """
    authors, findings = read_authors(author, path)
    date = str(book.get("date", settings.get("date", "")))
    if date and not parse_date(date):
        findings.append(ImportFinding(path=path, message=f'the date "{date}" is invalid', action="omitted"))

    def read_text(key: str) -> str:
        value = book.get(key, settings.get(key, ""))
        return " ".join(value.split()) if isinstance(value, str) else ""

    def read_path(key: str) -> str:
        return "" if re.match(r"[a-z]+://", read_text(key)) else read_text(key)

    def read_list(value: Any) -> tuple[str, ...]:
        return tuple(map(str, value if isinstance(value, list) else [value]))

    return Metadata(
        title=read_text("title") or "Untitled",
        subtitle=read_text("subtitle"),
        authors=authors,
        date=parse_date(date),
        language=read_text("lang"),
        description=read_text("description"),
        keywords=read_list(book.get("keywords", settings.get("keywords", []))),
        rights=read_text("rights"),
        publisher=read_text("publisher"),
        cover=read_path("cover-image"),
        bibliography=read_list(settings.get("bibliography", book.get("bibliography", []))),
        csl=read_path("csl"),
    ), findings


def read_authors(value: Any, path: str) -> tuple[tuple[str, ...], list[ImportFinding]]:
    """Return author names from any form that Quarto accepts, and findings for other author details."""
    names, findings = [], []
    for entry in as_list(value):
        name = entry.get("name", "") if isinstance(entry, dict) else entry
        if isinstance(name, dict):
            parts = (str(name[key]) for key in ("given", "dropping-particle", "family") if name.get(key))
            name = name.get("literal") or " ".join(parts)
        if isinstance(entry, dict) and (rest := sorted(set(entry) - {"name"})):
            message = f'unsupported details of the author "{name}": {", ".join(rest)}'
            findings.append(ImportFinding(path=path, message=message, action="omitted"))
        if name:
            names.append(str(name))
    return tuple(names), findings


def _list_chapter_entries(
    items: Any, read_text: ReadText, *, appendix: bool, part: str = ""
) -> Iterator[ChapterEntry]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            yield ChapterEntry(item, part, appendix)
        elif isinstance(item, dict) and item.get("part"):
            title = str(item["part"])
            text = read_text(title) if _ENDING.search(title) or title.endswith(".md") else None
            if text is not None:
                path, title = title, find_part_title(text)
                body = text[parse_front_matter(text)[1] :]
                if re.sub(r"^#.*$", "", body, count=1, flags=re.MULTILINE).strip():
                    yield ChapterEntry(path, "" if appendix else title, appendix)
            inner = "" if appendix else title
            yield from _list_chapter_entries(
                item.get("chapters", []), read_text, appendix=appendix, part=inner
            )
        elif isinstance(item, dict) and item.get("file"):
            yield ChapterEntry(str(item["file"]), part, appendix)


def find_part_title(text: str) -> str:
    """Return the title in the front matter of a text, or else its first heading, or else "Part"."""
    values, end = parse_front_matter(text)
    first = next(iter(find_headings(text[end:])), None)
    return str(values.get("title") or (first.plain_text if first else "")) or "Part"


def read_section(
    entry: ChapterEntry,
    read_text: ReadText,
    settings_path: str,
    values: ShortcodeValues = NO_VALUES,
    context: ChunkContext = NO_CONTEXT,
) -> SectionFile | ImportFinding:
    """Return the section for a chapter file, or a finding if the file is not imported."""
    path = posixpath.normpath(entry.path)
    if entry.path.endswith(".ipynb"):
        message = f'notebooks are not supported: "{entry.path}"'
        return ImportFinding(path=settings_path, message=message, action="omitted")
    if (text := read_text(path)) is None:
        message = f'chapter file "{entry.path}" is missing or not UTF-8'
        return ImportFinding(path=settings_path, message=message, action="omitted")
    report_position(path)
    context = replace(context, chapter=path)
    draft, head = prepare_text(Draft.from_text(path, text), values=values, context=context)
    if "#refs" in draft.text and _ONLY_SOURCES.fullmatch(draft.text):
        action = "omitted, since the bibliography is generated"
        return ImportFinding(path=path, message="the chapter contains only the bibliography", action=action)
    target = _ENDING.sub(".md", path)
    pieces = (SourceText(draft=draft),)
    return SectionFile(
        path=target, source_texts=pieces, front_matter=head, part=entry.part, is_appendix=entry.is_appendix
    )


def _promote_title(source_text: SourceText) -> Draft:
    """Promote the first heading, which Quarto uses as the title, to level 1 if no heading has that level."""
    draft = source_text.draft
    headings = find_headings(draft.text)
    if not headings or headings[0].underline_span or any(heading.level == 1 for heading in headings):
        return draft
    start, end = headings[0].marker_span
    first = headings[0].start == start and not has_visible_text(mask_text(draft.text[:start]))
    return draft.apply_edits([Edit(start, end, "#")]) if first else draft


def prepare_text(
    draft: Draft, *, values: ShortcodeValues = NO_VALUES, context: ChunkContext = NO_CONTEXT
) -> tuple[Draft, FrontMatterValues]:
    """Convert syntax that only Quarto supports; return the draft and its front matter."""
    front_matter, _ = parse_front_matter(draft.text)
    draft, head = split_front_matter(draft, ignored_keys=_UNREPORTED_KEYS)
    masked = mask_text(draft.text, escapes=False)
    draft = draft.apply_edits(Edit(*match.span(), "") for match in _PAGE_COMMANDS.finditer(masked))
    defaults = {**context.default_options, **parse_defaults_in_settings(front_matter)}
    draft = remove_latex_alternatives(replace_chunks(draft, replace(context, default_options=defaults)))
    values = ShortcodeValues({**values.meta, **front_matter}, values.variables)
    return replace_shortcodes(draft, values), head


_DIV_OPENING = re.compile(r"^[ \t]*:{3,}[ \t]*(?:\{([^{}]*)\}|[\w-]+)[ \t]*:*[ \t]*$")
_DIV_CLOSING = re.compile(r"^[ \t]*:{3,}[ \t]*$")
_CONDITION = re.compile(r"^\.content-visible\s+when-format=\"?(html|pdf|latex)\"?$")
_LATEX_COMMAND = re.compile(r"\s*\\[A-Za-z]+\*?(?=[\[{])")
_ENVIRONMENT = re.compile(
    r"\s*\\begin\{(?!equation|align|gather|multline|eqnarray|math|displaymath)([a-z]+)\}.*\\end\{\1\}\s*",
    re.DOTALL,
)
_MAX_BRACE_DEPTH = 12  # nested braces


@dataclass(frozen=True, slots=True)
class _FormatDiv:
    """A div for one output format: whether this is HTML, and the indices of the first and last lines."""

    is_for_website: bool
    first_line: int
    last_line: int


def remove_latex_alternatives(draft: Draft) -> Draft:
    """Remove LaTeX divs for the PDF that are next to a Markdown div for the website.

    The content of the Markdown div is then used for all outputs.
    """
    lines = scan_lines(draft.text)
    edits, findings = [], []
    for first, other in pairwise(sorted(_find_format_divs(lines), key=lambda passage: passage.first_line)):
        lines_between = lines[first.last_line + 1 : other.first_line]
        if first.is_for_website == other.is_for_website or any(line.text.strip() for line in lines_between):
            continue
        website, print_ = (first, other) if first.is_for_website else (other, first)
        start, end = lines[print_.first_line].start, lines[print_.last_line].end
        if not _is_latex(draft.text[lines[print_.first_line].end : lines[print_.last_line].start]):
            continue
        edits.append(Edit(start, end, ""))
        edits += [
            Edit(lines[index].text_start, lines[index].end, "")
            for index in (website.first_line, website.last_line)
        ]
        action = "omitted, since its Markdown alternative is used"
        findings.append(draft.make_finding(start, "LaTeX passage for the PDF only", action))
    return draft.apply_edits(edits, findings)


def _find_format_divs(lines: list[SourceLine]) -> Iterator[_FormatDiv]:
    """Yield the divs for a single output format, including nested divs."""
    open_: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if not line.is_prose or line.quote:
            continue
        if _DIV_CLOSING.match(line.text):
            if open_:
                first, attributes = open_.pop()
                if condition := _CONDITION.match(attributes):
                    yield _FormatDiv(condition.group(1) == "html", first, index)
        elif match := _DIV_OPENING.match(line.text):
            open_.append((index, (match.group(1) or "").strip()))


def _is_latex(text: str) -> bool:
    """Return whether a text is a single LaTeX command, or an environment other than a formula."""
    if _ENVIRONMENT.fullmatch(text):
        return True
    command = _LATEX_COMMAND.match(text)
    if command is None:
        return False
    rest = re.sub(r"\\.", "", text[command.end() :])
    for _ in range(_MAX_BRACE_DEPTH):
        rest = re.sub(r"\{[^{}]*\}", "", rest)
    return not re.sub(r"\[[^\[\]]*\]", "", rest).strip()
