"""Front matter that is none, since it is not written as YAML between dashes on the first line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_FENCE = re.compile(r"(?:-{3,}|\+{3}|;{3}|={3,}|—|–-?)\s*$")
_KEY = re.compile(r"(?:title|id|summary|takeaways|author|date|lang|role|slides|unnumbered|subtitle)\s*[:=]")
_SEARCHED = 3  # lines behind the fence


def front_matter_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Behind an empty line, with other fences, or with none at all."""
    first = next((number for number, line in enumerate(draft.lines, 1) if line.strip()), None)
    if first is None or (first == 1 and draft.lines[0].rstrip() == "---"):  # told where it is read
        return
    fenced = _FENCE.match(draft.lines[first - 1])
    keys = draft.lines[first : first + _SEARCHED] if fenced else draft.lines[first - 1 : first]
    bare = not fenced and re.match(r"title:\s*\S", keys[0])
    if bare or (fenced and any(_KEY.match(line) for line in keys)):
        message = "this YAML front matter is not recognised and is printed as text"
        hint = "move the YAML front matter to the very top of the file, between two `---` lines"
        yield draft.found("LNT035", (first, 1), message, hint)
