"""What pydantic says of settings → diagnostics with places and hints."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args

import pydantic
from pydantic.fields import FieldInfo

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.model.relators import WORDS
from triptych.settings.formats import SlideKind
from triptych.settings.manifest import ChartColour, LintRule
from triptych.settings.positions import Positions
from triptych.settings.strict import Strict, hyphenated

S = TypeVar("S", bound=Strict)


def validated(
    tree: dict[str, Any], positions: Positions, settings: type[S]
) -> tuple[S | None, list[Diagnostic]]:
    """Validate, and again without what was wrong, until settings stand or nothing is left to drop."""
    found: list[Diagnostic] = []
    missing: set[tuple[str | int, ...]] = set()  # with what would be in them
    while True:
        try:
            return settings.model_validate(tree), found
        except pydantic.ValidationError as error:
            problems = [p for p in error.errors(include_url=False) if not _shadow(p)]
        found += [
            _problem(problem, positions, settings)
            for problem in without_misspelt(problems)
            if problem["loc"][:-1] not in missing
        ]
        missing |= {problem["loc"] for problem in problems if problem["type"] == "missing"}
        # Backwards, so that taking one item out of a list leaves the places of those before it.
        mended = {(*_real_steps(tree, p["loc"]), p["type"] == "missing"): p for p in reversed(problems)}
        if not any([_mend(tree, problem["loc"], problem["type"]) for problem in mended.values()]):
            return None, found


def without_misspelt(problems: Sequence[Any]) -> list[Any]:
    """Pydantic's errors without those of keys that are missing only because they are misspelt."""
    unknown = [problem["loc"] for problem in problems if problem["type"] == "extra_forbidden"]

    def is_misspelt(problem: Any) -> bool:
        *mapping, key = problem["loc"]
        beside = (str(location[-1]) for location in unknown if list(location[:-1]) == mapping)
        return problem["type"] == "missing" and any(did_you_mean(name, [str(key)]) for name in beside)

    return [problem for problem in problems if not is_misspelt(problem)]


def _shadow(problem: Any) -> bool:
    """Whether an error only says that a mapping is not the plain text which may stand in its place."""
    of_a_choice = problem["loc"][-1:] == ("str",)  # pydantic names the way that it tried
    return of_a_choice and problem["type"] == "string_type" and isinstance(problem["input"], dict)


# What stands in for a required value that is missing or wrong, so that reading goes on.
_PLACEHOLDERS: Mapping[str, Any] = {
    "book": {},
    "title": "Untitled",
    "chapters": [],
    "name": "?",
    "part": "?",
    "width": "210mm",
    "height": "297mm",
}


def _mend(tree: dict[str, Any], location: Sequence[str | int], kind: str) -> bool:
    """Take a wrong value out of the tree, or put a placeholder in; False where nothing can be done."""
    steps = _real_steps(tree, location)
    name = str(location[-1])
    if kind == "missing" and steps[-1:] != [name]:
        steps.append(name)
    if not steps:
        return False
    node: Any = tree
    for step in steps[:-1]:
        node = node[step]
    last: Any = steps[-1]
    if last in _PLACEHOLDERS and isinstance(node, dict) and node.get(last) != _PLACEHOLDERS[last]:
        node[last] = copy.copy(_PLACEHOLDERS[last])  # it may be filled in turn
    elif isinstance(node, dict | list) and kind != "missing":
        del node[last]
    else:
        return False
    return True


def _real_steps(tree: Any, location: Sequence[Any]) -> list[str | int]:
    """The steps of a pydantic location that exist in the tree; tags of unions do not."""
    steps: list[str | int] = []
    node: Any = tree
    for step in location:
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node = node[step]
            steps.append(step)
    return steps


# Mappings whose keys are names of a list, and what these name.
_NAMED_KEYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "layouts": ("kinds of slides", get_args(SlideKind)),
    "lint": ("rules", get_args(LintRule)),
}


def _problem(problem: Any, positions: Positions, settings: type[Strict]) -> Diagnostic:
    """A pydantic error → a diagnostic in an author's words."""
    location = problem["loc"]
    name = ".".join(str(step) for step in location if isinstance(step, str) and not step[:1].isupper())
    last = str(location[-1])
    match problem["type"]:
        case "extra_forbidden":
            known = _keys_at(location[:-1], settings)
            hint = did_you_mean(last, known) or f"known keys here: {', '.join(sorted(known))}"
            span = positions.find(location, of_value=False)
            return Diagnostic(code="MAN001", span=span, message=f'unknown key "{last}"', hint=hint)
        case "missing":
            span = positions.find(location[:-1], of_value=False)
            example = _EXAMPLES.get(last, f"{last}: …")
            hint = f"write `{example}` {_where(location[:-1])}"
            return Diagnostic(code="MAN005", span=span, message=f'the key "{name}" is missing', hint=hint)
        case "literal_error" if last == "[key]":
            what, names = _NAMED_KEYS[str(location[-3])]
            hint = did_you_mean(str(location[-2]), names) or f"{what} are {', '.join(names)}"
            span = positions.find(location[:-1], of_value=False)
            return Diagnostic(code="MAN001", span=span, message=f'unknown key "{location[-2]}"', hint=hint)
        case "relator":
            said = str(problem["input"])
            near = WORDS.get(re.sub(r"[\s_]+", "-", said.strip().lower()))
            hint = (
                f'write "{near}"'
                if near
                else "roles are MARC relators: aut, edt, trl, ill, pht, com, aui, aft, ctb, cov, bkd, pbl …"
            )
            message = f'"{name}": no MARC relator has the code "{said}"'
            return Diagnostic(code="MAN002", span=positions.find(location), message=message, hint=hint)
        case kind if kind.startswith("date"):
            message = f'"{problem["input"]}" is not a date'
            hint = "write year-month-day, such as 2026-03-31"
            return Diagnostic(code="MAN006", span=positions.find(location), message=message, hint=hint)
        case "literal_error" if location[:1] == ("colours",):
            said, names = str(problem["input"]), get_args(ChartColour)
            message = f'"{last}" cannot be drawn in "{said}"'
            hint = did_you_mean(said, names) or f"colours of charts are {', '.join(names)}"
            return Diagnostic(code="MAN002", span=positions.find(location), message=message, hint=hint)
    reason = length_told(problem) or problem["msg"][:1].lower() + problem["msg"][1:]
    return Diagnostic(code="MAN002", span=positions.find(location), message=f'"{name}": {reason}')


def length_told(problem: Any) -> str:
    """A pydantic error about too long a list in an author's words, "" for another error."""
    if problem["type"] != "too_long":
        return ""
    return f"{problem['ctx']['max_length']:,} entries are the most, not {problem['ctx']['actual_length']:,}"


# What required keys look like.
_EXAMPLES: Mapping[str, str] = {
    "book": "book: {title: My report, chapters: [introduction.md]}",
    "title": "title: My report",
    "chapters": "chapters: [introduction.md]",
    "part": "part: Results",
    "name": "name: Ada Lovelace",
    "width": "width: 170mm",
    "height": "height: 240mm",
}


def _where(parent: Sequence[str | int]) -> str:
    """In which mapping a missing key belongs."""
    if not parent:
        return "as a line of its own"
    keys = [str(step) for step in parent if isinstance(step, str) and not step[:1].isupper()]
    listed = parent[-1] == keys[-1] if keys else False
    return f"under `{keys[-1]}:`" if listed else f"in this item of `{keys[-1]}:`"


def _keys_at(location: Sequence[str | int], settings: type[Strict]) -> set[str]:
    """The keys that are known at a place."""
    model = settings
    for step in location:
        field = next((field for name, field in model.model_fields.items() if _key(name, field) == step), None)
        model = (_section(field.annotation) if field else None) or model
    return {_key(name, field) for name, field in model.model_fields.items()}


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or hyphenated(name)


def _section(annotation: object) -> type[Strict] | None:
    """The mapping that a value of some type is, or that its items are."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation
    return next((section for part in get_args(annotation) if (section := _section(part))), None)
