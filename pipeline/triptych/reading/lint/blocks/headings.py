"""Headings that pandoc reads as text: without a blank behind their marks, or right behind a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft, first_word

_GLUED = re.compile(r"(#{1,6})([^\W\d_][^\n]*)")
_BEHIND = re.compile(r"\n(#{1,6}) +(?=\S)")
# Of AsciiDoc and Typst, and with marks at its end of MediaWiki; what ends as a sentence does is one.
_OF_EQUALS_SIGNS = re.compile(r"(={1,6}) +(?=[^\W_])([^\n=]{1,80}?)(?: +\1)?(?<![.,;:!?])")
_LONGEST = 12  # words of a line that may be a heading; of one word it may be a hashtag


def headings_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Marks of a heading that stand in the text."""
    for text in draft.tree.texts:
        other = _OF_EQUALS_SIGNS.fullmatch(text) if text.startswith("=") else None
        if other and (place := draft.place(rf"^[ \t]*{other[1]} +{first_word(other[2])}")):
            message = "this AsciiDoc, MediaWiki or Typst heading is printed literally"
            yield draft.found("LNT021", place, message, f"write {'#' * len(other[1])} {other[2][:40]}")
        if "#" not in text:
            continue
        glued = _GLUED.fullmatch(text)
        if glued and (len(glued.group(1)) > 1 or 1 < len(text.split()) <= _LONGEST):
            first = re.escape(glued.group(2).split()[0])
            if place := draft.place(rf"^[ \t]*{glued.group(1)}{first}"):
                message = f"this heading is printed literally: no space follows `{glued.group(1)}`"
                hint = f"write {glued.group(1)} {glued.group(2)[:40]}"
                yield draft.found("LNT021", place, message, hint)
        for behind in _BEHIND.finditer(text):
            if place := draft.place(rf"^[ \t]*{behind.group(1)}[ \t]+{first_word(text[behind.end() :])}"):
                message = "this heading is parsed as part of the paragraph above"
                yield draft.found("LNT021", place, message, "add a blank line before the heading")
