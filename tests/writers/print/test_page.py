"""Test page grids: text heights in whole lines, mirrored margins, one rule for all paper sizes."""

from __future__ import annotations

import pytest

from triptych.media.picture_sizes import parse_length
from triptych.settings.pdf_options import NAMED_SIZES, PRINT_SERVICES, PdfOptions, get_paper_size
from triptych.theme.theme import load_theme
from triptych.writers.print.page_grid import PAGES, PageGrid, page_grid_for

HOUSE, REPORT, LARGE = (load_theme(name).print for name in ("house", "report", "large-print"))


def options(**values: object) -> PdfOptions:
    return PdfOptions.model_validate({key.replace("_", "-"): value for key, value in values.items()})


def pt(written: str) -> float:
    size = parse_length(written)
    assert size is not None
    return size.to_pixels(0) * 3 / 4


def own(width: str, height: str, design=HOUSE, **more: object) -> PageGrid:
    return page_grid_for(options(page_size={"width": width, "height": height}, **more), design)


def text_width(page: PageGrid) -> float:
    return pt(page.width) - pt(page.inner) - pt(page.outer)


def text_height(page: PageGrid) -> float:
    return pt(page.height) - pt(page.top) - pt(page.bottom)


def test_each_named_paper_has_a_grid_of_its_size() -> None:
    assert set(PAGES) == set(NAMED_SIZES)
    for name, page in PAGES.items():
        assert (page.width, page.height) == NAMED_SIZES[name]


def test_the_house_is_set_on_six_by_nine_inches_and_the_others_on_a4() -> None:
    assert page_grid_for(options(), HOUSE).width == "6in"
    for design in (REPORT, LARGE):
        assert pt(page_grid_for(options(), design).width) == pytest.approx(pt("210mm"), abs=0.01)


def test_text_is_larger_on_wide_pages() -> None:
    sizes = {name: page_grid_for(options(page_size=name), HOUSE).text_size for name in PAGES}
    assert sizes == {"6x9": "10.9pt", "a5": "10.9pt", "a4": "11.4pt", "letter": "11.4pt"}


@pytest.mark.parametrize("name", PAGES)
def test_computed_grid_approximates_the_hand_tuned_ones(name: str) -> None:
    size = get_paper_size(name)
    page, set_by_eye = own(f"{size.width}pt", f"{size.height + 1:.2f}pt"), PAGES[name]
    assert text_width(page) == pytest.approx(text_width(set_by_eye), rel=0.05)
    assert text_height(page) == pytest.approx(text_height(set_by_eye), rel=0.05)


@pytest.mark.parametrize("design", [HOUSE, REPORT, LARGE], ids=["house", "report", "large-print"])
@pytest.mark.parametrize(
    "size",
    [("80mm", "120mm"), ("110mm", "178mm"), ("170mm", "240mm"), ("210mm", "210mm"), ("297mm", "210mm")],
)
def test_text_is_a_whole_number_of_lines_high(design, size: tuple[str, str]) -> None:
    page = own(*size, design)
    lines = text_height(page) / design.leading
    assert lines == pytest.approx(round(lines), abs=0.01)
    assert pt(page.bottom) >= pt(page.top) > pt(page.head) > 0
    assert pt(page.figure) < text_height(page)


def test_margins_are_mirrored_or_even_by_theme() -> None:
    house, report = own("170mm", "240mm"), own("170mm", "240mm", REPORT)
    assert pt(house.inner) < pt(house.outer)
    assert pt(report.inner) == pytest.approx(pt(report.outer), abs=0.01)


def test_line_length_is_limited() -> None:
    page = own("297mm", "210mm")
    assert text_width(page) <= 36 * pt(page.text_size) + 0.01


def test_author_margins_replace_those_of_the_grid() -> None:
    page = page_grid_for(options(page_size="a5", margins={"inner": "22mm", "top": "30mm"}), HOUSE)
    assert pt(page.inner) == pytest.approx(pt("22mm"), abs=0.01)
    assert (page.outer, page.bottom) == ("17mm", "22mm")
    assert pt(page.head) == pytest.approx(pt("15mm"), abs=0.01)
    assert pt(page.figure) <= text_height(page) * 6 / 7 + 0.01


def test_pictures_have_the_space_of_the_page() -> None:
    page = own("170mm", "240mm")
    picture_target = page.make_picture_target(300, "cmyk")
    assert picture_target.width * 3 / 4 == pytest.approx(text_width(page), abs=0.01)
    assert (picture_target.dpi, picture_target.inks) == (300, "cmyk")


def test_pictures_and_formulas_leave_the_column_for_notes_free() -> None:
    page = page_grid_for(options(page_size="6x9", layout="margin"), HOUSE)
    text = text_width(page) - pt(page.column) - pt(page.gap)
    assert page.make_picture_target(300).width * 3 / 4 == pytest.approx(text, abs=0.01)
    assert page.make_picture_target(300).wide * 3 / 4 == pytest.approx(text_width(page), abs=0.01)
    assert page.text_width_em * pt(page.text_size) == pytest.approx(text, abs=0.01)


@pytest.mark.parametrize(("size", "fills"), [((1200, 1800), True), ((1240, 1754), True), ((800, 800), False)])
def test_cover_in_page_proportions_fills_it(size: tuple[int, int], fills: bool) -> None:
    assert PAGES["6x9"].filled_by(*size) is fills


@pytest.mark.parametrize(
    ("pages", "inner", "outer"), [(200, 0.7, 0.8), (600, 0.75, 0.75), (800, 0.875, 0.625)]
)
def test_a_thick_book_moves_its_text_outwards(pages: int, inner: float, outer: float) -> None:
    page = page_grid_for(options(print_service="kdp", page_size="6x9"), HOUSE)
    bound = page.adjust_for_service(PRINT_SERVICES["kdp"], pages, HOUSE)
    assert (pt(bound.inner), pt(bound.outer)) == (pytest.approx(inner * 72), pytest.approx(outer * 72))
    assert text_width(bound) == pytest.approx(text_width(page))
    assert bound.adjust_for_service(PRINT_SERVICES["kdp"], pages, HOUSE) == bound


def test_lines_are_shorter_without_outer_space() -> None:
    page = page_grid_for(options(page_size="6x9", margins={"inner": "0.3in", "outer": "0.5in"}), HOUSE)
    bound = page.adjust_for_service(PRINT_SERVICES["ingramspark"], 300, HOUSE)
    assert pt(bound.inner) == pytest.approx(36) and pt(bound.outer) == pytest.approx(36)
    assert text_width(bound) < text_width(page)


@pytest.mark.parametrize("design", [HOUSE, REPORT, LARGE])
def test_heads_and_folios_keep_the_distance_required_by_a_service(design) -> None:
    page = page_grid_for(options(page_size="6x9"), design)
    bound = page.adjust_for_service(PRINT_SERVICES["ingramspark"], 300, design)
    if design.running_heads == "foot":
        assert pt(bound.bottom) - pt(bound.head) - design.type.folio.line >= 36 - 0.1
    else:
        assert pt(bound.head) >= 36
        middle = pt(bound.foot) + (pt(bound.bottom) - pt(bound.foot)) / 2
        assert middle - design.type.folio.line / 2 >= 36 - 0.1


def test_margins_of_the_author_that_are_too_small_are_named() -> None:
    page = page_grid_for(options(page_size="6x9", margins={"inner": "0.4in", "top": "0.2in"}), HOUSE)
    assert page.find_margins_below_minimum(PRINT_SERVICES["kdp"], 100) == {"top": 18}
    assert page.find_margins_below_minimum(PRINT_SERVICES["kdp"], 200) == {"inner": 36, "top": 18}
