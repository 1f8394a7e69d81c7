"""Define the keys of a theme file, and check their values.

The docstrings of the fields become the descriptions in the JSON schema, which editors display.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from triptych.diagnostics import join_names
from triptych.template_views import template_view
from triptych.theme.print_design import PrintDesign, TextStyle, TextStyles, parse_text_style

MIN_LIST_LENGTHS: Mapping[str, int] = {"emblem": 3, "series": 6}
"""The minimum number of colours in each list."""
VALUE_RANGES: Mapping[str, tuple[float, float]] = {
    "wide-page-text": (6, 48),
    "opener-drop": (0, 12),
    "chart-width": (160, 640),
}
"""The minimum and maximum value of each numeric key, both inclusive."""
COLOUR_PATTERN = "#?([0-9A-Fa-f]{6})"
NUMBER_PATTERN = r"(\d+(?:\.\d+)?)(?:pt)?"
WEIGHT_PATTERN = "[1-9]00"


def convert_to_key(attribute: str) -> str:
    """Convert a field name to its key in a theme file."""
    return attribute.replace("_", "-")


def convert_to_field_name(key: str) -> str:
    """Convert a key in a theme file to its field name."""
    return key.replace("-", "_")


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Colours as six hexadecimal digits without ``#``."""

    foreground: str
    """Text. Example: `"1c2024"`."""
    muted: str
    """Secondary text: captions, notes and axis labels. Example: `"555f6b"`."""
    background: str
    """Background of pages and slides. Example: `"ffffff"`."""
    panel: str
    """Background of callouts, boxes and code. Example: `"f3f1ec"`."""
    rule: str
    """Rules and borders. Example: `"c9c4b8"`."""
    dark: str
    """Background of chapter openers, the title page and dark slides. Example: `"16324a"`."""
    accent: str
    """Brand colour: rules, numbers, bullets and the first chart series. Example: `"a8321f"`."""
    link: str
    """Links. Example: `"0a5a86"`."""
    highlight: str
    """Background of highlighted words. Example: `"f6e9b8"`."""
    code_highlight: str
    """Background of highlighted lines of code. Example: `"f1dfb4"`."""
    keyword: str
    """Keywords in code. Example: `"7a2415"`."""
    string: str
    """Strings in code. Example: `"2c5a3f"`."""
    comment: str
    """Comments in code. Example: `"5c5f63"`."""
    number: str
    """Numbers in code. Example: `"1c5078"`."""
    emblem: tuple[str, ...]
    """Colours of the emblem's three panels on the title page. Example: `["d2472f", "d9c7a0", "6f9bbd"]`."""
    series: tuple[str, ...]
    """Colours of at least six chart series, in order. Example: `["a8321f", "0f4357", "c57a2b",
    "2171a6", "5f3498",
    "928186"]`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class FamiliesSection:
    """The ``families`` section."""

    serif: str
    """Font family for text. Example: `EB Garamond`."""
    sans: str
    """Font family for headings, tables and captions. Example: `Work Sans`."""
    mono: str
    """Font family for code. Example: `JetBrains Mono`."""
    math: str
    """Font family for formulas: Garamond-Math or Noto Sans Math. Example: `Noto Sans Math`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontEntry:
    """An entry of ``fonts``."""

    family: str
    """Name of the family that the file belongs to. Example: `Brand Serif`."""
    file: str
    """Font file, OTF or TTF; path relative to the theme or the manifest. Example: `fonts/Brand-Regular.ttf`.
    """
    weight: int = 400
    """Weight, from 100 to 900. Default: that of the font file. Example: `700`."""
    italic: bool = False
    """True for an italic font. Default: that of the font file. Example: `true`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFile:
    """A theme file as a whole; every key is optional."""

    extends: str
    """Built-in theme to extend: house, report or large-print. Default: house. Example: `report`."""
    colours: Colours
    """Colours as six hexadecimal digits in quotation marks. Example: `{accent: "1f6f5c"}`."""
    families: FamiliesSection
    """Font families by role. Example: `{serif: Brand Serif}`."""
    fonts: tuple[FontEntry, ...]
    """Your own font files. Example: `[{family: Brand Serif, file: fonts/Brand-Regular.ttf}]`."""
    print: PrintDesign
    """Layout and typography of the PDF. Example: `{chapters: page, type: {text: 11pt/15pt serif}}`."""


KeyPath: TypeAlias = tuple[str | int, ...]

_NUMBER, _COLOUR = re.compile(NUMBER_PATTERN), re.compile(COLOUR_PATTERN)
_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMistake:
    """A mistake in a theme file: the path of the key, the message, and a hint or the known keys."""

    path: KeyPath
    message: str
    hint: str | None = None
    alternatives: Sequence[str] = ()


def _list_keys(section: type) -> list[str]:
    """Return the keys of a theme file section, given its class."""
    return [convert_to_key(field.name) for field in fields(section)]


def make_print_design(tokens: Mapping[str, Any]) -> PrintDesign:
    """Convert the ``print`` section of a complete and valid theme to a page design."""
    kinds = get_type_hints(PrintDesign)
    values = {
        convert_to_field_name(name): _convert_value(kinds[convert_to_field_name(name)], name, token)
        for name, token in tokens.items()
        if name != "type"
    }
    types: dict[str, Any] = {
        convert_to_field_name(role): parse_text_style(str(text)) for role, text in tokens["type"].items()
    }
    return PrintDesign(type=TextStyles(**types), **values)


def parse_colour(value: object) -> str | None:
    """Return the six hexadecimal digits of a colour in lower case, or None if ``value`` is not a colour."""
    match = _COLOUR.fullmatch(str(value))
    return match[1].lower() if match else None


def find_mistakes(
    tokens: Mapping[str, Any], families: Sequence[str], math_families: Sequence[str]
) -> Iterator[ThemeMistake]:
    """Yield the mistakes in a project's theme file.

    ``families`` are the bundled families for text, and ``math_families`` those for formulas.
    """
    faces = tokens.get("fonts")
    project_families = [
        str(face["family"]) for face in faces or () if isinstance(face, Mapping) and "family" in face
    ]
    for name, section in tokens.items():
        if name not in _list_keys(ThemeFile):
            yield _report_unknown_key((name,), _list_keys(ThemeFile))
        elif name == "extends":
            continue
        elif name == "fonts":
            yield from _check_fonts(section)
        elif not isinstance(section, Mapping):
            example = {"colours": '{accent: "1f6f5c"}', "families": "{serif: EB Garamond}"}
            hint = f"write `{name}: {example.get(name, '{chapters: page}')}`"
            yield ThemeMistake(path=(name,), message=f'"{name}" must be a mapping', hint=hint)
        elif name == "families":
            yield from _check_families(section, [*families, *dict.fromkeys(project_families)], math_families)
        elif name == "colours":
            yield from _check_colours(section)
        else:
            yield from _check_print_section(section)


def _check_colours(section: Mapping[str, Any]) -> Iterator[ThemeMistake]:
    for name, colour_value in section.items():
        path = ("colours", name)
        if name not in _list_keys(Colours):
            yield _report_unknown_key(path, _list_keys(Colours))
        elif name in MIN_LIST_LENGTHS:
            if not isinstance(colour_value, list) or len(colour_value) < MIN_LIST_LENGTHS[name]:
                message = f'"colours.{name}" must be a list of at least {MIN_LIST_LENGTHS[name]} colours'
                yield ThemeMistake(
                    path=path, message=message, hint=f'write `{name}: ["1f6f5c", "c57a2b", …]`'
                )
                continue
            for place, list_item in enumerate(colour_value):
                yield from _check_colour((*path, place), list_item)
        else:
            yield from _check_colour(path, colour_value)


def _check_colour(path: KeyPath, value: object) -> Iterator[ThemeMistake]:
    if parse_colour(value) is None:
        message = f'"{_shorten_value(value)}" is not a six-digit hexadecimal colour'
        yield ThemeMistake(path=path, message=message, hint='write six hexadecimal digits, such as "1c2024"')


def _check_families(
    section: Mapping[str, Any], families: Sequence[str], math_families: Sequence[str]
) -> Iterator[ThemeMistake]:
    roles = _list_keys(FamiliesSection)
    for name, family in section.items():
        if name not in roles:
            yield _report_unknown_key(("families", name), roles)
        elif name == "math" and family not in math_families:
            message = f'font family "{_shorten_value(family)}" cannot be used for formulas'
            hint = f"write {join_names(math_families, 'or')}"
            yield ThemeMistake(path=("families", name), message=message, hint=hint)
        elif name != "math" and family not in families:
            hint = f"use {join_names(families, 'or')}, or add the family's font files under `fonts:`"
            message = f'unknown font family "{_shorten_value(family)}"'
            yield ThemeMistake(path=("families", name), message=message, hint=hint)


def _check_fonts(section: object) -> Iterator[ThemeMistake]:
    file_hint = "write `- {family: Brand, file: fonts/Brand-Regular.ttf}` for each font file"
    if not isinstance(section, list):
        yield ThemeMistake(path=("fonts",), message='"fonts" must be a list of font files', hint=file_hint)
        return
    for place, face in enumerate(section):
        path: KeyPath = ("fonts", place)
        if not isinstance(face, Mapping):
            yield ThemeMistake(
                path=path,
                message="each entry in `fonts` must be a mapping with the keys `family` and `file`",
                hint=file_hint,
            )
            continue
        for name in face:
            if name not in _list_keys(FontEntry):
                yield _report_unknown_key((*path, name), _list_keys(FontEntry))
        for name, example in (("family", "Brand"), ("file", "fonts/Brand-Regular.ttf")):
            if not str(face.get(name) or "").strip():
                message = f'this entry in `fonts` has no "{name}" key'
                yield ThemeMistake(path=path, message=message, hint=f"add `{name}: {example}` to this entry")
        if "weight" in face and not re.fullmatch(WEIGHT_PATTERN, str(face["weight"])):
            message = f'"{_shorten_value(face["weight"])}" is not a font weight from 100 to 900'
            hint = "write a multiple of 100 from 100 to 900, such as 700 for bold"
            yield ThemeMistake(path=(*path, "weight"), message=message, hint=hint)
        if "italic" in face and str(face["italic"]).lower() not in _SWITCHES:
            yield _report_invalid_value((*path, "italic"), bool, face["italic"])


def _check_print_section(section: Mapping[str, Any]) -> Iterator[ThemeMistake]:
    kinds = get_type_hints(PrintDesign)
    for name, value in section.items():
        path: KeyPath = ("print", name)
        if name not in _list_keys(PrintDesign):
            yield _report_unknown_key(path, _list_keys(PrintDesign))
        elif name == "type" and isinstance(value, Mapping):
            for role, text in value.items():
                if role not in _list_keys(TextStyles):
                    yield _report_unknown_key((*path, role), _list_keys(TextStyles))
                elif parse_text_style(str(text)) is None:
                    yield _report_invalid_value((*path, role), TextStyle, text)
        elif name == "type" or _convert_value(kinds[convert_to_field_name(name)], name, value) is None:
            yield _report_invalid_value(path, kinds[convert_to_field_name(name)], value)


def _convert_value(value_type: Any, name: str, value: object) -> Any:
    """Convert the value of a key in a theme file to ``value_type``; return None if it is invalid."""
    text = str(value).strip()
    if value_type is bool:
        return _SWITCHES.get(text.lower())
    if value_type is float:
        match = _NUMBER.fullmatch(text)
        minimum, maximum = VALUE_RANGES[name]
        return float(match[1]) if match and minimum <= float(match[1]) <= maximum else None
    return text if text in get_args(value_type) else None


def _report_invalid_value(path: KeyPath, value_type: Any, value: object) -> ThemeMistake:
    key = ".".join(str(step) for step in path if isinstance(step, str))
    message = f'"{_shorten_value(value)}" is not a valid value for "{key}"'
    return ThemeMistake(path=path, message=message, hint=_describe_expected_value(value_type, str(path[-1])))


def _describe_expected_value(value_type: Any, name: str) -> str:
    if get_origin(value_type) is Literal:
        return f"write {join_names(get_args(value_type), 'or')}"
    if value_type is bool:
        return "write true or false"
    if value_type is float:
        minimum, maximum = VALUE_RANGES[name]
        return f"write a number from {minimum:g} to {maximum:g}"
    if value_type is TextStyles:
        return "write a mapping, for example `type: {text: 11pt/15pt serif}`"
    return (
        "write the size, line height and family, such as `11pt/15pt serif`; style and weight may come first: "
        "`italic 600 8pt/11pt sans`"
    )


def _report_unknown_key(path: KeyPath, known_keys: Sequence[str]) -> ThemeMistake:
    key = ".".join(str(step) for step in path if isinstance(step, str))
    return ThemeMistake(path=path, message=f'unknown theme key "{key}"', alternatives=known_keys)


def _shorten_value(value: object) -> str:
    return str(value)[:40]
