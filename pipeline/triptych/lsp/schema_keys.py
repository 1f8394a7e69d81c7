"""Find the valid keys and values at a position in the manifest or in front matter, using their schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from triptych.lsp.source_text import SourceText
from triptych.project import MANIFEST
from triptych.reading.sections import FRONT_MATTER_BLOCK
from triptych.schema import make_front_matter_schema, make_glossary_schema, make_manifest_schema

_KEY = re.compile(
    r"^(?P<indent>[ ]*)(?P<dash>(?:-[ ]+)*)(?:(?P<quote>[\"']?)(?P<key>[\w.-]+)(?P=quote)[ ]*:(?=\s|$))?"
)
_FLOW = re.compile(r"[\[\]{},]|(?P<key>[\w-]+)[ ]*:(?=[ ]|$)")
_ANY_KEY = re.compile(r"[\w-]+(?=[ ]*:(?:\s|$))", re.MULTILINE)
_SWITCH = ("true", "false")

Steps = tuple[str, ...]


@cache
def load_schema(*, of_manifest: bool) -> Mapping[str, Any]:
    """Return the schema of the manifest or of front matter."""
    schema: Mapping[str, Any] = json.loads(
        make_manifest_schema() if of_manifest else make_front_matter_schema()
    )
    return schema


@cache
def get_glossary_keys() -> tuple[tuple[str, str], ...]:
    """Return the keys of an entry in a glossary file, with their descriptions."""
    items = json.loads(make_glossary_schema())["items"]["properties"]
    return tuple((name, entry.get("description", "")) for name, entry in items.items())


def get_yaml_range(path: str, source: SourceText) -> tuple[int, int] | None:
    """Return the offsets of the YAML in a document, or None if it has none."""
    if path == MANIFEST:
        return 0, len(source.text)
    front = FRONT_MATTER_BLOCK.match(source.text) if path.endswith(".md") else None
    return front.span(1) if front else None


def find_steps(source: SourceText, start: int, offset: int) -> tuple[Steps, bool]:
    """Return the path of keys to an offset in YAML that starts at ``start``, and whether a value goes there.

    Items of lists have no key of their own.
    """
    line = source.get_line(offset)
    first, _ = source.get_line_range(line)
    preceding_text = source.text[max(first, start) : offset]
    match = _KEY.match(preceding_text)
    assert match is not None  # all parts are optional
    steps = _find_parents(source, start, line, match)
    flow, in_value = _read_flow(preceding_text[match.end() :])
    if match["key"]:
        steps.append(match["key"])
    return (*steps, *(flow or ())), in_value if flow is not None else bool(match["key"] or match["dash"])


def _find_parents(source: SourceText, start: int, line: int, match: re.Match[str]) -> list[str]:
    """Return the keys of the block mappings and lists around a line, outermost first."""
    parents: list[str] = []
    item = len(match["indent"]) if match["dash"] else None  # column of a list item's hyphen
    column = len(match["indent"]) + len(match["dash"])
    for number in range(line - 1, -1, -1):
        first, end = source.get_line_range(number)
        if first < start or not (column or item is not None):
            break
        text = source.text[first:end]
        above = _KEY.match(text)
        if above is None or not text.strip() or text.lstrip().startswith("#"):
            continue
        indent, has_dash = len(above["indent"]), bool(above["dash"])
        key_indent = indent + len(above["dash"])
        is_parent = (
            key_indent < column
            if item is None
            else key_indent <= item and not (has_dash and key_indent == indent)
        )
        if above["key"] and is_parent:
            parents.append(above["key"])
            column, item = key_indent, indent if has_dash else None
        elif has_dash and item is None and key_indent <= column:
            item = indent  # line on which the list item begins
    return parents[::-1]


def _read_flow(text: str) -> tuple[list[str] | None, bool]:
    """Return the keys of open flow mappings in a line, or None, and whether a value follows."""
    stack: list[str] = []
    key, in_value, depth = "", True, 0
    for match in _FLOW.finditer(text):
        mark = match[0][0]
        if mark in "{[":
            stack.append(key if depth else "")
            depth += 1
            key, in_value = "", mark == "["
        elif mark in "}]":
            if stack:
                stack.pop()
                depth -= 1
            key, in_value = "", False
        elif mark == ",":
            key, in_value = "", False
        else:
            key, in_value = match["key"], True
    if not depth:
        return None, True
    return [*filter(None, stack), *([key] if key else [])], in_value


def list_keys(path: str, steps: Steps) -> dict[str, str]:
    """Return the keys of the mapping at ``steps``, with their descriptions."""
    descriptions: dict[str, str] = {}
    for schema in _resolve(path, steps):
        for name, entry in schema.get("properties", {}).items():
            descriptions.setdefault(name, entry.get("description", ""))
        for name in schema.get("propertyNames", {}).get("enum", ()):
            descriptions.setdefault(name, "")
    return descriptions


def list_values(path: str, steps: Steps) -> list[str]:
    """Return the values that the key at ``steps`` accepts, or [] if it accepts any value."""
    values: dict[str, None] = {}
    for schema in _resolve(path, steps):
        values |= dict.fromkeys(str(value) for value in schema.get("enum", ()) if value not in ("", None))
        if "boolean" in schema.get("type", ()) and "minimum" in schema:
            values |= dict.fromkeys(_SWITCH)
    return list(values)


def describe_key(path: str, steps: Steps) -> str:
    """Return the description of a key with examples in Markdown, or ""."""
    for schema in _resolve(path, steps[:-1]):
        entry = schema.get("properties", {}).get(steps[-1])
        if entry and entry.get("description"):
            examples = ", ".join(
                f"`{json.dumps(example, ensure_ascii=False)}`" for example in entry.get("examples", ())
            )
            return f"`{steps[-1]}`: {entry['description']}" + (f"\n\nExample: {examples}" if examples else "")
    return ""


def find_key_at(path: str, source: SourceText, offset: int) -> tuple[int, int, Steps] | None:
    """Return the range of the key at an offset and the path of keys to it, or None."""
    span = get_yaml_range(path, source)
    if span is None or not span[0] <= offset <= span[1]:
        return None
    first, end = source.get_line_range(source.get_line(offset))
    for match in _ANY_KEY.finditer(source.text, first, end):
        if match.start() <= offset <= match.end():
            steps, in_value = find_steps(source, span[0], match.start())
            is_first = not source.text[first : match.start()].strip(" -")
            is_key = is_first or not in_value
            return (match.start(), match.end(), (*steps, match[0])) if is_key else None
    return None


def _resolve(path: str, steps: Steps) -> list[Mapping[str, Any]]:
    """Return the alternatives of the schema at ``steps``, including the items of lists."""
    root = load_schema(of_manifest=path == MANIFEST)
    if path == MANIFEST and steps[:1] == ("profiles",) and len(steps) > 1:
        steps = steps[2:]  # profiles have the same keys as the manifest
    schemas = _expand(root, root)
    for step in steps:
        inner: list[Mapping[str, Any]] = []
        for schema in schemas:
            additional = schema.get("additionalProperties")
            if step in schema.get("properties", {}):
                inner += _expand(root, schema["properties"][step])
            elif isinstance(additional, Mapping):
                inner += _expand(root, additional)
        schemas = inner
    return schemas


def _expand(root: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return _expand(root, target)
    expanded = [schema]
    for key in ("anyOf", "oneOf", "allOf"):
        for subschema in schema.get(key, ()):
            expanded += _expand(root, subschema)
    if isinstance(schema.get("items"), Mapping):
        expanded += _expand(root, schema["items"])
    return expanded
