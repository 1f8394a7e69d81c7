"""What a bound book is for: readers and archives (ISO 14289-1, 19005-3), or a press (ISO 15930-4, -7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Literal, TypeAlias

from triptych.media.inks import CONDITIONS, REGISTRY, Inks, is_black_alone
from triptych.settings.pdf_options import PdfOptions
from triptych.writers.print.pdf_syntax import PdfFile, text_string

Standard: TypeAlias = Literal["pdf/ua", "pdf/x-4", "pdf/x-1a"]
# WeasyPrint brings the profile.
_SRGB_PROFILE = Path(str(distribution("weasyprint").locate_file("weasyprint/pdf/sRGB2014.icc")))
VERSIONS = {"pdf/ua": "1.7", "pdf/x-4": "1.6", "pdf/x-1a": "1.4"}


@dataclass(frozen=True, slots=True)
class Finish:
    """The standard that a file keeps to, its inks, and what a press cuts by; ``bleed`` is in points.

    Of a book that is ``sewn_in`` no page bleeds at its spine: there is nothing to cut. ``outlined`` says
    whether there are bookmarks; services refuse them. ``folds`` are where paper is folded, in points from the
    left, of which marks beside the page tell.
    """

    standard: Standard = "pdf/ua"
    inks: Inks = "rgb"
    bleed: float = 0.0
    crop_marks: bool = False
    sewn_in: bool = False
    outlined: bool = True
    folds: tuple[float, ...] = ()

    @property
    def for_press(self) -> bool:
        """Whether links and what is read aloud are left out, since nobody reads the file itself."""
        return self.standard != "pdf/ua"

    @property
    def version(self) -> str:
        """The version of PDF."""
        return VERSIONS[self.standard]

    @property
    def opaque(self) -> bool:
        """Whether there is to be no transparency (ISO 15930-4, 6.14)."""
        return self.standard == "pdf/x-1a"

    def boxes(self, size: tuple[float, float], spine: Literal["left", "right"] | None = None) -> Boxes:
        """Return the boxes of a page of a size, whose ``spine`` is on a side."""
        return page_boxes(*size, self.bleed, marks=self.crop_marks, spine=spine if self.sewn_in else None)

    def put_intent(self, file: PdfFile) -> bytes:
        """Put the colour profile into the file and return its output intent (ISO 32000-1, 14.11.5)."""
        kind = b"/GTS_PDFX" if self.for_press else b"/GTS_PDFA1"
        if self.inks == "rgb":
            profile = file.add_stream(b"/N 3", _SRGB_PROFILE.read_bytes())
            words = b"/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)"
        else:
            condition = CONDITIONS[self.inks]
            profile = file.add_stream(b"/N 4", condition.path.read_bytes())
            words = b"/OutputConditionIdentifier%s/OutputCondition%s/RegistryName%s/Info%s" % (
                text_string(condition.name),
                text_string(condition.words),
                text_string(REGISTRY),
                text_string(condition.words),
            )
        return b"<</Type/OutputIntent/S%s%s/DestOutputProfile %d 0 R>>" % (kind, words, profile)


def inks_for(options: PdfOptions) -> Inks:
    """Return the inks of the pages of a book."""
    uncoated = options.stock == "uncoated"
    if options.colour == "grey":
        return "grey-uncoated" if uncoated else "grey"
    if options.colour == "rgb":
        return "rgb"
    if options.service and options.service.total_ink:
        return "cmyk-uncoated-240" if uncoated else "cmyk-240"
    return "cmyk-uncoated" if uncoated else "cmyk"


def cover_inks_for(options: PdfOptions) -> Inks:
    """Return the inks of the cover, which is coated or varnished; in colour unless nothing is."""
    if options.colour == "rgb":
        return "rgb"
    return "cmyk-240" if options.service and options.service.total_ink else "cmyk"


def finish_for(options: PdfOptions) -> Finish:
    """Return how the pages of a book are finished."""
    service = options.service
    return Finish(
        options.pdf_standard,
        inks_for(options),
        options.bleed,
        options.crop_marks,
        sewn_in=service is not None,
        outlined=service is None,
    )


# Left, bottom, right, top in points; a page that is cut has its lower left corner at 0, 0.
Box: TypeAlias = tuple[float, float, float, float]

_MM = 72 / 25.4
_GAP = 3 * _MM  # between what is cut and the marks, at the least
_LENGTH = 5 * _MM
_MARGIN = 2 * _MM  # beyond the marks
_WEIGHT = 0.25  # points
_BLACK, _ALL_PLATES = "0 G", "1 1 1 1 K"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """The boxes of a page (ISO 32000-1, 14.11.2): cut at ``trim``, printed up to ``bleed``."""

    trim: Box
    bleed: Box
    media: Box


def page_boxes(
    width: float, height: float, bleed: float, *, marks: bool, spine: Literal["left", "right"] | None = None
) -> Boxes:
    """Return the boxes of a page in points, with room for marks if there are any.

    Nothing bleeds on the side of a ``spine``.
    """
    margin = max(bleed, _GAP) + _LENGTH + _MARGIN if marks else bleed
    return Boxes(
        trim=_box_around(width, height, 0.0),
        bleed=_box_around(width, height, bleed, spine),
        media=_box_around(width, height, margin, None if marks else spine),
    )


def draw_crop_marks(boxes: Boxes, inks: Inks, folds: Sequence[float] = ()) -> bytes:
    """Draw two lines at each corner where the page is cut, outside of the bleed, and lines at folds.

    Others lead to where it is folded, from above and from below.

    They are no part of the book's text (ISO 32000-1, 14.8.2.2).
    """
    left, bottom, right, top = boxes.trim
    gap = max(left - boxes.bleed[0], _GAP)
    lines = []
    stroke = _BLACK if inks == "rgb" or is_black_alone(inks) else _ALL_PLATES
    for x, outward in ((left, -1), (right, 1)):
        lines += [(x + outward * gap, y, x + outward * (gap + _LENGTH), y) for y in (bottom, top)]
    for y, outward in ((bottom, -1), (top, 1)):
        places = (left, *folds, right)
        lines += [(x, y + outward * gap, x, y + outward * (gap + _LENGTH)) for x in places]
    drawn = "".join(f"{_number(a)} {_number(b)} m {_number(c)} {_number(d)} l S\n" for a, b, c, d in lines)
    return f"/Artifact <</Type /Page>> BDC\nq {_WEIGHT} w {stroke}\n{drawn}Q\nEMC\n".encode()


def _box_around(
    width: float, height: float, margin: float, spine: Literal["left", "right"] | None = None
) -> Box:
    left, right = (0.0 if spine == side else margin for side in ("left", "right"))
    return (-left, -margin, width + right, height + margin)


def _number(value: float) -> str:
    """A number as PDF writes it."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
