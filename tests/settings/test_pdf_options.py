"""Test the PDF options of the manifest: lengths, margins, inks, and their errors."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import Diagnostic
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.pdf_options import (
    NAMED_SIZES,
    PdfOptions,
    get_paper_size,
    parse_points,
)

BOOK = "book: {title: A book, chapters: [section.md]}\n"


@pytest.fixture
def read(make_project: MakeProject):
    def read_options(options: str, more: str = "", profiles: tuple[str, ...] = ()):
        text = f"{BOOK}format:\n  pdf: {options}\n{more}"
        manifest, _, result = read_manifest(make_project({"source/book.yaml": text}), profiles)
        assert manifest is not None
        return manifest.format.pdf, result

    return read_options


@pytest.fixture
def good(read):
    def read_good(options: str, more: str = "", profiles: tuple[str, ...] = ()) -> PdfOptions:
        found_options, result = read(options, more, profiles)
        assert not result, result
        return found_options

    return read_good


def messages(found: list[Diagnostic]) -> list[str]:
    return [f"{finding.code} {finding.message}" for finding in found]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1in", 72), ("25.4mm", 72), ("2.54 cm", 72), ("12pt", 12), (".5in", 36), ("3", None), ("-1mm", None)],
)
def test_lengths_are_points(written: str, expected: float | None) -> None:
    assert parse_points(written) == (pytest.approx(expected) if expected is not None else None)


@pytest.mark.parametrize("name", NAMED_SIZES)
def test_papers_have_names(good, name: str) -> None:
    assert good(f"{{page-size: {name}}}").page_size == get_paper_size(name)


def test_paper_may_have_a_custom_size(good) -> None:
    size = good("{page-size: {width: 170mm, height: 24cm}}").page_size
    assert (size.width, size.height) == (pytest.approx(481.89, abs=0.01), pytest.approx(680.31, abs=0.01))


def test_a_size_in_numbers_is_that_of_the_name(good) -> None:
    assert good("{page-size: {width: 210mm, height: 297mm}}").page_size == get_paper_size("a4")


def test_margins_may_be_named_one_by_one(good) -> None:
    margins = good("{page-size: a5, margins: {inner: 20mm}}").margins
    assert margins.inner == pytest.approx(56.69, abs=0.01)
    assert (margins.top, margins.bottom, margins.outer) == (None, None, None)


def test_print_options_are_off_by_default(good) -> None:
    options = good("default")
    assert (options.page_size, options.margins, options.bleed) == (None, None, 0)
    assert (options.crop_marks, options.colour, options.pdf_standard) == (False, "rgb", "pdf/ua")


@pytest.mark.parametrize("key", ["colour", "color"])
def test_colour_may_be_spelt_in_two_ways(good, key: str) -> None:
    assert good(f"{{{key}: cmyk}}").colour == "cmyk"


def test_a_profile_makes_the_printers_file(good) -> None:
    profiles = "profiles:\n  print: {format: {pdf: {bleed: 3mm, crop-marks: yes, colour: cmyk, pdf-standard: pdf/x-4}}}\n"
    options = good("{page-size: a5}", profiles, ("print",))
    assert options.page_size == get_paper_size("a5")
    assert (options.bleed, options.crop_marks) == (pytest.approx(8.5, abs=0.01), True)
    assert (options.colour, options.pdf_standard) == ("cmyk", "pdf/x-4")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{page-size: {width: 170mm}}", 'MAN005 required key "format.pdf.page-size.height" is missing'),
        ("{page-size: {width: 170, height: 240mm}}", "must be a length with a unit"),
        ("{page-size: {width: 70mm, height: 240mm}}", "must be from 80mm to 1200mm"),
        ("{page-size: {width: 2m, height: 240mm}}", "must be a length with a unit"),
        ("{page-size: [170mm, 240mm]}", "must be a4, a5, letter, 6x9, or a width"),
        ("{page-size: {width: 170mm, height: 240mm, deep: 1mm}}", 'MAN001 unknown key "deep"'),
        ("{page-size: a4, margins: {left: 20mm}}", 'MAN001 unknown key "left"'),
        ("{page-size: a4, margins: {top: 2mm}}", "must be from 5mm to 300mm"),
        ("{margins: {inner: 20mm}}", "requires `page-size`"),
        ("{page-size: a5, margins: {inner: 50mm, outer: 50mm}}", "leave less than 50mm for the text"),
        ("{page-size: a5, margins: {top: 90mm, bottom: 70mm}}", "leave less than 60mm for the text"),
        ("{bleed: 30mm}", "must be from 0mm to 20mm"),
        ("{colour: spot}", '"spot" is not a valid value'),
        ("{pdf-standard: pdf/x-4}", '"pdf/x-4" requires `colour: cmyk`'),
        ("{crop-marks: perhaps}", "must be true or false"),
    ],
)
def test_each_mistake_is_reported(read, options: str, said: str) -> None:
    _, result = read(options)
    assert len(result) == 1
    assert said in messages(result)[0]


def test_invalid_size_has_no_margin_findings(read) -> None:
    _, result = read("{page-size: a3, margins: {inner: 20mm}}")
    assert "must be a4, a5" in messages(result)[0]


def test_service_sets_its_requirements(good) -> None:
    options = good("{print-service: kdp, paper: cream}")
    assert (options.cover, options.colour, options.pdf_standard) == ("separate", "cmyk", "pdf/x-1a")
    assert (options.stock, options.paper, options.bleed) == ("uncoated", "cream", 0)


def test_author_options_override_those_of_a_service(good) -> None:
    options = good(
        "{print-service: ingramspark, color: grey, pdf-standard: pdf/x-4, cover: inside, stock: coated}"
    )
    assert (options.cover, options.colour, options.pdf_standard) == ("inside", "grey", "pdf/x-4")
    assert options.stock == "coated"


def test_a_service_has_one_bleed(good) -> None:
    assert good("{print-service: kdp, bleed: 3.2mm}").bleed == 9


def test_paper_may_be_as_thick_as_a_leaf(good) -> None:
    assert good("{paper: 0.1mm}").paper == pytest.approx(0.283, abs=0.001)
    assert good("{spine-width: 12mm}").spine_width == pytest.approx(34.02, abs=0.01)


def test_print_isbn_keeps_its_hyphens(good) -> None:
    assert good("{isbn: 978-3-16-148410-0}").isbn == "978-3-16-148410-0"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{print-service: kpd}", '"kpd" is not a valid value'),
        (
            "{print-service: kdp, page-size: {width: 100mm, height: 150mm}}",
            "KDP does not offer this trim size; the nearest is 5.06in × 7.81in",
        ),
        ("{print-service: kdp, bleed: 5mm}", "KDP requires a bleed of 0.125in, or none"),
        ("{print-service: kdp, crop-marks: true}", "KDP rejects files with crop marks"),
        ("{paper: cream}", "a paper by name requires a `print-service`"),
        ("{print-service: ingramspark, paper: cream}", "IngramSpark does not publish the thickness"),
        ("{paper: thin}", "must be white, cream, colour, or the thickness of the paper"),
        ("{paper: 3mm}", "must be white, cream, colour, or the thickness of the paper"),
        ("{pdf-standard: pdf/x-1a}", '"pdf/x-1a" requires `colour: cmyk`'),
        ("{isbn: 978-3-16-148410-1}", "not a valid ISBN: the check digit does not match"),
        ("{cover: seperate}", '"seperate" is not a valid value'),
    ],
)
def test_option_that_a_press_rejects_is_an_error(read, options: str, said: str) -> None:
    _, findings = read(options)
    assert [finding.code for finding in findings] == ["MAN002"]
    assert said.lower() in findings[0].message.lower() and findings[0].span.line == 3


def test_a_key_that_is_misspelt_is_named_rightly(read) -> None:
    _, (finding,) = read("{print-servce: kdp}")
    assert (finding.code, finding.hint) == ("MAN001", 'did you mean "print-service"?')
