"""Test the attached files with the numbers of charts."""

from __future__ import annotations

from tests.conftest import ReadBook
from triptych.writers.print.metadata import make_chart_attachments

CHART = '::: {#fig-a .chart data=d.csv x=month y=tons unit=t type=line fig-alt="A"}\nOutput\n:::\n'


def test_numbers_and_dates_are_machine_readable(read_book_of: ReadBook) -> None:
    files = {"source/d.csv": "month,tons\n2023-01,1234.50\n2023-02,\n2023-03,-2000000\n"}
    book, _ = read_book_of(CHART, manifest="lang: de\n", files=files)
    (file,) = make_chart_attachments(book)
    assert (file.file_name, file.media_type, file.description) == ("figure-01-1-a.csv", "text/csv", "Output")
    assert file.data.decode("utf-8-sig").splitlines() == [
        "Month,tons (t)",
        "2023-01,1234.50",
        "2023-02,",
        "2023-03,-2000000",
    ]
