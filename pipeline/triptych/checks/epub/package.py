"""Read the files of an EPUB, and find the text at positions that validators report."""

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
_ALT_TEXT = re.compile(r"""\b(?:alt|alttext)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LABEL = re.compile(r"""\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")  # of inline SVG
# Generated text: note marks, numbers of headings and captions.
_GENERATED = re.compile(r"""\bclass\s*=\s*["'](?:label|number)["']|["']noteref["']""")
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
_MAX_BEFORE = 300  # characters
_MAX_WORDS = 600  # characters


class Item(NamedTuple):
    """An item of the EPUB manifest, with its path in the container."""

    path: str
    media_type: str
    properties: list[str]


class PackageDocument(NamedTuple):
    """The manifest and spine of an EPUB, with paths in the container (EPUB 3.3, 5.6 and 5.7)."""

    path: str
    items: tuple[Item, ...]
    spine: tuple[str, ...]


def read_package_document(read: Callable[[str], bytes]) -> PackageDocument:
    """Read the package document of an EPUB (EPUB 3.3, 4.2.6.3).

    ``read`` returns the bytes of a file by its name. Raise StopIteration or ``etree.XMLSyntaxError`` if the
    document is invalid, and any error of ``read``.
    """
    container = etree.fromstring(read("META-INF/container.xml"))
    path = str(next(container.iter("{*}rootfile")).get("full-path", ""))
    package, folder = etree.fromstring(read(path)), posixpath.dirname(path)
    items: list[Item] = []
    pages: dict[str, str] = {}
    for item in package.iter(f"{_OPF}item"):
        name = posixpath.join(folder, unquote(item.get("href", "")))
        items.append(Item(name, item.get("media-type", ""), item.get("properties", "").split()))
        pages[item.get("id", "")] = name
    rows = (row.get("idref", "") for row in package.iter(f"{_OPF}itemref"))
    return PackageDocument(path, tuple(items), tuple(pages[row] for row in rows if row in pages))


def resolve_url(name: str, url: str) -> str:
    """Resolve a percent-decoded URL, relative to the file ``name``, to a path in the container."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), url))


class EpubPackage:
    """An EPUB whose files are read on demand."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = frozenset(self._archive.namelist())
        self._pages: dict[str, EpubPage] = {}

    def locate(self, found: OutputFinding, name: str, line: int = 0, column: int = 0) -> OutputFinding:
        """Return the finding with the text at a line and column of a file; both are 0 if unknown."""
        if name not in self._names:
            return found
        file = ":".join([name, *(str(number) for number in (line, column) if number > 0)])
        if name == self.document and line > 0 and self._is_metadata(line, column):
            return replace(found, file=file, span=Span(path=MANIFEST))
        page = self._page(name) if line > 0 else None
        around = page.locate(line, column) if page else Surroundings()
        return replace(found, file=file, **around._asdict())

    def locate_element(self, found: OutputFinding, name: str, steps: tuple[int, ...]) -> OutputFinding:
        """Return the finding with the text of an element (see `EpubPage.locate_element`)."""
        page = self._page(name) if name in self._names and steps else None
        around = page.locate_element(steps) if page else Surroundings()
        return replace(found, file=name, **around._asdict())

    def resolve_name(self, url: str) -> str:
        """Return the file name for a URL that is relative to the package document or the container's root."""
        name = resolve_url(self.document, url)
        return name if name in self._names else url.lstrip("/")

    @cached_property
    def document(self) -> str:
        """The name of the package document, or "" if it is missing."""
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
        except (zipfile.BadZipFile, OSError, NotImplementedError):  # the validators report damaged files
            return ""

    def _is_metadata(self, line: int, column: int) -> bool:
        """Whether a position in the package document is in the metadata, which comes from ``book.yaml``."""
        text = self._text(self.document)
        offset = EpubPage(text).get_offset(line, column)
        return text.find("<metadata") < offset <= text.find("</metadata")


class Surroundings(NamedTuple):
    """The text at and before a position, and the kinds of pieces to which the text may belong."""

    words: str = ""
    before: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(slots=True)
class _Token:
    """A tag, or the text between two tags. The ``text`` of an image or formula tag is its alt text."""

    start: int
    end: int
    name: str = ""  # "" for text
    opens: bool = False
    closes: bool = False
    text: str = ""

    @property
    def is_text(self) -> bool:
        return not self.name

    @property
    def ends_line(self) -> bool:
        return bool(self.name) and self.name not in _INLINE


class EpubPage:
    """A content document, split into tags and text to look up positions."""

    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._text = text
        self._tokens = _remove_silent_text(list(_tokenize(text)), text)
        self._starts = [token.start for token in self._tokens]

    def get_offset(self, line: int, column: int = 0) -> int:
        """Return the character offset of a line and column, counted from 1.

        Columns are UTF-16 code units, as in Java. If the column is 0, return the offset after the line's
        first tag.
        """
        line = min(max(line, 1), len(self._lines)) - 1
        start = self._lines[line]
        end = self._lines[line + 1] if line + 1 < len(self._lines) else len(self._text)
        if column < 1:
            first = self._text.find(">", start, end)
            return first + 1 if first >= 0 else start
        units = self._text[start:end].encode("utf-16-le", "surrogatepass")
        return start + len(units[: 2 * (column - 1)].decode("utf-16-le", "ignore"))

    def locate(self, line: int, column: int = 0) -> Surroundings:
        """Return the text around a line and column; validators report the column after a tag."""
        index = bisect_left(self._starts, max(self.get_offset(line, column), 1)) - 1
        return self._around(index) if index >= 0 else Surroundings()

    def locate_element(self, steps: Sequence[int]) -> Surroundings:
        """Return the text around the element with EPUB CFI ``steps`` (2 is the first child, 4 the second)."""
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
        if token.opens and (words := self._get_element_text(index)):
            return Surroundings(words, self._get_text_before(index), kinds)
        while index > 0 and not self._tokens[index - 1].ends_line:
            index -= 1
        return Surroundings(self._get_line(index), self._get_text_before(index), kinds)

    def _get_element_text(self, index: int) -> str:
        """Return the text of the element that starts at a token, up to its first line's end."""
        first_token = self._tokens[index]
        if first_token.closes or first_token.text:
            return first_token.text
        words: list[str] = []
        depth = length = 0
        for token in self._tokens[index:]:
            if token.name == first_token.name:
                depth += token.opens
                depth -= token.closes
            at_line_end = token.ends_line and token is not first_token and _has_text(words)
            if depth <= 0 or length > _MAX_WORDS or at_line_end:
                break
            if token.is_text:
                words.append(token.text)
                length += len(token.text)
            elif token.text and not _has_text(words):
                return token.text
        return "".join(words).strip()

    def _get_line(self, first: int) -> str:
        words: list[str] = []
        for token in self._tokens[first:]:
            if token.ends_line or sum(map(len, words)) > _MAX_WORDS:
                break
            if token.is_text:
                words.append(token.text)
        return "".join(words).strip()

    def _get_text_before(self, index: int) -> str:
        words: list[str] = []
        length = 0
        while index > 0 and length < _MAX_BEFORE:
            index -= 1
            token = self._tokens[index]
            words.append(token.text or (" " if token.ends_line else ""))
            length += len(words[-1])
        return "".join(reversed(words))


def _has_text(words: list[str]) -> bool:
    return any(map(str.strip, words))


def _tokenize(text: str) -> Iterator[_Token]:
    end = 0
    for match in _TAG.finditer(text):
        if match.start() > end:
            yield _Token(end, match.start(), text=html.unescape(text[end : match.start()]))
        end = match.end()
        if not (name := match["name"]):
            yield _Token(match.start(), end, name="!")
            continue
        name = name.lower().rpartition(":")[2]
        attributes = match["attributes"]
        opens = not match["close"]
        alternative = None
        if opens and name in ("img", "math"):
            alternative = _ALT_TEXT.search(attributes)
        elif opens and 'role="img"' in attributes:
            alternative = _LABEL.search(attributes)
        yield _Token(
            match.start(),
            end,
            name=name,
            opens=opens,
            closes=not opens or attributes.rstrip().endswith("/") or name in _VOID,
            text=html.unescape(alternative.group(1) or alternative.group(2) or "") if alternative else "",
        )
    if end < len(text):
        yield _Token(end, len(text), text=html.unescape(text[end:]))


def _remove_silent_text(tokens: list[_Token], text: str) -> list[_Token]:
    """Clear the text of scripts, styles, generated labels, and elements with alt text."""
    silent, depth = "", 0
    for token in tokens:
        if depth:
            token.text = ""
            if token.name == silent:
                depth += token.opens
                depth -= token.closes
        elif token.opens and not token.closes and _is_silent(token, text):
            silent, depth = token.name, 1
    return tokens


def _is_silent(token: _Token, text: str) -> bool:
    return token.name in _SILENT or (
        token.name in _INLINE and bool(_GENERATED.search(text, token.start, token.end))
    )
