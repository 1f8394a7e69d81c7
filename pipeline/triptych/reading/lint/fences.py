"""Report fences of divs and code that are unclosed, malformed, or intended for websites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.attributes import EXAMPLE, explain_attributes
from triptych.reading.lint.draft import Draft

_PRINTED = re.compile(r"(?:^|\s):{3,}(?:\s|$|\{|\w)")
_FENCE = re.compile(r"^[ \t]*(?:>[ \t]?)*(:{3,})(.*)$")
_ATTRIBUTE = r"""[#.][^\s{}"'=,;]+|-|[\w:.-]+=(?:"[^"]*"|'[^']*'|[^\s"'{}]+)"""
_OPENING = re.compile(rf"(?:\{{(?:\s*(?:{_ATTRIBUTE})(?=[\s}}]))+\s*\}}|[^\s{{}}]+)$")
_CLASS_AND_BRACES = re.compile(r"\.?([A-Za-z][\w-]*)[ \t]*\{([^{}]*)\}$")
_CLASS_AND_PAIRS = re.compile(r"\.?([A-Za-z][\w-]*)[ \t]+((?:[#.][\w-]+[ \t]+)*[A-Za-z][\w-]*[ \t]*=.*)$")
_WITH_TEXT = re.compile(r"(\{[^{}]*\}|[\w-]+)[ \t]+(?=[^\s:])")
# Markup before the content of a line in block quotes, lists and tables.
_MARK = r">|(?:[|*+:-]|\(?(?:#|\d+|[a-zA-Z]|[ivxlcdmIVXLCDM]+)[.)])(?=[ \t])"
_MARKUP_AROUND = re.compile(rf"(?:[ \t]*(?:{_MARK}))*[ \t]*")
_QUERY = re.compile(r"[ \t]*(dataview|dataviewjs|tasks)[ \t]*$")
_TAG = re.compile(r"</?div\b", re.IGNORECASE)
_CHUNK = "_chunk"  # pandoc's suffix for the source name of text in a list or block quote
_SHORT = re.compile(r"[ \t>]*::?[ \t]*$")  # a fence with too few colons
_HEADING = re.compile(r"[ \t>]*(#{1,6})[ \t]")
_DEEPEST = 6
_CONTAINERS = {
    "panel-tabset": "the tabs appear one after another, as sections",
    "panel-input": "the content appears in the main text",
    "panel-sidebar": "the content appears in the main text",
}


def report_unclosed_divs(draft: Draft) -> Iterator[Diagnostic]:
    """Report LNT001 for divs without a closing fence or tag."""
    within = _find_open_divs(draft)
    for remark in draft.remarks:
        if remark["type"] == "UnclosedDiv":
            begin = remark["openpos"]
            place = begin["line"], begin["column"]
            if begin["source"].endswith(_CHUNK):  # the position is relative to the list or block quote
                place = next(within, None) or (1, 1)
            message = "this div is not closed; all content below becomes part of the div"
            html = "<div" in draft.lines[place[0] - 1].lower()
            mark = "</div>" if html else "a line of three colons (:::)"
            hint = f"add {mark} where the div should end{_guess_end(draft, place[0])}"
            if short := next(
                (n for n in range(place[0], len(draft.prose)) if _SHORT.match(draft.prose[n])), None
            ):
                hint = f"write three colons (:::) on line {short + 1} to close the div"
            yield draft.report("LNT001", place, message, hint)


def _guess_end(draft: Draft, start: int) -> str:
    """Return a hint for where an unclosed div probably ends, or "".

    The hint names the line of the next heading of the same or a higher level.
    """
    headings = [
        (number, len(match[1]))
        for number, line in enumerate(draft.prose, 1)
        if (match := _HEADING.match(line))
    ]
    level = next((level for number, level in reversed(headings) if number < start), _DEEPEST)
    after = next((number for number, other in headings if number > start and other <= level), None)
    return f", probably before the heading on line {after}" if after else ""


class _Div(NamedTuple):
    """The fence or HTML tag that starts or ends a div, at a line and column.

    ``quotes`` is the number of block quotes around it, ``indent`` its indentation in spaces.
    """

    line: int
    column: int
    is_tag: bool
    quotes: int
    indent: int

    def is_closed_by(self, mark: _Div) -> bool:
        """Return whether the closing fence or tag ``mark`` ends this div.

        Indentation is ignored within block quotes.
        """
        is_around = self.quotes < mark.quotes or self.indent <= mark.indent or bool(mark.quotes)
        return self.is_tag is mark.is_tag and self.quotes <= mark.quotes and is_around


def _find_open_divs(draft: Draft) -> Iterator[tuple[int, int]]:
    """Yield the positions of unclosed divs in lists, block quotes and tables."""
    open_divs: list[_Div] = []
    unclosed: list[_Div] = []
    for number, line in enumerate(draft.prose, 1):
        for mark, is_end in _find_marks(number, line):
            if not is_end:
                open_divs.append(mark)
                continue
            places = reversed(range(len(open_divs)))
            opening = next((place for place in places if open_divs[place].is_closed_by(mark)), None)
            if opening is not None:
                unclosed += open_divs[opening + 1 :]
                del open_divs[opening:]
    for div in sorted((*unclosed, *open_divs)):
        if div.quotes or div.indent:
            yield div.line, div.column


def _find_marks(number: int, line: str) -> Iterator[tuple[_Div, bool]]:
    """Yield the div fence or HTML div tags on a line, each with whether it closes a div."""
    around = _MARKUP_AROUND.match(line)
    begin = around.end() if around else 0
    *quotes, rest = line[:begin].split(">")
    indent = len(rest.expandtabs(4))
    if line.startswith(":::", begin):
        yield _Div(number, begin + 1, False, len(quotes), indent), not line[begin:].strip(": \t")
        return
    for tag in _TAG.finditer(line, begin):
        yield _Div(number, tag.start() + 1, True, len(quotes), indent), tag[0].startswith("</")


def report_literal_fences(draft: Draft) -> Iterator[Diagnostic]:
    """Report LNT002 for div fences that are printed literally because they are malformed or misplaced."""
    printed = sum(len(_PRINTED.findall(text)) for text in draft.tree.texts)
    if not printed:
        return
    depth, before, end = 0, "", 0
    for number, line in enumerate(draft.prose, 1):
        if fence := _FENCE.match(line):
            rest = fence.group(2).lstrip(" \t").rstrip(":").rstrip(" \t")
            braces, is_closed = draft.read_braces((number, line.find("{") + 1))
            if rest.startswith("{") and "}" not in rest and is_closed:
                rest = " ".join(braces.split())  # attributes over several lines
                end = number + braces.count("\n")
            problem = _explain_fence(rest, depth, before, (braces, is_closed))
            if problem and printed:
                printed -= 1
                yield draft.report("LNT002", (number, fence.start(1) + 1), *problem)
            # Another mistake may cause a closing fence without an opening one.
            depth = depth + 1 if rest else max(0, depth - 1)
        before = line if number > end else ":::"


def _explain_fence(rest: str, depth: int, before: str, braces: tuple[str, bool]) -> tuple[str, str] | None:
    """Return the message and hint for a div fence that is printed literally, or None if it is valid.

    ``rest`` is the text after the colons, ``depth`` the number of open divs, and ``before`` the preceding
    line. ``braces`` are the attributes, and whether their brace is closed.
    """
    if rest and _OPENING.match(rest):
        if not before.strip() or before.lstrip().startswith((":::", "#", "<!--")):
            return None
        message = "this ::: line is parsed as part of the paragraph above"
        return message, "add a blank line before the ::: line"
    if depth and not rest:
        return None
    reason, hint = _explain_literal_fence(rest, braces)
    return f"this ::: line is printed literally: {reason}", hint


def _explain_literal_fence(rest: str, braces: tuple[str, bool]) -> tuple[str, str]:
    """Return the reason why a div fence is printed literally, and a hint."""
    if not rest:
        hint = "delete this ::: line, or add an opening line such as ::: {.callout-note} above the content"
        return "no div is open here", hint
    if both := _CLASS_AND_BRACES.match(rest):
        hint = f"write ::: {{.{both[1]} {both[2].strip()}}}"
        return f"the class `{both[1]}` is outside the braces", hint
    if pairs := _CLASS_AND_PAIRS.match(rest):
        inner = f"{{.{pairs[1]} {pairs[2].strip()}}}"
        mistake = explain_attributes(inner, True)
        corrected = mistake.corrected if mistake and mistake.corrected else inner
        return "its attributes are not in braces", f"write ::: {corrected}"
    if _WITH_TEXT.match(rest):
        return "content follows on the same line", "move the content to the next line"
    if rest.startswith("{") and (mistake := explain_attributes(*braces)):
        return mistake.reason, f"write ::: {mistake.corrected or EXAMPLE}"
    return "its attributes are malformed", f"write ::: {EXAMPLE}"


def report_unclosed_code(draft: Draft) -> Iterator[Diagnostic]:
    """Report LNT020 for code without a closing fence, which pandoc parses as text."""
    if (number := draft.outline.open_fence) is not None:
        line = draft.lines[number - 1]
        mark = line.lstrip(" \t>")[:3]
        place = number, len(line) - len(line.lstrip()) + 1
        message = "this code block is not closed; its code is printed as ordinary text"
        yield draft.report(
            "LNT020", place, message, f"close the code block with a line that contains only {mark}"
        )


def report_obsidian_queries(draft: Draft) -> Iterator[Diagnostic]:
    """Report LNT013 for queries of Obsidian plug-ins such as Dataview."""
    for fence in draft.outline.fences:
        if match := _QUERY.match(fence.info):
            message = f"this Obsidian query (`{match.group(1)}`) is not executed; it is shown as a code block"
            yield draft.report(
                "LNT013",
                (fence.start, len(fence.before) + 1),
                message,
                "replace the query with the result as text",
            )


def report_web_containers(draft: Draft) -> Iterator[Diagnostic]:
    """Report LNT018 for divs that only work on websites, such as tabs and sidebars."""
    for attributes in draft.tree.attributes:
        for name, what in _CONTAINERS.items():
            if name in attributes.classes and (place := draft.find(rf":::.*{name}")):
                message = f"`{name}` works only on web pages; {what}"
                hint = "remove the class, unless the same source is also published as a website"
                yield draft.report("LNT018", place, message, hint)
