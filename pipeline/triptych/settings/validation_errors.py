"""Convert Pydantic's validation errors to diagnostics with positions and hints."""

from __future__ import annotations

import copy
import datetime as dt
import re
from calendar import month_name, monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import pydantic
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML

from triptych.diagnostics import Diagnostic, did_you_mean, join_names
from triptych.model.book import RELATOR_WORDS
from triptych.settings.format_options import SlideKind
from triptych.settings.manifest import LintRule
from triptych.settings.values import SourcePositions, StrictModel, to_yaml_key

S = TypeVar("S", bound=StrictModel)


def validate_values(
    tree: dict[str, Any], positions: SourcePositions, settings_class: type[S]
) -> tuple[S | None, list[Diagnostic]]:
    """Validate ``tree``, removing invalid values until the rest is valid, and report all errors.

    ``tree`` is modified. The returned settings are None if an invalid value can be neither removed nor
    replaced.
    """
    findings: list[Diagnostic] = []
    missing: set[tuple[str | int, ...]] = set()
    while True:
        try:
            return settings_class.model_validate(tree), findings
        except pydantic.ValidationError as error:
            problems = [
                problem for problem in error.errors(include_url=False) if not _is_text_alternative(problem)
            ]
        findings += [
            _make_diagnostic(problem, positions, settings_class)
            for problem in drop_misspelt_key_errors(problems)
            if problem["loc"][:-1] not in missing and problem["loc"] not in missing
        ]
        missing |= {problem["loc"] for problem in problems if problem["type"] == "missing"}
        # In reverse order, so that removing an item of a list does not change the indices of the others.
        fixes = {
            (*_strip_union_tags(tree, problem["loc"]), problem["type"] == "missing"): problem
            for problem in reversed(problems)
        }
        if not any(
            [_discard_invalid_value(tree, problem["loc"], problem["type"]) for problem in fixes.values()]
        ):
            return None, findings


def drop_misspelt_key_errors(problems: Sequence[Any]) -> list[Any]:
    """Remove the errors about missing keys that are only misspelt or misplaced."""
    unknown: dict[tuple[str | int, ...], list[str]] = defaultdict(
        list
    )  # keys by the location of their mapping
    for problem in problems:
        if problem["type"] == "extra_forbidden":
            unknown[problem["loc"][:-1]].append(str(problem["loc"][-1]))
    names = {name for siblings in unknown.values() for name in siblings}

    def is_misspelt(problem: Any) -> bool:
        if problem["type"] != "missing" or not problem["loc"]:
            return False
        *mapping, key = problem["loc"]
        if mapping[-1:] == ["PartEntry"] and unknown:
            return True  # a part with its title as the key
        siblings = unknown.get(tuple(mapping), ())
        return str(key) in names or any(did_you_mean(name, [str(key)]) for name in siblings)

    return [problem for problem in problems if not is_misspelt(problem)]


_TEXT_TAGS = ("str", "constrained-str")  # appended by Pydantic to the location of a value in a union


def _is_text_alternative(problem: Any) -> bool:
    """Return whether an error can be ignored.

    This is true if a mapping was given where a string or a mapping is allowed, and the error is about the
    string.
    """
    is_mapping = problem["type"] == "string_type" and isinstance(problem["input"], dict)
    return is_mapping and problem["loc"][-1] in _TEXT_TAGS


_MAX_NESTING = 1  # of mappings, as in `format: {pdf: …}`
# Placeholders for required values that are missing or invalid.
_PLACEHOLDER_VALUES: Mapping[str, Any] = {
    "book": {},
    "title": "Untitled",
    "chapters": [],
    "name": "?",
    "part": "?",
    "width": "210mm",
    "height": "297mm",
}


def _discard_invalid_value(tree: dict[str, Any], location: Sequence[str | int], kind: str) -> bool:
    """Remove an invalid value or replace it with a placeholder; return False if neither is possible."""
    steps = _strip_union_tags(tree, location)
    name = str(location[-1])
    if kind == "missing" and steps[-1:] != [name]:
        steps.append(name)
    if not steps:
        return False
    node: Any = tree
    for step in steps[:-1]:
        node = node[step]
    last: Any = steps[-1]
    is_required = kind != "extra_forbidden" and last in _PLACEHOLDER_VALUES
    if is_required and isinstance(node, dict) and node.get(last) != _PLACEHOLDER_VALUES[last]:
        node[last] = copy.copy(_PLACEHOLDER_VALUES[last])
    elif isinstance(node, dict | list) and kind != "missing":
        del node[last]
    else:
        return False
    return True


def _strip_union_tags(tree: Any, location: Sequence[Any]) -> list[str | int]:
    """Return the steps of a Pydantic location that exist in ``tree``, without the tags of unions."""
    steps: list[str | int] = []
    node: Any = tree
    for step in location:
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node = node[step]
            steps.append(step)
    return steps


# Mappings with a fixed set of keys.
_NAMED_KEYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "layouts": ("kinds of slides", get_args(SlideKind)),
    "lint": ("rules", get_args(LintRule)),
}


def _make_diagnostic(
    problem: Any, positions: SourcePositions, settings_class: type[StrictModel]
) -> Diagnostic:
    """Convert a validation error to a diagnostic."""
    location = problem["loc"]
    keys = (step for step in location if isinstance(step, str) and not step[:1].isupper())
    name = ".".join(key for key in keys if key not in _TEXT_TAGS)
    last = str(location[-1])
    match problem["type"]:
        case "extra_forbidden":
            hint = f"write `part: {last}`, and list its files below it as `chapters: […]`"
            if location[-2:-1] != ("PartEntry",) or did_you_mean(
                last, _list_valid_keys(location[:-1], settings_class)
            ):
                has_lines = positions.find(location).line > positions.find(location, of_value=False).line
                valid_keys = _list_valid_keys(location[:-1], settings_class)
                hint = suggest_key(
                    last, valid_keys, _map_nested_keys(settings_class), has_lines_below=has_lines
                )
            span = positions.find(location, of_value=False)
            hidden = _HIDDEN_CHAPTERS if _has_section_path(problem["input"]) else ""
            return Diagnostic(
                code="MAN001", span=span, message=f'unknown key "{last}"', hint=hint, name=hidden
            )
        case "missing":
            span = positions.find(location[:-1], of_value=False)
            example = _load_hints()["required"].get(last, f"{last}: …")
            hint = f"add `{example}` {_describe_parent(location[:-1])}"
            if len(location) == 1:
                hint = f"add a top-level `{last}` key, for example `{example}`"
            message = f'required key "{name}" is missing'
            if hint.endswith(_TO_ITEM):
                message = (
                    f'required key "{last}" is missing from this item of "{name.removesuffix(f".{last}")}"'
                )
            return Diagnostic(code="MAN005", span=span, message=message, hint=hint)
        case "literal_error" if last == "[key]":
            noun, names = _NAMED_KEYS[str(location[-3])]
            hint = (
                did_you_mean(str(location[-2]), names) or f"use one of the {noun} {join_names(names, 'or')}"
            )
            span = positions.find(location[:-1], of_value=False)
            return Diagnostic(code="MAN001", span=span, message=f'unknown key "{location[-2]}"', hint=hint)
        case "relator":
            value = str(problem["input"])
            relator = RELATOR_WORDS.get(re.sub(r"[\s_]+", "-", value.strip().lower()))
            hint = (
                f'write "{relator}"'
                if relator
                else "use a MARC relator code such as aut, edt, trl, ill, pht, com, aui, aft, ctb or cov"
            )
            message = f'"{name}": "{value}" is not a MARC relator code'
            return Diagnostic(code="MAN002", span=positions.find(location), message=message, hint=hint)
        case kind if kind.startswith("date"):
            message = f'"{problem["input"]}" is not a valid date'
            hint = _suggest_date(str(problem["input"]).strip())
            return Diagnostic(code="MAN006", span=positions.find(location), message=message, hint=hint)
    reason, advice = explain_invalid_value(problem)
    if location == ("format",):
        advice = "name each output as a key: `format: {pdf: default, epub: default, pptx: default}`"
    span = positions.find(location)
    hidden = _HIDDEN_CHAPTERS if {"chapters", "appendices"} & set(location) else ""
    return Diagnostic(
        code="MAN002", span=span, message=describe_invalid_value(name, reason), hint=advice, name=hidden
    )


_HIDDEN_CHAPTERS = "chapters"
"""The name of findings that hide chapters. References to ids in these chapters are not reported."""


def _has_section_path(value: object) -> bool:
    """Return whether a value is or contains the path of a section file."""
    if isinstance(value, Mapping):
        return any(map(_has_section_path, value.values()))
    if isinstance(value, list):
        return any(map(_has_section_path, value))
    return isinstance(value, str) and value.endswith(".md")


def describe_invalid_value(name: str, reason: str) -> str:
    """Return a message about an invalid value, made from the name of its key and the reason."""
    return f'"{name}" {reason}' if reason.startswith(("must ", "requires ")) else f'"{name}": {reason}'


def _suggest_date(text: str) -> str:
    """Return a hint for an invalid date, with the date that was probably meant."""
    numbers = re.fullmatch(r"(\d{1,4})[-./ ]+(\d{1,2})[-./ ]+(\d{1,4})", text)
    if numbers is None or sorted(map(len, numbers.groups()))[-1] != _YEAR_DIGITS:
        return "write the date as YYYY-MM-DD, for example 2026-03-31"
    first, second, third = map(int, numbers.groups())
    if len(numbers[1]) != _YEAR_DIGITS:  # 31.01.2026 or 01/31/2026
        candidates = dict.fromkeys(
            filter(None, (_format_iso_date(third, second, first), _format_iso_date(third, first, second)))
        )
        likely = list(candidates)[: 1 if "." in text else 2]
        return (
            f"write {join_names(likely, 'or')}"
            if likely
            else "write the date as YYYY-MM-DD, for example 2026-03-31"
        )
    if meant_date := _format_iso_date(first, second, third):
        return f"write {meant_date}"
    if swapped := _format_iso_date(first, third, second):
        return f"swap month and day: write {swapped}"
    if not first or not 1 <= second <= _MONTHS:
        return "write the date as YYYY-MM-DD, for example 2026-03-31; months are 01 to 12"
    month = f"{month_name[second]} {first}" if second == _FEBRUARY else month_name[second]
    return f"correct the day: {month} has {monthrange(first, second)[1]} days"


def _format_iso_date(year: int, month: int, day: int) -> str:
    """Format a date as YYYY-MM-DD; return "" if there is no such date."""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


_MONTHS, _FEBRUARY, _YEAR_DIGITS = 12, 2, 4


_TO_ITEM = "to this item"


def _describe_parent(parent: Sequence[str | int]) -> str:
    """Return a phrase for hints that names the mapping or list item in which a key is missing."""
    keys = [str(step) for step in parent if isinstance(step, str) and not step[:1].isupper()]
    is_listed = parent[-1] == keys[-1] if keys else False
    return f"under `{keys[-1]}:`" if is_listed else _TO_ITEM


def _list_valid_keys(location: Sequence[str | int], settings_class: type[StrictModel]) -> set[str]:
    """Return the valid keys of the mapping at a location."""
    model = settings_class
    for step in location:
        field = next(
            (field for name, field in model.model_fields.items() if _format_key(name, field) == step), None
        )
        model = (_find_settings_class(field.annotation) if field else None) or model
    return {_format_key(name, field) for name, field in model.model_fields.items()}


@cache
def _map_nested_keys(settings_class: type[StrictModel]) -> Mapping[str, str]:
    """Map the keys of nested mappings to the names of these mappings."""
    homes: dict[str, str] = {}
    queue: list[tuple[type[StrictModel], str]] = [(settings_class, "")]
    while queue:
        model, path = queue.pop(0)
        for name, field in model.model_fields.items():
            key = _format_key(name, field)
            if path:
                homes.setdefault(key, f"`{path}:`")
            if path.count(".") < _MAX_NESTING and (section := _find_settings_class(field.annotation)):
                queue.append((section, f"{path}.{key}" if path else key))
    return homes


def _format_key(name: str, field: FieldInfo) -> str:
    return field.alias or to_yaml_key(name)


def _find_settings_class(annotation: object) -> type[StrictModel] | None:
    """Return the settings class of a field's value or of the items in it, or None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, StrictModel):
        return annotation
    return next((section for part in get_args(annotation) if (section := _find_settings_class(part))), None)


_CHOICE = re.compile(r"'([^']*)'")


@cache
def _load_hints() -> Any:
    """Load the table of hints, which is only needed if settings have errors."""
    hints = YAML(typ="safe").load(Path(__file__).with_name("hints.yaml"))
    entries = hints["other-tools"]
    return hints | {"other-tools": {key: entry["hint"] for entry in entries for key in entry["keys"].split()}}


def explain_invalid_value(problem: Any) -> tuple[str, str | None]:
    """Return the reason why a value is invalid, and a hint or None.

    ``describe_invalid_value`` turns the reason into a message.
    """
    context, hints = problem.get("ctx", {}), _load_hints()
    match problem["type"]:
        case "too_long":
            return f"{context['actual_length']:,} entries; the limit is {context['max_length']:,}", None
        case "string_too_long":
            length, limit = len(problem["input"]), context["max_length"]
            return f"{length:,} characters; the limit is {limit:,}", "shorten the text"
        case "greater_than_equal":
            return f"must be at least {context['ge']:.15g}", None
        case "less_than_equal":
            return f"must be at most {context['le']:.15g}", None
        case "literal_error" | "enum":
            names = [name for name in _CHOICE.findall(str(context.get("expected", ""))) if name]
            value, quoted_names = (
                str(problem["input"]),
                [name if name.isalnum() else f'"{name}"' for name in names],
            )
            reason = f'"{value[:60]}" is not a valid value'
            return reason, did_you_mean(value, names) or (
                f"use {join_names(quoted_names, 'or')}" if quoted_names else None
            )
        case "string_pattern_mismatch":
            key = next(step for step in reversed(problem["loc"]) if isinstance(step, str))
            noun, hint = hints["forms"].get(key, ("value", None))
            return f'"{str(problem["input"])[:60]}" is not a valid {noun}', hint
        case "string_type" if isinstance(problem["input"], list):
            return (
                "must be text, not a list",
                "write a single piece of text, without brackets or a leading hyphen",
            )
        case "string_type" if isinstance(problem["input"], Mapping):
            return "must be text, not a mapping", "put the text into quotation marks if it contains a colon"
        case "model_type" | "dict_type" | "model_attributes_type" if problem["loc"][-1:]:
            example = hints["mappings"].get(str(problem["loc"][-1]))
            return hints["reasons"][problem["type"]], example and f"write `{example}`"
        case "tuple_type" | "list_type" if isinstance(problem["input"], str):
            hint = "put each item on its own line, starting with `- `, or write `[first, second]`"
            return "must be a list, not text", hint
    reason = problem["msg"]
    if not re.match(r"[A-Z]{2}|[A-Z][a-z]+[A-Z]", reason):  # ISBN, IngramSpark
        reason = reason[:1].lower() + reason[1:]
    return hints["reasons"].get(problem["type"]) or reason, context.get("hint")


def suggest_key(
    key: str, valid_keys: set[str], parent_names: Mapping[str, str], *, has_lines_below: bool = False
) -> str:
    """Return a hint for an unknown key: the nearest valid key, an equivalent key, or the correct mapping.

    ``valid_keys`` are the keys that are valid here. ``parent_names`` maps each key that is valid elsewhere to
    the name of its mapping. ``has_lines_below`` is true if the unknown key has a nested value.
    """
    folded = key.strip().lower().replace("_", "-")
    if folded in valid_keys:
        return f'write "{folded}"'
    if longer := [key for key in sorted(valid_keys) if key.endswith(f"-{folded}")]:
        return f'did you mean "{longer[0]}"?'
    if folded in (other_tools := _load_hints()["other-tools"]):
        return str(other_tools[folded])
    if folded in parent_names:
        subject = "this key and the lines under it" if has_lines_below else "this key"
        return f"move {subject} under {parent_names[folded]}"
    suggestion = did_you_mean(folded, valid_keys)
    return suggestion or f"use one of these keys: {', '.join(sorted(valid_keys))}"
