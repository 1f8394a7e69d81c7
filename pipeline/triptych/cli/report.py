"""What a run says: rich progress on a terminal, plain lines elsewhere, JSON events with ``--format json``."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triptych.diagnostics import Diagnostic, Severity, Span, group_findings, group_key
from triptych.diagnostics.findings import FindingGroup
from triptych.formats import FORMATS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from triptych.cli.excerpts import Excerpts

STAGES: dict[str, str] = {
    "reading": "Reading the source",
    **{str(name): output.progress for name, output in FORMATS.items()},
    "checking": "Checking the outputs",
    "publishing": "Writing the outputs",
}


_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_PIPED = 110  # cells of a line without a terminal


class Voice(IntEnum):
    """How much a run says."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


class Reporter:
    """Writes text or JSON events; results go to standard output, findings to standard error.

    ``root`` is the project's folder. ``lists_all`` prints each finding where similar ones would be grouped.
    """

    def __init__(
        self,
        voice: Voice = Voice.NORMAL,
        *,
        as_json: bool = False,
        root: Path = Path(),
        lists_all: bool = False,
    ) -> None:
        self.voice, self.as_json, self._root, self._lists_all = voice, as_json, root.resolve(), lists_all
        self._status: Any = None
        self._open: list[str] = []

    @cached_property
    def _errors(self) -> Console:
        """Where findings are printed: loaded where there are some, or progress to show."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Show progress while the block runs."""
        if self.as_json or self.voice is Voice.QUIET or not self._errors.is_terminal:
            yield
            return
        with self._errors.status("") as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def stage(self, name: str) -> None:
        """A stage begins."""
        if self.as_json:
            self._event("stage", name=name)
        elif self._status is not None:
            self._status.update(f"{STAGES.get(name, name)} …")
        elif self.voice is Voice.VERBOSE:
            click.echo(f"{STAGES.get(name, name)} …", err=True)

    def status(self, text: str) -> None:
        """How far it is, for whoever sits at a terminal."""
        if self._status is not None:
            self._status.update(text)

    def begin(self, what: str) -> None:
        """A file is looked at, named with whoever looks at it; others may be under way."""
        self._open.append(what)
        self._show_open()
        if self._status is None and self.voice is Voice.VERBOSE and not self.as_json:
            click.echo(f"Checking {what} …", err=True)

    def end(self, what: str) -> None:
        """It has been looked at."""
        self._open.remove(what)
        self._show_open()

    def _show_open(self) -> None:
        status, under_way = self._status, ", ".join(self._open)
        if status is not None and under_way:
            status.update(f"Checking {under_way} …")

    def diagnostics(self, found: Iterable[Diagnostic]) -> None:
        """Report findings; without warnings when quiet, and with similar ones grouped in text."""
        if self.as_json:
            for diagnostic in found:
                self._event("diagnostic", **self.to_json(diagnostic))
            return
        reported = [one for one in found if self.voice is not Voice.QUIET or one.severity is Severity.ERROR]
        if not reported:
            return
        from triptych.cli.excerpts import Excerpts, replace_control_characters

        excerpts = Excerpts(self._root)
        for entry in map(FindingGroup, reported) if self._lists_all else group_findings(reported, group_key):
            text = self._styled(entry.first, excerpts)
            for other in entry.also:
                place = f"{self.place(other.span)}: " if other.span else ""
                text.append(f"\n  also: {place}{other.message}")
            if entry.rest:
                text.append(f"\n{format_rest(entry)}")
            plain = replace_control_characters(text.plain)
            if plain != text.plain:  # of the same length, so that styles stay
                text.plain = plain
            self._errors.print(text)

    def to_json(self, diagnostic: Diagnostic) -> dict[str, str | int | None]:
        """A finding with the whole path of its file beside the one within the project."""
        file = str(self._root / diagnostic.span.path) if diagnostic.span else None
        return {**diagnostic.to_json(), "file": file}

    def place(self, span: Span) -> str:
        """A place as whoever stands in the current folder can open it."""
        return f"{display_path(self._root / span.path)}:{span.line}:{span.column}"

    def _styled(self, diagnostic: Diagnostic, excerpts: Excerpts) -> Text:
        """The finding, the line that it is about, what to do."""
        from rich.text import Text

        colour = f"bold {_COLOURS[diagnostic.severity]}"
        text = Text(f"{self.place(diagnostic.span)}: " if diagnostic.span else "")
        text.append(f"{diagnostic.severity}[{diagnostic.code}]", style=colour)
        text.append(f": {diagnostic.message}")
        if diagnostic.span:
            gutter = " " * max(3, len(str(diagnostic.span.line)))
            width = self._errors.width if self._errors.is_terminal else _PIPED
            excerpt = excerpts.of(diagnostic.span, max(20, width - len(gutter) - 4))
            if excerpt is not None:
                text.append(f"\n{excerpt.number:>{len(gutter)}} | ", style="bold blue")
                text.append(excerpt.text)
            if excerpt is not None and excerpt.mark is not None:
                text.append(f"\n{gutter} | ", style="bold blue")
                text.append(" " * excerpt.mark + "^", style=colour)
        if diagnostic.hint:
            text.append("\n  hint: ", style="bold")
            text.append(diagnostic.hint)
        return text

    def output(self, path: Path) -> None:
        """A file was published."""
        size = path.stat().st_size
        if self.as_json:
            self._event("output", path=str(path), bytes=size)
        elif self.voice is not Voice.QUIET:
            click.echo(f"{display_path(path)}  {_size(size)}")

    def event(self, event: str, **details: Any) -> None:
        """What only a program hears."""
        if self.as_json:
            self._event(event, **details)

    def say(self, message: str, event: str, **details: Any) -> None:
        """A closing sentence."""
        if self.as_json:
            self._event(event, **details)
        elif self.voice is not Voice.QUIET:
            click.echo(message)

    def hint(self, message: str) -> None:
        """Print what a person can do next."""
        if not self.as_json and self.voice is not Voice.QUIET:
            click.echo(f"  hint: {message}", err=True)

    @staticmethod
    def _event(event: str, **details: Any) -> None:
        sys.stdout.write(json.dumps({"event": event, **details}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def display_path(path: Path) -> str:
    """A path from the current folder, or a whole one where the two have nothing in common."""
    here = Path.cwd()
    try:
        shared = Path(os.path.commonpath((path, here)))
    except ValueError:  # on another drive
        return str(path)
    return str(path) if shared == Path(shared.anchor) != here else os.path.relpath(path, here)


def format_rest(entry: FindingGroup[Any]) -> str:
    """Return the line for the findings of a group that are not listed."""
    return f"  and {len(entry.rest):,} more (`--all` lists them)"


def count_by_severity(found: Iterable[Diagnostic]) -> dict[str, int]:
    """How many findings of each severity, as events have them."""
    counted = Counter(diagnostic.severity for diagnostic in found)
    return {f"{severity}s": counted[severity] for severity in Severity}


def format_counts(found: Iterable[Diagnostic]) -> str:
    """ "1 error, 2 warnings and 1 note"; nothing of what there is none, and "" of none at all."""
    counted = [format_count(number, name[:-1]) for name, number in count_by_severity(found).items() if number]
    return " and ".join(part for part in (", ".join(counted[:-1]), *counted[-1:]) if part)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def format_count(number: int, noun: str) -> str:
    """ "1 error", "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
