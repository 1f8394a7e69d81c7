"""``triptych build --explain``: for each step whether it ran, and which inputs made it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from triptych.cli.reports.report import Reporter
from triptych.engine.memory.journal import Entry

_SHOWN = 12  # subjects of a step that are named; JSON has all


def say_steps(report: Reporter, steps: Iterable[Entry]) -> None:
    """A line for each step, and below it what ran of it, with the inputs that had changed."""
    for name, group in groupby(steps, key=lambda entry: entry.step):
        entries = list(group)
        ran = [entry for entry in entries if entry.ran]
        for entry in entries:
            report.event("step", name=name, subject=entry.subject, ran=entry.ran, because=list(entry.because))
        if report.as_json:
            continue
        kept = len(entries) - len(ran)
        report.say(f"{name:<13}{len(ran):>4} ran {kept:>5} remembered   {entries[0].what}", "")
        for entry in ran[:_SHOWN]:
            reason = f"{' and '.join(entry.because)} changed" if entry.because else "new"
            report.say(f"    {entry.subject or 'the book'}: {reason}", "")
        if len(ran) > _SHOWN:
            report.say(f"    and {len(ran) - _SHOWN} more", "")
