"""All that a printer would look at in a finished PDF, before it goes to the press."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageMath

from triptych.checks.findings import REBUILD, OutputFinding, limit_repeats, quote
from triptych.checks.pdf.inked_objects import InkedObject, list_inked_objects
from triptych.checks.pdf.page_contents import Box, PdfPage, TextRun, read_contents
from triptych.checks.pdf.values import get_entry, get_text, is_for_press
from triptych.settings.pdf_options import PdfOptions, Service
from triptych.theme.colours import relative_luminance

_NEAR = 60.0  # points under a picture in which its caption begins
_WHAT = {
    "fill": "a coloured area",
    "line": "a line",
    "text": "text",
    "picture": "an image",
    "shading": "a gradient",
}
_CLOSE = 0.5  # points that a guillotine does not see
_SIDES = ("left", "bottom", "right", "top")
_AREAS = ("fill", "picture", "shading")
_MOST_AXIS = 2  # of the four sides, left and right may be at the spine
_BLEED = _SAFE = 3 * 72 / 25.4  # points: three millimetres, beyond the edge that is cut and before it
_TOTAL = {"coated": 300, "uncoated": 260}
FINEST_LINE = 0.25  # points
FEWEST_DOTS, WANTED_DOTS = 200, 300  # to an inch
SMALLEST_LIGHT_TYPE = 7.0  # points
_LINE_ROUNDING = 0.01
_LIGHT, _DARK_GROUND = 0.6, 0.25  # luminance of type and of what is behind it
_INK_ROUNDING = 4.0  # percent: what inks are rounded to, and what a JPEG changes
_SAMPLE = 800  # dots of the longer side of a picture that are looked at
_MUCH = 0.002  # of a picture's dots; fewer are the edge of something
_DARK_TYPE, _SOME = 0.75, 0.25  # of black that type is made of, and of the other inks together
_SMALL_TYPE = 24.0  # points; larger letters may have a ground under their black


def preflight(data: bytes, demands: PrintRequirements) -> tuple[OutputFinding, ...]:
    """Find what would not print as intended; nothing for a file that `check_pdf` cannot open."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found = limit_repeats(_iter_findings(pdf, data, demands))
            return tuple(replace(finding, output=demands.file) for finding in found)
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError):
        return ()


def _iter_findings(pdf: pikepdf.Pdf, data: bytes, demands: PrintRequirements) -> Iterator[OutputFinding]:
    if not is_for_press(pdf):
        yield OutputFinding(
            code="PRS012",
            rule="readers",
            message="the file is not PDF/X and is not ready for print",
            hint="set `colour: cmyk` and `pdf-standard: pdf/x-4`, or choose a `print-service:` such as kdp",
        )
        return
    contents = read_contents(data)
    if demands.bound and len(pdf.pages) % 2:
        message = f"the page count ({len(pdf.pages)}) is odd; a bound book requires an even count"
        hint = "build the PDF again with Triptych, which adds a blank page, or add one by hand"
        yield OutputFinding(code="PRS010", rule="pages", message=message, hint=hint)
    if "X-1a" in get_text(get_entry(pdf.docinfo, "/GTS_PDFXVersion")):
        for number in find_transparent_pages(pdf):
            message = "transparency is not allowed in PDF/X-1a"
            label = contents.pages[number].label
            hint = "use opaque colours in the theme, or set `pdf-standard: pdf/x-4`"
            yield OutputFinding(code="PRS012", rule="transparency", message=message, hint=hint, page=label)
    from_right = get_entry(pdf.Root, "/ViewerPreferences", "/Direction") == "/R2L"
    for number, (page, shown) in enumerate(zip(pdf.pages, contents.pages, strict=True)):
        spine = "" if not demands.bound else "left" if (number % 2 == 0) != from_right else "right"
        for found in _check_page(page, shown, spine, demands):
            yield replace(found, page=shown.label)


def _check_page(
    page: pikepdf.Page, shown: PdfPage, spine: str, demands: PrintRequirements
) -> Iterator[OutputFinding]:
    media, bleed, trim = (_parse_box(box) for box in (page.mediabox, page.bleedbox, page.trimbox))
    yield from check_boxes(media, bleed, trim, demands)
    yield from find_text_near_edge(shown, trim, spine, demands)
    # Marks of the printer lie beyond what bleeds.
    painted = [item for item in list_inked_objects(page) if overlaps(item.box, bleed)]

    def found(
        code: str, rule: str, message: str, item: InkedObject, hint: str | None = None
    ) -> OutputFinding:
        return OutputFinding(code=code, rule=rule, message=message, hint=hint, words=_find_words(shown, item))

    for item, side in find_missing_bleed(painted, trim, spine, demands):
        message = (
            f"{_WHAT[item.kind]} requires {demands.bleed / 72 * 25.4:.1f} mm of bleed on the {side} edge"
        )
        needed = f"{demands.bleed / 72 * 25.4:.3g}mm"
        hint = f"set `bleed: {needed}`, and extend the image or background {needed} beyond the trim edge"
        yield found("PRS010", "bleed", message, item, hint)
    told: set[tuple[str, object]] = set()
    for item in painted:
        if (space := get_foreign_space(item)) and ("space", space) not in told:
            told.add(("space", space))
            what = "spot colour" if space.startswith('"') else "colour space"
            yield found(
                "PRS012",
                f"space {space}",
                f"{_WHAT[item.kind]} uses the {what} {space}; only CMYK and grey are allowed",
                item,
                "set `colour: cmyk` or `colour: grey`, or convert the image or embedded page to CMYK",
            )
        total = measure_total_ink(item)
        if is_too_much(total, demands.total) and ("total", round(total)) not in told:
            told.add(("total", round(total)))
            message = (
                f"{_WHAT[item.kind]} has a total ink coverage of {total:.0f}%; the limit is {demands.total}%"
            )
            hint = "check `stock` and `print-service`, then rebuild the PDF"
            yield found("PRS013", "total", message, item, hint)
        dots = measure_resolution(item)
        if dots is not None and dots < FEWEST_DOTS:
            message = (
                f"the resolution of an image is only {dots:.0f} ppi; "
                f"at least {FEWEST_DOTS} ppi is required, and {WANTED_DOTS} ppi is recommended"
            )
            yield found(
                "PRS014",
                "resolution",
                message,
                item,
                "use an image with more pixels, or display the image at a smaller width",
            )
        if is_hairline(item) and ("line", round(item.weight, 2)) not in told:
            told.add(("line", round(item.weight, 2)))
            message = f"a line is only {item.weight:.2f} pt thick; the minimum for print is {FINEST_LINE} pt"
            hint = "use a thicker line in the image, or a thicker rule in the theme"
            yield found("PRS015", "line", message, item, hint)
        if is_rich_black(item) and "rich" not in {rule for rule, _ in told}:
            told.add(("rich", ""))
            words = quote(_find_words(shown, item))
            message = f"{item.size:.1f} pt black text is set in rich black instead of 100% K: {words}"
            yield found(
                "PRS017",
                "rich",
                message,
                item,
                "set a neutral dark text colour in the theme, or set `colour: grey`",
            )
    if light := [run for run in shown.runs if is_small_and_light(run)]:
        words = "".join(run.text for run in light)
        smallest, limit = min(run.size for run in light), f"{SMALLEST_LIGHT_TYPE:g} pt"
        message = f"light text on a dark background is only {smallest:.1f} pt; the minimum is {limit}"
        message = f"{message}: {quote(words)}"
        hint = "use larger or bolder type, or dark text on a light background"
        yield OutputFinding(code="PRS016", rule="light", message=message, hint=hint, words=words)


def _find_words(page: PdfPage, item: InkedObject) -> str:
    """Return the words that identify an object's place: its own, those on it, or the first under it."""
    left, bottom, right, _ = item.box
    if item.kind == "text":
        runs = [run for run in page.runs if abs(run.x - left) < 1 and abs(run.y - bottom) < 1]
        return runs[0].text if runs else ""
    under = [
        run
        for run in page.runs
        if run.text.strip()
        and bottom - _NEAR <= run.box[1] <= bottom + 2
        and left - 20 <= run.x <= right + 20
    ]
    return page.words_in(item.box) or (max(under, key=lambda run: run.y).text if under else "")


def _parse_box(box: pikepdf.Array) -> Box:
    left, bottom, right, top = map(float, box)
    return left, bottom, right, top


def check_boxes(media: Box, bleed: Box, trim: Box, demands: PrintRequirements) -> Iterator[OutputFinding]:
    """PRS010 where the boxes of a page do not lie in each other (ISO 32000-1, 14.11.2)."""
    if not (_is_within(trim, bleed) and _is_within(bleed, media)):
        message = "the trim box extends beyond the bleed box, or the bleed box beyond the media box"
        yield OutputFinding(code="PRS010", rule="boxes", message=message, hint=REBUILD)
    service = demands.service
    width, height = trim[2] - trim[0], trim[3] - trim[1]
    if service and demands.bound and not service.takes(width, height):
        message = f"{service.name} does not offer the trim size {width / 72:.4g} × {height / 72:.4g} in"
        hint = f"set `page-size` to the nearest standard trim size, {service.nearest(width, height)}"
        yield OutputFinding(code="PRS010", rule="size", message=message, hint=hint)


def find_missing_bleed(
    painted: Sequence[InkedObject], trim: Box, spine: str, demands: PrintRequirements
) -> Iterator[tuple[InkedObject, str]]:
    """Find objects that reach a trimmed edge but not far enough beyond it, each with the edge.

    A larger object under them, such as a page background, may provide the bleed.
    """
    areas = [item for item in painted if item.kind in _AREAS and not item.colour.is_paper]
    for item in painted:
        if item.kind == "text" or item.colour.is_paper or not overlaps(item.box, trim):
            continue
        for place, side in enumerate(_SIDES):
            over = (item.box[place] - trim[place]) * (-1 if place < _MOST_AXIS else 1)
            if side == spine or not -_CLOSE < over < demands.bleed - _CLOSE:
                continue
            strip = _get_bleed_strip(item.box, trim, place, demands.bleed)
            if not any(_is_within(strip, area.box) for area in areas):
                yield item, side
                break


def _get_bleed_strip(box: Box, trim: Box, place: int, bleed: float) -> Box:
    left, bottom = max(box[0], trim[0]), max(box[1], trim[1])
    right, top = min(box[2], trim[2]), min(box[3], trim[3])
    match place:
        case 0:
            return trim[0] - bleed, bottom, trim[0], top
        case 1:
            return left, trim[1] - bleed, right, trim[1]
        case 2:
            return trim[2], bottom, trim[2] + bleed, top
    return left, trim[3], right, trim[3] + bleed


def find_text_near_edge(
    page: PdfPage, trim: Box, spine: str, demands: PrintRequirements
) -> Iterator[OutputFinding]:
    """PRS011 for the words that stand so near to an edge that they may be cut."""
    for place, side in enumerate(_SIDES):
        sign = 1 if place < _MOST_AXIS else -1
        rooms = [(run, (run.box[place] - trim[place]) * sign) for run in page.runs if run.text.strip()]
        near = [run for run, room in rooms if room < demands.safe - _CLOSE]
        if side == spine or not near:
            continue
        words = " ".join("".join(run.text for run in near).split())
        least = max(min(room for _, room in rooms), 0.0)
        limit = f"{demands.service.name} requires at least" if demands.service else "the minimum is"
        message = f"text is only {least / 72 * 25.4:.1f} mm from the {side} trim edge"
        message = f"{message}; {limit} {demands.safe / 72 * 25.4:.1f} mm: {quote(words)}"
        hint = "increase `margins`, or move the text in the print template"
        yield OutputFinding(code="PRS011", rule=f"near {side}", message=message, hint=hint, words=words)


def _is_within(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - _CLOSE
        and inner[1] >= outer[1] - _CLOSE
        and inner[2] <= outer[2] + _CLOSE
        and inner[3] <= outer[3] + _CLOSE
    )


def overlaps(box: Box, area: Box) -> bool:
    """Whether something lies in an area at all: marks beside it do not."""
    return box[2] > area[0] and box[0] < area[2] and box[3] > area[1] and box[1] < area[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequirements:
    """``bleed`` is how far what reaches an edge must go beyond it, ``safe`` how far words stay from it, in
    points; ``total`` the most ink in one place, in percent; ``bound`` says that pages have a side at the
    spine, at which nothing is cut; ``file`` is what the file is called in findings.
    """

    bleed: float = _BLEED
    safe: float = _SAFE
    total: int = _TOTAL["coated"]
    bound: bool = True
    service: Service | None = None
    file: str = "PDF"


def get_page_requirements(options: PdfOptions) -> PrintRequirements:
    """Return the requirements on the pages of a book."""
    service = options.service
    return PrintRequirements(
        bleed=service.bleed if service else _BLEED,
        safe=(service.edge_with_bleed if options.bleed else service.edge) if service else _SAFE,
        total=service.total_ink if service and service.total_ink else _TOTAL[options.stock],
        service=service,
    )


def get_cover_requirements(options: PdfOptions) -> PrintRequirements:
    """Return the requirements on a cover in one piece."""
    service = options.service
    total = service.total_ink if service and service.total_ink else _TOTAL["coated"]
    return replace(get_page_requirements(options), safe=_SAFE, total=total, bound=False, file="cover")


def measure_resolution(item: InkedObject) -> float | None:
    """How fine a picture is where it stands; None for what is no picture."""
    if item.kind != "picture":
        return None
    drawn, (a, b, c, d, _, _) = item.picture
    width, height = math.hypot(a, b), math.hypot(c, d)
    if not width or not height:
        return None
    return min(
        float(get_entry(drawn, "/Width") or 0) * 72 / width,
        float(get_entry(drawn, "/Height") or 0) * 72 / height,
    )


def is_hairline(item: InkedObject) -> bool:
    """Whether a line, or a fill as thin as one, is finer than a press holds."""
    if item.kind == "line":
        return item.weight < FINEST_LINE - _LINE_ROUNDING
    return item.kind == "fill" and 0 < item.weight < FINEST_LINE - _LINE_ROUNDING and not item.colour.is_paper


def is_small_and_light(run: TextRun) -> bool:
    """Whether small type is lighter than its ground, into which ink runs."""
    return (
        run.shade is not None
        and bool(run.text.strip())
        and run.size < SMALLEST_LIGHT_TYPE
        and relative_luminance(*run.shade.colour) > _LIGHT
        and relative_luminance(*run.shade.behind) < _DARK_GROUND
    )


def get_foreign_space(item: InkedObject) -> str:
    """Return the colour space of an object that needs other inks than CMYK, "" for none."""
    space = item.colour.space
    return "" if space in ("", "DeviceGray") else space


def is_rich_black(item: InkedObject) -> bool:
    """Whether small type is black of several inks, which blur it where plates do not meet exactly."""
    shares = item.colour.shares
    return (
        item.kind == "text"
        and shares is not None
        and item.size < _SMALL_TYPE
        and shares[3] >= _DARK_TYPE
        and sum(shares[:3]) >= _SOME
    )


def measure_total_ink(item: InkedObject) -> float:
    """Return the highest ink coverage of an object in percent."""
    if item.kind == "picture":
        drawn, _ = item.picture
        return _measure_picture_ink(drawn)
    return item.colour.total


def is_too_much(total: float, most: int) -> bool:
    """Whether ink would not dry."""
    return total > most + _INK_ROUNDING


def _measure_picture_ink(picture: Any) -> float:
    """Return the ink coverage that more than a few pixels of an image reach."""
    try:
        dots = pikepdf.PdfImage(picture).as_pil_image()
    except (pikepdf.PdfError, NotImplementedError, ValueError, OSError):
        return 0.0
    if dots.mode != "CMYK":
        return 100.0
    dots.thumbnail((_SAMPLE, _SAMPLE), Image.Resampling.BOX)
    cyan, magenta, yellow, black = dots.split()
    sums: Any = ImageMath.lambda_eval(
        lambda values: values["convert"]((values["c"] + values["m"] + values["y"] + values["k"]) / 4, "L"),
        c=cyan,
        m=magenta,
        y=yellow,
        k=black,
    )
    left = dots.width * dots.height * _MUCH
    counts: list[int] = sums.histogram()
    for value, count in reversed(list(enumerate(counts))):
        left -= count
        if left <= 0:
            return float(value * 4 / 2.55)
    return 0.0


def find_transparent_pages(pdf: pikepdf.Pdf) -> Iterator[int]:
    """Find the indices of pages with transparency (ISO 15930-4, 6.14)."""
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
    for drawn in resources.get("/XObject", {}).values():
        if drawn.objgen in seen:
            continue
        seen.add(drawn.objgen)
        if "/SMask" in drawn or "/Group" in drawn or _has_transparency(drawn.get("/Resources"), seen):
            return True
    return False
