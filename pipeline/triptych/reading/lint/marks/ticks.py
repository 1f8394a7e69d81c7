"""Code that is set between the wrong signs, or begins and does not end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft, first_word

_OPEN = re.compile(r"(?:^|(?<=[\s(]))`(?=\w)(?![^`\n]{0,80}['’])")  # but 'quotes' as `TeX' has them
_QUOTED = re.compile(r"[ \t]*(?:'''|\"\"\"|[’‘“”]{3})\w*[ \t]*$")


def code_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """One tick without its other, or quotation marks in place of ticks."""
    for text in draft.tree.texts:
        match = _OPEN.search(text) if "`" in text else None
        if match and (place := draft.place(rf"(?<!`)`{first_word(text[match.end() :])}")):
            message = "code that begins here does not end, and is read as text"
            yield draft.found("LNT031", place, message, "write `code`, or \\` for the sign itself")
    fences = [number for number, line in enumerate(draft.prose, 1) if _QUOTED.match(line)]
    if len(fences) > 1:
        message = "code between quotation marks is read as text"
        yield draft.found(
            "LNT031", (fences[0], 1), message, "begin and end it with a line of ```, grave accents"
        )
