"""Report mistakes in classes, attributes, conditions and ids."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from triptych.charts.options import CHART_OPTIONS
from triptych.diagnostics import Diagnostic, did_you_mean, join_names, nearest_name
from triptych.extensions import ExtensionGroup, list_extension_names
from triptych.formats import BOOK_FORMATS, FORMATS
from triptych.model.nodes import CalloutKind
from triptych.reading import vocabulary
from triptych.reading.lint.context import OPAQUE, LintContext
from triptych.reading.vocabulary import (
    ACCEPTED_VALUES,
    CALLOUTS_OF_OTHERS,
    MEANT_CLASSES,
    OTHER_ATTRIBUTES,
    OTHER_CLASSES,
    find_extension_callout,
)

_KEY = r"[A-Za-z][\w:.-]*"
_TOKEN = re.compile(
    rf"""(?P<gap>[\s,;]*)(?:
      (?P<mark>[#.][^\s{{}}"'=,;]+)
    | (?P<key>{_KEY})(?P<sign>\s*=\s*)
      (?P<value>"[^{{}}]*?"|'[^{{}}]*?'|[“”„«][^“”»"]*[“”»"]|\[[^\]]*\]|(?:[^"'“”„«]|(?<=\w)')*?)
      (?=[\s,;]*(?:[#.][A-Za-z]|{_KEY}\s*=|$))
    | (?P<word>[A-Za-z][\w-]*)
    )(?=[\s,;]|$)""",
    re.VERBOSE,
)
_BARE_VALUE = re.compile(r"""[^\s"'{}=<>,;“”]+""")
_QUOTES = "\"'“”„«»"
_COMMAS = "attributes are separated by spaces, not commas"
EXAMPLE = '{#id .class key="value"}'
_MAX_ATTRIBUTES_LENGTH = 2_000  # maximum length of attributes to explain, in characters
_MAX_CORRECTION_LENGTH = 120  # characters


@dataclass(frozen=True, slots=True)
class AttributeMistake:
    """A mistake in attributes. ``corrected`` are the corrected attributes, or "" if they are too long."""

    reason: str
    corrected: str


def explain_attributes(braces: str, is_closed: bool) -> AttributeMistake | None:
    """Explain why pandoc does not parse ``braces`` as attributes; return None if the reason is unknown."""
    inner = braces.removeprefix("{").removesuffix("}").strip()
    if len(inner) > _MAX_ATTRIBUTES_LENGTH:
        return None
    parts: list[str] = []
    reasons: list[str] = []
    place = 0
    while place < len(inner):
        token = _TOKEN.match(inner, place)
        if token is None:
            return None
        if token["gap"].strip():
            reasons.append(_COMMAS)
        if token["word"]:
            if not parts:
                return None  # for example {r setup}
            reasons.append(f"`{token['word']}` needs a leading dot or a value")
            parts.append(f".{token['word']}")
        else:
            parts.append(token["mark"] or _correct_pair(token["key"], token["sign"], token["value"], reasons))
        place = token.end()
        while inner[place : place + 1] in (",", ";"):
            reasons.append(_COMMAS)
            place += 1
    if not is_closed:
        reasons.append("the closing brace is missing")
    corrected = "{" + " ".join(parts) + "}"
    if not reasons:
        return None
    return AttributeMistake(reasons[0], corrected if len(corrected) <= _MAX_CORRECTION_LENGTH else "")


def _correct_pair(key: str, equals_sign: str, value: str, reasons: list[str]) -> str:
    bare_value = value.strip().strip(_QUOTES).strip()
    is_quoted = value[:1] in ('"', "'") and value[-1:] == value[:1]
    if is_quoted and value[0] in re.sub(r"\\.", "", value[1:-1]):
        reasons.append(f"the value of `{key}` contains an unescaped quotation mark")
        bare_value = value[1:-1]
    elif is_quoted:
        if equals_sign != "=":
            reasons.append(f"there is a space next to the equals sign of `{key}`")
        return f"{key}={value}"
    elif value and value[0] in _QUOTES:
        reasons.append(f"the value of `{key}` is in typographic quotation marks")
    elif not _BARE_VALUE.fullmatch(bare_value):
        reasons.append(f"the value of `{key}` needs quotation marks")
    elif equals_sign != "=":
        reasons.append(f"there is a space next to the equals sign of `{key}`")
    if _BARE_VALUE.fullmatch(bare_value) and value[0] not in _QUOTES:
        return f"{key}={bare_value}"
    quote = "'" if '"' in bare_value else '"'
    return f"{key}={quote}{bare_value}{quote}"


CALLOUT_KINDS = tuple(map(str, CalloutKind))
CLASSES = vocabulary.CLASSES.union(CALLOUT_KINDS, OTHER_CLASSES)
ATTRIBUTES = vocabulary.ATTRIBUTES.union(CHART_OPTIONS, OTHER_ATTRIBUTES)


def find_similar_callouts(name: str) -> tuple[str, ...]:
    """Return the callout types most similar to a misspelt type or to a type of another tool."""
    return CALLOUTS_OF_OTHERS.get(name) or (nearest_name(name, CALLOUT_KINDS) or "note",)


_SIMILAR = 0.8  # minimum similarity of two words (difflib); 1 means equal
_BARE_CALLOUTS = frozenset(CalloutKind)
_ALL_QUOTES = frozenset("\"'“”„‘’")  # signs of a wrong quotation mark in a parsed value
_HTML_QUOTED = re.compile(r"<[A-Za-z][\w-]*\s[^<>]*?(?<![\w-])([\w-]+)\s*=\s*[“”„«]")
_STRAIGHT = 'write {}="…" with straight quotation marks'
_MIN_NAME_LENGTH = 4  # characters; too many names are similar to shorter ones
_LENGTH = re.compile(r"\.?\d.*|auto|\{\{.*|\\\\.*", re.DOTALL)
_DATA = (".csv", ".tsv", ".txt")
_COUNT = re.compile(r"\d+")
_PROBABLY_PERCENT = re.compile(r"(?:[1-9]\d?|100)(?:\.\d+)?")  # pandoc assumes pixels if there is no unit


def report_unknown_classes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT006 for misspelt classes and malformed div attributes."""
    for attributes in context.tree.attributes:
        classes = attributes.classes[1:] if attributes.kind in ("CodeBlock", "Code") else attributes.classes
        for name in classes:
            if (
                attributes.kind == "Div"
                and name.startswith("{")
                and (place := context.find_next(re.escape(name)))
            ):
                # If pandoc cannot parse the attributes, it treats their first line as a class.
                braces, is_closed = context.read_braces(place)
                if syntax_problem := explain_attributes(braces, is_closed):
                    hint = f"write ::: {syntax_problem.corrected or EXAMPLE}"
                    hint = hint if is_closed else "add } after the last attribute"
                    message = f"the attributes of this div are malformed: {syntax_problem.reason}"
                    yield context.report("LNT006", place, message, hint)
                    continue
            if not (problem := _explain_class(attributes.kind, name)):
                continue
            if place := context.find_next(rf"(?:\.|:{{3}}[ \t]*){re.escape(name)}(?![\w-])"):
                yield context.report("LNT006", place, *problem)


def _explain_class(kind: str, name: str) -> tuple[str, str] | None:
    """Return the message and hint for a misspelt class, or None for a known class or the author's own."""
    if find_extension_callout((name,)):
        return None
    if name.startswith("callout-") and name not in CLASSES:
        similar_callouts = join_names(
            [f".callout-{callout}" for callout in find_similar_callouts(name.removeprefix("callout-"))], "or"
        )
        valid = join_names([*CALLOUT_KINDS, *list_extension_names(ExtensionGroup.CALLOUTS)])
        return (
            f'unknown callout type "{name.removeprefix("callout-")}"',
            f"use {similar_callouts}; valid callout types are {valid}",
        )
    message, bare_name = f'unknown class "{name}"', name.strip("{}")
    if kind == "Div" and bare_name == "note":
        return message, 'write "callout-note" for a callout, or "notes" for speaker notes'
    if (
        nearest := (f"callout-{bare_name}" if kind == "Div" and bare_name in _BARE_CALLOUTS else "")
        or MEANT_CLASSES.get(name.lower())
        or _find_similar_name(name, CLASSES)
    ):
        if name.startswith("{"):  # a class without a dot, or a missing closing brace
            return f"`{name}` is not a valid attribute list", f"write {{.{nearest}}}"
        return message, f'did you mean "{nearest}"?'
    return None


def report_unused_data(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT007 for ``data=`` on a div that is not a chart or table."""
    for attributes in context.tree.attributes:
        names_data_file = any(name == "data" and value.endswith(_DATA) for name, value in attributes.pairs)
        if attributes.kind != "Div" or not names_data_file or {"chart", "table"} & set(attributes.classes):
            continue
        if any(_explain_class(attributes.kind, name) for name in attributes.classes):
            continue  # a misspelt class
        if place := context.find_next(r"(?<![\w-])data\s*="):
            hint = "add the class `.chart` or `.table`"
            yield context.report(
                "LNT007", place, "`data` has no effect without the class `chart` or `table`", hint
            )


def report_lone_columns(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT006 for ``::: column`` outside ``::: columns``."""
    classes = [attributes.classes for attributes in context.tree.attributes if attributes.kind == "Div"]
    if any("columns" in names for names in classes) or not any("column" in names for names in classes):
        return
    if place := context.find_next(r"^[ \t]*:{3,}[ \t]*(?:column\b(?!-)|\{[^}]*\.column(?![\w-]))"):
        message = "`.column` divs outside a `.columns` div are stacked vertically"
        yield context.report(
            "LNT006", place, message, "add :::: {.columns} above the first column and :::: below the last one"
        )


def report_unknown_attributes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT007 for misspelt attributes, except those of charts and tables, which readers report."""
    for attributes in context.tree.attributes:
        is_reported_elsewhere = bool({"chart", "table"} & set(attributes.classes))
        for name, value in attributes.pairs:
            is_quoted = rf"(?<![\w-]){re.escape(name)}\s*=\s*{re.escape(value[:1])}"
            if value[:1] in _ALL_QUOTES and (place := context.find_next(is_quoted)):
                message = f'the value of "{name}" has a missing or curly quotation mark'
                yield context.report("LNT007", place, message, _STRAIGHT.format(name))
            nearest = "" if is_reported_elsewhere else _find_similar_name(name, ATTRIBUTES)
            if nearest and (place := context.find_next(rf"(?<![\w-]){re.escape(name)}\s*=")):
                hint = f'did you mean "{nearest}"?'
                yield context.report("LNT007", place, f'unknown attribute "{name}"', hint)


def report_curly_html_quotes(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT007 for typographic quotation marks around attribute values in HTML tags."""
    for number, line in enumerate(context.prose, 1):
        for match in _HTML_QUOTED.finditer(line) if "<" in line else ():
            message = f'the value of "{match.group(1)}" is in typographic quotation marks'
            hint = _STRAIGHT.format(match.group(1))
            yield context.report("LNT007", (number, match.start(1) + 1), message, hint)


@cache
def _find_similar_name(name: str, known_names: frozenset[str]) -> str:
    """Return the known name most similar to ``name``, or "" if ``name`` is known or nothing is similar."""
    bare_name = name.strip("{}.")
    if bare_name != name and bare_name in known_names:  # braces without a dot, or a dot without braces
        return bare_name
    if name in known_names or len(name) < _MIN_NAME_LENGTH or name.startswith(("data-", "column-")):
        return ""
    similar_names = difflib.get_close_matches(name.lower(), sorted(known_names), n=1, cutoff=_SIMILAR)
    return similar_names[0] if similar_names and similar_names[0][0] == name[0].lower() else ""


def report_invalid_values(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT007 for attribute values that have no effect."""
    for attributes in context.tree.attributes:
        if "chart" in attributes.classes:
            continue
        for name, value in attributes.pairs:
            if attributes.kind == "Image" and name == "width" and _PROBABLY_PERCENT.fullmatch(value):
                attribute_pattern = rf"(?<![\w-])width\s*=\s*[\"']?{re.escape(value)}(?![\w.%])"
                if place := context.find_next(attribute_pattern):
                    message = f"`width={value}` means {value} pixels; did you mean {value}%?"
                    hint = f"write `width={value}%` for a percentage, or `width={value}px` for pixels"
                    yield context.report("LNT007", place, message, hint)
                continue
            hint = _explain_value(name, value)
            if hint and (place := context.find_next(rf"(?<![\w-]){re.escape(name)}\s*=")):
                yield context.report("LNT007", place, f'invalid value "{value}" for "{name}"', hint)


def _explain_value(name: str, value: str) -> str:
    """Return a hint for an invalid attribute value, or "" if the value is valid."""
    accepted_values = ACCEPTED_VALUES.get(name, (value,))
    if value not in accepted_values:
        return did_you_mean(value, accepted_values) or f"use {join_names(accepted_values, 'or')}"
    if name in ("layout-ncol", "layout-nrow") and not _COUNT.fullmatch(value):
        return f"write a whole number, such as {name}=2"
    if name in ("width", "height") and not _LENGTH.fullmatch(value):
        return f"write a length or a percentage, such as {name}=60%"
    return ""


# Output formats of Quarto and pandoc, which a source may name as well.
_OTHER_FORMATS = frozenset(
    "html html4 html5 docx odt rtf latex beamer revealjs typst markdown gfm commonmark asciidoc jats icml"
    " context ms man plain ipynb hugo docusaurus epub2 epub3 dashboard email confluence llms-txt"
    " html:js mediawiki dokuwiki jira opendocument pdf:latex slidy s5 native".split()
)
_CONDITIONS = frozenset(
    f"{prefix}-{subject}" for prefix in ("when", "unless") for subject in ("format", "profile", "meta")
)


def report_invalid_conditions(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT033 for unknown formats and profiles, and for ``content-visible`` without a condition."""
    formats = {word for form in FORMATS.values() for word in form.condition_names}
    defined = {"format": formats, "profile": context.profiles or ()}
    for attributes in context.tree.attributes:
        for name, value in attributes.pairs:
            prefix, _, subject = name.partition("-")
            if prefix not in ("when", "unless") or not defined.get(subject):
                continue
            for invalid_value in (value_part for value_part in re.split(r"[\s,]+", value) if value_part):
                if invalid_value in defined[subject] or (
                    subject == "format" and invalid_value in _OTHER_FORMATS
                ):
                    continue
                if place := context.find_next(rf"{name}\s*=\s*[\"']?[^\"'}}]*{re.escape(invalid_value)}"):
                    valid_values = BOOK_FORMATS if subject == "format" else sorted(defined[subject])
                    listed_values = join_names(list(valid_values), "or")
                    alternative = ", or define the profile in `book.yaml`" if subject == "profile" else ""
                    hint = did_you_mean(invalid_value, valid_values) or f"use {listed_values}{alternative}"
                    yield context.report(
                        "LNT033",
                        place,
                        f'unknown {"output format" if subject == "format" else subject} "{invalid_value}"',
                        hint,
                    )
        if "content-visible" not in attributes.classes or _CONDITIONS & {
            name for name, _ in attributes.pairs
        }:
            continue
        if place := context.find_next(r"\.?content-visible(?![^{}]*(?:when|unless)-)"):
            message = "this `content-visible` element has no condition"
            yield context.report(
                "LNT033",
                place,
                message,
                'add a condition such as when-format="pdf", or remove the class content-visible',
            )


_PREFIXES = {"Figure": "fig", "Table": "tbl"}
_FORMULA_ATTRIBUTES = re.compile(rf"{OPAQUE} ?\{{#([^\s{{}}]+)")  # attributes of a formula
_OURS = {
    **dict.fromkeys(("fig", "figure", "img", "image"), "fig"),
    **dict.fromkeys(("tbl", "tab", "table"), "tbl"),
    **dict.fromkeys(("eq", "eqn", "equation"), "eq"),
    **dict.fromkeys(("sec", "section"), "sec"),
    **dict.fromkeys(("lst", "listing", "code"), "lst"),
    "thm": "thm",
}
# Id prefixes in other tools: LaTeX and pandoc-crossref use a colon, others use longer or shorter words.
_FOREIGN = re.compile(rf"({'|'.join(_OURS)})[:_.-](.+)", re.IGNORECASE)


def report_ids_without_prefix(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT008 for the id of a figure, table or equation without the prefix that numbering requires."""
    for attributes in context.tree.attributes:
        suggested_id = _suggest_id(attributes.kind, attributes.id)
        if not suggested_id or suggested_id == attributes.id:
            continue
        place = context.find_next(rf"#{re.escape(attributes.id)}(?![\w:.-])")
        if place:
            yield replace(
                context.report("LNT008", place, *_explain_id(attributes.id, suggested_id)), name=attributes.id
            )

    for text in context.tree.texts:
        for name in _FORMULA_ATTRIBUTES.findall(text) if OPAQUE in text else ():
            if not name.startswith("eq-") and (place := context.find_next(rf"#{re.escape(name)}(?![\w:.-])")):
                suggested_id = "eq-" + re.sub(r"^(?:eq|eqn|equation)[:_.-]", "", name)
                yield replace(context.report("LNT008", place, *_explain_id(name, suggested_id)), name=name)


def _explain_id(name: str, suggested_id: str) -> tuple[str, str]:
    prefix = suggested_id.partition("-")[0]
    message = f'id "{name}" needs the prefix "{prefix}-" for numbering and cross-references'
    return message, f"write #{suggested_id}, and refer to it as @{suggested_id}"


def _suggest_id(kind: str, name: str) -> str:
    """Return the id with the required prefix, or "" if the id is valid or the correction is unknown."""
    foreign = _FOREIGN.fullmatch(name)
    house_prefix = _OURS[foreign.group(1).lower()] if foreign else ""
    rest = re.sub(r"[^\w-]+", "-", foreign.group(2) if foreign else name).strip("-")
    if kind in _PREFIXES:
        return "" if name.startswith(f"{_PREFIXES[kind]}-") or not name else f"{_PREFIXES[kind]}-{rest}"
    # On other elements, only an id with a colon is certain to be in the style of another tool.
    return f"{house_prefix}-{rest}" if foreign and name[len(foreign.group(1))] == ":" else ""
