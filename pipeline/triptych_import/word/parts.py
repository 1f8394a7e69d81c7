"""What a Word document holds besides the text that pandoc hands over: changes, comments, heads, colours."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from triptych.media.xml_names import explain_xml_error, parsed
from triptych.ooxml.measures import declares_entities
from triptych_import.draft import Finding
from triptych_import.word.tree import text_of, walk

LARGEST_PART = 64 << 20  # bytes, unpacked
LARGEST_XML = 32 << 20
_LARGEST_WHOLE = 256 << 20
_MOST_PARTS = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLACK = ("auto", "000000", "")
_DRAWINGS = {
    "chart": "chart", "diagram": "SmartArt drawing", "wordprocessingShape": "shape",
    "wordprocessingGroup": "group of shapes", "wordprocessingCanvas": "drawing canvas",
}  # fmt: skip
_CHANGES = {
    "insertion": ("tracked insertion", "accepted"),
    "deletion": ("tracked deletion", "accepted, leaving out its text"),
    "paragraph-insertion": ("tracked paragraph break", "accepted"),
    "paragraph-deletion": ("tracked deletion of a paragraph break", "accepted"),
    "comment-start": ("comment", "omitted"),
}
_LONGEST = 60


def refusal(data: bytes) -> str:
    """Why nobody should read a document, "" where it may be read: what it unpacks to, and what its XML asks
    for, is measured before pandoc gets it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return next(_refusals(archive), "")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return "the file is damaged or is not a Word document"


def _refusals(archive: zipfile.ZipFile) -> Iterator[str]:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(info.file_size for info in parts) > _LARGEST_WHOLE:
        yield f"the document unpacks to more than {_MOST_PARTS} parts or {_LARGEST_WHOLE >> 20} MB"
        return
    for info in parts:
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        if info.file_size > LARGEST_XML:
            yield f'part "{info.filename[:80]}" unpacks to more than {LARGEST_XML >> 20} MB'
            return
        content = archive.read(info)
        if declares_entities(content):
            yield f'part "{info.filename[:80]}" declares XML entities, which are not allowed'
        try:
            parsed(content)
        except etree.XMLSyntaxError as error:
            yield f'part "{info.filename[:80]}" cannot be parsed: {explain_xml_error(error)}'


def part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """A part of a document as XML, or None where it has none that can be read."""
    if name not in archive.namelist():
        return None
    try:
        return parsed(archive.read(name))
    except etree.XMLSyntaxError:
        return None


def changes(tree: dict[str, Any], name: str) -> Iterator[Finding]:
    """Comments and tracked changes, from pandoc's tree with all of them."""
    for node in walk(tree["blocks"]):
        if node.get("t") != "Span":
            continue
        attr, inner = node["c"]
        kind = next((kind for kind in _CHANGES if kind in attr[1]), None)
        if kind is None:
            continue
        who = next((value for key, value in attr[2] if key == "author"), "")
        words = _short(text_of(inner))
        what, done = _CHANGES[kind]
        heading = f'{what} by "{who}"' if who else what
        yield Finding(path=name, what=f'{heading}: "{words}"' if words else heading, done=done)


def not_kept(archive: zipfile.ZipFile, tree: dict[str, Any], name: str) -> Iterator[Finding]:
    """Running heads and feet, colours, drawings, and words that pandoc does not hand over."""
    for file in sorted(archive.namelist()):
        kind = re.fullmatch(r"word/(header|footer)\d*\.xml", file)
        words = _words(part(archive, file)) if kind else ""
        if kind and words:
            what = "header" if kind.group(1) == "header" else "footer"
            yield Finding(
                path=name,
                what=f'{what} "{_short(words)}"',
                done="omitted, since the theme defines headers and footers",
            )
    document = part(archive, "word/document.xml")
    if document is None:
        return
    yield from _looks(document, name)
    yield from _drawings(document, name)
    yield from _missing(archive, document, tree, name)


def language(archive: zipfile.ZipFile) -> str:
    """The language that the styles of a document name, or ""."""
    styles = part(archive, "word/styles.xml")
    found = styles.find(f"{_W}docDefaults//{_W}lang") if styles is not None else None
    if found is None:
        return ""
    return str(found.get(f"{_W}val") or found.get(f"{_W}eastAsia") or "")


def _looks(document: etree._Element, name: str) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for run in document.iter(f"{_W}r"):
        if not _words(run):
            continue
        colour = run.find(f"{_W}rPr/{_W}color")
        counts["run"] += colour is not None and colour.get(f"{_W}val", "") not in _BLACK
    for cell in document.iter(f"{_W}tcPr"):
        shade = cell.find(f"{_W}shd")
        counts["cell"] += shade is not None and shade.get(f"{_W}fill", "auto") not in ("auto", "FFFFFF", "")
    for look, count in counts.items():
        if count:
            kind = "table cell with a background colour" if look == "cell" else "coloured text"
            yield Finding(path=name, what=_counted(kind, count), done="kept without the colour")


def _drawings(document: etree._Element, name: str) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for data in document.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"):
        counts[posixpath.basename(data.get("uri", ""))] += 1
    for kind, count in counts.items():
        if kind in _DRAWINGS:
            what, done = _counted(_DRAWINGS[kind], count), "omitted; insert it as an image to keep it"
            yield Finding(path=name, what=what, done=done)


def _missing(
    archive: zipfile.ZipFile, document: etree._Element, tree: dict[str, Any], name: str
) -> Iterator[Finding]:
    """Paragraphs whose words are nowhere in what was read."""
    read = _bare(text_of([tree["blocks"], *tree.get("meta", {}).values()]))
    sources = [document, part(archive, "word/footnotes.xml"), part(archive, "word/endnotes.xml")]
    for source in sources:
        for paragraph in source.iter(f"{_W}p") if source is not None else ():
            words = _words(paragraph)
            if words and _bare(words) not in read and paragraph.find(f".//{_W}p") is None:
                yield Finding(
                    path=name, what=f'pandoc did not read the text "{_short(words)}"', done="omitted"
                )


def _counted(kind: str, count: int) -> str:
    """A kind of content with how often it occurs."""
    return kind if count == 1 else f"{kind} ({count} times)"


def _words(node: etree._Element | None) -> str:
    """The text of a part or paragraph, without deleted text."""
    if node is None:
        return ""
    return " ".join("".join(text.text or "" for text in node.iter(f"{_W}t")).split())


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _short(text: str) -> str:
    text = " ".join(text.split()).replace('"', "”")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
