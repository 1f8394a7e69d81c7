"""Read the files of an EPUB, and find the text at the positions that validators report."""

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
from triptych.checks.pieces import FORMULA_KINDS, PICTURE_KINDS
from triptych.diagnostics import Span
from triptych.project import MANIFEST

_OPF = "{http://www.idpf.org/2007/opf}"
_PAGE_EXTENSIONS = (".xhtml", ".html", ".htm")
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^<>]*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<attributes>(?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)>",
    re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_ALT_TEXT = re.compile(r"""\b(?:alt|alttext)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ARIA_LABEL = re.compile(r"""\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")  # of inline SVG
# Generated text: note marks, and the numbers of headings and captions.
_GENERATED_TEXT = re.compile(r"""\bclass\s*=\s*["'](?:label|number)["']|["']noteref["']""")
_VOID_ELEMENTS = frozenset(
    ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_SKIPPED_ELEMENTS = frozenset(("math", "script", "style", "svg", "rt", "rp"))
_INLINE_ELEMENTS = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img"),
        *("ins", "kbd", "mark", "math", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong"),
        *("sub", "sup", "svg", "time", "u", "var", "wbr"),
    )
)
_KINDS_BY_ELEMENT = {
    **dict.fromkeys(("img", "figure", "svg", "picture", "object"), PICTURE_KINDS),
    **dict.fromkeys(("table", "thead", "tbody", "tfoot", "tr", "th", "td"), ("table",)),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), ("heading", "chapter title", "part title")),
    "math": FORMULA_KINDS,
    "a": ("link",),
    "pre": ("code",),
}
_MAX_CONTEXT_LENGTH = 300  # characters
_MAX_WORDS = 600  # characters


class ManifestItem(NamedTuple):
    """An item of the EPUB manifest, with its path in the container."""

    path: str
    media_type: str
    properties: list[str]


class PackageDocument(NamedTuple):
    """The manifest and spine of an EPUB, with paths in the container (EPUB 3.3, 5.6 and 5.7)."""

    path: str
    items: tuple[ManifestItem, ...]
    spine: tuple[str, ...]


def read_package_document(read_file: Callable[[str], bytes]) -> PackageDocument:
    """Return the package document of an EPUB (EPUB 3.3, 4.2.6.3).

    ``read_file`` returns the content of a file in the container; its errors are not handled. Raise
    ``StopIteration`` or ``etree.XMLSyntaxError`` if the document is invalid.
    """
    container = etree.fromstring(read_file("META-INF/container.xml"))
    path = str(next(container.iter("{*}rootfile")).get("full-path", ""))
    package, folder = etree.fromstring(read_file(path)), posixpath.dirname(path)
    items: list[ManifestItem] = []
    pages: dict[str, str] = {}
    for item in package.iter(f"{_OPF}item"):
        name = posixpath.join(folder, unquote(item.get("href", "")))
        items.append(ManifestItem(name, item.get("media-type", ""), item.get("properties", "").split()))
        pages[item.get("id", "")] = name
    rows = (row.get("idref", "") for row in package.iter(f"{_OPF}itemref"))
    return PackageDocument(path, tuple(items), tuple(pages[row] for row in rows if row in pages))


def resolve_url(name: str, url: str) -> str:
    """Resolve a percent-decoded URL in the file ``name`` to a path in the container."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), url))


class EpubPackage:
    """An EPUB whose files are read on demand."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = frozenset(self._archive.namelist())
        self._pages: dict[str, EpubPage] = {}

    def locate_finding(
        self, finding: OutputFinding, name: str, line: int = 0, column: int = 0
    ) -> OutputFinding:
        """Add the text at a position in a file to a finding. A line or column of 0 is unknown."""
        if name not in self._names:
            return finding
        file = ":".join([name, *(str(number) for number in (line, column) if number > 0)])
        if name == self.package_document_name and line > 0 and self._is_in_metadata(line, column):
            return replace(finding, file=file, span=Span(path=MANIFEST))
        page = self._get_page(name) if line > 0 else None
        context = page.get_context_at(line, column) if page else TextContext()
        return replace(finding, file=file, **context._asdict())

    def locate_finding_at_element(
        self, finding: OutputFinding, name: str, steps: tuple[int, ...]
    ) -> OutputFinding:
        """Add the text of an element to a finding (see `EpubPage.get_element_context`)."""
        page = self._get_page(name) if name in self._names and steps else None
        context = page.get_element_context(steps) if page else TextContext()
        return replace(finding, file=name, **context._asdict())

    def resolve_file_name(self, url: str) -> str:
        """Return the path of a URL that is relative to the package document or the container's root."""
        name = resolve_url(self.package_document_name, url)
        return name if name in self._names else url.lstrip("/")

    @cached_property
    def package_document_name(self) -> str:
        """The name of the package document, or "" if it is missing."""
        return next((name for name in sorted(self._names) if name.endswith(".opf")), "")

    def _get_page(self, name: str) -> EpubPage | None:
        if not name.endswith(_PAGE_EXTENSIONS):
            return None
        if name not in self._pages:
            self._pages[name] = EpubPage(self._read_text(name))
        return self._pages[name]

    def _read_text(self, name: str) -> str:
        try:
            return self._archive.read(name).decode("utf-8", "replace")
        except (zipfile.BadZipFile, OSError, NotImplementedError):  # validators report damaged files
            return ""

    def _is_in_metadata(self, line: int, column: int) -> bool:
        """Return whether a position in the package document is in the metadata.

        The metadata comes from ``book.yaml``.
        """
        text = self._read_text(self.package_document_name)
        offset = EpubPage(text).get_offset(line, column)
        return text.find("<metadata") < offset <= text.find("</metadata")


class TextContext(NamedTuple):
    """The text at and before a position, and the kinds of pieces that the text may belong to."""

    text: str = ""
    preceding_text: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(slots=True)
class _Token:
    """A tag, or the text between two tags. The ``text`` of an image or formula tag is its alt text."""

    start: int
    end: int
    name: str = ""  # "" for text
    is_opening: bool = False
    is_closing: bool = False
    text: str = ""

    @property
    def is_text(self) -> bool:
        return not self.name

    @property
    def is_line_end(self) -> bool:
        return bool(self.name) and self.name not in _INLINE_ELEMENTS


class EpubPage:
    """A content document, split into tags and text so that positions can be looked up."""

    def __init__(self, text: str) -> None:
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._text = text
        self._tokens = _clear_skipped_text(list(_iter_tokens(text)), text)
        self._token_starts = [token.start for token in self._tokens]

    def get_offset(self, line: int, column: int = 0) -> int:
        """Return the character offset of a 1-based line and column.

        Columns are in UTF-16 code units, as in Java. If the column is 0, return the offset after the line's
        first tag.
        """
        line = min(max(line, 1), len(self._line_starts)) - 1
        start = self._line_starts[line]
        end = self._line_starts[line + 1] if line + 1 < len(self._line_starts) else len(self._text)
        if column < 1:
            first = self._text.find(">", start, end)
            return first + 1 if first >= 0 else start
        units = self._text[start:end].encode("utf-16-le", "surrogatepass")
        return start + len(units[: 2 * (column - 1)].decode("utf-16-le", "ignore"))

    def get_context_at(self, line: int, column: int = 0) -> TextContext:
        """Return the text at a line and column. Validators report the column after a tag."""
        index = bisect_left(self._token_starts, max(self.get_offset(line, column), 1)) - 1
        return self._get_token_context(index) if index >= 0 else TextContext()

    def get_element_context(self, steps: Sequence[int]) -> TextContext:
        """Return the text of the element at an EPUB CFI.

        ``steps`` has one even number for each level: 2 for the first child element, 4 for the second.
        """
        counts, depth = [0], 0
        for index, token in enumerate(self._tokens):
            if token.is_opening:
                counts[depth] += 2
                if counts[1 : depth + 1] == list(steps) and depth:
                    return self._get_token_context(index)
                if not token.is_closing:
                    depth += 1
                    counts[depth:] = [0]
            elif token.is_closing:
                depth = max(depth - 1, 0)
        return TextContext()

    def _get_token_context(self, index: int) -> TextContext:
        token = self._tokens[index]
        kinds = _KINDS_BY_ELEMENT.get(token.name, ()) if token.is_opening else ()
        if token.is_opening and (words := self._get_element_text(index)):
            return TextContext(words, self._get_text_before(index), kinds)
        while index > 0 and not self._tokens[index - 1].is_line_end:
            index -= 1
        return TextContext(self._get_line_text(index), self._get_text_before(index), kinds)

    def _get_element_text(self, index: int) -> str:
        """Return the text of the element that starts at a token, to the end of its first line."""
        first_token = self._tokens[index]
        if first_token.is_closing or first_token.text:
            return first_token.text
        words: list[str] = []
        depth = length = 0
        for token in self._tokens[index:]:
            if token.name == first_token.name:
                depth += token.is_opening
                depth -= token.is_closing
            at_line_end = token.is_line_end and token is not first_token and _has_text(words)
            if depth <= 0 or length > _MAX_WORDS or at_line_end:
                break
            if token.is_text:
                words.append(token.text)
                length += len(token.text)
            elif token.text and not _has_text(words):
                return token.text
        return "".join(words).strip()

    def _get_line_text(self, first: int) -> str:
        words: list[str] = []
        for token in self._tokens[first:]:
            if token.is_line_end or sum(map(len, words)) > _MAX_WORDS:
                break
            if token.is_text:
                words.append(token.text)
        return "".join(words).strip()

    def _get_text_before(self, index: int) -> str:
        words: list[str] = []
        length = 0
        while index > 0 and length < _MAX_CONTEXT_LENGTH:
            index -= 1
            token = self._tokens[index]
            words.append(token.text or (" " if token.is_line_end else ""))
            length += len(words[-1])
        return "".join(reversed(words))


def _has_text(texts: list[str]) -> bool:
    return any(map(str.strip, texts))


def _iter_tokens(text: str) -> Iterator[_Token]:
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
            alternative = _ARIA_LABEL.search(attributes)
        yield _Token(
            match.start(),
            end,
            name=name,
            is_opening=opens,
            is_closing=not opens or attributes.rstrip().endswith("/") or name in _VOID_ELEMENTS,
            text=html.unescape(alternative.group(1) or alternative.group(2) or "") if alternative else "",
        )
    if end < len(text):
        yield _Token(end, len(text), text=html.unescape(text[end:]))


def _clear_skipped_text(tokens: list[_Token], text: str) -> list[_Token]:
    """Clear the text of scripts, styles, generated labels, and elements with alt text."""
    silent, depth = "", 0
    for token in tokens:
        if depth:
            token.text = ""
            if token.name == silent:
                depth += token.is_opening
                depth -= token.is_closing
        elif token.is_opening and not token.is_closing and _is_skipped(token, text):
            silent, depth = token.name, 1
    return tokens


def _is_skipped(token: _Token, text: str) -> bool:
    return token.name in _SKIPPED_ELEMENTS or (
        token.name in _INLINE_ELEMENTS and bool(_GENERATED_TEXT.search(text, token.start, token.end))
    )
