"""Build the outputs of a project: ``triptych build``."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triptych.cli.lifecycle import (
    OWN_PROCESS,
    ExitCode,
    StoppedBySignal,
    choose_exit_code,
    clear_stop_signals,
    handle_stop_signals,
    prepare_for_work,
    raise_if_stopped,
)
from triptych.cli.options import (
    CacheLocation,
    build_limits_options,
    cache_option,
    formats_option,
    jobs_option,
    limits_option,
    profile_option,
    project_argument,
    reporting_options,
    trust_option,
)
from triptych.cli.report import Reporter, count_by_severity, format_counts
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.build_records import (
    UNREPEATED_CODES,
    BuildRecord,
    check_build_folder,
    get_record_path,
    make_build_key,
    read_record,
    write_record,
)
from triptych.engine.store.journal import JournalEntry, count_tasks_by_step
from triptych.folders import resolve_links
from triptych.formats import OutputFormat
from triptych.project import BUILD_FOLDER, MANIFEST, Project
from triptych.request import BuildOutcome, BuildRequest

if TYPE_CHECKING:
    from triptych.engine.processes.limits import ResourceLimits
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
@limits_option("trusted", "Refuse `limits:` in book.yaml and limit the whole build, or allow `limits:`.")
@build_limits_options
@trust_option
@cache_option
@reporting_options()
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
    runs_filters: bool,
    max_time: float | None,
    max_memory: int | None,
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
    if watch and report.writes_reports:
        raise click.UsageError("--watch can be used with the formats text, json and github, without files.")
    project = Project(folder, trusted=trusted, runs_filters=runs_filters)
    limits = None
    if ctx.find_root().obj == OWN_PROCESS and not watch:
        limits = choose_build_limits(max_time, max_memory, trusted=trusted)
    if limits is not None:
        from triptych.engine.processes.limits import BUILD_JOBS
        from triptych.engine.processes.pool import count_processors

        jobs = jobs or min(BUILD_JOBS, count_processors())
    request = BuildRequest(
        output_folder=resolve_links(output_dir or project.root / BUILD_FOLDER),
        formats=formats,
        cache_folder=cache.folder or project.records_folder,
        cache_address=cache.url,
        records_folder=project.records_folder,
        strict=strict,
        jobs=jobs or 0,
        profiles=profiles,
        talk=talk,
        lists_steps=explain,
    )
    if watch:
        from triptych.cli.rebuilding import build_after_changes

        build_after_changes(project, request, report, force=force)
    if limits is not None:
        ctx.exit(build_with_limits(limits, project, request, report, force=force))
    ctx.exit(build_once(project, request, report, force=force).exit_code)


def choose_build_limits(seconds: float | None, memory: int | None, *, trusted: bool) -> ResourceLimits | None:
    """Return the limits of a whole build: those given, or the defaults for an untrusted source.

    Raise ``UsageError`` if limits are given on a system that cannot fork processes. The defaults have no
    effect there.
    """
    if trusted and seconds is None and memory is None:
        return None
    if not hasattr(os, "fork"):
        if seconds is None and memory is None:
            return None
        raise click.UsageError("--max-time and --max-memory are not available on this system.")
    from triptych.engine.processes.limits import BUILD_LIMITS, UNLIMITED, ResourceLimits

    defaults = UNLIMITED if trusted else BUILD_LIMITS
    return ResourceLimits(seconds or defaults.seconds, memory or defaults.memory)


def build_with_limits(
    limits: ResourceLimits, project: Project, request: BuildRequest, report: Reporter, *, force: bool
) -> int:
    """Build in a supervised process; return the exit code. Report SEC009 if it exceeds the limits."""
    from triptych.engine.processes.limits import LimitExceededError, has_lower_memory_limit
    from triptych.engine.processes.supervision import supervise
    from triptych.engine.temporary_files import get_temporary_folder

    try:
        code = supervise(limits)
    except LimitExceededError as error:
        get_temporary_folder()  # removes the folder of the killed process
        finding = report_exceeded_limit(project, str(error), error.position)
        return _report_outcome([finding], (), request, report)
    if code is not None:
        report.discard_reports()
        return code
    try:  # this is the supervised process
        with handle_stop_signals():
            return build_once(project, request, report, force=force).exit_code
    except StoppedBySignal as stop:
        clear_stop_signals()
        report.discard_reports()  # the supervising process writes the reports
        return stop.exit_code
    except (MemoryError, OSError) as error:
        if has_lower_memory_limit(limits.memory) or getattr(error, "errno", errno.ENOMEM) != errno.ENOMEM:
            raise
        os.abort()  # the supervising process reports the error


def report_exceeded_limit(project: Project, used: str, activity: str) -> Diagnostic:
    """Report SEC009 at the file that the build was working on, or else at the manifest.

    ``used`` is the resource that was exhausted, and ``activity`` the last activity of the largest process.
    """
    words = activity.rpartition(": ")[2].split()
    path = next((word for word in words[:1] if (project.root / word).is_file()), MANIFEST)
    option = "--max-memory" if "memory" in used else "--max-time"
    stopped_during = f"; it was stopped during: {activity}" if activity else ""
    return Diagnostic(
        code="SEC009",
        span=Span(path=path),
        message=f"the build used {used}{stopped_during}",
        hint=f"simplify or split this part of the book, or raise the limit with `{option}`",
    )


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build: exit code, findings, and ``outputs``, which maps paths to digests."""

    exit_code: int
    findings: Sequence[Diagnostic] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the findings and outputs as JSON, for a process that requested the build."""
        return {"found": [finding.to_json() for finding in self.findings], "outputs": dict(self.outputs)}


def build_once(
    project: Project,
    request: BuildRequest,
    report: Reporter,
    *,
    force: bool = False,
    session: BuildSession | None = None,
    warms_up: bool = False,
) -> BuildResult:
    """Build if anything has changed, and report the outcome.

    If ``session`` is None and another process has a session open for the project, that session runs the
    build. If nothing has changed and ``warms_up`` is true, build without publishing, so that the first edit
    is built as quickly as later ones.
    """
    if findings := check_build_folder(project):  # before records in these folders are read or written
        return BuildResult(_report_outcome(findings, (), request, report), findings)
    key = make_build_key(project, request.list_options(project), project.records_folder)
    path = get_record_path(project.records_folder, key)
    record = None if force else read_record(path)
    # A separate project, so that files missing now do not become inputs of the build.
    if record is not None and record.is_current(Project(project.root, project.environ), key):
        project.digests.update(record.inputs)
        findings = [Diagnostic.from_json(diagnostic) for diagnostic in record.diagnostics]
        report.report_findings(findings)
        outputs = list(record.outputs)
        report.print_message(
            "Nothing has changed; the outputs are up to date.", "up-to-date", outputs=outputs
        )
        if warms_up:
            _warm_up(project, request, session)
        _remove_stale_folders()
        return BuildResult(0, findings, record.outputs)
    if session is None and not force and not request.lists_steps:
        from triptych.engine.build_socket import request_build

        answer = request_build(project.records_folder, key)
        if answer is not None:
            return _report_session_answer(answer, request, report)
    with prepare_for_work():
        outcome = _run_build(project, request, report, session)
    if outcome is None:
        return BuildResult(ExitCode.ENVIRONMENT)
    findings, digests = outcome.diagnostics, {str(path): digest for path, digest in outcome.digests.items()}
    code = _report_outcome(findings, outcome.paths, request, report)
    if outcome.has_outputs:
        if request.lists_steps:
            report_steps(report, outcome.steps)
        repeatable = tuple(finding.to_json() for finding in findings if finding.code not in UNREPEATED_CODES)
        write_record(path, BuildRecord(key, dict(project.digests), digests, repeatable))
    return BuildResult(code, findings, digests)


def _report_outcome(
    findings: Sequence[Diagnostic], paths: Sequence[Path], request: BuildRequest, report: Reporter
) -> int:
    """Report the findings and outputs of a build, and return the exit code."""
    report.report_findings(findings)
    if not paths:
        report.print_message(
            f"Nothing was written: found {format_counts(findings)}.", "failed", **count_by_severity(findings)
        )
        folder = request.output_folder
        if not (folder.is_dir() and any(path.is_file() for path in folder.iterdir())):  # the first build
            report.print_hint(
                "run `triptych explain CODE` to understand a finding; `triptych docs` opens the guide"
            )
        return choose_exit_code(findings, strict=request.strict)
    for path in paths:
        report.report_output(path)
    if report.as_json or findings:
        report.print_message(f"Built with {format_counts(findings)}.", "done", **count_by_severity(findings))
    return 0


def _report_session_answer(answer: Mapping[str, Any], request: BuildRequest, report: Reporter) -> BuildResult:
    findings = [Diagnostic.from_json(diagnostic) for diagnostic in answer["found"]]
    outputs: Mapping[str, str] = answer["outputs"]
    return BuildResult(
        _report_outcome(findings, [Path(path) for path in outputs], request, report), findings, outputs
    )


def _remove_stale_folders() -> None:
    """Remove the temporary folder of a build that was killed after it wrote its record.

    The modules for this are imported only if there is such a folder.
    """
    try:
        with os.scandir(os.environ.get("TMPDIR") or "/tmp") as entries:
            has_folders = any(entry.name.startswith("triptych-") for entry in entries)
    except OSError:
        return
    if has_folders:
        from triptych.engine.temporary_files import remove_stale_temporary_folders

        remove_stale_temporary_folders()


def _warm_up(project: Project, request: BuildRequest, session: BuildSession | None) -> None:
    """Warm up: build without publishing, so that all processes of the session have the book in memory."""
    from triptych.press import press

    request = replace(request, publishes=False, lists_steps=False)
    reopened = project.reopen()
    press(reopened, request, lambda stage: raise_if_stopped(), session)


def _run_build(
    project: Project, request: BuildRequest, report: Reporter, session: BuildSession | None
) -> BuildOutcome | None:
    """Run the build and return its outcome, or report a system error and return None."""
    from triptych.press import press

    def report_stage(stage: str) -> None:
        raise_if_stopped()
        report.begin_stage(stage)

    try:
        with report.show_progress():
            outcome = press(project, request, report_stage, session)
            if not outcome.has_outputs:
                raise_if_stopped()  # the findings may be a consequence of the signal
        return outcome
    except StoppedBySignal:
        report.write_event("failed", errors=0, warnings=0, reason="stopped")
        raise
    except Exception as error:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            raise MemoryError from error  # ``build_with_limits`` or ``CommandGroup.invoke`` reports this
        from triptych.engine.system_errors import describe_system_error

        folders = (request.output_folder, request.cache_folder, request.records_folder)
        finding = describe_system_error(error, folders)
        reason = finding.message if finding else str(error)
        if finding:
            report.report_findings([finding])
        report.write_event("failed", errors=1, warnings=0, notes=0, reason=reason)
        if not finding:
            raise
        return None


_MAX_TASKS = 12  # maximum number of tasks per step in text output; JSON lists all


def report_steps(report: Reporter, steps: Sequence[JournalEntry]) -> None:
    """Report how many tasks of each step ran, and the changed inputs that caused them to run."""
    counts = count_tasks_by_step(steps)
    for name, group in groupby(steps, key=lambda entry: entry.step):
        entries = list(group)
        for entry in entries:
            report.write_event(
                "step",
                name=name,
                subject=entry.subject,
                ran=entry.has_run,
                changed_inputs=list(entry.changed_inputs),
            )
        if report.as_json:
            continue
        run_count, cached_count = counts[name]
        report.print_message(
            f"{name:<13}{run_count:>4} ran {cached_count:>5} cached   {entries[0].description}", ""
        )
        for entry in [entry for entry in entries if entry.has_run][:_MAX_TASKS]:
            reason = f"{' and '.join(entry.changed_inputs)} changed" if entry.changed_inputs else "new"
            report.print_message(f"    {entry.subject or 'whole book'}: {reason}", "")
        if run_count > _MAX_TASKS:
            report.print_message(f"    and {run_count - _MAX_TASKS} more", "")
