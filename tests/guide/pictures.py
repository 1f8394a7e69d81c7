"""Draw the pictures of the guide from built files: a page, a slide, a screen of an e-book.

Places are ``page 3 of x.pdf``, ``slide 4 of x.pptx`` and ``screen of x.epub chapter 2``; ``chapter 2 of
x.pdf`` is the first page of a chapter, and ``chapter 2 of x.pptx`` its first slide. Options follow, separated
by commas: ``120 dpi`` for a page, ``390 px`` for the width of a slide or of the screen, ``dark`` for a dark
screen, ``crop 0,0,100%,45%`` for the left, upper, right and lower edge, and ``trim``, which removes empty
margins. Places joined by `` + `` are drawn side by side.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageOps
from pptx import Presentation

from tests.e2e.rendering import chromium_screenshot, office_to_pdf
from tests.guide.outputs import Place, Untrue, chapter_files, numbers_at, parse_place

REPOSITORY = Path(__file__).parents[2]
WIDEST = 1000  # pixels
LARGEST = 150_000  # bytes
_DPI, _SLIDE_WIDTH, _SCREEN_WIDTH, _SCREEN_HEIGHT = 100, 800, 390, 720
_EDGE = "#c3cbd2"
_NIGHT = ":root { color-scheme: dark; background: #121212; color: #e8e8e8 }"
_COLOURS = (128, 64, 32, 16)
_SCREEN = re.compile(r"screen of (\S+\.epub)(?: chapter ([\w-]+))?")
_CROP = re.compile(r"crop ((?:[\d.]+%?,){3}[\d.]+%?)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A place in a file, and the options for drawing it."""

    place: Place
    is_screen: bool = False
    dpi: int = _DPI
    width: int = 0
    dark: bool = False
    crop: tuple[str, ...] = ()
    trim: bool = False


def parse_pictures(text: str) -> list[Picture]:
    """Parse the value of a ``picture`` comment. Raise Untrue if it cannot be parsed."""
    return [_parse_picture(part) for part in text.split(" + ")]


def _parse_picture(text: str) -> Picture:
    first, *options = re.split(r",\s+", text)
    if screen := _SCREEN.fullmatch(first):
        place, is_screen = Place(screen[1], "chapter", screen[2] or "1"), True
    else:
        place, is_screen = parse_place(first), False
        if place.unit not in ("page", "slide", "chapter") or place.path.endswith(".epub"):
            raise Untrue(f'"{first}" is not a page of a PDF, a slide of a deck or a screen of an e-book')
    values: dict[str, object] = {}
    for option in options:
        number, _, unit = option.partition(" ")
        if unit == "dpi" and number.isdecimal():
            values["dpi"] = int(number)
        elif unit == "px" and number.isdecimal():
            values["width"] = int(number)
        elif option in ("dark", "trim"):
            values[option] = True
        elif crop := _CROP.fullmatch(option):
            values["crop"] = tuple(crop[1].split(","))
        else:
            raise Untrue(f'unknown option "{option}" of a picture')
    return Picture(place, is_screen, **values)  # type: ignore[arg-type]


class Studio:
    """Draws pictures; each deck is converted once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decks: dict[bytes, Path] = {}

    def draw(self, text: str, folder: Path) -> Image.Image:
        """Draw the picture that a ``picture`` comment describes, with files relative to a folder."""
        images = [self._draw(picture, folder) for picture in parse_pictures(text)]
        return images[0] if len(images) == 1 else _in_a_row(images)

    def _draw(self, picture: Picture, folder: Path) -> Image.Image:
        path = folder / picture.place.path
        if not path.is_file():
            raise Untrue(f"{picture.place.path} does not exist")
        if picture.is_screen:
            image = self.screen(path, picture.place.which, picture.width or _SCREEN_WIDTH, dark=picture.dark)
        else:
            number = numbers_at(picture.place, path)[0]
            if path.suffix == ".pptx":
                image = self.slides(path, [number], picture.width or _SLIDE_WIDTH)[0]
            else:
                image = pages(path, [number], picture.dpi)[0]
        return _framed(_cropped(image, picture))

    def slides(self, path: Path, numbers: Iterable[int], width: int) -> list[Image.Image]:
        """Draw slides of a deck with its own fonts; hidden slides cannot be drawn."""
        slides = [slide.element.get("show") != "0" for slide in Presentation(str(path)).slides]
        data = path.read_bytes()
        if data not in self._decks:
            place = self._folder / f"deck-{len(self._decks)}"
            self._decks[data] = office_to_pdf(path, place, self._fonts())
        images = []
        with pypdfium2.PdfDocument(self._decks[data]) as document:
            for number in numbers:
                if not slides[number - 1]:
                    raise Untrue(f"slide {number} of {path.name} is hidden")
                page = document[sum(slides[: number - 1])]
                images.append(
                    _rendered(page, 2 * width / page.get_width()).resize(
                        (width, round(width * page.get_height() / page.get_width())), Image.Resampling.LANCZOS
                    )
                )
        return images

    def screen(self, path: Path, which: str, width: int, *, dark: bool = False) -> Image.Image:
        """Draw the first screen of a chapter as a phone or a tablet shows it."""
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            with zipfile.ZipFile(path) as book:
                book.extractall(name)
                files = list(chapter_files(book).values())
            number = numbers_at(Place(path.name, "chapter", which), path)[0]
            return draw_screen(Path(name) / files[number - 1], width, dark=dark)

    def _fonts(self) -> Path:
        """Write a fontconfig file with which LibreOffice prefers the bundled fonts to those of the system."""
        path = self._folder / "fonts.conf"
        places = "".join(
            f"<dir>{place}</dir>" for place in (REPOSITORY / "templates/fonts", "/usr/share/fonts")
        )
        path.write_text(
            f"<fontconfig>{places}<cachedir>{self._folder}/cache</cachedir></fontconfig>", "utf-8"
        )
        return path


def pages(path: Path, numbers: Iterable[int], dpi: int = _DPI) -> list[Image.Image]:
    """Draw pages of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        return [_rendered(document[number - 1], dpi / 72) for number in numbers]


def _rendered(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    image: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    return image


def draw_screen(
    chapter: Path, width: int, height: int = _SCREEN_HEIGHT, *, dark: bool = False
) -> Image.Image:
    """Draw the first screen of a chapter, given its size in CSS pixels; a phone has two pixels for each."""
    if dark:  # like e-readers, which set text and background colours
        text = chapter.read_text("utf-8")
        chapter.write_text(text.replace("</head>", f"<style>{_NIGHT}</style></head>", 1), "utf-8")
    frame = chapter.with_name("frame.html")
    style = f"border: 0; width: {width}px; height: {height}px"
    body = f'<body style="margin: 0"><iframe style="{style}" src="{chapter.name}"></iframe>'
    frame.write_text(f'<!doctype html><meta charset="utf-8">{body}', "utf-8")
    scale = 2 if width <= WIDEST // 2 else 1
    window = max(width, 500), height + 200  # Chromium supports no narrower window
    shot = chromium_screenshot(frame, chapter.with_name("screen.png"), *window, dark=dark, scale=scale)
    with Image.open(shot) as image:
        return image.convert("RGB").crop((0, 0, width * scale, height * scale))


def _cropped(image: Image.Image, picture: Picture) -> Image.Image:
    if picture.crop:
        lengths = (image.width, image.height, image.width, image.height)
        edges = [
            length * float(edge.rstrip("%")) / 100 if edge.endswith("%") else float(edge)
            for edge, length in zip(picture.crop, lengths, strict=True)
        ]
        left, top, right, bottom = map(round, edges)
        image = image.crop((left, top, min(right, image.width), min(bottom, image.height)))
    if picture.trim:
        ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
        if box := ImageChops.difference(image, ground).getbbox():
            margin = 16
            left, top, right, bottom = box
            image = image.crop(
                (
                    max(left - margin, 0),
                    max(top - margin, 0),
                    min(right + margin, image.width),
                    min(bottom + margin, image.height),
                )
            )
    return image


def _framed(image: Image.Image) -> Image.Image:
    """Draw a thin frame, so that a white page is visible on a white background."""
    if image.width > WIDEST - 2:
        size = (WIDEST - 2, round(image.height * (WIDEST - 2) / image.width))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return ImageOps.expand(image, 1, _EDGE)


def _in_a_row(images: list[Image.Image], gap: int = 24) -> Image.Image:
    """Place pictures side by side, vertically centred, with similar areas."""
    heights = [0.6 if image.width > image.height else 1.0 for image in images]
    wide = sum(image.width / image.height * height for image, height in zip(images, heights, strict=True))
    tallest = (WIDEST - gap * (len(images) - 1)) / wide
    row, left = Image.new("RGB", (WIDEST, round(tallest)), "white"), 0.0
    for image, height in zip(images, heights, strict=True):
        high = height * tallest
        size = (round(image.width / image.height * high), round(high))
        row.paste(image.resize(size, Image.Resampling.LANCZOS), (round(left), round((tallest - high) / 2)))
        left += size[0] + gap
    return row


def save(image: Image.Image, path: Path) -> None:
    """Write a PNG with as many colours as its size limit allows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for colours in _COLOURS:
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            path.write_bytes(out.getvalue())
            return
    raise Untrue(
        f"{path.name} has more than {LARGEST:,} bytes in {_COLOURS[-1]} colours; crop it, or use fewer dpi"
    )


def side_by_side(images: list[Image.Image], columns: int, gap: int = 16) -> Image.Image:
    """Place pictures of one size in rows on a white background."""
    wide, high = images[0].size
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (wide + gap) - gap, rows * (high + gap) - gap), "white")
    for place, image in enumerate(images):
        sheet.paste(image, (place % columns * (wide + gap), place // columns * (high + gap)))
    return sheet
