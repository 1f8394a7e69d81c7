"""HonKit and GitBook: book.json, book.js or .gitbook.yaml, SUMMARY.md, and the marks of their templates."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from triptych.yaml_text import MalformedYaml, load_yaml, plain
from triptych_import.book import SourceBook
from triptych_import.draft import Draft, Finding
from triptych_import.formats import folder
from triptych_import.markdown import templates
from triptych_import.outline import contents
from triptych_import.outline.contents import Contents
from triptych_import.source import Source

LOOKS_FOR = "book.json, book.js or .gitbook.yaml with a SUMMARY.md (HonKit, GitBook)"
_FILES = ("book.json", ".gitbook.yaml", ".gitbook.yml", "book.js")
_WRITTEN = re.compile(
    r"^[ \t]*[\"']?(title|author|description|language|root)[\"']?[ \t]*:[ \t]*([\"'`])([^\"'`$\\\n]*)\2",
    re.MULTILINE,
)
# What concerns a site or the making of it, and what is read here.
_KNOWN = frozenset(
    "title author authors description language root structure variables gitbook honkit plugins pluginsConfig"
    " pdf styles links direction extension".split()
)

_OWN_PLUGINS = ("include-codeblock",)


def recognises(path: Path) -> bool:
    """Whether a folder is a book of HonKit or GitBook."""
    if not path.is_dir():
        return False
    source = Source(path)
    _, settings = _settings(source)
    return settings is not None and _contents(source, settings) is not None


def read(path: Path) -> SourceBook:
    """A HonKit book's folder → the book."""
    source = Source(path)
    name, settings = _settings(source)
    settings = settings or {}
    listing = _contents(source, settings)
    root = listing.root if listing else ""
    variables = settings.get("variables")
    values = {"book": {**settings, **(variables if isinstance(variables, dict) else {})}}

    def first(draft: Draft) -> tuple[Draft, list[Finding]]:
        return templates.filled(draft, values, source.below(root))

    book = folder.assembled(source, listing, path.resolve().name, first=first)
    place = partial(posixpath.relpath, start=root or ".")
    found = [Finding(path=place(name), what=what, done=done) for what, done in _left_out(settings)]
    if name.endswith(".js"):
        what = "the settings file is a program"
        found.append(Finding(path=place(name), what=what, done="not run, except for literal values"))
    if source.text("LANGS.md") is not None:
        found.append(
            Finding(
                path=place("LANGS.md"), what="the book has several languages", done="only one was imported"
            )
        )
    author = settings.get("author", settings.get("authors", ""))
    people = tuple(map(str, author)) if isinstance(author, list) else (str(author),) if author else ()
    metadata = replace(
        book.metadata,
        authors=people or book.metadata.authors,
        language=str(settings.get("language") or book.metadata.language),
        description=str(settings.get("description") or ""),
    )
    return replace(book, metadata=metadata, findings=(*book.findings, *found))


def _in_program(text: str) -> dict[str, str]:
    """The settings that a program says in plain words, the first of each name."""
    found = {match.group(1): match.group(3) for match in reversed(list(_WRITTEN.finditer(text)))}
    return found if "module.exports" in text else {}


_READ: Mapping[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".js": lambda text: _in_program(text) or None,
    ".yaml": lambda text: plain(load_yaml(text)),
    ".yml": lambda text: plain(load_yaml(text)),
}


def _settings(source: Source) -> tuple[str, dict[str, Any] | None]:
    for name in _FILES:
        if (text := source.text(name)) is None:
            continue
        try:
            tree = _READ[posixpath.splitext(name)[1]](text)
        except (ValueError, MalformedYaml, RecursionError):
            continue
        if isinstance(tree, dict):
            return name, tree
    return "", None


def _contents(source: Source, settings: Mapping[str, Any]) -> Contents | None:
    """The summary that the settings name; None where it lists no text that is there."""
    root = posixpath.normpath(str(settings.get("root") or ".")).strip("/")
    root = "" if root == "." else root
    structure = settings.get("structure")
    file_names = structure if isinstance(structure, dict) else {}
    path = posixpath.join(root, str(file_names.get("summary") or "SUMMARY.md"))
    listing = contents.of_summary(source, path, root)
    if listing is None:
        return None
    readme, glossary = (str(file_names.get(name) or f"{name.upper()}.md") for name in ("readme", "glossary"))
    listing = contents.with_pages(listing, source, readme, glossary)
    return replace(listing, title=str(settings.get("title") or ""))


def _left_out(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Settings that are not carried over: what, and what became of it."""
    for key in settings:
        if key not in _KNOWN:
            yield f'unsupported setting "{key}"', "omitted"
    plugins = settings.get("plugins")
    for name in plugins if isinstance(plugins, list) else []:
        if not str(name).startswith("-") and name not in _OWN_PLUGINS:
            yield f'unsupported plugin "{name}"', "not run"
