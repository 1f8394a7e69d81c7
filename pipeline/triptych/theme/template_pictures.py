"""The pictures that a template names as they lie in the project → addresses that outputs know."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from triptych.project import is_file

ADDRESS = "project"
# Written out: what a template works out, or an address of its own, is left as it is.
_IMAGE = re.compile(
    r"""<(?:img|image)\b(?:[^>"']|"[^"]*"|'[^']*')*?\s(?:src|href|xlink:href)\s*=\s*(["'])(?P<source>(?:(?!\1)[^{}])+)\1"""
)
_STYLE = re.compile(r"""\burl\(\s*(["']?)(?P<source>[^"'(){}\s]+)\1\s*\)""")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#)", re.IGNORECASE)
_REMOTE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A picture in a template, as it is written, with its place counted from 1."""

    source: str
    line: int
    column: int


def named_pictures(text: str) -> Iterator[Named]:
    """The pictures that a template's text names, in order."""
    for match in _matches(text):
        start = match.start("source")
        line = text.count("\n", 0, start) + 1
        yield Named(match["source"].strip(), line, start - text.rfind("\n", 0, start))


def with_addresses(text: str, template: Path, root: Path) -> str:
    """A template's text with the address of each picture that is there in the place of its path."""
    parts, end = [], 0
    for match in _matches(text):
        found = _located(match["source"].strip(), template, root)
        if found is not None:
            parts += [text[end : match.start("source")], f"{ADDRESS}:{quote(found)}"]
            end = match.end("source")
    return "".join((*parts, text[end:]))


def _matches(text: str) -> list[re.Match[str]]:
    found = [
        match
        for pattern in (_IMAGE, _STYLE)
        for match in pattern.finditer(text)
        if _REMOTE.match(match["source"].strip()) or not _ELSEWHERE.match(match["source"].strip())
    ]
    return sorted(found, key=lambda match: match.start("source"))


def _located(source: str, template: Path, root: Path) -> str | None:
    """A path of the project, beside the template or in the folder of the manifest, as pictures are found."""
    for name in dict.fromkeys((source, unquote(source))):
        for folder in (template.parent, root / "source"):
            path = Path(os.path.normpath(folder / name))
            if is_file(path) and path.resolve().is_relative_to(root):
                return path.relative_to(root).as_posix()
    return None
