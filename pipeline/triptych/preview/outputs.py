"""Read the PDF pages, EPUB files and slides of finished outputs for the preview.

LibreOffice renders the slides as images, if it is installed.
"""

from __future__ import annotations

import io
import posixpath
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pikepdf
import pypdfium2
from lxml import etree

from triptych.checks.epub.package import read_package_document
from triptych.engine.processes.programs import run_program
from triptych.engine.store.program_digest import compute_digest
from triptych.media.xml_parsing import XHTML
from triptych.ooxml.inheritance import FOOTER_TYPES, TITLE_TYPES, get_placeholder_type
from triptych.ooxml.packages import Relationship, get_relationships_name, read_relationships
from triptych.ooxml.xml import OFFICE, PRESENTATION, A, P, R, collect_text
from triptych.theme.theme import find_fonts_folder

# LibreOffice uses the fonts of the theme, whether or not they are installed on this machine.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
# Replaces a slide that is not drawn, so that the other slides keep their numbers.
_BLANK_SLIDE = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" show="0"><p:cSld><p:spTree>
<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>
</p:spTree></p:cSld></p:sld>"""
_WIDTH = 1280  # pixels of the image of a slide
_TIMEOUT = 120  # seconds for LibreOffice to convert a deck


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSlide:
    """The text of a slide: its title, the paragraphs of its other shapes, and its speaker notes.

    ``image_key`` is a digest of everything that affects the image of the slide.
    """

    title: str
    text: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: bool
    image_key: str = ""


def read_slides(data: bytes) -> tuple[PreviewSlide, ...]:
    """Return the slides of a valid PPTX file, in presentation order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple(
            _read_slide(archive, path, number) for number, path in enumerate(_list_slide_parts(archive), 1)
        )


def _list_slide_parts(archive: zipfile.ZipFile) -> list[str]:
    """Return the part names of the slides in a PPTX package, in presentation order."""
    parts = _read_relationships(archive, PRESENTATION)
    order = etree.fromstring(archive.read(PRESENTATION)).iter(f"{P}sldId")
    return [parts[str(slide.get(f"{R}id"))].target for slide in order]


def _digest_slide(archive: zipfile.ZipFile, path: str, number: int) -> str:
    """Return a digest of a slide's number, which the slide may show, and of the parts to which it refers.

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
        one.target
        for one in _read_relationships(archive, path).values()
        if one.type == f"{OFFICE}/notesSlide"
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
        image_key=_digest_slide(archive, path, number),
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


def find_libreoffice() -> Path | None:
    """Return the path of the LibreOffice executable, or None if LibreOffice is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def render_slides(
    data: bytes, program: Path, folder: Path, rendered_keys: frozenset[str]
) -> dict[str, bytes]:
    """Render the visible slides of a deck, and return them as PNG images by image key.

    Slides whose image key is in ``rendered_keys`` are left out. LibreOffice starts faster if ``folder``,
    which has its profile and its fontconfig cache, is reused. Raise ``ProgramFailed`` if LibreOffice fails.
    """
    shown = (slide.image_key for slide in read_slides(data) if not slide.hidden)
    wanted = [key for key in shown if key not in rendered_keys]
    if not wanted:
        return {}
    deck = folder / "deck.pptx"
    deck.write_bytes(_blank_other_slides(data, frozenset(wanted)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ("--headless", "--convert-to", "pdf", "--outdir", folder)
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS.format(fonts=find_fonts_folder(), cache=folder / "fonts"), "utf-8")
    environment = {"FONTCONFIG_FILE": str(fonts)}
    run_program([program, profile, *convert, deck], timeout=_TIMEOUT, environment=environment)
    return dict(zip(wanted, _render_pdf_pages((folder / "deck.pdf").read_bytes()), strict=True))


def _blank_other_slides(data: bytes, image_keys: frozenset[str]) -> bytes:
    """Return a deck in which all slides except those with ``image_keys`` are blank and hidden."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as target:
        slides = zip(_list_slide_parts(archive), read_slides(data), strict=True)
        empty = {path for path, slide in slides if slide.image_key not in image_keys}
        for name in archive.namelist():
            target.writestr(name, _BLANK_SLIDE if name in empty else archive.read(name))
    return out.getvalue()


def _render_pdf_pages(pdf: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            out = io.BytesIO()
            page.render(scale=_WIDTH / page.get_width()).to_pil().save(out, "PNG")
            yield out.getvalue()
    finally:
        document.close()


_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True, slots=True)
class EbookContentsEntry:
    """An entry of the table of contents of an EPUB.

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
    """A PDF page: a digest of its content, and whether its page label is an Arabic number."""

    digest: str
    is_body: bool


def read_pages(data: bytes) -> tuple[PreviewPage, ...]:
    """Return the pages of a PDF that Triptych has written."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return tuple(
            PreviewPage(compute_digest(*_list_page_content(page))[:16], page.label.isdecimal())
            for page in pdf.pages
        )


def find_first_changed_page(old_pages: Sequence[PreviewPage], new_pages: Sequence[PreviewPage]) -> int | None:
    """Return the 1-based number of the first changed page, or None if no page has changed.

    Body pages take precedence over front matter, since most edits change the table of contents.
    """
    changed = [
        (number, new is not None and new.is_body)
        for number, (old, new) in enumerate(zip_longest(old_pages, new_pages), 1)
        if old != new
    ]
    first = next((number for number, is_body in changed if is_body), changed[0][0] if changed else None)
    return None if first is None else max(1, min(first, len(new_pages)))


def _list_page_content(page: pikepdf.Page) -> Iterator[bytes]:
    """Yield a PDF page's content streams, and the names and streams of its images and form XObjects."""
    contents = page.obj.get("/Contents", pikepdf.Array())
    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        yield stream.read_raw_bytes()
    for name, stream in sorted(page.obj.Resources.get("/XObject", pikepdf.Dictionary()).items()):
        yield name.encode()
        yield stream.read_raw_bytes()
