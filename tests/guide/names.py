"""Find unknown names in the guide: commands, options, keys, codes, classes, attributes."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click

from tests.guide.pages import Page
from triptych.cli import main
from triptych.diagnostics import CODES
from triptych.reading.lint.attributes import ATTRIBUTES, CLASSES
from triptych.schema import (
    make_catalog_schema,
    make_front_matter_schema,
    make_manifest_schema,
    make_theme_schema,
)
from triptych.yaml_text import MalformedYamlError, load_yaml

PIPELINE = Path(__file__).parents[2] / "pipeline"
OF_OTHER_TOOLS = ("coming-from/", "comparison")
"""Pages on which keys, classes and options of other tools are in backticks too."""

_CODE = re.compile(r"[A-Z]{3}\d{3}")
_VARIABLE = re.compile(r"TRIPTYCH_[A-Z_]+")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CLASS = re.compile(r"(?<![\w./])\.([a-z][a-z-]+)(?![\w./(-])")
_ATTRIBUTE = re.compile(r"(?<![\w-])([a-z][a-z-]*)=")
_GLOSSARY_KEYS = {"term", "definition", "abbreviation", "plural", "key", "sort"}
_SCHEMES = {"http", "https", "mailto", "tel", "data", "file", "javascript"}
_FILES = (
    ".csv",
    ".md",
    ".yaml",
    ".yml",
    ".json",
    ".bib",
    ".bibtex",
    ".ris",
    ".csl",
    ".tex",
    ".latex",
    ".pdf",
    ".epub",
    ".pptx",
    ".potx",
    ".docx",
    ".png",
    ".jpg",
    ".svg",
    ".ttf",
)


def wrong_names(page: Page) -> Iterator[str]:
    """Yield the errors in names in backticks and in commands of a page."""
    shown = "".join(block.text for block in page.blocks)
    ours = not page.path.startswith(OF_OTHER_TOOLS)
    for text, line in page.codes:
        problem = problem_with(text, ours=ours)
        if problem and text not in shown:
            yield f"{page.place(line)}: {problem}"
    for block in page.blocks:
        if block.language == "console":
            for number, text in enumerate(block.text.split("\n")):
                if text.startswith("$ triptych") and (problem := _in_command(text.removeprefix("$ "))):
                    yield f"{page.place(block.line + number)}: {problem}"


def problem_with(text: str, *, ours: bool = True) -> str:
    """Return the error in the names of a text in backticks, or "" if there is none.

    If ``ours`` is false, names that may belong to other tools are not checked.
    """
    if _CODE.fullmatch(text):
        return "" if text in CODES else f"there is no code {text}"
    if _VARIABLE.fullmatch(text):
        return "" if text in environment_variables() else f"there is no environment variable {text}"
    if text.startswith("triptych "):
        return _in_command(text)
    if not ours:
        return ""
    if _OPTION.match(text):
        name = _OPTION.match(text)
        assert name is not None
        known = {option for options in commands().values() for option in options}
        return "" if name.group() in known else f"no command has the option {name.group()}"
    return _in_attributes(text) or _in_yaml(text)


def _in_attributes(text: str) -> str:
    """Check ``.class``, ``{.class key="value"}`` and ``key=``."""
    if re.fullmatch(r"\{[^{}]*\}", text) or re.match(r"[:.]|[a-z-]+=", text):
        for name in _CLASS.findall(re.sub(r'"[^"]*"', '""', text)):
            if name not in CLASSES and f".{name}" not in _FILES:
                return f"there is no class .{name}"
        for name in _ATTRIBUTE.findall(re.sub(r'"[^"]*"', '""', text)):
            if name not in ATTRIBUTES:
                return f"there is no attribute {name}="
    return ""


def _in_yaml(text: str) -> str:
    """Check ``key:``, ``key: value`` and ``one: {two: value}``."""
    if not re.match(rf"{_KEY.pattern}:(?: |$)", text):
        return ""
    try:
        tree = load_yaml(text)
    except MalformedYamlError:
        return ""
    return next((f"there is no key {key}:" for key in tree if key not in keys() | _SCHEMES), "")


def _in_command(text: str) -> str:
    """Check the command and the options of a command line."""
    try:
        words = shlex.split(text)[1:]
    except ValueError:
        return f"`{text}` is no command line"
    if not words or not _KEY.fullmatch(words[0]):
        return ""
    command: click.Command = main
    path: list[str] = []
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.get_command(click.Context(command), words[0])
        if inner is None:
            return f"there is no command `triptych {' '.join([*path, words[0]])}`"
        path.append(words.pop(0))
        command = inner
    options = _options(command)
    for word in words:
        name = word.partition("=")[0]
        if word.startswith("-") and name not in {*options, "--help", "-h", "--version"}:
            return f"`triptych {' '.join(path)}` has no option {name}"
    return ""


def _options(command: click.Command) -> frozenset[str]:
    return frozenset(name for option in command.params for name in (*option.opts, *option.secondary_opts))


@cache
def commands() -> Mapping[tuple[str, ...], frozenset[str]]:
    """Return all commands with their options."""

    def walk(
        command: click.Command, path: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
        yield path, _options(command) | {"--help"}
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from walk(inner, (*path, name))

    return dict(walk(main, ()))


@cache
def environment_variables() -> frozenset[str]:
    """Return the environment variables that the program reads."""
    return frozenset(
        name for path in PIPELINE.rglob("*.py") for name in _VARIABLE.findall(path.read_text("utf-8"))
    )


@cache
def keys() -> frozenset[str]:
    """Return all keys of manifests, front matter, themes, catalogues and glossaries, and all lint rules."""
    schemas = (make_manifest_schema(), make_front_matter_schema(), make_theme_schema(), make_catalog_schema())
    results = {key for schema in schemas for key in _properties(json.loads(schema))}
    return frozenset(results | _GLOSSARY_KEYS | {entry.rule for entry in CODES.values() if entry.rule})


def _properties(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from _properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _properties(value)
