"""What a run says: rich progress on a terminal, plain lines elsewhere, JSON events with ``--json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from triptych.diagnostics import Diagnostic, Severity

STAGES = {
    "reading": "Reading the sources",
    "pdf": "Setting the PDF",
    "epub": "Making the EPUB",
    "pptx": "Drawing the deck",
    "checking": "Checking the files",
    "publishing": "Publishing",
}


_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Voice(IntEnum):
    """How much a run says."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


class Reporter:
    """Speaks to a person or to a program; results go to standard output, findings to standard error."""

    def __init__(self, voice: Voice = Voice.NORMAL, *, as_json: bool = False) -> None:
        self.voice, self.as_json = voice, as_json
        self._errors = Console(stderr=True, highlight=False, soft_wrap=True)
        self._status: Any = None
        self._open: list[str] = []

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
        """All findings of the run; warnings are left out when quiet."""
        for diagnostic in found:
            if self.as_json:
                self._event("diagnostic", **diagnostic.to_json())
            elif self.voice is not Voice.QUIET or diagnostic.severity is Severity.ERROR:
                self._errors.print(_styled(diagnostic))

    def output(self, path: Path) -> None:
        """A file was published."""
        size = path.stat().st_size
        if self.as_json:
            self._event("output", path=str(path), bytes=size)
        elif self.voice is not Voice.QUIET:
            click.echo(f"{_short(path)}  {_size(size)}")

    def say(self, message: str, event: str, **details: Any) -> None:
        """A closing sentence."""
        if self.as_json:
            self._event(event, **details)
        elif self.voice is not Voice.QUIET:
            click.echo(message)

    @staticmethod
    def _event(event: str, **details: Any) -> None:
        sys.stdout.write(json.dumps({"event": event, **details}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _styled(diagnostic: Diagnostic) -> Text:
    colour = _COLOURS[diagnostic.severity]
    text = Text(f"{diagnostic.span}: " if diagnostic.span else "")
    text.append(f"{diagnostic.severity}[{diagnostic.code}]", style=f"bold {colour}")
    text.append(f": {diagnostic.message}")
    if diagnostic.hint:
        text.append("\n  hint: ", style="bold")
        text.append(diagnostic.hint)
    return text


def _short(path: Path) -> str:
    """Relative to where the person stands, if that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def count(number: int, noun: str) -> str:
    """ "1 error", "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
