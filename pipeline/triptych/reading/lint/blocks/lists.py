"""Items with too little indent, years that become lists, and lists that stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft, first_word

_ITEM = re.compile(r"^([ \t]*)((?:[-*+]|\d{1,9}[.)]|[a-zA-Z][.)]|#\.)[ \t]+)(?=\S)")
_EXAMPLE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?()@\w[\w:.-]*?[.)][ \t]+\S")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})$")
_LEAST_INDENT = 2  # blanks that are meant
_LAST_ORDINAL = 31  # a higher number that begins a paragraph is a year or an amount
# A hyphen or asterisk before a word, a number and its stop before a capital; or a typographer's bullet.
_GLUED = re.compile(r"([-+*])(?=[^\W\d_]{2})|(\d{1,2}[.)])(?=[^\W\d_]{2})|([•◦▪‣·●]) ?(?=\S)")
_PRINTED = ("-", "+", "*", "•", "◦", "▪", "‣", "·", "●")


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
            message = "this item is not indented enough to be nested under the item above"
            hint = f"indent this line by {beside[1]} spaces to nest the item, or align it with the item above"
            yield draft.found("LNT010", (number, indent + 1), message, hint)
        open_items.append((indent, item.end()))


def numbers_as_lists(draft: Draft) -> Iterator[Diagnostic]:
    """A paragraph that begins with a year and a full stop is a list of one item."""
    for start, count in draft.tree.numbered:
        if start > _LAST_ORDINAL and count == 1 and (place := draft.place(rf"^[ \t]*{start}[.)][ \t]")):
            stop = draft.lines[place[0] - 1].lstrip()[len(str(start))]
            message = f'the paragraph that starts with "{start}{stop}" is parsed as a numbered list'
            yield draft.found("LNT040", place, message, f"write `{start}\\{stop}` to keep it as a paragraph")


def citations_as_lists(draft: Draft) -> Iterator[Diagnostic]:
    """A block that begins with the key of a source and a full stop is a numbered example of pandoc's."""
    before = ""
    for number, line in enumerate(draft.prose, 1):
        match = _EXAMPLE.match(line)
        if match and (not before.strip() or line.lstrip()[0] != "@"):
            key = line[match.end(1) :].split()[0]
            message = f'"{key}" at the start of a block is parsed as an example number, not as a citation'
            hint = f"write [{key[:-1]}] to cite the source, or ({key[:-1]}) for a numbered example"
            yield draft.found("LNT027", (number, match.end(1) + 1), message, hint)
        before = line


def lists_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Paragraphs of which each line begins so: one such line may be a sentence or an option of a command."""
    for text in draft.tree.texts:
        if "\n" not in text:
            continue
        marks = [_GLUED.match(line) for line in text.split("\n")]
        first = marks[0]
        if first is None or not all(marks) or not _counts(marks):
            continue
        mark = first.group().strip()
        place = draft.place(rf"^[ \t]*(?:>[ \t]*)*{re.escape(mark)}[ \t]?{first_word(text[first.end() :])}")
        if place:
            message = "these list items are printed as one paragraph"
            yield draft.found("LNT028", place, message, f"start each item with {_written(mark)} and a space")


def _counts(marks: list[re.Match[str] | None]) -> bool:
    """Whether numbers follow each other, and other marks are all the same."""
    written = [match.group().strip() for match in marks if match]
    if written[0] in _PRINTED:
        return len(set(written)) == 1
    return [int(mark[:-1]) for mark in written] == list(range(1, len(written) + 1))


def _written(mark: str) -> str:
    return mark if mark[0].isdigit() else "-"
