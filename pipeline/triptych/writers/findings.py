"""Find formulas and images that an output cannot show well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.extras import install_command, is_installed
from triptych.media.formulas.formulas import Formula, FormulaDrawing, compute_available_width, select_formula
from triptych.media.output_pictures import SVG, PreparedPicture
from triptych.media.picture_files import PDF
from triptych.media.picture_sizes import PictureTarget, compute_displayed_size, is_wide, parse_length
from triptych.model.book import Book
from triptych.model.nodes import Equation, Image, Math, Picture
from triptych.model.walk import book_nodes
from triptych.project import MANIFEST

_FEWEST_DOTS = 110  # an inch; below, print looks coarse
_SMALL = 96.0  # CSS pixels; what is printed no wider than an inch is an icon
_PLAIN = 32  # dots; so few of them are a plain field, meant to be stretched
_SMALLEST_COVER = 640  # dots, on each side
_HEAVIEST = 5_000_000  # bytes of one picture that all retailers take


def list_formulas(book: Book) -> list[Math | Equation]:
    """All formulas that were understood, in order."""
    return [node for node in book_nodes(book, Math, Equation) if node.mathml]


def find_missing_renderer(book: Book) -> list[Diagnostic]:
    """ENV003 at the first formula, if what draws formulas is not installed."""
    if is_installed("formulas") or not (formulas := list_formulas(book)):
        return []
    message, hint = "the formula renderer is not installed", install_command("formulas")
    return [Diagnostic(code="ENV003", span=formulas[0].span, message=message, hint=hint)]


def list_distinct_formulas(nodes: list[Math | Equation]) -> list[Formula]:
    """Return the formulas to draw, each once."""
    return list(dict.fromkeys(map(select_formula, nodes)))


def report_undrawn(node: Math | Equation, instead: str) -> Diagnostic:
    """MTH002 for a formula that was understood and has no drawing; ``instead`` says what stands there."""
    message = f"the formula `{' '.join(node.tex.split())[:60]}` cannot be rendered; {instead}"
    hint = "simplify the formula, or split it into several formulas"
    return Diagnostic(code="MTH002", span=node.span, message=message, hint=hint)


def is_too_wide(drawing: FormulaDrawing | None, node: Math | Equation, measure: float) -> bool:
    """Whether a displayed formula is wider than its room, broken and smaller as it is."""
    formula = select_formula(node)
    return (
        drawing is not None
        and formula.display
        and drawing.width > compute_available_width(formula, measure) + 0.01
    )


def report_too_wide(node: Math | Equation) -> Diagnostic:
    """MTH004 for a formula that neither breaks nor smaller type brings into the text's width."""
    message = f"the formula `{' '.join(node.tex.split())[:60]}` is wider than the text area"
    hint = r"break the formula with `\\` inside `\begin{aligned}` or `\begin{multline}`"
    return Diagnostic(code="MTH004", span=node.span, message=message, hint=hint)


def find_small_cover(book: Book) -> list[Diagnostic]:
    """IMG006 for a cover of fewer dots than retailers show."""
    cover = book.metadata.cover
    if cover is None or cover.media_type in (SVG, PDF) or min(cover.width, cover.height) >= _SMALLEST_COVER:
        return []
    message = f'the cover image "{cover.path}" is {cover.width:.0f} × {cover.height:.0f} pixels; '
    message += f"retailers require at least {_SMALLEST_COVER} pixels on each side"
    hint = "use a larger cover image, ideally 1600 × 2560 pixels"
    return [Diagnostic(code="IMG006", span=Span(path=MANIFEST), message=message, hint=hint)]


def find_coarse_pictures(book: Book, room: PictureTarget) -> list[Diagnostic]:
    """IMG004 for each picture of dots that its author asks to be printed larger than it is sharp.

    A picture without a width is printed as it comes: no one asked for more.
    """
    found = []
    for image, picture in _iter_images(book):
        asked = (
            is_wide(image.attr)
            or parse_length(image.attr.get("width"))
            or parse_length(image.attr.get("height"))
        )
        if not asked or picture.media_type in (SVG, PDF) or picture.width < _PLAIN:
            continue
        width, _ = compute_displayed_size(picture, image.attr, room)
        dpi = picture.width / width * 96
        if width > _SMALL and dpi < _FEWEST_DOTS:
            needed = round(width / 96 * room.dpi)
            message = f'the resolution of the image "{image.source}" is too low for print: '
            message += f"{dpi:.0f} ppi; the minimum is {_FEWEST_DOTS} ppi"
            hint = f"use an image at least {needed} pixels wide, or display it at a smaller width"
            found.append(Diagnostic(code="IMG004", span=image.span, message=message, hint=hint))
    return found


def find_heavy_pictures(book: Book, pictures: Mapping[Picture, PreparedPicture]) -> list[Diagnostic]:
    """IMG005 for each picture whose file is larger than retailers take."""
    found = []
    for image, picture in _iter_images(book):
        size = len(pictures[picture].data)
        if size > _HEAVIEST:
            message = f'the image "{image.source}" is {size / 1e6:.1f} MB in the EPUB; '
            message += f"some retailers accept at most {_HEAVIEST // 10**6} MB per image"
            hint = "if the image is a photo, save it as JPEG; if it is a drawing, simplify it"
            found.append(Diagnostic(code="IMG005", span=image.span, message=message, hint=hint))
    return found


def _iter_images(book: Book) -> Iterator[tuple[Image, Picture]]:
    for node in book_nodes(book, Image):
        if node.picture:
            yield node, node.picture
