"""The YAML block at the head of a section file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic import BeforeValidator, ConfigDict
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.model.book import Role
from triptych.yaml_text import MalformedYaml, load_yaml, plain

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)


def _list(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


class FrontMatter(pydantic.BaseModel):
    """What a section says of itself. Texts are Markdown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    id: str = pydantic.Field(default="", pattern=r"^[A-Za-z][\w.-]*$|^$")
    summary: str = ""
    takeaways: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    lang: str = ""
    unnumbered: bool = False
    role: Role = Role.NONE


@dataclass(frozen=True, slots=True)
class Section:
    """A section file in its two halves.

    ``body`` keeps the line count of the file: the front matter is blanked, so that places in it are
    places in the file. Where text was put in, ``lines`` says for each line of the body which line of
    which file it came from.
    """

    path: str
    text: str
    front_matter: FrontMatter
    body: str
    lines: tuple[tuple[str, int], ...] | None = None


def split(path: str, text: str) -> tuple[Section, list[Diagnostic]]:
    """A section's text → front matter and body. Broken front matter is reported and left out."""
    block = _BLOCK.match(text)
    if block is None:
        if re.match(r"---[ \t]*\n(?=\S+:)", text):
            message = "the front matter is not closed"
            hint = "end it with a line of three hyphens"
            return _without(path, text), [
                Diagnostic(code="SEC002", span=Span(path=path), message=message, hint=hint)
            ]
        return _without(path, text), []
    body = "\n" * block.group(0).count("\n") + text[block.end() :]
    try:
        tree = load_yaml(block.group(1))
    except MalformedYaml as error:
        span = Span(path=path, line=error.line + 1, column=error.column)
        hint = "quote a value that holds a colon, a # or a leading @"
        found = [Diagnostic(code="SEC002", span=span, message=f"front matter: {error.message}", hint=hint)]
        return Section(path, text, FrontMatter(), body), found
    if isinstance(tree, str) and block.group(1).startswith("\n"):
        return _without(path, text), []  # text between two rules
    if tree in (None, ""):
        return Section(path, text, FrontMatter(), body), []
    if not isinstance(tree, CommentedMap):
        message = "front matter must be a mapping such as `title: …`"
        found = [Diagnostic(code="SEC002", span=Span(path=path), message=message)]
        return Section(path, text, FrontMatter(), body), found
    front_matter, found = _validate(path, tree)
    return Section(path, text, front_matter, body), found


def _without(path: str, text: str) -> Section:
    return Section(path, text, FrontMatter(), text)


def _validate(path: str, tree: CommentedMap) -> tuple[FrontMatter, list[Diagnostic]]:
    values: dict[str, Any] = plain(tree)
    found: list[Diagnostic] = []
    while True:
        try:
            return FrontMatter.model_validate(values), found
        except pydantic.ValidationError as error:
            problems = error.errors(include_url=False)
        for problem in problems:
            key = str(problem["loc"][0])
            if key not in values:
                continue
            span = _place(path, tree, problem["loc"], of_value=problem["type"] != "extra_forbidden")
            if problem["type"] == "extra_forbidden":
                known = FrontMatter.model_fields
                hint = did_you_mean(key, known) or f"known keys: {', '.join(known)}"
                message = f'unknown front matter key "{key}"'
            else:
                reason = problem["msg"][:1].lower() + problem["msg"][1:]
                message, hint = f'front matter "{key}": {reason}', None
            found.append(Diagnostic(code="SEC002", span=span, message=message, hint=hint))
        for key in {str(problem["loc"][0]) for problem in problems}:
            values.pop(key, None)


def _place(path: str, tree: CommentedMap, location: tuple[Any, ...], *, of_value: bool) -> Span:
    """Where a key or its value stands, an item of a list where one is named; the block starts at line 2."""
    key = next((key for key in tree if str(key) == str(location[0])), None)
    if key is None:
        return Span(path=path, line=2)
    line, column = tree.lc.value(key) if of_value else tree.lc.key(key)
    items = tree[key]
    if of_value and len(location) > 1 and isinstance(items, CommentedSeq) and isinstance(location[1], int):
        line, column = items.lc.item(location[1])
    return Span(path=path, line=line + 2, column=column + 1)
