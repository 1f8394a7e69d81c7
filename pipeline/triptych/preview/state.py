"""What there is to show: one state, replaced as a whole, for which readers of other threads can wait."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.store.program import digest
from triptych.formats import OutputFormat
from triptych.preview.outputs import Ebook, Leaf, PreviewSlide


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedFile:
    """A finished file: what it is called, its bytes, and how many seconds after the change it was there."""

    name: str
    data: bytes = field(repr=False)
    digest: str
    seconds: float

    @classmethod
    def of(cls, name: str, data: bytes, seconds: float) -> FinishedFile:
        """The output with its digest."""
        return cls(name=name, data=data, digest=digest(data)[:16], seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that the page shows.

    ``outputs`` are the last good ones, ``found`` the findings of each stage of the last run, ``working``
    the stages at work, ``pictures`` PNGs of slides by their looks, ``place`` is the number of the page of the
    PDF that changed last, and ``trouble`` is what kept a run from its end beside the source.
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
    leaves: tuple[Leaf, ...] = ()
    place: int = 1

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The findings of all stages."""
        return sort_findings(finding for findings in self.found.values() for finding in findings)

    @property
    def failed(self) -> bool:
        """Whether what is shown is older than the source."""
        return bool(self.trouble) or has_errors(self.diagnostics)


class SharedState:
    """Holds the state. ``in_view`` is the output that somebody looks at, "" before anybody does."""

    def __init__(self) -> None:
        self._state = State()
        self._changed = threading.Condition()
        self.closed = False
        self.in_view: OutputFormat | Literal[""] = ""

    @property
    def state(self) -> State:
        """The state now."""
        return self._state

    def change(self, **fields: Any) -> State:
        """Put some fields of the state in place; returns the new state."""
        with self._changed:
            self._state = replace(self._state, **fields, version=self._state.version + 1)
            self._changed.notify_all()
            return self._state

    def begin_stage(self, stage: str) -> None:
        """A stage is at work."""
        with self._changed:
            self.change(working=self._state.working | {stage})

    def end_stage(self, stage: str, **fields: Any) -> None:
        """A stage is done, with what it changes."""
        with self._changed:
            self.change(working=self._state.working - {stage}, **fields)

    def set_findings(self, stage: str, found: list[Diagnostic]) -> None:
        """The findings of a stage take the place of its earlier ones."""
        with self._changed:
            self.change(found={**self._state.found, stage: tuple(found)})

    def set_output(self, stage: str, output: FinishedFile, **fields: Any) -> None:
        """A new output takes the place of the earlier one."""
        with self._changed:
            self.change(outputs={**self._state.outputs, stage: output}, **fields)

    def wait(self, version: int, seconds: float) -> State | None:
        """A state newer than a version, or None where none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._state.version > version, seconds)
            return self._state if self._state.version > version and not self.closed else None

    def set_in_view(self, name: OutputFormat) -> None:
        """Somebody looks at an output."""
        with self._changed:
            self.in_view = name
            self._changed.notify_all()

    def wait_for_look(self, name: OutputFormat) -> None:
        """Wait until somebody looks at an output, or the end."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.in_view == name)

    def close(self) -> None:
        """Nobody needs to wait any longer."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
