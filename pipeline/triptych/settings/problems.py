"""What pydantic says of settings → diagnostics with places and hints."""

from __future__ import annotations

import copy
import datetime as dt
import re
from calendar import month_name, monthrange
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, get_args

import pydantic
from pydantic.fields import FieldInfo

from triptych.diagnostics import Diagnostic, did_you_mean, join_names
from triptych.model.book import RELATOR_WORDS
from triptych.settings.formats import SlideKind
from triptych.settings.manifest import LintRule
from triptych.settings.values import Positions, Strict, to_key

S = TypeVar("S", bound=Strict)


def validate_values(
    tree: dict[str, Any], positions: Positions, settings: type[S]
) -> tuple[S | None, list[Diagnostic]]:
    """Validate, and again without what was wrong, until settings stand or nothing is left to drop."""
    found: list[Diagnostic] = []
    missing: set[tuple[str | int, ...]] = set()  # with what would be in them
    while True:
        try:
            return settings.model_validate(tree), found
        except pydantic.ValidationError as error:
            problems = [p for p in error.errors(include_url=False) if not _is_text_alternative(p)]
        found += [
            _make_problem(problem, positions, settings)
            for problem in remove_misspelt(problems)
            if problem["loc"][:-1] not in missing and problem["loc"] not in missing
        ]
        missing |= {problem["loc"] for problem in problems if problem["type"] == "missing"}
        # Backwards, so that taking one item out of a list leaves the places of those before it.
        mended = {(*_find_real_steps(tree, p["loc"]), p["type"] == "missing"): p for p in reversed(problems)}
        if not any([_mend_values(tree, problem["loc"], problem["type"]) for problem in mended.values()]):
            return None, found


def remove_misspelt(problems: Sequence[Any]) -> list[Any]:
    """Pydantic's errors without those of missing keys that are misspelt, or stand elsewhere."""
    unknown = [problem["loc"] for problem in problems if problem["type"] == "extra_forbidden"]

    def is_misspelt(problem: Any) -> bool:
        if not problem["loc"]:
            return False  # of the whole value
        *mapping, key = problem["loc"]
        if problem["type"] == "missing" and mapping[-1:] == ["PartEntry"] and unknown:
            return True  # one with its title as its key
        beside = (str(location[-1]) for location in unknown if list(location[:-1]) == mapping)
        misplaced = any(location[-1] == key for location in unknown)
        return problem["type"] == "missing" and (
            misplaced or any(did_you_mean(name, [str(key)]) for name in beside)
        )

    return [problem for problem in problems if not is_misspelt(problem)]


def _is_text_alternative(problem: Any) -> bool:
    """Whether an error only says that a mapping is not the plain text which may stand in its place."""
    of_a_choice = problem["loc"][-1:] == ("str",)  # pydantic names the way that it tried
    return of_a_choice and problem["type"] == "string_type" and isinstance(problem["input"], dict)


_DEEPEST = 1  # mappings within each other, as `format: {pdf: …}`
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


def _mend_values(tree: dict[str, Any], location: Sequence[str | int], kind: str) -> bool:
    """Take a wrong value out of the tree, or put a placeholder in; False where nothing can be done."""
    steps = _find_real_steps(tree, location)
    name = str(location[-1])
    if kind == "missing" and steps[-1:] != [name]:
        steps.append(name)
    if not steps:
        return False
    node: Any = tree
    for step in steps[:-1]:
        node = node[step]
    last: Any = steps[-1]
    needed = kind != "extra_forbidden" and last in _PLACEHOLDERS
    if needed and isinstance(node, dict) and node.get(last) != _PLACEHOLDERS[last]:
        node[last] = copy.copy(_PLACEHOLDERS[last])  # it may be filled in turn
    elif isinstance(node, dict | list) and kind != "missing":
        del node[last]
    else:
        return False
    return True


def _find_real_steps(tree: Any, location: Sequence[Any]) -> list[str | int]:
    """Return the steps of a pydantic location that exist in the tree, without the tags of unions."""
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


def _make_problem(problem: Any, positions: Positions, settings: type[Strict]) -> Diagnostic:
    """Convert a pydantic error to a diagnostic in plain words."""
    location = problem["loc"]
    name = ".".join(str(step) for step in location if isinstance(step, str) and not step[:1].isupper())
    last = str(location[-1])
    match problem["type"]:
        case "extra_forbidden":
            hint = f"write `part: {last}`, and list its files below it as `chapters: […]`"
            if location[-2:-1] != ("PartEntry",) or did_you_mean(last, _list_keys(location[:-1], settings)):
                has_lines = positions.find(location).line > positions.find(location, of_value=False).line
                known = _list_keys(location[:-1], settings)
                hint = explain_key(last, known, _find_homes(settings), has_lines_below=has_lines)
            span = positions.find(location, of_value=False)
            hidden = _HIDDEN_CHAPTERS if _lists_sections(problem["input"]) else ""
            return Diagnostic(
                code="MAN001", span=span, message=f'unknown key "{last}"', hint=hint, name=hidden
            )
        case "missing":
            span = positions.find(location[:-1], of_value=False)
            example = _EXAMPLES.get(last, f"{last}: …")
            hint = f"add `{example}` {_describe_place(location[:-1])}"
            if len(location) == 1:
                hint = f"add a top-level `{last}` key, for example `{example}`"
            message = f'required key "{name}" is missing'
            if hint.endswith(_TO_ITEM):
                message = (
                    f'required key "{last}" is missing from this item of "{name.removesuffix(f".{last}")}"'
                )
            return Diagnostic(code="MAN005", span=span, message=message, hint=hint)
        case "literal_error" if last == "[key]":
            what, names = _NAMED_KEYS[str(location[-3])]
            hint = (
                did_you_mean(str(location[-2]), names) or f"use one of the {what} {join_names(names, 'or')}"
            )
            span = positions.find(location[:-1], of_value=False)
            return Diagnostic(code="MAN001", span=span, message=f'unknown key "{location[-2]}"', hint=hint)
        case "relator":
            said = str(problem["input"])
            near = RELATOR_WORDS.get(re.sub(r"[\s_]+", "-", said.strip().lower()))
            hint = (
                f'write "{near}"'
                if near
                else "use a MARC relator code such as aut, edt, trl, ill, pht, com, aui, aft, ctb or cov"
            )
            message = f'"{name}": "{said}" is not a MARC relator code'
            return Diagnostic(code="MAN002", span=positions.find(location), message=message, hint=hint)
        case kind if kind.startswith("date"):
            message = f'"{problem["input"]}" is not a valid date'
            hint = _correct_date(str(problem["input"]).strip())
            return Diagnostic(code="MAN006", span=positions.find(location), message=message, hint=hint)
    reason, advice = explain_value(problem)
    if location == ("format",):
        advice = "name each output as a key: `format: {pdf: default, epub: default, pptx: default}`"
    span = positions.find(location)
    hidden = _HIDDEN_CHAPTERS if {"chapters", "appendices"} & set(location) else ""
    return Diagnostic(
        code="MAN002", span=span, message=describe_value(name, reason), hint=advice, name=hidden
    )


_HIDDEN_CHAPTERS = "chapters"
"""The name of findings that hide chapters; references to ids in these are no findings of their own."""


def _lists_sections(value: object) -> bool:
    """Whether a value is, or contains, a list of section files."""
    if isinstance(value, Mapping):
        return any(map(_lists_sections, value.values()))
    if isinstance(value, list):
        return any(map(_lists_sections, value))
    return isinstance(value, str) and value.endswith(".md")


def describe_value(name: str, reason: str) -> str:
    """Join the name of a key and what is wrong with its value."""
    return f'"{name}" {reason}' if reason.startswith(("must ", "requires ")) else f'"{name}": {reason}'


def _correct_date(written: str) -> str:
    """Return a hint for text that is not a date: the date that was probably meant, or how to write one."""
    numbers = re.fullmatch(r"(\d{1,4})[-./ ]+(\d{1,2})[-./ ]+(\d{1,4})", written)
    if numbers is None or sorted(map(len, numbers.groups()))[-1] != _YEAR_DIGITS:
        return "write the date as YYYY-MM-DD, for example 2026-03-31"
    first, second, third = map(int, numbers.groups())
    if len(numbers[1]) != _YEAR_DIGITS:  # 31.01.2026 or 01/31/2026
        meant = dict.fromkeys(
            filter(None, (_parse_iso_date(third, second, first), _parse_iso_date(third, first, second)))
        )
        likely = list(meant)[: 1 if "." in written else 2]
        return (
            f"write {join_names(likely, 'or')}"
            if likely
            else "write the date as YYYY-MM-DD, for example 2026-03-31"
        )
    if meant_date := _parse_iso_date(first, second, third):
        return f"write {meant_date}"
    if swapped := _parse_iso_date(first, third, second):
        return f"swap month and day: write {swapped}"
    if not first or not 1 <= second <= _MONTHS:
        return "write the date as YYYY-MM-DD, for example 2026-03-31; months are 01 to 12"
    month = f"{month_name[second]} {first}" if second == _FEBRUARY else month_name[second]
    return f"correct the day: {month} has {monthrange(first, second)[1]} days"


def _parse_iso_date(year: int, month: int, day: int) -> str:
    """Return a date as year-month-day, "" if the day does not exist."""
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


_MONTHS, _FEBRUARY, _YEAR_DIGITS = 12, 2, 4


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


_TO_ITEM = "to this item"


def _describe_place(parent: Sequence[str | int]) -> str:
    """In which mapping a missing key belongs."""
    keys = [str(step) for step in parent if isinstance(step, str) and not step[:1].isupper()]
    listed = parent[-1] == keys[-1] if keys else False
    return f"under `{keys[-1]}:`" if listed else _TO_ITEM


def _list_keys(location: Sequence[str | int], settings: type[Strict]) -> set[str]:
    """Return the keys that are known at a location."""
    model = settings
    for step in location:
        field = next(
            (field for name, field in model.model_fields.items() if _format_key(name, field) == step), None
        )
        model = (_find_section(field.annotation) if field else None) or model
    return {_format_key(name, field) for name, field in model.model_fields.items()}


@cache
def _find_homes(settings: type[Strict]) -> Mapping[str, str]:
    """Keys of mappings within the settings, each with the mapping that it belongs under."""
    homes: dict[str, str] = {}
    waiting: list[tuple[type[Strict], str]] = [(settings, "")]
    while waiting:
        model, path = waiting.pop(0)
        for name, field in model.model_fields.items():
            key = _format_key(name, field)
            if path:
                homes.setdefault(key, f"`{path}:`")
            if path.count(".") < _DEEPEST and (section := _find_section(field.annotation)):
                waiting.append((section, f"{path}.{key}" if path else key))
    return homes


def _format_key(name: str, field: FieldInfo) -> str:
    return field.alias or to_key(name)


def _find_section(annotation: object) -> type[Strict] | None:
    """Return the model of a field's value, or of its items."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation
    return next((section for part in get_args(annotation) if (section := _find_section(part))), None)


_REASONS: Mapping[str, str] = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list, such as [first, second]",
    "list_type": "must be a list, such as [first, second]",
    "dict_type": "must be a mapping (`key: value`)",
    "model_type": "must be a mapping (`key: value`)",
    "model_attributes_type": "must be a mapping (`key: value`)",
}
# What some values are called, and how they are written.
_FORMS: Mapping[str, tuple[str, str]] = {
    "id": ("id", "start with a letter; use only letters, digits, hyphens, underscores and dots"),
    "output-file": (
        "file name",
        "start with a letter or digit; use only letters, digits, hyphens, underscores and dots",
    ),
    "currency": ("currency code", "write a three-letter code such as EUR"),
    "countries": ("country code", "write two-letter codes such as DE"),
    "conforms-to": ("WCAG level", 'write a WCAG version and level, for example "WCAG 2.2 Level AA"'),
    "languages": ("language tag", "write BCP 47 tags such as en-GB"),
    "name": ("name", "start with a letter or digit, and separate folders with a slash"),
}
_MAPPINGS: Mapping[str, str] = {
    "talk": "talk: {minutes: 10}",
    "talks": "talks: {board: {minutes: 10}}",
    "slides": "slides: {mode: none}",
    "data": 'data: {decimal: ","}',
    "cache": "cache: {limit: 1GB}",
    "chart-colours": "chart-colours: {China: accent1}",
    "lint": "lint: {unclosed-div: error}",
    "variables": "variables: {version: 2}",
    "pdf": "pdf: {page-size: a4}",
    "epub": "epub: {toc-depth: 2}",
    "pptx": "pptx: {template: brand.pptx}",
}
_CHOICE = re.compile(r"'([^']*)'")

# Keys of other tools, several with one hint.
_OF_OTHER_TOOLS: Mapping[str, str] = {
    name: hint
    for names, hint in (
        (
            "toc table-of-contents tableofcontents toc-title",
            "delete this key: every output has a table of contents; set its depth with `toc-depth`",
        ),
        (
            "number-sections numbersections section-numbering",
            "delete this key: chapters are numbered unless their front matter sets `unnumbered: true`",
        ),
        ("papersize paper-size", "write `page-size` under `format: {pdf: …}`"),
        ("geometry margin margins", "write `margins` with `page-size` under `format: {pdf: …}`"),
        (
            "accent colors color colour palette font fonts fontsize font-size mainfont sansfont monofont "
            "linestretch css style styles brand",
            "set this in a theme file, and write `theme: themes/mine.yaml` in `book.yaml`",
        ),
        (
            "documentclass classoption pdf-engine latex-engine header-includes include-in-header",
            "delete this key: LaTeX is not used; set the page design in a theme and under `format: {pdf: …}`",
        ),
        ("cover epub-cover-image cover-picture", "write `cover-image` under `book:`"),
        ("output outputs to formats", "write `format: {pdf: default, epub: default, pptx: default}`"),
        (
            "project type website site-url repo-url editor execute",
            "delete this key: this Quarto setting has no equivalent",
        ),
        ("sections files rmd-files nav", "write `chapters:` under `book:`"),
        ("references bib biblio", "write `bibliography: references.bib`"),
        ("citation-style cite-style", "write `csl: style.csl`"),
        ("duration talk-minutes minutes", "write `talk: {minutes: 20}`"),
        (
            "docx html word latex revealjs beamer",
            "delete this key: the available outputs are pdf, epub, pptx and onix",
        ),
        ("output-name output-filename filename file-name", "write `output-file` at the top level"),
        ("powerpoint slides deck ppt", "write `pptx` under `format:`"),
        ("reference-doc", "write `template` under `format: {pptx: …}`"),
    )
    for name in names.split()
}


def explain_value(problem: Any) -> tuple[str, str | None]:
    """Return what is wrong with a value, to follow its name, and a hint if there is one."""
    context = problem.get("ctx", {})
    match problem["type"]:
        case "too_long":
            return f"{context['actual_length']:,} entries; the limit is {context['max_length']:,}", None
        case "greater_than_equal":
            return f"must be at least {context['ge']:.15g}", None
        case "less_than_equal":
            return f"must be at most {context['le']:.15g}", None
        case "literal_error" | "enum":
            names = [name for name in _CHOICE.findall(str(context.get("expected", ""))) if name]
            said, shown = str(problem["input"]), [name if name.isalnum() else f'"{name}"' for name in names]
            reason = f'"{said[:60]}" is not a valid value'
            return reason, did_you_mean(said, names) or (f"use {join_names(shown, 'or')}" if shown else None)
        case "string_pattern_mismatch":
            key = next(step for step in reversed(problem["loc"]) if isinstance(step, str))
            what, hint = _FORMS.get(key, ("value", None))
            return f'"{str(problem["input"])[:60]}" is not a valid {what}', hint
        case "string_type" if isinstance(problem["input"], list):
            return (
                "must be text, not a list",
                "write a single piece of text, without brackets or a leading hyphen",
            )
        case "string_type" if isinstance(problem["input"], Mapping):
            return "must be text, not a mapping", "put the text into quotation marks if it contains a colon"
        case "model_type" | "dict_type" | "model_attributes_type" if problem["loc"][-1:]:
            example = _MAPPINGS.get(str(problem["loc"][-1]))
            return _REASONS[problem["type"]], example and f"write `{example}`"
        case "tuple_type" | "list_type" if isinstance(problem["input"], str):
            hint = "put each item on its own line, starting with `- `, or write `[first, second]`"
            return "must be a list, not text", hint
    reason = problem["msg"]
    if not re.match(r"[A-Z]{2}|[A-Z][a-z]+[A-Z]", reason):  # ISBN, IngramSpark
        reason = reason[:1].lower() + reason[1:]
    return _REASONS.get(problem["type"]) or reason, context.get("hint")


def explain_key(
    key: str, known: set[str], elsewhere: Mapping[str, str], *, has_lines_below: bool = False
) -> str:
    """Return a hint for an unknown key: the nearest one, another tool's meaning, or where it belongs.

    ``known`` are the keys of its mapping, ``elsewhere`` those of others with what they belong under.
    """
    folded = key.strip().lower().replace("_", "-")
    if folded in known:
        return f'write "{folded}"'
    if longer := [one for one in sorted(known) if one.endswith(f"-{folded}")]:
        return f'did you mean "{longer[0]}"?'
    if folded in _OF_OTHER_TOOLS:
        return _OF_OTHER_TOOLS[folded]
    if folded in elsewhere:
        moved = "this key and the lines under it" if has_lines_below else "this key"
        return f"move {moved} under {elsewhere[folded]}"
    near = did_you_mean(folded, known)
    return near or f"use one of these keys: {', '.join(sorted(known))}"
