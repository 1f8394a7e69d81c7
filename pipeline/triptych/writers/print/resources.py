"""Provide the pictures, charts, formulas and fonts that a book's documents may load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from html import unescape
from importlib.metadata import version
from urllib.parse import unquote

from triptych.engine.cache import Cache
from triptych.engine.processes.pool import NamedJob
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import FONT_SUBSET, Task
from triptych.media.fonts.fonts import (
    align_line_metrics,
    convert_to_static,
    select_script_characters,
    subset_font,
)
from triptych.media.formulas.formulas import FormulaDrawing
from triptych.media.formulas.glyph_svg import list_used_faces
from triptych.media.inks import ColourSpace, convert_image_file
from triptych.media.output_pictures import PreparedPicture
from triptych.media.picture_files import is_svg, sanitise_svg
from triptych.model.nodes import Chart
from triptych.project import UnsafePathError
from triptych.theme.theme import FontFace, Script, Theme, find_fonts_folder
from triptych.writers.print.documents import FORMULA, PICTURE

# A URL in XHTML or CSS, with or without quotation marks. Text that only looks like a URL does not name a
# file.
_URL = re.compile(
    r"""(?<![\w-])(?:project|picture|chart|formula|font):(?:[^"'()\s<>&]|&(?!quot;|apos;|#3[49];))+"""
)


def _find_urls(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unquote(unescape(found)) for found in _URL.findall(text)))


@dataclass(frozen=True, slots=True)
class BookFace:
    """A font face with its name in style sheets.

    ``key`` is the cache key of the face, or "" for a bundled face, which is read from the fonts folder. If
    there is a ``metrics_source``, the font is subset to ``characters`` and gets the line metrics of that
    face. If ``source`` is None, the font can only be read from the cache.
    """

    name: str
    key: str = ""
    source: FontFace | None = None
    metrics_source: FontFace | None = None
    characters: frozenset[str] = frozenset()

    def read(self, cache: Cache) -> bytes:
        """Return the font file as bytes, creating it if it is not in the cache."""
        if not self.key:
            return (find_fonts_folder() / self.name).read_bytes()
        return cache.get_or_make(self.task, self._make_font_file)

    @property
    def task(self) -> Task[bytes]:
        """The cache task that creates the font file."""
        return Task(FONT_SUBSET, self.name, (("face", self.key),), self.key)

    def _make_font_file(self) -> bytes:
        if self.source is None:
            raise ValueError(f"the font {self.name} is not in the cache")
        if self.metrics_source is None:
            return convert_to_static(self.source)
        # Glyphs keep their ids, so that cached quires stay valid.
        return align_line_metrics(
            self.metrics_source, subset_font(self.source, self.characters, keep_glyph_ids=True)
        )


# A file that a document may load: bytes with a media type, or a font face.
File = tuple[bytes, str] | BookFace


@dataclass(slots=True)
class Resources:
    """The files that a book's documents may load, by URL.

    The font faces of ``scripts`` are subset to the characters of the book's ``text``. ``read_file`` returns a
    file of the project by path. ``draw_chart`` returns the drawing of a chart.
    """

    theme: Theme
    scripts: Iterable[Script]
    text: str
    charts: Mapping[str, Chart]
    read_file: Callable[[str], bytes]
    draw_chart: Callable[[Chart], bytes]
    cache: Cache
    executor: Executor
    colour_space: ColourSpace = "rgb"
    files: dict[str, File | None] = field(default_factory=dict)
    _formula_faces: set[str] = field(default_factory=set)
    _subset_jobs: list[Future[bytes]] = field(default_factory=list)

    def add_pictures(self, pictures: Mapping[str, PreparedPicture]) -> None:
        """Add prepared pictures, by the key in their ``picture:`` URL."""
        for key, picture in pictures.items():
            self.files[f"{PICTURE}:{key}"] = (picture.data, picture.media_type)

    def add_template_pictures(self, pictures: Mapping[str, PreparedPicture]) -> None:
        """Add pictures of the project's templates, by their path in the project."""
        for path, picture in pictures.items():
            self.files[f"project:{path}"] = (picture.data, picture.media_type)

    def add_formulas(self, drawings: Iterable[FormulaDrawing | None]) -> None:
        """Add drawings of formulas, by the digest of their SVG source."""
        for drawing in filter(None, drawings):
            for one in drawing.pieces or (drawing,):
                self.files[f"{FORMULA}:{compute_digest(one.glyphs)}"] = convert_image_file(
                    one.glyphs, "image/svg+xml", self.colour_space
                )
            self._formula_faces.update(list_used_faces(drawing.glyphs))

    def find_style_files(self, css: str) -> dict[str, File]:
        """Return the files to which a style sheet refers, and the font faces of formulas, by URL."""
        faces = (
            (f"font:{name}", self._find_face(name) or BookFace(name)) for name in sorted(self._formula_faces)
        )
        return {**dict(faces), **self.find_files(css)}

    def find_files(self, text: str) -> dict[str, File]:
        """Return the files that a document or a style sheet refers to, by URL."""
        files = {name: self._find_file(name) for name in self.cache.memory.call(_find_urls, text)}
        while self._subset_jobs:
            self._subset_jobs.pop().result()
        return {name: file for name, file in files.items() if file is not None}

    def read_face(self, name: str) -> bytes:
        """Return the data of a font face, which may be a bundled face that style sheets do not mention."""
        return (self._find_face(name) or BookFace(name)).read(self.cache)

    def _find_file(self, url: str) -> File | None:
        if url not in self.files:
            self.files[url] = self._load_file(*url.split(":", 1))
        return self.files[url]

    def _load_file(self, scheme: str, path: str) -> File | None:
        match scheme:
            case "font":
                return self._find_face(path)
            case "chart" if path in self.charts:
                return convert_image_file(
                    self.draw_chart(self.charts[path]), "image/svg+xml", self.colour_space
                )
            case "project":
                try:
                    data = self.read_file(path)
                except (OSError, ValueError, UnsafePathError):
                    return None
                if is_svg(data):
                    return convert_image_file(sanitise_svg(data), "image/svg+xml", self.colour_space)
                return convert_image_file(data, "application/octet-stream", self.colour_space)
        return None

    def _find_face(self, name: str) -> BookFace | None:
        """Return a font face, and start to subset it if it is not cached.

        Return None if the book does not use the face.
        """
        if face := next((face for face in self.theme.faces if face.name == name), None):
            return make_unsubset_face(face) if face.project_file else BookFace(name)
        if face := next((face for face in self.theme.math_faces if face.name == name), None):
            return BookFace(face.file)
        for script in self.scripts:
            for face in script.faces:
                if face.name == name:
                    model = self.theme.select_face(self.theme.serif)
                    subset = subset_face(face, model, select_script_characters(script, self.text))
                    if self.cache.get(subset.task) is None:
                        job = NamedJob(f"the font {name}", subset.read)
                        self._subset_jobs.append(self.executor.submit(job, self.cache))
                    return subset
        spare = (face for script in self.theme.scripts for face in script.faces)
        other = next((face for face in spare if face.name == name), None)
        return make_unsubset_face(other) if other else None


def make_unsubset_face(face: FontFace) -> BookFace:
    """Return the ``BookFace`` of a font face of the project, without subsetting it."""
    return BookFace(face.name, Task.for_step(FONT_SUBSET, face.name, face=identify_face(face)).key, face)


def subset_face(face: FontFace, metrics_source: FontFace, characters: frozenset[str]) -> BookFace:
    """Return a ``BookFace`` subset to ``characters``, with the line metrics of ``metrics_source``."""
    task = Task.for_step(
        FONT_SUBSET,
        face.name,
        face=identify_face(face),
        model=identify_face(metrics_source),
        characters="".join(sorted(characters)),
    )
    return BookFace(face.name, task.key, face, metrics_source, characters)


def identify_face(face: FontFace) -> str:
    """Return a string that identifies a font face and the version of its package."""
    package = version(face.package.replace("_", "-")) if face.package else ""
    return f"{face.name} {face.index} {face.weight} {package}"
