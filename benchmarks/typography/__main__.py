"""Compare pages set by Triptych, LuaLaTeX and Typst: evenness of word spaces, and fullness of pages.

Run from the top of the repository: ``.venv/bin/python -m benchmarks.typography``; with paths of PDFs, it
measures these instead.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

from benchmarks.measuring import RunError, table
from benchmarks.typography.lines import HEAD as LINES
from benchmarks.typography.lines import evenness, lines_of
from benchmarks.typography.pages import HEAD as PAGES
from benchmarks.typography.pages import fullness
from benchmarks.typography.peers import Sheet, missing, peers
from benchmarks.typography.text import text_of
from benchmarks.workplace import Workplace, arguments, copy_project, workplace
from triptych.engine.cache import Cache
from triptych.folders import get_templates_folder
from triptych.model.book import Book
from triptych.passes.conditions import select_for_output
from triptych.project import BUILD_FOLDER, Project
from triptych.settings.pdf_options import PdfOptions
from triptych.stages import read_project
from triptych.theme.theme import load_theme
from triptych.writers.print.page_grid import page_grid_for


def main() -> int:
    """Set and measure the book, print the results, and return the exit code."""
    parser = arguments(__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.pdf", help="PDFs to measure")
    parser.add_argument(
        "--space", type=float, metavar="EM", help="the face's own space; default: the theme's"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to keep the PDFs")
    options = parser.parse_args()
    space = options.space or _space()
    try:
        if options.files:
            _report([(path.name, path) for path in options.files], space)
        else:
            with workplace(partial(copy_project, options.project.resolve())) as place:
                found = list(_set_by_all(place))
                _report(found, space)
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    for name, path in found:
                        shutil.copy(path, options.keep / f"{name}.pdf")
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _report(files: Sequence[tuple[str, Path]], space: float) -> None:
    print(
        "justified lines\n"
        + table(LINES, [evenness(lines_of(path, space)).row(name) for name, path in files])
    )
    print("\nlines that pages are short\n" + table(PAGES, [fullness(path).row(name) for name, path in files]))


def _space() -> float:
    """Return the width of a space in the text font, in em."""
    font = TTFont(get_templates_folder() / "fonts" / _text_face())
    return float(font["hmtx"][font.getBestCmap()[ord(" ")]][0] / font["head"].unitsPerEm)


def _text_face() -> str:
    theme = load_theme()
    family = theme.families(theme.print.type.text.family)[0]
    return next(face.file for face in theme.faces if face.family == family and not face.italic)


def _set_by_all(place: Workplace) -> Iterator[tuple[str, Path]]:
    """Set the book with Triptych, then its text with each of the others."""
    place.build(("pdf",))
    ours = place.project / BUILD_FOLDER / f"{place.manifest.stem}.pdf"
    yield "Triptych", ours
    text = text_of(_resolved(place), _heights(ours))
    for number, peer in enumerate(peers()):
        folder = place.scratch / str(number)
        folder.mkdir()
        yield peer.name, peer.set_text(text, _sheet(place), folder)
    if note := missing():
        print(f"note: {note}\n")


def _resolved(place: Workplace) -> Book:
    _, book, found = read_project(Project(place.project), Cache(None))
    if book is None:
        raise RunError("\n".join(diagnostic.message for diagnostic in found))
    return select_for_output(book, "pdf")


def _sheet(place: Workplace) -> Sheet:
    """Return the page of the built-in theme."""
    design = load_theme().print
    page = page_grid_for(place.manifest.format.pdf or PdfOptions(), design)
    return Sheet(
        **{side: getattr(page, side) for side in ("width", "height", "top", "bottom", "inner", "outer")},
        size=float(page.text_size.removesuffix("pt")),
        lead=design.leading,
        fonts=get_templates_folder() / "fonts",
        serif=_text_face(),
        language=place.manifest.language,
    )


def _heights(path: Path) -> list[float]:
    """Return the heights of the figures of a tagged PDF in points, in reading order, without the cover."""
    with pikepdf.open(path) as pdf:
        boxes = [box for box in _boxes(pdf.Root.StructTreeRoot) if box]
        cover = float(pdf.pages[0].mediabox[3])
    return [top - bottom for _, bottom, _, top in boxes if top - bottom < cover - 1]


def _boxes(element: Any) -> Iterator[list[float]]:
    """Return the boxes of figures under an element of the structure tree (ISO 32000-1, 14.8.5.4.3)."""
    if isinstance(element, pikepdf.Array):
        for kid in element:
            yield from _boxes(kid)
    elif isinstance(element, pikepdf.Dictionary):
        if element.get("/S") == "/Figure":
            attributes = element.get("/A", pikepdf.Array())
            for one in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
                if "/BBox" in one:
                    yield [float(edge) for edge in one["/BBox"]]
        else:
            yield from _boxes(element.get("/K"))


if __name__ == "__main__":
    sys.exit(main())
