"""Classes, attributes and values that are nearly one that means something, or none that is taken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache

from triptych.diagnostics import Diagnostic, did_you_mean, join_names
from triptych.model.nodes import CalloutKind
from triptych.reading.lint.attributes import EXAMPLE, explain_attributes
from triptych.reading.lint.draft import Draft
from triptych.reading.lint.names.vocabulary import (
    ATTRIBUTES,
    CALLOUT_KINDS,
    CLASSES,
    callouts_like,
    values_of,
)
from triptych.reading.vocabulary.markdown import FIGURES, SLIDES, TABLES
from triptych.reading.vocabulary.other_tools import MEANT_CLASSES

_NEAR = 0.8  # of 1, as difflib measures how alike two words are
_BARE_CALLOUTS = frozenset(CalloutKind)
_QUOTES = frozenset("\"'“”„‘’")  # left in a value where they do not match, or are not straight
_HTML_QUOTED = re.compile(r"<[A-Za-z][\w-]*\s[^<>]*?(?<![\w-])([\w-]+)\s*=\s*[“”„«]")
_STRAIGHT = 'write {}="…" with straight quotation marks'
_SHORTEST = 4  # letters: shorter names are like too many others
_WORDS = {
    "overflow": values_of(SLIDES, "overflow"),
    "fig-align": values_of(FIGURES, "fig-align"),
    "heatmap": values_of(TABLES, "heatmap"),
}
_LENGTH = re.compile(r"\.?\d.*|auto|\{\{.*|\\\\.*", re.DOTALL)
_DATA = (".csv", ".tsv", ".txt")
_COUNT = re.compile(r"\d+")
_PROBABLY_PERCENT = re.compile(r"(?:[1-9]\d?|100)(?:\.\d+)?")  # without a unit pandoc reads pixels


def unknown_classes(draft: Draft) -> Iterator[Diagnostic]:
    """A block with a misspelt class looks as if it had none."""
    for attributes in draft.tree.attributes:
        classes = attributes.classes[1:] if attributes.kind in ("CodeBlock", "Code") else attributes.classes
        for name in classes:
            if attributes.kind == "Div" and name.startswith("{") and (place := draft.place(re.escape(name))):
                # Pandoc takes the first line of attributes that it cannot read for a class.
                braces, is_closed = draft.braces(place)
                if mistake := explain_attributes(braces, is_closed):
                    hint = f"write ::: {mistake.corrected or EXAMPLE}"
                    hint = hint if is_closed else "add } after the last attribute"
                    message = f"the attributes of this div are malformed: {mistake.reason}"
                    yield draft.found("LNT006", place, message, hint)
                    continue
            if not (problem := _problem(attributes.kind, name)):
                continue
            if place := draft.place(rf"(?:\.|:{{3}}[ \t]*){re.escape(name)}(?![\w-])"):
                yield draft.found("LNT006", place, *problem)


def _problem(kind: str, name: str) -> tuple[str, str] | None:
    """What is wrong with a class of a node, and what to write; None where it is known or the author's own."""
    if name.startswith("callout-") and name not in CLASSES:
        alike = join_names([f".callout-{one}" for one in callouts_like(name.removeprefix("callout-"))], "or")
        return (
            f'unknown callout type "{name.removeprefix("callout-")}"',
            f"use {alike}; valid callout types are {join_names(CALLOUT_KINDS)}",
        )
    message, bare = f'unknown class "{name}"', name.strip("{}")
    if kind == "Div" and bare == "note":
        return message, 'write "callout-note" for a callout, or "notes" for speaker notes'
    if nearest := _callout(kind, bare) or MEANT_CLASSES.get(name.lower()) or _nearest(name, CLASSES):
        if name.startswith("{"):  # a class without its dot, or braces without their end
            return f"`{name}` is not a valid attribute list", f"write {{.{nearest}}}"
        return message, f'did you mean "{nearest}"?'
    return None


def data_without_effect(draft: Draft) -> Iterator[Diagnostic]:
    """``::: {#tbl-x data=file.csv}``, which is no table and no chart without its class."""
    for attributes in draft.tree.attributes:
        named = any(name == "data" and value.endswith(_DATA) for name, value in attributes.pairs)
        if attributes.kind != "Div" or not named or {"chart", "table"} & set(attributes.classes):
            continue
        if any(_problem(attributes.kind, name) for name in attributes.classes):
            continue  # a misspelt class
        if place := draft.place(r"(?<![\w-])data\s*="):
            hint = "add .chart or .table to the attributes"
            yield draft.found(
                "LNT007", place, "`data` has no effect without the class `chart` or `table`", hint
            )


def columns_alone(draft: Draft) -> Iterator[Diagnostic]:
    """``::: column`` in a section without ``::: columns``, where each stands below the other."""
    classes = [attributes.classes for attributes in draft.tree.attributes if attributes.kind == "Div"]
    if any("columns" in names for names in classes) or not any("column" in names for names in classes):
        return
    if place := draft.place(r"^[ \t]*:{3,}[ \t]*(?:column\b(?!-)|\{[^}]*\.column(?![\w-]))"):
        message = "`.column` divs outside a `.columns` div are stacked vertically"
        yield draft.found(
            "LNT006", place, message, "add :::: {.columns} above the first column and :::: below the last one"
        )


def unknown_attributes(draft: Draft) -> Iterator[Diagnostic]:
    """A misspelt attribute does nothing. Those of charts and data tables are told where they are read."""
    for attributes in draft.tree.attributes:
        told_elsewhere = bool({"chart", "table"} & set(attributes.classes))
        for name, value in attributes.pairs:
            is_quoted = rf"(?<![\w-]){re.escape(name)}\s*=\s*{re.escape(value[:1])}"
            if value[:1] in _QUOTES and (place := draft.place(is_quoted)):
                message = f'the value of "{name}" has a missing or curly quotation mark'
                yield draft.found("LNT007", place, message, _STRAIGHT.format(name))
            nearest = "" if told_elsewhere else _nearest(name, ATTRIBUTES)
            if nearest and (place := draft.place(rf"(?<![\w-]){re.escape(name)}\s*=")):
                hint = f'did you mean "{nearest}"?'
                yield draft.found("LNT007", place, f'unknown attribute "{name}"', hint)


def quotes_of_html(draft: Draft) -> Iterator[Diagnostic]:
    """In a tag such quotation marks are part of the value, which then means nothing."""
    for number, line in enumerate(draft.prose, 1):
        for match in _HTML_QUOTED.finditer(line) if "<" in line else ():
            message = f'the value of "{match.group(1)}" is in typographic quotation marks'
            hint = _STRAIGHT.format(match.group(1))
            yield draft.found("LNT007", (number, match.start(1) + 1), message, hint)


def _callout(kind: str, name: str) -> str:
    """The class that ``::: tip`` was to have."""
    return f"callout-{name}" if kind == "Div" and name in _BARE_CALLOUTS else ""


@cache
def _nearest(name: str, vocabulary: frozenset[str]) -> str:
    """The known name that another is nearly, "" where it is known or like none."""
    bare = name.strip("{}.")
    if bare != name and bare in vocabulary:  # braces without a dot, or a dot without braces
        return bare
    if name in vocabulary or len(name) < _SHORTEST or name.startswith(("data-", "column-")):
        return ""
    near = difflib.get_close_matches(name.lower(), sorted(vocabulary), n=1, cutoff=_NEAR)
    return near[0] if near and near[0][0] == name[0].lower() else ""


def unknown_values(draft: Draft) -> Iterator[Diagnostic]:
    """Such an attribute does nothing."""
    for attributes in draft.tree.attributes:
        if "chart" in attributes.classes:
            continue
        for name, value in attributes.pairs:
            if attributes.kind == "Image" and name == "width" and _PROBABLY_PERCENT.fullmatch(value):
                written = rf"(?<![\w-])width\s*=\s*[\"']?{re.escape(value)}(?![\w.%])"
                if place := draft.place(written):
                    message = f"`width={value}` means {value} pixels; did you mean {value}%?"
                    hint = f"write `width={value}%` for a percentage, or `width={value}px` for pixels"
                    yield draft.found("LNT007", place, message, hint)
                continue
            hint = _wrong(name, value)
            if hint and (place := draft.place(rf"(?<![\w-]){re.escape(name)}\s*=")):
                yield draft.found("LNT007", place, f'invalid value "{value}" for "{name}"', hint)


def _wrong(name: str, value: str) -> str:
    """What to write instead, "" where a value is well or anything goes."""
    if name in _WORDS and value not in _WORDS[name]:
        return did_you_mean(value, _WORDS[name]) or f"use {join_names(_WORDS[name], 'or')}"
    if name in ("layout-ncol", "layout-nrow") and not _COUNT.fullmatch(value):
        return f"write a whole number, such as {name}=2"
    if name in ("width", "height") and not _LENGTH.fullmatch(value):
        return f"write a length or a percentage, such as {name}=60%"
    return ""
