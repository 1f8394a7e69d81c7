"""Where a folder of Markdown files says their order: SUMMARY.md, _sidebar.md or mkdocs.yml."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from triptych.yaml_text import load_mapping
from triptych_import.markdown.headings import headings, plain_text
from triptych_import.markdown.masking import code_blocks, scan
from triptych_import.outline.file_names import natural
from triptych_import.outline.summary import Entry, parse_summary
from triptych_import.source import Source

_LISTS = ("SUMMARY.md", "summary.md", "_sidebar.md")
_FOLDERS = ("", "docs", "src", "book", "content")
_TEXTS = (".md", ".markdown")
_SETTINGS = ("mkdocs.yml", "mkdocs.yaml")
_DEEPEST = 2  # levels of files within a chapter


@dataclass(frozen=True, slots=True)
class Contents:
    """A list of contents: its file, the folder of the texts, its entries; what it says of the book."""

    path: str
    root: str
    entries: tuple[Entry, ...]
    title: str = ""
    author: str = ""


def find(source: Source) -> Contents | None:
    """The first list of contents of a folder that names files which are there."""
    found = next((found for found in _all(source) if _named(found, source) > 1), None)
    if found is None or found.path in (*_SETTINGS, "index.md"):
        return found
    return with_pages(found, source)


def _all(source: Source) -> Iterator[Contents]:
    for name in _SETTINGS:
        text = source.text(name)
        if text is not None:
            yield from _mkdocs(source, name, text)
    if (toc := _of_toc(source)) is not None:
        yield toc
    for folder in _FOLDERS:
        for name in _LISTS:
            if (found := _of_list(source, posixpath.join(folder, name), folder)) is not None:
                yield found


def _of_toc(source: Source) -> Contents | None:
    """The chapters that ``toc`` blocks of d2lbook list in index.md, each with the sections that it lists."""
    entries: list[Entry] = []

    def add(path: str, depth: int) -> None:
        folder = posixpath.dirname(path)
        for line in _toc_lines(source.text(path) or ""):
            name = posixpath.normpath(posixpath.join(folder, f"{line.removesuffix('.md')}.md"))
            if source.text(name) is None or any(entry.path == name for entry in entries):
                continue
            entries.append(Entry("", name, depth, "", 1))
            if depth < _DEEPEST:
                add(name, depth + 1)

    if _has_prose(source.text("index.md") or ""):
        entries.append(Entry("", "index.md", None, "", 1))
    add("index.md", 0)
    settings = source.text("config.ini") or ""
    title, author = (
        match.group(1).strip() if (match := re.search(rf"^{key}[ \t]*=[ \t]*(.+)$", settings, re.M)) else ""
        for key in ("title", "author")
    )
    return Contents("index.md", "", tuple(entries), title, author) if entries[-1:] != entries[:1] else None


def _has_prose(text: str) -> bool:
    """Whether a text has more than headings and code."""
    within = [(heading.start, heading.end) for heading in headings(text)]
    return any(
        line.prose and line.text.strip() and not any(start <= line.start < end for start, end in within)
        for line in scan(text)
    )


def _toc_lines(text: str) -> Iterator[str]:
    for block in code_blocks(scan(text)):
        if block.opening.text.strip("`~ \t") == "toc":
            lines = (line.text.strip() for line in block.code)
            yield from (line for line in lines if line and not line.startswith(":"))


def with_pages(
    contents: Contents, source: Source, first: str = "README.md", last: str = "GLOSSARY.md"
) -> Contents:
    """A list with the page that a site begins with and the glossary of GitBook, which lists need not name."""
    listed = {entry.path for entry in contents.entries}

    def unnamed(title: str, name: str) -> list[Entry]:
        there = name not in listed and source.text(posixpath.join(contents.root, name)) is not None
        return [Entry(title, name, None, "", 1)] if there else []

    entries = (*unnamed("Introduction", first), *contents.entries, *unnamed("Glossary", last))
    return replace(contents, entries=entries)


def of_summary(source: Source, path: str, root: str) -> Contents | None:
    """A list of contents at a known place, if it names a text that is there."""
    found = _of_list(source, path, root)
    return found if found is not None and _named(found, source) else None


def _of_list(source: Source, path: str, root: str) -> Contents | None:
    text = source.text(path)
    if text is None:
        return None
    entries = [_local(entry, source, root) for entry in _in_parts(text)]
    return Contents(path, root, tuple(entry for entry in entries if entry is not None))


def _named(contents: Contents, source: Source) -> int:
    """How many of the texts that it names are there."""
    named = [entry.path for entry in contents.entries if entry.path]
    return sum(source.text(posixpath.join(contents.root, name)) is not None for name in named)


def _local(entry: Entry, source: Source, root: str) -> Entry | None:
    """An entry with the file that it means; docsify leaves endings out. None for other sites."""
    if re.match(r"[a-z]+:|//", entry.path):
        return None
    path = entry.path.lstrip("/")
    tries = (path, f"{path}.md", posixpath.join(path, "README.md"))
    file = next((name for name in tries if source.text(posixpath.join(root, name)) is not None), path)
    return replace(entry, path=_spelt(source, root, file) if entry.path else "")


def _spelt(source: Source, root: str, path: str) -> str:
    """A path with the capitals of its file."""
    return posixpath.relpath(source.as_named(posixpath.join(root, path)), root or ".")


def _in_parts(text: str) -> Iterator[Entry]:
    """The entries of a list in which words without a link name parts, or head what is nested in them."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        item = re.match(r"^[-*+][ \t]+([^\[\s].*)$", line)
        inner = re.match(r"^([ \t]+[-*+][ \t]+)([^\[\s].*)$", line.rstrip(" \t"))
        if item and "](" not in item.group(1):
            lines[index] = f"## {item.group(1)}"
        elif inner and "](" not in inner.group(2):
            lines[index] = f"{inner.group(1)}[{inner.group(2)}]()"
    heading = next((line for line in lines if line.startswith("#")), "")
    return parse_summary("\n".join(lines), titled=heading.startswith("# "))


def _mkdocs(source: Source, name: str, text: str) -> Iterator[Contents]:
    settings = load_mapping(re.sub(r"!!?[\w/.:]+", "", text))
    root = posixpath.normpath(str(settings.get("docs_dir") or "docs"))
    root = root if source.names(root, (".md",)) else "docs"  # a folder that is made while building
    root = "" if root == "." else root
    entries = tuple(_navigation(settings.get("nav"), "", partial(_in_folder, source, root)))
    title, author = settings.get("site_name", ""), settings.get("site_author", "")
    yield Contents(name, root, entries, str(title or ""), str(author or ""))


def _in_folder(source: Source, root: str, folder: str) -> list[str]:
    """The texts of a folder: those that its README or SUMMARY lists, else all in the order of their names."""
    for name in ("SUMMARY.md", "README.md", "index.md"):
        path = posixpath.join(folder, name)
        listing = source.text(posixpath.join(root, path))
        listed = [
            posixpath.normpath(posixpath.join(folder, entry.path)) for entry in parse_summary(listing or "")
        ]
        existing = [name for name in listed if source.text(posixpath.join(root, name)) is not None]
        if len(existing) > 1:
            return [*([] if name == "SUMMARY.md" else [path]), *dict.fromkeys(existing)]
    names = sorted(source.names(posixpath.join(root, folder), _TEXTS), key=natural)
    return [posixpath.normpath(posixpath.join(folder, name)) for name in names]


def _navigation(items: Any, part: str, in_folder: Callable[[str], list[str]]) -> Iterator[Entry]:
    """``nav``: its first level of lists makes parts, deeper ones are chapters of those.

    A value that ends with a slash stands for the texts of a folder.
    """
    for item in items if isinstance(items, list) else []:
        pairs = item.items() if isinstance(item, dict) else [("", item)]
        for title, value in pairs:
            words = plain_text(html.unescape(str(title))).replace("\xa0", " ")
            if isinstance(value, list):
                yield from _navigation(value, part or " ".join(words.split()), in_folder)
            elif isinstance(value, str) and value.endswith("/"):
                title = part or " ".join(words.split())
                yield from (Entry("", path, 0, title, 1) for path in in_folder(value))
            elif isinstance(value, str) and value.endswith(_TEXTS):
                yield Entry(" ".join(words.split()), posixpath.normpath(value), 0, part, 1)
