"""Generate JSON Schemas (draft 2020-12) of the manifest, front matter, themes, glossaries and catalogues.

Editors use the schemas for completion. The schemas are derived from the classes that validate these files and
accept the same values: plain YAML values are strings, and an empty key counts as missing. A key's description
and examples come from the docstring under its field, such as ``Language of the book. Default: en. Example:
`en-GB`.``
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pydantic
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from ruamel.yaml import YAML

from triptych.reading.glossary import GlossaryFileEntry
from triptych.reading.sections import FrontMatter
from triptych.settings.catalog import CatalogSettings
from triptych.settings.manifest import Manifest
from triptych.theme.print_design import TEXT_STYLE_PATTERN, TextStyle
from triptych.theme.theme_file import (
    COLOUR_PATTERN,
    MIN_LIST_LENGTHS,
    NUMBER_PATTERN,
    WEIGHT_PATTERN,
    Colours,
    FontEntry,
    ThemeFile,
    convert_to_key,
)

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Patterns of booleans and numbers written as text.
_SWITCH = "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF|[YyNnTtFf01])$"
_WHOLE_NUMBER = r"^\s*[+-]?[0-9_]+(\.0*)?\s*$"
_EMPTY_VALUES: tuple[object, ...] = ("", None, (), {})
_NONE = " Default: none."
_ENTRY = re.compile(r"(?P<description>.+?\.) Example: (?P<examples>`.+`)\.")


def make_manifest_schema() -> str:
    """Return the schema of ``source/book.yaml`` as JSON."""
    return _format_schema("The manifest of a Triptych project", _make_model_schema(Manifest))


def make_front_matter_schema() -> str:
    """Return the schema of a section's front matter as JSON."""
    return _format_schema("The front matter of a Triptych section", _make_model_schema(FrontMatter))


def make_theme_schema() -> str:
    """Return the schema of a theme file as JSON."""
    return _format_schema("A Triptych theme", _make_section_schema(ThemeFile))


def make_catalog_schema() -> str:
    """Return the schema of ``catalog.yaml`` as JSON."""
    return _format_schema("A Triptych catalogue", _make_model_schema(CatalogSettings))


def make_glossary_schema() -> str:
    """Return the schema of a glossary file as JSON."""
    return _format_schema(
        "A Triptych glossary", {"type": "array", "items": _make_model_schema(GlossaryFileEntry)}
    )


def _format_schema(title: str, schema: JsonSchemaValue) -> str:
    return json.dumps({"$schema": _DIALECT, "title": title, **schema}, indent=2, ensure_ascii=False) + "\n"


def _make_model_schema(model: type[pydantic.BaseModel]) -> JsonSchemaValue:
    return model.model_json_schema(schema_generator=_YamlSchemaGenerator)


class _YamlSchemaGenerator(GenerateJsonSchema):
    """Extends Pydantic's schemas to all values that ``yaml_text.load_yaml`` passes to Pydantic."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False, since a ``title`` in the schema would only repeat the key."""
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Accept numbers and booleans in place of strings, such as 1984 as a book title."""
        return {**super().str_schema(schema), "type": ["string", "number", "boolean"]}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """Accept strings, 0 and 1 as booleans, since ``yes`` is a string in YAML 1.2."""
        return {"type": ["boolean", "string", "integer"], "pattern": _SWITCH, "minimum": 0, "maximum": 1}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """Accept a number in quotation marks."""
        return {**super().int_schema(schema), "type": ["integer", "string"], "pattern": _WHOLE_NUMBER}

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """Return the schema of an enumeration without its class name and docstring."""
        values = super().enum_schema(schema)
        return {key: value for key, value in values.items() if key not in ("title", "description")}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Accept an empty value for an optional key."""
        return _allow_null(super().default_schema(schema))

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a mapping, with docstrings of fields as descriptions and all key aliases."""
        model_schema = super().model_schema(schema)
        model_schema.pop("title", None)
        model_schema.pop("description", None)  # the docstring of the class is for programmers
        properties = model_schema["properties"]
        entries = _read_field_entries(schema["cls"])
        for name, field in schema["cls"].model_fields.items():
            key, *others = _list_key_names(name, field)
            properties[key] |= entries[name]
            if not field.is_required() and field.get_default(call_default_factory=True) in _EMPTY_VALUES:
                properties[key]["description"] += "" if "Default:" in entries[name]["description"] else _NONE
            properties |= {other: dict(properties[key]) for other in others}
        return model_schema


def _list_key_names(name: str, field: FieldInfo) -> list[str]:
    if isinstance(field.validation_alias, AliasChoices):
        return [str(choice) for choice in field.validation_alias.choices]
    return [field.alias or name]


def _read_field_entries(model: type) -> dict[str, dict[str, Any]]:
    """Map each field to its description and examples, read from the docstring under the field.

    Pydantic can also read these docstrings, but would do so each time the program starts.
    """
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    entries = {}
    for field, text in itertools.pairwise(definition.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(words))):
                entries[name] = _parse_field_docstring(" ".join(words.split()))
    return entries


def _parse_field_docstring(text: str) -> dict[str, Any]:
    """Split a field's docstring into the description and the examples, which are YAML in backticks."""
    match = _ENTRY.fullmatch(text)
    assert match is not None, text
    yaml = YAML(typ="safe", pure=True)
    examples = [yaml.load(example) for example in re.split("`, `", match["examples"][1:-1])]
    return {"description": match["description"], "examples": json.loads(json.dumps(examples, default=str))}


# Schemas of the values in a theme file. Editors parse some of them as numbers or booleans.
_THEME_VALUES: Mapping[type, JsonSchemaValue] = {
    str: {"type": ["string", "number", "boolean"]},
    bool: {"type": ["boolean", "string"], "pattern": _SWITCH},
    int: {"type": ["integer", "string"], "pattern": f"^{WEIGHT_PATTERN}$"},
    float: {"type": ["number", "string"], "pattern": f"^{NUMBER_PATTERN}$"},
    TextStyle: {"type": "string", "pattern": f"^{TEXT_STYLE_PATTERN}$"},
}
_INHERITED = " Default: inherited from the base theme (`extends`)."


def _make_section_schema(section: type) -> JsonSchemaValue:
    """Return the schema of a theme file section. ``section`` is a dataclass whose fields are the keys."""
    entries, properties = _read_field_entries(section), {}
    for name, kind in get_type_hints(section).items():
        key = convert_to_key(name)
        properties[key] = {**_allow_null(_make_value_schema(kind, section, key)), **entries[name]}
        if section not in (ThemeFile, FontEntry):
            properties[key]["description"] += _INHERITED
    required = {"required": ["family", "file"]} if section is FontEntry else {}
    return {"type": "object", "properties": properties, "additionalProperties": False, **required}


def _make_value_schema(kind: Any, section: type, key: str) -> JsonSchemaValue:
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is tuple:
        items = _make_value_schema(get_args(kind)[0], section, key)
        return {"type": "array", "items": items, "minItems": MIN_LIST_LENGTHS.get(key, 0)}
    if kind is str and section is Colours:
        return {"type": ["string", "number"], "pattern": f"^{COLOUR_PATTERN}$"}
    return _THEME_VALUES.get(kind) or _make_section_schema(kind)


def _allow_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Extend a schema to accept null."""
    kinds = schema.get("type")
    if kinds and "enum" not in schema:
        return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    if "anyOf" in schema:
        alternatives = schema["anyOf"]
        return (
            schema
            if {"type": "null"} in alternatives
            else {**schema, "anyOf": [*alternatives, {"type": "null"}]}
        )
    default = {"default": schema.pop("default")} if "default" in schema else {}
    return {"anyOf": [schema, {"type": "null"}], **default}
