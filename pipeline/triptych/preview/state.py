"""Keep the state that the preview shows, and let threads wait for changes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from triptych.diagnostics import Diagnostic, has_errors, sort_findings
from triptych.engine.store.program_digest import compute_digest
from triptych.formats import OutputFormat
from triptych.preview.outputs import Ebook, PreviewPage, PreviewSlide
from triptych.preview.slide_images import SlideImage
from triptych.preview.source_changes import ChangedFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """An output file. ``seconds`` is the time from the start of the build until it was written."""

    name: str
    data: bytes = field(repr=False)
    digest: str
    seconds: float

    @classmethod
    def from_data(cls, name: str, data: bytes, seconds: float) -> OutputFile:
        """Return an output file with a digest of its data."""
        return cls(name=name, data=data, digest=compute_digest(data)[:16], seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewState:
    """Everything that the preview page shows.

    ``outputs`` has the last good version of each output, ``findings`` the findings of the last build by
    stage, and ``running_stages`` the names of the stages in progress. ``slide_images`` maps image keys to
    images of slides. ``failure`` describes the exception that ended the last build, or is "" if there was
    none.

    ``source_paths`` are the files that the last build read. ``change`` has the source files that changed when
    source text last differed from the previous build, and ``change_number`` counts such builds.
    ``changed_files`` are the paths of EPUB files that differ from the previous EPUB; ``changed_pages`` and
    ``changed_slides`` are 1-based numbers. ``changed_page`` is the first changed page.

    In a rehearsal, ``planned_seconds`` has the planned time of each visible slide; otherwise, it is None.
    """

    version: int = 0
    title: str = ""
    running_stages: frozenset[str] = frozenset()
    outputs: Mapping[OutputFormat, OutputFile] = field(default_factory=dict)
    findings: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    failure: str = ""
    ebook: Ebook | None = None
    slides: tuple[PreviewSlide, ...] = ()
    slide_images: Mapping[str, SlideImage] = field(default_factory=dict)
    pages: tuple[PreviewPage, ...] = ()
    source_paths: frozenset[str] = frozenset()
    change: ChangedFiles | None = None
    change_number: int = 0
    changed_files: frozenset[str] = frozenset()
    changed_pages: frozenset[int] = frozenset()
    changed_slides: frozenset[int] = frozenset()
    changed_page: int = 1
    planned_seconds: tuple[int, ...] | None = None

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The findings of all stages."""
        return sort_findings(finding for findings in self.findings.values() for finding in findings)

    @property
    def has_failed(self) -> bool:
        """Whether the last build failed, so that outputs are older than the source."""
        return bool(self.failure) or has_errors(self.diagnostics)


class SharedState:
    """The state of the preview, which several threads read and change.

    ``visible_output`` is the output that the browser shows, or "" if no page is open yet.
    """

    def __init__(self) -> None:
        self._state = PreviewState()
        self._changed = threading.Condition()
        self.is_closed = False
        self.visible_output: OutputFormat | Literal[""] = ""

    @property
    def state(self) -> PreviewState:
        """The current state."""
        return self._state

    def update_state(self, **fields: Any) -> PreviewState:
        """Replace fields of the state, notify waiting threads, and return the new state."""
        with self._changed:
            self._state = replace(self._state, **fields, version=self._state.version + 1)
            self._changed.notify_all()
            return self._state

    def begin_stage(self, stage: str) -> None:
        """Mark a build stage as running."""
        with self._changed:
            self.update_state(running_stages=self._state.running_stages | {stage})

    def end_stage(self, stage: str, **fields: Any) -> None:
        """Mark a build stage as ended, and change other fields of the state."""
        with self._changed:
            self.update_state(running_stages=self._state.running_stages - {stage}, **fields)

    def set_findings(self, stage: str, findings: list[Diagnostic]) -> None:
        """Replace the findings of a build stage."""
        with self._changed:
            self.update_state(findings={**self._state.findings, stage: tuple(findings)})

    def set_output(self, stage: str, output: OutputFile, **fields: Any) -> None:
        """Replace an output, and ``fields`` of the state that depend on it."""
        with self._changed:
            self.update_state(outputs={**self._state.outputs, stage: output}, **fields)

    def wait_for_change(self, version: int, seconds: float) -> PreviewState | None:
        """Wait for a state newer than ``version``, and return it.

        Return None if there is none after ``seconds``, or if the preview is closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.is_closed or self._state.version > version, seconds)
            return self._state if self._state.version > version and not self.is_closed else None

    def set_visible_output(self, name: OutputFormat) -> None:
        """Set the output that the browser shows."""
        with self._changed:
            self.visible_output = name
            self._changed.notify_all()

    def wait_until_visible(self, name: OutputFormat) -> None:
        """Wait until the browser shows an output, or the preview is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_closed or self.visible_output == name)

    def close_preview(self) -> None:
        """Mark the preview as closed, and wake all waiting threads."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()
