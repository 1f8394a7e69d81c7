"""Attributes in braces that pandoc reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft
from triptych.reading.lint.tree import OPAQUE

# An id, a class or one of the keys that people write behind what has none, each as a word.
_PRINTED = re.compile(
    r"\{(?:#[A-Za-z][\w:.-]*|\.[A-Za-z][\w-]*(?=[\s}])|(?:width|height|lang|fig-\w+|alt|title)\s*=)"
)
_NO_FENCE = r"(?<!:::)(?<!::: )(?<!```)(?<!``` )"  # where they are no text


def attributes_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Behind a blank, with a sign that does not belong, or behind what takes none."""
    for text in draft.tree.texts:
        for match in _PRINTED.finditer(text) if "{" in text else ():
            before = text[: match.start()].rstrip(" ")
            if before.endswith((":::", OPAQUE)):
                continue  # a fence, which has a rule of its own; or a formula's, which we read ourselves
            if place := draft.place(_NO_FENCE + re.escape(match.group().rstrip()).replace(r"\ ", r"\s*")):
                message = f"the attributes {match.group().rstrip()}…}} are read as text"
                hint = 'write them right behind what they belong to, as {#id .class key="value"}'
                yield draft.found("LNT016", place, message, hint)
