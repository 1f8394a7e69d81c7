"""Render slides as images with LibreOffice, if it is installed."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from triptych.engine.processes.programs import run_program
from triptych.preview.output_texts import NO_WORDS, OutputPage, read_page, render_page
from triptych.preview.outputs import list_slide_parts, read_slides
from triptych.theme.theme import find_fonts_folder

# LibreOffice uses the theme's fonts, whether or not they are installed on this machine.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
# Replaces slides that are not drawn, so that the other slides keep their numbers.
_BLANK_SLIDE = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" show="0"><p:cSld><p:spTree>
<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>
</p:spTree></p:cSld></p:sld>"""
_WIDTH = 1280  # pixels of a slide's image
_TIMEOUT = 120  # seconds for LibreOffice to convert a deck


@dataclass(frozen=True, slots=True)
class SlideImage:
    """The image of a slide as a PNG file, and the words that it shows."""

    png: bytes
    page: OutputPage = NO_WORDS


def find_libreoffice() -> Path | None:
    """Return the path of the LibreOffice executable, or None if LibreOffice is not installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(program) if program else None


def render_slides(
    data: bytes, program: Path, folder: Path, rendered_keys: frozenset[str]
) -> dict[str, SlideImage]:
    """Render the visible slides of a deck; return their images by image key.

    Slides whose image key is in ``rendered_keys`` are omitted. LibreOffice starts faster if ``folder``, which
    has its profile and its fontconfig cache, is reused. Raise ``ProgramError`` if LibreOffice fails.
    """
    visible_keys = (slide.image_key for slide in read_slides(data) if not slide.hidden)
    new_keys = [key for key in visible_keys if key not in rendered_keys]
    if not new_keys:
        return {}
    deck = folder / "deck.pptx"
    deck.write_bytes(_blank_other_slides(data, frozenset(new_keys)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ("--headless", "--convert-to", "pdf", "--outdir", folder)
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS.format(fonts=find_fonts_folder(), cache=folder / "fonts"), "utf-8")
    environment = {"FONTCONFIG_FILE": str(fonts)}
    run_program([program, profile, *convert, deck], timeout=_TIMEOUT, environment=environment)
    return dict(zip(new_keys, _read_images(folder / "deck.pdf"), strict=True))


def _blank_other_slides(data: bytes, image_keys: frozenset[str]) -> bytes:
    """Make all slides of a deck blank and hidden, except those with ``image_keys``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as target:
        slides = zip(list_slide_parts(archive), read_slides(data), strict=True)
        empty = {path for path, slide in slides if slide.image_key not in image_keys}
        for name in archive.namelist():
            target.writestr(name, _BLANK_SLIDE if name in empty else archive.read(name))
    return out.getvalue()


def _read_images(path: Path) -> Iterator[SlideImage]:
    document = pypdfium2.PdfDocument(path)
    try:
        for number, page in enumerate(document):
            yield SlideImage(render_page(page, _WIDTH / page.get_width()), read_page(document, number))
    finally:
        document.close()
