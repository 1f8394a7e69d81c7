"""Test that the page on printing shows the requirements that the program enforces."""

from __future__ import annotations

import re

import pytest

from tests.guide.contents import SOURCE
from triptych.settings.pdf_options import INCH, PRINT_SERVICES, PrintService

ROWS = {
    cells[0]: cells[1:]
    for line in (SOURCE / "how-to/print.md").read_text("utf-8").splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3
}


def numbers(row: str, column: int) -> list[float]:
    """Return the numbers in a cell of the table."""
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", ROWS[row][column])]


@pytest.mark.parametrize(
    ("column", "service"), [(0, PRINT_SERVICES["kdp"]), (1, PRINT_SERVICES["ingramspark"])]
)
class TestRequirements:
    def test_sizes(self, column: int, service: PrintService) -> None:
        sides = [side / INCH for side in (*service.min_size, *service.max_size)]
        assert numbers("Size", column) == pytest.approx(sides)

    def test_page_counts(self, column: int, service: PrintService) -> None:
        fewer = sorted({most for _, most in service.papers.values()} - {service.max_pages})
        assert numbers("Pages", column) == [service.min_pages, service.max_pages, *fewer]

    def test_inner_margins(self, column: int, service: PrintService) -> None:
        shown = numbers("Inner margin", column)
        assert shown[::2] == pytest.approx([margin / INCH for _, margin in service.gutters])
        assert shown[1::2] == [pages for pages, _ in service.gutters[:-1]]

    def test_other_margins(self, column: int, service: PrintService) -> None:
        edges = {service.safety_margin / INCH, service.safety_margin_with_bleed / INCH}
        assert numbers("Other margins", column) == pytest.approx(sorted(edges))

    def test_bleed_and_text_on_the_spine(self, column: int, service: PrintService) -> None:
        assert numbers("Bleed", column) == [service.bleed / INCH]
        assert numbers("Text on the spine", column) == [service.min_spine_pages]

    def test_thickness_of_papers(self, column: int, service: PrintService) -> None:
        thick = [thickness / INCH for thickness, _ in service.papers.values()]
        assert numbers("Thickness of a page", column) == pytest.approx(thick)

    def test_ink_coverage(self, column: int, service: PrintService) -> None:
        assert numbers("Ink coverage", column) == [service.total_ink] * bool(service.total_ink)
