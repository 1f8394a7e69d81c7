"""Draw the picture of the README: one chart of the edition on a page, on a phone and on a slide.

Run this after `make`, when the edition or its design has changed. Requires Chromium and LibreOffice, which
`make test` installs.

    python -m scripts.draw_readme_picture
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from lxml import etree
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from pypdfium2 import PdfDocument
from tests.guide.pictures import REPOSITORY, Studio, draw_screen

BUILD, NAME = REPOSITORY / "build", "china-leading-technologies"
PICTURE = REPOSITORY / "docs/images/one-source.png"
CHAPTER, FIGURE, TITLE = "renewable-energy", "fig-power", "Solar capacity has almost caught up with coal"

_WIDTH, _HEIGHT = 1600, 800  # pixels of the picture
_PAGE, _PHONE, _SLIDE = (467, 700), (310, 640), 663
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
    return draw_screen(chapter, 360, 743).resize(_PHONE, Image.Resampling.LANCZOS)


def slide(folder: Path) -> Image.Image:
    """Return the slide of the chart, in the fonts of the theme."""
    deck = BUILD / f"{NAME}.pptx"
    titles = [one.shapes.title for one in Presentation(str(deck)).slides]
    number = [title.text_frame.text if title else "" for title in titles].index(TITLE) + 1
    return Studio(folder).slides(deck, [number], _SLIDE)[0]


def composed(images: dict[str, Image.Image]) -> Image.Image:
    """Return the images side by side on a grey background, each with a caption."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _GROUND)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(REPOSITORY / "templates/fonts/WorkSans-SemiBold.ttf"), 22)
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
    print(f"{PICTURE.relative_to(REPOSITORY)}  {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
