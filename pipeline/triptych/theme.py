"""The theme: one set of tokens that decides how all three outputs look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML


@cache
def templates_folder() -> Path:
    """The built-in templates: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("templates")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Colours as six hexadecimal digits without ``#``.

    ``ink`` on ``paper`` is text; ``deep`` fills openers and dark slides; ``panel`` is a quiet
    surface; ``mark`` are the three panels of the house's mark, on ``deep``; ``series`` are the chart
    colours, in order, told apart by colour-blind readers.
    """

    ink: str
    muted: str
    paper: str
    panel: str
    rule: str
    deep: str
    accent: str
    link: str
    mark: tuple[str, ...]
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFace:
    """One font file of a family: file name in the fonts folder, CSS weight and style."""

    family: str
    file: str
    weight: int = 400
    italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Design tokens. Family names are those of bundled faces; sizes live in the style sheets."""

    name: str
    colours: Colours
    serif: str
    sans: str
    mono: str
    faces: tuple[FontFace, ...]
    slide_fallbacks: tuple[FontFace, ...]

    def face(self, family: str, *, bold: bool = False, italic: bool = False) -> FontFace:
        """The face of a family nearest to what is asked for."""
        faces = [face for face in self.faces if face.family == family]
        wanted = 700 if bold else 400
        return min(faces, key=lambda face: (face.italic != italic, abs(face.weight - wanted), face.file))


def fonts_folder() -> Path:
    """The folder of bundled fonts."""
    return templates_folder() / "fonts"


@cache
def load_theme(name: str = "house") -> Theme:
    """Read ``themes/NAME.yaml`` among the templates."""
    tokens = YAML(typ="safe").load((templates_folder() / "themes" / f"{name}.yaml").read_text("utf-8"))
    colours = tokens["colours"]
    return Theme(
        name=name,
        colours=Colours(**{**colours, "mark": tuple(colours["mark"]), "series": tuple(colours["series"])}),
        serif=tokens["families"]["serif"],
        sans=tokens["families"]["sans"],
        mono=tokens["families"]["mono"],
        faces=tuple(FontFace(**face) for face in tokens["faces"]),
        slide_fallbacks=tuple(FontFace(**face) for face in tokens["slide-fallbacks"]),
    )
