"""Write the cover of a printed book as one sheet: back cover, spine and front cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from PIL import ImageStat

from triptych.build_context import BuildContext, PreparedPictures
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.store.program_digest import compute_digest
from triptych.languages.language_tags import (
    UNSPACED,
    get_text_direction,
    has_upward_spine,
    has_vertical_lines,
)
from triptych.markup.xml import collect_font_requirements
from triptych.media.barcodes import Barcode, encode_ean_13
from triptych.media.fonts.fonts import find_scripts
from triptych.media.inks import ColourSpace, convert_image_file, make_colour_writer
from triptych.media.output_pictures import SVG_MEDIA_TYPE, PreparedPicture, fit_logo
from triptych.media.raster_images import DECODING_ERRORS, open_picture
from triptych.model.book import Book, Metadata
from triptych.model.isbn import URN, parse_isbn
from triptych.project import MANIFEST
from triptych.settings.pdf_options import PdfOptions
from triptych.template_views import template_view
from triptych.theme.colours import READABLE_CONTRAST, compute_contrast_ratio
from triptych.theme.theme import Script
from triptych.writers.print.binder import NumberedQuire, bind_quires
from triptych.writers.print.composing import Composer, LayoutError, PlacedQuire
from triptych.writers.print.documents import PICTURE
from triptych.writers.print.page_grid import PageGrid, page_grid_for
from triptych.writers.print.pdf_format import PdfFormat, cover_colour_space_for
from triptych.writers.print.resources import Resources
from triptych.writers.print.structure import ROLE_MAP
from triptych.writers.print.typesetting import DocumentSource, PrintStyle
from triptych.writers.print.writer import (
    cache_or_temporary_folder,
    find_transparency,
    make_empty_document,
    reject_expensive_styles,
    reject_forbidden_links,
    replace_unprintable_characters,
    report_logged_error,
)

_BLEED = 9.0  # points, an eighth of an inch: the default bleed
_SPINE_CLEARANCE = 4.5  # minimum distance in points from spine text to the folds
_NARROWEST_LETTERED_SPINE = 14.0  # points: minimum spine width for text, unless a print service sets another
_MAX_TYPE_SIZE, _MIN_TYPE_SIZE = 17.0, 6.5
_EASTERN = f"[{UNSPACED}\uac00-\ud7a3]"
_SPINE_WORDS = re.compile(f"{_EASTERN}|[^\\s{_EASTERN[1:-1]}]+")


@template_view("whole", "front_at", "back_at", "folds")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverSheet:
    """The dimensions of a cover sheet in points.

    ``width`` and ``height`` are the page size of the book; ``spine`` is the width of the spine.
    ``spine_type`` is the font size of the spine text, or 0 if there is none. ``spine_turn`` is the direction
    of this text: "down", "up" or "stacked" characters. If ``front_left`` is true, as in right-to-left books,
    the front cover is on the left.
    """

    width: float
    height: float
    spine: float
    bleed: float
    spine_type: float
    spine_turn: Literal["down", "up", "stacked"]
    front_left: bool = False

    @property
    def whole(self) -> float:
        """The width of the trimmed sheet."""
        return 2 * self.width + self.spine

    @property
    def front_at(self) -> float:
        """The position of the left edge of the front cover."""
        return 0.0 if self.front_left else self.width + self.spine

    @property
    def back_at(self) -> float:
        """The position of the left edge of the back cover."""
        return self.width + self.spine if self.front_left else 0.0

    @property
    def folds(self) -> tuple[float, float]:
        """The positions of the folds, from the left."""
        return self.width, self.width + self.spine


def compute_spine_width(options: PdfOptions, page_count: int) -> float | None:
    """Return the spine width of a book in points, or None if it is unknown."""
    if options.spine_width is not None:
        return float(options.spine_width)
    if isinstance(options.paper, float):
        return options.paper * page_count / 2
    if options.paper and options.service:
        thickness, _ = options.service.papers[options.paper]
        return thickness * page_count
    return None


def compute_cover_sheet(
    options: PdfOptions, page_size: tuple[float, float], spine: float, page_count: int, metadata: Metadata
) -> CoverSheet:
    """Return the dimensions of a book's cover sheet.

    ``page_size`` and ``spine``, the width of the spine, are in points.
    """
    service = options.service
    clear = service.spine_clearance if service else _SPINE_CLEARANCE
    spine_type = min(spine - 2 * clear, spine * 0.5, _MAX_TYPE_SIZE)
    wide_enough = page_count >= service.min_spine_pages if service else spine >= _NARROWEST_LETTERED_SPINE
    spine_turn: Literal["down", "up", "stacked"] = "up" if has_upward_spine(metadata.language) else "down"
    if has_vertical_lines(metadata.language) and re.search(_EASTERN, metadata.title):
        spine_turn = "stacked"
    return CoverSheet(
        width=page_size[0],
        height=page_size[1],
        spine=spine,
        bleed=service.bleed if service else options.bleed or _BLEED,
        spine_type=spine_type if wide_enough and spine_type >= _MIN_TYPE_SIZE else 0.0,
        spine_turn=spine_turn,
        front_left=get_text_direction(metadata.language) == "rtl",
    )


def get_print_isbn(options: PdfOptions, metadata: Metadata) -> tuple[str, str]:
    """Return the ISBN of the printed book as 13 digits and as the author wrote it, or two empty strings.

    The ISBN of the PDF takes precedence over that of the printed source, and this over that of the book.
    """
    source = metadata.source[len(URN) :] if metadata.source.startswith(URN) else ""
    isbn_text = options.isbn or source or metadata.isbn
    return (parse_isbn(isbn_text), isbn_text) if isbn_text else ("", "")


def split_spine_text(text: str) -> list[str]:
    """Split text into the lines of a stacked spine: single East Asian characters, and whole Western words."""
    return _SPINE_WORDS.findall(text)


def split_paragraphs(text: str) -> list[str]:
    """Split text into paragraphs at blank lines."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


_NAME = "wrap"
# Font sizes of the back cover in points; the largest that fits is used. Sizes above ``_FOR_FEW_LINES`` are
# only for text that fills at most half of the page.
_BACK_TYPE = (16.0, 14.0, 12.6, 11.6, 10.8, 10.0, 9.2, 8.4)
_LARGE_TYPE_SIZE = 12.0
_SPINE_TYPE = tuple(0.93**step for step in range(9))  # fractions of the largest size
_EMPTY_SPINE_LENGTH = 36.0 + 72.0  # points kept empty along the length of the spine
_FOOT_HEIGHT = 27 + 86.4 + 14  # points at the foot of the back cover for the barcode and a blank line
_MAX_COLOUR_DEVIATION = 10.0  # maximum standard deviation, of 255, of an edge that counts as uniform


def write_cover(
    book: Book, context: BuildContext, options: PdfOptions, page_count: int
) -> tuple[bytes, list[Diagnostic]]:
    """Write the cover of a book as a PDF, and return the PDF and the diagnostics.

    ``page_count`` determines the width of the spine. If the width is unknown, return no data and report
    PRS003.
    """
    spine = compute_spine_width(options, page_count)
    if spine is None:
        return b"", [_report_unknown_spine(options, page_count)]
    page = page_grid_for(options, context.theme.print)
    wrap = compute_cover_sheet(options, page.size_in_points, spine, page_count, book.metadata)
    data, findings = _CoverWriter(book, context, options, page, wrap).write()
    if data and not wrap.spine_type:
        findings.append(_report_blank_spine(wrap, page_count))
    return data, findings


@template_view("has_side_notes", "logo", fields=False)
@dataclass(frozen=True)
class _CoverWriter:
    """Writes the cover of a book. In cover templates, ``document`` is this object."""

    book: Book
    context: BuildContext
    options: PdfOptions
    page_grid: PageGrid
    cover_sheet: CoverSheet

    def write(self) -> tuple[bytes, list[Diagnostic]]:
        """Lay out the cover, in smaller type until all text fits; return the PDF and the diagnostics."""
        xhtml = self._xhtml
        required = collect_font_requirements([xhtml])
        scripts = find_scripts(required.characters, required.languages, self.context.theme)
        with cache_or_temporary_folder(self.context.cache) as store:
            context = self.context
            resources = Resources(
                context.theme,
                scripts,
                required.characters,
                {},
                context.read_file,
                context.draw_chart,
                store,
                context.executor,
                self._colour_space,
            )
            resources.add_pictures(
                {key: self._pictures[picture] for picture, key in self._pictures.picture_keys.items()}
            )
            if self._barcode:
                bars = PreparedPicture(
                    *convert_image_file(self._barcode.svg, SVG_MEDIA_TYPE, self._colour_space)
                )
                resources.add_pictures({compute_digest(self._barcode.svg): bars})
            back_size, spine = 0, 0
            while True:
                css = self._write_css(
                    scripts, _BACK_TYPE[back_size], self.cover_sheet.spine_type * _SPINE_TYPE[spine]
                )
                style = PrintStyle(css, "", self._colour_space, resources.find_files(css), store)
                composer = Composer(style, context.executor, empty_document=make_empty_document(self.book))
                try:
                    placed_quires = composer.compose(
                        [(DocumentSource(_NAME, xhtml, resources.find_files(xhtml)), False)]
                    )
                except LayoutError as failure:
                    return b"", [_report_failure(reason) for _, reason in failure.failures]
                overfull = tuple(self._find_overfull_areas(placed_quires, _BACK_TYPE[back_size]))
                if "back" in overfull and back_size + 1 < len(_BACK_TYPE):
                    back_size += 1
                elif "spine" in overfull and spine + 1 < len(_SPINE_TYPE):
                    spine += 1
                else:
                    break
            if transparency := list(find_transparency(placed_quires, self._pdf_format)):
                return b"", transparency
            data = bind_quires(
                [NumberedQuire(placed_quires[0].quire, composer.lay_out_running_heads(placed_quires)[0], 1)],
                self.book.metadata,
                resources.read_face,
                self._pdf_format,
                role_map=ROLE_MAP,
            )
        complaints = [
            report_logged_error(message, {}, self.book, self.context.templates)
            for message in composer.logged_errors
        ]
        return data, [_report_overfull_area(part) for part in overfull] + complaints

    @property
    def _colour_space(self) -> ColourSpace:
        return cover_colour_space_for(self.options)

    @property
    def _pdf_format(self) -> PdfFormat:
        return PdfFormat(
            self.options.pdf_standard,
            self._colour_space,
            self.cover_sheet.bleed,
            self.options.crop_marks,
            has_bookmarks=self.options.pdf_standard == "pdf/ua",
            folds=self.cover_sheet.folds,
        )

    # --- Content ----------------------------------------------------------------------------------

    @cached_property
    def _pictures(self) -> PreparedPictures:
        """The cover image, which may be as wide as the front cover with its bleed, and the logo."""
        wide = (self.cover_sheet.width + self.cover_sheet.bleed) * 4 / 3
        picture_target = self.page_grid.make_picture_target(
            self.options.image_dpi, self._colour_space, opaque=self._pdf_format.is_transparency_forbidden
        )
        picture_target = replace(picture_target, wide=wide)
        empty_book = replace(self.book, chapters=(), template_pictures={})
        return self.context.prepare_pictures(empty_book, picture_target)

    @cached_property
    def _isbn(self) -> tuple[str, str]:
        return get_print_isbn(self.options, self.book.metadata)

    @cached_property
    def _barcode(self) -> Barcode | None:
        return encode_ean_13(self._isbn[0]) if self._isbn[0] else None

    @cached_property
    def _xhtml(self) -> str:
        metadata, labels = self.book.metadata, self.context.labels
        keys = self._pictures.picture_keys
        code = self._barcode
        address = f"{PICTURE}:{compute_digest(code.svg)}" if code else ""
        page = self.context.templates.get_template("print/wrap.xhtml.j2").render(
            meta=metadata,
            labels=labels,
            wrap=self.cover_sheet,
            band=self._has_band,
            blurb=split_paragraphs(metadata.blurb or metadata.description),
            spine_title=split_spine_text(metadata.title),
            spine_author=split_spine_text(labels.listed(metadata.maker.names)),
            maker=labels.listed(metadata.maker.names),
            isbn=self._isbn[1],
            barcode={"address": address, "digits": code.digits} if code else None,
            cover=f"{PICTURE}:{keys[metadata.cover]}" if metadata.cover else "",
            logo=f"{PICTURE}:{keys[metadata.logo]}" if metadata.logo else "",
            document=self,
        )
        reject_forbidden_links(page, self.context.templates, "print/wrap.xhtml.j2")
        return replace_unprintable_characters(page, self.context.theme)

    @property
    def has_side_notes(self) -> bool:
        """Always false, since a cover has no side notes."""
        return False

    def logo(self) -> str:
        """Return the URL of the logo for a front cover without an image, or ""."""
        logo = self.book.metadata.logo
        return f"{PICTURE}:{self._pictures.picture_keys[logo]}" if logo else ""

    # --- Design -----------------------------------------------------------------------------------

    @property
    def _has_band(self) -> bool:
        """Whether a dark band runs along the foot of the whole sheet, below a plain title page."""
        return (
            self.context.theme.print.title_page in ("plain", "masthead") and self.book.metadata.cover is None
        )

    @cached_property
    def _background(self) -> tuple[str, bool]:
        """The background colour, and whether the cover image has this colour along all its edges.

        If the edge of the image at the spine has a uniform colour, it is the background colour, so that small
        errors in the fold are invisible.
        """
        colours = self.context.theme.colours
        cover = self.book.metadata.cover
        if cover is None:
            panel = self.context.theme.print.title_page == "panel"
            return (colours.dark if panel else colours.background), False
        data = cover.drawing or self.context.read_file(cover.path)
        if cover.media_type == SVG_MEDIA_TYPE:
            data = (
                self.context.rasterise(
                    data, 400, round(400 * cover.height / cover.width), white_background=True
                )
                or b""
            )
        try:
            with open_picture(data) as image:
                seen = image.convert("RGB")
        except DECODING_ERRORS:
            return colours.dark, False
        width, height = seen.size
        edges = [(1, 0, 2, height), (width - 2, 0, width - 1, height)]
        edges += [(0, 1, width, 2), (0, height - 2, width, height - 1)]
        fold = edges.pop(1 if self.cover_sheet.front_left else 0)
        ground = ImageStat.Stat(seen.crop(fold))
        if max(ground.stddev) > _MAX_COLOUR_DEVIATION:
            return colours.dark, False
        red, green, blue = ground.median
        others = [ImageStat.Stat(seen.crop(edge)) for edge in edges]
        framed = all(
            max(statistics.stddev) <= _MAX_COLOUR_DEVIATION
            and max(
                abs(channel - ground_channel)
                for channel, ground_channel in zip(statistics.median, ground.median, strict=True)
            )
            <= _MAX_COLOUR_DEVIATION
            for statistics in others
        )
        return f"{round(red):02x}{round(green):02x}{round(blue):02x}", framed

    def _write_css(self, scripts: Sequence[Script], size: float, spine_type: float) -> str:
        theme, metadata = self.context.theme, self.book.metadata
        colours, (ground, framed) = theme.colours, self._background
        dark = compute_contrast_ratio(colours.background, ground) > compute_contrast_ratio(
            colours.foreground, ground
        )
        text = colours.background if dark else colours.foreground
        quiet = next(
            (
                colour
                for colour in (colours.emblem[1], colours.muted)
                if compute_contrast_ratio(colour, ground) >= READABLE_CONTRAST
            ),
            text,
        )
        foot_ground = colours.dark if self._has_band else ground
        foot_height = (
            colours.emblem[1]
            if compute_contrast_ratio(colours.emblem[1], foot_ground) >= READABLE_CONTRAST
            else text
        )
        logo = metadata.logo
        plate = (
            self.context.choose_logo_plate(logo, foot_ground, colours.background, colours.dark)
            if logo
            else ""
        )
        templates = self.context.templates
        common = {
            "theme": theme,
            "colours": colours,
            "paint": make_colour_writer(self._colour_space),
            "scripts": scripts,
            "meta": replace(metadata, cover=None),
            "design": theme.print,
            "type": theme.print.type,
        }
        logo_variables = None
        if logo:
            logo_variables = {
                "address": self.logo(),
                "title": fit_logo(logo, 130, 44),
                "title_plate": self.context.choose_logo_plate(logo, ground, colours.background, colours.dark),
                "runs": False,
            }
        book = templates.get_template("print/book.css.j2").render(
            common, page=self.page_grid, logo=logo_variables, shades=()
        )
        cover = metadata.cover
        wrap = templates.get_template("print/wrap.css.j2").render(
            common,
            wrap=self.cover_sheet,
            cover=cover,
            band=self._has_band,
            filled=cover is not None and not framed and self.page_grid.filled_by(cover.width, cover.height),
            framed=framed,
            ground=ground,
            text=text,
            quiet=quiet,
            foot=foot_height,
            plate=plate,
            dark=dark,
            size=size,
            spine_type=spine_type,
        )
        reject_expensive_styles(book + wrap, templates, "print/wrap.css.j2")
        return book + wrap

    def _find_overfull_areas(self, quires: Sequence[PlacedQuire], size: float) -> Iterator[str]:
        """Yield the areas of the cover whose text does not fit: "back" or "spine"."""
        anchors = quires[0].quire.anchors
        min_end = self.cover_sheet.height * 0.6 if size > _LARGE_TYPE_SIZE else _FOOT_HEIGHT
        # If an end mark did not fit on the sheet, it has no anchor.
        _, _, end = anchors.get("back-end", (0, 0.0, 0.0))
        if 'id="back-end"' in self._xhtml and end < min_end:
            yield "back"
        if "spine-end" in anchors:
            (_, x, y), (_, to_x, to_y) = anchors["spine-start"], anchors["spine-end"]
            if max(abs(to_x - x), abs(to_y - y)) > self.cover_sheet.height - _EMPTY_SPINE_LENGTH:
                yield "spine"


def _report_unknown_spine(options: PdfOptions, page_count: int) -> Diagnostic:
    papers = " or ".join(f"`{name}`" for name in options.service.papers) if options.service else ""
    paper = papers or "the thickness of the paper, such as `0.1mm`"
    return Diagnostic(
        code="PRS003",
        span=Span(path=MANIFEST),
        message=f"the spine width for {page_count} pages is unknown: "
        "neither `paper` nor `spine-width` is set",
        hint=f"set `paper` to {paper}, or `spine-width` to the printer's value, such as `12mm`",
    )


def _report_blank_spine(cover_sheet: CoverSheet, page_count: int) -> Diagnostic:
    width = f"{cover_sheet.spine / 72 * 25.4:.1f} mm, {page_count} pages"
    message = f"the spine ({width}) is too narrow for text and was left blank"
    return Diagnostic(code="PRS004", span=Span(path=MANIFEST), message=message)


def _report_overfull_area(area: str) -> Diagnostic:
    place, text = ("back cover", "`blurb`") if area == "back" else ("spine", "title or the author names")
    return Diagnostic(
        code="PRS005",
        span=Span(path=MANIFEST),
        message=f"the text on the {place} does not fit, even at the smallest type size",
        hint=f"shorten the {text}",
    )


def _report_failure(reason: str) -> Diagnostic:
    message = f"the cover cannot be laid out: {reason}"
    hint = "shorten the cover text; if the text is already short, report this as a bug in Triptych"
    return Diagnostic(code="PDF003", span=Span(path=MANIFEST), message=message, hint=hint)
