"""mdBook: book.toml and src/SUMMARY.md."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from triptych.importing import commonmark, includes
from triptych.importing.book import Metadata, Piece, ReadText, Section, SourceBook
from triptych.importing.draft import Draft, Edit, Finding
from triptych.importing.headings import plain_text
from triptych.importing.masking import HIDDEN, Line, scan
from triptych.importing.source import Source
from triptych.manifest import slug

LOOKS_FOR = "book.toml (mdBook)"
_LINK = re.compile(
    r"^\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*(<[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)[^)]*\)\s*$"
)
_ITEM = re.compile(r"^([ \t]*)[-*+][ \t]+(\[.*)$")
_OWN_PREPROCESSORS = ("links", "index")
_FORMULA = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
_MATH = ("katex", "mathjax")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the summary: depth from 0 in numbered chapters, None before and after them."""

    title: str
    path: str
    depth: int | None
    part: str
    line: int


def recognises(path: Path) -> bool:
    """Whether a folder is an mdBook."""
    return (path / "book.toml").is_file()


def read(path: Path) -> SourceBook:
    """An mdBook's folder → the book."""
    source = Source(path)
    settings = tomllib.loads(source.text("book.toml") or "")
    book = settings.get("book", {})
    root = posixpath.normpath(str(book.get("src", "src"))).removeprefix("./")
    root = "" if root == "." else root
    summary = source.text(posixpath.join(root, "SUMMARY.md")) or ""
    math = bool(settings.get("output", {}).get("html", {}).get("mathjax-support")) or any(
        name in settings.get("preprocessor", {}) for name in _MATH
    )

    def read_text(name: str) -> str | None:
        return source.text(posixpath.join(root, name))

    sections, found = chapters(summary, read_text, math=math)
    listed = {piece.path for section in sections for piece in section.pieces}
    left = sorted(set(source.names(root, (".md",))) - listed - {"SUMMARY.md"})
    found += [Finding(path=name, what="the summary does not list it", done="left out") for name in left]
    return SourceBook(
        metadata=metadata(book),
        sections=tuple(sections),
        root=root,
        findings=(*_settings_not_carried(settings, posixpath.relpath("book.toml", root or ".")), *found),
    )


def metadata(book: dict[str, Any]) -> Metadata:
    """The ``[book]`` table of book.toml."""
    return Metadata(
        title=str(book.get("title") or "Untitled"),
        authors=tuple(str(name) for name in book.get("authors", [])),
        language=str(book.get("language") or "en"),
        description=str(book.get("description", "")),
    )


def _settings_not_carried(settings: dict[str, Any], path: str) -> Iterator[Finding]:
    """Settings that concern the web site or programs which do not run; ``path`` is relative to the texts."""
    for name in settings.get("preprocessor", {}):
        if name not in (*_OWN_PREPROCESSORS, *_MATH):
            yield Finding(path=path, what=f'the preprocessor "{name}"', done="not run")
    html = settings.get("output", {}).get("html", {})
    for key in ("additional-css", "additional-js", "theme"):
        if html.get(key):
            yield Finding(path=path, what=f"output.html.{key}", done="left out: it concerns the web site")


def parse_summary(text: str) -> Iterator[Entry]:
    """The entries of SUMMARY.md in order; a draft chapter has no path."""
    part, first = "", True
    indents: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if heading := re.match(r"^#+[ \t]+(.*?)[ \t#]*$", line):
            part = "" if first else plain_text(heading.group(1))
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
        path = unquote(link.group(2).strip("<>"))
        path = posixpath.normpath(path) if path else ""
        yield Entry(link.group(1), path, len(indents) - 1 if item else None, part if item else "", number)


def chapters(summary: str, read_text: ReadText, *, math: bool) -> tuple[list[Section], list[Finding]]:
    """The sections of a summary: each top-level chapter with all that is nested in it."""
    sections: list[Section] = []
    found: list[Finding] = []
    seen: set[str] = set()
    for group in _groups(parse_summary(summary)):
        top = group[0]
        pieces = []
        for entry in group:
            depth = entry.depth or 0
            place = Finding(path="SUMMARY.md", line=entry.line, what="", done="")
            if not entry.path:
                found.append(_said(place, f'"{entry.title}" is a draft without text', "left out"))
                if entry is top and len(group) > 1:
                    name = f"{slug(entry.title) or 'chapter'}.md"
                    pieces.append(Piece(draft=Draft.of(name, f"# {entry.title}\n"), title=entry.title))
                continue
            if entry.path in seen:
                found.append(_said(place, f'"{entry.path}" is listed a second time', "left out"))
                continue
            seen.add(entry.path)
            text = read_text(entry.path)
            if text is None:
                found.append(_said(place, f'no text file "{entry.path}"', "left out"))
                continue
            draft, more = adapted(Draft.of(entry.path, text), read_text, math=math)
            found += more
            pieces.append(Piece(draft=draft, depth=depth, title=entry.title))
        if pieces:
            head = {"unnumbered": True} if top.depth is None else {}
            path = re.sub(r"^(\.\./)+", "", pieces[0].path)
            sections.append(Section(path=path, pieces=tuple(pieces), head=head, part=top.part))
    return sections, found


def _groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for entry in entries:
        if entry.depth and groups and groups[-1][0].depth is not None:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _said(place: Finding, what: str, done: str) -> Finding:
    return Finding(path=place.path, line=place.line, what=what, done=done)


def adapted(draft: Draft, read_text: ReadText, *, math: bool) -> tuple[Draft, list[Finding]]:
    """A chapter's text as mdBook reads it → as pandoc reads it alike."""
    draft, found = includes.expand(draft, read_text)
    draft = includes.tidy_code(draft)
    if math:
        draft = draft.edited(_dollars(draft.text))
    return commonmark.adapt(draft, math=math), found


def _dollars(text: str) -> Iterator[Edit]:
    """Marks of formulas in mdBook, ``\\\\( … \\\\)`` and ``\\\\[ … \\\\]``, become those of pandoc."""
    for run in re.finditer(r"[^\0]+", "\n".join(line_text(text, line) for line in scan(text))):
        for match in _FORMULA.finditer(run.group()):
            body = match.group(2) or match.group(3)
            if body:
                mark = "$" if match.group(2) else "$$"
                yield Edit(
                    run.start() + match.start(), run.start() + match.end(), f"{mark}{body.strip()}{mark}"
                )


def line_text(text: str, line: Line) -> str:
    """A line where it is prose, else as many hidden characters."""
    return text[line.start : line.end] if line.prose else HIDDEN * (line.end - line.start)
