"""Process one input in this process, and test that it ends and that all diagnostics have positions."""

from __future__ import annotations

import io
import signal
import traceback
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from lxml import etree

from tests.fuzz.kinds import Files, Kind
from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic, Severity, has_errors
from triptych.engine.cache import Cache
from triptych.engine.memory import NO_MEMORY
from triptych.engine.tasks import Task
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.project import Project, UnsafePathError
from triptych.stages import read_project, write_format

SECONDS = 10.0  # seconds of processor time per source; two more for each further source of a batch
_NO_PLACE = ("ENV", "MAN007")  # codes for system errors, and for a profile or talk on the command line


@dataclass(frozen=True, slots=True)
class Fall:
    """A failure: ``key`` is the same for all failures with one cause, ``told`` has details of this one."""

    key: str
    told: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How far an input was processed, and its failure, if any."""

    fall: Fall | None = None
    is_read: bool = False
    is_written: bool = False


class _Hang(BaseException):
    """Raised when the time limit of a source is reached."""


class _KnownOnly(Cache):
    """A cache that stores nothing once it is ``closed``: random sources occur only once."""

    closed = False

    def put(self, task: Task[Any], result: Any) -> None:
        """Store a result, unless the cache is closed."""
        if not self.closed:
            super().put(task, result)


class Bench:
    """A folder with a project for each kind; ``try_out`` puts sources into it.

    With a ``memory``, it first reads the content that all inputs of a kind share, which takes as long as
    several inputs.
    """

    def __init__(self, folder: Path, *, memory: bool = True) -> None:
        self._folder, self._memory = folder, memory
        self._caches: dict[str, _KnownOnly] = {}

    def try_out(self, kind: Kind, sources: list[bytes], reads: bool, writes: bool) -> Trial:
        """Process sources up to the given stage."""
        root = self._folder / kind.name
        if kind.name not in self._caches:
            self._caches[kind.name] = _KnownOnly(
                self._folder / f"{kind.name}.cache" if self._memory else None
            )
            _put(root, kind.base)
        cache = self._caches[kind.name]
        if reads and self._memory and not cache.closed:
            _put(root, kind.files([kind.seeds()[0]] if kind.batch == 1 else [b"Text.\n"] * kind.batch))
            with suppress(Exception):
                list(_complaints(kind, root, cache, True, True, set()))
            cache.closed = True
        _put(root, kind.files(sources))
        progress: set[str] = set()
        fall: Fall | None = None
        try:
            with _bounded(SECONDS + 2 * (len(sources) - 1)):
                for complaint in _complaints(kind, root, cache, reads, writes, progress):
                    fall = fall or complaint
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a panic of a Rust library is not an Exception
            fall = _fall(error)
        return Trial(fall, "read" in progress, "written" in progress)


def _put(root: Path, files: Files) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def _complaints(
    kind: Kind, root: Path, cache: Cache, reads: bool, writes: bool, progress: set[str]
) -> Iterator[Fall]:
    project = Project(root, environ={})
    if kind.quick is not None:
        yield from _judged(kind.quick(project, cache), project)
    if not reads:
        return
    project = Project(root, environ={})
    manifest, book, result = read_project(project, cache)
    progress.add("read")
    yield from _judged(result, project)
    wrong = has_errors(result)
    if manifest is None or book is None or not writes or (wrong and not kind.despite_errors):
        return
    context = BuildContext.for_book(project, book, cache)
    data, problems = write_format(kind.output, WritingJob(book, manifest, context))
    progress.add("written")
    yield from _judged(problems, project)
    if data and kind.output == "epub":
        yield from _ill_formed(data)
    if data and not wrong and not has_errors(problems):
        for problem in OUTPUTS[kind.output].check(data, NO_MEMORY):
            if problem.severity is Severity.ERROR and problem.span is None:
                yield Fall(f"check {problem.code} {_words(problem)}", str(problem))


def _judged(found: list[Diagnostic], project: Project) -> Iterator[Fall]:
    """Return what diagnostics lack: a file, an existing line, or printable characters."""
    for finding in found:
        reported = repr(finding)
        try:
            str(finding).encode()
        except UnicodeEncodeError:
            yield Fall(f"half a character {finding.code}", reported)
        if finding.span is None:
            if not finding.code.startswith(_NO_PLACE):
                yield Fall(f"no place {finding.code}", reported)
            continue
        try:
            lines = project.read_text(finding.span.path).split("\n")
        except UnicodeDecodeError:
            lines = project.read_bytes(finding.span.path).decode("latin-1").splitlines()
        except (OSError, UnsafePathError):
            yield Fall(f"no file {finding.code}", reported)
            continue
        line, column = finding.span.line, finding.span.column
        if not 1 <= line <= len(lines):
            yield Fall(f"no line {finding.code}", reported)
        elif not 1 <= column <= len(lines[line - 1]) + 1:
            yield Fall(f"no column {finding.code}", reported)


def _ill_formed(epub: bytes) -> Iterator[Fall]:
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        for name in archive.namelist():
            if name.endswith((".xhtml", ".opf", ".ncx", ".svg")):
                try:
                    etree.fromstring(archive.read(name))
                except etree.XMLSyntaxError as error:
                    yield Fall(f"ill-formed {name.rpartition('.')[2]}", f"{name}: {error}")


def _words(problem: Diagnostic) -> str:
    """Return a message without quoted text of the source."""
    return " ".join(word for word in problem.message.split() if word.isalpha())[:60]


def _fall(error: BaseException) -> Fall:
    """Return the failure for an exception, identified by our innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/triptych/" in frame.filename] or list(frames)
    place = f"{ours[-1].filename.rpartition('/triptych/')[2]} {ours[-1].name}"
    name = "hang" if isinstance(error, _Hang) else type(error).__name__
    return Fall(f"{name} {place}", "".join(traceback.format_exception(error))[-6000:])


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Raise an exception after some seconds of processor time, if the system supports it."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
