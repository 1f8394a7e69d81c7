"""The YAML block at the head of a section file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic import BeforeValidator, ConfigDict
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.manifest import String, plain, yaml_place

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)


def _list(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


class FrontMatter(pydantic.BaseModel):
    """What a section says of itself. Texts are Markdown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: String = ""
    id: str = pydantic.Field(default="", pattern=r"^[A-Za-z][\w.-]*$|^$")
    summary: String = ""
    takeaways: Annotated[tuple[String, ...], BeforeValidator(_list)] = ()
    lang: str = ""
    unnumbered: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A section file in its two halves.

    ``body`` keeps the line count of the file: the front matter is blanked, so that places in it are
    places in the file.
    """

    path: str
    text: str
    front_matter: FrontMatter
    body: str


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
        tree = YAML(typ="rt", pure=True).load(block.group(1))
    except MarkedYAMLError as error:
        span, message = yaml_place(error, path, first_line=1)
        hint = "quote a value that holds a colon, a # or a leading @"
        return Section(path, text, FrontMatter(), body), [
            Diagnostic(code="SEC002", span=span, message=f"front matter: {message}", hint=hint)
        ]
    if tree is None:
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
            line, column = tree.lc.key(key)
            span = Span(path=path, line=line + 2, column=column + 1)
            if problem["type"] == "extra_forbidden":
                known = FrontMatter.model_fields
                hint = did_you_mean(key, known) or f"known keys: {', '.join(known)}"
                message = f'unknown front matter key "{key}"'
            else:
                message, hint = f'front matter "{key}": {problem["msg"].lower()}', None
            found.append(Diagnostic(code="SEC002", span=span, message=message, hint=hint))
            del values[key]
