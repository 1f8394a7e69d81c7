"""Test that the reference in the guide is complete and up to date."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
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
from reference import charts, commands, limits, man_pages, text  # noqa: E402
from reference.markdown import LATEX_MEANINGS  # noqa: E402

from triptych.reading.topics import Topic, load_topics  # noqa: E402

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
def test_each_page_matches_the_program(name: str) -> None:
    assert _page(name) == write_reference.WRITERS[name](), "run scripts/write_reference.py"


def test_obsolete_pages_are_removed() -> None:
    assert {path.name for path in write_reference.PAGES.iterdir()} == set(write_reference.WRITERS)


def test_each_manual_page_matches_the_program() -> None:
    pages = {path.name: path.read_text("utf-8") for path in write_reference.MAN_PAGES.iterdir()}
    assert pages == man_pages.man_pages(), "run scripts/write_reference.py"
    commands_with_pages = {name.removesuffix(".1").replace("-", " ") for name in pages}
    root = click.Context(main, info_name="triptych", **main.context_settings)
    assert commands_with_pages == {"triptych", *(item.command_path for item in commands.walk(root))}


@pytest.mark.e2e
def test_manual_pages_have_valid_format() -> None:
    mandoc = shutil.which("mandoc")
    assert mandoc, "mandoc is not installed; run scripts/install-test-tools"
    pages = sorted(map(str, write_reference.MAN_PAGES.iterdir()))
    checked = subprocess.run(
        [mandoc, "-T", "lint", "-W", "warning", *pages], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_manual_pages_escape_roff_characters() -> None:
    assert man_pages._format_text("`--to` C:\\x\n.dot") == "\\fB\\-\\-to\\fR C:\\ex\n\\&.dot"


@pytest.mark.parametrize("name", write_reference.WRITERS)
def test_each_page_starts_with_a_title_and_two_sentences(name: str) -> None:
    title, _comment, introduction = _page(name).removeprefix(text.HEAD).strip().split("\n\n")[:3]
    assert title.startswith("# ")
    assert len(re.findall(r"[.?!](?=\s|$)", introduction)) == 2


def test_the_page_on_commands_has_each_command_and_each_option() -> None:
    page = _page("commands.md")
    for context in commands.walk(click.Context(main, info_name="triptych", **main.context_settings)):
        heading = f"# `{context.command_path}`\n"
        assert heading in page
        section = page.partition(heading)[2].partition("\n##")[0]
        for option in context.command.params:
            if isinstance(option, click.Option):
                assert all(re.search(rf"`{name}[` ]", section) for name in option.opts), option.opts


def test_commands_page_lists_the_environment_variables() -> None:
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


@pytest.mark.parametrize("topic", load_topics(), ids=lambda topic: topic.title)
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


def test_chart_pictures_match_the_program() -> None:
    drawing = dict(charts.drawings())
    there = {path.name: path.read_bytes() for path in write_reference.IMAGES.glob("*.svg")}
    assert there == drawing, "run scripts/write_reference.py"


def test_each_picture_of_the_page_on_charts_is_there_and_small() -> None:
    matches = re.findall(r"!\[.+\]\(\.\./images/reference/([\w.-]+)\)", _page("charts.md"))
    sizes = {path.name: path.stat().st_size for path in write_reference.IMAGES.iterdir()}
    assert set(matches) == set(sizes)
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
    """Return the constants that messages name as limits, as ``module:NAME``."""
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
    constants = {name for rows in limits.FIXED.values() for row in rows for name in row.constants}
    # A constant may be imported by its name; the module that defines it counts.
    names = {name.partition(":")[2] for name in constants} | {"MAX_AVERAGE_WORDS"}  # advice, not a limit
    assert [name for name in _limits_in_messages() if name.partition(":")[2] not in names] == []


@pytest.mark.parametrize(
    "limit", [row for rows in limits.FIXED.values() for row in rows], ids=lambda row: row.counted
)
def test_each_limit_has_a_known_code_and_a_number(limit: limits.Limit) -> None:
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
def test_example_has_usual_yaml_style(value: object, written: str) -> None:
    assert text.yaml(value) == written


def test_vertical_bar_in_code_is_escaped_in_a_table() -> None:
    assert text.table(["a"], [["`;`, `|` or `x`"]]).endswith("\n| `;`, \\| or `x` |")
