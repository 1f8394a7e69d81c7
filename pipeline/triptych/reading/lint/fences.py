"""Report fences of divs and code that are unclosed, malformed or intended for websites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.attributes import EXAMPLE, explain_attributes
from triptych.reading.lint.context import LintContext

_LITERAL_FENCE = re.compile(r"(?:^|\s):{3,}(?:\s|$|\{|\w)")
_FENCE = re.compile(r"^[ \t]*(?:>[ \t]?)*(:{3,})(.*)$")
_ATTRIBUTE = r"""[#.][^\s{}"'=,;]+|-|[\w:.-]+=(?:"[^"]*"|'[^']*'|[^\s"'{}]+)"""
_OPENING = re.compile(rf"(?:\{{(?:\s*(?:{_ATTRIBUTE})(?=[\s}}]))+\s*\}}|[^\s{{}}]+)$")
_CLASS_AND_BRACES = re.compile(r"\.?([A-Za-z][\w-]*)[ \t]*\{([^{}]*)\}$")
_CLASS_AND_PAIRS = re.compile(r"\.?([A-Za-z][\w-]*)[ \t]+((?:[#.][\w-]+[ \t]+)*[A-Za-z][\w-]*[ \t]*=.*)$")
_CLASS_AND_TEXT = re.compile(r"(\{[^{}]*\}|[\w-]+)[ \t]+(?=[^\s:])")
# Markup before the content of a line in a block quote, list or table.
_MARK = r">|(?:[|*+:-]|\(?(?:#|\d+|[a-zA-Z]|[ivxlcdmIVXLCDM]+)[.)])(?=[ \t])"
_CONTAINER_MARKUP = re.compile(rf"(?:[ \t]*(?:{_MARK}))*[ \t]*")
_QUERY = re.compile(r"[ \t]*(dataview|dataviewjs|tasks)[ \t]*$")
_TAG = re.compile(r"</?div\b", re.IGNORECASE)
_CHUNK = "_chunk"  # pandoc's suffix for the source name of text inside a list or block quote
_SHORT_FENCE = re.compile(r"[ \t>]*::?[ \t]*$")  # a fence with too few colons
_HEADING = re.compile(r"[ \t>]*(#{1,6})[ \t]")
_MAX_DEPTH = 6
_CONTAINERS = {
    "panel-tabset": "the tabs appear one after another, as sections",
    "panel-input": "the content appears in the main text",
    "panel-sidebar": "the content appears in the main text",
}


def report_unclosed_divs(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT001 for divs without a closing fence or tag."""
    open_divs = _find_open_divs(context)
    for remark in context.log_messages:
        if remark["type"] == "UnclosedDiv":
            start = remark["openpos"]
            place = start["line"], start["column"]
            if start["source"].endswith(_CHUNK):  # the position is relative to the list or block quote
                place = next(open_divs, None) or (1, 1)
            message = "this div is not closed; all content below becomes part of the div"
            html = "<div" in context.lines[place[0] - 1].lower()
            mark = "</div>" if html else "a line of three colons (:::)"
            hint = f"add {mark} where the div should end{_suggest_div_end(context, place[0])}"
            if short_fence_line := next(
                (n for n in range(place[0], len(context.prose)) if _SHORT_FENCE.match(context.prose[n])), None
            ):
                hint = f"write three colons (:::) on line {short_fence_line + 1} to close the div"
            yield context.report("LNT001", place, message, hint)


def _suggest_div_end(context: LintContext, start: int) -> str:
    """Return a hint for the probable end of an unclosed div, or "".

    The hint names the line of the next heading at the same or a higher level.
    """
    headings = [
        (number, len(match[1]))
        for number, line in enumerate(context.prose, 1)
        if (match := _HEADING.match(line))
    ]
    level = next((level for number, level in reversed(headings) if number < start), _MAX_DEPTH)
    after = next((number for number, other in headings if number > start and other <= level), None)
    return f", probably before the heading on line {after}" if after else ""


class _DivDelimiter(NamedTuple):
    """A fence or HTML tag that opens or closes a div, with its line and column.

    ``quote_depth`` is the number of block quotes around it. ``indent`` is its indentation in spaces.
    """

    line: int
    column: int
    is_tag: bool
    quote_depth: int
    indent: int

    def is_closed_by(self, delimiter: _DivDelimiter) -> bool:
        """Return whether ``delimiter``, a closing fence or tag, closes the div that this delimiter opens.

        Indentation is ignored inside block quotes.
        """
        is_around = (
            self.quote_depth < delimiter.quote_depth
            or self.indent <= delimiter.indent
            or bool(delimiter.quote_depth)
        )
        return self.is_tag is delimiter.is_tag and self.quote_depth <= delimiter.quote_depth and is_around


def _find_open_divs(context: LintContext) -> Iterator[tuple[int, int]]:
    """Yield the positions of unclosed divs in lists, block quotes and tables."""
    open_divs: list[_DivDelimiter] = []
    unclosed: list[_DivDelimiter] = []
    for number, line in enumerate(context.prose, 1):
        for mark, is_end in _find_div_delimiters(number, line):
            if not is_end:
                open_divs.append(mark)
                continue
            places = reversed(range(len(open_divs)))
            opening = next((place for place in places if open_divs[place].is_closed_by(mark)), None)
            if opening is not None:
                unclosed += open_divs[opening + 1 :]
                del open_divs[opening:]
    for div in sorted((*unclosed, *open_divs)):
        if div.quote_depth or div.indent:
            yield div.line, div.column


def _find_div_delimiters(number: int, line: str) -> Iterator[tuple[_DivDelimiter, bool]]:
    """Yield each div fence and HTML div tag on a line, and whether it closes a div."""
    container_match = _CONTAINER_MARKUP.match(line)
    start = container_match.end() if container_match else 0
    *quotes, rest = line[:start].split(">")
    indent = len(rest.expandtabs(4))
    if line.startswith(":::", start):
        yield _DivDelimiter(number, start + 1, False, len(quotes), indent), not line[start:].strip(": \t")
        return
    for tag in _TAG.finditer(line, start):
        yield _DivDelimiter(number, tag.start() + 1, True, len(quotes), indent), tag[0].startswith("</")


def report_literal_fences(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT002 for div fences that are rendered literally because they are malformed or misplaced."""
    literal_count = sum(len(_LITERAL_FENCE.findall(text)) for text in context.tree.texts)
    if not literal_count:
        return
    depth, before, end = 0, "", 0
    for number, line in enumerate(context.prose, 1):
        if fence := _FENCE.match(line):
            rest = fence.group(2).lstrip(" \t").rstrip(":").rstrip(" \t")
            braces, is_closed = context.read_braces((number, line.find("{") + 1))
            if rest.startswith("{") and "}" not in rest and is_closed:
                rest = " ".join(braces.split())  # attributes over several lines
                end = number + braces.count("\n")
            problem = _explain_fence(rest, depth, before, (braces, is_closed))
            if problem and literal_count:
                literal_count -= 1
                yield context.report("LNT002", (number, fence.start(1) + 1), *problem)
            # A closing fence without an opening one may be due to another mistake.
            depth = depth + 1 if rest else max(0, depth - 1)
        before = line if number > end else ":::"


def _explain_fence(
    text_after_colons: str, depth: int, previous_line: str, braces: tuple[str, bool]
) -> tuple[str, str] | None:
    """Return the message and hint for a div fence that is rendered literally, or None if it is valid.

    ``depth`` is the number of open divs before the fence. ``braces`` are the attributes in braces, with
    whether the closing brace was found.
    """
    if text_after_colons and _OPENING.match(text_after_colons):
        if not previous_line.strip() or previous_line.lstrip().startswith((":::", "#", "<!--")):
            return None
        message = "this ::: line is parsed as part of the paragraph above"
        return message, "add a blank line before the ::: line"
    if depth and not text_after_colons:
        return None
    reason, hint = _explain_literal_fence(text_after_colons, braces)
    return f"this ::: line is rendered literally: {reason}", hint


def _explain_literal_fence(text_after_colons: str, braces: tuple[str, bool]) -> tuple[str, str]:
    """Return the reason why a div fence is rendered literally, and a hint."""
    if not text_after_colons:
        hint = "delete this ::: line, or add an opening line such as ::: {.callout-note} above the content"
        return "no div is open here", hint
    if class_match := _CLASS_AND_BRACES.match(text_after_colons):
        hint = f"write ::: {{.{class_match[1]} {class_match[2].strip()}}}"
        return f"the class `{class_match[1]}` is outside the braces", hint
    if pairs := _CLASS_AND_PAIRS.match(text_after_colons):
        inner = f"{{.{pairs[1]} {pairs[2].strip()}}}"
        problem = explain_attributes(inner, True)
        corrected = problem.corrected if problem and problem.corrected else inner
        return "its attributes are not in braces", f"write ::: {corrected}"
    if _CLASS_AND_TEXT.match(text_after_colons):
        return "content follows on the same line", "move the content to the next line"
    if text_after_colons.startswith("{") and (problem := explain_attributes(*braces)):
        return problem.reason, f"write ::: {problem.corrected or EXAMPLE}"
    return "its attributes are malformed", f"write ::: {EXAMPLE}"


def report_unclosed_code(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT020 for code without a closing fence, which pandoc treats as text."""
    if (number := context.scan.unclosed_fence_line) is not None:
        line = context.lines[number - 1]
        mark = line.lstrip(" \t>")[:3]
        place = number, len(line) - len(line.lstrip()) + 1
        message = "this code block is not closed; its code is rendered as ordinary text"
        yield context.report(
            "LNT020", place, message, f"close the code block with a line that contains only {mark}"
        )


def report_obsidian_queries(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT013 for queries of Obsidian plug-ins such as Dataview."""
    for fence in context.scan.fences:
        if match := _QUERY.match(fence.info):
            message = f"this Obsidian query (`{match.group(1)}`) is not executed; it is shown as a code block"
            yield context.report(
                "LNT013",
                (fence.start, len(fence.prefix) + 1),
                message,
                "replace the query with the result as text",
            )


def report_web_containers(context: LintContext) -> Iterator[Diagnostic]:
    """Report LNT018 for divs that only work on websites, such as tabs and sidebars."""
    for attributes in context.tree.attributes:
        for name, explanation in _CONTAINERS.items():
            if name in attributes.classes and (place := context.find_next(rf":::.*{name}")):
                message = f"`{name}` works only on web pages; {explanation}"
                hint = "remove the class, unless the same source is also published as a website"
                yield context.report("LNT018", place, message, hint)
