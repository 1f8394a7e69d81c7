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


def keys_twice(path: str, data: bytes) -> Iterator[Diagnostic]:
    """CIT004 at each entry of a file whose key another has before it."""
    pattern = _KEYS.get("." + path.rpartition(".")[2].lower())
    text = data.decode("utf-8", "replace")
    first: dict[str, int] = {}
    line, reached = 1, 0
    for match in pattern.finditer(text) if pattern else ():
        key, start = match.group(1), match.start(1)
        line, reached = line + text.count("\n", reached, start), start
        if (before := first.setdefault(key, line)) != line:
            span = Span(path=path, line=line, column=start - text.rfind("\n", 0, start))
            message = f'the key "{key}" is defined twice, and only the last entry counts'
            hint = f"it stands in line {before} too"
            yield Diagnostic(code="CIT004", span=span, message=message, hint=hint)
