"""Test page boxes and printer's marks."""

from __future__ import annotations

import re

import pytest

from triptych.writers.print.pdf_format import PdfFormat, draw_crop_marks

MM = 72 / 25.4


def lines(stream: bytes) -> list[tuple[float, ...]]:
    matches = re.findall(rb"([-\d.]+) ([-\d.]+) m ([-\d.]+) ([-\d.]+) l S", stream)
    return [tuple(float(number) for number in line) for line in matches]


def test_a_page_without_bleed_is_its_paper() -> None:
    boxes = PdfFormat().compute_page_boxes((400, 600))
    assert boxes.trim == boxes.bleed == boxes.media == (0, 0, 400, 600)


def test_page_boxes_are_nested() -> None:
    boxes = PdfFormat(bleed=3 * MM, crop_marks=True).compute_page_boxes((400, 600))
    assert boxes.bleed == pytest.approx((-3 * MM, -3 * MM, 400 + 3 * MM, 600 + 3 * MM))
    assert boxes.media[0] < boxes.bleed[0] < boxes.trim[0]
    assert boxes.media[3] > boxes.bleed[3] > boxes.trim[3]


@pytest.mark.parametrize("bleed", [0, 3 * MM, 6 * MM])
def test_two_marks_at_each_corner_are_outside_the_bleed(bleed: float) -> None:
    boxes = PdfFormat(bleed=bleed, crop_marks=True).compute_page_boxes((400, 600))
    marks = lines(draw_crop_marks(boxes, "cmyk"))
    assert len(marks) == 8
    for x1, y1, x2, y2 in marks:
        along_x = y1 == y2
        ends, (low, high) = ((x1, x2), (0, 400)) if along_x else ((y1, y2), (0, 600))
        assert (y1 in (0, 600)) if along_x else (x1 in (0, 400))
        assert all(end < low - bleed + 0.001 or end > high + bleed - 0.001 for end in ends)
        assert all(boxes.media[0] < end < boxes.media[2 if along_x else 3] for end in ends)


def test_marks_are_on_every_plate_and_no_part_of_the_text() -> None:
    boxes = PdfFormat(crop_marks=True).compute_page_boxes((400, 600))
    assert b"1 1 1 1 K" in draw_crop_marks(boxes, "cmyk")
    assert b" K" not in draw_crop_marks(boxes, "grey")
    assert draw_crop_marks(boxes, "cmyk").startswith(b"/Artifact <</Type /Page>> BDC")
    assert draw_crop_marks(boxes, "cmyk").endswith(b"EMC\n")
