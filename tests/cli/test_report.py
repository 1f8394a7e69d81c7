"""What is under way is shown on a terminal, until it has ended."""

from __future__ import annotations

from typing import Any

from triptych.cli.report import Reporter


class Status:
    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, text: str) -> None:
        self.shown.append(text)


def test_a_terminal_shows_all_that_is_under_way() -> None:
    report: Any = Reporter()
    report._status = status = Status()
    report.begin("the PDF")
    report.begin("the e-book with Ace")
    report.end("the PDF")
    report.end("the e-book with Ace")
    assert status.shown == [
        "Checking the PDF …",
        "Checking the PDF, the e-book with Ace …",
        "Checking the e-book with Ace …",
    ]
