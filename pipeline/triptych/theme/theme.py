"""Define and load themes: the colours, fonts, text styles and page design of all outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from triptych.folders import get_templates_folder
from triptych.languages.language_tags import get_script_subtag
from triptych.languages.word_tables import iter_fallback_tags
from triptych.template_views import template_view
from triptych.theme.print_design import PrintDesign
from triptych.theme.theme_file import Colours, convert_to_field_name, make_print_design, parse_colour


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFontFile:
    """A font file that belongs to the project.

    ``folder`` is the project folder, to which the face's ``file`` is relative. ``digest`` is a digest of the
    file's content. If ``forbids_subsetting`` is true, the font must be embedded unsubsetted.
    """

    folder: str = field(repr=False)  # excluded from cache keys, so that a project can be moved
    digest: str
    extension: str
    forbids_subsetting: bool = False


@template_view("family", "name", "weight", "italic", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class FontFace:
    """A font face: its file, and its CSS weight and style.

    ``file`` is relative to the bundled fonts folder, to the Python package ``package`` if that is set, or to
    the project folder if ``project_file`` is set. ``index`` is the index in a font collection. A variable
    font is instantiated at ``weight``.
    """

    family: str
    file: str
    weight: int = 400
    italic: bool = False
    package: str = ""
    index: int = 0
    project_file: ProjectFontFile | None = None

    @property
    def path(self) -> Path:
        """The path of the font file."""
        if self.project_file:
            return Path(self.project_file.folder, self.file)
        folder = Path(str(files(self.package))) if self.package else find_fonts_folder()
        return folder / self.file

    @property
    def name(self) -> str:
        """A file name that is unique to the face, even if one file contains several faces."""
        name = Path(self.file).name
        if self.project_file:
            slope = "-italic" if self.italic else ""
            plain = "".join(letter for letter in self.family if letter.isascii() and letter.isalnum())
            file = self.project_file
            return f"{plain or 'own'}-{self.weight}{slope}-{file.digest}.{file.extension}"
        return f"{name.partition('.')[0]}-{self.index}-{self.weight}.otf" if name.endswith(".ttc") else name


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Script:
    """The font families of a script that the text faces do not support.

    ``name`` is an ISO 15924 code such as "Hans". ``languages`` are the tags of languages written in the
    script, and ``slides`` is a system font for slides.
    """

    name: str
    languages: tuple[str, ...]
    serif: str
    sans: str
    slides: str
    faces: tuple[FontFace, ...]


@template_view("families", "has")
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Theme:
    """The design tokens of all outputs.

    ``fallback_families`` maps roles (serif, sans, mono) to bundled families, which provide characters that
    are missing from the project's own fonts. Themes are compared by identity, since comparing all their faces
    is slow.
    """

    name: str
    colours: Colours
    serif: str
    sans: str
    mono: str
    math: str
    print: PrintDesign
    faces: tuple[FontFace, ...]
    math_faces: tuple[FontFace, ...]
    slide_fallbacks: tuple[FontFace, ...]
    scripts: tuple[Script, ...] = ()
    fallback_families: Mapping[str, str] = field(default_factory=dict)

    def families(self, role: str) -> tuple[str, ...]:
        """Return the family of a role (serif, sans or mono), followed by its fallback family, if any."""
        other = self.fallback_families.get(role)
        family = {"serif": self.serif, "sans": self.sans, "mono": self.mono}[role]
        return (family, *((other,) if other else ()))

    def find_script(self, language: str) -> Script | None:
        """Return the script of a language, or None if the text faces support the language."""
        if subtag := get_script_subtag(language):
            scripts_with_languages = (script for script in self.scripts if script.languages)
            return next((script for script in scripts_with_languages if script.name.lower() == subtag), None)
        by_language = {tag.lower(): script for script in self.scripts for tag in script.languages}
        return next((by_language[tag] for tag in iter_fallback_tags(language) if tag in by_language), None)

    def has(self, family: str) -> bool:
        """Return whether the theme has faces of the font family ``family``."""
        return bool(self._list_faces(family))

    def _list_faces(self, family: str) -> list[FontFace]:
        all_faces = (*self.faces, *(face for script in self.scripts for face in script.faces))
        return [face for face in all_faces if face.family == family]

    def select_face(self, family: str, *, bold: bool = False, italic: bool = False) -> FontFace:
        """Return the face of a family that is closest to this weight and slope."""
        faces = self._list_faces(family)
        wanted_weight = 700 if bold else 400
        return min(
            faces, key=lambda face: (face.italic != italic, abs(face.weight - wanted_weight), face.file)
        )


@cache
def make_theme_key(theme: Theme) -> str:
    """Return a string with all tokens of a theme, for cache keys."""
    return repr(theme)


def find_fonts_folder() -> Path:
    """Return the folder of bundled fonts."""
    return get_templates_folder() / "fonts"


@cache
def list_built_in_themes() -> tuple[str, ...]:
    """Return the names of the built-in themes."""
    return tuple(sorted(path.stem for path in (get_templates_folder() / "themes").glob("*.yaml")))


@cache
def load_theme(name: str = "house") -> Theme:
    """Load the built-in theme from ``themes/NAME.yaml``."""
    return make_theme(name, load_tokens(name))


@cache
def load_tokens(name: str) -> Mapping[str, Any]:
    """Load the tokens of a built-in theme, merged into those of the theme that it extends."""
    tokens = YAML(typ="safe").load((get_templates_folder() / "themes" / f"{name}.yaml").read_text("utf-8"))
    base = tokens.pop("extends", None)
    return merge_tokens(load_tokens(base), tokens) if base else dict(tokens)


def merge_tokens(tokens: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge ``changes`` into ``tokens``: mappings are merged recursively, other values replaced."""
    result = dict(tokens)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = (
            merge_tokens(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
        )
    return result


def make_theme(name: str, tokens: Mapping[str, Any]) -> Theme:
    """Create a theme from a complete set of valid tokens."""
    return Theme(
        name=name,
        colours=_make_colours(tokens["colours"]),
        serif=tokens["families"]["serif"],
        sans=tokens["families"]["sans"],
        mono=tokens["families"]["mono"],
        math=tokens["families"]["math"],
        print=make_print_design(tokens["print"]),
        faces=tuple(FontFace(**face) for face in tokens["fonts"]),
        math_faces=tuple(FontFace(**face) for face in tokens["math-fonts"]),
        slide_fallbacks=tuple(FontFace(**face) for face in tokens["slide-fallbacks"]),
        scripts=tuple(_iter_scripts(tokens["scripts"], tokens["script-fonts"])),
    )


def _make_colours(tokens: Mapping[str, Any]) -> Colours:
    values: dict[str, Any] = {
        convert_to_field_name(name): tuple(map(parse_colour, token_value))
        if isinstance(token_value, list)
        else parse_colour(token_value)
        for name, token_value in tokens.items()
    }
    return Colours(**values)


def _iter_scripts(scripts: list[dict[str, Any]], faces: list[dict[str, Any]]) -> Iterator[Script]:
    """Yield the scripts with installed font packages."""
    for entry in scripts:
        families = dict.fromkeys((entry["serif"], entry["sans"]))
        script_faces = [face for family in families for face in _list_script_faces(family, faces)]
        if all(not face.package or find_spec(face.package) for face in script_faces):
            yield Script(
                name=entry["script"],
                languages=tuple(entry["languages"]),
                serif=entry["serif"],
                sans=entry["sans"],
                slides=entry["slides"],
                faces=tuple(face for family in families for face in _add_italics(script_faces, family)),
            )


_STYLES = (
    ("Regular", 400, False),
    ("Italic", 400, True),
    ("Bold", 700, False),
    ("BoldItalic", 700, True),
)


def _list_script_faces(family: str, faces: list[dict[str, Any]]) -> list[FontFace]:
    """Return the faces that the theme lists for a family, or else the bundled font files of that name."""
    if faces_of_family := [FontFace(**face) for face in faces if face["family"] == family]:
        return faces_of_family
    stem = f"scripts/{family.replace(' ', '')}"
    bundled = (
        FontFace(family=family, file=f"{stem}-{style}.ttf", weight=weight, italic=italic)
        for style, weight, italic in _STYLES
    )
    return [face for face in bundled if face.path.is_file()]


def _add_italics(faces: list[FontFace], family: str) -> Iterator[FontFace]:
    """Yield the faces of a family. If it has no bold italic face, the bold face also serves as one."""
    family_faces = [face for face in faces if face.family == family]
    yield from family_faces
    boldest = max(family_faces, key=lambda face: face.weight)
    if boldest.weight > 400 and not any(
        face.italic and face.weight == boldest.weight for face in family_faces
    ):
        yield replace(boldest, italic=True)
