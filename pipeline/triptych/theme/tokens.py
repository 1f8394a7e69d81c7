"""The tokens of a theme as they are written → values: which there are, and what each may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from triptych.theme.print_design import (
    PrintDesign,
    Style,
    Type,
    style,
)

Path: TypeAlias = tuple[str | int, ...]

_SECTIONS = ("extends", "colours", "families", "faces", "print")
_OF_A_FACE = ("family", "file", "weight", "italic")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:pt)?")
_COLOUR = re.compile("#?([0-9A-Fa-f]{6})")
_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "wide-text": (6, 48),
    "opener-drop": (0, 12),
    "chart-width": (160, 640),
}
_LISTS = {"mark": 3, "series": 6}  # colours that these have, at the least


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something that is wrong with a token: where it stands, what, and what else to write."""

    path: Path
    message: str
    hint: str | None = None
    alternatives: Sequence[str] = ()


def hyphenated(attribute: str) -> str:
    """A field's name as a theme has it."""
    return attribute.replace("_", "-")


def attribute(token: str) -> str:
    """A token's name as a field has it."""
    return token.replace("-", "_")


def print_design(tokens: Mapping[str, Any]) -> PrintDesign:
    """The ``print`` section of a theme whose tokens are all there and good."""
    kinds = get_type_hints(PrintDesign)
    values = {
        attribute(name): _value(kinds[attribute(name)], name, token)
        for name, token in tokens.items()
        if name != "type"
    }
    types: dict[str, Any] = {attribute(role): style(str(text)) for role, text in tokens["type"].items()}
    return PrintDesign(type=Type(**types), **values)


def colour(written: object) -> str | None:
    """Six hexadecimal digits, with or without #; None for what is no colour."""
    match = _COLOUR.fullmatch(str(written))
    return match[1].lower() if match else None


def mistakes(
    tokens: Mapping[str, Any], colours: Sequence[str], families: Sequence[str], for_math: Sequence[str]
) -> Iterator[Mistake]:
    """What is wrong with the tokens that a theme of a project sets.

    ``colours`` are the names of colours that there are, ``families`` those of the bundled faces, ``for_math``
    those that set formulas.
    """
    faces = tokens.get("faces")
    project_families = [
        str(face["family"]) for face in faces or () if isinstance(face, Mapping) and "family" in face
    ]
    for name, section in tokens.items():
        if name not in _SECTIONS:
            yield _unknown((name,), _SECTIONS)
        elif name == "extends":
            continue
        elif name == "faces":
            yield from _in_faces(section)
        elif not isinstance(section, Mapping):
            yield Mistake(path=(name,), message=f'"{name}" is not a mapping of tokens')
        elif name == "families":
            yield from _in_families(section, [*families, *dict.fromkeys(project_families)], for_math)
        elif name == "colours":
            yield from _in_colours(section, colours)
        else:
            yield from _in_print(section)


def _in_colours(section: Mapping[str, Any], names: Sequence[str]) -> Iterator[Mistake]:
    for name, written in section.items():
        path = ("colours", name)
        if name not in names:
            yield _unknown(path, names)
        elif name in _LISTS:
            if not isinstance(written, list) or len(written) < _LISTS[name]:
                message = f'"colours.{name}" is not a list of {_LISTS[name]} or more colours'
                yield Mistake(path=path, message=message)
                continue
            for place, one in enumerate(written):
                yield from _if_no_colour((*path, place), one)
        else:
            yield from _if_no_colour(path, written)


def _if_no_colour(path: Path, written: object) -> Iterator[Mistake]:
    if colour(written) is None:
        message = f'"{_shown(written)}" is not a colour'
        yield Mistake(path=path, message=message, hint='write six hexadecimal digits, such as "1c2024"')


def _in_families(
    section: Mapping[str, Any], families: Sequence[str], for_math: Sequence[str]
) -> Iterator[Mistake]:
    roles = ("serif", "sans", "mono", "math")
    for name, written in section.items():
        if name not in roles:
            yield _unknown(("families", name), roles)
        elif name == "math" and written not in for_math:
            message = f'formulas cannot be set in "{_shown(written)}"'
            yield Mistake(path=("families", name), message=message, hint=f"there are {', '.join(for_math)}")
        elif name != "math" and written not in families:
            message = f'no family of the fonts is called "{_shown(written)}"'
            hint = f"there are {', '.join(families)}, and those that you name under `faces:`"
            yield Mistake(path=("families", name), message=message, hint=hint)


def _in_faces(section: object) -> Iterator[Mistake]:
    if not isinstance(section, list):
        hint = "write `- {family: Brand, file: fonts/Brand-Regular.ttf}` for each"
        yield Mistake(path=("faces",), message='"faces" is not a list of faces', hint=hint)
        return
    for place, face in enumerate(section):
        path: Path = ("faces", place)
        if not isinstance(face, Mapping):
            yield Mistake(path=path, message="a face is a mapping of family and file")
            continue
        for name in face:
            if name not in _OF_A_FACE:
                yield _unknown((*path, name), _OF_A_FACE)
        for name in ("family", "file"):
            if not str(face.get(name) or "").strip():
                yield Mistake(path=path, message=f'a face needs a "{name}"')
        if "weight" in face and not re.fullmatch("[1-9]00", str(face["weight"])):
            hint = "write a number from 100 to 900, such as 700 for bold"
            yield Mistake(
                path=(*path, "weight"), message=f'"{_shown(face["weight"])}" is not a weight', hint=hint
            )
        if "italic" in face and str(face["italic"]).lower() not in _SWITCHES:
            message = f'"{_shown(face["italic"])}" is not what "italic" can be'
            yield Mistake(path=(*path, "italic"), message=message, hint="write true or false")


def _in_print(section: Mapping[str, Any]) -> Iterator[Mistake]:
    kinds = get_type_hints(PrintDesign)
    names = [hyphenated(name) for name in kinds]
    roles = [hyphenated(field.name) for field in fields(Type)]
    for name, written in section.items():
        path: Path = ("print", name)
        if name not in names:
            yield _unknown(path, names)
        elif name == "type" and isinstance(written, Mapping):
            for role, text in written.items():
                if role not in roles:
                    yield _unknown((*path, role), roles)
                elif style(str(text)) is None:
                    yield _wrong((*path, role), Style, text)
        elif name == "type" or _value(kinds[attribute(name)], name, written) is None:
            yield _wrong(path, kinds[attribute(name)], written)


def _value(kind: Any, name: str, written: object) -> Any:
    """A token's value, or None where it is not of its kind."""
    text = str(written).strip()
    if kind is bool:
        return _SWITCHES.get(text.lower())
    if kind is float:
        match = _NUMBER.fullmatch(text)
        least, most = _BOUNDS[name]
        return float(match[1]) if match and least <= float(match[1]) <= most else None
    return text if text in get_args(kind) else None


def _wrong(path: Path, kind: Any, written: object) -> Mistake:
    message = f'"{_shown(written)}" is not what "{".".join(map(str, path))}" can be'
    return Mistake(path=path, message=message, hint=_expected(kind, str(path[-1])))


def _expected(kind: Any, name: str) -> str:
    if get_origin(kind) is Literal:
        return f"write {' or '.join(get_args(kind))}"
    if kind is bool:
        return "write true or false"
    if kind is float:
        least, most = _BOUNDS[name]
        return f"write a number from {least:g} to {most:g}"
    if kind is Type:
        return "write a mapping of kinds of text to their styles"
    return "write size/line family, such as 11pt/15pt serif, with italic and a weight before it if need be"


def _unknown(path: Path, names: Sequence[str]) -> Mistake:
    return Mistake(path=path, message=f'there is no token "{".".join(map(str, path))}"', alternatives=names)


def _shown(written: object) -> str:
    return str(written)[:40]
