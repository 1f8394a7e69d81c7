"""Report progress, findings and results as text, with a status line on a terminal, or as JSON events."""

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
from triptych.folders import resolve_links
from triptych.formats import FORMATS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from triptych.cli.excerpts import ExcerptReader

STAGES: dict[str, str] = {
    "reading": "Reading the source",
    **{str(name): output.progress_message for name, output in FORMATS.items()},
    "checking": "Checking the outputs",
    "publishing": "Writing the outputs",
}


_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_PIPED_WIDTH = 110  # width of a line in cells if standard error is not a terminal


class Verbosity(IntEnum):
    """The amount of text that a command prints."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


class Reporter:
    """Writes text or JSON events. Results are printed on standard output, findings on standard error.

    Findings have paths relative to ``root``. If ``lists_all`` is set, similar findings are not grouped.
    """

    def __init__(
        self,
        verbosity: Verbosity = Verbosity.NORMAL,
        *,
        as_json: bool = False,
        root: Path = Path(),
        lists_all: bool = False,
    ) -> None:
        self._verbosity, self.as_json = verbosity, as_json
        self._root, self._lists_all = resolve_links(root), lists_all
        self._status: Any = None
        self._running_checks: list[str] = []

    @cached_property
    def _error_console(self) -> Console:
        """Return the console for standard error. Rich is imported only if there is something to print."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)

    @contextmanager
    def show_progress(self) -> Iterator[None]:
        """Show a status line while the block runs."""
        if self.as_json or self._verbosity is Verbosity.QUIET or not self._error_console.is_terminal:
            yield
            return
        with self._error_console.status("") as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def begin_stage(self, name: str) -> None:
        """Report that a stage begins."""
        if self.as_json:
            self._write_json("stage", name=name)
        elif self._status is not None:
            self._status.update(f"{STAGES.get(name, name)} …")
        elif self._verbosity is Verbosity.VERBOSE:
            click.echo(f"{STAGES.get(name, name)} …", err=True)

    def show_status(self, text: str) -> None:
        """Replace the text of the status line, if there is one."""
        if self._status is not None:
            self._status.update(text)

    def begin_check(self, check: str) -> None:
        """Show that a check, such as "the PDF", has started. Several checks may run at the same time."""
        self._running_checks.append(check)
        self._show_running_checks()
        if self._status is None and self._verbosity is Verbosity.VERBOSE and not self.as_json:
            click.echo(f"Checking {check} …", err=True)

    def end_check(self, check: str) -> None:
        """Show that a check has ended."""
        self._running_checks.remove(check)
        self._show_running_checks()

    def _show_running_checks(self) -> None:
        if self._running_checks:
            self.show_status(f"Checking {', '.join(self._running_checks)} …")

    def report_findings(self, findings: Iterable[Diagnostic]) -> None:
        """Report findings. Text output groups similar findings, and is limited to errors with ``--quiet``."""
        if self.as_json:
            for diagnostic in findings:
                self._write_json("diagnostic", **self.to_json(diagnostic))
            return
        is_quiet = self._verbosity is Verbosity.QUIET
        reported = [one for one in findings if not is_quiet or one.severity is Severity.ERROR]
        if not reported:
            return
        from triptych.cli.excerpts import ExcerptReader, replace_control_characters

        excerpts = ExcerptReader(self._root)
        for entry in map(FindingGroup, reported) if self._lists_all else group_findings(reported, group_key):
            text = self._format_diagnostic(entry.first, excerpts)
            for other in entry.also:
                place = f"{self.format_span(other.span)}: " if other.span else ""
                text.append(f"\n  also: {place}{other.message}")
            if entry.rest:
                text.append(f"\n{format_omitted_count(entry)}")
            plain = replace_control_characters(text.plain)
            if plain != text.plain:  # of the same length, so that the styles remain valid
                text.plain = plain
            self._error_console.print(text)

    def to_json(self, diagnostic: Diagnostic) -> dict[str, str | int | None]:
        """Convert a finding to JSON, adding the absolute path of its source file as ``file``."""
        file = str(self._root / diagnostic.span.path) if diagnostic.span else None
        return {**diagnostic.to_json(), "file": file}

    def format_span(self, span: Span) -> str:
        """Format a position as ``path:line:column``, with the path relative to the current folder."""
        return f"{format_path(self._root / span.path)}:{span.line}:{span.column}"

    def _format_diagnostic(self, diagnostic: Diagnostic, excerpts: ExcerptReader) -> Text:
        """Format a finding with an excerpt of its source line and its hint."""
        from rich.text import Text

        colour = f"bold {_COLOURS[diagnostic.severity]}"
        text = Text(f"{self.format_span(diagnostic.span)}: " if diagnostic.span else "")
        text.append(f"{diagnostic.severity}[{diagnostic.code}]", style=colour)
        text.append(f": {diagnostic.message}")
        if diagnostic.span:
            gutter = " " * max(3, len(str(diagnostic.span.line)))
            width = self._error_console.width if self._error_console.is_terminal else _PIPED_WIDTH
            excerpt = excerpts.get_excerpt(diagnostic.span, max(20, width - len(gutter) - 4))
            if excerpt is not None:
                text.append(f"\n{excerpt.line_number:>{len(gutter)}} | ", style="bold blue")
                text.append(excerpt.text)
            if excerpt is not None and excerpt.caret_column is not None:
                text.append(f"\n{gutter} | ", style="bold blue")
                text.append(" " * excerpt.caret_column + "^", style=colour)
        if diagnostic.hint:
            text.append("\n  hint: ", style="bold")
            text.append(diagnostic.hint)
        return text

    def report_output(self, path: Path) -> None:
        """Report the path and size of a published file."""
        size = path.stat().st_size
        if self.as_json:
            self._write_json("output", path=str(path), bytes=size)
        elif self._verbosity is not Verbosity.QUIET:
            click.echo(f"{format_path(path)}  {_format_size(size)}")

    def write_event(self, event: str, **details: Any) -> None:
        """Write a JSON event. Print nothing if the output is text."""
        if self.as_json:
            self._write_json(event, **details)

    def print_message(self, message: str, event: str, **details: Any) -> None:
        """Print a message, or write a JSON event with ``details`` instead."""
        if self.as_json:
            self._write_json(event, **details)
        elif self._verbosity is not Verbosity.QUIET:
            click.echo(message)

    def print_hint(self, message: str) -> None:
        """Print a hint on standard error if the output is text."""
        if not self.as_json and self._verbosity is not Verbosity.QUIET:
            click.echo(f"  hint: {message}", err=True)

    @staticmethod
    def _write_json(event: str, **details: Any) -> None:
        line = json.dumps({"event": event, **details}, ensure_ascii=False)
        try:
            line.encode(sys.stdout.encoding)
        except UnicodeEncodeError:  # file names that are not UTF-8, or a terminal that is not
            line = json.dumps({"event": event, **details})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def format_path(path: Path) -> str:
    """Return a path relative to the current folder.

    Return the absolute path if both share only the root, or if the current folder was deleted.
    """
    try:
        current = Path.cwd()
        shared = Path(os.path.commonpath((path, current)))
    except (OSError, ValueError):  # deleted, or on another drive
        return str(path)
    return str(path) if shared == Path(shared.anchor) != current else os.path.relpath(path, current)


def format_omitted_count(entry: FindingGroup[Any]) -> str:
    """Format the line with the number of findings in a group that are not listed."""
    return f"  and {len(entry.rest):,} more (`--all` lists them)"


def count_by_severity(findings: Iterable[Diagnostic]) -> dict[str, int]:
    """Count the findings of each severity. The keys are the names of the fields in JSON events."""
    counted = Counter(diagnostic.severity for diagnostic in findings)
    return {f"{severity}s": counted[severity] for severity in Severity}


def format_counts(findings: Iterable[Diagnostic]) -> str:
    """Format the number of findings, such as "1 error, 2 warnings and 1 note", or "" if there are none."""
    counted = [
        format_count(number, name[:-1]) for name, number in count_by_severity(findings).items() if number
    ]
    return " and ".join(part for part in (", ".join(counted[:-1]), *counted[-1:]) if part)


def _format_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def format_count(number: int, noun: str) -> str:
    """Format a number with its noun, such as "1 error" or "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
