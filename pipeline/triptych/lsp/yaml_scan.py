"""Find files, ids and terms in the manifest, in bibliographies and in glossary files, with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triptych.lsp.markdown_scan import Mention, MentionKind
from triptych.lsp.source_text import SourceText
from triptych.reading.bibtex import find_keys
from triptych.reading.project_files import iter_nested_strings
from triptych.yaml_text import load_yaml, locate_value

_FILE_NAME = re.compile(r"[^\s:*?\"<>|]+\.[A-Za-z]\w{1,5}")
_TERM_LINE = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?P<key>term|abbreviation|plural|key):[ \t]*"
    r"(?P<quote>[\"']?)(?P<name>[^\n]*?)(?P=quote)[ \t]*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class ManifestScan:
    """The mentions in the manifest, and its paths as written.

    ``editions`` are lists of sections: first that of the book, then those of profiles with their own list.
    """

    mentions: tuple[Mention, ...] = ()
    editions: tuple[tuple[str, ...], ...] = ()
    glossaries: tuple[str, ...] = ()
    bibliographies: tuple[str, ...] = ()


def scan_manifest(source: SourceText) -> ManifestScan:
    """Scan the text of a manifest. Raise ``MalformedYamlError`` if it cannot be parsed."""
    tree = load_yaml(source.text)
    if not isinstance(tree, Mapping):
        return ManifestScan()
    profiles = tree.get("profiles")
    variants = (
        [item for item in profiles.values() if isinstance(item, Mapping)]
        if isinstance(profiles, Mapping)
        else []
    )
    editions = [_list_sections(item) for item in (tree, *variants)]
    return ManifestScan(
        tuple(sorted(_iter_mentions(tree, tree, (), source))),
        tuple(filter(None, editions)),
        tuple(item for tree in (tree, *variants) for item in iter_nested_strings(tree.get("glossary"))),
        tuple(item for tree in (tree, *variants) for item in iter_nested_strings(tree.get("bibliography"))),
    )


def _list_sections(tree: Mapping[str, Any]) -> tuple[str, ...]:
    book = tree.get("book")
    if not isinstance(book, Mapping):
        return ()
    return tuple(path for key in ("chapters", "appendices") for path in iter_nested_strings(book.get(key)))


def _iter_mentions(
    tree: Any, value: Any, steps: tuple[str | int, ...], source: SourceText
) -> Iterator[Mention]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _iter_mentions(tree, item, (*steps, key), source)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _iter_mentions(tree, item, (*steps, index), source)
    elif isinstance(value, str) and value:
        is_id = len(steps) > 1 and steps[-2] == "slides" and isinstance(steps[-1], int)
        if is_id or _FILE_NAME.fullmatch(value):
            start = source.text.find(value, source.find_span(*locate_value(tree, steps)))
            if start >= 0:
                kind = MentionKind.REFERENCE if is_id else MentionKind.FILE
                yield Mention(start, start + len(value), kind, value)


def scan_bibliography(path: str, source: SourceText) -> tuple[Mention, ...]:
    """Return the keys of the entries in a bibliography file, as definitions."""
    mentions = []
    for key, span in find_keys(path, source.text.encode("utf-8", "replace")):
        start = source.find_span(span.line, span.column)
        mentions.append(Mention(start, start + len(key), MentionKind.CITATION, key))
    return tuple(mentions)


def scan_glossary(source: SourceText) -> tuple[tuple[Mention, str], ...]:
    """Return each name in a glossary file with the term of its entry."""
    terms: list[tuple[Mention, str]] = []
    term = ""
    for match in _TERM_LINE.finditer(source.text):
        name = match["name"]
        term = name if match["key"] == "term" else term
        terms.append((Mention(*match.span("name"), MentionKind.TERM, name), term))
    return tuple(terms)
