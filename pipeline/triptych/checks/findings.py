"""Define findings in output files, and locate them in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from triptych.checks.pieces import Piece, iter_pieces
from triptych.checks.wordings import normalise_text
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import plain_text, walk

_MAX_PER_RULE = 5  # maximum number of reported findings per rule; the last one counts the rest
_QUOTE_LENGTH = 60  # characters
REBUILD_HINT = "rebuild the file; if this is reported again, report a bug in Triptych and attach the file"
REPORT_HINT = "report this as a bug in Triptych, and attach the output file and the source of this place"
_HEADING_NUMBER = re.compile(r"^(?:[\dA-Z]{1,3}\.)*[\dA-Z]{1,3}\s+(?=\S)")
# Lengths in normalised characters.
_MIN_SEARCH_LENGTH = 6  # shorter texts without context, such as page numbers, are not searched for
_MAX_SEARCH_LENGTH = 400
_STEP, _WINDOW = 8, 24  # step and length of the search for the preceding text
_LOOK_AHEAD = 12  # number of pieces after the preceding text in which to look for an object without text


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFinding:
    """A finding in an output file. Findings with the same ``rule`` are grouped.

    - ``page``: a page label of the PDF.
    - ``file``: a file in the EPUB, with line and column if they are known, or the name of a slide.
    - ``text``, ``preceding_text``: the text at the position, and the text before it.
    - ``kinds``: the kinds of pieces that the finding may apply to.
    - ``span``: the source position, if it is already known.
    """

    code: str
    message: str
    hint: str | None = None
    rule: str = ""
    output: str = "PDF"
    page: str = ""
    file: str = ""
    text: str = ""
    preceding_text: str = ""
    kinds: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def located_message(self) -> str:
        """The message, preceded by the output and its page or file."""
        position = (self.output, f"page {self.page}" if self.page else "", self.file)
        return f"{', '.join(filter(None, position))}: {self.message}"


def quote_text(text: str) -> str:
    """Return a text in quotation marks, shortened to 60 characters."""
    line = " ".join(text.split())
    if len(line) > _QUOTE_LENGTH:
        line = line[: _QUOTE_LENGTH - 2].rsplit(" ", 1)[0] + " …"
    return f'"{line}"'


def limit_findings(output_findings: Iterable[OutputFinding]) -> Iterator[OutputFinding]:
    """Yield at most five findings of each rule. The message of the fifth counts the omitted ones."""
    rules: dict[tuple[str, str], list[OutputFinding]] = {}
    for finding in output_findings:
        rules.setdefault((finding.code, finding.rule or finding.message), []).append(finding)
    for findings in rules.values():
        yield from findings[: _MAX_PER_RULE - 1]
        left = findings[_MAX_PER_RULE - 1 :]
        if len(left) == 1:
            yield left[0]
        elif left:
            yield replace(left[0], message=f"{left[0].message} (and {len(left) - 1} more like this)")


def locate_findings(findings: Iterable[OutputFinding], book: Book) -> list[Diagnostic]:
    """Convert the findings in an output to diagnostics with positions in the source.

    ``book`` is the book as this output shows it.
    """
    findings = list(findings)
    if not findings:
        return []
    locator = SourceLocator(book)
    return [make_diagnostic(finding, finding.span or locator.locate(finding)) for finding in findings]


def make_diagnostic(finding: OutputFinding, span: Span | None) -> Diagnostic:
    """Convert a finding to a diagnostic at ``span``."""
    return Diagnostic(code=finding.code, message=finding.located_message, hint=finding.hint, span=span)


class SourceLocator:
    """An index of the book's normalised text that locates text of an output in the source."""

    def __init__(self, book: Book) -> None:
        self._pieces: list[Piece] = []
        self._starts: list[int] = []
        self._links: dict[str, list[tuple[int, Span]]] = {}
        self._word_boundaries = {0}
        parts: list[str] = []
        length = 0
        for piece in iter_pieces(book):
            self._pieces.append(piece)
            self._starts.append(length)
            for node in walk(piece.node) if piece.node is not None else ():
                if isinstance(node, nodes.Link | nodes.Reference | nodes.Citation) and node.span:
                    words = normalise_text(plain_text(node.content))
                    self._links.setdefault(words, []).append((length, node.span))
            for word in map(normalise_text, piece.wordings[0].split()):
                parts.append(word)
                length += len(word)
                self._word_boundaries.add(length)
        self._text = "".join(parts)

    def locate(self, finding: OutputFinding, nearby_texts: Iterable[str] = ()) -> Span | None:
        """Return the source position of a finding, or None if it cannot be determined.

        Generated text such as a table of contents has no position. If the book does not contain the text
        before the finding, the match closest to one of the ``nearby_texts`` is used.
        """
        if not self._pieces:
            return None
        search_text = normalise_text(finding.text)[:_MAX_SEARCH_LENGTH]
        context_end = before_end = self._find_context_end(normalise_text(finding.preceding_text))
        if context_end < 0:
            offsets = (
                self._find_unique_offset(normalise_text(text)[:_MAX_SEARCH_LENGTH]) for text in nearby_texts
            )
            context_end = next((offset for offset in offsets if offset >= 0), -1)

        def measure_distance(offset: int) -> int:
            return abs(offset - context_end) if context_end >= 0 else 0

        if "link" in finding.kinds and search_text in self._links:
            return min(self._links[search_text], key=lambda link: measure_distance(link[0]))[1]
        texts = [search_text]
        if "heading" in finding.kinds:
            texts.append(normalise_text(_HEADING_NUMBER.sub("", finding.text))[:_MAX_SEARCH_LENGTH])
        for text in texts:
            if len(text) >= _MIN_SEARCH_LENGTH or (text and context_end >= 0):
                offset = min(self._iter_offsets(text), key=measure_distance, default=-1)
                if offset >= 0:
                    return self._get_piece_at(offset, finding.kinds).span
        return self._get_piece_after(before_end, finding.kinds).span if before_end >= 0 else None

    def _find_context_end(self, preceding_text: str) -> int:
        """Return the offset after a finding's preceding text, or -1 if the book does not contain it."""
        for end in range(len(preceding_text), _WINDOW - 1, -_STEP):
            offset = self._text.find(preceding_text[end - _WINDOW : end])
            if offset >= 0 and self._text.find(preceding_text[end - _WINDOW : end], offset + 1) < 0:
                return offset + _WINDOW
        return -1

    def _find_unique_offset(self, query: str) -> int:
        """Return the offset of a text that occurs only once, or -1 if it occurs repeatedly or not at all.

        Occurrences close together count as one, because a figure's description may repeat its alt text.
        """
        offset = self._text.find(query) if len(query) >= _MIN_SEARCH_LENGTH else -1
        return offset if self._text.rfind(query) - offset <= _MAX_SEARCH_LENGTH else -1

    def _iter_offsets(self, query: str) -> Iterator[int]:
        """Yield all offsets of a text. Short texts match only at word boundaries."""
        offset = self._text.find(query)
        while offset >= 0:
            if len(query) >= _WINDOW or {offset, offset + len(query)} <= self._word_boundaries:
                yield offset
            offset = self._text.find(query, offset + 1)

    def _get_piece_at(self, offset: int, kinds: tuple[str, ...]) -> Piece:
        index = bisect_right(self._starts, offset) - 1
        candidates = (self._pieces[i] for i in (index, index - 1) if i >= 0)
        return next((piece for piece in candidates if piece.kind in kinds), self._pieces[index])

    def _get_piece_after(self, offset: int, kinds: tuple[str, ...]) -> Piece:
        index = bisect_right(self._starts, offset - 1) - 1
        following = self._pieces[index + 1 : index + 1 + _LOOK_AHEAD]
        return next((piece for piece in following if piece.kind in kinds and piece.span), self._pieces[index])
