"""A finished deck → the titles, texts and notes of its slides, and pictures where LibreOffice is there."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from lxml import etree

from triptych.engine.processes.programs import run
from triptych.engine.store.program import digest
from triptych.ooxml.inheritance import FURNITURE, TITLES, get_placeholder_type
from triptych.ooxml.packages import Relationship, read_relations, relations_path
from triptych.ooxml.xml import OFFICE, PRESENTATION, A, P, R, collect_text
from triptych.theme.theme import fonts_folder

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
class Slide:
    """What a slide says: its title, the paragraphs of all other shapes, and the speaker's notes.

    ``look`` is a digest of all that decides on its picture.
    """

    title: str
    text: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: bool
    look: str = ""


def read_slides(data: bytes) -> tuple[Slide, ...]:
    """The slides of a deck that has been checked, in the order of the talk."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple(_slide(archive, path, number) for number, path in enumerate(_order(archive), 1))


def _order(archive: zipfile.ZipFile) -> list[str]:
    """The parts of the slides in the order of the talk."""
    parts = _related(archive, PRESENTATION)
    order = etree.fromstring(archive.read(PRESENTATION)).iter(f"{P}sldId")
    return [parts[str(slide.get(f"{R}id"))].target for slide in order]


def _look(archive: zipfile.ZipFile, path: str, number: int) -> str:
    """A digest of a slide's number, which may be on it, and of all parts that it leads to but its notes and
    other slides.
    """
    reached, waiting = {path}, [path]
    while waiting:
        for relation in _related(archive, waiting.pop()).values():
            place = relation.target
            done = place in reached or place not in archive.NameToInfo
            if not done and relation.kind.rpartition("/")[2] not in ("slide", "notesSlide"):
                reached.add(place)
                waiting.append(place)
    sums = (f"{part} {archive.getinfo(part).CRC}" for part in sorted(reached))
    return digest(str(number), *sums)[:16]


def _slide(archive: zipfile.ZipFile, path: str, number: int) -> Slide:
    tree = etree.fromstring(archive.read(path))
    notes = [one.target for one in _related(archive, path).values() if one.kind == f"{OFFICE}/notesSlide"]
    title, text = "", []
    for shape in tree.iter(f"{P}sp", f"{P}graphicFrame"):
        kind = get_placeholder_type(shape)
        paragraphs = list(_paragraphs(shape))
        if kind in TITLES:
            title = " ".join(paragraphs)
        elif kind not in FURNITURE:
            text += paragraphs
    return Slide(
        title=title,
        text=tuple(text),
        notes=tuple(line for place in notes for line in _notes(archive, place)),
        hidden=tree.get("show") in ("0", "false"),
        look=_look(archive, path, number),
    )


def _notes(archive: zipfile.ZipFile, path: str) -> Iterator[str]:
    for shape in etree.fromstring(archive.read(path)).iter(f"{P}sp"):
        if get_placeholder_type(shape) == "body":
            yield from _paragraphs(shape)


def _paragraphs(shape: etree._Element) -> Iterator[str]:
    for paragraph in shape.iter(f"{A}p"):
        text = " ".join(collect_text(paragraph).split())
        if text:
            yield text


def _related(archive: zipfile.ZipFile, path: str) -> dict[str, Relationship]:
    """The parts that a part refers to, by the ids of its relationships."""
    relations = relations_path(path)
    if relations not in archive.namelist():
        return {}
    return read_relations(etree.fromstring(archive.read(relations)), path)


def office() -> Path | None:
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
    deck.write_bytes(_reduced(data, frozenset(wanted)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ("--headless", "--convert-to", "pdf", "--outdir", folder)
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS.format(fonts=fonts_folder(), cache=folder / "fonts"), "utf-8")
    environment = {"FONTCONFIG_FILE": str(fonts)}
    run([program, profile, *convert, deck], timeout=_PATIENCE, environment=environment)
    return dict(zip(wanted, _pictures((folder / "deck.pdf").read_bytes()), strict=True))


def _reduced(data: bytes, looks: frozenset[str]) -> bytes:
    """A deck in which the slides of other looks are empty and hidden."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as target:
        slides = zip(_order(archive), read_slides(data), strict=True)
        empty = {path for path, slide in slides if slide.look not in looks}
        for name in archive.namelist():
            target.writestr(name, _NO_SLIDE if name in empty else archive.read(name))
    return out.getvalue()


def _pictures(pdf: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            out = io.BytesIO()
            page.render(scale=_WIDTH / page.get_width()).to_pil().save(out, "PNG")
            yield out.getvalue()
    finally:
        document.close()
