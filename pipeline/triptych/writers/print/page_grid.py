"""Compute page grids: paper size, margins, side note column and text size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from triptych.media.inks import ColourSpace
from triptych.media.picture_sizes import PictureTarget, parse_length
from triptych.settings.pdf_options import (
    MarginsEntry,
    PdfOptions,
    PrintService,
    SizeEntry,
    get_paper_size,
)
from triptych.template_views import template_view
from triptych.theme.print_design import CHART_FONT_SIZE, PrintDesign

_WIDE_PAGE = 170 * 72 / 25.4  # points; wider pages have larger text
_NEGLIGIBLE = 0.05  # points
_NARROWEST_CHART = 150.0  # points
_MEASURE = 36.0  # em; longer lines are hard to read
# With a side note column: fractions of the page width, and of the width between the margins.
_INNER_MARGIN_WITH_COLUMN, _OUTER_MARGIN_WITH_COLUMN = 0.085, 0.065
_COLUMN, _GAP = 0.27, 0.035


@template_view("has_column", "beside", "landscape_figure", "filled_by")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageGrid:
    """A page grid in CSS lengths.

    ``inner`` is the margin at the spine. ``head`` is the distance of running heads from the top edge,
    ``foot`` the space at the bottom edge above which folios are centred in the bottom margin, and ``figure``
    the maximum height of figures. The ``column`` for side notes is between the text and the outer margin,
    separated from the text by ``gap``. It is on the same side of all pages, since chapters are laid out
    before their first page number is known.
    """

    width: str
    height: str
    top: str
    bottom: str
    inner: str
    outer: str
    head: str
    column: str = "0pt"
    gap: str = "0pt"
    text_size: str = "10.9pt"
    figure: str = "6.2in"
    bleed: str = "0pt"
    foot: str = "0pt"

    def make_picture_target(
        self, dpi: int, colour_space: ColourSpace = "rgb", *, opaque: bool = False
    ) -> PictureTarget:
        """Return the maximum size of pictures. Wide pictures also cover the column or the inner margin."""
        upright = PictureTarget(
            faces=True,
            width=self._text_width,
            wide=self._text_width + (_parse_pixels(self.beside) or _parse_pixels(self.inner)),
            height=_parse_pixels(self.figure),
            dpi=dpi,
            media_types=frozenset(("image/png", "image/jpeg")),
            cmyk=colour_space != "rgb",  # PDFs for screens must not have CMYK images (ISO 19005-3, 6.2.4.3)
            inks=colour_space,
            opaque=opaque,
        )
        landscape_width = _parse_pixels(self.height) - _parse_pixels(self.top) - _parse_pixels(self.bottom)
        height = _parse_pixels(self.landscape_figure)
        landscape = replace(
            upright, width=landscape_width, wide=landscape_width + _parse_pixels(self.inner), height=height
        )
        return replace(upright, landscape=landscape)

    def compute_chart_width(self, design: PrintDesign) -> float:
        """Return the width in points at which charts are drawn before they are scaled to the text width.

        In large print, this gives the text of charts the size of captions.
        """
        if not design.large:
            return design.chart_width
        return max(
            _NARROWEST_CHART,
            round(self.make_picture_target(72).width * 3 / 4 * CHART_FONT_SIZE / design.type.caption.size),
        )

    @property
    def has_column(self) -> bool:
        """Whether there is a column for side notes."""
        return _parse_pixels(self.column) > 0

    @property
    def beside(self) -> str:
        """The total width of the side note column and of the gap next to it."""
        return _format_points((_parse_pixels(self.column) + _parse_pixels(self.gap)) * 3 / 4)

    @property
    def landscape_figure(self) -> str:
        """The maximum height of a figure on a landscape page."""
        text = _parse_pixels(self.width) - _parse_pixels(self.inner) - _parse_pixels(self.outer)
        return _format_points(text * 3 / 4 * 6 / 7)

    @property
    def text_width_em(self) -> float:
        """The width of the text in em."""
        return self._text_width / _parse_pixels(self.text_size)

    @property
    def _text_width(self) -> float:
        """The width of the text in CSS pixels."""
        return (
            _parse_pixels(self.width)
            - _parse_pixels(self.inner)
            - _parse_pixels(self.outer)
            - _parse_pixels(self.beside)
        )

    @property
    def size_in_points(self) -> tuple[float, float]:
        """The width and height of the trimmed page in points."""
        return _parse_pixels(self.width) * 3 / 4, _parse_pixels(self.height) * 3 / 4

    @property
    def bleed_in_points(self) -> float:
        """The bleed in points."""
        return _parse_pixels(self.bleed) * 3 / 4

    def adjust_for_service(self, service: PrintService, page_count: int, design: PrintDesign) -> PageGrid:
        """Return the grid with the gutter and the margins that a print service requires.

        The text moves outwards, and becomes narrower only if the outer margin would be too small.
        """
        min_gutter, edge = service.get_gutter(page_count), self._get_minimum_margin(service)
        inner, outer = _parse_pixels(self.inner) * 3 / 4, _parse_pixels(self.outer) * 3 / 4
        page = self
        if inner < min_gutter - _NEGLIGIBLE or outer < edge - _NEGLIGIBLE:
            wider = max(inner, min_gutter)
            page = replace(
                page, inner=_format_points(wider), outer=_format_points(max(inner + outer - wider, edge))
            )
        head, bottom = _parse_pixels(self.head) * 3 / 4, _parse_pixels(self.bottom) * 3 / 4
        if design.running_heads == "foot":
            return replace(
                page, head=_format_points(min(head, max(bottom - edge - design.type.folio.line, 0.0)))
            )
        # Centre folios in the rest of the bottom margin. The height of letters is half a line.
        foot_height = max(2 * edge + design.type.folio.line - bottom, 0.0)
        return replace(page, head=_format_points(max(head, edge)), foot=_format_points(foot_height))

    def find_margins_below_minimum(self, service: PrintService, page_count: int) -> dict[str, float]:
        """Map each margin that is too small for a print service to its minimum in points."""
        edge = self._get_minimum_margin(service)
        minimums = {"inner": service.get_gutter(page_count), "outer": edge, "top": edge, "bottom": edge}
        return {
            side: minimum
            for side, minimum in minimums.items()
            if _parse_pixels(getattr(self, side)) * 3 / 4 < minimum - _NEGLIGIBLE
        }

    def _get_minimum_margin(self, service: PrintService) -> float:
        """Return the minimum margin at trimmed edges, in points."""
        return service.safety_margin_with_bleed if self.bleed_in_points else service.safety_margin

    def filled_by(self, width: float, height: float) -> bool:
        """Return whether a picture with the aspect ratio ``width`` to ``height`` fills the page."""
        return abs(_parse_pixels(self.width) / _parse_pixels(self.height) / (width / height) - 1) < 0.08


def _parse_pixels(length: str) -> float:
    size = parse_length(length)
    return size.to_pixels(0) if size else 0.0


def page_grid_for(options: PdfOptions, design: PrintDesign) -> PageGrid:
    """Return the grid for the page size and margins of the manifest, or else of the theme."""
    size = options.page_size or get_paper_size(design.page_size)
    names = {
        (page_size.width, page_size.height): name for name in PAGES for page_size in [get_paper_size(name)]
    }
    name = names.get((size.width, size.height))
    text_size = design.wide_page_text if size.width >= _WIDE_PAGE else design.type.text.size
    page = PAGES[name] if name and design.margins == "mirrored" else _compute_grid(size, design, text_size)
    page = replace(page, text_size=f"{text_size:g}pt", bleed=_format_points(options.bleed))
    page = _set_margins(page, options.margins) if options.margins else page
    has_side_column = options.layout == "margin" and not design.large
    return _add_column(page, options.margins) if has_side_column else page


def _add_column(page: PageGrid, margins: MarginsEntry | None) -> PageGrid:
    """Add a side note column of about a quarter of the width between the margins."""
    width = _parse_pixels(page.width) * 3 / 4
    inner, outer = width * _INNER_MARGIN_WITH_COLUMN, width * _OUTER_MARGIN_WITH_COLUMN
    if margins and (margins.inner, margins.outer) != (None, None):
        inner, outer = _parse_pixels(page.inner) * 3 / 4, _parse_pixels(page.outer) * 3 / 4
    text_width = width - inner - outer
    return replace(
        page,
        inner=_format_points(inner),
        outer=_format_points(outer),
        column=_format_points(text_width * _COLUMN),
        gap=_format_points(text_width * _GAP),
    )


def _compute_grid(size: SizeEntry, design: PrintDesign, text_size: float) -> PageGrid:
    """Return a grid whose margins are computed from the page size.

    The text width is three quarters of the page, up to ``_MEASURE``. Mirrored inner and outer margins have a
    ratio of 7 to 8; otherwise they are equal. The top margin is a seventh of the page width. The bottom
    margin is at least as large, and makes the text a whole number of lines high.
    """
    text = min(size.width * 3 / 4, _MEASURE * text_size)
    inner = (size.width - text) * (7 / 15 if design.margins == "mirrored" else 1 / 2)
    top = min(size.width / 7, size.height / 8)
    lines = math.floor((size.height - top * 2.05) / design.leading)
    return PageGrid(
        width=_format_points(size.width),
        height=_format_points(size.height),
        top=_format_points(top),
        bottom=_format_points(size.height - top - lines * design.leading),
        inner=_format_points(inner),
        outer=_format_points(size.width - text - inner),
        head=_format_points(top / 2),
        figure=_format_points(lines * design.leading * 6 / 7),
    )


def _set_margins(page: PageGrid, margins: MarginsEntry) -> PageGrid:
    """Set the margins of the manifest, and adapt the running heads and the height of figures."""
    given_margins = {side: value for side, value in margins if value is not None}
    changed_page = replace(page, **{side: _format_points(value) for side, value in given_margins.items()})
    text = (
        _parse_pixels(changed_page.height)
        - _parse_pixels(changed_page.top)
        - _parse_pixels(changed_page.bottom)
    )
    if "top" in given_margins:
        changed_page = replace(changed_page, head=_format_points(given_margins["top"] / 2))
    return replace(changed_page, figure=_format_points(min(_parse_pixels(page.figure), text * 6 / 7) * 3 / 4))


def _format_points(points: float) -> str:
    return f"{round(points, 3):.8g}pt"


# Grids with mirrored margins, designed by eye and approximated by ``_compute_grid``.
_SIDES = ("width", "height", "top", "bottom", "inner", "outer", "head")
PAGES: Mapping[str, PageGrid] = {
    name: PageGrid(**dict(zip(_SIDES, lengths.split(), strict=True)))
    for name, lengths in {
        "6x9": "6in 9in 0.86in 0.92in 0.7in 0.8in 0.42in",
        "a5": "148mm 210mm 21mm 22mm 17mm 17mm 10mm",
        "a4": "210mm 297mm 27mm 30mm 32mm 34mm 14mm",
        "letter": "8.5in 11in 1.05in 1.15in 1.3in 1.4in 0.55in",
    }.items()
}
