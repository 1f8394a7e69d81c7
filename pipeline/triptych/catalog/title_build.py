"""Build or read one title in this process, and redirect standard output and error to a log file."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.cache import Cache
from triptych.engine.system_errors import describe_system_error
from triptych.formats import OutputFormat
from triptych.project import NO_OVERLAY, Overlay, Project


class TitleState(StrEnum):
    """The state of a catalogue title after a run."""

    BUILT = "built"
    UP_TO_DATE = "up to date"
    VALID = "valid"  # only read, without errors
    FAILED = "failed"
    ABORTED = "aborted"  # it exceeded a limit, or its process crashed


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleJob:
    """A title to build: its assembled project, its settings, and the paths of its outputs, cache and log.

    ``cache_url`` is the URL of a shared cache. ``epoch`` is the value of SOURCE_DATE_EPOCH, or "" if it is
    not set.
    """

    name: str
    project_folder: Path
    output_folder: Path
    cache_folder: Path
    log: Path
    cache_url: str = ""
    overlay: Overlay = NO_OVERLAY
    profiles: tuple[str, ...] = ()
    formats: tuple[OutputFormat, ...] = ()
    strict: bool = False
    trusted: bool = False
    runs_filters: bool = False
    epoch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleResult:
    """The result of building or reading a title.

    ``outputs`` maps file names to SHA-256 digests. ``numbers`` is the numbering table for cross-references
    from other titles. ``seconds`` is the duration, and ``memory`` the peak memory in bytes.
    """

    name: str
    state: TitleState
    reason: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    pages: int = 0
    slides: int = 0
    words: int = 0
    seconds: float = 0.0
    memory: int = 0

    @property
    def is_successful(self) -> bool:
        """Whether the title was built, is up to date, or was read without errors."""
        return self.state not in (TitleState.FAILED, TitleState.ABORTED)


def build_title(job: TitleJob) -> TitleResult:
    """Build a title in this process, and write its findings and duration to the job's log file."""
    start = time.perf_counter()
    with _redirect_output(job.log):
        result = _run_job_safely(job, _build_project)
        for finding in result.diagnostics:
            sys.stdout.write(f"{finding}\n")
        seconds = time.perf_counter() - start
        sys.stdout.write(f"{result.state} in {seconds:.1f} s\n")
    return replace(result, seconds=seconds)


def read_title(job: TitleJob) -> TitleResult:
    """Read the source of a title without building it; return a result with the findings."""
    with _redirect_output(job.log):
        return _run_job_safely(job, _read_project)


def _run_job_safely(job: TitleJob, process_title: Callable[[TitleJob], TitleResult]) -> TitleResult:
    """Call ``process_title`` for a job, and return the result.

    If it raises an exception, return a failed result, and print the traceback unless it is a system error.
    """
    try:
        return process_title(job)
    except Exception as error:
        if finding := describe_system_error(error, (job.output_folder,)):
            return TitleResult(name=job.name, state=TitleState.FAILED, diagnostics=(finding,))
        traceback.print_exc()
        return TitleResult(name=job.name, state=TitleState.FAILED, reason=f"{type(error).__name__}: {error}")


def _read_project(job: TitleJob) -> TitleResult:
    from triptych.passes.numbering import export_numbering
    from triptych.stages import read_project

    project = _make_project(job)
    cache = Cache(job.cache_folder)
    _, book, findings = read_project(project, cache, job.profiles, job.formats or None)
    failed = book is None or has_errors(findings, strict=job.strict)
    return TitleResult(
        name=job.name,
        state=TitleState.FAILED if failed else TitleState.VALID,
        diagnostics=tuple(sort_findings([*cache.take_findings(), *findings])),
        numbers=export_numbering(book) if book else {},
    )


def _build_project(job: TitleJob) -> TitleResult:
    from triptych.outputs import OUTPUTS
    from triptych.passes.numbering import export_numbering
    from triptych.press import press
    from triptych.request import BuildRequest

    project = _make_project(job)
    request = BuildRequest(
        output_folder=job.output_folder,
        formats=job.formats or None,
        cache_folder=job.cache_folder,
        cache_address=job.cache_url,
        records_folder=project.records_folder,
        strict=job.strict,
        profiles=job.profiles,
    )
    outcome = press(project, request)
    diagnostics = tuple(outcome.diagnostics)
    numbers = export_numbering(outcome.book) if outcome.book else {}
    if not outcome.has_outputs:
        return TitleResult(name=job.name, state=TitleState.FAILED, diagnostics=diagnostics, numbers=numbers)
    sizes: dict[str, int] = {}
    for name, path in outcome.outputs.items():
        sizes |= OUTPUTS[name].count_contents(path.read_bytes())
    return TitleResult(
        name=job.name,
        state=TitleState.BUILT,
        outputs={path.name: digest for path, digest in outcome.digests.items()},
        diagnostics=diagnostics,
        numbers=numbers,
        pages=sizes.get("pages", 0),
        slides=sizes.get("slides", 0),
        words=sizes.get("words", 0),
    )


def _make_project(job: TitleJob) -> Project:
    environ = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    if job.epoch:
        environ["SOURCE_DATE_EPOCH"] = job.epoch
    return Project(
        job.project_folder, environ, job.overlay, trusted=job.trusted, runs_filters=job.runs_filters
    )


@contextmanager
def _redirect_output(log: Path) -> Iterator[None]:
    """Redirect standard output and standard error, including those of child processes, to a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    before = [os.dup(stream) for stream in (1, 2)]
    with log.open("wb") as file:
        sys.stdout.flush()
        sys.stderr.flush()
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for stream, old in zip((1, 2), before, strict=True):
                os.dup2(old, stream)
                os.close(old)
