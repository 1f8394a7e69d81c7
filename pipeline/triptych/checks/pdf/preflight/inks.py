"""Inks: none of a screen's colours, no spot ink, not too much in one place, black type in black alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image, ImageMath

from triptych.checks.pdf.preflight.painted import Painted

_ROUNDING = 4.0  # percent: what inks are rounded to, and what a JPEG changes
_SAMPLE = 800  # dots of the longer side of a picture that are looked at
_MUCH = 0.002  # of a picture's dots; fewer are the edge of something
_DARK, _SOME = 0.75, 0.25  # of black that type is made of, and of the other inks together
_SMALL_TYPE = 24.0  # points; larger letters may have a ground under their black


def foreign_space(item: Painted) -> str:
    """The colour space of something that is printed in other inks than four, "" for none."""
    space = item.colour.space
    return "" if space in ("", "DeviceGray") else space


def is_rich_black(item: Painted) -> bool:
    """Whether small type is black of several inks, which blur it where plates do not meet exactly."""
    shares = item.colour.shares
    return (
        item.kind == "text"
        and shares is not None
        and item.size < _SMALL_TYPE
        and shares[3] >= _DARK
        and sum(shares[:3]) >= _SOME
    )


def total_ink(item: Painted) -> float:
    """The most ink in one place of something that is painted, in percent."""
    if item.kind == "picture":
        drawn, _ = item.picture
        return _in_picture(drawn)
    return item.colour.total


def is_too_much(total: float, most: int) -> bool:
    """Whether ink would not dry."""
    return total > most + _ROUNDING


def _in_picture(picture: Any) -> float:
    """The ink that a picture has in more than a few of its dots."""
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


def transparency(pdf: pikepdf.Pdf) -> Iterator[int]:
    """The pages of a file on which something is see-through, from 0 on (ISO 15930-4, 6.14)."""
    for number, page in enumerate(pdf.pages):
        if _is_clear(page.obj.get("/Resources"), set()):
            yield number


def _is_clear(resources: Any, seen: set[Any]) -> bool:
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
        if "/SMask" in drawn or "/Group" in drawn or _is_clear(drawn.get("/Resources"), seen):
            return True
    return False
