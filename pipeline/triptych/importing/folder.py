"""A folder of Markdown files: in the order of its list of contents, else of their names, folders as parts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from triptych.importing import commonmark, containers, contents, formulas
from triptych.importing.book import Metadata, Piece, Section, SourceBook
from triptych.importing.draft import Draft, Finding
from triptych.importing.front_matter import Head, parse, take
from triptych.importing.headings import headings
from triptych.importing.shortcodes import known_shortcodes
from triptych.importing.source import Source
from triptych.importing.summary import chapters

LOOKS_FOR = "Markdown files (*.md)"
_INDEX = ("index", "readme")
_PANDOC = re.compile(
    r"^:::+[ \t]*\{|\{#[\w-]+[^}\n]*\}|\]\{\.[\w-]|\[-?@[\w:-]+(?:[;,][^\[\]\n]*)?\](?!\()"
    r"|(?<!\w)@(?:fig|tbl|sec|eq)-\w",
    re.MULTILINE,
)
_ENDINGS = (".md", ".markdown")
_SOURCES = (".bib", ".bibtex")
# What the head of a file says of the book, of the file itself or of a web site, and no reader misses.
_SILENT = ("author", "authors", "date", "bibliography", "csl", "lang", "language")


def recognises(path: Path) -> bool:
    """Whether a folder has Markdown files."""
    return path.is_dir() and bool(Source(path).names("", _ENDINGS))


def natural(path: str) -> tuple[object, ...]:
    """What paths are ordered by: index files first, numbers by their value."""
    out: list[object] = []
    *folders, name = path.split("/")
    for step in folders:
        out.append((1, _numbers(step)))
    out.append((0 if posixpath.splitext(name)[0].lower() in _INDEX else 1, _numbers(name)))
    return tuple(out)


def _numbers(name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", name.lower())
        if piece
    )


def read(path: Path) -> SourceBook:
    """A folder → the book."""
    source = Source(path)
    listing = contents.find(source)
    root = listing.root if listing else ""
    names = sorted(source.names(root, _ENDINGS), key=natural)
    texts = {name: text for name in names if (text := source.text(posixpath.join(root, name))) is not None}
    found = [
        Finding(path=name, what="it cannot be read as UTF-8 text of the source", done="left out")
        for name in names
        if name not in texts
    ]
    prepare = partial(prepared, pandoc=any(_PANDOC.search(text) for text in texts.values()))
    if listing:
        place = posixpath.relpath(listing.path, root or ".")
        sections, more = chapters(listing.entries, place, texts.get, prepare)
        listed = {piece.path for section in sections for piece in section.pieces} | {place}
        found += [
            Finding(path=name, what="the list of contents does not name it", done="left out")
            for name in texts
            if name not in listed
        ]
    else:
        sections, more = _sections(texts, prepare)
    said = _said(texts)
    title = (listing.title if listing else "") or str(said.get("title", "")) or _title(texts)
    people = _people(said) or ((listing.author,) if listing and listing.author else ())
    return SourceBook(
        metadata=Metadata(
            title=title or _name(path.resolve().name) or "Untitled",
            authors=people,
            language=str(said.get("lang") or said.get("language") or ""),
            bibliography=_bibliography(texts, source, root),
            csl=str(said.get("csl") or ""),
        ),
        sections=tuple(sections),
        root=root,
        findings=(*found, *more),
    )


def prepared(draft: Draft, *, pandoc: bool) -> tuple[Draft, Head, list[Finding]]:
    """A text of the folder → as pandoc reads it; ``pandoc`` where the folder is written for it."""
    draft, head, found = take(draft, silent=_SILENT)
    draft, more = known_shortcodes(commonmark.with_plain_fences(containers.divs(draft)))
    if not pandoc:
        draft = commonmark.with_links(formulas.from_brackets(draft))
        draft = commonmark.adapt(draft, scripts=True, math=True)
    draft = formulas.with_macros(draft, {})
    return draft, head, [*found, *more]


def _sections(texts: Mapping[str, str], prepare: Any) -> tuple[list[Section], list[Finding]]:
    """The files in order of their names; each folder at the top is a part."""
    sections, found = [], []
    titles = _part_titles(texts)
    for name, text in texts.items():
        draft, head, more = prepare(Draft.of(name, text))
        found += more
        part = titles.get(name.partition("/")[0], "") if "/" in name else ""
        if name.count("/") > 1:
            found.append(
                Finding(path=name, what="parts hold no parts", done=f'a chapter of the part "{part}"')
            )
        if part and _is_index(name) and name.count("/") == 1 and not _says_more(draft.text):
            continue  # it only names the part
        title = "" if "title" in head else _name(name)
        section_path = re.sub(r"\.markdown$", ".md", name)
        piece = Piece(draft=draft, title=title)
        sections.append(Section(path=section_path, pieces=(piece,), head=head, part=part))
    return sections, found


def _is_index(name: str) -> bool:
    return posixpath.splitext(posixpath.basename(name))[0].lower() in _INDEX


def _part_titles(texts: Mapping[str, str]) -> dict[str, str]:
    """Folders at the top → what their parts are called."""
    titles: dict[str, str] = {}
    for name, text in texts.items():
        folder, slash, rest = name.partition("/")
        if slash and folder not in titles:
            written = _first_title(text) if "/" not in rest and _is_index(rest) else ""
            titles[folder] = written or _name(folder)
    return titles


def _name(path: str) -> str:
    stem = re.sub(r"\.(md|markdown)$", "", posixpath.basename(path))
    words = re.sub(r"^\d+[-_. ]+", "", stem).replace("-", " ").replace("_", " ").strip()
    return (words or stem)[:1].upper() + (words or stem)[1:]


def _first_title(text: str) -> str:
    values, end = parse(text)
    first = next(iter(headings(text[end:])), None)
    return str(values.get("title") or (first.plain if first and first.level == 1 else ""))


def _says_more(text: str) -> bool:
    """Whether a text holds anything but one heading."""
    found = headings(text)
    return (
        bool(re.sub(r"^#.*$", "", text, count=1, flags=re.MULTILINE).strip()) if found else bool(text.strip())
    )


def _title(texts: Mapping[str, str]) -> str:
    first = next(iter(texts), "")
    return _first_title(texts[first]) if first and "/" not in first and _is_index(first) else ""


def _said(texts: Mapping[str, str]) -> dict[str, Any]:
    """What the head of the folder's own index says; of another first file, all but its title."""
    first = next(iter(texts), "")
    values = parse(texts[first])[0] if first else {}
    return values if _is_index(first) and "/" not in first else {**values, "title": ""}


def _people(said: Mapping[str, Any]) -> tuple[str, ...]:
    author = said.get("author") or said.get("authors")
    names: Iterable[Any] = author if isinstance(author, list) else [author] if author else []
    return tuple(name for name in names if isinstance(name, str))


def _bibliography(texts: Mapping[str, str], source: Source, root: str) -> tuple[str, ...]:
    """The sources that a file's head names, else the files of sources in the folder."""
    for name, text in texts.items():
        said = parse(text)[0].get("bibliography")
        named = said if isinstance(said, list) else [said] if said else []
        if named:
            beside = posixpath.dirname(name)
            return tuple(posixpath.normpath(posixpath.join(beside, str(path))) for path in named)
    return tuple(source.names(root, _SOURCES))
