"""Report progress, findings and results: as text with a status line, as JSON events, or for a CI service.

The formats of CI services are in ``report_formats.py``.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triptych import __version__
from triptych.diagnostics import Diagnostic, Severity, Span, group_findings, group_key, has_errors
from triptych.diagnostics.findings import FindingGroup
from triptych.folders import resolve_links
from triptych.formats import FORMATS
from triptych.project import MANIFEST

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from triptych.cli.excerpts import ExcerptReader
    from triptych.cli.report_formats import PlacedFinding

STAGES: dict[str, str] = {
    "reading": "Reading the source",
    **{str(name): output.progress_message for name, output in FORMATS.items()},
    "checking": "Checking the outputs",
    "publishing": "Writing the outputs",
}


_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_PIPED_WIDTH = 110  # line width in cells if standard error is not a terminal


class Verbosity(IntEnum):
    """The amount of text that a command prints."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


class ReportFormat(StrEnum):
    """The output format of a command. The last three are reports, which are printed at the end."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"

    @property
    def is_report(self) -> bool:
        """Whether the output is a single report with all findings."""
        return self in (ReportFormat.GITLAB, ReportFormat.SARIF, ReportFormat.JUNIT)


@dataclass(frozen=True, slots=True)
class FindingsFile:
    """A file for a report of the findings."""

    output_format: ReportFormat
    path: Path


class Reporter:
    """Reports findings, progress and results in an output format.

    Text output has results on standard output and findings on standard error; other formats have everything
    on standard output. Paths in findings are relative to ``root``; findings without a position are placed in
    ``default_file`` where a format requires one. If ``lists_all`` is true, text output does not group similar
    findings. ``command`` is the name of the command in reports, and ``is_strict`` is true if warnings stop
    it. ``is_provisional`` is true until the command line has been read.
    """

    def __init__(
        self,
        verbosity: Verbosity = Verbosity.NORMAL,
        *,
        output_format: ReportFormat = ReportFormat.TEXT,
        findings_files: Sequence[FindingsFile] = (),
        root: Path = Path(),
        default_file: str = MANIFEST,
        lists_all: bool = False,
        command: str = "triptych",
        is_strict: bool = False,
        is_provisional: bool = False,
    ) -> None:
        self._verbosity, self.output_format, self.findings_files = verbosity, output_format, findings_files
        self._root, self._default_file, self._lists_all = resolve_links(root), default_file, lists_all
        self._command, self._is_strict, self._is_provisional = command, is_strict, is_provisional
        self._status: Any = None
        self._running_checks: list[str] = []
        self._recorded_findings: list[Diagnostic] = []

    @property
    def as_json(self) -> bool:
        """Whether the output is JSON events."""
        return self.output_format is ReportFormat.JSON

    @property
    def writes_reports(self) -> bool:
        """Whether a report is written when the command ends."""
        return self.output_format.is_report or bool(self.findings_files)

    @property
    def _prints_messages(self) -> bool:
        return (
            self.output_format in (ReportFormat.TEXT, ReportFormat.GITHUB)
            and self._verbosity is not Verbosity.QUIET
        )

    @property
    def _prints_steps(self) -> bool:
        return self._prints_messages and self._verbosity is Verbosity.VERBOSE

    @cached_property
    def _error_console(self) -> Console:
        """The console for standard error. Rich is imported only if there is something to print."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)

    @contextmanager
    def show_progress(self) -> Iterator[None]:
        """Show a status line inside the context."""
        if not self._prints_messages or not self._error_console.is_terminal:
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
        elif self._prints_steps:
            click.echo(f"{STAGES.get(name, name)} …", err=True)

    def show_status(self, text: str) -> None:
        """Replace the text of the status line, if it is shown."""
        if self._status is not None:
            self._status.update(text)

    def begin_check(self, check: str) -> None:
        """Show that a check, such as "the PDF", has started. Several checks may run at the same time."""
        self._running_checks.append(check)
        self._show_running_checks()
        if self._status is None and self._prints_steps:
            click.echo(f"Checking {check} …", err=True)

    def end_check(self, check: str) -> None:
        """Show that a check has ended."""
        self._running_checks.remove(check)
        self._show_running_checks()

    def _show_running_checks(self) -> None:
        if self._running_checks:
            self.show_status(f"Checking {', '.join(self._running_checks)} …")

    def report_findings(self, findings: Iterable[Diagnostic]) -> None:
        """Report findings. Text output groups similar ones, and is limited to errors with ``--quiet``."""
        findings = list(findings)
        self.record_findings(findings)
        if self.as_json:
            for diagnostic in findings:
                self._write_json("diagnostic", **self.to_json(diagnostic))
        if self.output_format is not ReportFormat.TEXT:
            return
        reported = self._select_findings(findings)
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

    def _select_findings(self, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
        is_quiet = self._verbosity is Verbosity.QUIET
        return [finding for finding in findings if not is_quiet or finding.severity is Severity.ERROR]

    def record_findings(self, findings: Sequence[Diagnostic]) -> None:
        """Annotate findings for GitHub, and keep them for the reports that ``finish`` writes."""
        if self.writes_reports:
            self._recorded_findings += findings
        if self.output_format is ReportFormat.GITHUB:
            from triptych.cli.report_formats import format_github_command

            for located in self._place_findings(
                self._select_findings(findings), find_base_folder(self._root)
            ):
                click.echo(format_github_command(located))

    def record_failure(self, reason: str) -> None:
        """Record an error that does not concern a source file, for the reports."""
        failed = Diagnostic(code="command-failed", message=reason, configured=Severity.ERROR)
        if self.writes_reports:
            self._recorded_findings.append(failed)

    def discard_reports(self) -> None:
        """Do not write reports, since another process has written them."""
        self.output_format, self.findings_files = ReportFormat.TEXT, ()

    def finish(self, exit_code: int) -> None:
        """Write the reports with all findings. Raise OSError on failure."""
        if not self.writes_reports or (self._is_provisional and exit_code == 0):  # after --help
            return
        from triptych.cli.report_formats import REPORT_RENDERERS, ReportedRun

        if exit_code and not has_errors(self._recorded_findings, strict=self._is_strict):
            self.record_failure(f"{self._command} ended with exit code {exit_code}")
        base = find_base_folder(self._root)
        findings = self._place_findings(self._recorded_findings, base)
        run = ReportedRun(
            command=self._command,
            version=__version__,
            base=base,
            exit_code=exit_code,
            is_strict=self._is_strict,
            guide_url=find_guide_url(),
        )
        if self.output_format.is_report:
            click.echo(REPORT_RENDERERS[self.output_format](findings, run).encode(), nl=False)
        if self.findings_files:
            from triptych.engine.publication import publish_files

            publish_files(
                {
                    file.path: REPORT_RENDERERS[file.output_format](findings, run).encode()
                    for file in self.findings_files
                }
            )

    def _place_findings(self, findings: Iterable[Diagnostic], base: Path) -> list[PlacedFinding]:
        from triptych.cli.report_formats import PlacedFinding

        located = []
        for finding in findings:
            span = finding.span or Span(path=self._default_file)
            path = Path(os.path.normpath(self._root / span.path))
            located.append(
                PlacedFinding(
                    code=finding.code,
                    severity=finding.severity,
                    message=finding.message,
                    hint=finding.hint or "",
                    path=path.relative_to(base) if path.is_relative_to(base) else path,
                    line=max(1, span.line),
                    column=max(1, span.column),
                )
            )
        return located

    def to_json(self, diagnostic: Diagnostic) -> dict[str, str | int | None]:
        """Convert a finding to JSON, with the absolute path of its source file as ``file``."""
        file = str(self._root / diagnostic.span.path) if diagnostic.span else None
        return {**diagnostic.to_json(), "file": file}

    def format_span(self, span: Span) -> str:
        """Format a position as ``path:line:column``. The path is relative to the current folder."""
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
        else:
            self._print_text(f"{format_path(path)}  {_format_size(size)}")

    def write_event(self, event: str, **details: Any) -> None:
        """Write a JSON event. In text output, do nothing."""
        if self.as_json:
            self._write_json(event, **details)

    def print_message(self, message: str, event: str, **details: Any) -> None:
        """Print a message or, in JSON output, write an event with ``details``."""
        if self.as_json:
            self._write_json(event, **details)
        else:
            self._print_text(message)

    def _print_text(self, text: str) -> None:
        if self.output_format is ReportFormat.GITHUB:
            from triptych.cli.report_formats import escape_workflow_command

            text = escape_workflow_command(text)
        if self._prints_messages:
            click.echo(text)

    def print_hint(self, message: str) -> None:
        """Print a hint on standard error in text output."""
        if self._prints_messages:
            click.echo(f"  hint: {message}", err=True)

    @staticmethod
    def _write_json(event: str, **details: Any) -> None:
        line = json.dumps({"event": event, **details}, ensure_ascii=False)
        try:
            line.encode(sys.stdout.encoding)
        except UnicodeEncodeError:  # file names or terminals that are not UTF-8
            line = json.dumps({"event": event, **details})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def find_base_folder(root: Path) -> Path:
    """Return the folder that paths in annotations and reports are relative to.

    It is the checkout of the CI service if that contains ``root``, or else the current folder.
    """
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        checkout = os.environ.get(name)
        if checkout and root.is_relative_to(folder := resolve_links(Path(checkout))):
            return folder
    try:
        return Path.cwd()
    except OSError:  # the current folder has been deleted
        return root


def find_guide_url() -> str:
    """Return the address of the guide from the package's metadata, or "" if there is none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        entries = metadata("triptych").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return ""
    urls: dict[str, str] = dict(entry.split(", ", 1) for entry in entries)
    return urls.get("Documentation", "")


def format_path(path: Path) -> str:
    """Return a path relative to the current folder.

    Return the absolute path if both share only the root, or if the current folder was deleted.
    """
    try:
        current = Path.cwd()
        common_folder = Path(os.path.commonpath((path, current)))
    except (OSError, ValueError):  # deleted, or on another drive
        return str(path)
    return (
        str(path)
        if common_folder == Path(common_folder.anchor) != current
        else os.path.relpath(path, current)
    )


def format_omitted_count(entry: FindingGroup[Any]) -> str:
    """Format the line with the number of findings in a group that are not listed."""
    return f"  and {len(entry.rest):,} more (`--all` lists them)"


def count_by_severity(findings: Iterable[Diagnostic]) -> dict[str, int]:
    """Count the findings of each severity. The keys are the field names of JSON events."""
    counts = Counter(diagnostic.severity for diagnostic in findings)
    return {f"{severity}s": counts[severity] for severity in Severity}


def format_counts(findings: Iterable[Diagnostic]) -> str:
    """Format the numbers of findings, such as "1 error, 2 warnings and 1 note"; "" if there are none."""
    counts = [
        format_count(number, name[:-1]) for name, number in count_by_severity(findings).items() if number
    ]
    return " and ".join(part for part in (", ".join(counts[:-1]), *counts[-1:]) if part)


def _format_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def format_count(number: int, noun: str) -> str:
    """Format a number with its noun, such as "1 error" or "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
