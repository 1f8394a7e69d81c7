"""Findings in a PDF → diagnostics with the place in the source, found by the words around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from triptych.checks.pdf.examination import Examination
from triptych.checks.pdf.found import Found, few, quoted
from triptych.checks.pdf.order import compare
from triptych.checks.pieces import Piece, pieces
from triptych.checks.wordings import Wording, letters
from triptych.diagnostics import Diagnostic, Span
from triptych.model import nodes
from triptych.model.book import Book
from triptych.model.walk import plain_text, walk
from triptych.passes.conditions import for_output

_NUMBERED = re.compile(r"^(?:[\dA-Z]{1,3}\.)*[\dA-Z]{1,3}\s+(?=\S)")  # what stands before a heading
_SOME = 6  # letters that may be looked for by themselves; fewer, as the number of a page, are anywhere
_MOST = 400  # letters of a finding's words that are looked for
_STEP, _WINDOW = 8, 24  # letters by which text before a finding is looked through
_BEHIND = 12  # pieces in which a thing without words is looked for behind the text before it


def placed(examination: Examination, book: Book, lost: Iterable[Span | None] = ()) -> list[Diagnostic]:
    """All findings of an examination, and CHK010 for what is not read in the order of the book.

    ``lost`` are the places of what is not in the file at all, which has been said.
    """
    book = for_output(book, "pdf")
    found: list[Diagnostic] = []
    if examination.found:
        places = Places(book)
        found += [_diagnostic(finding, places.of(finding)) for finding in examination.found]
    if examination.text is not None:
        found += _order(book, examination.text, frozenset(lost))
    return found


def _diagnostic(found: Found, span: Span | None) -> Diagnostic:
    return Diagnostic(code=found.code, message=found.told, hint=found.hint, span=span)


def _order(book: Book, text: str, lost: frozenset[Span | None]) -> Iterator[Diagnostic]:
    """Blocks whose words do not come together, or not where they should."""
    comparison = compare(book, text)
    hint = "a screen reader follows the tags: other text, such as a note at the end of a page, stands between"
    broken = [
        (piece, Found(code="CHK010", rule="broken", message=_broken(piece), hint=hint))
        for piece in comparison.missing
        if piece.span not in lost
    ]
    broken += [
        (piece, Found(code="CHK010", rule="displaced", message=_displaced(piece)))
        for piece in comparison.displaced
        if piece.span not in lost
    ]
    places = {id(found): piece.span for piece, found in broken}
    for finding in few(found for _, found in broken):
        yield _diagnostic(finding, places.get(id(finding)))


def _broken(piece: Piece) -> str:
    return f"in its tags the {piece.kind} {_first(piece)} is not in one piece"


def _displaced(piece: Piece) -> str:
    return f"its tags have the {piece.kind} {_first(piece)} in another place than the book"


def _first(piece: Piece) -> str:
    return quoted(Wording(piece.wordings[0]).first_words)


class Places:
    """All that a book says, in order, to look for the words of a PDF in."""

    def __init__(self, book: Book) -> None:
        self._pieces: list[Piece] = []
        self._starts: list[int] = []
        self._links: dict[str, list[tuple[int, Span]]] = {}
        self._edges = {0}  # where words begin and end
        parts: list[str] = []
        length = 0
        for piece in pieces(book):
            self._pieces.append(piece)
            self._starts.append(length)
            for node in walk(piece.node) if piece.node is not None else ():
                if isinstance(node, nodes.Link | nodes.Reference | nodes.Citation) and node.span:
                    said = letters(plain_text(node.content))
                    self._links.setdefault(said, []).append((length, node.span))
            for word in map(letters, piece.wordings[0].split()):
                parts.append(word)
                length += len(word)
                self._edges.add(length)
        self._text = "".join(parts)

    def of(self, found: Found) -> Span | None:
        """The place of a finding, None where its words are not the book's, as in a table of contents."""
        if not self._pieces:
            return None
        own = letters(found.words)[:_MOST]
        behind = self._behind(letters(found.before))
        if "link" in found.kinds and own in self._links:
            return min(self._links[own], key=lambda link: abs(link[0] - behind) if behind >= 0 else 0)[1]
        bare = letters(_NUMBERED.sub("", found.words))[:_MOST] if "heading" in found.kinds else own
        for words in dict.fromkeys((own, bare)):
            place = self._nearest(words, behind) if len(words) >= _SOME or (words and behind >= 0) else -1
            if place >= 0:
                return self._at(place, found.kinds).span
        return self._next(behind, found.kinds).span if behind >= 0 else None

    def _behind(self, before: str) -> int:
        """Where the text ends that is read before a finding, -1 where that is not the book's."""
        for end in range(len(before), _WINDOW - 1, -_STEP):
            window = before[end - _WINDOW : end]
            place = self._text.find(window)
            if place >= 0 and self._text.find(window, place + 1) < 0:
                return place + _WINDOW
        return -1

    def _nearest(self, own: str, behind: int) -> int:
        """Of all places where the words are, the one that is nearest to the text before them."""
        found = []
        place = self._text.find(own)
        while place >= 0:
            if len(own) >= _WINDOW or (place in self._edges and place + len(own) in self._edges):
                found.append(place)
            place = self._text.find(own, place + 1)
        if not found:
            return -1
        return min(found, key=lambda place: abs(place - behind)) if behind >= 0 else found[0]

    def _at(self, place: int, kinds: tuple[str, ...]) -> Piece:
        """The piece at a place, or one of the kinds beside it, which has no words."""
        index = bisect_right(self._starts, place) - 1
        beside = (self._pieces[i] for i in (index, index - 1) if i >= 0 and self._pieces[i].kind in kinds)
        return next(beside, self._pieces[index])

    def _next(self, behind: int, kinds: tuple[str, ...]) -> Piece:
        """The next piece of one of the kinds, else the one that ends there."""
        index = bisect_right(self._starts, behind - 1) - 1
        following = self._pieces[index + 1 : index + 1 + _BEHIND]
        return next((piece for piece in following if piece.kind in kinds), self._pieces[index])
