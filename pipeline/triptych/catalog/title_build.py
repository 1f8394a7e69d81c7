"""Build one title in this process; its output and errors go to the log of the title."""

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
from triptych.formats import OutputFormat
from triptych.project import NO_OVERLAY, Overlay, Project


class TitleState(StrEnum):
    """What became of a title."""

    BUILT = "built"
    KEPT = "up to date"  # nothing had changed
    SOUND = "valid"  # it was only read
    FAILED = "failed"
    LOST = "aborted"  # it took more than it may, or its process ended


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleJob:
    """A title to build: its project, which lies ready, and where everything goes. ``epoch`` is the
    SOURCE_DATE_EPOCH of whoever asks, "" where there is none.
    """

    name: str
    project: Path
    output_folder: Path
    cache: Path
    log: Path
    address: str = ""
    overlay: Overlay = NO_OVERLAY
    profiles: tuple[str, ...] = ()
    formats: tuple[OutputFormat, ...] = ()
    strict: bool = False
    trusted: bool = False
    epoch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleResult:
    """What became of it. ``outputs`` are digests (SHA-256) by the names of files; ``numbers`` is what other
    titles may refer to; ``seconds`` is wall time, ``memory`` in bytes.
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
    def is_good(self) -> bool:
        """Whether its outputs are there, or may be made."""
        return self.state not in (TitleState.FAILED, TitleState.LOST)


def build_title(work: TitleJob) -> TitleResult:
    """Build a title in this process, which says all else into the title's log."""
    start = time.perf_counter()
    with _redirect_output(work.log):
        made = _catch_failure(work, _build)
        for finding in made.diagnostics:
            sys.stdout.write(f"{finding}\n")
        seconds = time.perf_counter() - start
        sys.stdout.write(f"{made.state} in {seconds:.1f} s\n")
    return replace(made, seconds=seconds)


def read_title(work: TitleJob) -> TitleResult:
    """Read a title's source, and tell what is wrong with it; all else is said into the title's log."""
    with _redirect_output(work.log):
        return _catch_failure(work, _read)


def _catch_failure(work: TitleJob, do: Callable[[TitleJob], TitleResult]) -> TitleResult:
    try:
        return do(work)
    except Exception as error:
        traceback.print_exc()
        return TitleResult(name=work.name, state=TitleState.FAILED, reason=f"{type(error).__name__}: {error}")


def _read(work: TitleJob) -> TitleResult:
    from triptych.passes.numbering import export_numbering
    from triptych.stages import read

    project = _make_project(work)
    cache = Cache(work.cache)
    _, book, found = read(project, cache, work.profiles, work.formats or None)
    failed = book is None or has_errors(found, strict=work.strict)
    return TitleResult(
        name=work.name,
        state=TitleState.FAILED if failed else TitleState.SOUND,
        diagnostics=tuple(sort_findings([*cache.findings(), *found])),
        numbers=export_numbering(book) if book else {},
    )


def _build(work: TitleJob) -> TitleResult:
    from triptych.outputs import OUTPUTS
    from triptych.passes.numbering import export_numbering
    from triptych.press import press
    from triptych.request import Request

    project = _make_project(work)
    request = Request(
        output_folder=work.output_folder,
        formats=work.formats or None,
        cache_folder=work.cache,
        cache_address=work.address,
        records_folder=project.records,
        strict=work.strict,
        profiles=work.profiles,
    )
    outcome = press(project, request)
    found = tuple(outcome.diagnostics)
    numbers = export_numbering(outcome.book) if outcome.book else {}
    if not outcome.ok:
        return TitleResult(name=work.name, state=TitleState.FAILED, diagnostics=found, numbers=numbers)
    sizes: dict[str, int] = {}
    for name, path in outcome.outputs.items():
        sizes |= OUTPUTS[name].count(path.read_bytes())
    return TitleResult(
        name=work.name,
        state=TitleState.BUILT,
        outputs={path.name: sealed for path, sealed in outcome.digests.items()},
        diagnostics=found,
        numbers=numbers,
        pages=sizes.get("pages", 0),
        slides=sizes.get("slides", 0),
        words=sizes.get("words", 0),
    )


def _make_project(work: TitleJob) -> Project:
    environ = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    if work.epoch:
        environ["SOURCE_DATE_EPOCH"] = work.epoch
    return Project(work.project, environ, work.overlay, trusted=work.trusted)


@contextmanager
def _redirect_output(log: Path) -> Iterator[None]:
    """Have this process, its libraries and what it starts say everything into a file, not to the terminal."""
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
