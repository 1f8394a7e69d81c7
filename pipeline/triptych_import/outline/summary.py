"""Lists of contents, such as mdBook's and GitBook's SUMMARY.md → entries → sections."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeAlias
from urllib.parse import unquote

from triptych.settings.names import slug
from triptych_import.book import Piece, ReadText, Section
from triptych_import.draft import Draft, Finding
from triptych_import.markdown.front_matter import Head
from triptych_import.markdown.headings import plain_text
from triptych_import.outline.file_names import Kind, kind_of

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
# A text of the source → the text as pandoc reads it, what its head says, and what was not carried over.
Prepare: TypeAlias = Callable[[Draft], tuple[Draft, Head, list[Finding]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: depth from 0 in numbered chapters, None for those without a number.

    ``inside`` says that it leads to a heading within its file.
    """

    title: str
    path: str
    depth: int | None
    part: str
    line: int
    appendix: bool = False
    inside: bool = False


def parse_summary(text: str, *, titled: bool = True) -> Iterator[Entry]:
    """The entries of SUMMARY.md in order; a draft chapter has no path.

    ``titled`` says that a heading before all entries is no part, but the title of the list.
    """
    part, first = "", titled
    indents: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if heading := re.match(r"^#+(?=[ \t])(.*)$", line):
            part = "" if first else plain_text(heading.group(1).lstrip(" \t").rstrip(" \t#"))
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
        path, _, place = link.group(2).strip("<>").partition("#")
        path = posixpath.normpath(unquote(path)) if path else ""
        depth = len(indents) - 1 if item else None
        yield Entry(link.group(1), path, depth, part if item else "", number, inside=bool(place))


def chapters(
    entries: Iterable[Entry], listing: str, read_text: ReadText, prepare: Prepare
) -> tuple[list[Section], list[Finding]]:
    """The sections of a list: each top-level chapter with all that is nested in it."""
    sections: list[Section] = []
    found: list[Finding] = []
    seen: set[str] = set()

    def left_out(entry: Entry, what: str) -> None:
        found.append(Finding(path=listing, line=entry.line, what=what, done="omitted"))

    for group in _groups(_with_appendices(_with_parts(_beside_home(list(entries))))):
        top = group[0]
        pieces = []
        head: Head = {}
        for entry, after in zip_longest(group, group[1:]):
            if not entry.path:
                if after is None or (after.depth or 0) <= (entry.depth or 0):
                    left_out(entry, f'draft chapter "{entry.title}" has no text')
                    continue
                stem = slug(entry.title) or "chapter"  # it heads what is nested in it
                name = f"{stem}.md" if entry is top else f"{listing}-{entry.line}.md"
                heading = Draft.of(name, f"# {entry.title}\n")
                pieces.append(Piece(draft=heading, depth=entry.depth or 0, title=entry.title))
                continue
            if entry.path in seen:
                if entry.inside:  # a heading of a text that stands already
                    continue
                left_out(entry, f'"{entry.path}" is listed twice')
                continue
            seen.add(entry.path)
            text = read_text(entry.path)
            if text is None:
                left_out(entry, f'chapter file "{entry.path}" is missing or not UTF-8')
                continue
            draft, own_head, more = prepare(Draft.of(entry.path, text))
            found += more
            head = head if pieces else own_head
            title = str(own_head.get("title", "")) or entry.title
            if not title and not draft.text.strip():
                left_out(entry, f'chapter file "{entry.path}" has no text')
                continue
            pieces.append(Piece(draft=draft, depth=entry.depth or 0, title=title))
        if pieces:
            head = {**head, "unnumbered": True} if top.depth is None else head
            path = re.sub(r"^(\.\./)+", "", re.sub(r"\.markdown$", ".md", pieces[0].path))
            sections.append(
                Section(path=path, pieces=tuple(pieces), head=head, part=top.part, appendix=top.appendix)
            )
    return sections, found


def _beside_home(entries: list[Entry]) -> list[Entry]:
    """Move all that is nested in the home page out of it where that page is the only chapter of the list."""
    tops = [entry for entry in entries if entry.depth == 0]
    nested = sum(entry.depth == 1 for entry in entries)
    if len(tops) != 1 or nested < 2 or "/" in tops[0].path or kind_of(tops[0].path) is not Kind.INDEX:
        return entries
    return [replace(entry, depth=entry.depth - 1 if entry.depth else None) for entry in entries]


def _with_parts(entries: list[Entry]) -> list[Entry]:
    """A chapter that is called a part, and holds others, is a part, in which its own text comes first."""
    out: list[Entry] = []
    part, depth = "", 0
    for index, entry in enumerate(entries):
        holds = index + 1 < len(entries) and (entries[index + 1].depth or 0) == 1
        if not entry.depth:
            part = entry.title if entry.depth == 0 and holds and _PART.match(entry.title) else ""
            depth = 1
            out.append(replace(entry, depth=None, part=part) if part and entry.path else entry)
            if part and not entry.path:
                out.pop()
        elif part:
            out.append(replace(entry, depth=entry.depth - depth, part=part))
        else:
            out.append(entry)
    return out


def _with_appendices(entries: list[Entry]) -> list[Entry]:
    """Last chapters called appendices are; one whose sections have letters only holds them."""
    tops = [index for index, entry in enumerate(entries) if not entry.depth]
    named = len(tops)
    while named and _LETTERED.match(entries[tops[named - 1]].title):
        named -= 1
    if named < len(tops) - 1:  # two or more at the end, each called an appendix
        start = tops[named]
        rest = (replace(entry, part="", appendix=not entry.depth) for entry in entries[start:])
        return [*entries[:start], *rest]
    last = tops[-1] if tops else 0
    inside = entries[last + 1 :]
    lettered = [entry for entry in inside if entry.depth == 1 and _LETTER.match(entry.title)]
    if len(lettered) < 2 or not all(entry in lettered or (entry.depth or 0) > 1 for entry in inside):
        return entries
    if not _APPENDIX.match(entries[last].title):
        return entries
    first = [replace(entries[last], depth=None, part="")] if entries[last].path else []
    out = [
        replace(entry, depth=(entry.depth or 1) - 1, part="", appendix=entry.depth == 1) for entry in inside
    ]
    return [*entries[:last], *first, *out]


def _groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for entry in entries:
        if entry.depth and groups and groups[-1][0].depth is not None:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups
