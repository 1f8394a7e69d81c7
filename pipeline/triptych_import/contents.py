"""Read tables of contents (SUMMARY.md, _sidebar.md, mkdocs.yml), and classify files by their names."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from itertools import pairwise, zip_longest
from typing import Any, TypeAlias
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from triptych.settings.values import make_slug
from triptych.yaml_text import load_mapping
from triptych_import.book import Draft, FrontMatterValues, ImportFinding, ReadText, SectionFile, SourceText
from triptych_import.headings import find_headings, strip_markup
from triptych_import.masking import find_code_blocks, scan_lines
from triptych_import.source import SourceFiles

_ENDING = re.compile(r"\.(md|markdown|mkd|mdown)$", re.IGNORECASE)
_ABOUT_FILE_NAME = re.compile(
    r"contributing.*|contributors|licen[cs]e.*|copying|copyright|code[-_ ]?of[-_ ]?conduct|changelog"
    r"|pull[-_]request[-_]template.*|issue[-_]template.*|cla|style[-_]?guide",
    re.IGNORECASE,
)
# Names of possible chapters, which are repository files if they are in capitals.
_ABOUT_IN_CAPITALS = frozenset(
    "OUTLINE SECURITY SUPPORT HISTORY CHANGES TODO GOVERNANCE MAINTAINERS NOTICE RELEASES ROADMAP AGENTS"
    " CLAUDE CODEOWNERS ADMIN_TASKS NEWS".split()
)
_MEETING = re.compile(r"meetings?|meeting[-_ ]notes?|minutes", re.IGNORECASE)
_LIST = re.compile(r"(?:table[-_ ]of[-_ ])?contents|toc|_?summary|_sidebar", re.IGNORECASE)
_README = re.compile(r"readme(?:[._-].*)?", re.IGNORECASE)
_FRONT = {
    "foreword": "foreword", "vorwort": "preface", "preface": "preface",
    "prefacio": "preface", "prólogo": "preface", "prologo": "preface", "préface": "preface",
    "dedication": "dedication", "widmung": "dedication", "acknowledgments": "acknowledgments",
    "acknowledgements": "acknowledgments", "thanks": "acknowledgments", "danksagung": "acknowledgments",
    "agradecimientos": "acknowledgments", "remerciements": "acknowledgments",
}  # fmt: skip
_BACK_MATTER = frozenset({"acknowledgments"})
_APPENDIX_NAME = re.compile(
    r"app?[-_]?[A-Za-z]|(?:appendix|appendices|anhang|ap[eé]ndice|annexe?|附录|付録)(?:[-_ ]?.*)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^\d+[-_. ]+")


class FileKind(Enum):
    """The kind of a Markdown file in a book, as implied by its name."""

    CHAPTER = "chapter"
    FRONT = "front matter"
    APPENDIX = "appendix"
    INDEX = "the first page of its folder"
    LIST = "list of contents"
    ABOUT = "text about the project"


def classify_file(path: str) -> FileKind:
    """Return the kind of a Markdown file in a book, judged by its path in the folder of Markdown files."""
    *folders, name = path.split("/")
    stem = _ENDING.sub("", name)
    if any(_MEETING.fullmatch(folder) for folder in folders) or _MEETING.fullmatch(stem):
        return FileKind.ABOUT
    if _ABOUT_FILE_NAME.fullmatch(stem) or stem in _ABOUT_IN_CAPITALS:
        return FileKind.ABOUT
    if _README.fullmatch(stem) or stem.lower() == "index":
        return FileKind.INDEX
    if _LIST.fullmatch(stem):
        return FileKind.LIST
    bare_stem = _ORDINAL.sub("", stem)
    if bare_stem.lower() in _FRONT:
        return FileKind.FRONT
    return FileKind.APPENDIX if _APPENDIX_NAME.fullmatch(bare_stem) else FileKind.CHAPTER


def is_readme(path: str) -> bool:
    """Return whether a path is that of a README file."""
    return bool(_README.fullmatch(_ENDING.sub("", posixpath.basename(path))))


def find_front_matter_role(path: str) -> str:
    """Return the front matter role implied by a file name, such as "preface", or "" if there is none."""
    return _FRONT.get(_ORDINAL.sub("", _ENDING.sub("", posixpath.basename(path))).lower(), "")


def is_back_matter(path: str) -> bool:
    """Return whether a file with a front matter role comes at the end, such as acknowledgments."""
    return find_front_matter_role(path) in _BACK_MATTER


def make_sort_key(path: str) -> tuple[object, ...]:
    """Return a sort key for a path.

    The order in each folder is: index page, front matter, chapters, appendices, back matter. Numbers in names
    are compared by value.
    """
    return tuple((_rank_name(step), _split_at_numbers(step)) for step in path.split("/"))


def _rank_name(name: str) -> int:
    match classify_file(name):
        case FileKind.INDEX:
            return 0
        case FileKind.FRONT:
            return 2 if _ORDINAL.match(name) else 4 if is_back_matter(name) else 1
        case FileKind.APPENDIX:
            return 3
    return 2


def _split_at_numbers(name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", name.lower())
        if piece
    )


_COLONS = (":", "\uff1a")
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class ListItem:
    """A list item: its text, the URL of its first link, its nesting depth, and the preceding heading."""

    title: str
    target: str
    depth: int
    heading: str
    line: int


def find_list_items(text: str) -> list[ListItem]:
    """Return the list items of a Markdown text and the first link of each table row, in order."""
    return list(_iter_list_items(_PARSER.parse(text)))


def has_prose(text: str) -> bool:
    """Return whether a Markdown text has a paragraph with words outside links.

    Paragraphs that end with a colon are ignored, since they introduce lists.
    """
    tokens = _PARSER.parse(text)
    inlines = (
        token
        for before, token in pairwise(tokens)
        if before.type == "paragraph_open"
        and not before.level
        and not token.content.rstrip().endswith(_COLONS)
    )
    return any(_has_text_outside_links(token.children or []) for token in inlines)


def _has_text_outside_links(children: list[Token]) -> bool:
    depth = 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        if not depth and child.type == "text" and re.search(r"\w", child.content):
            return True
    return False


def _iter_list_items(tokens: list[Token]) -> Iterator[ListItem]:
    heading, depth, fresh = "", 0, False
    for index, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                heading = _join_child_texts(tokens[index + 1].children or [])
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open" | "tr_open":
                fresh = True
            case "inline" if fresh:
                link = _find_link(token.children or [])
                if link is None and not depth:
                    continue  # a cell without a link
                fresh = False
                words, target = link or (_join_child_texts(token.children or []), "")
                yield ListItem(words, target, max(depth - 1, 0), heading, (token.map or [0])[0] + 1)


def _find_link(children: list[Token]) -> tuple[str, str] | None:
    """Return the text and the URL of the first link, or None if there is no link."""
    start = next((i for i, child in enumerate(children) if child.type == "link_open"), None)
    if start is None:
        return None
    end = next(i for i, child in enumerate(children) if i > start and child.type == "link_close")
    return _join_child_texts(children[start + 1 : end]), unquote(str(children[start].attrGet("href") or ""))


def _join_child_texts(children: list[Token]) -> str:
    texts = (
        " " if child.type == "softbreak" else child.content
        for child in children
        if child.type in ("text", "code_inline", "softbreak")
    )
    return re.sub(r"\s+", " ", "".join(texts)).strip()


_LINK = re.compile(
    r"^\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]\(\s*+(<[^<>]*>|[^\s()]*+(?:\([^\s()]*\)[^\s()]*+)*+)[^)]*+\)\s*$"
)
_ITEM = re.compile(r"^([ \t]*)[-*+][ \t]+(\[.*)$")
_PART = re.compile(
    r"(?:part|teil|parte|partie|deel|część|часть|del)\s+(?:\d|[ivx]+\b|[a-z]+\b)|第\s*[\d一二三四五六七八九十]+\s*(?:部|篇|编|編)",
    re.IGNORECASE,
)
_APPENDIX = re.compile(
    r"(?:appendix|appendices|anhang|anhänge|ap[eé]ndices?|annexes?|附录|付録)\b", re.IGNORECASE
)
_LETTER = re.compile(r"(?:(?:appendix|anhang|ap[eé]ndice|annexe?)\s+)?[A-Z]\s*[-–—:.]\s*\S", re.IGNORECASE)
_LETTERED = re.compile(r"(?:appendix|anhang|ap[eé]ndice|annexe?|附录|付録)\s*(?:[A-Z]|\d+)\b", re.IGNORECASE)
# A function that adapts a source file for pandoc, and returns the draft with its front matter.
PrepareText: TypeAlias = Callable[[Draft], tuple[Draft, FrontMatterValues]]


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """An entry of a table of contents.

    ``depth`` is 0-based; it is None for unnumbered chapters. ``is_anchor`` is True for a link to a heading
    within a file.
    """

    title: str
    path: str
    depth: int | None
    part: str
    line: int
    is_appendix: bool = False
    is_anchor: bool = False


def parse_summary(text: str, *, has_title: bool = True) -> Iterator[ContentsEntry]:
    """Yield the entries of SUMMARY.md in order. Draft chapters have an empty path.

    If ``has_title`` is True, a heading before all entries is the title of the list. Otherwise, it is the
    title of a part.
    """
    part, first = "", has_title
    indents: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if heading := re.match(r"^#+(?=[ \t])(.*)$", line):
            part = "" if first else strip_markup(heading.group(1).lstrip(" \t").rstrip(" \t#"))
            first = False
            continue
        item = _ITEM.match(line)
        if item:
            indent = len(item.group(1).expandtabs(4))
            while indents and indents[-1] > indent:
                indents.pop()
            if not indents or indents[-1] < indent:
                indents.append(indent)
        link = _LINK.match(item.group(2) if item else line.strip())
        if link is None:
            continue
        first = False
        path, _, anchor = link.group(2).strip("<>").partition("#")
        path = posixpath.normpath(unquote(path)) if path else ""
        depth = len(indents) - 1 if item else None
        yield ContentsEntry(link.group(1), path, depth, part if item else "", number, is_anchor=bool(anchor))


def build_sections(
    entries: Iterable[ContentsEntry], contents_path: str, read_text: ReadText, prepare_text: PrepareText
) -> tuple[list[SectionFile], list[ImportFinding]]:
    """Return a section for each top-level entry, and findings.

    A section contains the files of its entry and of all entries nested in it. ``prepare_text`` converts each
    file for pandoc. Findings about entries refer to the table of contents at ``contents_path``.
    """
    sections: list[SectionFile] = []
    findings: list[ImportFinding] = []
    seen: set[str] = set()

    def report_omission(entry: ContentsEntry, message: str) -> None:
        findings.append(ImportFinding(path=contents_path, line=entry.line, message=message, action="omitted"))

    for group in _group_entries(_mark_appendices(_convert_parts(_unnest_entries(list(entries))))):
        top = group[0]
        pieces: list[SourceText] = []
        head: FrontMatterValues = {}
        for entry, after in zip_longest(group, group[1:]):
            depth = entry.depth or 0
            if not entry.path:
                if after is None or (after.depth or 0) <= depth:
                    report_omission(entry, f'draft chapter "{entry.title}" has no text')
                    continue
                stem = make_slug(entry.title) or "chapter"  # a heading for its nested entries
                name = f"{stem}.md" if entry is top else f"{contents_path}-{entry.line}.md"
                draft = Draft.from_text(name, f"# {entry.title}\n")
                pieces.append(SourceText(draft=draft, depth=depth, title=entry.title))
                continue
            if entry.path in seen:
                if not entry.is_anchor:  # a heading in a listed text is not a duplicate
                    report_omission(entry, f'"{entry.path}" is listed twice')
                continue
            seen.add(entry.path)
            if (text := read_text(entry.path)) is None:
                report_omission(entry, f'chapter file "{entry.path}" is missing or not UTF-8')
                continue
            draft, own_head = prepare_text(Draft.from_text(entry.path, text))
            head = head if pieces else own_head
            title = str(own_head.get("title", "")) or entry.title
            if title or draft.text.strip():
                pieces.append(SourceText(draft=draft, depth=depth, title=title))
            else:
                findings += draft.findings
                report_omission(entry, f'chapter file "{entry.path}" has no text')
        if pieces:
            head = {**head, "unnumbered": True} if top.depth is None else head
            path = re.sub(r"^(\.\./)+", "", re.sub(r"\.markdown$", ".md", pieces[0].path))
            sections.append(
                SectionFile(
                    path=path,
                    source_texts=tuple(pieces),
                    front_matter=head,
                    part=top.part,
                    is_appendix=top.is_appendix,
                )
            )
    return sections, findings


def _unnest_entries(entries: list[ContentsEntry]) -> list[ContentsEntry]:
    """Move nested entries up by one level if a home page is the only top-level entry."""
    tops = [entry for entry in entries if entry.depth == 0]
    nested = sum(entry.depth == 1 for entry in entries)
    if (
        len(tops) != 1
        or nested < 2
        or "/" in tops[0].path
        or classify_file(tops[0].path) is not FileKind.INDEX
    ):
        return entries
    return [replace(entry, depth=entry.depth - 1 if entry.depth else None) for entry in entries]


def _convert_parts(entries: list[ContentsEntry]) -> list[ContentsEntry]:
    """Convert chapters to parts if they have titles such as "Part I" and contain other chapters."""
    out: list[ContentsEntry] = []
    part = ""
    for entry, following in zip_longest(entries, entries[1:]):
        if not entry.depth:
            has_chapters = following is not None and following.depth == 1
            part = entry.title if entry.depth == 0 and has_chapters and _PART.match(entry.title) else ""
        if not part:
            out.append(entry)
        elif entry.depth:
            out.append(replace(entry, depth=entry.depth - 1, part=part))
        elif entry.path:
            out.append(replace(entry, depth=None, part=part))
    return out


def _mark_appendices(entries: list[ContentsEntry]) -> list[ContentsEntry]:
    """Mark the last chapters as appendices if their titles, or that of the enclosing entry, imply this."""
    tops = [index for index, entry in enumerate(entries) if not entry.depth]
    first_appendix = len(tops)
    while first_appendix and _LETTERED.match(entries[tops[first_appendix - 1]].title):
        first_appendix -= 1
    if first_appendix < len(tops) - 1:  # two or more at the end, each called an appendix
        start = tops[first_appendix]
        rest = (replace(entry, part="", is_appendix=not entry.depth) for entry in entries[start:])
        return [*entries[:start], *rest]
    last = tops[-1] if tops else 0
    entries_of_part = entries[last + 1 :]
    lettered = [entry for entry in entries_of_part if entry.depth == 1 and _LETTER.match(entry.title)]
    if len(lettered) < 2 or not all(entry in lettered or (entry.depth or 0) > 1 for entry in entries_of_part):
        return entries
    if not _APPENDIX.match(entries[last].title):
        return entries
    first = [replace(entries[last], depth=None, part="")] if entries[last].path else []
    out = [
        replace(entry, depth=(entry.depth or 1) - 1, part="", is_appendix=entry.depth == 1)
        for entry in entries_of_part
    ]
    return [*entries[:last], *first, *out]


def _group_entries(entries: Iterable[ContentsEntry]) -> list[list[ContentsEntry]]:
    groups: list[list[ContentsEntry]] = []
    for entry in entries:
        if entry.depth and groups and groups[-1][0].depth is not None:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


_LISTS = ("SUMMARY.md", "summary.md", "_sidebar.md")
_FOLDERS = ("", "docs", "src", "book", "content")
_TEXT_EXTENSIONS = (".md", ".markdown")
_SETTINGS = ("mkdocs.yml", "mkdocs.yaml")
_MAX_DEPTH = 2  # maximum depth of nested files in a chapter


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents: path, folder of the files, entries, and the book's title and author."""

    path: str
    root: str
    entries: tuple[ContentsEntry, ...]
    title: str = ""
    author: str = ""


def find_contents(source: SourceFiles) -> Contents | None:
    """Return the first table of contents that lists at least two existing files, or None."""
    contents = next(
        (
            contents
            for contents in _find_candidate_contents(source)
            if _count_existing_files(contents, source) > 1
        ),
        None,
    )
    if contents is None or contents.path in (*_SETTINGS, "index.md"):
        return contents
    return add_unlisted_pages(contents, source)


def _find_candidate_contents(source: SourceFiles) -> Iterator[Contents]:
    for name in _SETTINGS:
        text = source.read_text(name)
        if text is not None:
            yield _read_mkdocs_contents(source, name, text)
    if (toc := _read_d2lbook_contents(source)) is not None:
        yield toc
    for folder in _FOLDERS:
        for name in _LISTS:
            if (contents := _read_contents_file(source, posixpath.join(folder, name), folder)) is not None:
                yield contents


def _read_d2lbook_contents(source: SourceFiles) -> Contents | None:
    """Return the table of contents of a d2lbook project, or None if there is none.

    The ``toc`` blocks of index.md list chapters; those of chapters list nested files.
    """
    entries: list[ContentsEntry] = []

    def add_entries(path: str, depth: int) -> None:
        blocks = find_code_blocks(scan_lines(source.read_text(path) or ""))
        tables_of_contents = (block.code for block in blocks if block.info == "toc")
        for line in (line.text.strip() for code in tables_of_contents for line in code):
            file = f"{line.removesuffix('.md')}.md"
            name = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
            is_known = any(entry.path == name for entry in entries)
            if not line or line.startswith(":") or is_known or source.read_text(name) is None:
                continue
            entries.append(ContentsEntry("", name, depth, "", 1))
            if depth < _MAX_DEPTH:
                add_entries(name, depth + 1)

    def read_setting(key: str) -> str:
        match = re.search(rf"^{key}[ \t]*=[ \t]*(.+)$", source.read_text("config.ini") or "", re.M)
        return match.group(1).strip() if match else ""

    if _has_body_text(source.read_text("index.md") or ""):
        entries.append(ContentsEntry("", "index.md", None, "", 1))
    add_entries("index.md", 0)
    if len(entries) < 2:
        return None
    return Contents("index.md", "", tuple(entries), read_setting("title"), read_setting("author"))


def _has_body_text(text: str) -> bool:
    """Return whether a Markdown text has prose other than headings."""
    heading_spans = [(heading.start, heading.end) for heading in find_headings(text)]
    return any(
        line.is_prose
        and line.text.strip()
        and not any(start <= line.start < end for start, end in heading_spans)
        for line in scan_lines(text)
    )


def add_unlisted_pages(
    contents: Contents,
    source: SourceFiles,
    readme_path: str = "README.md",
    glossary_path: str = "GLOSSARY.md",
) -> Contents:
    """Add GitBook's first page and glossary to a table of contents if they exist but are not listed.

    Both paths are relative to ``contents.root``.
    """
    listed_paths = {entry.path for entry in contents.entries}

    def make_page_entries(title: str, name: str) -> list[ContentsEntry]:
        is_unlisted_file = (
            name not in listed_paths and source.read_text(posixpath.join(contents.root, name)) is not None
        )
        return [ContentsEntry(title, name, None, "", 1)] if is_unlisted_file else []

    entries = (
        *make_page_entries("Introduction", readme_path),
        *contents.entries,
        *make_page_entries("Glossary", glossary_path),
    )
    return replace(contents, entries=entries)


def read_summary(source: SourceFiles, path: str, root: str) -> Contents | None:
    """Return the table of contents at ``path``, or None if it is missing or lists no existing file."""
    contents = _read_contents_file(source, path, root)
    return contents if contents is not None and _count_existing_files(contents, source) else None


def _read_contents_file(source: SourceFiles, path: str, root: str) -> Contents | None:
    text = source.read_text(path)
    if text is None:
        return None
    entries = [_resolve_entry(entry, source, root) for entry in _parse_summary_with_parts(text)]
    return Contents(path, root, tuple(entry for entry in entries if entry is not None))


def _count_existing_files(contents: Contents, source: SourceFiles) -> int:
    paths = [entry.path for entry in contents.entries if entry.path]
    return sum(source.read_text(posixpath.join(contents.root, name)) is not None for name in paths)


def _resolve_entry(entry: ContentsEntry, source: SourceFiles, root: str) -> ContentsEntry | None:
    """Return an entry with its file's full path, which docsify allows to abbreviate; None for a URL."""
    if not entry.path:
        return entry
    if re.match(r"[a-z]+:|//", entry.path):
        return None
    path = entry.path.lstrip("/")
    tries = (path, f"{path}.md", posixpath.join(path, "README.md"))
    file = next((name for name in tries if source.read_text(posixpath.join(root, name)) is not None), path)
    spelling = posixpath.relpath(source.match_case(posixpath.join(root, file)), root or ".")
    return replace(entry, path=spelling)


def _parse_summary_with_parts(text: str) -> Iterator[ContentsEntry]:
    """Parse a list in which an item without a link is the title of a part or of its nested entries."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        item = re.match(r"^[-*+][ \t]+([^\[\s].*)$", line)
        inner = re.match(r"^([ \t]+[-*+][ \t]+)([^\[\s].*)$", line.rstrip(" \t"))
        if item and "](" not in item.group(1):
            lines[index] = f"## {item.group(1)}"
        elif inner and "](" not in inner.group(2):
            lines[index] = f"{inner.group(1)}[{inner.group(2)}]()"
    heading = next((line for line in lines if line.startswith("#")), "")
    return parse_summary("\n".join(lines), has_title=heading.startswith("# "))


def _read_mkdocs_contents(source: SourceFiles, name: str, text: str) -> Contents:
    settings = load_mapping(re.sub(r"!!?[\w/.:]+", "", text))
    root = posixpath.normpath(str(settings.get("docs_dir") or "docs"))
    root = root if source.list_files(root, (".md",)) else "docs"  # the folder is generated during the build
    root = "" if root == "." else root
    entries = tuple(_read_navigation(settings.get("nav"), "", partial(_list_folder_files, source, root)))
    title, author = settings.get("site_name", ""), settings.get("site_author", "")
    return Contents(name, root, entries, str(title or ""), str(author or ""))


def _list_folder_files(source: SourceFiles, root: str, folder: str) -> list[str]:
    """Return the files listed by the SUMMARY or README of a folder, or else all Markdown files, sorted."""
    for name in ("SUMMARY.md", "README.md", "index.md"):
        path = posixpath.join(folder, name)
        listing = source.read_text(posixpath.join(root, path))
        candidates = [
            posixpath.normpath(posixpath.join(folder, entry.path)) for entry in parse_summary(listing or "")
        ]
        existing = [name for name in candidates if source.read_text(posixpath.join(root, name)) is not None]
        if len(existing) > 1:
            return [*([] if name == "SUMMARY.md" else [path]), *dict.fromkeys(existing)]
    names = sorted(source.list_files(posixpath.join(root, folder), _TEXT_EXTENSIONS), key=make_sort_key)
    return [posixpath.normpath(posixpath.join(folder, name)) for name in names]


def _read_navigation(
    items: Any, part: str, list_texts: Callable[[str], list[str]]
) -> Iterator[ContentsEntry]:
    """Yield the entries of MkDocs' ``nav``. Lists on the first level are parts; deeper lists are flattened.

    A value with a trailing slash includes all Markdown files of a folder.
    """
    for item in items if isinstance(items, list) else []:
        for title, value in item.items() if isinstance(item, dict) else [("", item)]:
            words = strip_markup(html.unescape(str(title))).replace("\xa0", " ")
            title = " ".join(words.split())
            if isinstance(value, list):
                yield from _read_navigation(value, part or title, list_texts)
            elif isinstance(value, str) and value.endswith("/"):
                yield from (ContentsEntry("", path, 0, part or title, 1) for path in list_texts(value))
            elif isinstance(value, str) and value.endswith(_TEXT_EXTENSIONS):
                yield ContentsEntry(title, posixpath.normpath(value), 0, part, 1)
