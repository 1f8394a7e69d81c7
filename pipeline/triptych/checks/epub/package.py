"""An e-book's files, to look up in them what validators name."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from triptych.checks.findings import OutputFinding
from triptych.checks.pieces import FORMULAS, PICTURES
from triptych.diagnostics import Span
from triptych.project import MANIFEST

_OPF = "{http://www.idpf.org/2007/opf}"
_PAGES = (".xhtml", ".html", ".htm")
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^<>]*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<attributes>(?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)>",
    re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPOKEN = re.compile(r"""\b(?:alt|alttext)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LABEL = re.compile(r"""\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")  # of what is drawn in the page
# What is no word of the author: marks of notes, numbers of headings and captions.
_FURNITURE = re.compile(r"""\bclass\s*=\s*["'](?:label|number)["']|["']noteref["']""")
_VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_SILENT = frozenset(("math", "script", "style", "svg", "rt", "rp"))
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img"),
        *("ins", "kbd", "mark", "math", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong"),
        *("sub", "sup", "svg", "time", "u", "var", "wbr"),
    )
)
_KINDS = {
    **dict.fromkeys(("img", "figure", "svg", "picture", "object"), PICTURES),
    **dict.fromkeys(("table", "thead", "tbody", "tfoot", "tr", "th", "td"), ("table",)),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), ("heading", "chapter title", "part title")),
    "math": FORMULAS,
    "a": ("link",),
    "pre": ("code",),
}
_BEFORE = 300  # characters
_WORDS = 600  # characters


class Item(NamedTuple):
    """A row of the manifest: its path in the container, its media type, its properties."""

    path: str
    media_type: str
    properties: list[str]


class PackageDocument(NamedTuple):
    """What a package document lists (EPUB 3.3, 5.6 and 5.7): files, and the paths of pages in their order."""

    path: str
    items: tuple[Item, ...]
    spine: tuple[str, ...]


def read_package_document(read: Callable[[str], bytes]) -> PackageDocument:
    """Read the package document of an e-book (EPUB 3.3, 4.2.6.3); ``read`` returns a file by its name.

    Raises what ``read`` raises, StopIteration and ``etree.XMLSyntaxError``.
    """
    container = etree.fromstring(read("META-INF/container.xml"))
    path = str(next(container.iter("{*}rootfile")).get("full-path", ""))
    package, folder = etree.fromstring(read(path)), posixpath.dirname(path)
    items: list[Item] = []
    pages: dict[str, str] = {}
    for item in package.iter(f"{_OPF}item"):
        place = posixpath.join(folder, unquote(item.get("href", "")))
        items.append(Item(place, item.get("media-type", ""), item.get("properties", "").split()))
        pages[item.get("id", "")] = place
    rows = (row.get("idref", "") for row in package.iter(f"{_OPF}itemref"))
    return PackageDocument(path, tuple(items), tuple(pages[row] for row in rows if row in pages))


def resolve_address(name: str, address: str) -> str:
    """Resolve an address in a file of the package; escapes must be decoded."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


class EpubPackage:
    """The files of an e-book by their names, each read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = frozenset(self._archive.namelist())
        self._pages: dict[str, EpubPage] = {}

    def at(self, found: OutputFinding, name: str, line: int = 0, column: int = 0) -> OutputFinding:
        """Place a finding at a line and column of a file, which are 0 if unknown."""
        if name not in self._names:
            return found
        file = ":".join([name, *(str(number) for number in (line, column) if number > 0)])
        if name == self.document and line > 0 and self._is_metadata(line, column):
            return replace(found, file=file, span=Span(path=MANIFEST))
        page = self._page(name) if line > 0 else None
        place = page.at(line, column) if page else Surroundings()
        return replace(found, file=file, **place._asdict())

    def at_element(self, found: OutputFinding, name: str, steps: tuple[int, ...]) -> OutputFinding:
        """Place a finding at an element (see `EpubPage.at_element`), or without steps at the page itself."""
        page = self._page(name) if name in self._names and steps else None
        place = page.at_element(steps) if page else Surroundings()
        return replace(found, file=name, **place._asdict())

    def named(self, address: str) -> str:
        """Return the name of a file from its address in the package document or the root of the package."""
        beside = resolve_address(self.document, address)
        return beside if beside in self._names else address.lstrip("/")

    @cached_property
    def document(self) -> str:
        """The package document; "" where there is none."""
        return next((name for name in sorted(self._names) if name.endswith(".opf")), "")

    def _page(self, name: str) -> EpubPage | None:
        if not name.endswith(_PAGES):
            return None
        if name not in self._pages:
            self._pages[name] = EpubPage(self._text(name))
        return self._pages[name]

    def _text(self, name: str) -> str:
        try:
            return self._archive.read(name).decode("utf-8", "replace")
        except (zipfile.BadZipFile, OSError, NotImplementedError):  # a damaged file: validators say so
            return ""

    def _is_metadata(self, line: int, column: int) -> bool:
        """Whether a place in the package document is what the manifest says of the book."""
        text = self._text(self.document)
        place = EpubPage(text).offset(line, column)
        return text.find("<metadata") < place <= text.find("</metadata")


class Surroundings(NamedTuple):
    """What it takes to find a place in the source: see `OutputFinding`."""

    words: str = ""
    before: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(slots=True)
class _Token:
    """A tag or the text between two. ``spoken`` is its text, of drawings the one that stands for them."""

    start: int
    end: int
    name: str = ""  # "" of a text
    opens: bool = False
    closes: bool = False
    spoken: str = ""

    @property
    def is_text(self) -> bool:
        return not self.name

    @property
    def ends_line(self) -> bool:
        return bool(self.name) and self.name not in _INLINE


class EpubPage:
    """The text of a page, which places are looked up in."""

    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._text = text
        self._tokens = _hush(list(_tokenize(text)), text)
        self._starts = [token.start for token in self._tokens]

    def offset(self, line: int, column: int = 0) -> int:
        """Line and column from 1 → the offset in the page; columns count UTF-16 units, as Java's do."""
        line = min(max(line, 1), len(self._lines)) - 1
        start = self._lines[line]
        end = self._lines[line + 1] if line + 1 < len(self._lines) else len(self._text)
        if column < 1:  # none is known: behind the first tag
            first = self._text.find(">", start, end)
            return first + 1 if first >= 0 else start
        units = self._text[start:end].encode("utf-16-le", "surrogatepass")
        return start + len(units[: 2 * (column - 1)].decode("utf-16-le", "ignore"))

    def at(self, line: int, column: int = 0) -> Surroundings:
        """Return what is at a line and column; a column is that after the tag in question."""
        index = bisect_left(self._starts, max(self.offset(line, column), 1)) - 1
        return self._around(index) if index >= 0 else Surroundings()

    def at_element(self, steps: Sequence[int]) -> Surroundings:
        """Return what is at an element, by its steps as in EPUB CFI: 2 is a first child, 4 a second."""
        counts, depth = [0], 0
        for index, token in enumerate(self._tokens):
            if token.opens:
                counts[depth] += 2
                if counts[1 : depth + 1] == list(steps) and depth:
                    return self._around(index)
                if not token.closes:
                    depth += 1
                    counts[depth:] = [0]
            elif token.closes:
                depth = max(depth - 1, 0)
        return Surroundings()

    def _around(self, index: int) -> Surroundings:
        token = self._tokens[index]
        kinds = _KINDS.get(token.name, ()) if token.opens else ()
        if token.opens and (words := self._words_of(index)):
            return Surroundings(words, self._before(index), kinds)
        first = self._line_start(index)
        return Surroundings(self._line(first), self._before(first), kinds)

    def _words_of(self, index: int) -> str:
        """Return the text of an element, up to the end of its first line."""
        first_token = self._tokens[index]
        if first_token.closes or first_token.spoken:
            return first_token.spoken
        words: list[str] = []
        depth = length = 0
        for token in self._tokens[index:]:
            if token.name == first_token.name:
                depth += token.opens
                depth -= token.closes
            if (
                depth <= 0
                or length > _WORDS
                or (token.ends_line and token is not first_token and _has_text(words))
            ):
                break
            if token.is_text:
                words.append(token.spoken)
                length += len(token.spoken)
            elif token.spoken and not _has_text(words):
                return token.spoken
        return "".join(words).strip()

    def _line_start(self, index: int) -> int:
        """Return the index of the first token of a line."""
        start = index
        while start > 0 and not self._tokens[start - 1].ends_line:
            start -= 1
        return start

    def _line(self, first: int) -> str:
        words: list[str] = []
        for token in self._tokens[first:]:
            if token.ends_line or sum(map(len, words)) > _WORDS:
                break
            if token.is_text:
                words.append(token.spoken)
        return "".join(words).strip()

    def _before(self, index: int) -> str:
        words: list[str] = []
        length = 0
        while index > 0 and length < _BEFORE:
            index -= 1
            token = self._tokens[index]
            words.append(token.spoken or (" " if token.ends_line else ""))
            length += len(words[-1])
        return "".join(reversed(words))


def _has_text(words: list[str]) -> bool:
    return any(map(str.strip, words))


def _tokenize(text: str) -> Iterator[_Token]:
    end = 0
    for match in _TAG.finditer(text):
        if match.start() > end:
            yield _Token(end, match.start(), spoken=html.unescape(text[end : match.start()]))
        end = match.end()
        if not (name := match["name"]):
            yield _Token(match.start(), end, name="!")
            continue
        name = name.lower().rpartition(":")[2]
        attributes = match["attributes"]
        opens = not match["close"]
        alternative = None
        if opens and name in ("img", "math"):
            alternative = _SPOKEN.search(attributes)
        elif opens and 'role="img"' in attributes:
            alternative = _LABEL.search(attributes)
        yield _Token(
            match.start(),
            end,
            name=name,
            opens=opens,
            closes=not opens or attributes.rstrip().endswith("/") or name in _VOID,
            spoken=html.unescape(alternative.group(1) or alternative.group(2) or "") if alternative else "",
        )
    if end < len(text):
        yield _Token(end, len(text), spoken=html.unescape(text[end:]))


def _hush(tokens: list[_Token], text: str) -> list[_Token]:
    """Take the text out of what says nothing, or has another text that stands for it."""
    hushed, depth = "", 0
    for token in tokens:
        if depth:
            token.spoken = ""
            if token.name == hushed:
                depth += token.opens
                depth -= token.closes
        elif token.opens and not token.closes and _is_silent(token, text):
            hushed, depth = token.name, 1
    return tokens


def _is_silent(token: _Token, text: str) -> bool:
    return token.name in _SILENT or (
        token.name in _INLINE and bool(_FURNITURE.search(text, token.start, token.end))
    )
