"""Provide forward and inverse search between the source and the outputs in the preview.

Indexes are built on first use, so that they do not slow down builds. A worker process reads and renders PDF
pages, because PDFium is not thread-safe.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ParamSpec, TypeVar

from triptych.engine.processes.pool import BackgroundWorker
from triptych.formats import FORMATS, OutputFormat
from triptych.preview.alignment import Query, WordIndex, make_query
from triptych.preview.editors import make_editor_command, make_editor_url, start_editor
from triptych.preview.output_texts import (
    read_page_of,
    read_screen,
    read_slide,
    render_page_of,
)
from triptych.preview.outputs import PreviewSlide
from triptych.preview.source_lines import OutputText, SourceIndex, SourcePlace
from triptych.preview.state import PreviewState, SharedState
from triptych.project import Project, UnsafePathError

P = ParamSpec("P")
T = TypeVar("T")

_SOURCE_SUFFIXES = (
    ".md",
    ".markdown",
    ".qmd",
    ".yaml",
    ".yml",
    ".csv",
    ".tsv",
    ".bib",
    ".json",
    ".dot",
    ".mmd",
)
_MAX_SOURCE_SIZE = 4 << 20  # characters
_MAX_SEARCHED_PAGES = 24
_MIN_SCORE = 12.0  # bits; minimum score of a passage that the preview scrolls to automatically


@dataclass(frozen=True, slots=True)
class _Texts:
    """Named texts of an output that are searched for changed source lines."""

    names: Sequence[Any]
    texts: Sequence[OutputText]

    def find(self, query: Query) -> tuple[Any, OutputText, int] | None:
        """Return the name and text of the best passage for a query, and the focus's index in that text."""
        starts: list[int] = []
        words: list[str] = []
        for text in self.texts:
            starts.append(len(words))
            words += text.texts
        index = WordIndex(words, starts or (0,))
        passage = index.find_passage(query)
        if passage is None or passage.score < _MIN_SCORE:
            return None
        place = passage.locate_focus(query)
        number = index.get_text_number(place)
        return self.names[number], self.texts[number], place - starts[number]


class Navigator:
    """Finds source lines and positions in outputs for the preview of the project in ``root``."""

    def __init__(self, root: Path, shared_state: SharedState, editor: str = "") -> None:
        self._root, self._shared, self._editor = root, shared_state, editor
        self._worker = BackgroundWorker(low_priority=False)
        # On Linux, the process ends with the thread that started it, and connections are short-lived.
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()
        self._stamps: Mapping[str, tuple[int, int]] = {}
        self._index = SourceIndex({})

    def close(self) -> None:
        """Stop the worker process, and remove temporary files."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._worker.stop()
        if self._folder is not None:
            self._folder.cleanup()

    # --- From outputs to the source -----------------------------------------------------------------

    def locate_on_screen(self, state: PreviewState, path: str, offset: int) -> SourcePlace | None:
        """Return the source position of the word at an offset in the text content of an EPUB page's body."""
        file = state.ebook.files.get(path) if state.ebook else None
        if file is None or file[0] != "application/xhtml+xml":
            return None
        text = read_screen(file[1])
        return self._locate(text, text.get_index_at(offset))

    def locate_on_page(self, state: PreviewState, number: int, x: float, y: float) -> SourcePlace | None:
        """Return the source position of the word next to a point on a PDF page. ``number`` is 1-based."""
        if not 1 <= number <= len(state.pages):
            return None
        page = self._run_job(read_page_of, self._write_pdf(state), number - 1)
        return self._locate(page.text, page.get_index_near(x, y))

    def locate_in_slide_text(
        self, state: PreviewState, number: int, line: int, offset: int
    ) -> SourcePlace | None:
        """Return the source position of the word at an offset in a line of a slide. ``number`` is 1-based."""
        if not (1 <= number <= len(state.slides) and line < len(state.slides[number - 1].lines)):
            return None
        slide = state.slides[number - 1]
        start = sum(len(text) + 1 for text in slide.lines[:line])
        text = read_slide(slide)
        return self._locate(text, text.get_index_at(start + min(offset, len(slide.lines[line]))))

    def locate_in_slide_image(
        self, state: PreviewState, number: int, x: float, y: float
    ) -> SourcePlace | None:
        """Return the source position of the word next to a point in the image of a slide."""
        slide = state.slides[number - 1] if 1 <= number <= len(state.slides) else None
        image = state.slide_images.get(slide.image_key) if slide else None
        if slide is None or image is None:
            return None
        index = image.page.get_index_near(x, y)
        return (
            None if index is None else locate_slide_word(self._read_sources(), slide, image.page.text, index)
        )

    def _locate(self, text: OutputText, index: int | None) -> SourcePlace | None:
        return None if index is None else self._read_sources().locate(text, index)

    def _read_sources(self) -> SourceIndex:
        """Return an index of the project's text files in their current state."""
        with self._lock:
            project = Project(self._root)
            stamps = {}
            for path in sorted(self._shared.state.source_paths):
                try:
                    status = (self._root / path).stat()
                except OSError:
                    continue
                stamps[path] = (status.st_mtime_ns, status.st_size)
            if stamps != self._stamps:
                texts = {path: text for path in stamps if (text := read_source_text(project, path))}
                self._index, self._stamps = SourceIndex(texts), stamps
            return self._index

    # --- From the source to the editor --------------------------------------------------------------

    def open_editor(self, place: SourcePlace) -> Mapping[str, Any] | None:
        """Open a source file of the project in the editor, and return the outcome for the page.

        If the path is not that of a source file, return None.
        """
        if place.path not in self._shared.state.source_paths:
            return None
        try:
            if not Project(self._root).has_file(place.path):
                return None
        except UnsafePathError:
            return None
        path = self._root / place.path
        command = make_editor_command(self._editor, path, place)
        return {
            "path": place.path,
            "line": place.line,
            "column": place.column,
            "url": make_editor_url(path, place),
            "opened": command is not None and start_editor(command),
            "command": command.text if command is not None else "",
        }

    # --- From changed source lines to the outputs ----------------------------------------------------

    def find_change(self, state: PreviewState, output: OutputFormat) -> Mapping[str, Any]:
        """Return the position of the last changed source line in an output, or an empty mapping.

        Positions are those of the page's script: a path and an offset, a page and a box, or a slide and a
        line.
        """
        change = state.change.find_first() if state.change else None
        if change is None:
            return {}
        query = change.query
        if FORMATS[output].is_deck:
            return self._find_on_slides(state, query)
        if FORMATS[output].is_paged:
            return self._find_on_pages(state, query) if state.pages else {}
        return self._find_on_screens(state, query) if state.ebook else {}

    def _find_on_screens(self, state: PreviewState, query: Query) -> Mapping[str, Any]:
        assert state.ebook is not None
        names = [path for path in state.ebook.spine if path in state.changed_files]
        texts = [read_screen(state.ebook.files[path][1]) for path in names]
        match = _Texts(names, texts).find(query)
        return {"path": match[0], "offset": match[1].words[match[2]].start} if match else {}

    def _find_on_pages(self, state: PreviewState, query: Query) -> Mapping[str, Any]:
        numbers = sorted(state.changed_pages, key=lambda number: not state.pages[number - 1].is_body)
        numbers = numbers[:_MAX_SEARCHED_PAGES]
        path = self._write_pdf(state)
        pages = {number: self._run_job(read_page_of, path, number - 1) for number in numbers}
        match = _Texts(numbers, [page.text for page in pages.values()]).find(query)
        if match is None:
            return {"page": state.changed_page, "box": ()}
        boxes = pages[match[0]].boxes[match[2]]
        return {"page": match[0], "box": boxes[0] if boxes else ()}

    def _find_on_slides(self, state: PreviewState, query: Query) -> Mapping[str, Any]:
        numbers = [number for number in sorted(state.changed_slides) if number <= len(state.slides)]
        match = _Texts(numbers, [read_slide(state.slides[number - 1]) for number in numbers]).find(query)
        if match is None:
            return {"slide": numbers[0], "line": 0} if numbers else {}
        return {"slide": match[0], "line": match[1].block_numbers[match[2]]}

    # --- Pages of the PDF ------------------------------------------------------------------------------

    def render_page(self, state: PreviewState, digest: str, scale: int) -> bytes | None:
        """Return the image of the page with this digest, or None if there is none."""
        number = next((index for index, page in enumerate(state.pages) if page.digest == digest), None)
        if number is None:
            return None
        return self._run_job(render_page_of, self._write_pdf(state), number, float(scale))

    def _run_job(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._thread.submit(self._worker.run_job, job, *args, **kwargs).result()

    def _write_pdf(self, state: PreviewState) -> Path:
        """Write a copy of the PDF, from which the worker process reads pages, and return its path."""
        output = next(file for name, file in state.outputs.items() if FORMATS[name].is_paged)
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="preview-", ignore_cleanup_errors=True)
            folder = Path(self._folder.name)
            path = folder / f"{output.digest}.pdf"
            if not path.exists():
                for older in sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)[:-1]:
                    with suppress(OSError):  # on Windows, open files are not removed
                        older.unlink()
                path.write_bytes(output.data)
        return path


def locate_slide_word(
    sources: SourceIndex, slide: PreviewSlide, slide_text: OutputText, index: int
) -> SourcePlace | None:
    """Return the source position of a word in the image of a slide.

    ``slide_text`` has the words of the image. The word is looked for in the texts of the slide first.
    Other words are labels of charts.
    """
    query = make_query(slide_text.texts, slide_text.block_numbers, index).focus_on_paragraph()
    if query.is_short and (place := sources.locate_label(slide_text, index, slide.alt_texts, is_exact=True)):
        return place
    text = read_slide(slide)
    notes = len(slide.lines) - len(slide.notes)
    words = [word for word, line in zip(text.texts, text.block_numbers, strict=True) if line < notes]
    passage = WordIndex(words).find_passage(query)
    if passage is not None and passage.covers(query):
        return sources.locate(text, passage.locate_focus(query))
    return sources.locate_label(slide_text, index, slide.alt_texts)


def read_source_text(project: Project, path: str) -> str:
    """Return the text of a source file that may contain words of outputs, or "" for other files."""
    if PurePosixPath(path).suffix.lower() not in _SOURCE_SUFFIXES:
        return ""
    try:
        text = project.read_text(path)
    except (OSError, UnsafePathError, UnicodeDecodeError):
        return ""
    return text if len(text) <= _MAX_SOURCE_SIZE else ""
