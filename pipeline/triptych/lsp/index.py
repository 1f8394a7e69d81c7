"""Look up ids, citation keys and terms in the current texts of a project's files.

The texts are those of open documents, or else of the files. A text is scanned once, on first use.
"""

from __future__ import annotations

import csv
import posixpath
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from triptych.lsp.markdown_scan import HeadingLine, MarkdownScan, Mention, MentionKind, scan_markdown
from triptych.lsp.snapshot import EMPTY_SNAPSHOT, DataTable, Snapshot, Target
from triptych.lsp.source_text import SourceText
from triptych.lsp.yaml_scan import ManifestScan, scan_bibliography, scan_glossary, scan_manifest
from triptych.passes.numbering import make_github_id, make_pandoc_id
from triptych.project import MANIFEST, Project, UnsafePathError
from triptych.reading.bibliography import CROSS_REFERENCE
from triptych.reading.line_scan import normalise_heading
from triptych.yaml_text import MalformedYamlError

T = TypeVar("T")

_MAX_STATE_AGE = 0.3  # seconds until the state of a file on disk is checked again
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_LATEX_LABEL = re.compile(r"^([a-z]+):")
_SHOWN_ROWS = 5
_SOURCE = posixpath.dirname(MANIFEST)

# The path of a file, and a mention in it.
Place = tuple[str, Mention]


class ProjectIndex:
    """The texts of a project and the mentions in them. Paths are relative to ``root``, the project's folder.

    ``snapshot`` is the last snapshot that has a book.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = Project(root, trusted=False)
        self.snapshot: Snapshot = EMPTY_SNAPSHOT
        self._open: dict[str, SourceText] = {}
        self._files: dict[str, tuple[float, tuple[int, int] | None, SourceText | None]] = {}
        self._scans: dict[str, tuple[SourceText, MarkdownScan]] = {}
        self._keys: dict[str, tuple[SourceText, tuple[Mention, ...]]] = {}
        self._terms: dict[str, tuple[SourceText, tuple[tuple[Mention, str], ...]]] = {}
        self._editions: tuple[float, list[tuple[str, ...]]] = (-inf, [])
        self._manifest: tuple[SourceText | None, ManifestScan] = (None, ManifestScan())

    # --- Texts ------------------------------------------------------------------------------------

    def set_open_text(self, path: str, text: str | None) -> None:
        """Set the text of an open document, or None if it was closed."""
        self._editions = (-inf, [])
        if text is None:
            self._open.pop(path, None)
        else:
            self._open[path] = SourceText(text)

    @property
    def open_texts(self) -> dict[str, str]:
        """Return the texts of all open documents."""
        return {path: source.text for path, source in self._open.items()}

    def get_text(self, path: str) -> SourceText | None:
        """Return the current text of a file, or None if it is missing or cannot be read."""
        if path in self._open:
            return self._open[path]
        current_time = time.monotonic()
        checked, stamp, source = self._files.get(path, (-inf, None, None))
        if current_time - checked < _MAX_STATE_AGE:
            return source
        try:
            status = (self.root / path).stat()
            current = status.st_mtime_ns, status.st_size
        except OSError:
            current = None
        if current is None:
            source = None
        elif current != stamp:
            source = None
            with suppress(OSError, UnsafePathError, UnicodeDecodeError):
                source = SourceText(self.project.read_text(path))
        self._files[path] = current_time, current, source
        return source

    def is_section(self, path: str) -> bool:
        """Return whether a path is that of a Markdown file."""
        return path.lower().endswith((".md", ".markdown"))

    def scan(self, path: str) -> MarkdownScan | None:
        """Return the scan of a section's current text, or None if it cannot be read."""
        source = self.get_text(path)
        if source is None:
            return None
        scanned = self._scans.get(path)
        if scanned is None or scanned[0].text != source.text:
            scanned = self._scans[path] = source, scan_markdown(source.text)
        return scanned[1]

    @property
    def manifest(self) -> ManifestScan:
        """Return the scan of the manifest, or the last valid scan while the manifest is malformed."""
        source = self.get_text(MANIFEST)
        if source is not None and self._manifest[0] is not source:
            scan = self._manifest[1]
            with suppress(MalformedYamlError):
                scan = scan_manifest(source)
            self._manifest = source, scan
        return self._manifest[1]

    def locate_file(self, name: str, referring_path: str) -> str | None:
        """Return the path of a file that a source file refers to, or None if it is missing or forbidden."""
        with suppress(UnsafePathError, OSError):
            return self.project.locate_file(unquote(name), referring_file=referring_path)
        return None

    def get_table(self, path: str) -> DataTable | None:
        """Return the columns of a data file, from its first lines if the last snapshot does not have it."""
        if path in self.snapshot.tables:
            return self.snapshot.tables[path]
        source = self.get_text(path) if path.lower().endswith(".csv") else None
        lines = source.text.split("\n", _SHOWN_ROWS + 1)[: _SHOWN_ROWS + 1] if source else []
        delimiter = max(",;\t|", key=lines[0].count) if lines else ","
        rows: list[list[str]] = []
        with suppress(csv.Error):
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        if source is None or not rows:
            return None
        columns = (
            (name, tuple(row[place] for row in rows[1:] if place < len(row)))
            for place, name in enumerate(rows[0])
        )
        return DataTable(tuple(columns), source.text.count("\n"))

    # --- Members ----------------------------------------------------------------------------------

    def list_related_files(self, path: str) -> tuple[str, ...]:
        """Return the sections in the same edition as ``path``, and the files that they include.

        The manifest is part of every edition. The book is an edition, and so is a profile with its own list
        of sections.
        """
        editions = self._list_editions()
        matching_editions = [edition for edition in editions if path in edition] or editions[:1]
        related = dict.fromkeys(file for edition in matching_editions for file in edition)
        if path.endswith(".md") and path not in related:
            related[path] = None
        return tuple(related)

    def list_all_sections(self) -> tuple[str, ...]:
        """Return the sections of all editions, and the files that they include."""
        return tuple(dict.fromkeys(file for edition in self._list_editions() for file in edition))

    def _list_editions(self) -> list[tuple[str, ...]]:
        current_time = time.monotonic()
        if current_time - self._editions[0] > _MAX_STATE_AGE:
            self._editions = (
                current_time,
                [self._expand_includes(edition) for edition in self.manifest.editions],
            )
        return self._editions[1]

    def _expand_includes(self, sections: tuple[str, ...]) -> tuple[str, ...]:
        expanded: dict[str, None] = {}
        waiting = [posixpath.normpath(posixpath.join(_SOURCE, section)) for section in reversed(sections)]
        while waiting:
            path = waiting.pop()
            scan = self.scan(path) if path not in expanded else None
            if scan is not None:
                expanded[path] = None
                included_names = (mention.name for mention in scan.mentions if mention.included)
                waiting += filter(None, (self.locate_file(name, path) for name in included_names))
        return tuple(expanded)

    # --- Ids --------------------------------------------------------------------------------------

    def iter_mentions(self, paths: tuple[str, ...], kind: MentionKind) -> Iterator[Place]:
        """Yield all mentions of a kind in files."""
        for path in paths:
            if scan := self.scan(path):
                for mentions in scan.by_kind[kind].values():
                    for mention in mentions:
                        yield path, mention

    def find_mentions(self, paths: tuple[str, ...], kind: MentionKind, name: str) -> list[Place]:
        """Return the mentions of a name in files."""
        scans = ((path, scan) for path in paths if (scan := self.scan(path)))
        return [(path, mention) for path, scan in scans for mention in scan.by_kind[kind].get(name, ())]

    def find_definitions(self, identifier: str, path: str) -> list[Place]:
        """Return the positions where an id is defined in the edition of ``path``."""
        related = self.list_all_sections() if path == MANIFEST else self.list_related_files(path)
        return self.find_mentions(related, MentionKind.DEFINITION, identifier)

    def list_mentions(self, path: str) -> tuple[Mention, ...]:
        """Return all mentions in a section, the manifest, a bibliography or a glossary file."""
        if self.is_section(path):
            scan = self.scan(path)
            return scan.mentions if scan else ()
        if path == MANIFEST:
            return self.manifest.mentions
        keys = tuple(mention for file, mention in self.iter_keys() if file == path)
        return keys or tuple(mention for file, mention, _ in self.iter_terms() if file == path)

    def resolve_id(self, mention: Mention, path: str) -> str:
        """Return the id of a reference. A word may follow the id directly, as in ``@fig-x에서``."""
        name = mention.name
        if self.find_definitions(name, path) or name in self.snapshot.targets:
            return name
        ascii_end = _NON_ASCII.search(name)
        shorter = name[: ascii_end.start()] if ascii_end else ""
        for other in (shorter, _to_id(name)):
            if other and other != name and CROSS_REFERENCE.match(other):
                return other
        return name

    def find_references(self, identifier: str, path: str) -> list[Place]:
        """Return the references to an id in the edition of ``path``, without its definitions."""
        references = []
        related = self.list_related_files(path)
        for file, mention in self.iter_mentions(related, MentionKind.REFERENCE):
            is_near = mention.name.startswith(identifier) or _to_id(mention.name) == identifier
            if is_near and self.resolve_id(mention, file) == identifier:
                end = min(mention.end, mention.start + len(identifier))
                references.append((file, Mention(mention.start, end, mention.kind, identifier, mention.file)))
        editions = self._list_editions()
        if not editions or set(related) & set(editions[0]):
            references += [
                (MANIFEST, mention)
                for mention in self.manifest.mentions
                if mention.kind is MentionKind.REFERENCE and mention.name == identifier
            ]
        return references

    def find_heading(self, mention: Mention, path: str) -> tuple[str, HeadingLine] | None:
        """Return the heading that a link to an automatic id, or ``[Heading]``, refers to, or None."""
        if mention.kind is MentionKind.HEADING:
            related = self.list_related_files(path)
            files = (path, *(related_file for related_file in related if related_file != path))
            return next(
                (
                    (file, heading)
                    for file in files
                    for heading in self._list_headings(file)
                    if normalise_heading(heading.title) == mention.name
                ),
                None,
            )
        file = self.locate_file(mention.file, path) if mention.file else path
        scan = self.scan(file) if file else None
        if file is None or scan is None:
            return None
        counts: dict[str, int] = {}
        for heading in scan.headings:
            names = {make_pandoc_id(heading.title) or "section", make_github_id(heading.title)}
            for name in names:
                number = counts[name] = counts.get(name, -1) + 1
                if (f"{name}-{number}" if number else name) == unquote(mention.name):
                    return file, heading
        return None

    def _list_headings(self, path: str) -> tuple[HeadingLine, ...]:
        scan = self.scan(path)
        return scan.headings if scan else ()

    def get_chapter_file(self, identifier: str) -> str | None:
        """Return the section whose chapter has this id, derived from the file name, or None."""
        chapters = self.snapshot.chapters.items()
        return next((path for path, chapter in chapters if chapter == identifier), None)

    def list_ids(self, path: str) -> dict[str, Target]:
        """Return the ids in the edition of ``path``, with their elements in the last snapshot."""
        known_targets = self.snapshot.targets
        related = self.list_related_files(path)
        ids = {
            mention.name: known_targets.get(mention.name) or Target("", "")
            for _, mention in self.iter_mentions(related, MentionKind.DEFINITION)
        }
        for file, chapter in self.snapshot.chapters.items():
            if file in related and chapter not in ids and chapter in known_targets:
                ids[chapter] = known_targets[chapter]
        return ids

    # --- Citations and terms ----------------------------------------------------------------------

    def iter_keys(self) -> Iterator[Place]:
        """Yield the citation keys in the bibliography files."""
        yield from self._scan_files(self.manifest.bibliographies, self._keys, scan_bibliography)

    def iter_terms(self) -> Iterator[tuple[str, Mention, str]]:
        """Yield the names in the glossary files as path, mention and the term of the entry."""

        def scan(path: str, source: SourceText) -> tuple[tuple[Mention, str], ...]:
            return scan_glossary(source)

        for path, (mention, term) in self._scan_files(self.manifest.glossaries, self._terms, scan):
            yield path, mention, term

    def _scan_files(
        self,
        names: Iterable[str],
        scanned: dict[str, tuple[SourceText, tuple[T, ...]]],
        scan: Callable[[str, SourceText], tuple[T, ...]],
    ) -> Iterator[tuple[str, T]]:
        """Scan the files that the manifest refers to, and yield each result with the path of its file.

        ``scanned`` caches the results for unchanged files.
        """
        for name in dict.fromkeys(names):
            path = self.locate_file(name, MANIFEST)
            source = self.get_text(path) if path else None
            if path is None or source is None:
                continue
            cached_scan = scanned.get(path)
            if cached_scan is None or cached_scan[0] is not source:
                cached_scan = scanned[path] = source, scan(path, source)
            for item in cached_scan[1]:
                yield path, item

    def find_term(self, name: str) -> tuple[str, Mention, str] | None:
        """Return the glossary entry that a term in the text refers to, or None."""
        names: dict[str, tuple[str, Mention, str]] = {}
        for path, mention, term in self.iter_terms():
            names.setdefault(_fold(mention.name), (path, mention, term))
        key = _fold(name)
        spellings = (key, key.removesuffix("s"), key.removesuffix("es"))
        return next((names[spelling] for spelling in spellings if spelling in names), None)

    def get_definition(self, term: str) -> str:
        """Return the definition of a term in the last snapshot, or ""."""
        key = _fold(term)
        for entry in self.snapshot.terms:
            name = _fold(entry.name)
            if name == key or name.startswith((f"{key} (", f"{key}（")):
                return entry.definition
        return ""


def _to_id(label: str) -> str:
    """Convert a LaTeX label such as ``fig:x`` to an id."""
    return _LATEX_LABEL.sub(r"\1-", label)


def _fold(name: str) -> str:
    return " ".join(name.lower().split())
