"""All that a printer would look at in a finished PDF, before it goes to the press."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pypdfium2

from triptych.checks.found import Found, few, quoted
from triptych.checks.pdf.contents.contents import Page, contents_of
from triptych.checks.pdf.contents.objects import Box
from triptych.checks.pdf.contents.values import entry, is_for_press, text
from triptych.checks.pdf.preflight.boxes import box_findings, meets, near_the_edge, without_bleed
from triptych.checks.pdf.preflight.demands import Demands
from triptych.checks.pdf.preflight.fineness import (
    FEWEST_DOTS,
    FINEST_LINE,
    SMALLEST_LIGHT_TYPE,
    WANTED_DOTS,
    dots_per_inch,
    is_hairline,
    is_small_and_light,
)
from triptych.checks.pdf.preflight.inks import (
    foreign_space,
    is_rich_black,
    is_too_much,
    total_ink,
    transparency,
)
from triptych.checks.pdf.preflight.painted import Painted, painted_on

_NEAR = 60.0  # points under a picture in which its caption begins
_WHAT = {
    "fill": "a coloured area",
    "line": "a line",
    "text": "text",
    "picture": "an image",
    "shading": "a gradient",
}


def preflight(data: bytes, demands: Demands) -> tuple[Found, ...]:
    """A PDF's bytes → what a press would not print as it is meant; nothing for a file that cannot be opened,
    of which `check_pdf` tells.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found = few(_findings(pdf, data, demands))
            return tuple(replace(finding, output=demands.file) for finding in found)
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError):
        return ()


def _findings(pdf: pikepdf.Pdf, data: bytes, demands: Demands) -> Iterator[Found]:
    if not is_for_press(pdf):
        yield Found(
            code="PRS012",
            rule="readers",
            message="the file is not PDF/X and is not ready for print",
            hint="set `colour: cmyk` and `pdf-standard: pdf/x-4`, or choose a `print-service:` such as kdp",
        )
        return
    contents = contents_of(data)
    if demands.bound and len(pdf.pages) % 2:
        message = f"the page count ({len(pdf.pages)}) is odd; a bound book requires an even count"
        hint = "build the PDF again with Triptych, which adds a blank page, or add one by hand"
        yield Found(code="PRS010", rule="pages", message=message, hint=hint)
    if "X-1a" in text(entry(pdf.docinfo, "/GTS_PDFXVersion")):
        for number in transparency(pdf):
            message = "transparency is not allowed in PDF/X-1a"
            label = contents.pages[number].label
            hint = "use opaque colours in the theme, or set `pdf-standard: pdf/x-4`"
            yield Found(code="PRS012", rule="transparency", message=message, hint=hint, page=label)
    from_right = entry(pdf.Root, "/ViewerPreferences", "/Direction") == "/R2L"
    for number, (page, shown) in enumerate(zip(pdf.pages, contents.pages, strict=True)):
        spine = "" if not demands.bound else "left" if (number % 2 == 0) != from_right else "right"
        for found in _on_page(page, shown, spine, demands):
            yield replace(found, page=shown.label)


def _on_page(page: pikepdf.Page, shown: Page, spine: str, demands: Demands) -> Iterator[Found]:
    media, bleed, trim = (_as_box(box) for box in (page.mediabox, page.bleedbox, page.trimbox))
    yield from box_findings(media, bleed, trim, demands)
    yield from near_the_edge(shown, trim, spine, demands)
    # Marks of the printer lie beyond what bleeds.
    painted = [item for item in painted_on(page) if meets(item.box, bleed)]

    def found(code: str, rule: str, message: str, item: Painted, hint: str | None = None) -> Found:
        return Found(code=code, rule=rule, message=message, hint=hint, words=_words_at(shown, item))

    for item, side in without_bleed(painted, trim, spine, demands):
        message = (
            f"{_WHAT[item.kind]} requires {demands.bleed / 72 * 25.4:.1f} mm of bleed on the {side} edge"
        )
        needed = f"{demands.bleed / 72 * 25.4:.3g}mm"
        hint = f"set `bleed: {needed}`, and extend the image or background {needed} beyond the trim edge"
        yield found("PRS010", "bleed", message, item, hint)
    told: set[tuple[str, object]] = set()
    for item in painted:
        if (space := foreign_space(item)) and ("space", space) not in told:
            told.add(("space", space))
            what = "spot colour" if space.startswith('"') else "colour space"
            yield found(
                "PRS012",
                f"space {space}",
                f"{_WHAT[item.kind]} uses the {what} {space}; only CMYK and grey are allowed",
                item,
                "set `colour: cmyk` or `colour: grey`, or convert the image or embedded page to CMYK",
            )
        total = total_ink(item)
        if is_too_much(total, demands.total) and ("total", round(total)) not in told:
            told.add(("total", round(total)))
            message = (
                f"{_WHAT[item.kind]} has a total ink coverage of {total:.0f}%; the limit is {demands.total}%"
            )
            hint = "check `stock` and `print-service`, then rebuild the PDF"
            yield found("PRS013", "total", message, item, hint)
        dots = dots_per_inch(item)
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
            words = quoted(_words_at(shown, item))
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
        message = f"{message}: {quoted(words)}"
        hint = "use larger or bolder type, or dark text on a light background"
        yield Found(code="PRS016", rule="light", message=message, hint=hint, words=words)


def _words_at(page: Page, item: Painted) -> str:
    """The words by which the place of something is known: its own, those on it, or the first under it."""
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


def _as_box(box: pikepdf.Array) -> Box:
    left, bottom, right, top = map(float, box)
    return left, bottom, right, top
