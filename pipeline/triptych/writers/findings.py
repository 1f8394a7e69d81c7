"""Report formulas and images that an output cannot show well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.extras import get_install_command, is_installed
from triptych.media.formulas.formulas import Formula, FormulaDrawing, is_too_wide, make_formula
from triptych.media.formulas.mathml import list_colour_pairs
from triptych.media.output_pictures import SVG_MEDIA_TYPE, PreparedPicture
from triptych.media.picture_files import PDF_MEDIA_TYPE
from triptych.media.picture_sizes import PictureTarget, compute_displayed_size, is_wide, parse_length
from triptych.model.book import Book
from triptych.model.nodes import Equation, Image, Math, Picture
from triptych.model.walk import book_nodes
from triptych.project import MANIFEST
from triptych.theme.colours import READABLE_CONTRAST, compute_contrast_ratio
from triptych.theme.theme_file import Colours

_MIN_RESOLUTION = 110  # ppi; a lower resolution is visible in print
_MAX_ICON_WIDTH = 96.0  # CSS pixels; smaller images are icons
_MIN_IMAGE_PIXELS = 32  # pixels; smaller images are plain areas that are meant to be stretched
_MIN_COVER_SIDE = 640  # pixels on each side
_MAX_IMAGE_BYTES = 5_000_000  # bytes; the maximum size of an image that all retailers accept


def list_parsed_formulas(book: Book) -> list[Math | Equation]:
    """Return all formulas that were parsed successfully, in order."""
    return [node for node in book_nodes(book, Math, Equation) if node.mathml]


def find_missing_renderer(book: Book) -> list[Diagnostic]:
    """Report ENV003 at the first formula if the formula renderer is not installed."""
    if is_installed("formulas") or not (formulas := list_parsed_formulas(book)):
        return []
    message, hint = "the formula renderer is not installed", get_install_command("formulas")
    return [Diagnostic(code="ENV003", span=formulas[0].span, message=message, hint=hint)]


def list_distinct_formulas(nodes: list[Math | Equation]) -> list[Formula]:
    """Return the distinct formulas to draw."""
    return list(dict.fromkeys(map(make_formula, nodes)))


def report_undrawn_formula(node: Math | Equation, fallback: str) -> Diagnostic:
    """Report MTH002 for a formula that was parsed but cannot be rendered.

    ``fallback`` is the part of the message that names the replacement.
    """
    message = f"the formula `{' '.join(node.tex.split())[:60]}` cannot be rendered; {fallback}"
    hint = "simplify the formula, or split it into several formulas"
    return Diagnostic(code="MTH002", span=node.span, message=message, hint=hint)


def is_formula_too_wide(drawing: FormulaDrawing | None, node: Math | Equation, line_width: float) -> bool:
    """Return whether a displayed formula is too wide for the line, even broken and in smaller type."""
    return drawing is not None and is_too_wide(make_formula(node), drawing, line_width)


def report_wide_formula(node: Math | Equation) -> Diagnostic:
    """Report MTH004 for a formula that is too wide even broken and in smaller type."""
    message = f"the formula `{' '.join(node.tex.split())[:60]}` is wider than the text area"
    hint = r"break the formula with `\\` inside `\begin{aligned}` or `\begin{multline}`"
    return Diagnostic(code="MTH004", span=node.span, message=message, hint=hint)


def report_faint_formula(node: Math | Equation, colours: Colours) -> list[Diagnostic]:
    """Report MTH007 if a colour in a formula has insufficient contrast with the page or its background."""
    pairs = [
        (ink or colours.foreground, ground or colours.background)
        for ink, ground in list_colour_pairs(node.mathml)
    ]
    ink, ground = min(pairs, key=lambda pair: compute_contrast_ratio(*pair), default=("000000", "ffffff"))
    ratio = compute_contrast_ratio(ink, ground)
    if ratio >= READABLE_CONTRAST:
        return []
    kind, other = max(
        (("darker", "black", "000000"), ("lighter", "white", "ffffff")),
        key=lambda end: compute_contrast_ratio(end[2], ground),
    )[:2]
    message = (
        f"the contrast of #{ink} on #{ground} in a formula is only {ratio:.1f}:1; "
        f"text requires at least {READABLE_CONTRAST:g}:1"
    )
    hint = f"choose a {kind} colour, such as a mixture with {other}: `red!60!{other}`"
    return [Diagnostic(code="MTH007", span=node.span, message=message, hint=hint)]


def find_small_cover(book: Book) -> list[Diagnostic]:
    """Report IMG006 if the cover image has fewer pixels than retailers require."""
    cover = book.metadata.cover
    if (
        cover is None
        or cover.media_type in (SVG_MEDIA_TYPE, PDF_MEDIA_TYPE)
        or min(cover.width, cover.height) >= _MIN_COVER_SIDE
    ):
        return []
    message = f'the cover image "{cover.path}" is {cover.width:.0f} × {cover.height:.0f} pixels; '
    message += f"retailers require at least {_MIN_COVER_SIDE} pixels on each side"
    hint = "use a larger cover image, ideally 1600 × 2560 pixels"
    return [Diagnostic(code="IMG006", span=Span(path=MANIFEST), message=message, hint=hint)]


def find_low_resolution_images(book: Book, target: PictureTarget) -> list[Diagnostic]:
    """Report IMG004 for raster images with too low a resolution for the size set by the author.

    Images without a set size are not reported.
    """
    findings = []
    for image, picture in _iter_image_pictures(book):
        is_requested = (
            is_wide(image.attr)
            or parse_length(image.attr.get("width"))
            or parse_length(image.attr.get("height"))
        )
        if (
            not is_requested
            or picture.media_type in (SVG_MEDIA_TYPE, PDF_MEDIA_TYPE)
            or picture.width < _MIN_IMAGE_PIXELS
        ):
            continue
        width, _ = compute_displayed_size(picture, image.attr, target)
        dpi = picture.width / width * 96
        if width > _MAX_ICON_WIDTH and dpi < _MIN_RESOLUTION:
            required_width = round(width / 96 * target.dpi)
            message = f'the resolution of the image "{image.source}" is too low for print: '
            message += f"{dpi:.0f} ppi; the minimum is {_MIN_RESOLUTION} ppi"
            hint = f"use an image at least {required_width} pixels wide, or display it at a smaller width"
            findings.append(Diagnostic(code="IMG004", span=image.span, message=message, hint=hint))
    return findings


def find_large_image_files(book: Book, pictures: Mapping[Picture, PreparedPicture]) -> list[Diagnostic]:
    """Report IMG005 for each image whose file is larger than retailers accept."""
    findings = []
    for image, picture in _iter_image_pictures(book):
        size = len(pictures[picture].data)
        if size > _MAX_IMAGE_BYTES:
            message = f'the image "{image.source}" is {size / 1e6:.1f} MB in the EPUB; '
            message += f"some retailers accept at most {_MAX_IMAGE_BYTES // 10**6} MB per image"
            hint = "if the image is a photo, save it as JPEG; if it is a drawing, simplify it"
            findings.append(Diagnostic(code="IMG005", span=image.span, message=message, hint=hint))
    return findings


def _iter_image_pictures(book: Book) -> Iterator[tuple[Image, Picture]]:
    for node in book_nodes(book, Image):
        if node.picture:
            yield node, node.picture
