"""Test the JSON Schema for editors: it has all keys, and accepts all valid manifests."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.conftest import MakeProject, write_files
from tests.settings.test_manifest import FULL
from triptych import schema
from triptych.diagnostics import Diagnostic
from triptych.folders import get_templates_folder
from triptych.project import Project
from triptych.reading.sections import FrontMatter, SlidesFrontMatter, split_section
from triptych.schema import (
    make_catalog_schema,
    make_front_matter_schema,
    make_manifest_schema,
    make_theme_schema,
)
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.values import StrictModel
from triptych.theme.theme_file import find_mistakes
from triptych.yaml_text import load_yaml, to_plain_values

MANIFEST, FRONT_MATTER = json.loads(make_manifest_schema()), json.loads(make_front_matter_schema())
CATALOG, THEME = json.loads(make_catalog_schema()), json.loads(make_theme_schema())
EDITION = Path(__file__).parents[1] / "source"
SCAFFOLD = get_templates_folder() / "new/starter/source"
THEMES = [*sorted((get_templates_folder() / "themes").glob("*.yaml")), *sorted(EDITION.glob("themes/*.yaml"))]
MINIMAL = {"book": {"title": "A book", "chapters": ["section.md"]}}


def as_an_editor_reads(text: str) -> Any:
    """Parse YAML 1.2 like an editor, in which a date is a string."""
    tree = YAML(typ="safe", pure=True).load(text)
    return json.loads(json.dumps(tree, default=dt.date.isoformat))


def refused(schema: dict[str, Any], tree: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(tree)]


def mappings(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield all mappings from keys to their schemas, at any level."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema["properties"]
        for part in schema.values():
            yield from mappings(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from mappings(part)


@pytest.mark.parametrize(
    "schema",
    [MANIFEST, FRONT_MATTER, THEME, CATALOG],
    ids=["manifest", "front matter", "theme", "catalogue"],
)
class TestEachSchema:
    def test_schema_is_valid_in_its_dialect(self, schema: dict[str, Any]) -> None:
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)

    def test_every_key_has_a_description(self, schema: dict[str, Any]) -> None:
        rows = [
            (key, value.get("description", "")) for keys in mappings(schema) for key, value in keys.items()
        ]
        assert rows
        assert [key for key, text in rows if not re.fullmatch(r"[A-Z].*[^.]\.", text)] == []

    def test_every_optional_key_has_its_default(self, schema: dict[str, Any]) -> None:
        """Test that each optional key has a default in the schema; keys of sections have their own."""
        for section in [schema, *schema.get("$defs", {}).values()]:
            for key, value in section.get("properties", {}).items():
                is_section = any(
                    "$ref" in way or way.get("type") == "object" for way in value.get("anyOf", [value])
                )
                if key in section.get("required", []) or is_section or schema is THEME:
                    continue
                assert "Default:" in value["description"], key

    def test_every_key_has_valid_examples(self, schema: dict[str, Any]) -> None:
        for keys in mappings(schema):
            for key, value in keys.items():
                assert value.get("examples"), key
                alone = {"$defs": schema.get("$defs", {}), **value}
                for example in value["examples"]:
                    assert refused(alone, example) == [], (key, example)


def test_every_model_key_exists() -> None:
    def keys_of(model: type[pydantic.BaseModel]) -> set[str]:
        return {field.alias or name for name, field in model.model_fields.items()}

    known = [set(keys) for schema in (MANIFEST, CATALOG) for keys in mappings(schema)]
    models = [Manifest, *(m for m in Manifest.__mro__[1].__subclasses__() if m is not Manifest)]
    assert all(any(keys_of(model) <= keys for keys in known) for model in models)
    assert keys_of(FrontMatter) == set(FRONT_MATTER["properties"])


COMPANIONS = {
    "margins": {"page-size": "a5"},
    "authority": {"term": "TBX"},
    "term": {"authority": "THEMA"},
    "pdf-standard": {"colour": "cmyk"},
    "paper": {"print-service": "kdp"},
    "amount": {"currency": "EUR"},
    "currency": {"amount": "19.90"},
}
MODELS = [*StrictModel.__subclasses__(), FrontMatter, SlidesFrontMatter]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_reader_accepts_each_example(model: type[pydantic.BaseModel]) -> None:
    entries = {
        field.alias or name: (field.is_required(), schema._read_field_entries(model)[name]["examples"])
        for name, field in model.model_fields.items()
    }
    required = {key: examples[0] for key, (is_required, examples) in entries.items() if is_required}
    if "amount" in required:
        required["currency"] = "EUR"
    for key, (_, examples) in entries.items():
        for example in examples:
            values = {**required, **COMPANIONS.get(key, {}), key: example}
            model.model_validate(to_plain_values(load_yaml(json.dumps(values))))


def test_the_theme_reader_accepts_each_example() -> None:
    def tree(section: dict[str, Any]) -> dict[str, Any]:
        return {
            key: tree(value) if "properties" in value else value["examples"][0]
            for key, value in section["properties"].items()
        }

    tokens = tree(THEME)
    tokens["fonts"] = [tree(THEME["properties"]["fonts"]["items"])]
    tokens["families"] |= {"serif": "EB Garamond"}
    mistakes = find_mistakes(
        to_plain_values(load_yaml(json.dumps(tokens))),
        ["EB Garamond", "Work Sans", "JetBrains Mono"],
        ["Garamond-Math", "Noto Sans Math"],
    )
    assert list(mistakes) == []


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
def test_the_themes_of_this_repository_are_fine(path: Path) -> None:
    tree = as_an_editor_reads(path.read_text("utf-8"))
    known = {key: value for key, value in tree.items() if key in THEME["properties"]}
    known["fonts"] = [face for face in tree.get("fonts", []) if "package" not in face]
    assert refused(THEME, known) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("colors: {accent: '1f6f5c'}", "colors"),
        ("colours: {accent: red}", "red"),
        ("colours: {series: ['1f6f5c']}", "1f6f5c"),
        ("fonts: [{family: Brand}]", "file"),
        ("print: {chapters: odd}", "odd"),
        ("print: {type: {text: 11pt serif}}", "11pt serif"),
        ("print: {wide-page-text: large}", "large"),
    ],
)
def test_theme_schema_rejections_match_the_reader(lines: str, said: str) -> None:
    assert any(said in message for message in refused(THEME, as_an_editor_reads(lines)))
    assert list(find_mistakes(to_plain_values(load_yaml(lines)), ["EB Garamond"], ["Garamond-Math"]))


def test_choices_and_defaults_are_described() -> None:
    pdf = MANIFEST["$defs"]["PdfOptions"]["properties"]
    assert ["a4", "a5", "letter", "6x9"] in [way.get("enum") for way in pdf["page-size"]["anyOf"]]
    assert (pdf["image-dpi"]["default"], pdf["toc-depth"]["default"]) == (300, 2)
    assert MANIFEST["$defs"]["BookEntry"]["required"] == ["title", "chapters"]


@pytest.mark.parametrize("folder", [EDITION, SCAFFOLD], ids=["edition", "scaffold"])
def test_the_projects_of_this_repository_are_fine(folder: Path) -> None:
    assert refused(MANIFEST, as_an_editor_reads((folder / "book.yaml").read_text("utf-8"))) == []
    heads = [
        split_section(str(path), path.read_text("utf-8"))[0].text for path in sorted(folder.glob("*.md"))
    ]
    blocks = [match.group(1) for head in heads if (match := re.match(r"---\n(.*?)^---$", head, re.S | re.M))]
    assert blocks
    assert [error for block in blocks for error in refused(FRONT_MATTER, as_an_editor_reads(block))] == []


def test_a_manifest_with_all_keys_is_fine() -> None:
    assert refused(MANIFEST, as_an_editor_reads(FULL)) == []


@pytest.mark.parametrize(
    "lines",
    [
        "book:\n  title: 1984\n  chapters: [a.md]",
        "book:\n  title: T\n  author: Ada\n  chapters: [a.md]",
        "book:\n  title: T\n  authors: [Ada, {name: Charles}]\n  subtitle:\n  chapters: [a.md]",
        "book: {title: T, chapters: [a.md]}\nformat: {pdf: default, epub: , pptx: true}",
        "book: {title: T, chapters: [a.md]}\njinja: yes\nformat: {pdf: {toc-depth: '3'}}",
        "book: {title: T, chapters: [a.md]}\nprofiles: [print, screen]",
        "book: {title: T, chapters: [a.md]}\ntheme: report\nformat: {pdf: {page-size: {width: 17cm, height: 9in},"
        " margins: {inner: 20mm}, bleed: 3mm, crop-marks: true, color: cmyk, pdf-standard: pdf/x-4}}",
        "book: {title: T, chapters: [a.md]}\nprofiles: {print: {lang: de}, screen: }\nlang: no",
    ],
)
def test_schema_accepts_what_the_reader_accepts(lines: str, make_project: MakeProject) -> None:
    assert read_manifest(make_project({"source/book.yaml": lines}))[2] == []
    assert refused(MANIFEST, as_an_editor_reads(lines)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"titel": "T"}, "titel"),
        ({"book": {**MINIMAL["book"], "sub-title": "T"}}, "sub-title"),
        ({"output_file": "name"}, "output_file"),
        ({"format": {"pdf": {"page-size": "a6"}}}, "a6"),
        ({"format": {"pdf": {"page_size": "a4"}}}, "page_size"),
        ({"format": {"pdf": {"toc-depth": 9}}}, "9"),
        ({"format": {"pdf": {"page-size": {"width": "17"}}}}, "17"),
        ({"format": {"pdf": {"page-size": {"width": "17cm", "height": "24cm", "depth": "1cm"}}}}, "depth"),
        ({"format": {"pdf": {"bleed": "3 metres"}}}, "3 metres"),
        ({"format": {"pdf": {"colour": "pantone"}}}, "pantone"),
        ({"format": {"docx": "default"}}, "docx"),
        ({"book": {"title": "T"}}, "chapters"),
        ({"book": {**MINIMAL["book"], "author": {"name": "Ada", "role": "Writer"}}}, "Writer"),
        ({"jinja": "perhaps"}, "perhaps"),
        ({"output-file": "a/b"}, "a/b"),
        ({"variables": ["a"]}, "a"),
    ],
)
def test_schema_rejections_match_the_reader(
    changes: dict[str, Any], said: str, make_project: MakeProject
) -> None:
    tree = {**MINIMAL, **changes}
    assert any(said in message for message in refused(MANIFEST, tree))
    assert _read(make_project({}), tree)


_SCALARS = st.one_of(
    st.sampled_from(["a", "aut", "default", "yes", "Off", "a4", "2026-01-31", "1", " 2 ", "x y", "é", "{{"]),
    st.booleans(),
    st.integers(-3, 9),
    st.floats(0, 9, allow_nan=False).map(lambda number: round(number, 1)),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "part", "role", "pdf"]), inner)
    ),
    max_leaves=4,
)


_SECTIONS = {"book": "BookEntry", "pdf": "PdfOptions", "epub": "EpubOptions", "pptx": "PptxOptions"}


@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_rejected_by_the_schema_is_rejected_by_the_reader(
    data: st.DataObject, tmp_path: Path
) -> None:
    tree = json.loads(json.dumps(MINIMAL))
    node = data.draw(st.sampled_from(["", *_SECTIONS]))
    places = {"": tree, "book": tree["book"]}
    if node in ("pdf", "epub", "pptx"):
        tree["format"] = {node: {}}
        places[node] = tree["format"][node]
    section = MANIFEST if node == "" else MANIFEST["$defs"][_SECTIONS[node]]
    places[node][data.draw(st.sampled_from(sorted(section["properties"])))] = data.draw(_VALUES)
    if refused(MANIFEST, tree):
        assert _read(Project(tmp_path, environ={}), tree), tree


@given(key=st.sampled_from(sorted(FRONT_MATTER["properties"])), value=_VALUES)
@settings(max_examples=300, deadline=None)
def test_any_front_matter_rejected_by_the_schema_is_rejected_by_the_reader(key: str, value: Any) -> None:
    if refused(FRONT_MATTER, {key: value}):
        assert split_section("a.md", f"---\n{json.dumps({key: value})}\n---\n")[1], (key, value)


def _read(project: Project, tree: Any) -> list[Diagnostic]:
    """Return the findings in a manifest, given as JSON, which is valid YAML."""
    write_files(project.root, {"source/book.yaml": json.dumps(tree, ensure_ascii=False)})
    return read_manifest(project)[2]
