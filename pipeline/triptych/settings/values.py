"""Define field types and validators for YAML settings, merge settings, and locate their keys in files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeAlias

import pydantic
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Span
from triptych.formats import FORMATS
from triptych.model.book import RELATORS
from triptych.project import MANIFEST
from triptych.yaml_text import locate_value, to_plain_values


def check_date(value: object) -> object:
    """Check that a date is written as YYYY-MM-DD. Pydantic would read a number as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date_form", "must be year-month-day")
    return value


def normalise_series_position(value: object) -> object:
    """Convert a position in a series to a string such as "3" or "2.1"."""
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if isinstance(text, str) and text and not re.fullmatch(r"\d+(\.\d+)*", text):
        raise PydanticCustomError("position", "must be a number such as 3 or 2.1")
    return text


def wrap_in_list(value: object) -> object:
    """Wrap a value in a list, unless it is a list or None."""
    return value if isinstance(value, list) or value is None else [value]


MAX_TEXT = 10_000  # characters in a text of the settings, about three pages
MAX_LINE = 1_000  # characters in a title, a name or a list entry
Line: TypeAlias = Annotated[str, Field(max_length=MAX_LINE)]

TextList: TypeAlias = Annotated[
    tuple[Line, ...],
    BeforeValidator(wrap_in_list, json_schema_input_type=Line | tuple[Line, ...]),
    Field(max_length=200),
]


_BYTE_SIZE = r"^\s*(\d+(?:\.\d+)?)\s*(MB|GB|TB)\s*$"
_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


def _parse_bytes(value: object) -> object:
    match = re.match(_BYTE_SIZE, value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("amount", "must be a size with a unit, such as 500MB or 2GB")
    return round(float(match[1]) * _UNITS[match[2]])


ByteSize: TypeAlias = Annotated[
    int, BeforeValidator(_parse_bytes, json_schema_input_type=Annotated[str, Field(pattern=_BYTE_SIZE)])
]


_DURATION = r"^\s*(\d+(?:\.\d+)?)\s*(s|m|h)\s*$"
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def _parse_seconds(value: object) -> object:
    match = re.match(_DURATION, value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("duration", "must be a duration with a unit, such as 90s, 10m or 1h")
    return float(match[1]) * _SECONDS[match[2]]


Duration: TypeAlias = Annotated[
    float, BeforeValidator(_parse_seconds, json_schema_input_type=Annotated[str, Field(pattern=_DURATION)])
]


# The values of schema:accessibilityHazard.
Hazard: TypeAlias = Literal[
    "none",
    "unknown",
    "flashing",
    "noFlashingHazard",
    "unknownFlashingHazard",
    "motionSimulation",
    "noMotionSimulationHazard",
    "unknownMotionSimulationHazard",
    "sound",
    "noSoundHazard",
    "unknownSoundHazard",
]


def check_relator(value: str) -> str:
    """Check that a value is a MARC relator code."""
    if value not in RELATORS:
        raise PydanticCustomError("relator", "not a MARC relator code")
    return value


def to_yaml_key(name: str) -> str:
    """Convert a field name to a YAML key, with hyphens in place of underscores."""
    return name.replace("_", "-")


class StrictModel(pydantic.BaseModel):
    """A mapping of the manifest. The docstring of a field is also its description in editors."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_yaml_key, str_max_length=MAX_TEXT
    )


def make_file_name_part(profile: str) -> str:
    """Return a profile's name for use in file names, with hyphens in place of unsafe characters."""
    return re.sub(r"[^\w.-]+", "-", profile).strip(".-")


def make_slug(text: str) -> str:
    """Return the words of a text in lower case and without accents, joined with hyphens."""
    return "-".join(re.findall("[a-z0-9]+", strip_accents(text.replace("’", "").replace("'", "").lower())))


def strip_accents(text: str) -> str:
    """Remove the accents of Latin letters, so that "cómo" becomes "como"."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


# Letters without a decomposition in Unicode.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


class SourcePositions:
    """Finds the positions of keys and values in a YAML file, by default the manifest."""

    def __init__(self, tree: object, path: str = MANIFEST, whole_tree: object = None) -> None:
        self.tree, self.path = tree, path
        self.whole_tree = tree if whole_tree is None else whole_tree
        """The tree of the whole file, if ``tree`` is merged with a profile."""

    def find(self, location: Sequence[str | int], *, of_value: bool = True) -> Span:
        """Return the position of the value (or key) at a Pydantic location, or of its nearest parent."""
        line, column = locate_value(self.tree, location, of_key=not of_value)
        return Span(path=self.path, line=line, column=column)


def merge_values(values: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Merge settings with an overlay, which takes precedence. Mappings are merged, lists are replaced.

    An empty value in the overlay removes the setting, unless it is a mapping or an output format.
    """
    result = dict(values)
    for key, value in overlay.items():
        old = result.get(key)
        if value in (None, ""):
            if not isinstance(old, dict) and key not in FORMATS:
                result.pop(key, None)
        elif isinstance(old, dict) and isinstance(value, Mapping):
            result[key] = merge_values(old, value)
        else:
            result[key] = to_plain_values(value)
    return result


def apply_over_defaults(values: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Merge a manifest's values with defaults. A ``format:`` in the manifest selects the outputs."""
    own_formats, common = values.get("format"), defaults.get("format")
    if isinstance(own_formats, Mapping) and isinstance(common, Mapping):
        options = {name: value for name, value in common.items() if name in own_formats}
        defaults = {**defaults, "format": options}
    return merge_values(defaults, values)


def merge_trees(tree: CommentedMap, overlay: Mapping[str, Any]) -> CommentedMap:
    """Merge YAML trees like ``merge_values``, keeping the positions of keys in the file."""
    result = CommentedMap()
    for source in (tree, overlay):
        positions = source.lc.data if isinstance(source, CommentedMap) else None
        for key, value in source.items():
            old = result.get(key)
            if source is overlay and value in (None, ""):
                continue
            are_mappings = isinstance(old, CommentedMap) and isinstance(value, Mapping)
            result[key] = merge_trees(old, value) if are_mappings else value
            if positions and key in positions and not are_mappings:
                result.lc.add_kv_line_col(key, positions[key])
    return result


class ReadingLimits(StrictModel):
    """The ``limits:`` section: higher resource limits for a large book."""

    section_time: Annotated[Duration, Field(ge=8, le=600)] = 8.0
    """CPU time of pandoc per section, in addition to an allowance for its length; also applies to the
    expressions of a section. Default: 8s. Example: `60s`.
    """
    section_memory: Annotated[ByteSize, Field(ge=700 * 10**6, le=16 * 10**9)] = 700 * 10**6
    """Memory of pandoc per section. Default: 700MB. Example: `2GB`."""
    section_elements: Annotated[int, Field(ge=20_000, le=200_000)] = 20_000
    """Elements per section: inline formatting, blocks, list items and lines of code; a heading, note or
    citation counts as ten. Default: 20000. Example: `50000`.
    """
    expression_steps: Annotated[int, Field(ge=100_000, le=10_000_000)] = 100_000
    """Steps of loops, macros and filters in the expressions of a section. Default: 100000. Example: `500000`.
    """
    data_rows: Annotated[int, Field(ge=300_000, le=10_000_000)] = 300_000
    """Rows per data file. Default: 300000. Example: `1000000`."""
    table_cells: Annotated[int, Field(ge=20_000, le=200_000)] = 20_000
    """Cells per table. Default: 20000. Example: `50000`."""
    chart_values: Annotated[int, Field(ge=4_000, le=100_000)] = 4_000
    """Values per chart. Default: 4000. Example: `20000`."""
    image_pixels: Annotated[int, Field(ge=80_000_000, le=1_000_000_000)] = 80_000_000
    """Pixels per image, width times height; a pixel of a WebP counts as three. Default: 80000000. Example:
    `200000000`.
    """
    svg_elements: Annotated[int, Field(ge=50_000, le=10_000_000)] = 50_000
    """Elements per SVG drawing, counted at each use; a letter counts as two. Default: 50000. Example:
    `100000`.
    """
    drawing_time: Annotated[Duration, Field(ge=10, le=600)] = 10.0
    """CPU time to draw all PDF pages and complex SVG drawings of a book once at a small size; the first 0.2
    s of each do not count. Default: 10s. Example: `60s`.
    """


DEFAULT_LIMITS = ReadingLimits()


def make_limit_hint(key: str) -> str:
    """Return the part of a hint that explains how to raise a limit."""
    return f"raise `{key}:` under `limits:` in `book.yaml`"


_LIMIT_HINT = re.compile(re.escape(make_limit_hint("KEY")).replace("KEY", r"[\w-]+"))


def require_trust_in_hints(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Add to hints about raising limits that this requires ``--limits trusted``."""
    return [
        replace(finding, hint=_LIMIT_HINT.sub(r"pass `--limits trusted` and \g<0>", finding.hint))
        if finding.hint
        else finding
        for finding in findings
    ]
