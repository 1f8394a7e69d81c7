"""The reference in the guide has everything that the program has, and is what the program says today."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.options import CHART_OPTIONS
from triptych.cli import main
from triptych.diagnostics import CODES
from triptych.model.book import REFERABLE
from triptych.reading.vocabulary import LATEX_COMMANDS
from triptych.schema import (
    make_catalog_schema,
    make_front_matter_schema,
    make_manifest_schema,
    make_theme_schema,
)
from triptych.settings.manifest import LintRule
from triptych.settings.values import ReadingLimits

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import write_reference  # noqa: E402
from reference import charts, commands, limits, text  # noqa: E402
from reference.markdown import LATEX_MEANINGS  # noqa: E402
from reference.topics import TOPICS, Topic  # noqa: E402

SCHEMAS = {
    "manifest.md": make_manifest_schema,
    "front-matter.md": make_front_matter_schema,
    "theme.md": make_theme_schema,
    "catalogue.md": make_catalog_schema,
}
# Variables that the program sets for other programs and does not read.
_FOR_OTHERS = {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}


def _page(name: str) -> str:
    return (write_reference.PAGES / name).read_text("utf-8")


@pytest.mark.parametrize("name", write_reference.WRITERS)
def test_each_page_is_what_the_program_says(name: str) -> None:
    assert _page(name) == write_reference.WRITERS[name](), "run scripts/write_reference.py"


def test_no_page_is_left_of_what_is_no_longer_written() -> None:
    assert {path.name for path in write_reference.PAGES.iterdir()} == set(write_reference.WRITERS)


@pytest.mark.parametrize("name", write_reference.WRITERS)
def test_each_page_begins_with_a_title_and_two_sentences(name: str) -> None:
    title, _comment, introduction = _page(name).removeprefix(text.HEAD).strip().split("\n\n")[:3]
    assert title.startswith("# ")
    assert len(re.findall(r"[.?!](?=\s|$)", introduction)) == 2


def test_the_page_on_commands_has_each_command_and_each_option() -> None:
    page = _page("commands.md")
    for context in commands.walk(click.Context(main, info_name="triptych")):
        heading = f"# `{context.command_path}`\n"
        assert heading in page
        section = page.partition(heading)[2].partition("\n##")[0]
        for option in context.command.params:
            if isinstance(option, click.Option):
                assert all(re.search(rf"`{name}[` ]", section) for name in option.opts), option.opts


def test_the_page_on_commands_has_the_variables_that_the_program_reads() -> None:
    pattern = re.compile(r"TRIPTYCH_[A-Z_]+|SOURCE_DATE_EPOCH|TMPDIR|XDG_[A-Z_]+|LOCALAPPDATA")
    named = {
        node.value
        for path in (ROOT / "pipeline").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.fullmatch(node.value)
    }
    assert named - _FOR_OTHERS == set(commands.ENVIRONMENT)


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for value in schema.values():
            yield from _keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_pages_on_settings_have_each_key_with_an_example(name: str) -> None:
    page = _page(name)
    for key in _keys(json.loads(SCHEMAS[name]())):
        cell = rf"\| \[?(`[\w-]+`(\]\([^)]+\))?<br>or )?`{key}`"
        row = next(line for line in page.splitlines() if re.match(cell, line))
        assert f"`{key}: " in row or f"or `{key}`" in row


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.title)
def test_the_page_on_markdown_has_each_element_class_and_attribute(topic: Topic) -> None:
    prose = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", _page("markdown.md"), flags=re.MULTILINE | re.DOTALL)
    section = prose.partition(f"\n## {topic.title}\n")[2].partition("\n## ")[0]
    names = [*(f"`.{name}`" for name in topic.classes), *(f"`{name}=`" for name in topic.attributes)]
    for name in (*(element.name for element in topic.elements), *names):
        assert f"\n### {name}\n" in section
    for entry in topic.classes.values():
        assert all(f"`{variant}`" in section for variant in entry.variants)
    for entry in (*topic.classes.values(), *topic.attributes.values()):
        assert all(f"`{alias}`" in section for alias in entry.aliases)


def test_the_page_on_markdown_has_each_latex_command() -> None:
    assert list(LATEX_MEANINGS) == LATEX_COMMANDS


def test_the_page_on_markdown_has_each_beginning_of_ids_that_references_find() -> None:
    assert all(f"`{kind}-`" in _page("markdown.md") for kind in REFERABLE)


def test_the_page_on_charts_has_each_kind_and_each_option() -> None:
    page = _page("charts.md")
    for heading in (*(f"type={kind}" for kind in CHART_TYPES), *CHART_OPTIONS):
        assert f"\n### `{heading}`\n" in page


def test_the_pictures_of_charts_are_what_the_program_draws() -> None:
    drawn = dict(charts.drawings())
    there = {path.name: path.read_bytes() for path in write_reference.IMAGES.glob("*.svg")}
    assert there == drawn, "run scripts/write_reference.py"


def test_each_picture_of_the_page_on_charts_is_there_and_small() -> None:
    named = re.findall(r"!\[.+\]\(\.\./images/reference/([\w.-]+)\)", _page("charts.md"))
    sizes = {path.name: path.stat().st_size for path in write_reference.IMAGES.iterdir()}
    assert set(named) == set(sizes)
    assert max(sizes.values()) <= 30_000


def test_the_page_on_diagnostics_has_each_code_and_each_rule() -> None:
    page = _page("diagnostics.md")
    assert re.findall(r"^### ([A-Z]{3}\d{3})$", page, re.MULTILINE) == list(CODES)
    rules = dict(re.findall(r"^\| \[`([\w-]+)`\]\(#\w+\) \|.*\| (\w+) \|$", page, re.MULTILINE))
    assert set(rules) == set(get_args(LintRule))
    assert all(str(code.severity) == rules[code.rule] for code in CODES.values() if code.rule in rules)


def test_the_page_on_limits_has_each_limit_that_a_manifest_can_raise() -> None:
    page = _page("limits.md")
    assert set(limits.RAISED) == {name.replace("_", "-") for name in ReadingLimits.model_fields}
    assert all(f"| `{key}` |" in page for key in limits.RAISED)


def _limits_in_messages() -> Iterator[str]:
    """The constants that messages name as limits, as ``module:NAME``."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "pipeline").with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            words = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            if re.search(r"limit is|more than .* (deep|levels|characters|expressions|parts)", words):
                values = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
                for value in values:
                    if isinstance(value, ast.Name) and value.id.isupper():
                        yield f"{module.removesuffix('.__init__')}:{value.id}"


def test_the_page_on_limits_has_each_limit_that_a_message_names() -> None:
    described = {name for rows in limits.FIXED.values() for row in rows for name in row.constants}
    # A constant can be imported by its name: the module that defines it counts.
    names = {name.partition(":")[2] for name in described} | {"MAX_AVERAGE_WORDS"}  # advice, not a limit
    assert [name for name in _limits_in_messages() if name.partition(":")[2] not in names] == []


@pytest.mark.parametrize(
    "limit", [row for rows in limits.FIXED.values() for row in rows], ids=lambda row: row.counted
)
def test_each_limit_has_a_known_code_and_its_number(limit: limits.Limit) -> None:
    assert not limit.code or limit.code in CODES
    assert all(limits.constant(name) > 0 for name in limit.constants)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("My report", "My report"),
        ("Lovelace, Ada", "Lovelace, Ada"),
        (["Lovelace, Ada"], '["Lovelace, Ada"]'),
        ("1f6f5c", '"1f6f5c"'),
        (",", '","'),
        (True, "true"),
        ({"a": [1, "b"]}, "{a: [1, b]}"),
    ],
)
def test_an_example_is_written_as_people_write_yaml(value: object, written: str) -> None:
    assert text.yaml(value) == written


def test_a_bar_in_code_stands_outside_it_in_a_table() -> None:
    assert text.table(["a"], [["`;`, `|` or `x`"]]).endswith("\n| `;`, \\| or `x` |")
