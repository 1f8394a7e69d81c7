"""Changes → new outputs: the e-book at once, print and deck beside it as soon as they are ready.

The source is read and the e-book written in this process, which is warm. The slower outputs are made
from the same book in a process beside it, always of the newest book: what changed meanwhile is built
once more when the run is over. An output with errors leaves the last good one where it is.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic, has_errors, ordered
from triptych.engine.cache import Cache
from triptych.engine.garbage_collection import Pauses
from triptych.engine.memory import Memory
from triptych.engine.processes.child import ChildLost
from triptych.engine.processes.workers import Companion, CompanionStopped
from triptych.engine.store.journal import JOURNAL
from triptych.engine.temporary_files import scratch
from triptych.formats import FORMATS, OutputFormat
from triptych.model.book import Book
from triptych.outputs import OUTPUTS
from triptych.outputs.base import NOT_PRINTED, WritingJob
from triptych.passes.pages import Printed
from triptych.press import (
    NO_OUTPUTS,
    Manuscript,
    checked,
    done_again,
    published,
    read,
    write,
    write_one,
    write_pages,
)
from triptych.preview.deck import draw_slides, office, read_slides
from triptych.preview.ebook import open_ebook
from triptych.preview.print_pages import first_change, read_leaves
from triptych.preview.state import Output, SharedState
from triptych.preview.watching import Stamps, Watch, changed, forget_templates
from triptych.project import BUILD_FOLDER, TEMPLATES, Project
from triptych.settings.manifest import Manifest

_LULL = 1.5  # seconds without a change, after which outputs out of view are made

P = ParamSpec("P")
T = TypeVar("T")
Made = tuple[bytes, list[Diagnostic]]


class Voice(Protocol):
    """Who is told what happens, from several threads."""

    def found(self, findings: list[Diagnostic]) -> None:
        """The findings of a stage."""

    def made(self, output: Output) -> None:
        """An output is there."""

    def failed(self, reason: str) -> None:
        """A run came to no end, for a reason that is not in the source."""


@dataclass(slots=True, kw_only=True)
class Run:
    """The source as it was read after a change, and the files made of it so far.

    ``quick_ones`` is set when what is made in this process is done.
    """

    since: float
    book: Book
    manifest: Manifest
    formats: tuple[OutputFormat, ...]
    files: dict[OutputFormat, bytes] = field(default_factory=dict)
    quick_ones: threading.Event = field(default_factory=threading.Event)


class Slot(Generic[T]):
    """Holds the newest of what is put in until somebody takes it."""

    def __init__(self) -> None:
        self._filled = threading.Event()
        self._content: T | None = None

    def put(self, content: T) -> None:
        """Put something in the place of what nobody took."""
        self._content = content
        self._filled.set()

    def take(self) -> T | None:
        """Wait for something; None when it is time to go."""
        self._filled.wait()
        self._filled.clear()
        content, self._content = self._content, None
        return content

    def comes(self, seconds: float) -> bool:
        """Whether something is there, or comes within some seconds."""
        return self._filled.wait(seconds)

    def close(self) -> None:
        """Let go who waits."""
        self._content = None
        self._filled.set()


class Builder:
    """Builds at the start and after each change, until it is closed."""

    def __init__(
        self,
        root: Path,
        shared: SharedState,
        voice: Voice,
        *,
        formats: tuple[OutputFormat, ...] | None = None,
        profiles: tuple[str, ...] = (),
        trusted: bool = True,
        cache_folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.root, self.shared, self.voice = root.resolve(), shared, voice
        self.formats, self.profiles, self.environ = formats, profiles, environ
        self.trusted = trusted
        own = Project(self.root).records
        self.cache = Cache((cache_folder or own).absolute(), scratch() / JOURNAL, own, memory=Memory())
        self.watch = Watch(self.root, Pauses().collect)
        self._companion = Companion(remembers=True)
        self._slow: Slot[Run] = Slot()
        self._decks: Slot[Output] = Slot()
        self._stop = threading.Event()
        jobs = (self._build_after_changes, self._write_slow_outputs, self._draw_decks)
        self._threads = [threading.Thread(target=job, name=job.__name__, daemon=True) for job in jobs]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, also in the middle of an output."""
        self._stop.set()
        self._slow.close()
        self._decks.close()
        self.shared.close()
        self._companion.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    # --- The source, and the e-book ---------------------------------------------------------------

    def _build_after_changes(self) -> None:
        seen: Stamps | None = self.watch.look()
        inputs: Mapping[str, str | None] | None = None
        while seen is not None:
            inputs = self._guarded(partial(self._build, inputs))
            # What the build asked for counts from now on; what changed since the look is the next change.
            before = {**self.watch.look_at(self.watch.asked_for - seen.keys()), **seen}
            seen = self.watch.wait(before, self._stop)
            if seen is not None and (paths := changed(before, seen)):
                if any(path.startswith(f"{TEMPLATES}/") for path in paths):
                    inputs = None
                if forget_templates(self.root, paths, self.cache.memory):
                    self._companion.stop()

    def _build(self, inputs: Mapping[str, str | None] | None) -> Mapping[str, str | None]:
        """Read the source and write what is quick; returns the digests of what was read.

        With the same digests as the last time nothing is to be done.
        """
        since = time.perf_counter()
        project = Project(self.root, self.environ, trusted=self.trusted)
        self.shared.starts("reading")
        try:
            manifest, book, found = read(project, self.cache, self.profiles, self.formats)
        finally:
            self.watch.asked_for = frozenset(project.digests)
            self.shared.ends("reading")
        if project.digests == inputs:
            return project.digests
        asked = self.formats or (manifest.formats if manifest else ())
        formats = tuple(name for name in asked if not FORMATS[name].record)
        if manifest is not None and not formats:
            found.append(NO_OUTPUTS)
        found = ordered(found)
        self.voice.found(found)
        if manifest is None or book is None or has_errors(found):
            self.shared.change(found={"reading": tuple(found)}, trouble="")
            return project.digests
        self.shared.finds("reading", found)
        self.shared.change(title=book.metadata.title, trouble="")
        run = Run(since=since, book=book, manifest=manifest, formats=formats)
        slow = any(not FORMATS[name].quick for name in formats)
        slow_first = any(name == self.shared.in_view and not FORMATS[name].quick for name in formats)
        if slow_first:
            self._slow.put(run)
        try:
            for name in formats:
                if FORMATS[name].quick:
                    context = BuildContext.for_book(project, book, self.cache)
                    self._make(name, run, partial(write, name, WritingJob(book, manifest, context)))
        finally:
            run.quick_ones.set()
        if not slow:
            self._publish(run)
        elif not slow_first:
            self._slow.put(run)
        return project.digests

    # --- Print and deck ---------------------------------------------------------------------------

    def _write_slow_outputs(self) -> None:
        while (run := self._slow.take()) is not None:
            self._guarded(partial(self._write_slowly, run))

    def _write_slowly(self, run: Run) -> None:
        """What somebody looks at first, the rest in a lull: a newer run makes it all again."""
        manuscript = Manuscript(run.book, run.manifest, self.root, self.cache)
        told: list[Printed] = []

        def write_slow(name: OutputFormat) -> Made:
            if not FORMATS[name].paged:
                return self._beside(name, write_one, name, manuscript, NOT_PRINTED)
            made, printed = self._beside(name, write_pages, name, manuscript)
            told.append(printed)
            return made

        names = [name for name in run.formats if not FORMATS[name].quick]
        names.sort(key=lambda name: (name != self.shared.in_view, FORMATS[name].paged))  # pages take longest
        lull = _LULL
        for name in names:
            if self.shared.in_view not in ("", name):
                if self._slow.comes(lull):
                    return
                lull = 0.0
            self._make(name, run, partial(write_slow, name))
        run.quick_ones.wait()
        # What is shown by now is made once more, with the pages of the PDF, for those who get the files.
        for name in run.formats if told else ():
            paged = FORMATS[name].paged
            if name in run.files and not paged and OUTPUTS[name].needs_pages(run.book, run.manifest):
                run.files[name], _ = self._beside(name, write_one, name, manuscript, told[0])
                if FORMATS[name].slides:  # its notes name pages for who reads them here
                    self._show(name, run)
        self._publish(run)

    def _beside(self, name: OutputFormat, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Have an output written in the process beside this one, and once more by another where it ends."""
        try:
            return self._companion.do(job, *args, **kwargs)
        except CompanionStopped:
            raise
        except ChildLost:
            self.voice.found([done_again(FORMATS[name].label)])
            return self._companion.do(job, *args, **kwargs)

    def _make(self, name: OutputFormat, run: Run, work: Callable[[], Made]) -> None:
        """Write one output, check it, and show it if it is good."""
        self.shared.starts(name)
        try:
            data, found = work()
            if not has_errors(found):
                project = Project(self.root, self.environ)
                found = [*found, *checked(name, data, run.manifest, project.read_bytes)]
            found = ordered(found)
            self.voice.found(found)
            self.shared.finds(name, found)
            if not has_errors(found):
                run.files[name] = data
                self.voice.made(self._show(name, run))
        finally:
            self.shared.ends(name)

    def _show(self, name: OutputFormat, run: Run) -> Output:
        data = run.files[name]
        output = Output.of(run.manifest.file_name(name), data, time.perf_counter() - run.since)
        shown: dict[str, Any] = {}
        match name:
            case "epub":
                shown = {"ebook": open_ebook(data)}
            case "pptx":
                shown = {"slides": read_slides(data)}
            case "pdf":
                leaves, before = read_leaves(data), self.shared.state
                place = first_change(before.leaves, leaves) if before.leaves else None
                shown = {"leaves": leaves, "place": place or before.place}
        self.shared.takes(name, output, **shown)
        if FORMATS[name].slides:
            self._decks.put(output)
        return output

    def _publish(self, run: Run) -> None:
        """Put the files of a run into the build folder, where all of them are good."""
        if len(run.files) == len(run.formats):
            folder = self.root / BUILD_FOLDER
            found = published(
                {folder / run.manifest.file_name(name): data for name, data in run.files.items()}
            )
            found += self.cache.findings()
            self.voice.found(found)
            self.shared.finds("publishing", found)
            self.cache.limit = run.manifest.cache.limit
            self.cache.prune()
            self.cache.forget_journal()

    # --- Pictures of slides -----------------------------------------------------------------------

    def _draw_decks(self) -> None:
        program = office()
        with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
            while self._decks.take() is not None:
                self.shared.wait_for_look("pptx")
                if program is not None and not self._stop.is_set():
                    self._guarded(partial(self._draw, program, Path(folder)))

    def _draw(self, program: Path, folder: Path) -> None:
        """Pictures of the slides of the newest deck that there are none of yet."""
        state = self.shared.state
        drawn_before = frozenset(state.pictures)
        looks = {slide.look for slide in state.slides}
        self.shared.starts("pictures")
        try:
            drawn = self._companion.do(draw_slides, state.outputs["pptx"].data, program, folder, drawn_before)
            kept = {look: picture for look, picture in state.pictures.items() if look in looks}
            self.shared.change(pictures={**kept, **drawn})
        finally:
            self.shared.ends("pictures")

    # ----------------------------------------------------------------------------------------------

    def _guarded(self, work: Callable[[], T]) -> T | None:
        """Do some work; what goes wrong is said and ends neither the loop nor the server."""
        try:
            return work()
        except CompanionStopped:
            return None  # by us, for something newer
        except Exception as error:
            if not self._stop.is_set():
                reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
                self.shared.change(trouble=reason)
                self.voice.failed(reason)
            return None
