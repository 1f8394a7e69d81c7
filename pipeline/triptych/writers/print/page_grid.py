"""Page sizes and their grids: where the text stands on the paper."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from triptych.media.inks import Inks
from triptych.media.picture_sizes import PictureRoom, parse_length
from triptych.settings.pdf_options import (
    MarginsEntry,
    PdfOptions,
    Service,
    SizeEntry,
    find_size_name,
)
from triptych.template_views import template_view
from triptych.theme.print_design import CHART_LETTERS, PrintDesign

_WIDE_PAGE = 170 * 72 / 25.4  # points; from here text is larger
_CLOSE = 0.05  # points that nobody measures
_NARROWEST_CHART = 150.0  # points
_MEASURE = 36.0  # em; longer lines are hard to follow back
# With a column for notes: shares of the page's width, and of the room between its margins.
_INNER_BESIDE, _OUTER_BESIDE = 0.085, 0.065
_COLUMN, _GAP = 0.27, 0.035


@template_view("has_column", "beside", "landscape_figure", "filled_by")
@dataclass(frozen=True, slots=True, kw_only=True)
class PageGrid:
    """A page grid in CSS lengths: ``inner`` is the margin at the spine, ``head`` drops the running head,
    ``foot`` lifts folios at the foot, and no figure is higher than ``figure``. Nothing but colours and
    pictures lies in the ``bleed``.

    Where notes stand in the margin, a ``column`` for them lies between the text and the outer margin, a
    ``gap`` from the text. It is on the same side of all pages: a chapter is set wherever it comes to stand.
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

    def room(self, dpi: int, inks: Inks = "rgb", *, opaque: bool = False) -> PictureRoom:
        """Return the room for pictures, with half of the margin at the spine on either side of the text."""
        upright = PictureRoom(
            faces=True,
            width=self._text,
            wide=self._text + (_pixels(self.beside) or _pixels(self.inner)),
            height=_pixels(self.figure),
            dpi=dpi,
            media_types=frozenset(("image/png", "image/jpeg")),
            cmyk=inks != "rgb",  # a file for screens has none (ISO 19005-3, 6.2.4.3)
            inks=inks,
            opaque=opaque,
        )
        turned = _pixels(self.height) - _pixels(self.top) - _pixels(self.bottom)
        height = _pixels(self.landscape_figure)
        landscape = replace(upright, width=turned, wide=turned + _pixels(self.inner), height=height)
        return replace(upright, landscape=landscape)

    def chart_width(self, design: PrintDesign) -> float:
        """Return the width in points at which charts are drawn; they are shown as wide as the text.

        In large type their letters are as large as captions on any paper.
        """
        if not design.large:
            return design.chart_width
        return max(
            _NARROWEST_CHART, round(self.room(72).width * 3 / 4 * CHART_LETTERS / design.type.caption.size)
        )

    @property
    def has_column(self) -> bool:
        """Whether notes stand beside the text."""
        return _pixels(self.column) > 0

    @property
    def beside(self) -> str:
        """The width of the column for notes with what lies between it and the text."""
        return _pt((_pixels(self.column) + _pixels(self.gap)) * 3 / 4)

    @property
    def landscape_figure(self) -> str:
        """How high a figure may be on a page that is turned."""
        text = _pixels(self.width) - _pixels(self.inner) - _pixels(self.outer)
        return _pt(text * 3 / 4 * 6 / 7)

    @property
    def measure(self) -> float:
        """The width of the text, in em of it."""
        return self._text / _pixels(self.text_size)

    @property
    def _text(self) -> float:
        """The width of the text in CSS pixels."""
        return _pixels(self.width) - _pixels(self.inner) - _pixels(self.outer) - _pixels(self.beside)

    @property
    def points(self) -> tuple[float, float]:
        """Width and height of the paper after it is cut."""
        return _pixels(self.width) * 3 / 4, _pixels(self.height) * 3 / 4

    @property
    def bleed_points(self) -> float:
        """How far colours reach over the edge."""
        return _pixels(self.bleed) * 3 / 4

    def bound_by(self, service: Service, pages: int, design: PrintDesign) -> PageGrid:
        """Return the grid with the gutter that a service requires, and with heads off the edges.

        The text moves outwards; only where there is no room for that do its lines become shorter.
        """
        least, edge = service.gutter(pages), self._edge(service)
        inner, outer = _pixels(self.inner) * 3 / 4, _pixels(self.outer) * 3 / 4
        page = self
        if inner < least - _CLOSE or outer < edge - _CLOSE:
            wider = max(inner, least)
            page = replace(page, inner=_pt(wider), outer=_pt(max(inner + outer - wider, edge)))
        head, bottom = _pixels(self.head) * 3 / 4, _pixels(self.bottom) * 3 / 4
        if design.running_heads == "foot":
            return replace(page, head=_pt(min(head, max(bottom - edge - design.type.folio.line, 0.0))))
        # In the middle of what is left of the margin at the foot; letters are half as high as a line.
        foot = max(2 * edge + design.type.folio.line - bottom, 0.0)
        return replace(page, head=_pt(max(head, edge)), foot=_pt(foot))

    def too_near(self, service: Service, pages: int) -> dict[str, float]:
        """Return the margins that are too small for a service, each with its minimum."""
        edge = self._edge(service)
        asked = {"inner": service.gutter(pages), "outer": edge, "top": edge, "bottom": edge}
        return {
            side: least
            for side, least in asked.items()
            if _pixels(getattr(self, side)) * 3 / 4 < least - _CLOSE
        }

    def _edge(self, service: Service) -> float:
        """Return the least margin at the edges that are cut."""
        return service.edge_with_bleed if self.bleed_points else service.edge

    def filled_by(self, width: float, height: float) -> bool:
        """Whether a picture of these proportions is made for the whole page."""
        return abs(_pixels(self.width) / _pixels(self.height) / (width / height) - 1) < 0.08


def _pixels(written: str) -> float:
    size = parse_length(written)
    return size.pixels(0) if size else 0.0


def page_for(options: PdfOptions, design: PrintDesign) -> PageGrid:
    """Return the grid of the paper in the manifest, else of the theme's.

    Margins that the manifest names stand in the place of the grid's.
    """
    size = options.page_size or find_size_name(design.page_size)
    names = {
        (page_size.width, page_size.height): name for name in PAGES for page_size in [find_size_name(name)]
    }
    name = names.get((size.width, size.height))
    text_size = design.wide_page_text if size.width >= _WIDE_PAGE else design.type.text.size
    page = PAGES[name] if name and design.margins == "mirrored" else _compute_grid(size, design, text_size)
    page = replace(page, text_size=f"{text_size:g}pt", bleed=_pt(options.bleed))
    page = _set_margins(page, options.margins) if options.margins else page
    beside = options.layout == "margin" and not design.large
    return _add_column(page, _has_side_margins(options.margins)) if beside else page


def _has_side_margins(margins: MarginsEntry | None) -> bool:
    return margins is not None and (margins.inner, margins.outer) != (None, None)


def _add_column(page: PageGrid, given_sides: bool) -> PageGrid:
    """Add a column for notes, a quarter of the room between the margins."""
    width = _pixels(page.width) * 3 / 4
    inner, outer = width * _INNER_BESIDE, width * _OUTER_BESIDE
    if given_sides:
        inner, outer = _pixels(page.inner) * 3 / 4, _pixels(page.outer) * 3 / 4
    room = width - inner - outer
    return replace(page, inner=_pt(inner), outer=_pt(outer), column=_pt(room * _COLUMN), gap=_pt(room * _GAP))


def _compute_grid(size: SizeEntry, design: PrintDesign, text_size: float) -> PageGrid:
    """Compute margins from the page's width.

    Text is three quarters of the page wide, but no more than a line that is read with ease; of what is left,
    seven parts lie at the spine and eight outside, or equal parts where margins are even. A seventh of the
    width lies over the text, which is a whole number of lines high, and at least as much under it.
    """
    text = min(size.width * 3 / 4, _MEASURE * text_size)
    inner = (size.width - text) * (7 / 15 if design.margins == "mirrored" else 1 / 2)
    top = min(size.width / 7, size.height / 8)
    lines = math.floor((size.height - top * 2.05) / design.lead)
    return PageGrid(
        width=_pt(size.width),
        height=_pt(size.height),
        top=_pt(top),
        bottom=_pt(size.height - top - lines * design.lead),
        inner=_pt(inner),
        outer=_pt(size.width - text - inner),
        head=_pt(top / 2),
        figure=_pt(lines * design.lead * 6 / 7),
    )


def _set_margins(page: PageGrid, margins: MarginsEntry) -> PageGrid:
    """Set the author's own margins; figures and running heads keep to them."""
    named = {side: value for side, value in margins if value is not None}
    changed = replace(page, **{side: _pt(value) for side, value in named.items()})
    text = _pixels(changed.height) - _pixels(changed.top) - _pixels(changed.bottom)
    if "top" in named:
        changed = replace(changed, head=_pt(named["top"] / 2))
    return replace(changed, figure=_pt(min(_pixels(page.figure), text * 6 / 7) * 3 / 4))


def _pt(points: float) -> str:
    return f"{round(points, 3):.8g}pt"


# Pages with mirrored margins, set by eye. Others follow the rule that was drawn from them.
PAGES: Mapping[str, PageGrid] = {
    "6x9": PageGrid(
        width="6in", height="9in", top="0.86in", bottom="0.92in", inner="0.7in", outer="0.8in", head="0.42in"
    ),
    "a5": PageGrid(
        width="148mm", height="210mm", top="21mm", bottom="22mm", inner="17mm", outer="17mm", head="10mm"
    ),
    "a4": PageGrid(
        width="210mm", height="297mm", top="27mm", bottom="30mm", inner="32mm", outer="34mm", head="14mm"
    ),
    "letter": PageGrid(
        width="8.5in",
        height="11in",
        top="1.05in",
        bottom="1.15in",
        inner="1.3in",
        outer="1.4in",
        head="0.55in",
    ),
}
