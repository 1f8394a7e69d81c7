"""Lists, quotations and tables right behind a paragraph, which pandoc reads as part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft, first_word

_BULLET = re.compile(r"\n([-*+]) +(?=\S)")
_NUMBER = re.compile(r"\n(\d{1,2}[.)]|[a-z]\)) +(?=\S)")
_QUOTE = re.compile(r"\n(>)(?!>{6} ) ?(?=\S)")
_RULE_OF_TABLE = re.compile(r"\n?\|?[ \t]*:?[-—–]+:?[ \t]*(?:\|[ \t]*:?[-—–]+:?[ \t]*)+\|?(?=\n|$)")
_BEFORE = r"^(?:[ \t]*>)*[ \t]*"  # what may stand before the mark of a block on its line


def swallowed_blocks(draft: Draft) -> Iterator[Diagnostic]:
    """The first line of each such block; what a single dash begins may be a sentence that goes on."""
    for text in draft.tree.texts:
        if "\n" not in text:
            continue
        for what, mark in _swallowed(text):
            place = _place(draft, text, mark)
            if place:
                message = f"this {what} is parsed as part of the paragraph above"
                yield draft.found("LNT009", place, message, f"add a blank line before the {what}")


def _swallowed(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    bullets, numbers = list(_BULLET.finditer(text)), list(_NUMBER.finditer(text))
    if bullets and (len(bullets) > 1 or _announced(text, bullets[0])):
        yield "list", bullets[0]
    if numbers and numbers[0].group(1)[:-1] in ("1", "a") and (
        len(numbers) > 1 or _announced(text, numbers[0])
    ):  # fmt: skip
        yield "list", numbers[0]
    if quote := _QUOTE.search(text):
        yield "block quote", quote
    rule = _RULE_OF_TABLE.search(text)  # one that begins the text has no header row, which is another finding
    if rule and "|" in rule.group() and rule.start() > 0:
        yield "table", rule


def _announced(text: str, match: re.Match[str]) -> bool:
    return text[: match.start()].rstrip().endswith((":", "："))


def _place(draft: Draft, text: str, mark: re.Match[str]) -> tuple[int, int] | None:
    """Where the mark stands, found with the first word behind it."""
    if mark.re is _RULE_OF_TABLE:
        return draft.place(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*\|")
    blanks = "[ \\t]*" if mark.group(1) == ">" else "[ \\t]+"
    return draft.place(_BEFORE + re.escape(mark.group(1)) + blanks + first_word(text[mark.end() :]))
