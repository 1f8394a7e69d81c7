"""A finding in a finished file, with what it takes to find its place in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from triptych.checks.pieces import Piece, list_pieces
from triptych.checks.wordings import normalize
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import plain_text, walk

_FEW = 5  # places of one kind of finding: who mends these knows how to mend the rest
_WORDS = 60  # characters
REBUILD = "rebuild the file; if this is reported again, report a bug in Triptych and attach the file"
REPORT = "report this as a bug in Triptych, and attach the output file and the source of this place"
_NUMBERED = re.compile(r"^(?:[\dA-Z]{1,3}\.)*[\dA-Z]{1,3}\s+(?=\S)")  # what stands before a heading
_SOME = 6  # letters that may be looked for by themselves; fewer, as the number of a page, are anywhere
_MOST = 400  # letters of a finding's words that are looked for
_STEP, _WINDOW = 8, 24  # letters by which text before a finding is looked through
_BEHIND = 12  # pieces in which a thing without words is looked for behind the text before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something wrong. ``rule`` names what kind of thing, so that it is told once whoever finds it.

    ``page`` is what the page of a PDF is called, ``file`` what the file in a package is, with line and
    column where they are known. ``words`` is the text at the place, ``before`` the text that is read before
    it, and ``kinds`` are those of the book's pieces that it may be about. ``span`` is there where no words
    are needed to find the place.
    """

    code: str
    message: str
    hint: str | None = None
    rule: str = ""
    output: str = "PDF"
    page: str = ""
    file: str = ""
    words: str = ""
    before: str = ""
    kinds: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def told(self) -> str:
        """The message with the page or file, for who looks at the output."""
        where = (self.output, f"page {self.page}" if self.page else "", self.file)
        return f"{', '.join(filter(None, where))}: {self.message}"


def quote(words: str) -> str:
    """Enough of some words to know them by."""
    line = " ".join(words.split())
    return f'"{line}"' if len(line) <= _WORDS else f'"{line[: _WORDS - 2].rsplit(" ", 1)[0]} …"'


def limit_repeats(found: Iterable[Found]) -> Iterator[Found]:
    """Return the first few findings of each kind; the last one says how many more there are."""
    kinds: dict[tuple[str, str], list[Found]] = {}
    for finding in found:
        kinds.setdefault((finding.code, finding.rule or finding.message), []).append(finding)
    for (_, _), findings in kinds.items():
        yield from findings[: _FEW - 1]
        left = findings[_FEW - 1 :]
        if len(left) == 1:
            yield left[0]
        elif left:
            yield replace(left[0], message=f"{left[0].message} (and {len(left) - 1} more like this)")


def locate_findings(findings: Iterable[Found], book: Book) -> list[Diagnostic]:
    """Turn findings in one output of a book, as the output shows it, into diagnostics with places."""
    findings = list(findings)
    if not findings:
        return []
    places = Places(book)
    return [to_diagnostic(finding, finding.span or places.of(finding)) for finding in findings]


def to_diagnostic(found: Found, span: Span | None) -> Diagnostic:
    """Return a finding as a diagnostic at a place."""
    return Diagnostic(code=found.code, message=found.told, hint=found.hint, span=span)


class Places:
    """All that a book says, in order, to look for the words of a file in."""

    def __init__(self, book: Book) -> None:
        self._pieces: list[Piece] = []
        self._starts: list[int] = []
        self._links: dict[str, list[tuple[int, Span]]] = {}
        self._edges = {0}  # where words begin and end
        parts: list[str] = []
        length = 0
        for piece in list_pieces(book):
            self._pieces.append(piece)
            self._starts.append(length)
            for node in walk(piece.node) if piece.node is not None else ():
                if isinstance(node, nodes.Link | nodes.Reference | nodes.Citation) and node.span:
                    words = normalize(plain_text(node.content))
                    self._links.setdefault(words, []).append((length, node.span))
            for word in map(normalize, piece.wordings[0].split()):
                parts.append(word)
                length += len(word)
                self._edges.add(length)
        self._text = "".join(parts)

    def of(self, found: Found, beside: Iterable[str] = ()) -> Span | None:
        """Return the place of a finding, None if its words are not the book's, as in a table of contents.

        Texts ``beside`` it locate it if the text before it does not.
        """
        if not self._pieces:
            return None
        wanted = normalize(found.words)[:_MOST]
        behind = read_before = self._behind(normalize(found.before))
        if behind < 0:
            places = (self._only(normalize(text)[:_MOST]) for text in beside)
            behind = next((place for place in places if place >= 0), -1)
        if "link" in found.kinds and wanted in self._links:
            return min(self._links[wanted], key=lambda link: abs(link[0] - behind) if behind >= 0 else 0)[1]
        bare = normalize(_NUMBERED.sub("", found.words))[:_MOST] if "heading" in found.kinds else wanted
        for words in dict.fromkeys((wanted, bare)):
            place = self._nearest(words, behind) if len(words) >= _SOME or (words and behind >= 0) else -1
            if place >= 0:
                return self._at(place, found.kinds).span
        return self._next(behind, found.kinds).span if read_before >= 0 else None

    def _behind(self, before: str) -> int:
        """Where the text ends that is read before a finding, -1 where that is not the book's."""
        for end in range(len(before), _WINDOW - 1, -_STEP):
            window = before[end - _WINDOW : end]
            place = self._text.find(window)
            if place >= 0 and self._text.find(window, place + 1) < 0:
                return place + _WINDOW
        return -1

    def _only(self, wanted: str) -> int:
        """Where some words are that one place of the book has, as a figure and its description, else -1."""
        place = self._text.find(wanted) if len(wanted) >= _SOME else -1
        return place if self._text.rfind(wanted) - place <= _MOST else -1

    def _nearest(self, wanted: str, behind: int) -> int:
        """Of all places where the words are, the one that is nearest to the text before them."""
        found = []
        place = self._text.find(wanted)
        while place >= 0:
            if len(wanted) >= _WINDOW or (place in self._edges and place + len(wanted) in self._edges):
                found.append(place)
            place = self._text.find(wanted, place + 1)
        if not found:
            return -1
        return min(found, key=lambda place: abs(place - behind)) if behind >= 0 else found[0]

    def _at(self, place: int, kinds: tuple[str, ...]) -> Piece:
        index = bisect_right(self._starts, place) - 1
        beside = (self._pieces[i] for i in (index, index - 1) if i >= 0 and self._pieces[i].kind in kinds)
        return next(beside, self._pieces[index])

    def _next(self, behind: int, kinds: tuple[str, ...]) -> Piece:
        index = bisect_right(self._starts, behind - 1) - 1
        following = self._pieces[index + 1 : index + 1 + _BEHIND]
        return next((piece for piece in following if piece.kind in kinds and piece.span), self._pieces[index])
