"""Read what the preview shows of finished outputs: pages, e-book files, slides and their images.

Slides are drawn where LibreOffice is installed.
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
from triptych.engine.processes.programs import run
from triptych.engine.store.program import digest
from triptych.media.xml_names import XHTML
from triptych.ooxml.inheritance import FURNITURE, TITLES, get_placeholder_type
from triptych.ooxml.packages import Relationship, read_relations, relations_path
from triptych.ooxml.xml import OFFICE, PRESENTATION, A, P, R, collect_text
from triptych.theme.theme import find_fonts_folder

# A slide is shown in the fonts that it asks for, whether or not this machine has them.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
# What stands in the place of a slide that need not be drawn: the others keep their numbers.
_NO_SLIDE = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" show="0"><p:cSld><p:spTree>
<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>
</p:spTree></p:cSld></p:sld>"""
_WIDTH = 1280  # pixels of a picture
_PATIENCE = 120  # seconds until LibreOffice is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSlide:
    """What a slide says: its title, the paragraphs of all other shapes, and the speaker's notes.

    ``look`` is a digest of all that decides on its picture.
    """

    title: str
    text: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: bool
    look: str = ""


def read_slides(data: bytes) -> tuple[PreviewSlide, ...]:
    """The slides of a deck that has been checked, in the order of the talk."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple(
            _read_slide(archive, path, number) for number, path in enumerate(_list_slide_parts(archive), 1)
        )


def _list_slide_parts(archive: zipfile.ZipFile) -> list[str]:
    """The parts of the slides in the order of the talk."""
    parts = _read_relationships(archive, PRESENTATION)
    order = etree.fromstring(archive.read(PRESENTATION)).iter(f"{P}sldId")
    return [parts[str(slide.get(f"{R}id"))].target for slide in order]


def _digest_appearance(archive: zipfile.ZipFile, path: str, number: int) -> str:
    """A digest of a slide's number, which may be on it, and of all parts that it leads to but its notes and
    other slides.
    """
    reached, waiting = {path}, [path]
    while waiting:
        for relation in _read_relationships(archive, waiting.pop()).values():
            place = relation.target
            done = place in reached or place not in archive.NameToInfo
            if not done and relation.kind.rpartition("/")[2] not in ("slide", "notesSlide"):
                reached.add(place)
                waiting.append(place)
    sums = (f"{part} {archive.getinfo(part).CRC}" for part in sorted(reached))
    return digest(str(number), *sums)[:16]


def _read_slide(archive: zipfile.ZipFile, path: str, number: int) -> PreviewSlide:
    tree = etree.fromstring(archive.read(path))
    notes = [
        one.target
        for one in _read_relationships(archive, path).values()
        if one.kind == f"{OFFICE}/notesSlide"
    ]
    title, text = "", []
    for shape in tree.iter(f"{P}sp", f"{P}graphicFrame"):
        kind = get_placeholder_type(shape)
        paragraphs = list(_read_paragraphs(shape))
        if kind in TITLES:
            title = " ".join(paragraphs)
        elif kind not in FURNITURE:
            text += paragraphs
    return PreviewSlide(
        title=title,
        text=tuple(text),
        notes=tuple(line for place in notes for line in _read_notes(archive, place)),
        hidden=tree.get("show") in ("0", "false"),
        look=_digest_appearance(archive, path, number),
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
    """The parts that a part refers to, by the ids of its relationships."""
    relations = relations_path(path)
    if relations not in archive.namelist():
        return {}
    return read_relations(etree.fromstring(archive.read(relations)), path)


def find_libreoffice() -> Path | None:
    """LibreOffice's program, where it is installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def draw_slides(data: bytes, program: Path, folder: Path, drawn_before: frozenset[str]) -> dict[str, bytes]:
    """A PNG of each slide by its look; not of hidden ones, nor of looks that are ``known``.

    In the ``folder`` is what LibreOffice and fontconfig need to begin: with the same one they begin sooner.
    Raises ``ProgramFailed``.
    """
    wanted = [
        slide.look for slide in read_slides(data) if not slide.hidden and slide.look not in drawn_before
    ]
    if not wanted:
        return {}
    deck = folder / "deck.pptx"
    deck.write_bytes(_hide_other_slides(data, frozenset(wanted)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ("--headless", "--convert-to", "pdf", "--outdir", folder)
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS.format(fonts=find_fonts_folder(), cache=folder / "fonts"), "utf-8")
    environment = {"FONTCONFIG_FILE": str(fonts)}
    run([program, profile, *convert, deck], timeout=_PATIENCE, environment=environment)
    return dict(zip(wanted, _render_pages((folder / "deck.pdf").read_bytes()), strict=True))


def _hide_other_slides(data: bytes, looks: frozenset[str]) -> bytes:
    """A deck in which the slides of other looks are empty and hidden."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as target:
        slides = zip(_list_slide_parts(archive), read_slides(data), strict=True)
        empty = {path for path, slide in slides if slide.look not in looks}
        for name in archive.namelist():
            target.writestr(name, _NO_SLIDE if name in empty else archive.read(name))
    return out.getvalue()


def _render_pages(pdf: bytes) -> Iterator[bytes]:
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
class ContentsLine:
    """A line of the contents; ``depth`` counts from 0, ``place`` is a path in the package with fragment."""

    depth: int
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Ebook:
    """``files`` maps paths in the package to media type and bytes; only what the package lists is there."""

    files: Mapping[str, tuple[str, bytes]]
    spine: tuple[str, ...]
    contents: tuple[ContentsLine, ...]


def open_ebook(data: bytes) -> Ebook:
    """Read a package that has been checked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = read_package_document(archive.read)
        files = {item.path: (item.media_type, archive.read(item.path)) for item in package.items}
    nav = next((item.path for item in package.items if "nav" in item.properties), "")
    contents = tuple(_read_contents(files[nav][1], posixpath.dirname(nav))) if nav else ()
    return Ebook(files, package.spine, contents)


def _read_contents(page: bytes, folder: str) -> Iterator[ContentsLine]:
    for nav in etree.fromstring(page).iter(f"{XHTML}nav"):
        if nav.get(_TYPE) != "toc":
            continue
        for link in nav.iter(f"{XHTML}a"):
            depth = sum(1 for _ in link.iterancestors(f"{XHTML}ol")) - 1
            title = " ".join("".join(str(text) for text in link.itertext()).split())
            yield ContentsLine(
                depth, title, posixpath.normpath(posixpath.join(folder, str(link.get("href"))))
            )


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: a digest of what is drawn on it, and whether it is of the text, with an Arabic number."""

    look: str
    of_text: bool


def read_leaves(data: bytes) -> tuple[Leaf, ...]:
    """The pages of a PDF of ours."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return tuple(
            Leaf(digest(*_list_page_content(page))[:16], page.label.isdecimal()) for page in pdf.pages
        )


def find_first_change(before: Sequence[Leaf], after: Sequence[Leaf]) -> int | None:
    """The number of the first page that differs, counted from 1; None where none does.

    One of the text comes before those in front of it: an edit moves the pages that the contents name.
    """
    changed = [
        (number, new is not None and new.of_text)
        for number, (old, new) in enumerate(zip_longest(before, after), 1)
        if old != new
    ]
    first = next((number for number, of_text in changed if of_text), changed[0][0] if changed else None)
    return None if first is None else max(1, min(first, len(after)))


def _list_page_content(page: pikepdf.Page) -> Iterator[bytes]:
    """The operators of a page, and its pictures and forms."""
    contents = page.obj.get("/Contents", pikepdf.Array())
    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        yield stream.read_raw_bytes()
    for name, thing in sorted(page.obj.Resources.get("/XObject", pikepdf.Dictionary()).items()):
        yield name.encode()
        yield thing.read_raw_bytes()
