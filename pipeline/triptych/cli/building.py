"""Build a project once for a command, and report what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from triptych.cli.report import Reporter, count_by_severity, format_counts
from triptych.cli.surroundings import ExitCode, Stopped, exit_code_for, prepare_for_work, raise_if_stopped
from triptych.diagnostics import Diagnostic
from triptych.engine.freshness import (
    UNREPEATED_CODES,
    Record,
    build_key,
    find_build_links,
    read_record,
    record_path,
    write_record,
)
from triptych.engine.store.journal import JournalEntry, count_runs
from triptych.project import Project

if TYPE_CHECKING:
    from triptych.request import Outcome, Request
    from triptych.session import BuildSession


@dataclass(frozen=True, slots=True)
class Built:
    """The exit code of a build, its findings, and the digests of its outputs by path."""

    code: int
    found: Sequence[Diagnostic] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return what another process needs to report the build."""
        return {"found": [one.to_json() for one in self.found], "outputs": dict(self.outputs)}


def build_once(
    project: Project,
    request: Request,
    report: Reporter,
    *,
    force: bool = False,
    session: BuildSession | None = None,
    rehearses: bool = False,
) -> Built:
    """Build if anything has changed, and report the outcome.

    Without a ``session`` a running one of the project is asked to build. If nothing has changed, a session
    may rehearse, so that its first edit is built as quickly as the next ones.
    """
    if found := find_build_links(project):  # before a record is read or written there
        report.diagnostics(found)
        report.say(
            f"Nothing was written: found {format_counts(found)}.", "failed", **count_by_severity(found)
        )
        return Built(ExitCode.SOURCE, found)
    key = build_key(project, request.list_options(trusted=project.trusted), project.records)
    place = record_path(project.records, key)
    record = None if force else read_record(place)
    # Files that are missing now are no inputs of the build that follows.
    if record is not None and record.is_current(Project(project.root, project.environ), key):
        project.digests.update(record.inputs)
        found = [Diagnostic.from_json(one) for one in record.diagnostics]
        report.diagnostics(found)
        outputs = list(record.outputs)
        report.say("Nothing has changed; the outputs are up to date.", "up-to-date", outputs=outputs)
        if rehearses:
            _rehearse(project, request, session)
        return Built(0, found, record.outputs)
    if session is None and not force and not request.explained:
        from triptych.engine.build_socket import request_build

        outcome = request_build(project.records, key)
        if outcome is not None:
            return _report_answer(outcome, request, report)
    with prepare_for_work():
        outcome_here = _press(project, request, report, session)
    if outcome_here is None:
        return Built(ExitCode.ENVIRONMENT)
    found, files = outcome_here.diagnostics, outcome_here.digests
    outputs_here = {str(path): digest for path, digest in files.items()}
    code = _report(found, outcome_here.paths, request, report)
    if outcome_here.ok:
        if request.explained:
            report_steps(report, outcome_here.steps)
        kept = tuple(finding.to_json() for finding in found if finding.code not in UNREPEATED_CODES)
        write_record(place, Record(key, dict(project.digests), outputs_here, kept))
    return Built(code, found, outputs_here)


def _report(found: Sequence[Diagnostic], paths: Sequence[Path], request: Request, report: Reporter) -> int:
    """Report an outcome, and return the exit code."""
    report.diagnostics(found)
    if not paths:
        report.say(
            f"Nothing was written: found {format_counts(found)}.", "failed", **count_by_severity(found)
        )
        folder = request.output_folder
        if not (folder.is_dir() and any(path.is_file() for path in folder.iterdir())):  # of a newcomer
            report.hint(
                "run `triptych explain CODE` to understand a finding; `triptych docs` opens the guide"
            )
        return exit_code_for(found, strict=request.strict)
    for path in paths:
        report.output(path)
    if report.as_json or found:
        report.say(f"Built with {format_counts(found)}.", "done", **count_by_severity(found))
    return 0


def _report_answer(outcome: Mapping[str, object], request: Request, report: Reporter) -> Built:
    """Report what a running session has built."""
    found = [Diagnostic.from_json(one) for one in outcome["found"]]  # type: ignore[attr-defined]
    outputs: Mapping[str, str] = outcome["outputs"]  # type: ignore[assignment]
    return Built(_report(found, [Path(path) for path in outputs], request, report), found, outputs)


def _rehearse(project: Project, request: Request, session: BuildSession | None) -> None:
    """Have all processes build everything without publishing, so that they know the book."""
    from triptych.press import press

    request = replace(request, publishes=False, explained=False)
    press(Project(project.root, project.environ, trusted=project.trusted), request, _stop, session)


def _stop(stage: str) -> None:
    raise_if_stopped()


def _press(
    project: Project, request: Request, report: Reporter, session: BuildSession | None
) -> Outcome | None:
    """Build; None if the operating system refused, which is reported."""
    from triptych.press import press

    def tell(stage: str) -> None:
        raise_if_stopped()
        report.stage(stage)

    try:
        with report.running():
            outcome = press(project, request, tell, session)
            if not outcome.ok:
                raise_if_stopped()  # a signal may be the cause of the findings
        return outcome
    except Stopped:
        report.event("failed", errors=0, warnings=0, reason="stopped")
        raise
    except OSError as error:
        if error.errno is None:  # a library that cannot be loaded, which the group reports
            report.event("failed", errors=1, warnings=0, reason=str(error))
            raise
        from triptych.cli import report_os_error

        reason = report_os_error(error, request.output_folder)
        report.event("failed", errors=1, warnings=0, notes=0, reason=reason)
        return None


_SHOWN = 12  # subjects of a step that are named; JSON has all


def report_steps(report: Reporter, steps: Iterable[JournalEntry]) -> None:
    """A line for each step, and below it what ran of it, with the inputs that had changed."""
    told = list(steps)
    counts = count_runs(told)
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
