"""Hold the state that the preview shows. Threads can wait for a new state."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.store.program import digest
from triptych.formats import OutputFormat
from triptych.preview.outputs import Ebook, PreviewPage, PreviewSlide


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedFile:
    """An output. ``seconds`` is the time from the start of the build until the output was written."""

    name: str
    data: bytes = field(repr=False)
    digest: str
    seconds: float

    @classmethod
    def of(cls, name: str, data: bytes, seconds: float) -> FinishedFile:
        """Return an output with the digest of its data."""
        return cls(name=name, data=data, digest=digest(data)[:16], seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that the page shows.

    ``outputs`` has the last good version of each output, ``found`` the findings of each stage of the last
    build, ``working`` the running stages, and ``pictures`` PNGs of slides by their image keys.
    ``changed_page`` is the number of the PDF page that changed last, counted from 1. ``trouble`` describes an
    exception that ended the last build, "" if there was none.
    """

    version: int = 0
    title: str = ""
    working: frozenset[str] = frozenset()
    outputs: Mapping[OutputFormat, FinishedFile] = field(default_factory=dict)
    found: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    trouble: str = ""
    ebook: Ebook | None = None
    slides: tuple[PreviewSlide, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    pages: tuple[PreviewPage, ...] = ()
    changed_page: int = 1

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Return the findings of all stages."""
        return sort_findings(finding for findings in self.found.values() for finding in findings)

    @property
    def failed(self) -> bool:
        """Return whether the outputs are older than the source, since the last build failed."""
        return bool(self.trouble) or has_errors(self.diagnostics)


class SharedState:
    """The state, shared by threads. ``in_view`` is the output shown in the browser, "" before it is open."""

    def __init__(self) -> None:
        self._state = State()
        self._changed = threading.Condition()
        self.closed = False
        self.in_view: OutputFormat | Literal[""] = ""

    @property
    def state(self) -> State:
        """Return the current state."""
        return self._state

    def change(self, **fields: Any) -> State:
        """Replace fields of the state; return the new state."""
        with self._changed:
            self._state = replace(self._state, **fields, version=self._state.version + 1)
            self._changed.notify_all()
            return self._state

    def begin_stage(self, stage: str) -> None:
        """Add a stage to the running ones."""
        with self._changed:
            self.change(working=self._state.working | {stage})

    def end_stage(self, stage: str, **fields: Any) -> None:
        """Remove a stage from the running ones, and replace ``fields``."""
        with self._changed:
            self.change(working=self._state.working - {stage}, **fields)

    def set_findings(self, stage: str, found: list[Diagnostic]) -> None:
        """Replace the findings of a stage."""
        with self._changed:
            self.change(found={**self._state.found, stage: tuple(found)})

    def set_output(self, stage: str, output: FinishedFile, **fields: Any) -> None:
        """Replace an output, and ``fields`` that belong to it."""
        with self._changed:
            self.change(outputs={**self._state.outputs, stage: output}, **fields)

    def wait(self, version: int, seconds: float) -> State | None:
        """Wait up to ``seconds`` for a state newer than ``version``; return it, or None."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._state.version > version, seconds)
            return self._state if self._state.version > version and not self.closed else None

    def set_in_view(self, name: OutputFormat) -> None:
        """Set the output that is shown in the browser."""
        with self._changed:
            self.in_view = name
            self._changed.notify_all()

    def wait_until_in_view(self, name: OutputFormat) -> None:
        """Wait until an output is shown in the browser, or until the preview is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.in_view == name)

    def close(self) -> None:
        """End all waiting."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
