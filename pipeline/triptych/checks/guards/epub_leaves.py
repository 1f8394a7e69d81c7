"""The leaves of a finished e-book: its documents in the order in which they are read."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from concurrent.futures import Executor
from urllib.parse import unquote

from lxml import etree

from triptych.checks.epub.package import package_document
from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.wordings import letters
from triptych.media.xml_names import MATHML, SVG, XHTML


def epub_leaves(data: bytes, executor: Executor) -> Leaves:
    """An EPUB → its documents; an e-book is read so fast that no other process is asked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        names = (name for name in package_document(archive.read).spine if name in sizes)
        pages = {name: etree.fromstring(archive.read(name)) for name in names}
    anchors: dict[str, int] = {}
    alternatives: list[str] = []
    for number, page in enumerate(pages.values()):
        for element in page.iter(etree.Element):
            if identifier := element.get("id"):
                anchors.setdefault(identifier, number)
            alternatives += [text for key in ("alt", "alttext", "aria-label") if (text := element.get(key))]
    return Leaves(
        output="EPUB",
        leaves=[_leaf(name, page, sizes) for name, page in pages.items()],
        anchors=anchors,
        alternatives=lambda: letters(" ".join(alternatives)),
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
    drawings = sum(sizes.get(file, 0) > 0 for file in files) + sum(
        1 for _ in body.iter(f"{SVG}svg", f"{MATHML}math")
    )
    return Leaf(letters("".join(map(str, body.itertext()))), drawings)
