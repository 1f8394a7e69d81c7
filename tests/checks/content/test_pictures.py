"""Test that drawings missing from an output are reported as errors at their source line."""

from __future__ import annotations

import re

import pytest

from tests.checks.content.damage import changed_zip, without_drawing, without_objects


def test_drawing_that_is_not_painted_is_reported(made) -> None:
    pdf = made("pdf")
    (finding,) = pdf.told(without_drawing(pdf.data))
    assert finding.code == "CHK018"
    assert "only 1 of the 2 images, charts and formulas" in finding.message
    assert (finding.span.path, finding.span.line) == ("source/first.md", 12)


@pytest.mark.parametrize("name", ["pdf", "epub"])
def test_picture_without_alt_text_is_not_reported_missing(make, name) -> None:
    assert make(name, silent="One sentence ![](dot.png) with a dot.\n\n![](dot.png)\n").told() == []


def test_picture_with_a_missing_object_is_reported(made) -> None:
    pdf = made("pdf")
    codes = [(item.code, item.span.path) for item in pdf.told(without_objects(pdf.data))]
    assert ("CHK018", "source/first.md") in codes


def test_picture_missing_from_the_epub_is_reported(made) -> None:
    book = made("epub")
    cut = changed_zip(
        book.data,
        lambda name, data: re.sub(b"<img[^>]*>", b"", data) if name.endswith("first.xhtml") else data,
    )
    (finding,) = book.told(cut)
    assert (finding.code, finding.span.path) == ("CHK018", "source/first.md")


def test_empty_image_file_counts_as_missing(made) -> None:
    book = made("epub")
    emptied = changed_zip(book.data, lambda name, data: b"" if name.endswith((".png", ".svg")) else data)
    assert {item.code for item in book.told(emptied)} == {"CHK018"}


def test_formula_missing_from_the_epub_is_reported(made) -> None:
    book = made("epub")
    cut = changed_zip(
        book.data,
        lambda name, data: (
            re.sub(b"<math.*?</math>", b"", data, flags=re.DOTALL) if name.endswith("first.xhtml") else data
        ),
    )
    assert [item.code for item in book.told(cut)] == ["CHK018"]


def test_untagged_drawings_of_print_ready_files_are_not_checked(make) -> None:
    more = "format:\n  pdf: {colour: cmyk, pdf-standard: pdf/x-4}\n"
    assert make("pdf", more=more).told() == []
