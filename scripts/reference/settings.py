"""Generate the pages on manifest, front matter, themes and catalogues from their JSON Schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from reference.text import any_of, code, number, page, table, yaml
from triptych.schema import (
    make_catalog_schema,
    make_front_matter_schema,
    make_glossary_schema,
    make_manifest_schema,
    make_theme_schema,
)

Schema = dict[str, Any]
_MOST = 8  # values of a choice that a table lists; more are listed below it
_DEFAULT = re.compile(r" Default: (.+?)\.$")
_PATTERNS = (
    (r"(mm|cm|in|pt)", "a length with its unit"),
    ("(MB|GB|TB)", "an amount of memory"),
    ("(s|m|h)", "a duration"),
    ("{6}", "a colour of six hexadecimal digits"),
    ("pt/", "`[italic] [weight] SIZEpt/LINEpt FAMILY`"),
    ("(?:pt)?", "a number"),
    ("[1-9]00", "a weight from 100 to 900"),
)
_PLACES = {"minimum": "from", "ge": "from", "maximum": "to", "le": "to"}


class Group(NamedTuple):
    """A mapping: its path, the description of its key, and its own keys with their schemas."""

    path: tuple[str, ...]
    note: str
    keys: dict[str, Schema]
    required: list[str]


def manifest() -> str:
    """Return the page on ``source/book.yaml``."""
    introduction = (
        "This page lists every key of `source/book.yaml`. To validate the file as you type, "
        "write its schema with `triptych schema --output book.schema.json` "
        "and refer to it in the first line: `# yaml-language-server: $schema=book.schema.json`."
    )
    return _page("The manifest", introduction, make_manifest_schema())


def front_matter() -> str:
    """Return the page on the front matter of sections."""
    introduction = (
        "This page lists every key that can be set between the `---` lines at the start of a "
        "section file. Metadata and settings of the whole book belong in [the "
        "manifest](manifest.md)."
    )
    return _page("Front matter", introduction, make_front_matter_schema())


def theme() -> str:
    """Return the page on theme files."""
    introduction = (
        "This page lists every key of a theme file, such as `themes/mine.yaml`, which `theme` in "
        "[the manifest](manifest.md#top-level) refers to. A theme sets only the keys that differ from the "
        "theme that it extends."
    )
    return _page("Themes", introduction, make_theme_schema())


def catalogue() -> str:
    """Return the page on ``catalog.yaml``."""
    introduction = (
        "This page lists every key of `catalog.yaml`, the list of titles for `triptych catalog "
        "build`. Each title is a project with [a manifest](manifest.md)."
    )
    return _page("The catalogue", introduction, make_catalog_schema())


def glossary_keys() -> str:
    """Return the table of the keys of an entry in a glossary file."""
    entry = json.loads(make_glossary_schema())["items"]
    return _table(Group((), "", entry["properties"], entry["required"]), {})


def groups(text: str) -> Iterator[Group]:
    """Yield all mappings of a schema, parents before children, in the order of their keys."""
    schema = json.loads(text)
    yield from _groups((), "", schema, schema.get("$defs", {}))


def _page(title: str, introduction: str, schema: str) -> str:
    definitions = json.loads(schema).get("$defs", {})
    parts, seen = [], list[Group]()
    for group in groups(schema):
        same = next((one for one in seen if one.keys == group.keys), None)
        parts.append(_heading(group) + "\n\n" + _same(same) if same else _section(group, definitions))
        seen.append(group)
    return page(title, introduction, parts)


def _same(group: Group) -> str:
    name = ": ".join(group.path)
    return f"The keys are those of [{code(name)}](#{_anchor(group.path)})."


def _anchor(path: tuple[str, ...]) -> str:
    return "-".join(path)


def _heading(group: Group) -> str:
    title = ": ".join(group.path)
    return f"{'#' * min(1 + max(len(group.path), 1), 4)} {code(title) if title else 'Top level'}"


def _groups(path: tuple[str, ...], note: str, schema: Schema, definitions: Schema) -> Iterator[Group]:
    keys: dict[str, Schema] = schema["properties"]
    yield Group(path, note, keys, schema.get("required", []))
    for key, value in _without_aliases(keys).items():
        for mapping in _mappings(value, definitions):
            yield from _groups((*path, key), value["description"], mapping, definitions)


def _without_aliases(keys: dict[str, Schema]) -> dict[str, Schema]:
    """Return the keys without aliases, which have the same description."""
    seen: dict[str, str] = {}
    for key, value in keys.items():
        seen.setdefault(value["description"], key)
    return {key: keys[key] for key in seen.values()}


def _mappings(value: Schema, definitions: Schema) -> Iterator[Schema]:
    """Yield the mappings with fixed keys that a value can be, or can contain as items or named values."""
    for one in _resolved(value, definitions):
        if "properties" in one:
            yield one
        elif "items" in one:
            inner = list(_mappings(one["items"], definitions))
            yield from [each for each in inner if each not in list(_mappings_beside(value, definitions))]
        elif isinstance(one.get("additionalProperties"), dict):
            yield from _mappings(one["additionalProperties"], definitions)


def _mappings_beside(value: Schema, definitions: Schema) -> Iterator[Schema]:
    """Yield the mappings that a value can be itself; mappings in a list have no section of their own."""
    yield from (one for one in _resolved(value, definitions) if "properties" in one)


def _resolved(value: Schema, definitions: Schema) -> list[Schema]:
    """Return the alternatives of a schema, with references replaced."""
    if "$ref" in value:
        return [definitions[value["$ref"].rpartition("/")[2]]]
    if "anyOf" in value:
        return [one for way in value["anyOf"] for one in _resolved(way, definitions)]
    return [value]


def _section(group: Group, definitions: Schema) -> str:
    note = [_DEFAULT.sub("", group.note)] if group.note else []
    return "\n\n".join([_heading(group), *note, _table(group, definitions)])


def _table(group: Group, definitions: Schema) -> str:
    """Return the table of a mapping's keys, followed by the values that do not fit in it."""
    names: dict[str, list[str]] = {}
    for key, value in group.keys.items():
        names.setdefault(value["description"], []).append(key)
    rows, long = [], []
    for key, *others in names.values():
        value = group.keys[key]
        rows.append(_row(group.path, key, others, value, definitions, required=key in group.required))
        if len(choices := _choices(value, definitions)) > _MOST:
            what = "Keys" if _is_named(value, definitions) else "Values"
            long.append(f"{what} of {code(key)}: {', '.join(map(code, choices))}.")
    return "\n\n".join([table(("Key", "Value", "Meaning"), rows), *long])


def _row(
    path: tuple[str, ...],
    key: str,
    others: list[str],
    value: Schema,
    definitions: Schema,
    *,
    required: bool,
) -> list[str]:
    text = value["description"]
    default = _DEFAULT.search(text)
    meaning = _DEFAULT.sub("", text)
    shown = f"Default: {_shown_default(default.group(1))}." if default else "Required." if required else ""
    examples = [code(f"{key}: {yaml(_in_order(one, value, definitions))}") for one in value["examples"]]
    also = "".join(f"<br>or {code(other)}" for other in others)
    details = " ".join(filter(None, (meaning if meaning.endswith(".") else f"{meaning}.", shown)))
    name = f"[{code(key)}](#{_anchor((*path, key))})" if any(_mappings(value, definitions)) else code(key)
    return [name + also, value_words(value, definitions), f"{details}<br>{' or '.join(examples)}"]


def _in_order(example: object, value: Schema, definitions: Schema) -> object:
    """Return an example with its keys in the order of the reference."""
    if isinstance(example, list):
        return [_in_order(one, value, definitions) for one in example]
    if not isinstance(example, dict):
        return example
    order = [key for one in _mappings(value, definitions) for key in one["properties"]]
    return dict(sorted(example.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else 0))


def _is_named(value: Schema, definitions: Schema) -> bool:
    return any("propertyNames" in one for one in _resolved(value, definitions))


def _shown_default(text: str) -> str:
    """Return a default as written in the docstring, in which a value is between backticks."""
    return code(text) if re.fullmatch(r"[a-z0-9][\w/.-]*", text) and text != "none" else text


def _choices(value: Schema, definitions: Schema) -> list[str]:
    """Return the allowed words for a value, its items or its keys."""
    for one in _resolved(value, definitions):
        for place in (one, one.get("items", {}), one.get("propertyNames", {})):
            for way in _resolved(place, definitions):
                if "enum" in way:
                    return [str(word) for word in way["enum"] if word != ""]
    return []


def value_words(value: Schema, definitions: Schema) -> str:
    """Describe the type of a value in words."""
    ways = [_way(one, definitions) for one in _resolved(value, definitions) if one.get("type") != "null"]
    ways = list(dict.fromkeys(filter(None, ways)))
    listed = [way for way in ways if way.startswith("a list of ")]
    if len(ways) > 1 and listed == [f"a list of {_plural(any_of(ways[:-1]))}"]:
        these = "these" if len(ways) > len(("one", "list")) or "," in ways[0] else _plural(ways[0])
        return f"{any_of(ways[:-1])}, or a list of {these}"
    return any_of(ways)


def _way(one: Schema, definitions: Schema) -> str:
    kinds = one.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "const" in one:
        return code(one["const"])
    if "enum" in one:
        words = [word for word in one["enum"] if word != ""]
        return any_of(map(code, words)) if len(words) <= _MOST else "a value listed below"
    if "properties" in one:
        return "a mapping"
    if "items" in one:
        inner = value_words(one["items"], definitions)
        return "a list" if inner.startswith("a value") else f"a list of {_plural(inner)}"
    if "object" in kinds:
        return "a mapping of names to values"
    if "boolean" in kinds and "integer" not in kinds and "number" not in kinds and "pattern" in one:
        return "true or false"
    if "boolean" in kinds and "integer" in kinds:
        return "true or false"
    if "integer" in kinds and "pattern" in one and not one["pattern"].startswith("^[1-9]"):
        return f"a whole number{_bounds(one)}"
    if one.get("format") == "date":
        return "a date"
    if pattern := one.get("pattern", ""):
        return next((words for sign, words in _PATTERNS if sign in pattern), "text")
    if "string" in kinds:
        return "text"
    return f"a number{_bounds(one)}" if "number" in kinds else ""


def _plural(words: str) -> str:
    """Return the plural for the items of a list."""
    for one, many in (("a list of", "lists of"), ("a mapping", "mappings"), ("a colour", "colours")):
        words = words.replace(one, many)
    return re.sub(r"\btext\b", "texts", words).replace(", or ", " or ")


def _bounds(one: Schema) -> str:
    found = {_PLACES[key]: one[key] for key in _PLACES if key in one}
    return "".join(f" {word} {number(found[word])}" for word in ("from", "to") if word in found)
