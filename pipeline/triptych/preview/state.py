"""Hold the state that the preview shows, and let threads wait for state changes."""

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
    """An output file. ``seconds`` is the time from the start of the build until it was written."""

    name: str
    data: bytes = field(repr=False)
    digest: str
    seconds: float

    @classmethod
    def of(cls, name: str, data: bytes, seconds: float) -> FinishedFile:
        """Return an output file with a digest of its data."""
        return cls(name=name, data=data, digest=digest(data)[:16], seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that the preview page shows.

    ``outputs`` has the last good version of each output, ``found`` the last build's findings by stage,
    ``working`` the running stages, and ``pictures`` PNG images of slides by image key. ``changed_page`` is
    the number of the PDF page that changed last, counted from 1. ``trouble`` describes an exception that
    ended the last build, or is "".
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
        """Return whether the last build failed, so that outputs are older than the source."""
        return bool(self.trouble) or has_errors(self.diagnostics)


class SharedState:
    """The state of the preview, shared by threads.

    ``in_view`` is the output that the browser shows, or "" if no page is open yet.
    """

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
        """Replace fields of the state, notify waiting threads, and return the new state."""
        with self._changed:
            self._state = replace(self._state, **fields, version=self._state.version + 1)
            self._changed.notify_all()
            return self._state

    def begin_stage(self, stage: str) -> None:
        """Mark a build stage as running."""
        with self._changed:
            self.change(working=self._state.working | {stage})

    def end_stage(self, stage: str, **fields: Any) -> None:
        """Mark a build stage as ended, and change other fields of the state."""
        with self._changed:
            self.change(working=self._state.working - {stage}, **fields)

    def set_findings(self, stage: str, found: list[Diagnostic]) -> None:
        """Replace the findings of a build stage."""
        with self._changed:
            self.change(found={**self._state.found, stage: tuple(found)})

    def set_output(self, stage: str, output: FinishedFile, **fields: Any) -> None:
        """Replace an output, and ``fields`` of the state that depend on the output."""
        with self._changed:
            self.change(outputs={**self._state.outputs, stage: output}, **fields)

    def wait(self, version: int, seconds: float) -> State | None:
        """Wait for a state newer than ``version``; return it, or None after ``seconds`` or after closing."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._state.version > version, seconds)
            return self._state if self._state.version > version and not self.closed else None

    def set_in_view(self, name: OutputFormat) -> None:
        """Set the output that the browser shows."""
        with self._changed:
            self.in_view = name
            self._changed.notify_all()

    def wait_until_in_view(self, name: OutputFormat) -> None:
        """Wait until the browser shows an output, or until the preview is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.in_view == name)

    def close(self) -> None:
        """Mark the preview as closed, and wake all waiting threads."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
