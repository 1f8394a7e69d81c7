"""The leaves of a finished e-book: its documents in the order in which they are read."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from lxml import etree

from triptych.checks.epub.package import package_document
from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.wordings import letters
from triptych.engine.cache import Cache
from triptych.engine.store.program import digest
from triptych.engine.tasks import LEAF, Task
from triptych.media.xml_names import MATHML, SVG, XHTML


@dataclass(frozen=True, slots=True)
class _Document:
    """What a document shows, its ids in order, and its alternative texts."""

    leaf: Leaf
    ids: tuple[str, ...]
    alternatives: tuple[str, ...]


def epub_leaves(data: bytes, ids: Iterable[str], executor: Executor, cache: Cache) -> Leaves:
    """An EPUB → its documents, and in which of them some ids stand; an e-book is read so fast that no other
    process is asked.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        names = [name for name in package_document(archive.read).spine if name in sizes]
        files = {name: archive.read(name) for name in names}
    there = digest(*sorted(name for name, size in sizes.items() if size))
    documents: list[_Document] = [
        cache.remember(
            Task.of(LEAF, name, name=name, document=file, files=there),
            partial(_document, name, file, sizes),
            _Document,
        )
        for name, file in files.items()
    ]
    wanted = frozenset(ids)
    anchors: dict[str, int] = {}
    for number, document in enumerate(documents):
        for identifier in wanted.intersection(document.ids):
            anchors.setdefault(identifier, number)
    return Leaves(
        output="EPUB",
        leaves=[document.leaf for document in documents],
        anchors=anchors,
        alternatives=lambda: letters(" ".join(text for one in documents for text in one.alternatives)),
    )


def _document(name: str, data: bytes, sizes: Mapping[str, int]) -> _Document:
    page = etree.fromstring(data)
    elements = list(page.iter(etree.Element))
    return _Document(
        _leaf(name, page, sizes),
        tuple(identifier for element in elements if (identifier := element.get("id"))),
        tuple(
            text
            for element in elements
            for key in ("alt", "alttext", "aria-label")
            if (text := element.get(key))
        ),
    )


def _leaf(name: str, page: etree._Element, sizes: Mapping[str, int]) -> Leaf:
    """What the body of a document shows; a picture whose file is empty or not there is none."""
    body = page.find(f"{XHTML}body")
    if body is None:
        return Leaf("")
    folder = posixpath.dirname(name)
    files = (
        posixpath.normpath(posixpath.join(folder, unquote(i.get("src", ""))))
        for i in body.iter(f"{XHTML}img")
    )
    drawn = (one for one in body.iter(f"{SVG}svg", f"{MATHML}math") if one.get("class") != "narrow")
    drawings = sum(sizes.get(file, 0) > 0 for file in files) + sum(1 for _ in drawn)
    return Leaf(letters("".join(map(str, body.itertext()))), drawings)
