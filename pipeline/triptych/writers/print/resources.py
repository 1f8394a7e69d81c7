"""What documents may ask for: pictures, charts, formulas and fonts of one book, and nothing else."""

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
from triptych.engine.store.program import digest
from triptych.engine.tasks import FACE, Task
from triptych.media.fonts.fonts import (
    align_line_metrics,
    convert_to_static,
    select_characters_for,
    subset_font,
)
from triptych.media.formulas.formulas import Drawing
from triptych.media.inks import Inks, convert_file
from triptych.media.output_pictures import Prepared
from triptych.media.picture_files import is_svg, sanitise_svg
from triptych.model.nodes import Chart
from triptych.project import UnsafePath
from triptych.theme.theme import FontFace, Script, Theme, find_fonts_folder
from triptych.writers.print.documents import FORMULA, PICTURE

# Wherever an address stands, and whatever its quotation marks; what else looks like one names no file.
_ADDRESS = re.compile(
    r"""(?<![\w-])(?:project|picture|chart|formula|font):(?:[^"'()\s<>&]|&(?!quot;|apos;|#3[49];))+"""
)


def _find_addresses(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unquote(unescape(found)) for found in _ADDRESS.findall(text)))


@dataclass(frozen=True, slots=True)
class BookFace:
    """A face under the name that style sheets have for it.

    ``key`` is its place in the cache, "" for one of the theme, which lies in the folder of fonts. It is made
    of its ``source``: cut down to some ``characters``, and then it stands on lines as the ``model`` does;
    whole without a model. One without a source is known by the cache alone.
    """

    name: str
    key: str = ""
    source: FontFace | None = None
    model: FontFace | None = None
    characters: frozenset[str] = frozenset()

    def read(self, cache: Cache) -> bytes:
        """Return the font file, made again if the cache has lost it."""
        if not self.key:
            return (find_fonts_folder() / self.name).read_bytes()
        return cache.get_or_make(self.task, self._make)

    @property
    def task(self) -> Task[bytes]:
        """What makes it; its key is all that is known of one without a source."""
        return Task(FACE, self.name, (("face", self.key),), self.key)

    def _make(self) -> bytes:
        if self.source is None:
            raise ValueError(f"the font {self.name} is not in the cache")
        if self.model is None:
            return convert_to_static(self.source)
        # Glyphs keep their numbers, whatever a book says later.
        return align_line_metrics(self.model, subset_font(self.source, self.characters, keep_numbers=True))


# What a document may ask the layout engine for: its bytes and media type, or a face.
File = tuple[bytes, str] | BookFace


@dataclass(slots=True)
class Resources:
    """The files of a book. ``words`` is its text, which the faces of ``scripts`` are needed for.

    ``read`` gives a file that a template of the project names, ``draw`` a chart's drawing. Faces are cut in
    the processes of the ``executor``.
    """

    theme: Theme
    scripts: Iterable[Script]
    words: str
    charts: Mapping[str, Chart]
    read: Callable[[str], bytes]
    draw: Callable[[Chart], bytes]
    cache: Cache
    executor: Executor
    inks: Inks = "rgb"
    held: dict[str, File | None] = field(default_factory=dict)
    _cutting: list[Future[bytes]] = field(default_factory=list)

    def put_pictures(self, pictures: Mapping[str, Prepared]) -> None:
        """Add pictures by their keys."""
        for key, picture in pictures.items():
            self.held[f"{PICTURE}:{key}"] = (picture.data, picture.media_type)

    def put_template_pictures(self, pictures: Mapping[str, Prepared]) -> None:
        """Add pictures that templates of the project name, by their paths."""
        for path, picture in pictures.items():
            self.held[f"project:{path}"] = (picture.data, picture.media_type)

    def put_formulas(self, drawings: Iterable[Drawing | None]) -> None:
        """Add formulas by their digests."""
        for drawing in filter(None, drawings):
            for one in drawing.pieces or (drawing,):
                self.held[f"{FORMULA}:{digest(one.svg)}"] = convert_file(one.svg, "image/svg+xml", self.inks)

    def files_named_in(self, text: str) -> dict[str, File]:
        """Return the files that a document or a style sheet names, by their addresses."""
        files = {name: self._find_file(name) for name in self.cache.memory.call(_find_addresses, text)}
        while self._cutting:
            self._cutting.pop().result()
        return {name: file for name, file in files.items() if file is not None}

    def read_face(self, name: str) -> bytes:
        """Return a face's bytes; fontconfig may also take a bundled one that no style sheet names."""
        return (self._find_face(name) or BookFace(name)).read(self.cache)

    def _find_file(self, address: str) -> File | None:
        if address not in self.held:
            self.held[address] = self._load_file(*address.split(":", 1))
        return self.held[address]

    def _load_file(self, scheme: str, path: str) -> File | None:
        match scheme:
            case "font":
                return self._find_face(path)
            case "chart" if path in self.charts:
                return convert_file(self.draw(self.charts[path]), "image/svg+xml", self.inks)
            case "project":
                try:
                    data = self.read(path)
                except (OSError, ValueError, UnsafePath):
                    return None
                if is_svg(data):
                    return convert_file(sanitise_svg(data), "image/svg+xml", self.inks)
                return convert_file(data, "application/octet-stream", self.inks)
        return None

    def _find_face(self, name: str) -> BookFace | None:
        """Return a face, being cut if it is missing; None if it does not belong to the book."""
        if face := next((face for face in self.theme.faces if face.name == name), None):
            return whole_face(face) if face.own else BookFace(name)
        for script in self.scripts:
            for face in script.faces:
                if face.name == name:
                    model = self.theme.face(self.theme.serif)
                    cut = cut_face(face, model, select_characters_for(script, self.words))
                    if self.cache.get(cut.task) is None:
                        cutting = NamedJob(f"the font {name}", cut.read)
                        self._cutting.append(self.executor.submit(cutting, self.cache))
                    return cut
        return None


def whole_face(face: FontFace) -> BookFace:
    """Return a face of the project."""
    return BookFace(face.name, Task.of(FACE, face.name, face=identify_face(face)).key, face)


def cut_face(face: FontFace, model: FontFace, characters: frozenset[str]) -> BookFace:
    """Return a face cut down to some characters."""
    task = Task.of(
        FACE,
        face.name,
        face=identify_face(face),
        model=identify_face(model),
        characters="".join(sorted(characters)),
    )
    return BookFace(face.name, task.key, face, model, characters)


def identify_face(face: FontFace) -> str:
    """Return what distinguishes a face from others and from its other versions."""
    package = version(face.package.replace("_", "-")) if face.package else ""
    return f"{face.name} {face.index} {face.weight} {package}"
