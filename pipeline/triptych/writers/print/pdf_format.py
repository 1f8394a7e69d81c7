"""Define the standard, colours, page boxes and crop marks of a PDF for readers or for a press.

PDFs for readers conform to PDF/UA and PDF/A (ISO 14289-1, 19005-3), PDFs for a press to PDF/X (ISO 15930).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Literal, TypeAlias

from triptych.media.inks import ICC_REGISTRY, PRINTING_CONDITIONS, ColourSpace, is_black_only
from triptych.settings.pdf_options import PdfOptions
from triptych.writers.print.pdf_syntax import PdfFile, write_text_string
from weasyprint_typography.content_stream import write_number

Standard: TypeAlias = Literal["pdf/ua", "pdf/x-4", "pdf/x-1a"]
# The sRGB profile is part of the WeasyPrint package.
_SRGB_PROFILE = Path(str(distribution("weasyprint").locate_file("weasyprint/pdf/sRGB2014.icc")))
VERSIONS = {"pdf/ua": "1.7", "pdf/x-4": "1.6", "pdf/x-1a": "1.4"}


@dataclass(frozen=True, slots=True)
class PdfFormat:
    """The standard, colour space and printer's marks of a PDF.

    ``bleed`` is in points. If ``is_untrimmed_at_spine`` is true, pages have no bleed at the spine, where they
    are not trimmed. ``has_bookmarks`` is false for print services that do not accept bookmarks. ``folds`` are
    the positions of fold marks, in points from the left.
    """

    standard: Standard = "pdf/ua"
    colour_space: ColourSpace = "rgb"
    bleed: float = 0.0
    crop_marks: bool = False
    is_untrimmed_at_spine: bool = False
    has_bookmarks: bool = True
    folds: tuple[float, ...] = ()

    @property
    def is_for_press(self) -> bool:
        """Whether the file is for a press, and therefore has no links and no structure tree."""
        return self.standard != "pdf/ua"

    @property
    def version(self) -> str:
        """The PDF version."""
        return VERSIONS[self.standard]

    @property
    def is_transparency_forbidden(self) -> bool:
        """Whether transparency is not allowed (ISO 15930-4, 6.14)."""
        return self.standard == "pdf/x-1a"

    def compute_page_boxes(
        self, size: tuple[float, float], spine: Literal["left", "right"] | None = None
    ) -> PageBoxes:
        """Return the page boxes of a page that is bound on the side ``spine``.

        ``size`` is the trim size in points. The media box includes space for crop marks. If
        ``is_untrimmed_at_spine`` is true, there is no bleed at the spine.
        """
        spine = spine if self.is_untrimmed_at_spine else None
        margin = max(self.bleed, _GAP) + _LENGTH + _MARGIN if self.crop_marks else self.bleed
        return PageBoxes(
            trim=_make_surrounding_box(*size, 0.0),
            bleed=_make_surrounding_box(*size, self.bleed, spine),
            media=_make_surrounding_box(*size, margin, None if self.crop_marks else spine),
        )

    def add_output_intent(self, file: PdfFile) -> bytes:
        """Add the ICC profile to the file and return the output intent (ISO 32000-1, 14.11.5)."""
        kind = b"/GTS_PDFX" if self.is_for_press else b"/GTS_PDFA1"
        if self.colour_space == "rgb":
            profile = file.add_stream(b"/N 3", _SRGB_PROFILE.read_bytes())
            words = b"/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)"
        else:
            condition = PRINTING_CONDITIONS[self.colour_space]
            profile = file.add_stream(b"/N 4", condition.path.read_bytes())
            words = b"/OutputConditionIdentifier%s/OutputCondition%s/RegistryName%s/Info%s" % (
                write_text_string(condition.name),
                write_text_string(condition.description),
                write_text_string(ICC_REGISTRY),
                write_text_string(condition.description),
            )
        return b"<</Type/OutputIntent/S%s%s/DestOutputProfile %d 0 R>>" % (kind, words, profile)


def colour_space_for(options: PdfOptions) -> ColourSpace:
    """Return the colour space of a book's pages."""
    uncoated = options.stock == "uncoated"
    if options.colour == "grey":
        return "grey-uncoated" if uncoated else "grey"
    if options.colour == "rgb":
        return "rgb"
    if options.service and options.service.total_ink:
        return "cmyk-uncoated-240" if uncoated else "cmyk-240"
    return "cmyk-uncoated" if uncoated else "cmyk"


def cover_colour_space_for(options: PdfOptions) -> ColourSpace:
    """Return the colour space of the cover, which is printed in colour on coated paper."""
    if options.colour == "rgb":
        return "rgb"
    return "cmyk-240" if options.service and options.service.total_ink else "cmyk"


def pdf_format_for(options: PdfOptions) -> PdfFormat:
    """Return the standard, colour space and printer's marks for a book's pages."""
    service = options.service
    return PdfFormat(
        options.pdf_standard,
        colour_space_for(options),
        options.bleed,
        options.crop_marks,
        is_untrimmed_at_spine=service is not None,
        has_bookmarks=service is None,
    )


# Left, bottom, right and top, in points from the lower left corner of the trimmed page.
Box: TypeAlias = tuple[float, float, float, float]

_MM = 72 / 25.4
_GAP = 3 * _MM  # minimum distance of marks from the trim box
_LENGTH = 5 * _MM
_MARGIN = 2 * _MM  # space beyond the marks
_WEIGHT = 0.25  # points
_BLACK, _ALL_PLATES = b"0 G", b"1 1 1 1 K"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBoxes:
    """The page boxes of a page (ISO 32000-1, 14.11.2)."""

    trim: Box
    bleed: Box
    media: Box


def draw_crop_marks(boxes: PageBoxes, colour_space: ColourSpace, folds: Sequence[float] = ()) -> bytes:
    """Return operators that draw crop marks outside the bleed, and fold marks above and below the page.

    All these marks are artifacts (ISO 32000-1, 14.8.2.2).
    """
    left, bottom, right, top = boxes.trim
    gap = max(left - boxes.bleed[0], _GAP)
    lines = []
    stroke = _BLACK if colour_space == "rgb" or is_black_only(colour_space) else _ALL_PLATES
    for x, outward in ((left, -1), (right, 1)):
        lines += [(x + outward * gap, y, x + outward * (gap + _LENGTH), y) for y in (bottom, top)]
    for y, outward in ((bottom, -1), (top, 1)):
        places = (left, *folds, right)
        lines += [(x, y + outward * gap, x, y + outward * (gap + _LENGTH)) for x in places]
    lines_content = b"".join(b"%s %s m %s %s l S\n" % tuple(map(write_number, line)) for line in lines)
    return b"/Artifact <</Type /Page>> BDC\nq %g w %s\n%sQ\nEMC\n" % (_WEIGHT, stroke, lines_content)


def _make_surrounding_box(
    width: float, height: float, margin: float, spine: Literal["left", "right"] | None = None
) -> Box:
    left, right = (0.0 if spine == side else margin for side in ("left", "right"))
    return (-left, -margin, width + right, height + margin)
