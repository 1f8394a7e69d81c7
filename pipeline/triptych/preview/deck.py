"""A finished deck → the titles, texts and notes of its slides, and pictures where LibreOffice is there."""

from __future__ import annotations

import io
import posixpath
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from lxml import etree

from triptych.engine.programs import run
from triptych.theme import fonts_folder

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# A slide is shown in the fonts that it asks for, whether or not this machine has them.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
_WIDTH = 1280  # pixels of a picture
_PATIENCE = 120  # seconds until LibreOffice is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """What a slide says: its title, the paragraphs of all other shapes, and the speaker's notes."""

    title: str
    text: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: bool


def read_slides(data: bytes) -> tuple[Slide, ...]:
    """The slides of a deck that has been checked, in the order of the talk."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        presentation = "ppt/presentation.xml"
        parts = _related(archive, presentation)
        order = etree.fromstring(archive.read(presentation)).iter(f"{_P}sldId")
        return tuple(_slide(archive, parts[str(slide.get(f"{_R}id"))][1]) for slide in order)


def _slide(archive: zipfile.ZipFile, path: str) -> Slide:
    tree = etree.fromstring(archive.read(path))
    notes = [place for kind, place in _related(archive, path).values() if kind == "notesSlide"]
    title, text = "", []
    for shape in tree.iter(f"{_P}sp", f"{_P}graphicFrame"):
        kind = _placeholder(shape)
        paragraphs = list(_paragraphs(shape))
        if kind in ("title", "ctrTitle"):
            title = " ".join(paragraphs)
        elif kind not in ("sldNum", "ftr", "dt"):
            text += paragraphs
    return Slide(
        title=title,
        text=tuple(text),
        notes=tuple(line for place in notes for line in _notes(archive, place)),
        hidden=tree.get("show") in ("0", "false"),
    )


def _notes(archive: zipfile.ZipFile, path: str) -> Iterator[str]:
    for shape in etree.fromstring(archive.read(path)).iter(f"{_P}sp"):
        if _placeholder(shape) == "body":
            yield from _paragraphs(shape)


def _placeholder(shape: etree._Element) -> str:
    mark = next(shape.iter(f"{_P}ph"), None)
    return "" if mark is None else str(mark.get("type", "obj"))


def _paragraphs(shape: etree._Element) -> Iterator[str]:
    for paragraph in shape.iter(f"{_A}p"):
        text = " ".join("".join(run.text or "" for run in paragraph.iter(f"{_A}t")).split())
        if text:
            yield text


def _related(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to: relationship id → kind and path (ECMA-376 Part 2)."""
    folder, name = posixpath.split(path)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive.namelist():
        return {}
    return {
        str(relation.get("Id")): (
            str(relation.get("Type")).rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target")))).lstrip("/"),
        )
        for relation in etree.fromstring(archive.read(relations)).iter("{*}Relationship")
    }


def office() -> Path | None:
    """LibreOffice's program, where it is installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def draw_slides(data: bytes, program: Path) -> tuple[bytes, ...]:
    """A PNG of each slide that is not hidden. Raises ``ProgramFailed``."""
    with tempfile.TemporaryDirectory(prefix="triptych-") as name:
        folder = Path(name)
        deck = folder / "deck.pptx"
        deck.write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = ("--headless", "--convert-to", "pdf", "--outdir", folder)
        fonts = folder / "fonts.conf"
        fonts.write_text(_FONTS.format(fonts=fonts_folder(), cache=folder / "fonts"), "utf-8")
        environment = {"FONTCONFIG_FILE": str(fonts)}
        run([program, profile, *convert, deck], timeout=_PATIENCE, environment=environment)
        return tuple(_pictures((folder / "deck.pdf").read_bytes()))


def _pictures(pdf: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            out = io.BytesIO()
            page.render(scale=_WIDTH / page.get_width()).to_pil().save(out, "PNG")
            yield out.getvalue()
    finally:
        document.close()
