"""Drawings that a finished file has lost are an error at their line."""

from __future__ import annotations

import re

import pytest

from tests.checks.content.damage import changed_zip, without_drawing, without_objects


def test_a_drawing_that_is_not_painted_is_told(made) -> None:
    pdf = made("pdf")
    (found,) = pdf.told(without_drawing(pdf.data))
    assert found.code == "CHK018"
    assert "only 1 of the 2 images, charts and formulas" in found.message
    assert (found.span.path, found.span.line) == ("source/first.md", 12)


@pytest.mark.parametrize("name", ["pdf", "epub"])
def test_a_picture_without_words_is_not_missed(make, name) -> None:
    assert make(name, silent="One sentence ![](dot.png) with a dot.\n\n![](dot.png)\n").told() == []


def test_a_picture_whose_object_is_gone_is_told(made) -> None:
    pdf = made("pdf")
    codes = [(one.code, one.span.path) for one in pdf.told(without_objects(pdf.data))]
    assert ("CHK018", "source/first.md") in codes


def test_a_picture_that_is_not_in_the_e_book_is_told(made) -> None:
    book = made("epub")
    cut = changed_zip(
        book.data,
        lambda name, data: re.sub(b"<img[^>]*>", b"", data) if name.endswith("first.xhtml") else data,
    )
    (found,) = book.told(cut)
    assert (found.code, found.span.path) == ("CHK018", "source/first.md")


def test_a_picture_whose_file_is_empty_is_none(made) -> None:
    book = made("epub")
    emptied = changed_zip(book.data, lambda name, data: b"" if name.endswith((".png", ".svg")) else data)
    assert {one.code for one in book.told(emptied)} == {"CHK018"}


def test_a_formula_that_is_not_in_the_e_book_is_told(made) -> None:
    book = made("epub")
    cut = changed_zip(
        book.data,
        lambda name, data: (
            re.sub(b"<math.*?</math>", b"", data, flags=re.DOTALL) if name.endswith("first.xhtml") else data
        ),
    )
    assert [one.code for one in book.told(cut)] == ["CHK018"]


def test_files_for_the_press_do_not_say_what_is_drawn_and_are_believed(make) -> None:
    more = "format:\n  pdf: {colour: cmyk, pdf-standard: pdf/x-4}\n"
    assert make("pdf", more=more).told() == []
