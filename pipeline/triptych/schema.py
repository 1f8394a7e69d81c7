"""Settings → the JSON Schema that an editor checks and completes YAML with (draft 2020-12).

It is made from the models that read the files, and follows how they read: every plain value is the
text that stands there, a key left empty is as if it were not there. What it refuses, they refuse;
only "" they take for nothing and the word null for a word.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import textwrap
from typing import Any

import pydantic
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from triptych.reading.front_matter import FrontMatter
from triptych.settings.catalog import CatalogSettings
from triptych.settings.manifest import Manifest

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# What a switch and a number may look like where they are written as text.
_SWITCH = "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF|[YyNnTtFf01])$"
_WHOLE_NUMBER = r"^\s*[+-]?[0-9_]+(\.0*)?\s*$"


def manifest_schema() -> str:
    """The schema of ``source/book.yaml`` as JSON."""
    return _written(Manifest, "The manifest of a Triptych project")


def front_matter_schema() -> str:
    """The schema of the block at the head of a section as JSON."""
    return _written(FrontMatter, "The front matter of a Triptych section")


def catalog_schema() -> str:
    """The schema of ``catalog.yaml`` as JSON."""
    return _written(CatalogSettings, "A list of titles for Triptych")


def _written(model: type[pydantic.BaseModel], title: str) -> str:
    schema = model.model_json_schema(schema_generator=_AsRead)
    schema.pop("title", None)
    return json.dumps({"$schema": _DIALECT, "title": title, **schema}, indent=2, ensure_ascii=False) + "\n"


class _AsRead(GenerateJsonSchema):
    """Pydantic's schemas, as wide as what the reader of YAML hands to pydantic."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A title would only repeat the key."""
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A title may be 1984."""
        return {**super().str_schema(schema), "type": ["string", "number", "boolean"]}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """``yes`` is a text in YAML 1.2."""
        return {"type": ["boolean", "string", "integer"], "pattern": _SWITCH, "minimum": 0, "maximum": 1}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """A number may stand in quotation marks."""
        return {**super().int_schema(schema), "type": ["integer", "string"], "pattern": _WHOLE_NUMBER}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """What need not be there may be left empty."""
        return _or_empty(super().default_schema(schema))

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A mapping with what stands under its fields, and the other names of its keys."""
        made = super().model_schema(schema)
        made.pop("title", None)
        made.pop("description", None)  # what the class says is for programmers
        properties = made["properties"]
        texts = _descriptions(schema["cls"])
        for name, field in schema["cls"].model_fields.items():
            key, *others = _names(name, field)
            properties[key]["description"] = texts[name]
            properties |= {other: dict(properties[key]) for other in others}
        return made


def _names(name: str, field: FieldInfo) -> list[str]:
    """What a field may be called in YAML."""
    if isinstance(field.validation_alias, AliasChoices):
        return [str(choice) for choice in field.validation_alias.choices]
    return [field.alias or name]


def _descriptions(model: type[pydantic.BaseModel]) -> dict[str, str]:
    """The texts under a model's fields. Pydantic could gather them, but at each start of the program."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    texts = {}
    for field, text in itertools.pairwise(definition.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(words))):
                texts[name] = " ".join(words.split())
    return texts


def _or_empty(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema, with null."""
    kinds = schema.get("type")
    if kinds and "enum" not in schema:
        return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
    if "anyOf" in schema:
        ways = schema["anyOf"]
        return schema if {"type": "null"} in ways else {**schema, "anyOf": [*ways, {"type": "null"}]}
    default = {"default": schema.pop("default")} if "default" in schema else {}
    return {"anyOf": [schema, {"type": "null"}], **default}
