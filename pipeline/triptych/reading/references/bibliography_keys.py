"""Keys that two entries of a bibliography have: pandoc takes the last, and says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic, Span

_BIBTEX = re.compile(r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^\s,{}]+)\s*,", re.M | re.IGNORECASE)
_YAML = re.compile(r"^[ \t]*(?:-[ \t]+)?id:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
# How an entry names its key, by the ending of a file.
_KEYS = {
    ".bib": _BIBTEX,
    ".bibtex": _BIBTEX,
    ".json": re.compile(r"\"id\"\s*:\s*\"([^\"]+)\""),
    ".yaml": _YAML,
    ".yml": _YAML,
}


def keys_in(path: str, data: bytes) -> Iterator[tuple[str, Span]]:
    """The keys of a file's entries, each with its place; none of formats in which entries name none."""
    pattern = _KEYS.get("." + path.rpartition(".")[2].lower())
    text = data.decode("utf-8", "replace")
    line, reached = 1, 0
    for match in pattern.finditer(text) if pattern else ():
        key, start = match.group(1), match.start(1)
        line, reached = line + text.count("\n", reached, start), start
        yield key, Span(path=path, line=line, column=start - text.rfind("\n", 0, start))


def keys_twice(path: str, data: bytes) -> Iterator[Diagnostic]:
    """CIT004 at each entry of a file whose key another has before it."""
    first: dict[str, int | None] = {}
    for key, span in keys_in(path, data):
        if (before := first.setdefault(key, span.line)) != span.line:
            message = f'bibliography key "{key}" is defined twice; using the last entry'
            hint = f"rename or remove one of the two entries; the first is on line {before}"
            yield Diagnostic(code="CIT004", span=span, message=message, hint=hint)
