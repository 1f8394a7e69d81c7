"""Build the outputs of a project: ``triptych build``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triptych.cli.lifecycle import ExitCode, Stopped, exit_code_for, prepare_for_work, raise_if_stopped
from triptych.cli.options import (
    CacheLocation,
    cache_option,
    formats_option,
    jobs_option,
    limits_option,
    profile_option,
    project_argument,
    reporting_options,
)
from triptych.cli.report import Reporter, count_by_severity, format_counts
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
from triptych.formats import OutputFormat
from triptych.project import BUILD_FOLDER, Project
from triptych.request import Outcome, Request

if TYPE_CHECKING:
    from triptych.session import BuildSession


@click.command()
@project_argument
@formats_option()
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    show_default="DIR/build",
    help="Output folder.",
)
@profile_option
@click.option("--talk", metavar="NAME", default="", help="Build the deck for a talk listed under `talks:`.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@jobs_option()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.option("--watch", is_flag=True, help="Rebuild after each change; stop with Ctrl-C.")
@click.option("--explain", is_flag=True, help="Report which steps ran and which inputs changed.")
@limits_option("trusted")
@cache_option
@reporting_options
@click.pass_context
def build(
    ctx: click.Context,
    folder: Path,
    formats: tuple[OutputFormat, ...] | None,
    output_dir: Path | None,
    profiles: tuple[str, ...],
    talk: str,
    strict: bool,
    jobs: int | None,
    force: bool,
    watch: bool,
    explain: bool,
    trusted: bool,
    cache: CacheLocation,
    report: Reporter,
) -> None:
    """Build the PDF, the EPUB and the PowerPoint deck of a project.

    DIR is the folder that contains source/book.yaml (default: the current one). If the source has errors,
    nothing is written and earlier outputs are kept.

    \b
    Example:
      triptych build my-report --to pdf,epub --strict
    """
    project = Project(folder, trusted=trusted)
    request = Request(
        output_folder=(output_dir or project.root / BUILD_FOLDER).resolve(),
        formats=formats,
        cache_folder=cache.folder or project.records,
        cache_address=cache.url,
        records_folder=project.records,
        strict=strict,
        jobs=jobs or 0,
        profiles=profiles,
        talk=talk,
        explained=explain,
    )
    if watch:
        from triptych.cli.rebuilding import build_after_changes

        build_after_changes(project, request, report, force=force)
    ctx.exit(build_once(project, request, report, force=force).code)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build: exit code, findings, and ``outputs``, which maps output paths to digests."""

    code: int
    found: Sequence[Diagnostic] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the findings and outputs as JSON, for a process that requested the build."""
        return {"found": [one.to_json() for one in self.found], "outputs": dict(self.outputs)}


def build_once(
    project: Project,
    request: Request,
    report: Reporter,
    *,
    force: bool = False,
    session: BuildSession | None = None,
    warms_up: bool = False,
) -> BuildResult:
    """Build if anything has changed, and report the outcome.

    If ``session`` is None and another process has a session open for the project, that session builds. If
    nothing has changed and ``warms_up`` is set, run the build without publishing, so that the first edit is
    built as quickly as later edits.
    """
    if found := find_build_links(project):  # before a record is read or written in these folders
        return BuildResult(_report(found, (), request, report), found)
    key = build_key(project, request.list_options(trusted=project.trusted), project.records)
    path = record_path(project.records, key)
    record = None if force else read_record(path)
    # A separate project, so that files missing at this time do not become inputs of the build.
    if record is not None and record.is_current(Project(project.root, project.environ), key):
        project.digests.update(record.inputs)
        found = [Diagnostic.from_json(one) for one in record.diagnostics]
        report.report_findings(found)
        outputs = list(record.outputs)
        report.say("Nothing has changed; the outputs are up to date.", "up-to-date", outputs=outputs)
        if warms_up:
            _warm_up(project, request, session)
        return BuildResult(0, found, record.outputs)
    if session is None and not force and not request.explained:
        from triptych.engine.build_socket import request_build

        answer = request_build(project.records, key)
        if answer is not None:
            return _report_answer(answer, request, report)
    with prepare_for_work():
        outcome = _press(project, request, report, session)
    if outcome is None:
        return BuildResult(ExitCode.ENVIRONMENT)
    found, digests = outcome.diagnostics, {str(path): digest for path, digest in outcome.digests.items()}
    code = _report(found, outcome.paths, request, report)
    if outcome.ok:
        if request.explained:
            report_steps(report, outcome.steps)
        kept = tuple(finding.to_json() for finding in found if finding.code not in UNREPEATED_CODES)
        write_record(path, Record(key, dict(project.digests), digests, kept))
    return BuildResult(code, found, digests)


def _report(found: Sequence[Diagnostic], paths: Sequence[Path], request: Request, report: Reporter) -> int:
    """Report the findings and outputs of a build, and return the exit code."""
    report.report_findings(found)
    if not paths:
        report.say(
            f"Nothing was written: found {format_counts(found)}.", "failed", **count_by_severity(found)
        )
        folder = request.output_folder
        if not (folder.is_dir() and any(path.is_file() for path in folder.iterdir())):  # the first build
            report.print_hint(
                "run `triptych explain CODE` to understand a finding; `triptych docs` opens the guide"
            )
        return exit_code_for(found, strict=request.strict)
    for path in paths:
        report.report_output(path)
    if report.as_json or found:
        report.say(f"Built with {format_counts(found)}.", "done", **count_by_severity(found))
    return 0


def _report_answer(answer: Mapping[str, Any], request: Request, report: Reporter) -> BuildResult:
    found = [Diagnostic.from_json(one) for one in answer["found"]]
    outputs: Mapping[str, str] = answer["outputs"]
    return BuildResult(_report(found, [Path(path) for path in outputs], request, report), found, outputs)


def _warm_up(project: Project, request: Request, session: BuildSession | None) -> None:
    """Build without publishing, so that all processes of the session have the book in memory."""
    from triptych.press import press

    request = replace(request, publishes=False, explained=False)
    own = Project(project.root, project.environ, trusted=project.trusted)
    press(own, request, lambda stage: raise_if_stopped(), session)


def _press(
    project: Project, request: Request, report: Reporter, session: BuildSession | None
) -> Outcome | None:
    """Run the build and return its outcome. Report operating system errors, and return None after them."""
    from triptych.press import press

    def report_stage(stage: str) -> None:
        raise_if_stopped()
        report.begin_stage(stage)

    try:
        with report.show_progress():
            outcome = press(project, request, report_stage, session)
            if not outcome.ok:
                raise_if_stopped()  # the findings may be the result of a signal
        return outcome
    except Stopped:
        report.write_event("failed", errors=0, warnings=0, reason="stopped")
        raise
    except OSError as error:
        if error.errno is None:  # a library that cannot be loaded, which ``Commands.invoke`` reports
            report.write_event("failed", errors=1, warnings=0, reason=str(error))
            raise
        from triptych.cli import report_os_error

        reason = report_os_error(error, request.output_folder)
        report.write_event("failed", errors=1, warnings=0, notes=0, reason=reason)
        return None


_SHOWN = 12  # maximum number of tasks listed for a step in text; JSON has all


def report_steps(report: Reporter, steps: Sequence[JournalEntry]) -> None:
    """Report how many tasks of each step ran, and which changed inputs made them run."""
    counts = count_runs(steps)
    for name, group in groupby(steps, key=lambda entry: entry.step):
        entries = list(group)
        for entry in entries:
            report.write_event(
                "step", name=name, subject=entry.subject, ran=entry.ran, changed_inputs=list(entry.because)
            )
        if report.as_json:
            continue
        ran, kept = counts[name]
        report.say(f"{name:<13}{ran:>4} ran {kept:>5} cached   {entries[0].description}", "")
        for entry in [entry for entry in entries if entry.ran][:_SHOWN]:
            reason = f"{' and '.join(entry.because)} changed" if entry.because else "new"
            report.say(f"    {entry.subject or 'whole book'}: {reason}", "")
        if ran > _SHOWN:
            report.say(f"    and {ran - _SHOWN} more", "")
