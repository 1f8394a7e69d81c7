"""Spaces that look like others and that Markdown does not take for such: a no-break space after ``##``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_SPACE = r"[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]"
_AFTER_MARK = re.compile(rf"^[ \t>]*(#{{1,6}}|[-*+]|\d{{1,3}}[.)]|:{{3,}}|`{{3,}}|:)({_SPACE})")
_BRACES = re.compile(r"\{[ \t]*[#.][^{}\n]*\}")
_IN_QUOTES = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_ANY = re.compile(_SPACE)
# Findings about what such a space leads to.
_FOLLOWING = frozenset(("LNT002", "LNT006", "LNT016", "LNT021", "LNT028"))


def special_spaces(draft: Draft) -> Iterator[Diagnostic]:
    """One behind the mark of a block, which is then text, or between attributes, which it joins."""
    begin_code = {fence.start for fence in draft.outline.fences}
    before = False
    for number, line in enumerate(draft.lines, 1):
        if line.isascii() or (number in draft.outline.hidden and number not in begin_code):
            before = False
            continue
        mark = _AFTER_MARK.match(line)
        is_number = bool(mark and mark.group(1)[0].isdigit())
        if mark and (not is_number or before or _is_numbered(draft.lines[number : number + 1])):
            yield _found(draft, number, mark.start(2), f'after "{mark.group(1)}"')
        before = is_number
        for braces in _BRACES.finditer(line):
            bare = _IN_QUOTES.sub(lambda match: "x" * len(match.group()), braces.group())
            if space := _ANY.search(bare):
                yield _found(draft, number, braces.start() + space.start(), "between attributes")


def _is_numbered(lines: Iterable[str]) -> bool:
    """Whether the next line has such a mark too: alone it may have been written so, to begin no list."""
    return any((mark := _AFTER_MARK.match(line)) and mark.group(1)[0].isdigit() for line in lines)


def _found(draft: Draft, number: int, column: int, where: str) -> Diagnostic:
    character = draft.lines[number - 1][column]
    name = unicodedata.name(character, "unnamed").lower()
    message = f"non-ASCII space U+{ord(character):04X} ({name}) {where}; Markdown needs a regular space"
    return draft.found("LNT037", (number, column + 1), message, "replace the character with a regular space")


def without_followers(found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings without those that a special space on their line has brought about."""
    lines = {one.span.line for one in found if one.code == "LNT037" and one.span}
    return [one for one in found if not (one.code in _FOLLOWING and one.span and one.span.line in lines)]
