"""Draw the pictures of the guide and of the gallery of project templates.

Each image of the guide with a comment `<!-- picture: … -->` is drawn from the files that the blocks of its
page build; the gallery shows each template of `triptych new --list`. Requires LibreOffice and Chromium, which
`make test` installs.

    python -m scripts.draw_guide_pictures                     # all pictures
    python -m scripts.draw_guide_pictures how-to/brand        # those of pages whose path contains a word
    python -m scripts.draw_guide_pictures --gallery brief     # those of a template; without a name, of all
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps
from pptx import Presentation
from pypdfium2 import PdfDocument
from tests.guide.contents import SOURCE, page_paths
from tests.guide.outputs import chapter_titles
from tests.guide.pages import PageImage, parse_page
from tests.guide.pictures import REPOSITORY, Studio, pages, save, side_by_side
from tests.guide.running import run_page

from triptych.cli.create import create_project, list_project_templates
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildRequest

GALLERY = REPOSITORY / "docs/gallery"
_ACROSS, _GAP = 3, 16
_WIDE = (1000 - (_ACROSS - 1) * _GAP) // _ACROSS - 2  # pixels of a picture between its edges
_EDGE = "#c3cbd2"
_BACK_MATTER = ("bibliography", "glossary", "index", "endnotes", "colophon", "lists")
_MOST_SCREENS = 8
_INTRODUCTION = """\
# Gallery of project templates

`triptych new --template NAME DIR` creates a project from one of these templates, complete with text, data and
a talk. One command builds its PDF, its e-book and its slide deck. Some pages, screens and slides of each:
"""


def draw_page(path: str, folder: Path, cache: Cache) -> list[str]:
    """Draw the pictures of a page of the guide; return the problems of the page."""
    page = parse_page(path, (SOURCE / path).read_text("utf-8"))
    if not any(image.picture for image in page.images):
        return []
    studio = Studio(folder)

    def draw(image: PageImage, place: Path) -> None:
        target = ((SOURCE / path).parent / image.path).resolve()
        save(studio.draw(image.picture, place), target)
        report(target)

    place = folder / "page"
    place.mkdir()
    return run_page(page, place, cache, draw)


def draw_template(name: str, folder: Path) -> str:
    """Draw pages, slides and screens of a template; return its section of the gallery."""
    create_project(folder / name, name)
    outcome = press(Project(folder / name), BuildRequest(output_folder=folder / "build", jobs=2))
    if not outcome.has_outputs:
        sys.exit("\n".join(map(str, outcome.diagnostics)))
    studio, sections = Studio(folder), []
    files = {str(form): path for form, path in outcome.outputs.items()}
    if "pdf" in files:
        with PdfDocument(files["pdf"]) as document:
            small = pages(files["pdf"], range(1, len(document) + 1), 24)
            numbers = [1, *_richest(small, _ACROSS - 1)]
            dpi = round(72 * 2 * _WIDE / document[0].get_width())
            labels = [document.get_page_label(number - 1) or str(number) for number in numbers]
        images = [_fitted(image, small[0].size) for image in pages(files["pdf"], numbers, dpi)]
        sections.append((f"{name}-pages", images, f"Pages {_listed(labels)} of the PDF"))
    if "epub" in files:
        titles = chapter_titles(files["epub"])
        screens = {chapter: studio.screen(files["epub"], chapter, 390) for chapter in titles}
        chosen = _richest(list(screens.values()), _ACROSS, first=1)
        names = [list(screens)[number - 1] for number in chosen]
        images = [screens[chapter] for chapter in names]
        shown = _listed([f"“{titles[chapter]}”" for chapter in names])
        sections.append(
            (f"{name}-screens", [_fitted(image) for image in images], f"The e-book on a phone: {shown}")
        )
    if "pptx" in files:
        slides = list(Presentation(str(files["pptx"])).slides)
        visible = [number for number, slide in enumerate(slides, 1) if slide.element.get("show") != "0"]
        small = studio.slides(files["pptx"], visible, 200)
        numbers = [visible[place - 1] for place in (1, *_richest(small, 2 * _ACROSS - 1))]
        headings = [slides[number - 1].shapes.title for number in numbers]
        images = [_fitted(image) for image in studio.slides(files["pptx"], numbers, _WIDE)]
        shown = _listed(
            [f"“{' '.join(title.text_frame.text.split())}”" for title in headings if title is not None]
        )
        sections.append((f"{name}-slides", images, f"Slides of the deck: {shown}"))
    lines = [
        f"## {name}\n",
        f"{list_project_templates()[name]}\n",
        f"    triptych new --template {name} my-{name}\n",
    ]
    for stem, images, alt in sections:
        target = GALLERY / "images" / f"{stem}.png"
        save(side_by_side(images, _ACROSS, _GAP), target)
        report(target)
        lines.append(f"![{alt}](images/{target.name})\n")
    return "\n".join(lines)


def _richest(images: list[Image.Image], count: int, first: int = 2) -> list[int]:
    """Return the indices of the most detailed images in ascending order, excluding the first image."""

    def richness(number: int) -> float:
        image = images[number - 1].quantize(16, dither=Image.Dither.NONE).convert("RGB")
        colours = image.getcolors() or []
        _, ground = max(colours)
        return sum(pixels * _distance(colour, ground) for pixels, colour in colours)

    return sorted(sorted(range(first, len(images) + 1), key=richness, reverse=True)[:count])


def _distance(colour: object, ground: object) -> int:
    assert isinstance(colour, tuple)
    assert isinstance(ground, tuple)
    return sum(abs(one - other) for one, other in zip(colour, ground, strict=True))


def _fitted(image: Image.Image, shape: tuple[int, int] | None = None) -> Image.Image:
    """Return an image in the width of the gallery, with a border; pad images with other aspect ratios."""
    wide, high = shape or image.size
    size = (_WIDE, round(high * _WIDE / wide))
    padded = ImageOps.pad(image, size, Image.Resampling.LANCZOS, "white")
    return ImageOps.expand(padded, 1, _EDGE)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def report(path: Path) -> None:
    """Print the path and the size of a picture."""
    print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size / 1000:.0f} kB")


def write_gallery(drawn: dict[str, str]) -> None:
    """Write the page of the gallery; the sections of templates that were not drawn are kept."""
    readme = GALLERY / "README.md"
    before = readme.read_text("utf-8").split("\n## ")[1:] if readme.is_file() else []
    sections = {text.partition("\n")[0]: f"## {text.strip()}\n" for text in before} | drawn
    parts = [_INTRODUCTION, *(sections[name] for name in list_project_templates() if name in sections)]
    readme.write_text("\n".join(parts), "utf-8")


def main() -> None:
    """Draw all pictures, or those that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gallery", action="store_true", help="draw project templates; WORD is then a name")
    parser.add_argument("words", nargs="*", metavar="WORD", help="draw pages whose path contains this")
    asked = parser.parse_args()
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="guide-") as name:
        top = Path(name)
        if not asked.gallery:
            for number, path in enumerate(page_paths()):
                if not asked.words or any(word in path for word in asked.words):
                    folder = top / f"page-{number}"
                    folder.mkdir()
                    failures += draw_page(path, folder, Cache(top / "cache"))
        if asked.gallery or not asked.words:
            names = asked.words or list(list_project_templates())
            write_gallery({name: draw_template(name, top / name) for name in names})
    if failures:
        sys.exit("\n\n".join(failures))


if __name__ == "__main__":
    main()
