"""Titles as they are done: a line each, and on a terminal how many are left and for how long."""

from __future__ import annotations

import time

from triptych.catalog.title_build import TitleResult, TitleState
from triptych.cli.reports.report import Reporter


class Progress:
    """Hears what becomes of titles, and tells."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._start = 0.0
        self._whole = self._done = self._failed = 0

    def begin(self, count: int) -> None:
        """So many titles are to be built."""
        self._start = self._start or time.monotonic()
        self._whole += count
        self._report.event("started", titles=count)
        self._show()

    def wait(self) -> None:
        """Another run is at work in the same folder."""
        self._report.say("Waiting for another run in the same output folder to finish …", "waiting")
        self._report.status("waiting …")

    def tell(self, made: TitleResult) -> TitleResult:
        """A title is done; it comes back as it is."""
        self._done += made.state is not TitleState.KEPT
        self._failed += not made.is_good
        self._report.diagnostics(made.diagnostics)
        details = {"pages": made.pages, "slides": made.slides, "words": made.words}
        self._report.say(
            _line(made),
            "title",
            name=made.name,
            state=str(made.state),
            reason=made.reason,
            outputs=list(made.outputs),
            seconds=round(made.seconds, 3),
            memory=made.memory,
            **details,
        )
        self._show()
        return made

    def _show(self) -> None:
        """How far it is, and how long it still takes at this pace."""
        if self._done == 0:
            self._report.status(f"{self._whole} titles …")
            return
        pace = (time.monotonic() - self._start) / self._done
        failed = f", {self._failed} failed" if self._failed else ""
        left = _time((self._whole - self._done) * pace)
        self._report.status(f"{self._done} of {self._whole} titles{failed}, about {left} remaining …")


def _line(made: TitleResult) -> str:
    """A title in one line."""
    amounts = ((made.pages, "pages"), (made.slides, "slides"), (round(made.seconds, 1), "s"))
    told = ", ".join(f"{number} {unit}" for number, unit in amounts if number)
    why = f": {made.reason}" if made.reason and not made.diagnostics else ""
    return f"{made.name}  {made.state}{f' ({told})' if told else ''}{why}"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
