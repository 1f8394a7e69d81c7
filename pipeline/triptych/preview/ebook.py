"""A finished EPUB → its files in memory, with their media types, and its contents (EPUB 3.3)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from triptych.checks.epub.package import read_package_document
from triptych.media.xml_names import XHTML

_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contents; ``depth`` counts from 0, ``place`` is a path in the package with fragment."""

    depth: int
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Ebook:
    """``files`` maps paths in the package to media type and bytes; only what the package lists is there."""

    files: Mapping[str, tuple[str, bytes]]
    spine: tuple[str, ...]
    contents: tuple[Line, ...]


def open_ebook(data: bytes) -> Ebook:
    """Read a package that has been checked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = read_package_document(archive.read)
        files = {item.path: (item.media_type, archive.read(item.path)) for item in package.items}
    nav = next((item.path for item in package.items if "nav" in item.properties), "")
    contents = tuple(_contents(files[nav][1], posixpath.dirname(nav))) if nav else ()
    return Ebook(files, package.spine, contents)


def _contents(page: bytes, folder: str) -> Iterator[Line]:
    for nav in etree.fromstring(page).iter(f"{XHTML}nav"):
        if nav.get(_TYPE) != "toc":
            continue
        for link in nav.iter(f"{XHTML}a"):
            depth = sum(1 for _ in link.iterancestors(f"{XHTML}ol")) - 1
            title = " ".join("".join(str(text) for text in link.itertext()).split())
            yield Line(depth, title, posixpath.normpath(posixpath.join(folder, str(link.get("href")))))
