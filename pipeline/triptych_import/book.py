"""Define the data model of an import: the book, its sections, their texts with line numbers, and findings."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.processes.limits import report_position
from triptych.model.nodes import TheoremKind

# Front matter of a section file.
FrontMatterValues: TypeAlias = dict[str, "str | bool | tuple[str, ...]"]
# A function that returns a file's text by path, or None if it is missing, not UTF-8, or outside the source.
ReadText: TypeAlias = Callable[[str], "str | None"]
# A function that returns the reason why an image cannot be used, or "" if it can be used.
FindImageProblem: TypeAlias = Callable[[str], str]

# Id prefixes by class of theorem blocks, without algorithms and proofs, which have no ids in the source.
STATEMENT_PREFIXES = {
    kind.name.lower(): kind.value for kind in TheoremKind if kind.name not in ("ALGORITHM", "PROOF")
}


class ImportFailedError(Exception):
    """Raised if a source cannot be imported. ``finding`` is the diagnostic with the reason."""

    def __init__(self, code: str, span: Span, message: str, hint: str) -> None:
        super().__init__(code, span, message, hint)
        self.finding = Diagnostic(code=code, span=span, message=message, hint=hint)

    def __str__(self) -> str:
        return str(self.finding)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ImportFinding:
    """A finding about content that was changed or omitted: its position, a message, and the action taken."""

    path: str
    line: int = 1
    column: int = 1
    message: str
    action: str

    def __str__(self) -> str:
        return f"{self.location}: note: {self.message}; {self.action}"

    @property
    def location(self) -> str:
        """The path, line and column, separated by colons."""
        return f"{self.path}:{self.line}:{self.column}"

    def relocate(self, root: str) -> ImportFinding:
        """Prepend the folder ``root`` to the finding's path."""
        return replace(self, path=posixpath.normpath(posixpath.join(root, self.path)))


def as_list(value: Any) -> list[Any]:
    """Return a list unchanged, an empty value as an empty list, and any other value in a list."""
    return value if isinstance(value, list) else [value] if value else []


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of ``text[start:end]``, or an insertion if ``start`` equals ``end``."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A Markdown text that keeps the line numbers of its source file.

    ``path`` is the path of the source file. ``lines`` has the source line number of each line in ``text``.
    """

    path: str
    text: str
    lines: tuple[int, ...]
    findings: tuple[ImportFinding, ...] = ()

    @classmethod
    def from_text(cls, path: str, text: str) -> Draft:
        """Return the draft of a whole source file."""
        return cls(path, text, tuple(range(1, text.count("\n") + 2)))

    def make_finding(self, offset: int, message: str, action: str) -> ImportFinding:
        """Create a finding at a character offset in the draft, with its position in the source file."""
        column = offset - self.text.rfind("\n", 0, offset)
        line = self.lines[bisect_right(_find_line_starts(self.text), offset) - 1]
        return ImportFinding(path=self.path, line=line, column=column, message=message, action=action)

    def extract(self, start: int, end: int) -> Draft:
        """Return the draft of ``text[start:end]``, without findings."""
        first = bisect_right(_find_line_starts(self.text), start) - 1
        text = self.text[start:end]
        return Draft(self.path, text, self.lines[first : first + text.count("\n") + 1])

    def apply_edits(self, edits: Iterable[Edit], findings: Iterable[ImportFinding] = ()) -> Draft:
        """Apply edits to the draft, and add findings.

        If edits overlap, only the first of them is applied.
        """
        line_starts = _find_line_starts(self.text)
        out: list[str] = []
        lines = [self.lines[0]]
        position = 0

        def find_line_number(offset: int) -> int:
            return self.lines[bisect_right(line_starts, offset) - 1]

        def copy_until(end: int) -> None:
            out.append(self.text[position:end])
            first = bisect_right(line_starts, position)
            lines.extend(self.lines[first : first + self.text.count("\n", position, end)])

        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            if edit.start < position:
                continue
            copy_until(edit.start)
            out.append(edit.replacement)
            lines.extend([find_line_number(edit.start)] * edit.replacement.count("\n"))
            if edit.replacement.endswith("\n") or (
                "\n" in self.text[edit.start : edit.end] and not edit.replacement
            ):
                lines[-1] = find_line_number(edit.end)
            position = edit.end
        copy_until(len(self.text))
        return Draft(self.path, "".join(out), tuple(lines), (*self.findings, *findings))


@lru_cache(maxsize=4)
def _find_line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A source file in a section.

    ``depth`` is its nesting level within the chapter: 0 for the chapter's own file.
    """

    draft: Draft
    depth: int = 0
    title: str = ""

    @property
    def path(self) -> str:
        """The path of the source file, relative to the root folder of the book."""
        return self.draft.path


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionFile:
    """A section file to write: its path under ``source/``, its Markdown texts, and its front matter.

    If ``is_included`` is true, the file is not a chapter, but included in other section files by a shortcode.
    """

    path: str
    source_texts: tuple[SourceText, ...]
    front_matter: Mapping[str, str | bool | tuple[str, ...]] = field(default_factory=dict)
    part: str = ""
    is_appendix: bool = False
    is_included: bool = False

    def with_drafts(self, convert_text: Callable[[SourceText], Draft]) -> SectionFile:
        """Return a copy of the section with each draft converted by ``convert_text``."""
        return replace(
            self, source_texts=tuple(replace(piece, draft=convert_text(piece)) for piece in self.source_texts)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The metadata of a book, to be written to ``book.yaml``."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    rights: str = ""
    publisher: str = ""
    cover: str = ""
    bibliography: tuple[str, ...] = ()
    csl: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBook:
    """A book as read from its source.

    ``root`` is the folder of the book's Markdown files relative to the source folder, or "" for the source
    folder itself. ``files`` maps paths to files that were extracted from other files, such as the images of a
    Word document.
    """

    metadata: Metadata
    sections: tuple[SectionFile, ...]
    root: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[ImportFinding, ...] = ()

    @property
    def source_texts(self) -> Iterator[SourceText]:
        """The source files of all sections."""
        return (piece for section in self.sections for piece in section.source_texts)

    @property
    def all_findings(self) -> list[ImportFinding]:
        """The findings of the book and of all its drafts."""
        return [*self.findings, *(finding for piece in self.source_texts for finding in piece.draft.findings)]

    def with_drafts(self, convert_text: Callable[[SourceText], Draft]) -> SourceBook:
        """Return a copy of the book with each draft converted by ``convert_text``."""

        def report_and_convert(source_text: SourceText) -> Draft:
            self.report_current_text(source_text)
            return convert_text(source_text)

        return replace(
            self, sections=tuple(section.with_drafts(report_and_convert) for section in self.sections)
        )

    def with_findings(self, findings: Iterable[ImportFinding]) -> SourceBook:
        """Return the book with ``findings`` added."""
        return replace(self, findings=(*self.findings, *findings))

    def report_current_text(self, source_text: SourceText) -> None:
        """Report the path of the current text to the parent process.

        If the parent process stops the import, its message names this path.
        """
        report_position(posixpath.normpath(posixpath.join(self.root, source_text.path)))
