"""Read the source and the existing outputs of a project, for ``check`` and ``inspect``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import click

from triptych.checks.file_sizes import describe_excessive_size
from triptych.checks.findings import REBUILD_HINT
from triptych.checks.texts import FileText
from triptych.cli.lifecycle import ExitCode
from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.garbage_collection import pause_garbage_collection
from triptych.engine.processes.pool import NamedJob, WorkerLostError, make_executor
from triptych.formats import OutputFormat
from triptych.model.book import Book
from triptych.outputs import OUTPUTS
from triptych.outputs.base import SlowCheck
from triptych.project import BUILD_FOLDER, Project, UnsafePathError
from triptych.session import report_retried_tasks
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import read_manifest
from triptych.stages import read_project

# The findings about a file, and its text, which is None if the file is damaged.
OutputContent: TypeAlias = tuple[list[Diagnostic], FileText | None]


class CheckProgress(Protocol):
    """An object that is notified when a slow check is submitted and when it has ended."""

    def begin_check(self, check: str) -> None:
        """Handle the submission of a check."""

    def end_check(self, check: str) -> None:
        """Handle the end of a check."""


@dataclass(frozen=True, slots=True)
class ProjectExamination:
    """The book, the findings in its source, and the outputs that were built.

    - ``book``: None if the source cannot be read.
    - ``files``: the findings and the text of each output.
    - ``book_outputs``: the outputs that contain the whole book instead of slides.
    - ``results``: the results of the slow checks, or None if these were not requested.
    - ``preflight_results``: the results of the print checks.
    """

    book: Book | None
    manifest: Manifest | None
    findings: list[Diagnostic]
    files: Mapping[OutputFormat, OutputContent]
    book_outputs: frozenset[OutputFormat] = frozenset()
    paths: Mapping[OutputFormat, Path] = field(default_factory=dict)
    refused_outputs: Sequence[Diagnostic] = ()
    results: Mapping[OutputFormat, Sequence[Any]] | None = None
    preflight_results: Mapping[OutputFormat, Sequence[Any]] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, FileText]:
        """The text of each undamaged output that contains the whole book."""
        return {
            name: text
            for name, (_, text) in self.files.items()
            if text is not None and name in self.book_outputs
        }


def examine_project(
    project: Project,
    profiles: tuple[str, ...],
    jobs: int,
    cache: Path,
    *,
    progress: CheckProgress | None = None,
    with_preflight: bool = False,
) -> ProjectExamination:
    """Read a project and its outputs, using up to ``jobs`` processes.

    With ``progress``, also run the slow checks, and report to it when each check starts and ends. If
    ``with_preflight`` is also true, run the print checks in the same way.
    """
    manifest, _, _ = read_manifest(project, profiles)
    names = manifest.formats if manifest else ()
    refused_outputs: dict[str, Diagnostic] = {}

    def find_output(file: str) -> Path | None:
        span = Span(path=f"{BUILD_FOLDER}/{file}")
        try:
            path = project.find_output(file)
            if path is None or not (excess := describe_excessive_size(path)):
                return path
            message = f"the output is too large to be checked: {excess}"
            refused_outputs[file] = Diagnostic(code="CHK001", span=span, message=message, hint=REBUILD_HINT)
            return None
        except UnsafePathError as error:
            refused_outputs[file] = Diagnostic(code="SEC005", span=span, message=str(error), hint=error.hint)
            return None

    paths = {name: path for name in names if manifest and (path := find_output(manifest.get_file_name(name)))}
    with pause_garbage_collection(), _report_lost_workers(), make_executor(jobs) as executor:
        slow, preflight = {}, {}
        if progress is not None and manifest is not None:
            checks = {name: OUTPUTS[name].list_slow_checks(path) for name, path in paths.items()}
            slow = _submit_checks(checks, executor, progress)
            if with_preflight:
                checks = {name: OUTPUTS[name].list_preflight_checks(find_output, manifest) for name in names}
                preflight = _submit_checks(checks, executor, progress)
        job = NamedJob("the text of the outputs", _read_output)
        futures = {name: executor.submit(job, name, path) for name, path in paths.items()}
        store = Cache(cache)
        _, book, findings = read_project(project, store, profiles)
        files = {name: future.result() for name, future in futures.items()}
        whole_book_outputs = frozenset(
            name for name in names if manifest and OUTPUTS[name].contains_book(manifest)
        )
        findings = [*report_retried_tasks(executor), *store.take_findings(), *findings]
        results = _collect_results(slow) if progress is not None else None
        return ProjectExamination(
            book,
            manifest,
            findings,
            files,
            whole_book_outputs,
            paths,
            tuple(refused_outputs.values()),
            results,
            _collect_results(preflight),
        )


def _read_output(name: OutputFormat, path: Path) -> OutputContent:
    data = path.read_bytes()
    problems = OUTPUTS[name].check(data)
    return problems, None if problems else OUTPUTS[name].read_text(data)


class CheckAbortedError(click.ClickException):
    """Raised if a file crashes worker processes. The command exits with code 3."""

    exit_code = ExitCode.ENVIRONMENT


@contextmanager
def _report_lost_workers() -> Iterator[None]:
    """Raise ``CheckAbortedError`` in place of ``WorkerLostError``."""
    try:
        yield
    except WorkerLostError as worker_error:
        raise CheckAbortedError(f"worker processes repeatedly failed while checking {worker_error}") from None


def _submit_checks(
    checks: Mapping[OutputFormat, Sequence[SlowCheck]], executor: Executor, progress: CheckProgress
) -> dict[OutputFormat, list[Future[Any]]]:
    def submit(check: SlowCheck) -> Future[Any]:
        progress.begin_check(check.subject)
        future = executor.submit(NamedJob(check.subject, check.function), *check.arguments)
        future.add_done_callback(lambda _: progress.end_check(check.subject))
        return future

    return {name: [submit(check) for check in check_list] for name, check_list in checks.items()}


def _collect_results(checks: Mapping[OutputFormat, Sequence[Future[Any]]]) -> dict[OutputFormat, list[Any]]:
    return {name: [future.result() for future in futures] for name, futures in checks.items() if futures}
