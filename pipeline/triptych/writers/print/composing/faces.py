"""The faces that a book is set in, as any process gets them: the cache remembers what was cut."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from triptych.engine.cache import Cache
from triptych.engine.tasks import FACE, Task
from triptych.media.fonts.fonts import on_lines_of, subset_font, whole_font
from triptych.theme.theme import FontFace, fonts_folder


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

    def data(self, cache: Cache) -> bytes:
        """The font file, made where the cache has lost it."""
        if not self.key:
            return (fonts_folder() / self.name).read_bytes()
        return cache.remember(self.task, self._made)

    @property
    def task(self) -> Task[bytes]:
        """What makes it; its key is all that is known of one without a source."""
        return Task(FACE, self.name, (("face", self.key),), self.key)

    def _made(self) -> bytes:
        if self.source is None:
            raise ValueError(f"the font {self.name} is not in the cache")
        if self.model is None:
            return whole_font(self.source)
        # Glyphs keep their numbers, whatever a book says later.
        return on_lines_of(self.model, subset_font(self.source, self.characters, keep_numbers=True))


def whole_face(face: FontFace) -> BookFace:
    """A face of the project."""
    return BookFace(face.name, Task.of(FACE, face.name, face=identity(face)).key, face)


def cut_face(face: FontFace, model: FontFace, characters: frozenset[str]) -> BookFace:
    """A face cut down to some characters."""
    task = Task.of(
        FACE, face.name, face=identity(face), model=identity(model), characters="".join(sorted(characters))
    )
    return BookFace(face.name, task.key, face, model, characters)


def identity(face: FontFace) -> str:
    """What tells a face from all others, and from itself in another version."""
    package = version(face.package.replace("_", "-")) if face.package else ""
    return f"{face.name} {face.index} {face.weight} {package}"
