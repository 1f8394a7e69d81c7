"""An e-book's files, to look up in them what validators name."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from triptych.checks.epub.surroundings import Page, Surroundings
from triptych.checks.found import Found
from triptych.diagnostics import Span
from triptych.project import MANIFEST

_OPF = "{http://www.idpf.org/2007/opf}"
_PAGES = (".xhtml", ".html", ".htm")


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


def package_document(read: Callable[[str], bytes]) -> PackageDocument:
    """The package document of an e-book (EPUB 3.3, 4.2.6.3); ``read`` gives a file by its name.

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


def address_beside(name: str, address: str) -> str:
    """What an address in a file of the package leads to, without escapes."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


class Package:
    """The files of an e-book by their names, each read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = frozenset(self._archive.namelist())
        self._pages: dict[str, Page] = {}

    def at(self, found: Found, name: str, line: int = 0, column: int = 0) -> Found:
        """A finding at a line and column of a file, which are 0 where they are not known."""
        if name not in self._names:
            return found
        file = ":".join([name, *(str(number) for number in (line, column) if number > 0)])
        if name == self.document and line > 0 and self._is_metadata(line, column):
            return replace(found, file=file, span=Span(path=MANIFEST))
        page = self._page(name) if line > 0 else None
        place = page.at(line, column) if page else Surroundings()
        return replace(found, file=file, **place._asdict())

    def at_element(self, found: Found, name: str, steps: tuple[int, ...]) -> Found:
        """A finding at an element of a page, see `Page.at_element`; without steps at the page itself."""
        page = self._page(name) if name in self._names and steps else None
        place = page.at_element(steps) if page else Surroundings()
        return replace(found, file=name, **place._asdict())

    def named(self, address: str) -> str:
        """A file by its address from the package document, or from the root of the package."""
        beside = address_beside(self.document, address)
        return beside if beside in self._names else address.lstrip("/")

    @cached_property
    def document(self) -> str:
        """The package document; "" where there is none."""
        return next((name for name in sorted(self._names) if name.endswith(".opf")), "")

    def _page(self, name: str) -> Page | None:
        if not name.endswith(_PAGES):
            return None
        if name not in self._pages:
            self._pages[name] = Page(self._text(name))
        return self._pages[name]

    def _text(self, name: str) -> str:
        try:
            return self._archive.read(name).decode("utf-8", "replace")
        except (zipfile.BadZipFile, OSError, NotImplementedError):  # a damaged file: validators say so
            return ""

    def _is_metadata(self, line: int, column: int) -> bool:
        """Whether a place in the package document is what the manifest says of the book."""
        text = self._text(self.document)
        place = Page(text).offset(line, column)
        return text.find("<metadata") < place <= text.find("</metadata")
