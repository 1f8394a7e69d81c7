"""Items of lists that are not indented as far as they should be, and years that become lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_ITEM = re.compile(r"^([ \t]*)((?:[-*+]|\d{1,9}[.)]|[a-zA-Z][.)]|#\.)[ \t]+)(?=\S)")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})$")
_LEAST_INDENT = 2  # blanks that are meant
_LAST_ORDINAL = 31  # a higher number that begins a paragraph is a year or an amount


def list_indents(draft: Draft) -> Iterator[Diagnostic]:
    """An item that is to belong to the one above must begin below its text, or it stands beside it."""
    open_items: list[tuple[int, int]] = []  # the columns of mark and text of each list that is open
    blank = False
    for number, line in enumerate(draft.prose, 1):
        text = line.expandtabs(4)
        item = _ITEM.match(text)
        if not text.strip():
            blank = True
            continue
        indent = len(text) - len(text.lstrip())
        if item is None or _RULE.match(text):
            if (blank and not indent) or text.startswith((":::", "#")):
                open_items.clear()
            blank = False
            continue
        blank = False
        beside = None
        while open_items and indent < open_items[-1][1]:
            beside = open_items.pop()
        if beside and indent >= beside[0] + _LEAST_INDENT:
            message = "this item stands beside the one above, not in its list"
            hint = f"indent it by {beside[1]} blanks to put it into the item above"
            yield draft.found("LNT010", (number, indent + 1), message, hint)
        open_items.append((indent, item.end()))


def numbers_as_lists(draft: Draft) -> Iterator[Diagnostic]:
    """A paragraph that begins with a year and a full stop is a list of one item."""
    for start, count in draft.tree.numbered:
        if start > _LAST_ORDINAL and count == 1 and (place := draft.place(rf"^[ \t]*{start}[.)][ \t]")):
            message = f"a paragraph that begins with “{start}.” is read as a list"
            yield draft.found("LNT009", place, message, f"write {start}\\.")
