"""Preflight a PDF for print: boxes, bleed, safe area, inks, resolution, line widths and transparency."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageMath

from triptych.checks.findings import REBUILD_HINT, OutputFinding, limit_findings, quote_text
from triptych.checks.pdf.inked_objects import InkedObject, list_inked_objects
from triptych.checks.pdf.page_contents import Box, PdfPage, TextRun, read_pdf_contents
from triptych.checks.pdf.values import get_entry, get_text, is_for_press
from triptych.settings.pdf_options import PdfOptions, PrintService
from triptych.theme.colours import compute_relative_luminance

_CAPTION_DISTANCE = 60.0  # points; maximum distance below an image
_KIND_NAMES = {
    "fill": "a coloured area",
    "line": "a line",
    "text": "text",
    "picture": "an image",
    "shading": "a gradient",
}
_TOLERANCE = 0.5  # points; finer than a guillotine can cut
_SIDES = ("left", "bottom", "right", "top")
_AREA_KINDS = ("fill", "picture", "shading")
_DEFAULT_BLEED = _DEFAULT_SAFE_MARGIN = 3 * 72 / 25.4  # points
_MAX_INK = {"coated": 300, "uncoated": 260}  # percent
MIN_LINE_WIDTH = 0.25  # points
MIN_RESOLUTION, RECOMMENDED_RESOLUTION = 200, 300  # ppi
MIN_REVERSED_TYPE_SIZE = 7.0  # points
_LINE_ROUNDING = 0.01
_MIN_LIGHT_LUMINANCE, _MAX_DARK_LUMINANCE = 0.6, 0.25  # luminance of reversed type and of its background
_INK_ROUNDING = 4.0  # percent; tolerance for rounded ink values and JPEG artefacts
_SAMPLE_SIZE = 800  # pixels of the longer side of an image sample
_MIN_INK_AREA = 0.002  # fraction of an image's pixels; smaller areas are edges
_MIN_BLACK, _MIN_OTHER_INKS = 0.75, 0.25  # fractions of black, and of the other inks together
_MAX_SMALL_TYPE_SIZE = 24.0  # points; rich black is common in larger type


def run_preflight(data: bytes, requirements: PrintRequirements) -> tuple[OutputFinding, ...]:
    """Return the findings of a print preflight.

    A PDF that cannot be opened has no findings, because `check_pdf` reports it.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            findings = limit_findings(_iter_findings(pdf, data, requirements))
            return tuple(replace(finding, output=requirements.output_name) for finding in findings)
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError):
        return ()


def _iter_findings(pdf: pikepdf.Pdf, data: bytes, requirements: PrintRequirements) -> Iterator[OutputFinding]:
    if not is_for_press(pdf):
        yield OutputFinding(
            code="PRS012",
            rule="readers",
            message="the file does not conform to PDF/X and is not print-ready",
            hint="set `colour: cmyk` and `pdf-standard: pdf/x-4`, or choose a `print-service:` such as kdp",
        )
        return
    contents = read_pdf_contents(data)
    if requirements.is_bound and len(pdf.pages) % 2:
        message = f"the page count ({len(pdf.pages)}) is odd; a bound book requires an even count"
        hint = "build the PDF again with Triptych, which adds a blank page, or add one by hand"
        yield OutputFinding(code="PRS010", rule="pages", message=message, hint=hint)
    if "X-1a" in get_text(get_entry(pdf.docinfo, "/GTS_PDFXVersion")):
        for number in find_transparent_pages(pdf):
            message = "transparency is not allowed in PDF/X-1a"
            label = contents.pages[number].label
            hint = "use opaque colours in the theme, or set `pdf-standard: pdf/x-4`"
            yield OutputFinding(code="PRS012", rule="transparency", message=message, hint=hint, page=label)
    right_to_left = get_entry(pdf.Root, "/ViewerPreferences", "/Direction") == "/R2L"
    for number, (page, page_contents) in enumerate(zip(pdf.pages, contents.pages, strict=True)):
        spine = "" if not requirements.is_bound else "left" if (number % 2 == 0) != right_to_left else "right"
        for finding in _check_page(page, page_contents, spine, requirements):
            yield replace(finding, page=page_contents.label)


def _check_page(
    page: pikepdf.Page, text_page: PdfPage, spine_side: str, requirements: PrintRequirements
) -> Iterator[OutputFinding]:
    media, bleed, trim = (_parse_box(box) for box in (page.mediabox, page.bleedbox, page.trimbox))
    yield from check_boxes(media, bleed, trim, requirements)
    yield from find_text_near_edge(text_page, trim, spine_side, requirements)
    # Printer's marks are outside the bleed box.
    painted = [item for item in list_inked_objects(page) if has_overlap(item.box, bleed)]

    def make_finding(code: str, rule: str, item: InkedObject, message: str, hint: str) -> OutputFinding:
        return OutputFinding(
            code=code, rule=rule, message=message, hint=hint, text=_find_nearby_text(text_page, item)
        )

    for item, side in find_missing_bleed(painted, trim, spine_side, requirements):
        bleed_width = requirements.bleed / 72 * 25.4
        message = f"{_KIND_NAMES[item.kind]} requires {bleed_width:.1f} mm of bleed on the {side} edge"
        width = f"{bleed_width:.3g}mm"
        hint = f"set `bleed: {width}`, and extend the image or background {width} beyond the trim edge"
        yield make_finding("PRS010", "bleed", item, message, hint)
    reported: set[tuple[str, object]] = set()

    def is_new_value(rule: str, value: object) -> bool:
        """Record a value for a rule; return whether the page had no earlier finding with this value."""
        count = len(reported)
        reported.add((rule, value))
        return len(reported) > count

    for item in painted:
        kind = _KIND_NAMES[item.kind]
        if (space := get_disallowed_colour_space(item)) and is_new_value("space", space):
            noun = "spot colour" if space.startswith('"') else "colour space"
            message = f"{kind} uses the {noun} {space}; only CMYK and grey are allowed"
            hint = "set `colour: cmyk` or `colour: grey`, or convert the image or embedded page to CMYK"
            yield make_finding("PRS012", f"space {space}", item, message, hint)
        total = measure_total_ink(item)
        if total > requirements.max_ink + _INK_ROUNDING and is_new_value("total", round(total)):
            message = f"{kind} has a total ink coverage of {total:.0f}%; the limit is {requirements.max_ink}%"
            hint = "check `stock` and `print-service`, then rebuild the PDF"
            yield make_finding("PRS013", "total", item, message, hint)
        resolution = measure_resolution(item)
        if resolution is not None and resolution < MIN_RESOLUTION:
            message = (
                f"the resolution of an image is only {resolution:.0f} ppi; "
                f"at least {MIN_RESOLUTION} ppi is required, and {RECOMMENDED_RESOLUTION} ppi is recommended"
            )
            hint = "use an image with more pixels, or display the image at a smaller width"
            yield make_finding("PRS014", "resolution", item, message, hint)
        if is_hairline(item) and is_new_value("line", round(item.line_width, 2)):
            message = (
                f"a line is only {item.line_width:.2f} pt thick; the minimum for print is {MIN_LINE_WIDTH} pt"
            )
            hint = "use a thicker line in the image, or a thicker rule in the theme"
            yield make_finding("PRS015", "line", item, message, hint)
        if is_rich_black(item) and is_new_value("rich", ""):
            words = quote_text(_find_nearby_text(text_page, item))
            message = f"{item.font_size:.1f} pt black text is set in rich black instead of 100% K: {words}"
            hint = "set a neutral dark text colour in the theme, or set `colour: grey`"
            yield make_finding("PRS017", "rich", item, message, hint)
    if light := [run for run in text_page.runs if is_small_reversed_type(run)]:
        words = "".join(run.text for run in light)
        smallest, limit = min(run.font_size for run in light), f"{MIN_REVERSED_TYPE_SIZE:g} pt"
        message = f"reversed-out text is only {smallest:.1f} pt"
        message = f"{message}; the minimum is {limit}: {quote_text(words)}"
        hint = "use larger or bolder type, or dark text on a light background"
        yield OutputFinding(code="PRS016", rule="light", message=message, hint=hint, text=words)


def _find_nearby_text(page: PdfPage, item: InkedObject) -> str:
    """Return the text of a text object, or else the text in its box, or else the first line below it."""
    left, bottom, right, _ = item.box
    if item.kind == "text":
        runs = [run for run in page.runs if abs(run.x - left) < 1 and abs(run.y - bottom) < 1]
        return runs[0].text if runs else ""
    below = [
        run
        for run in page.runs
        if run.text.strip()
        and bottom - _CAPTION_DISTANCE <= run.box[1] <= bottom + 2
        and left - 20 <= run.x <= right + 20
    ]
    return page.get_text_in(item.box) or (max(below, key=lambda run: run.y).text if below else "")


def _parse_box(box: pikepdf.Array) -> Box:
    left, bottom, right, top = map(float, box)
    return left, bottom, right, top


def check_boxes(
    media: Box, bleed: Box, trim: Box, requirements: PrintRequirements
) -> Iterator[OutputFinding]:
    """Report PRS010 if page boxes are not nested (ISO 32000-1, 14.11.2) or the trim size is unsupported."""
    if not (_is_within(trim, bleed) and _is_within(bleed, media)):
        message = "the trim box extends beyond the bleed box, or the bleed box beyond the media box"
        yield OutputFinding(code="PRS010", rule="boxes", message=message, hint=REBUILD_HINT)
    service = requirements.service
    width, height = trim[2] - trim[0], trim[3] - trim[1]
    if service and requirements.is_bound and not service.offers_size(width, height):
        message = f"{service.name} does not offer the trim size {width / 72:.4g} × {height / 72:.4g} in"
        hint = (
            f"set `page-size` to the nearest standard trim size, {service.format_nearest_size(width, height)}"
        )
        yield OutputFinding(code="PRS010", rule="size", message=message, hint=hint)


def find_missing_bleed(
    painted_objects: Sequence[InkedObject], trim: Box, spine_side: str, requirements: PrintRequirements
) -> Iterator[tuple[InkedObject, str]]:
    """Yield each object that touches a trim edge without enough bleed, with the name of the edge.

    A larger object, such as a page background, may provide the bleed.
    """
    areas = [item for item in painted_objects if item.kind in _AREA_KINDS and not item.colour.is_paper_white]
    for item in painted_objects:
        if item.kind == "text" or item.colour.is_paper_white or not has_overlap(item.box, trim):
            continue
        for index, side in enumerate(_SIDES):
            sign = -1 if index < 2 else 1
            overhang = (item.box[index] - trim[index]) * sign
            if side == spine_side or not -_TOLERANCE < overhang < requirements.bleed - _TOLERANCE:
                continue
            strip = [*map(max, item.box[:2], trim[:2]), *map(min, item.box[2:], trim[2:])]
            strip[index], strip[(index + 2) % 4] = trim[index] + sign * requirements.bleed, trim[index]
            if not any(_is_within(strip, area.box) for area in areas):
                yield item, side
                break


def find_text_near_edge(
    page: PdfPage, trim: Box, spine_side: str, requirements: PrintRequirements
) -> Iterator[OutputFinding]:
    """Report PRS011 for each trim edge with text outside the safe area."""
    for index, side in enumerate(_SIDES):
        sign = 1 if index < 2 else -1
        distances = [(run, (run.box[index] - trim[index]) * sign) for run in page.runs if run.text.strip()]
        near_runs = [run for run, distance in distances if distance < requirements.safe_margin - _TOLERANCE]
        if side == spine_side or not near_runs:
            continue
        words = " ".join("".join(run.text for run in near_runs).split())
        min_distance = max(min(distance for _, distance in distances), 0.0)
        limit = f"{requirements.service.name} requires at least" if requirements.service else "the minimum is"
        message = f"text is only {min_distance / 72 * 25.4:.1f} mm from the {side} trim edge"
        message = f"{message}; {limit} {requirements.safe_margin / 72 * 25.4:.1f} mm: {quote_text(words)}"
        hint = "increase `margins`, or move the text in the print template"
        yield OutputFinding(code="PRS011", rule=f"near {side}", message=message, hint=hint, text=words)


def _is_within(inner: Sequence[float], outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - _TOLERANCE
        and inner[1] >= outer[1] - _TOLERANCE
        and inner[2] <= outer[2] + _TOLERANCE
        and inner[3] <= outer[3] + _TOLERANCE
    )


def has_overlap(box: Box, area: Box) -> bool:
    """Return whether two boxes overlap."""
    return box[2] > area[0] and box[0] < area[2] and box[3] > area[1] and box[1] < area[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequirements:
    """The requirements for a print file.

    ``bleed`` is in points, and so is ``safe_margin``, the minimum distance of text from the trim edge.
    ``max_ink`` is the maximum ink coverage in percent. If ``is_bound`` is true, pages are not trimmed at the
    spine. ``output_name`` is the name of the print file in findings.
    """

    bleed: float = _DEFAULT_BLEED
    safe_margin: float = _DEFAULT_SAFE_MARGIN
    max_ink: int = _MAX_INK["coated"]
    is_bound: bool = True
    service: PrintService | None = None
    output_name: str = "PDF"


def make_page_requirements(options: PdfOptions) -> PrintRequirements:
    """Return the print requirements for a book's pages."""
    service = options.service
    return PrintRequirements(
        bleed=service.bleed if service else _DEFAULT_BLEED,
        safe_margin=(service.safety_margin_with_bleed if options.bleed else service.safety_margin)
        if service
        else _DEFAULT_SAFE_MARGIN,
        max_ink=service.total_ink if service and service.total_ink else _MAX_INK[options.stock],
        service=service,
    )


def make_cover_requirements(options: PdfOptions) -> PrintRequirements:
    """Return the print requirements for a wrap-around cover."""
    service = options.service
    total = service.total_ink if service and service.total_ink else _MAX_INK["coated"]
    return replace(
        make_page_requirements(options),
        safe_margin=_DEFAULT_SAFE_MARGIN,
        max_ink=total,
        is_bound=False,
        output_name="cover",
    )


def measure_resolution(item: InkedObject) -> float | None:
    """Return the effective resolution of an image in ppi, or None for other objects."""
    if item.kind != "picture":
        return None
    image, (a, b, c, d, _, _) = item.picture
    width, height = math.hypot(a, b), math.hypot(c, d)
    if not width or not height:
        return None
    return min(
        float(get_entry(image, "/Width") or 0) * 72 / width,
        float(get_entry(image, "/Height") or 0) * 72 / height,
    )


def is_hairline(item: InkedObject) -> bool:
    """Return whether a line, or a fill as narrow as a line, is too thin for print."""
    if item.kind == "line":
        return item.line_width < MIN_LINE_WIDTH - _LINE_ROUNDING
    return (
        item.kind == "fill"
        and 0 < item.line_width < MIN_LINE_WIDTH - _LINE_ROUNDING
        and not item.colour.is_paper_white
    )


def is_small_reversed_type(run: TextRun) -> bool:
    """Return whether a text run is small light type on a dark background.

    Ink spreads into the letters of such type.
    """
    return (
        run.colours is not None
        and bool(run.text.strip())
        and run.font_size < MIN_REVERSED_TYPE_SIZE
        and compute_relative_luminance(*run.colours.colour) > _MIN_LIGHT_LUMINANCE
        and compute_relative_luminance(*run.colours.background) < _MAX_DARK_LUMINANCE
    )


def get_disallowed_colour_space(item: InkedObject) -> str:
    """Return the name of an object's colour space, or "" for CMYK and grey, which are allowed."""
    space = item.colour.colour_space
    return "" if space in ("", "DeviceGray") else space


def is_rich_black(item: InkedObject) -> bool:
    """Return whether small type is set in rich black, which blurs if the plates are out of register."""
    inks = item.colour.inks
    return (
        item.kind == "text"
        and inks is not None
        and item.font_size < _MAX_SMALL_TYPE_SIZE
        and inks[3] >= _MIN_BLACK
        and sum(inks[:3]) >= _MIN_OTHER_INKS
    )


def measure_total_ink(item: InkedObject) -> float:
    """Return the highest total ink coverage of an object, in percent."""
    return _measure_image_ink(item.picture[0]) if item.kind == "picture" else item.colour.total_ink


def _measure_image_ink(image_object: Any) -> float:
    """Return the total ink coverage in percent that at least 0.2 % of an image's pixels reach."""
    try:
        image = pikepdf.PdfImage(image_object).as_pil_image()
    except (pikepdf.PdfError, NotImplementedError, ValueError, OSError):
        return 0.0
    if image.mode != "CMYK":
        return 100.0
    image.thumbnail((_SAMPLE_SIZE, _SAMPLE_SIZE), Image.Resampling.BOX)
    cyan, magenta, yellow, black = image.split()
    sums: Any = ImageMath.lambda_eval(
        lambda values: values["convert"]((values["c"] + values["m"] + values["y"] + values["k"]) / 4, "L"),
        c=cyan,
        m=magenta,
        y=yellow,
        k=black,
    )
    left = image.width * image.height * _MIN_INK_AREA
    counts: list[int] = sums.histogram()
    for value, count in reversed(list(enumerate(counts))):
        left -= count
        if left <= 0:
            return float(value * 4 / 2.55)
    return 0.0


def find_transparent_pages(pdf: pikepdf.Pdf) -> Iterator[int]:
    """Yield the indices of pages with transparency (ISO 15930-4, 6.14)."""
    for number, page in enumerate(pdf.pages):
        if _has_transparency(page.obj.get("/Resources"), set()):
            yield number


def _has_transparency(resources: Any, seen: set[Any]) -> bool:
    if not isinstance(resources, pikepdf.Dictionary):
        return False
    for state in resources.get("/ExtGState", {}).values():
        if (
            any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA"))
            or state.get("/SMask", "/None") != "/None"
        ):
            return True
    for xobject in resources.get("/XObject", {}).values():
        if xobject.objgen in seen:
            continue
        seen.add(xobject.objgen)
        if "/SMask" in xobject or "/Group" in xobject or _has_transparency(xobject.get("/Resources"), seen):
            return True
    return False
