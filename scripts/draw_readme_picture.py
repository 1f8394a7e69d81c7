"""Draw the picture of the README: one chart of the edition on a page, on a phone and on a slide.

Run this after `make`, when the edition or its design has changed. Requires Poppler, Chromium and LibreOffice,
which `make test` installs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from lxml import etree
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from pypdfium2 import PdfDocument

from triptych.media.raster import open_picture

ROOT = Path(__file__).parents[1]
BUILD, NAME = ROOT / "build", "china-leading-technologies"
PICTURE = ROOT / "docs/images/one-source.png"
CHAPTER, FIGURE, TITLE = "renewable-energy", "fig-power", "Solar capacity has almost caught up with coal"

_WIDTH, _HEIGHT = 1600, 800  # pixels of the picture
_PAGE, _PHONE, _SLIDE = (467, 700), (310, 640), (663, 373)
_GAP, _TOP = 40, 32
_GROUND, _EDGE, _INK = "#eef1f4", "#c3cbd2", "#16324a"
_COLOURS = 128
_XHTML = "{http://www.w3.org/1999/xhtml}"


def page() -> Image.Image:
    """Return the page of the PDF that shows the chart."""
    with PdfDocument(BUILD / f"{NAME}.pdf") as document:
        for one in document:
            text = one.get_textpage().get_text_bounded()
            if TITLE in text and "Figure" in text:
                image: Image.Image = one.render(scale=3).to_pil().convert("RGB")
                return image.resize(_PAGE, Image.Resampling.LANCZOS)
    raise SystemExit(f"no page shows {TITLE!r}; run make first")


def phone(folder: Path) -> Image.Image:
    """Return the chart as it appears on a phone: its section of the e-book, beginning with the chart."""
    with zipfile.ZipFile(BUILD / f"{NAME}.epub") as book:
        book.extractall(folder)
    chapter = next(folder.rglob(f"{CHAPTER}.xhtml"))
    tree = etree.parse(chapter)
    place = tree.find(f".//*[@id='{FIGURE}']")
    while place is not None and place.tag != f"{_XHTML}body":
        for before in list(place.itersiblings(preceding=True)):
            if before.tag not in {f"{_XHTML}head", f"{_XHTML}h2"}:
                before.getparent().remove(before)
        place = place.getparent()
    tree.write(chapter, encoding="utf-8")
    shot, scale = folder / "phone.png", 2
    run(
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        # A window of Chromium cannot be narrower than 500 pixels, but a frame in it can.
        *(f"--force-device-scale-factor={scale}", "--window-size=600,900", f"--screenshot={shot}"),
        framed(chapter, 360, 743).as_uri(),
    )
    with open_picture(shot.read_bytes()) as screen:
        view = screen.convert("RGB").crop((0, 0, 360 * scale, 743 * scale))
    return view.resize(_PHONE, Image.Resampling.LANCZOS)


def framed(chapter: Path, width: int, height: int) -> Path:
    """Return a page with a chapter in a frame of this many pixels."""
    frame = chapter.with_name("frame.html")
    style = f"border: 0; width: {width}px; height: {height}px"
    page = f'<body style="margin: 0"><iframe style="{style}" src="{chapter.name}"></iframe>'
    frame.write_text(page, "utf-8")
    return frame


def slide(folder: Path) -> Image.Image:
    """Return the slide of the chart, in the fonts of the theme."""
    deck = BUILD / f"{NAME}.pptx"
    titles = [one.shapes.title.text_frame.text for one in Presentation(deck).slides if one.shapes.title]
    fonts = folder / "fonts.conf"
    own = "".join(f"<dir>{path}</dir>" for path in (ROOT / "templates/fonts", "/usr/share/fonts"))
    fonts.write_text(f"<fontconfig>{own}<cachedir>{folder}/cache</cachedir></fontconfig>", "utf-8")
    run(
        *("soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}"),
        *("--convert-to", "pdf", "--outdir", str(folder), str(deck)),
        environment={"FONTCONFIG_FILE": str(fonts)},
    )
    with PdfDocument(folder / f"{NAME}.pdf") as document:
        image: Image.Image = document[titles.index(TITLE)].render(scale=3).to_pil().convert("RGB")
    return image.resize(_SLIDE, Image.Resampling.LANCZOS)


def run(*command: str, environment: dict[str, str] | None = None) -> None:
    """Run a program; end with its messages if it fails."""
    env = {**os.environ, **(environment or {})}
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{command[0]} failed:\n{result.stderr}")


def composed(images: dict[str, Image.Image]) -> Image.Image:
    """Return the images side by side on a grey background, each with a caption."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _GROUND)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(ROOT / "templates/fonts/WorkSans-SemiBold.ttf"), 22)
    left = _GAP
    for caption, image in images.items():
        wide, high = image.size
        top = _TOP + (_PAGE[1] - high) // 2
        picture.paste(image, (left, top))
        draw.rectangle((left - 1, top - 1, left + wide, top + high), outline=_EDGE, width=2)
        draw.text((left + wide / 2, _TOP + _PAGE[1] + 24), caption, _INK, font, "mt")
        left += wide + _GAP
    return picture


def main() -> None:
    """Draw the picture from the outputs in the build folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = {
            "PDF book": page(),
            "EPUB on a phone": phone(folder),
            "PowerPoint slide with a native chart": slide(folder),
        }
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        composed(images).quantize(_COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)}  {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
