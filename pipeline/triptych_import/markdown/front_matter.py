"""What stands at the head of a source file: what a Triptych section knows is kept, the rest reported."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from triptych.reading.sections import BLOCK, FrontMatter
from triptych.yaml_text import MalformedYaml, load_yaml, plain
from triptych_import.draft import Draft, Edit, Finding

_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_PERCENT = re.compile(
    r"\A%([^\n]*(?:\n[ \t]+\S[^\n]*)*)(?:\n%([^\n]*(?:\n[ \t]+\S[^\n]*)*))?(?:\n%([^\n]*))?(?:\n|\Z)"
)
_KEY = re.compile(r"^([^\s:=][^:=\n]*)[:=]", re.MULTILINE)
_FIRST_KEY = re.compile(r"\s*(?:#.*\n\s*)*[\w-]+[ \t]*:")
Head = dict[str, "str | bool | tuple[str, ...]"]


@lru_cache(maxsize=1024)  # who arranges a book and who writes its chapters ask alike
def parse(text: str) -> tuple[Mapping[str, Any], int]:
    """The values of a text's head, YAML, TOML or pandoc's title block, and where the text goes on.

    ({}, 0) where it has none.
    """
    if block := _PERCENT.match(text):
        return _title_block(block), block.end()
    if block := _TOML.match(text):
        try:
            return tomllib.loads(block.group(1)), block.end()
        except (ValueError, RecursionError):
            return {}, block.end()
    block = BLOCK.match(text)
    begins = block is not None and (block.group(1)[:1] != "\n" or _FIRST_KEY.match(block.group(1)))
    if block is None or not begins:
        return {}, 0  # two lines across the page
    try:
        tree = load_yaml(block.group(1))
    except MalformedYaml:
        return {}, block.end() if _FIRST_KEY.match(block.group(1)) else 0
    if tree is None and not block.group(1).strip():
        return {}, block.end()
    return (plain(tree), block.end()) if isinstance(tree, dict) else ({}, 0)


def _title_block(block: re.Match[str]) -> dict[str, Any]:
    """``% title``, ``% author; author`` and ``% date``."""
    title, authors, date = ((group or "").strip() for group in block.groups())
    names = [name.strip() for name in re.split(r";|\n", authors) if name.strip()]
    title_block = {"title": " ".join(title.split()), "author": names, "date": date}
    return {key: value for key, value in title_block.items() if value}


def take(draft: Draft, *, silent: tuple[str, ...] = ()) -> tuple[Draft, Head, list[Finding]]:
    """A text → the text without its head, what the head says that a section knows, and what is dropped."""
    values, end = parse(draft.text)
    if not end:
        return draft, {}, []
    head: Head = {}
    found = []
    places = {
        match.group(1).rstrip(): match.start() for match in reversed(list(_KEY.finditer(draft.text, 0, end)))
    }
    if not values and draft.text[:end].strip("-+. \n\t"):
        found.append(draft.finding(0, "the front matter cannot be parsed", "omitted"))
    for key, value in values.items():
        if key in silent:
            continue
        kept = _kept(key, value)
        if kept is None:
            found.append(
                draft.finding(places.get(key, 0), f'unsupported front matter key "{key}"', "omitted")
            )
        else:
            head[key] = kept
    return draft.edited([Edit(0, end, "")]), head, found


def _kept(key: str, value: Any) -> str | bool | tuple[str, ...] | None:
    if key not in FrontMatter.model_fields or key == "slides":
        return None
    if key == "takeaways" and isinstance(value, list):
        return tuple(str(item) for item in value)
    if key == "unnumbered":
        return str(value).lower() in ("true", "yes")
    if key == "id" and not re.fullmatch(r"[A-Za-z][\w.-]*", str(value)):
        return None
    return value if isinstance(value, str) else None
