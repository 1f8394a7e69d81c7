"""Read the PDF pages, EPUB files and slides of finished outputs for the preview."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import pikepdf
from lxml import etree

from triptych.checks.epub.package import read_package_document
from triptych.engine.store.program_digest import compute_digest
from triptych.media.xml_parsing import XHTML
from triptych.ooxml.inheritance import FOOTER_TYPES, TITLE_TYPES, get_placeholder_type
from triptych.ooxml.packages import Relationship, get_relationships_name, read_relationships
from triptych.ooxml.xml import OFFICE, PRESENTATION, A, P, R, collect_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSlide:
    """The text of a slide: its title, the paragraphs of its other shapes, and its speaker notes.

    ``alt_texts`` are those of its charts and images. ``image_key`` is a digest of everything that affects the
    image of the slide.
    """

    title: str
    text: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: bool
    image_key: str = ""
    alt_texts: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The title, the other paragraphs and the speaker notes."""
        return (self.title, *self.text, *self.notes)


def read_slides(data: bytes) -> tuple[PreviewSlide, ...]:
    """Return the slides of a valid PPTX file, in presentation order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple(
            _read_slide(archive, path, number) for number, path in enumerate(list_slide_parts(archive), 1)
        )


def list_slide_parts(archive: zipfile.ZipFile) -> list[str]:
    """Return the part names of the slides in a PPTX package, in presentation order."""
    parts = _read_relationships(archive, PRESENTATION)
    order = etree.fromstring(archive.read(PRESENTATION)).iter(f"{P}sldId")
    return [parts[str(slide.get(f"{R}id"))].target for slide in order]


def _hash_slide(archive: zipfile.ZipFile, path: str, number: int) -> str:
    """Return a digest of a slide's number, which the slide may show, and of the parts it refers to.

    Notes and other slides are excluded.
    """
    reached, waiting = {path}, [path]
    while waiting:
        for relation in _read_relationships(archive, waiting.pop()).values():
            part = relation.target
            is_done = part in reached or part not in archive.NameToInfo
            if not is_done and relation.type.rpartition("/")[2] not in ("slide", "notesSlide"):
                reached.add(part)
                waiting.append(part)
    checksums = (f"{part} {archive.getinfo(part).CRC}" for part in sorted(reached))
    return compute_digest(str(number), *checksums)[:16]


def _read_slide(archive: zipfile.ZipFile, path: str, number: int) -> PreviewSlide:
    tree = etree.fromstring(archive.read(path))
    notes = [
        relationship.target
        for relationship in _read_relationships(archive, path).values()
        if relationship.type == f"{OFFICE}/notesSlide"
    ]
    title, text = "", []
    for shape in tree.iter(f"{P}sp", f"{P}graphicFrame"):
        kind = get_placeholder_type(shape)
        paragraphs = list(_read_paragraphs(shape))
        if kind in TITLE_TYPES:
            title = " ".join(paragraphs)
        elif kind not in FOOTER_TYPES:
            text += paragraphs
    return PreviewSlide(
        title=title,
        text=tuple(text),
        notes=tuple(line for part in notes for line in _read_notes(archive, part)),
        hidden=tree.get("show") in ("0", "false"),
        image_key=_hash_slide(archive, path, number),
        alt_texts=tuple(
            filter(None, (str(relationship.get("descr") or "") for relationship in tree.iter(f"{P}cNvPr")))
        ),
    )


def _read_notes(archive: zipfile.ZipFile, path: str) -> Iterator[str]:
    for shape in etree.fromstring(archive.read(path)).iter(f"{P}sp"):
        if get_placeholder_type(shape) == "body":
            yield from _read_paragraphs(shape)


def _read_paragraphs(shape: etree._Element) -> Iterator[str]:
    for paragraph in shape.iter(f"{A}p"):
        text = " ".join(collect_text(paragraph).split())
        if text:
            yield text


def _read_relationships(archive: zipfile.ZipFile, path: str) -> dict[str, Relationship]:
    relations = get_relationships_name(path)
    if relations not in archive.namelist():
        return {}
    return read_relationships(etree.fromstring(archive.read(relations)), path)


_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True, slots=True)
class EbookContentsEntry:
    """An entry of an EPUB's table of contents.

    ``target`` is a path in the package, with a fragment if the link has one. ``depth`` is 0-based.
    """

    depth: int
    title: str
    target: str


@dataclass(frozen=True, slots=True)
class Ebook:
    """The content of an EPUB. ``files`` maps the path of each resource to its media type and bytes."""

    files: Mapping[str, tuple[str, bytes]]
    spine: tuple[str, ...]
    contents: tuple[EbookContentsEntry, ...]


def open_ebook(data: bytes) -> Ebook:
    """Return the resources, the spine and the table of contents of a valid EPUB."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = read_package_document(archive.read)
        files = {item.path: (item.media_type, archive.read(item.path)) for item in package.items}
    nav = next((item.path for item in package.items if "nav" in item.properties), "")
    contents = tuple(_read_contents(files[nav][1], posixpath.dirname(nav))) if nav else ()
    return Ebook(files, package.spine, contents)


def _read_contents(page: bytes, folder: str) -> Iterator[EbookContentsEntry]:
    for nav in etree.fromstring(page).iter(f"{XHTML}nav"):
        if nav.get(_TYPE) != "toc":
            continue
        for link in nav.iter(f"{XHTML}a"):
            depth = sum(1 for _ in link.iterancestors(f"{XHTML}ol")) - 1
            title = " ".join("".join(str(text) for text in link.itertext()).split())
            yield EbookContentsEntry(
                depth, title, posixpath.normpath(posixpath.join(folder, str(link.get("href"))))
            )


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A PDF page: a digest of its content, and whether its page label is an Arabic number.

    ``width`` and ``height`` are in points, as the page is shown.
    """

    digest: str
    is_body: bool
    label: str = field(default="", compare=False)
    width: float = field(default=0.0, compare=False)
    height: float = field(default=0.0, compare=False)


def read_pages(data: bytes) -> tuple[PreviewPage, ...]:
    """Return the pages of a PDF written by Triptych."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return tuple(_read_page(page) for page in pdf.pages)


def _read_page(page: pikepdf.Page) -> PreviewPage:
    left, bottom, right, top = (float(side) for side in page.cropbox)
    size = (right - left, top - bottom)
    is_turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    width, height = size[::-1] if is_turned else size
    digest = compute_digest(*_list_page_content(page))[:16]
    return PreviewPage(digest, page.label.isdecimal(), page.label, width, height)


def list_changed_pages(old_pages: Sequence[PreviewPage], new_pages: Sequence[PreviewPage]) -> list[int]:
    """Return the 1-based numbers of pages that differ, including those that no longer exist."""
    pairs = enumerate(zip_longest(old_pages, new_pages), 1)
    return [number for number, (old, new) in pairs if old != new]


def find_first_changed_page(old_pages: Sequence[PreviewPage], new_pages: Sequence[PreviewPage]) -> int | None:
    """Return the 1-based number of the first changed page, or None if no page has changed.

    Body pages take precedence over front matter, since most edits also change the table of contents.
    """
    changed_pages = [
        (number, number <= len(new_pages) and new_pages[number - 1].is_body)
        for number in list_changed_pages(old_pages, new_pages)
    ]
    first = next(
        (number for number, is_body in changed_pages if is_body),
        changed_pages[0][0] if changed_pages else None,
    )
    return None if first is None else max(1, min(first, len(new_pages)))


def _list_page_content(page: pikepdf.Page) -> Iterator[bytes]:
    """Yield a PDF page's content streams, and the names and streams of its images and form XObjects."""
    contents = page.obj.get("/Contents", pikepdf.Array())
    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        yield stream.read_raw_bytes()
    for name, stream in sorted(page.obj.Resources.get("/XObject", pikepdf.Dictionary()).items()):
        yield name.encode()
        yield stream.read_raw_bytes()
