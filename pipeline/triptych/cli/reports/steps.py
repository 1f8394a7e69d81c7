"""``triptych build --explain``: for each step whether it ran, and which inputs made it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from triptych.cli.reports.report import Reporter
from triptych.engine.store.journal import Entry, counted

_SHOWN = 12  # subjects of a step that are named; JSON has all


def say_steps(report: Reporter, steps: Iterable[Entry]) -> None:
    """A line for each step, and below it what ran of it, with the inputs that had changed."""
    told = list(steps)
    counts = counted(told)
    for name, group in groupby(told, key=lambda entry: entry.step):
        entries = list(group)
        for entry in entries:
            report.event(
                "step", name=name, subject=entry.subject, ran=entry.ran, changed_inputs=list(entry.because)
            )
        if report.as_json:
            continue
        ran, kept = counts[name]
        report.say(f"{name:<13}{ran:>4} ran {kept:>5} cached   {entries[0].what}", "")
        for entry in [entry for entry in entries if entry.ran][:_SHOWN]:
            reason = f"{' and '.join(entry.because)} changed" if entry.because else "new"
            report.say(f"    {entry.subject or 'whole book'}: {reason}", "")
        if ran > _SHOWN:
            report.say(f"    and {ran - _SHOWN} more", "")
