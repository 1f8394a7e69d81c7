"""Marks of the template language in texts of HonKit and GitBook: values, conditions, texts of other files."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from triptych.yaml_text import value_at
from triptych_import.book import ReadText
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.containers import LIQUID
from triptych_import.markdown.headings import quoted
from triptych_import.markdown.includes import beside, sparing, without_helpers
from triptych_import.markdown.masking import mask
from triptych_import.markdown.pairs import pairs

_RAW = [(r"\{%-?\s*raw\s*-?%\}", r"\{%-?\s*endraw\s*-?%\}")]
_VALUE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_CONDITION = re.compile(r"\{%-?\s*+(?:(if)\s([^%]*+)|(else|endif)\s*+-?)%\}")
_OUTPUT = re.compile(r"output\.name\s*(==|!=)\s*[\"'](\w+)[\"']")
_BOOKS = ("ebook", "pdf", "epub", "mobi")
_INCLUDE = re.compile(r"\{%-?\s*include\s+[\"']([^\"']+)[\"']\s*-?%\}")
_OTHER = re.compile(r"\{%-?\s*(set|for|endfor|block|endblock|extends|macro|endmacro|import)\b[^%]*%\}")
_LISTING = re.compile(r"^([ \t]*)\[import([^\]\n]*)\]\(([^)\s]+)\)[ \t]*$", re.MULTILINE)
_QUOTED = re.compile(r"(?<!\w)(\w++)\s*+[:=]\s*\"([^\"]*)\"")
_MARKER = re.compile(r"^\s*(?:///?|\#|--|<!--|/\*)!?\s*\[(\w[\w-]*)\]")
_DEEPEST = 5


def filled(draft: Draft, values: Mapping[str, Any], read: ReadText) -> tuple[Draft, list[Finding]]:
    """A text with its values put in, its conditions decided for a book, and the files that it asks for."""
    found: list[Finding] = []
    read = sparing(read)
    for _ in range(_DEEPEST):
        edits = list(_conditions(draft, found))
        draft = draft.edited(edits)
        if not edits:
            break
    draft = draft.edited(_texts(draft, read, found))
    prose = mask(draft.text)
    raw = [(first.start(), last.end()) for first, last in _raw(draft.text)]
    begins = [start for start, _ in raw]
    edits = []
    for match in _VALUE.finditer(draft.text):
        before = bisect_right(begins, match.start()) - 1
        if before >= 0 and match.start() < raw[before][1]:
            continue
        value = value_at(values, *match.group(1).split("."))
        if isinstance(value, str | int | float):
            edits.append(Edit(*match.span(), str(value)))
        elif prose[match.start()] == "{":
            found.append(
                draft.finding(match.start(), f'undefined variable "{match.group(1)}"', "kept as literal text")
            )
    draft = draft.edited(edits)
    marks = [Edit(*mark.span(), "") for both in _raw(draft.text) for mark in both]
    draft = draft.edited(marks)
    draft, more = without_helpers(draft.edited(_listings(draft, read, found)), LIQUID)
    return draft, [*found, *more]


def _raw(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Where a passage begins and ends in which marks are text; in code they are so anyway."""
    prose = mask(text)
    for _, first, last in pairs(_RAW, text):
        if prose[first.start()] == "{":
            yield first, last


def _conditions(draft: Draft, found: list[Finding]) -> Iterator[Edit]:
    """Innermost conditions; those on the output are decided, of others both passages stay."""
    for first, middle, last in _innermost(draft.text):
        then = draft.text[first.end() : (middle or last).start()]
        other = draft.text[middle.end() : last.start()] if middle else ""
        test = first.group(2).strip().removesuffix("-").rstrip()
        output = _OUTPUT.fullmatch(test)
        if output is None:
            what = f'the condition "{test}" is not evaluated'
            found.append(draft.finding(first.start(), what, "kept all its branches"))
            kept = then + other
        else:
            holds = (output.group(2) in _BOOKS) == (output.group(1) == "==")
            kept, gone = (then, other) if holds else (other, then)
            if gone.strip():
                what = "the passage is for an output other than a book"
                found.append(draft.finding(first.start(), what, "omitted"))
        yield Edit(first.start(), last.end(), kept)


def _innermost(text: str) -> Iterator[tuple[re.Match[str], re.Match[str] | None, re.Match[str]]]:
    """Conditions that hold no others: where each begins, its other passage if it has one, where it ends."""
    first = middle = None
    prose = mask(text)
    for match in _CONDITION.finditer(text):
        if prose[match.start()] != "{":
            continue
        if match.group(1):
            first, middle = match, None
        elif first and match.group(3) == "else":
            middle = middle or match
        elif first:
            yield first, middle, match
            first = None


def _texts(draft: Draft, read: ReadText, found: list[Finding]) -> Iterator[Edit]:
    prose = mask(draft.text)
    for match in _INCLUDE.finditer(draft.text):
        if prose[match.start()] != "{":
            continue
        name = match.group(1)
        text = read(beside(draft.path, name)) if name.endswith((".md", ".markdown")) else None
        if text is None:
            found.append(draft.finding(match.start(), f'file "{name}" cannot be included', "omitted"))
        yield Edit(*match.span(), text or "")
    for match in _OTHER.finditer(draft.text):
        if prose[match.start()] == "{":
            what = f"unsupported template tag `{match.group(1)}`"
            found.append(draft.finding(match.start(), what, "omitted"))
            yield Edit(*match.span(), "")


def _listings(draft: Draft, read: ReadText, found: list[Finding]) -> Iterator[Edit]:
    """``[import:"name", title:"…"](file)`` puts a file of code in, or the lines between two marks of it."""
    prose = mask(draft.text)
    for match in _LISTING.finditer(draft.text):
        if prose[match.end(1)] != "[":
            continue
        indent, arguments, path = match.groups()
        text = read(beside(draft.path, path))
        if text is None:
            found.append(
                draft.finding(
                    match.start(), f'code file "{path}" is missing or not UTF-8', "kept as literal text"
                )
            )
            continue
        named = dict(_QUOTED.findall(arguments))
        language = named.get("lang") or posixpath.splitext(path)[1].lstrip(".")
        language = re.sub(r"[^\w+-]", "", language) or "text"
        lines = _lines(text, arguments)
        title = quoted(named.get("title", ""))
        opening = f'{{.{language} lst-cap="{title}"}}' if title else language
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", "\n".join(lines)))])
        shown = [f"{fence}{opening}", *lines, fence]
        yield Edit(*match.span(), "\n".join(f"{indent}{line}".rstrip() for line in shown))


def _lines(text: str, arguments: str) -> list[str]:
    lines = text.rstrip("\n").split("\n")
    if numbers := re.match(r"\s*:\s*(\d{1,9})-(\d{1,9})?", arguments):
        first, last = int(numbers.group(1)), int(numbers.group(2) or len(lines))
        return lines[max(first - 1, 0) : last]
    name = re.match(r"\s*:\s*\"([^\"]+)\"", arguments)
    out, inside = [], name is None
    for line in lines:
        mark = _MARKER.match(line)
        if mark is None and inside:
            out.append(line)
        elif mark and name and mark.group(1) == name.group(1):
            inside = not inside
    return out
