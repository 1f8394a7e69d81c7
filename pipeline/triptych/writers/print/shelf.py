"""What the layout engine may ask for: pictures, charts, formulas and fonts of one book, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from triptych.media.fonts import on_lines_of, share, subset_font
from triptych.media.formulas import Drawing
from triptych.media.inks import Inks, inked
from triptych.media.pictures import is_svg, safe_svg
from triptych.media.preparing import Prepared
from triptych.model.nodes import Chart
from triptych.theme import Script, Theme, fonts_folder


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a book. ``words`` is its text, which the faces of ``scripts`` are needed for.

    ``drawings`` are those of formulas; ``read`` gives a file that a template of the project names.
    """

    theme: Theme
    scripts: Sequence[Script]
    words: str
    drawings: Sequence[Drawing | None]
    pictures: Sequence[Prepared]
    charts: Mapping[str, Chart]
    read: Callable[[str], bytes]
    draw: Callable[[Chart], bytes]
    inks: Inks = "rgb"

    def fetch(self, scheme: str, path: str) -> tuple[bytes, str]:
        """The bytes and the media type of an address. Raises ValueError for a font of no theme."""
        data, media_type = self._file(scheme, path)
        # Pictures were made ready with their inks.
        return (data, media_type) if scheme in ("font", "picture") else inked(data, media_type, self.inks)

    def _file(self, scheme: str, path: str) -> tuple[bytes, str]:
        match scheme:
            case "font":
                return self._font(path)
            case "formula":
                drawing = self.drawings[int(path)]
                return (drawing.svg if drawing else b""), "image/svg+xml"
            case "picture":
                picture = self.pictures[int(path)]
                return picture.data, picture.media_type
            case "chart":
                return self.draw(self.charts[path]), "image/svg+xml"
        data = self.read(path)
        if is_svg(data):
            return safe_svg(data), "image/svg+xml"
        return data, "application/octet-stream"

    def _font(self, path: str) -> tuple[bytes, str]:
        for script in self.scripts:
            for face in script.faces:
                if face.name == path:
                    data = subset_font(face, share(script, self.words))
                    return on_lines_of(self.theme.face(self.theme.serif), data), "font/otf"
        if path not in {face.file for face in self.theme.faces}:
            raise ValueError(f"the theme has no font file {path}")
        return (fonts_folder() / path).read_bytes(), "font/ttf"
