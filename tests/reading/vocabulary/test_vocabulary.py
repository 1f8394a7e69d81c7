"""Test that the vocabulary describes exactly the names that have an effect in the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reading.vocabulary.books import write_book
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.options import CHART_OPTIONS, list_supporting_chart_types, read_options
from triptych.engine.cache import Cache
from triptych.model.letters import PARTS
from triptych.model.nodes import Attr, CalloutKind, TheoremKind
from triptych.press import press
from triptych.reading.topics import Name, load_topics
from triptych.reading.vocabulary import (
    ACCEPTED_VALUES,
    ATTRIBUTES,
    CLASSES,
    OTHER_ATTRIBUTES,
    OTHER_CLASSES,
)
from triptych.request import BuildRequest
from triptych.stages import read_project

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "pipeline/triptych"
_READERS = ("reading", "model", "passes", "markup", "writers", "media", "settings")
# Classes and attributes that the program itself sets.
_INTERNAL_CLASSES = {"triptych-math", "triptych-diagram", "csl-left-margin", "csl-right-inline", "diagram"}
_INTERNAL_ATTRIBUTES = {
    "mathml",
    "omml",
    "unexpected",
    "script-levels",
    "ignored",
    "group",
    "rows",
    "tag",
    "abbreviation",
    "plural",
    "style",
}

ENTRIES = [
    (kind, name, entry)
    for topic in load_topics()
    for kind, names in (("class", topic.classes), ("attribute", topic.attributes))
    for name, entry in names.items()
]


def _asked_for(method: str) -> Iterator[tuple[str, str]]:
    """Return the names that the program reads from attributes of elements, with their positions."""
    for folder in _READERS:
        for path in sorted((PROGRAM / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=value, attr=called), args=[ast.Constant(value=str(name)), *_]
                    ) if called == method and ast.unparse(value).rpartition(".")[2] == "attr":
                        yield name, f"{path.relative_to(PROGRAM)}:{node.lineno}"


def test_known_classes_are_documented() -> None:
    known = CLASSES | _INTERNAL_CLASSES
    assert [(name, place) for name, place in _asked_for("has") if name not in known] == []


def test_known_attributes_are_documented() -> None:
    known = ATTRIBUTES | set(CHART_OPTIONS) | _INTERNAL_ATTRIBUTES
    assert [(name, place) for name, place in _asked_for("get") if name not in known] == []


@pytest.fixture(scope="module")
def words_of_program() -> frozenset[str]:
    """Return all words in strings of the program, except the vocabulary, and in its templates."""
    texts = []
    for path in PROGRAM.rglob("*"):
        if path.suffix == ".lua":
            texts.append(path.read_text("utf-8"))
        elif path.suffix == ".py" and not {"vocabulary.py", "lint", "codes"} & set(
            path.relative_to(PROGRAM).parts
        ):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            texts += [
                node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
    for folder in ("print", "epub"):
        texts += [path.read_text("utf-8") for path in (ROOT / "templates" / folder).glob("*.j2")]
    return frozenset(re.findall(r"[A-Za-z][\w-]*\w", "\n".join(texts)))


_OF_PANDOC = {"smallcaps", "underline"}  # pandoc converts these to nodes


@pytest.mark.parametrize(
    ("kind", "name", "entry"), ENTRIES, ids=[f"{kind}-{name}" for kind, name, _ in ENTRIES]
)
def test_the_program_uses_each_name(
    kind: str, name: str, entry: Name, words_of_program: frozenset[str]
) -> None:
    is_made = kind == "class" and (name in _OF_PANDOC or name.startswith("callout-"))
    assert is_made or name in words_of_program


@pytest.mark.parametrize(
    ("kind", "name", "entry"), ENTRIES, ids=[f"{kind}-{name}" for kind, name, _ in ENTRIES]
)
def test_each_entry_is_a_sentence_with_an_example_of_the_name(kind: str, name: str, entry: Name) -> None:
    assert re.fullmatch(r"[A-Z`].*\.", entry.meaning)
    assert re.search(rf"(\.|:::+ ){name}\b" if kind == "class" else rf"(?<![\w-]){name}(=|:)", entry.example)
    assert kind == "class" or entry.values


@pytest.mark.parametrize(("kind", "known"), [("class", CLASSES), ("attribute", ATTRIBUTES)])
def test_known_names_are_documented_and_documented_names_known(kind: str, known: frozenset[str]) -> None:
    entries = [(name, entry) for of, name, entry in ENTRIES if of == kind]
    assert {item for name, entry in entries for item in (name, *entry.aliases, *entry.variants)} == known


@pytest.mark.parametrize("name", ACCEPTED_VALUES)
def test_accepted_attribute_values_are_documented(name: str) -> None:
    (entry,) = (entry for kind, key, entry in ENTRIES if (kind, key) == ("attribute", name))
    assert tuple(re.findall(r"`([^`]+)`", entry.values)) == ACCEPTED_VALUES[name]


def test_no_name_is_both_documented_and_ineffective() -> None:
    assert not CLASSES & OTHER_CLASSES
    assert not (ATTRIBUTES | set(CHART_OPTIONS)) & OTHER_ATTRIBUTES


def test_the_kinds_of_callouts_and_theorems_and_the_parts_of_letters_are_described() -> None:
    theorems = {kind.name.lower() for kind in TheoremKind}
    assert {f"callout-{kind}" for kind in CalloutKind} | theorems | PARTS <= CLASSES


@pytest.mark.parametrize("name", CHART_OPTIONS)
def test_option_example_is_a_chart_that_supports_it(name: str) -> None:
    option = CHART_OPTIONS[name]
    kind = re.search(r"type=(\w+)", option.example)
    assert kind and CHART_TYPES[kind.group(1)] in list_supporting_chart_types(name)
    assert re.search(rf"(?<![\w-]){name}=", option.example)
    assert re.fullmatch(r"[A-Z].*\.", option.meaning)


_CHOICES = [
    (name, word)
    for name, option in CHART_OPTIONS.items()
    if re.fullmatch(r"(`\w+`(, | or )?)+", option.values)
    for word in re.findall(r"`(\w+)`", option.values)
]


@pytest.mark.parametrize(("name", "word"), _CHOICES)
def test_each_documented_option_value_is_accepted(name: str, word: str) -> None:
    kind = list_supporting_chart_types(name)[0]
    pairs: tuple[tuple[str, str], ...] = (
        ("type", str(kind)),
        ("data", "x.csv"),
        ("x", "a"),
        ("y", "b"),
        (name, word),
    )
    pairs += (("facet", "c"),) if name == "scales" else ()
    assert read_options(Attr(pairs=pairs)).chart_type is kind


def test_reading_the_examples_has_no_findings(tmp_path: Path) -> None:
    assert [
        str(item) for item in read_project(write_book(tmp_path / "book"), Cache(tmp_path / "cache"))[2]
    ] == []


@pytest.mark.e2e
def test_building_the_examples_has_no_findings(tmp_path: Path) -> None:
    project = write_book(tmp_path / "book")
    request = BuildRequest(output_folder=tmp_path / "build", cache_folder=tmp_path / "cache")
    assert [str(diagnostic) for diagnostic in press(project, request).diagnostics] == []
