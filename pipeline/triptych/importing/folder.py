"""A folder of Markdown files: in the order of their names, with sub-folders as parts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from triptych.importing import commonmark
from triptych.importing.book import Metadata, Piece, Section, SourceBook
from triptych.importing.draft import Draft, Finding
from triptych.importing.front_matter import parse, take
from triptych.importing.headings import headings
from triptych.importing.source import Source

LOOKS_FOR = "Markdown files (*.md)"
_INDEX = ("index", "readme")
_PANDOC = re.compile(
    r"^:::|\{#[\w-]+[^}\n]*\}|\]\{\.[\w-]|\[-?@[\w:-]+|(?<!\w)@(?:fig|tbl|sec|eq)-\w", re.MULTILINE
)
_ENDINGS = (".md", ".markdown")


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
    texts, found = {}, []
    for name in sorted(source.names("", _ENDINGS), key=natural):
        text = source.text(name)
        if text is None:
            found.append(
                Finding(path=name, what="it cannot be read as UTF-8 text of the source", done="left out")
            )
        else:
            texts[name] = text
    pandoc = any(_PANDOC.search(text) for text in texts.values())
    sections, more = _sections(texts, pandoc=pandoc)
    title = _title(texts) or path.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize()
    return SourceBook(
        metadata=Metadata(title=title or "Untitled", authors=_people(texts)),
        sections=tuple(sections),
        findings=(*found, *more),
    )


def _sections(texts: dict[str, str], *, pandoc: bool) -> tuple[list[Section], list[Finding]]:
    sections, found = [], []
    titles = _part_titles(texts)
    for name, text in texts.items():
        draft, head, more = take(Draft.of(name, text), silent=("author", "date"))
        found += more
        part = titles.get(name.partition("/")[0], "") if "/" in name else ""
        if name.count("/") > 1:
            found.append(
                Finding(path=name, what="parts hold no parts", done=f'a chapter of the part "{part}"')
            )
        if part and _is_index(name) and name.count("/") == 1 and not _says_more(draft.text):
            continue  # it only names the part
        if not pandoc:
            draft = commonmark.adapt(draft, escape=False, math=True)
        title = "" if "title" in head else _name(name)
        section_path = re.sub(r"\.markdown$", ".md", name)
        piece = Piece(draft=draft, title=title)
        sections.append(Section(path=section_path, pieces=(piece,), head=head, part=part))
    return sections, found


def _is_index(name: str) -> bool:
    return posixpath.splitext(posixpath.basename(name))[0].lower() in _INDEX


def _part_titles(texts: dict[str, str]) -> dict[str, str]:
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


def _title(texts: Iterable[str] | dict[str, str]) -> str:
    first = next(iter(texts), "")
    if not isinstance(texts, dict) or not first or "/" in first or not _is_index(first):
        return ""
    return _first_title(texts[first])


def _people(texts: dict[str, str]) -> tuple[str, ...]:
    first = next(iter(texts.values()), "")
    author = parse(first)[0].get("author")
    names = author if isinstance(author, list) else [author] if author else []
    return tuple(name for name in names if isinstance(name, str))
