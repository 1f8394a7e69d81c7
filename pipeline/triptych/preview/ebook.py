"""A finished EPUB → its files in memory, with their media types, and its contents (EPUB 3.3)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from triptych.checks.epub.package import package_document

_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
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
        package_path, package = package_document(archive.read)
        items = {}
        nav = ""
        for item in package.iter(f"{_OPF}item"):
            path = posixpath.join(posixpath.dirname(package_path), unquote(str(item.get("href"))))
            items[str(item.get("id"))] = path, str(item.get("media-type"))
            if "nav" in str(item.get("properties") or "").split():
                nav = path
        files = {path: (media_type, archive.read(path)) for path, media_type in items.values()}
    spine = tuple(items[str(row.get("idref"))][0] for row in package.iter(f"{_OPF}itemref"))
    contents = tuple(_contents(files[nav][1], posixpath.dirname(nav))) if nav else ()
    return Ebook(files, spine, contents)


def _contents(page: bytes, folder: str) -> Iterator[Line]:
    for nav in etree.fromstring(page).iter(f"{_XHTML}nav"):
        if nav.get(_TYPE) != "toc":
            continue
        for link in nav.iter(f"{_XHTML}a"):
            depth = sum(1 for _ in link.iterancestors(f"{_XHTML}ol")) - 1
            title = " ".join("".join(str(text) for text in link.itertext()).split())
            yield Line(depth, title, posixpath.normpath(posixpath.join(folder, str(link.get("href")))))
