"""Test that messages, help, schemas and docs are in plain English: no word of a list, and a subject each.

The texts come from the source: all strings of the program that look like phrases, so that no module can be
missed.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from triptych.cli import main
from triptych.schema import (
    make_catalog_schema,
    make_front_matter_schema,
    make_manifest_schema,
    make_theme_schema,
)

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "pipeline"
SCHEMAS = {
    "manifest": make_manifest_schema,
    "front matter": make_front_matter_schema,
    "theme": make_theme_schema,
    "catalogue": make_catalog_schema,
}
# Pages whose prose is checked. Add a page when it has been rewritten.
CLEAN_PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("docs/guide/source/reference", "pipeline/triptych/diagnostics/explanations")
    for path in (ROOT / folder).glob("*.md")
)

BANNED = [
    r"nobody|somebody|whoever",
    r"told(?! apart)|tells(?! apart)",
    r"see-through",
    r"anew|once more",
    r"(?:is|are) taken",
    r"ha(?:s|ve) not(?! (?:yet )?\w+(?:ed|en|t)\b)",
    r"(?<!there )is no(?! longer)",
    r"(?:is|are) not there",
    r"lies|lying",
    r"stands(?! for)|stood",
    r"(?<!you )(?<!not )(?:asks? for|(?:is|are|was|were) asked for)",
    r"wants",
    r"lacks",
    r"right behind",
    r"leads? (?:to|out)",
    r"that which",
    r"come to rest",
    r"what (?:it|they) (?:is|are) called",
    r"(?:in|of) dots",
    r"printed (?:literally|as (?:text|code|ordinary))",
]
BANNED_WORDS = re.compile(rf"(?<![\w`-])(?:{'|'.join(BANNED)})(?![\w`-])", re.IGNORECASE)
# At the start of a message, or after only a name: "EPUB: it has no title".
BARE_SUBJECT = re.compile(r"^(?:\S+: )*(?:it|something|someone) (?:\w+s|was|must|may|can|cannot)\b")
_PHRASE = re.compile(r"[A-Za-z]+[,;:]? [A-Za-z\"`…]+[,;:]? [A-Za-z\"`…]")  # three consecutive words
_NO_PROSE = re.compile(r"[{};]\s*$|^\s*[<@.#]|\\[dws(]|\(\?", re.MULTILINE)  # CSS, XML, patterns

# Modules whose messages are still to be rewritten. Remove each when it is done.
UNFINISHED = (
    "triptych_import/",
    "catalog/",
    "writers/onix/",
    "writers/print/",
)
# Strings that users do not see: words in the languages of books, and reasons for patches of packages.
_NOT_FOR_USERS = ("languages/",)


def _phrases(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Return all strings of a module that look like phrases, except docstrings; f-string values are ``…``."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in documentation or id(node) in within:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        else:
            continue
        if _PHRASE.search(text) and not _NO_PROSE.search(text):
            yield node.lineno, text


@cache
def _messages() -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{name}:{line}", text)
        for path in sorted(PROGRAM.rglob("*.py"))
        if not (name := path.relative_to(PROGRAM).as_posix().removeprefix("triptych/")).startswith(
            _NOT_FOR_USERS
        )
        for line, text in _phrases(ast.parse(path.read_text("utf-8")))
    )


def _commands(command: click.Command, path: str = "triptych") -> Iterator[tuple[str, str]]:
    yield path, command.help or ""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield f"{path} {parameter.opts[0]}", parameter.help or ""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(inner, f"{path} {name}")


def _descriptions(value: object, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                if key == "description" and isinstance(inner, str):
                    yield place, inner
                else:
                    yield from _descriptions(inner, f"{place}/{key}")
        case list():
            for number, inner in enumerate(value):
                yield from _descriptions(inner, f"{place}/{number}")


def _page_texts() -> Iterator[tuple[str, str]]:
    """Return the words of the HTML reports and of the preview, without markup and templates."""
    for folder in ("catalog", "check", "inspect", "preview"):
        for path in sorted((ROOT / "templates" / folder).glob("*.html.j2")):
            text = re.sub(
                r"\{#.*?#\}|\{%.*?%\}|<style>.*?</style>", "\n", path.read_text("utf-8"), flags=re.S
            )
            for line in re.sub(r"<[^<>]*>", "\n", text).splitlines():
                yield path.relative_to(ROOT).as_posix(), line.strip()


def _prose(page: str) -> Iterator[tuple[str, str]]:
    """Return the paragraphs of a page in Markdown, without code."""
    text = (ROOT / page).read_text("utf-8")
    text = re.sub(r"^(`{3,})[^\n]*\n.*?^\1", "", text, flags=re.M | re.S)
    for paragraph in re.split(r"\n\s*\n", re.sub(r"`[^`]*`", "`…`", text)):
        yield page, " ".join(paragraph.split())


def _finished() -> Iterator[tuple[str, str]]:
    return ((place, text) for place, text in _messages() if not place.startswith(UNFINISHED))


def _found(texts: Iterator[tuple[str, str]]) -> list[str]:
    return [
        f"{place}: {match[0]!r} in: {text}" for place, text in texts if (match := BANNED_WORDS.search(text))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the manifest asks for no output",
        "something is see-through",
        '"Y" is taken',
        "the file is no picture",
        "text lies over other words",
        "a list right behind a paragraph",
        "a slide that the book has not",
        "nobody hears the text",
        "the picture stands twice",
        "this heading is printed literally",
    ],
)
def test_the_list_finds_private_idiom(text: str) -> None:
    assert BANNED_WORDS.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "the source has not changed",
        "there is no PDF in this folder",
        "the option is no longer supported",
        "the standard needs an even page count",
        "the key `asks-for` is unknown",
        "two colours cannot be told apart",
        "a slide that you asked for",
        "`**` stands for folders",
    ],
)
def test_word_list_allows_plain_english(text: str) -> None:
    assert not BANNED_WORDS.search(text)


@pytest.mark.parametrize("text", ["it has 73 pages", "EPUB: it has no title", "something is hidden"])
def test_a_message_without_a_subject_is_found(text: str) -> None:
    assert BARE_SUBJECT.search(text)


@pytest.mark.parametrize(
    "text", ["this table is rendered literally: it has no header row", "its cells are empty"]
)
def test_pronoun_after_its_noun_is_allowed(text: str) -> None:
    assert not BARE_SUBJECT.search(text)


def test_phrases_of_all_kinds_are_collected() -> None:
    source = (
        '"""A docstring is left out."""\n'
        'HINTS = {"key": "a hint in a table"}\n'
        'say("one argument " f"with {value} and more")\n'
        'raise Wrong("the first part" + " of two")\n'
        'CSS = "p { margin: 0 auto 1em; }"\n'
    )
    assert [text for _, text in _phrases(ast.parse(source))] == [
        "a hint in a table",
        "one argument with … and more",
        "the first part",
    ]


def test_messages_have_no_banned_words() -> None:
    assert _found(_finished()) == []


def test_messages_name_their_subject() -> None:
    assert [f"{place}: {text}" for place, text in _finished() if BARE_SUBJECT.search(text)] == []


def test_help_has_no_banned_words() -> None:
    assert _found(_commands(main)) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_descriptions_have_no_banned_words(name: str) -> None:
    assert _found(_descriptions(json.loads(SCHEMAS[name]()), name)) == []


def test_reports_and_the_preview_have_no_banned_words() -> None:
    assert _found(_page_texts()) == []


@pytest.mark.parametrize("page", CLEAN_PAGES)
def test_clean_pages_have_no_banned_words(page: str) -> None:
    assert _found(_prose(page)) == []
