"""Convert admonitions, tabs and collapsible blocks of site generators to pandoc's fenced divs.

MkDocs, Docusaurus, VuePress, GitBook, Hugo and the preprocessors of mdBook each have their own syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from triptych_import.book import Draft, Edit
from triptych_import.headings import escape_attribute
from triptych_import.masking import (
    FencedCode,
    LineKind,
    SourceLine,
    find_code_blocks,
    find_delimiter_pairs,
    measure_indent,
    scan_lines,
)

_KINDS = {
    "note": "note", "info": "note", "abstract": "note", "summary": "note", "tldr": "note", "quote": "note",
    "cite": "note", "example": "note", "question": "note", "help": "note", "faq": "note", "seealso": "note",
    "tip": "tip", "hint": "tip", "success": "tip", "check": "tip", "done": "tip",
    "important": "important", "attention": "important",
    "warning": "warning", "caution": "caution",
    "danger": "caution", "error": "caution", "failure": "caution", "bug": "caution",
}  # fmt: skip
# Types that a callout's label already names. Other types, such as "example", become its title.
_IMPLIED_BY_LABEL = frozenset("note info tip hint important attention warning caution danger error".split())
_MKDOCS = re.compile(
    r"^([ \t]*+)(?:!!!|\?\?\?\+?)[ \t]++([\w-]++)(?:[ \t]++[\w-]++)*+(?:[ \t]++\"(.*)\")?[ \t]*+$"
)
_TAB = re.compile(r"^([ \t]*)===[!+]?[ \t]+\"(.+)\"[ \t]*$")
_COLONS = re.compile(
    r"^([ \t]*+):{3,}+[ \t]*+([A-Za-z][\w-]*+)(?:\[((?:[^\[\]]|\[[^\[\]]*\])*+)\])?"
    r"([^{}]*+)(?:\{[^{}]*\})?[ \t]*+$"
)
_LIQUID = re.compile(r"^[ \t]*+\{%-?[ \t]*+(end)?(\w++)(.*)%\}[ \t]*+$")
LIQUID_TAGS = frozenset("raw tabs tab code content stepper step hint highlight".split())  # supported tags
_HUGO = re.compile(r"^[ \t]*+\{\{[<%][ \t]*+(/)?[ \t]*+([\w-]++)(.*)[%>]\}\}[ \t]*+$")
_HUGO_CALLOUTS = frozenset("notice hint admonition callout alert details expand tip note warning".split())
_WORD = re.compile(r"\b(?:style|type|color|context|title|header|summary|name)\s*+=\s*+\"([^\"]*)\"")
_PAIR = re.compile(r"(?<!\w)(\w++)\s*+=\s*+\"([^\"]*)\"")
_QUOTE_PREFIX = re.compile(
    r"(?:[ \t]*+(?:[-*+:]|\d{1,9}[.)])[ \t]++)*+[ \t]*+(?:> ?)+"
)  # a quotation in a list
_ALERT = re.compile(r"^\[!([\w-]+)\][-+]?(.*)$")
_ADMONISH = re.compile(
    r"^([ \t]*+)(?:`{3,}+|~{3,}+)[ \t]*+admonish(?![\w-])[ \t]*+(?:([\w-]++)(?![ \t]*=))?(.*)$"
)
_MYST_KINDS = "note|tip|hint|important|attention|warning|caution|danger|error|seealso|admonition|dropdown"
_MYST = re.compile(
    rf"^([ \t]*+)(?:`{{3,}}+|~{{3,}}+|:{{3,}}+)[ \t]*+\{{({_MYST_KINDS})\}}[ \t]*+(.*?)[ \t]*$"
)
_MYST_OPTION = re.compile(r"^[ \t]*:([\w-]+):(.*)$")
_TITLE = re.compile(r"(?:\btitle[ \t]*=[ \t]*|^[^\"'=]*)(\"(?:[^\"\\]|\\.)*+\"|'[^']*+')")
_TYPE = re.compile(r"\btype[ \t]*=[ \t]*\"([\w-]++)\"")
_ALERTS = ("note", "tip", "important", "warning", "caution")
_GENERATED_CONTENTS = [
    (
        r"^[ \t]*<!--[ \t]*(?:toc[ \t]*|START doctoc\b[^\n]*?)-->[ \t]*$",
        r"^[ \t]*<!--[ \t]*(?:(?:/toc|tocstop)[ \t]*|END doctoc\b[^\n]*?)-->[ \t]*$",
    )
]
_MAX_DEPTH = 30  # maximum depth of nested admonitions
_CONTENTS = re.compile(r"^[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\$\{toc\}|\{:toc\})[ \t]*$", re.IGNORECASE)


def convert_site_admonitions(draft: Draft) -> Draft:
    """Convert admonitions to callouts, and remove tables of contents and markers such as ``[TOC]``."""
    generated_contents = find_delimiter_pairs(_GENERATED_CONTENTS, draft.text, re.IGNORECASE)
    draft = draft.apply_edits(Edit(first.start(), last.end(), "") for _, first, last in generated_contents)
    for _ in range(_MAX_DEPTH):  # nested admonitions are recognised once their parent's content is outdented
        edits = list(_replace_indented_admonitions(draft.text))
        if not edits:
            break
        draft = draft.apply_edits(edits)
    return draft.apply_edits(_replace_admonition_markers(draft.text))


def normalise_alerts(draft: Draft) -> Draft:
    """Convert alerts of other types, such as ``> [!EXAMPLE]``, to one of the five supported by GitHub."""
    lines = (line for line in scan_lines(draft.text) if line.is_prose)
    marks = ((line, _convert_alert(line)) for line in lines)
    return draft.apply_edits(
        Edit(line.text_start, line.end, mark) for line, mark in marks if mark is not None
    )


def convert_fenced_admonitions(draft: Draft) -> Draft:
    """Convert the admonitions of mdbook-admonish and MyST, which are code blocks, to fenced divs."""
    for _ in range(_MAX_DEPTH):  # a nested admonition is code until the outer one is converted
        edits = list(_replace_fenced_admonitions(draft.text))
        if not edits:
            break
        draft = draft.apply_edits(edits)
    return draft


def _replace_fenced_admonitions(text: str) -> Iterator[Edit]:
    for block in find_code_blocks(scan_lines(text)):
        opening, options = _read_fenced_admonition(block)
        if not opening:
            continue
        indent = block.opening.text[: len(block.opening.text) - len(block.opening.text.lstrip())]
        gap = f"\n{block.opening.quote}"
        start = block.opening
        yield Edit(
            start.text_start, options[-1].end if options else start.end, f"{gap}{indent}{opening}{gap}"
        )
        last = block.closing
        yield Edit(
            last.text_start if last else block.end, block.end, f"{'' if last else gap}{gap}{indent}:::{gap}"
        )


def _read_fenced_admonition(block: FencedCode) -> tuple[str, Sequence[SourceLine]]:
    """Return the opening line of the fenced div for an admonition, and the admonition's option lines.

    If the code block is not an admonition, the opening line is "".
    """
    if match := _ADMONISH.match(block.opening.text):
        _, kind, info = match.groups()
        type_match = _TYPE.search(info)
        title = _TITLE.search(info)
        words = re.sub(r"\\(.)", r"\1", title.group(1)[1:-1]) if title else None
        return _format_callout_opening(kind or (type_match.group(1) if type_match else "note"), words), ()
    if match := _MYST.match(block.opening.text):
        options = list(takewhile(lambda line: _MYST_OPTION.match(line.text), block.code))
        return _format_myst_opening(match, [line.text for line in options]), options
    return "", ()


def _format_myst_opening(match: re.Match[str], options: Sequence[str] = ()) -> str:
    _, kind, title = match.groups()
    if kind in ("admonition", "dropdown"):
        words = " ".join(
            option_match.group(2) for line in options if (option_match := _MYST_OPTION.match(line))
        ).split()
        kind = next((word for word in words if word in _KINDS), "note")
    return _format_callout_opening(kind, title or None)


def _replace_indented_admonitions(text: str) -> Iterator[Edit]:
    """Convert the outermost admonitions and tabs of MkDocs, and outdent their content."""
    lines, scanned = text.split("\n"), scan_lines(text)
    is_scanned_text = [line.kind in (LineKind.TEXT, LineKind.INDENTED, LineKind.RAW) for line in scanned]
    index = 0
    while index < len(lines):
        box = _MKDOCS.match(lines[index]) if is_scanned_text[index] else None
        tab = _TAB.match(lines[index]) if is_scanned_text[index] else None
        match = box or tab
        if match is None:
            index += 1
            continue
        margin = len(match.group(1).expandtabs(4)) + 4
        last = index
        for number in range(index + 1, len(lines)):
            if not lines[number].strip():
                continue
            if measure_indent(lines[number]) < margin:
                break
            last = number
        indent = match.group(1)
        start = (
            _format_callout_opening(box.group(2), box.group(3))
            if box
            else f"**{tab.group(2)}**"
            if tab
            else ""
        )
        yield Edit(scanned[index].start, scanned[index].end, f"\n{indent}{start}\n")
        for number in range(index + 1, last + 1):
            yield from _outdent_line(lines[number], scanned[number].start)
        if box:
            yield Edit(scanned[last].end, scanned[last].end, f"\n{indent}:::\n")
        index = last + 1


def _outdent_line(line: str, start: int) -> Iterator[Edit]:
    if line.strip():
        yield Edit(start, start + len(line) - len(line.lstrip()), " " * (measure_indent(line) - 4))


def _format_callout_opening(kind: str, title: str | None) -> str:
    name = _KINDS.get(kind.lower(), "note")
    shown_title = title if title is not None else _make_callout_title(kind)
    return (
        f'::: {{.callout-{name} title="{escape_attribute(shown_title)}"}}'
        if shown_title
        else f"::: {{.callout-{name}}}"
    )


def _make_callout_title(kind: str) -> str:
    return "" if kind.lower() in _IMPLIED_BY_LABEL else re.sub(r"[-_]+", " ", kind).strip().capitalize()


def _replace_admonition_markers(text: str) -> Iterator[Edit]:
    """Convert alerts and the lines that open and close admonitions, and remove admonition options."""
    depth: list[str] = []
    in_options = False
    for line in scan_lines(text):
        if line.kind is not LineKind.TEXT:
            continue
        in_options = bool(_MYST.match(line.text) or (in_options and _MYST_OPTION.match(line.text)))
        if in_options and not _MYST.match(line.text):
            yield Edit(line.start, line.end, "")
            continue
        new = _convert_alert(line) or (None if line.quote else _convert_admonition_marker(line, depth))
        if new is not None:
            yield Edit(line.text_start, line.end, new)


def _convert_admonition_marker(line: SourceLine, open_generators: list[str]) -> str | None:
    """Return the replacement of a line that opens or closes an admonition, or "" for a ``[TOC]`` marker.

    Return None for other lines. ``open_generators`` has the site generator of each open admonition, and is
    updated.
    """
    if _CONTENTS.match(line.text):
        return ""
    if match := _COLONS.match(line.text):
        return _convert_colon_fence(match)
    if match := _MYST.match(line.text):
        return f"\n{match.group(1)}{_format_myst_opening(match)}"
    if match := _LIQUID.match(line.text):
        return _convert_liquid_tag(match, open_generators)
    if match := _HUGO.match(line.text):
        end, name, argument = match.groups()
        if name in _HUGO_CALLOUTS:
            return _convert_callout_tag(end, name, argument, "hugo", open_generators)
        if name == "highlight":
            return _format_highlight_fence(end, argument)
    return None


def _convert_alert(line: SourceLine) -> str | None:
    """Convert ``> [!info] Title`` (Obsidian) to a GitHub alert. Return None for other lines."""
    callout_start = _QUOTE_PREFIX.match(line.text)
    before = callout_start.group() if callout_start else ""
    match = _ALERT.match(line.text[len(before) :]) if callout_start or line.quote else None
    if match is None:
        return None
    kind, title = match.group(1).lower(), match.group(2).strip(" \t")
    mark = f"{before}[!{(kind if kind in _ALERTS else _KINDS.get(kind, 'note')).upper()}]"
    shown_title = title or _make_callout_title(kind)
    quote = (line.quote + re.sub(r"[^ \t>]", " ", before)).rstrip()
    return f"{mark}\n{quote} **{shown_title}**\n{quote}" if shown_title else mark


def _convert_colon_fence(match: re.Match[str]) -> str | None:
    """Convert ``:::tip Title`` (VuePress) and ``:::tip[Title]`` (Docusaurus) to fenced divs.

    Return None for other divs.
    """
    indent, name, bracket, rest = match.groups()
    if name.startswith("callout-"):
        return None
    title = bracket if bracket is not None else rest.strip()
    if name.lower() in _KINDS:
        return f"\n{indent}{_format_callout_opening(name, title or None)}"
    if name in ("details", "code-group", "tabs"):
        return f"\n{indent}::: {name}\n\n**{title}**\n" if title else f"\n{indent}::: {name}"
    return None


def _convert_liquid_tag(match: re.Match[str], open_generators: list[str]) -> str | None:
    """Convert ``{% hint %}`` tags (GitBook), and remove tags that only wrap their content.

    Return None for unsupported tags.
    """
    end, name, tag_argument = match.groups()
    argument = tag_argument.removesuffix("-").strip(" \t")
    if name in ("raw", "tabs", "code", "content", "stepper", "step"):
        return ""
    if name == "hint":
        return _convert_callout_tag(end, name, argument, "gitbook", open_generators)
    if name == "highlight":
        return _format_highlight_fence(end, argument)
    if name == "tab":
        words = _WORD.search(argument)
        return f"\n**{words.group(1)}**\n" if words and not end else ""
    return None


def _format_highlight_fence(end: str | None, argument: str) -> str:
    return "```" if end else f"\n```{next(iter(argument.split()), '')}"


def _convert_callout_tag(
    end: str | None, name: str, argument: str, site_generator: str, open_generators: list[str]
) -> str:
    if end:
        if site_generator in open_generators:
            open_generators.remove(site_generator)
            return "\n:::\n"
        return ""
    open_generators.append(site_generator)
    options = dict(_PAIR.findall(argument))
    bare_words = _PAIR.sub("", argument).split()
    style = options.get("style") or options.get("type") or next(iter(bare_words), name).strip('"')
    title = options.get("title") or options.get("summary")
    return f"\n{_format_callout_opening(style if style.lower() in _KINDS else 'note', title)}\n"


_API_REFERENCE = re.compile(r"^[ \t]*:::[ \t]+([A-Za-z_]\w*(?:\.\w+)+)[ \t]*$")


def remove_mkdocstrings_directives(draft: Draft) -> Draft:
    """Remove mkdocstrings directives with the options indented below them, and report each of them."""
    lines = scan_lines(draft.text)
    edits, findings = [], []
    for index, line in enumerate(lines):
        match = _API_REFERENCE.match(line.text) if line.kind is LineKind.TEXT else None
        if match is None:
            continue
        last = index
        while last + 1 < len(lines) and lines[last + 1].text.startswith(("    ", "\t")):
            last += 1
        edits.append(Edit(line.start, lines[last].end, ""))
        message = f"mkdocstrings generates the reference of {match.group(1)} from code"
        findings.append(draft.make_finding(line.start, message, "omitted"))
    return draft.apply_edits(edits, findings)
