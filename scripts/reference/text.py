"""Write Markdown that is displayed correctly both in a repository browser and in the book."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

HEAD = "---\nslides: {mode: none}\n---\n"
"""Front matter of each page: the talk about the guide has no slides of the reference."""
GENERATED = "<!-- tested in: tests/test_reference.py -->"


def page(title: str, introduction: str, parts: Iterable[str]) -> str:
    """Return a page from its title, the two sentences about its readers, and its parts.

    Escape includes in examples with an additional brace, since they would be replaced in code as well.
    """
    text = "\n\n".join([f"{HEAD}\n# {title}", GENERATED, introduction, *parts]) + "\n"
    return re.sub(r"^\{\{< include .*>\}\}$", r"{\g<0>}", text, flags=re.MULTILINE)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a pipe table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in lines)


def _cell(text: str) -> str:
    """Return the text of a cell, with escaped bars, which all Markdown parsers accept outside code."""
    return re.sub(r"`([^`|]*\|[^`]*)`", r"\1", text).replace("|", "\\|")


def code(text: object) -> str:
    """Return a text between the necessary number of backticks."""
    written = str(text)
    longest = max(map(len, re.findall(r"`+", written)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if written[:1] == "`" or written[-1:] == "`" else ""
    return f"{ticks}{space}{written}{space}{ticks}"


def any_of(words: Iterable[str], last: str = "or") -> str:
    """Return ``a, b or c``."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


def default(text: str) -> str:
    """Return a sentence that states the default, or that there is none."""
    return f"{text[:1].upper()}{text[1:]}." if text.startswith("required") else f"Default: {text}."


def number(value: float) -> str:
    """Return a number with thousands separators."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


_SIGNS = "A-Za-z0-9 _.*/%()'’©?!=+\\-"
_PLAIN = re.compile(rf"[A-Za-z0-9_./-][{_SIGNS}]*")
_PLAIN_ALONE = re.compile(rf"[A-Za-z0-9_./©-](?:[{_SIGNS},;–@]|:(?! |$))*")
_RESERVED = re.compile(r"(true|false|yes|no|on|null|[\d.]+|[0-9a-f]{6})", re.IGNORECASE)


def yaml(value: object, *, inside: bool = False) -> str:
    """Return a value as flow-style YAML on one line, with or without brackets."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            plain = (_PLAIN if inside else _PLAIN_ALONE).fullmatch(value) and not _RESERVED.fullmatch(value)
            return value if plain and value == value.strip() else json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(yaml(one, inside=True) for one in value)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {yaml(one, inside=True)}' for key, one in value.items())}}}"
    return str(value)
