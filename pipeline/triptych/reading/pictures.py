"""Locate and measure the image files that sections refer to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.engine.cache import Cache
from triptych.engine.tasks import PICTURE_SIZE, Task
from triptych.folders import iter_files
from triptych.formats import BOOK_FORMATS, FORMATS, OutputFormat
from triptych.media.picture_files import (
    EXTENSIONS,
    DrawingTime,
    inspect_picture,
    is_animated,
    sanitise_svg,
)
from triptych.media.raster_images import UnusablePictureError
from triptych.media.svg_rendering import time_slow_drawing
from triptych.media.svg_text import explain_text_not_outlined
from triptych.model.nodes import Image, Picture
from triptych.model.whole_numbers import parse_whole_number
from triptych.project import Project, UnsafePathError
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits, make_limit_hint

_Measures: TypeAlias = tuple[str, float, float, bool]  # media type, width, height, and whether it is animated

_REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]+:|//)", re.IGNORECASE)  # but not a drive such as C:
_EXTENSIONS = {*EXTENSIONS.values(), "jpeg"}


class PictureFinder:
    """Locates the image files of a project, and measures each file once."""

    def __init__(self, project: Project, cache: Cache, limits: ReadingLimits = DEFAULT_LIMITS) -> None:
        self._project = project
        self._cache = cache
        self._limits = limits
        self._drawing_time = DrawingTime(limits.drawing_time)
        self._pictures: dict[tuple[str, int], Picture | UnusablePictureError] = {}
        self._reported: set[str] = set()

    def copy_for_section(self) -> PictureFinder:
        """Return a finder for another section, which shares measurements but repeats findings."""
        other = PictureFinder(self._project, self._cache, self._limits)
        other._pictures, other._drawing_time = self._pictures, self._drawing_time
        return other

    def find(
        self, source: str, *, referring_file: str, span: Span, page: int = 1, extensions: Sequence[str] = ()
    ) -> tuple[Picture | None, list[Diagnostic]]:
        """Return the image that ``referring_file`` refers to as ``source``, and the findings.

        The image is None if it cannot be used. ``page`` is the page number of a PDF. If ``source`` has no
        extension, ``extensions`` are tried in order.
        """

        def report(code: str, message: str, hint: str | None = None) -> tuple[None, list[Diagnostic]]:
            return None, [Diagnostic(code=code, span=span, message=message, hint=hint)]

        if _REMOTE.match(source):
            hint = "download the image into the project and use its local path"
            if source.startswith("data:"):
                return report(
                    "IMG002",
                    f'data URI "{source[:30]}…" is not supported',
                    "save the image as a file in the project",
                )
            return report("IMG002", f'image "{source[:80]}" is remote; builds never use the network', hint)
        try:
            path = self._locate(source, referring_file, extensions)
            if path is None:
                reason = self._project.describe_missing_file(unquote(source), referring_file=referring_file)
                hint = self._suggest_file(source, referring_file)
                return report("IMG001", f'image "{unquote(source)}" {reason}', hint)
            picture = self._measure_once(path, page)
            return picture, self._report_svg_text(picture, span)
        except UnsafePathError as error:
            return report("SEC005", str(error), error.hint)
        except UnusablePictureError as error:
            advice = _find_usage_hint(str(error))
            if source.lower().endswith((".csv", ".tsv")):
                advice = f"write ::: {{.chart data={source} …}} to draw a chart"
            return report("IMG003", f'image "{source}" cannot be used: {error}', advice)

    def _report_svg_text(self, picture: Picture, span: Span) -> list[Diagnostic]:
        """Report IMG008, once per section, for an SVG image whose text depends on the SVG renderer."""
        if picture.media_type != "image/svg+xml" or picture.path in self._reported:
            return []
        self._reported.add(picture.path)
        reason = explain_text_not_outlined(sanitise_svg(self._project.read_bytes(picture.path)))
        difference = "may render differently in the EPUB and the deck than in the PDF"
        message = f'text in "{picture.path}" {difference}: {reason}'
        hint = "convert the text to outlines (paths) in your vector editor"
        return [Diagnostic(code="IMG008", span=span, message=message, hint=hint)] if reason else []

    def set_image_files(self, node: object, *, referring_file: str, findings: list[Diagnostic]) -> object:
        """Set the files of an image node.

        Other nodes are returned unchanged, so that ``rewrite`` can call this function. Findings are appended
        to ``findings``.
        """
        if not isinstance(node, Image) or node.picture is not None:
            return node
        picture = self._find_variant(node, node.source, BOOK_FORMATS[0], referring_file, findings)
        if picture is None:
            return node
        variants = []
        for output in BOOK_FORMATS:
            variant_source = node.attr.get(output)
            # Unless a file is set for an output, outputs differ only if the image has no extension.
            if not variant_source and _has_extension(node.source):
                continue
            other = self._find_variant(node, variant_source or node.source, output, referring_file, findings)
            if other is not None and other != picture:
                variants.append((output, other))
        return replace(node, picture=picture, variants=tuple(variants))

    def _find_variant(
        self, node: Image, source: str, output: OutputFormat, referring_file: str, findings: list[Diagnostic]
    ) -> Picture | None:
        page = parse_whole_number(node.attr.get("page", "1")) or 0
        span = node.span or Span(path=referring_file)
        picture, problems = self.find(
            source,
            referring_file=referring_file,
            span=span,
            page=page,
            extensions=FORMATS[output].picture_endings,
        )
        findings.extend(problems)
        return picture

    def _locate(self, source: str, referring_file: str, extensions: Sequence[str]) -> str | None:
        """Return the path of an image file, as written or with %20 decoded, or None if it does not exist."""
        for name in dict.fromkeys((source, unquote(source))):
            endings = [""] if _has_extension(name) else ["", *(f".{ending}" for ending in extensions)]
            for ending in endings if name else [""]:
                if (
                    path := self._project.locate_file(name + ending, referring_file=referring_file)
                ) is not None:
                    return path
        return None

    def _measure_once(self, path: str, page: int) -> Picture:
        if (path, page) not in self._pictures:
            try:
                self._pictures[path, page] = self._measure(path, page)
            except UnusablePictureError as error:
                self._pictures[path, page] = error
        cached = self._pictures[path, page]
        if isinstance(cached, UnusablePictureError):
            raise cached
        return cached

    def _measure(self, path: str, page: int) -> Picture:
        data = self._project.read_bytes(path)

        def measure() -> _Measures:
            # Incomplete image files are only detected by decoding them.
            media_type, width, height = inspect_picture(data, page, self._limits, self._drawing_time)
            if media_type == "image/svg+xml":
                self._drawing_time.check()
                self._drawing_time.charge(time_slow_drawing(data))
            return media_type, width, height, is_animated(data, media_type)

        task: Task[_Measures] = Task.for_step(PICTURE_SIZE, path, file=data, page=str(page))
        media_type, width, height, moving = self._cache.get_or_make(task, measure, _Measures)
        return Picture(
            path=path,
            media_type=media_type,
            width=width,
            height=height,
            page=page if media_type == "application/pdf" else 0,
            moving=moving,
        )

    def _suggest_file(self, name: str, referring_file: str) -> str:
        source, referring_folder = self._project.root / "source", (self._project.root / referring_file).parent
        files = [file for file in iter_files(source) if file.suffix[1:].lower() in _EXTENSIONS]
        names = [
            file.relative_to(folder).as_posix()
            for folder in (referring_folder, source)
            for file in files
            if file.is_relative_to(folder)
        ]
        return (
            did_you_mean(name, names)
            or "check the path; Triptych looks next to the section file, then next to `book.yaml`"
        )


def _find_usage_hint(reason: str) -> str | None:
    hints = (
        ("not supported", "save the image as PNG, JPEG or SVG"),
        ("exceed the limit of", f"scale the image down, or {make_limit_hint('image-pixels')}"),
        ("takes too long", f"simplify the drawing, save it as PNG, or {make_limit_hint('drawing-time')}"),
        ("time limit", "simplify the drawing, or save it as PNG"),
        ("memory limit", "simplify the drawing, or save it as PNG"),
        ("scans; the limit", "save the image as a baseline (not progressive) JPEG"),
        ("shapes; the limit is", f"simplify the drawing, or {make_limit_hint('svg-elements')}"),
    )
    return next((hint for part, hint in hints if part in reason), None)


def _has_extension(source: str) -> bool:
    """Return whether a file name has the extension of an image format; ``plot.v2`` does not."""
    return PurePosixPath(unquote(source)).suffix[1:].lower() in _EXTENSIONS
