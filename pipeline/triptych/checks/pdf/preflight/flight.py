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
    "picture": "a picture",
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
            message="it is a file for readers, in the colours of screens",
            hint="set `colour: cmyk` and `pdf-standard: pdf/x-4`, or name a `print-service:`",
        )
        return
    contents = contents_of(data)
    if demands.bound and len(pdf.pages) % 2:
        message = f"it has {len(pdf.pages)} pages: a leaf has two"
        yield Found(code="PRS010", rule="pages", message=message)
    if "X-1a" in text(entry(pdf.docinfo, "/GTS_PDFXVersion")):
        for number in transparency(pdf):
            message = "something is see-through, which PDF/X-1a has not"
            label = contents.pages[number].label
            yield Found(code="PRS012", rule="see-through", message=message, page=label)
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
            f"{_WHAT[item.kind]} reaches the {side} edge and not {demands.bleed / 72 * 25.4:.1f} mm beyond it"
        )
        hint = "give the book a `bleed`, and pictures that reach as far"
        yield found("PRS010", "bleed", message, item, hint)
    told: set[tuple[str, object]] = set()
    for item in painted:
        if (space := foreign_space(item)) and ("space", space) not in told:
            told.add(("space", space))
            what = "a spot ink" if space.startswith('"') else "no ink of a press"
            yield found("PRS012", f"space {space}", f"{_WHAT[item.kind]} is in {space}, {what}", item)
        total = total_ink(item)
        if is_too_much(total, demands.total) and ("total", round(total)) not in told:
            told.add(("total", round(total)))
            message = f"{_WHAT[item.kind]} has {total:.0f} % of ink in one place, more than {demands.total} %"
            yield found("PRS013", "total", message, item)
        dots = dots_per_inch(item)
        if dots is not None and dots < FEWEST_DOTS:
            message = (
                f"a picture has {dots:.0f} dots to an inch: {WANTED_DOTS} are wanted, {FEWEST_DOTS} needed"
            )
            yield found("PRS014", "dots", message, item, "show it smaller, or take a larger one")
        if is_hairline(item) and ("line", round(item.weight, 2)) not in told:
            told.add(("line", round(item.weight, 2)))
            message = f"a line of {item.weight:.2f} pt is finer than a press holds ({FINEST_LINE} pt)"
            yield found("PRS015", "line", message, item)
        if is_rich_black(item) and "rich" not in {rule for rule, _ in told}:
            told.add(("rich", ""))
            message = (
                f"black type of {item.size:.1f} pt is made of several inks: {quoted(_words_at(shown, item))}"
            )
            yield found("PRS017", "rich", message, item, "black ink alone keeps small letters sharp")
    if light := [run for run in shown.runs if is_small_and_light(run)]:
        words = "".join(run.text for run in light)
        smallest, hold = min(run.size for run in light), f"{SMALLEST_LIGHT_TYPE:g} pt hold"
        message = (
            f"light type of {smallest:.1f} pt on a dark ground may fill with ink ({hold}): {quoted(words)}"
        )
        yield Found(code="PRS016", rule="light", message=message, words=words)


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
