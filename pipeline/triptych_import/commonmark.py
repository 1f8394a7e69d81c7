"""Adapt CommonMark to pandoc's Markdown.

In CommonMark, a list, block quote, table or heading may follow a paragraph without a blank line. The brackets
of an image contain its alt text, not a caption. ``$``, ``^``, ``~``, ``@``, and a backslash before a letter
are literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from triptych_import import formulas
from triptych_import.book import Draft, Edit
from triptych_import.headings import escape_attribute, find_headings, rewrite_heading, strip_markup
from triptych_import.masking import (
    HIDDEN,
    LineKind,
    SourceLine,
    classify_formula_lines,
    find_code_blocks,
    find_formulas,
    find_inline_code,
    hide_spans,
    is_list_item,
    is_thematic_break,
    mask_lines,
    mask_text,
    scan_lines,
)

_PARSER = MarkdownIt("commonmark")
_PARSER.core.ruler.disable("inline")  # only blocks are needed
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)")
_HTML_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*")
_INTERRUPTING_ITEM = re.compile(r"^ {0,3}(?:[-*+]|1[.)])[ \t]+\S")
_DELIMITERS = re.compile(r"^ {0,3}(?=.*\|)\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:")
_LONE_IMAGE = re.compile(r"\s*!\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*")
_FANCY_ITEM = re.compile(
    r"^((?:[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]++)*+ {0,3})"
    r"(\(?(?:[A-Za-z]|[ivxlcdmIVXLCDM]+|\d+)\)|[A-Za-z]\.|[ivxlcdmIVXLCDM]+\.)(?=[ \t])"
)
_PLAIN_ITEM = re.compile(r"^ {0,3}\d{1,9}[.)][ \t]")
_NO_DEFINITION = re.compile(
    r"^((?:[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]++)*+[ \t]*+\[(?!\^)[^\[\]\n]+\]):"
    r"[ \t]*+(?!<)\S++[ \t]++(?![\"'(])\S"
)
_INFO = re.compile(
    r"^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t])*[ \t]*)(`{3,}+|~{3,}+)[ \t]*+([^`\s{][^`]*|\{[\d,-]*\})$"
)
# HTML elements around images that end a paragraph in CommonMark (4.6, kind 6) and in pandoc.
_BLOCK_TAG = re.compile(r"^ {0,3}</?(?:center|div|p|figure|details|section|table|t[dhr])\b", re.IGNORECASE)
_ESCAPED_PIPE = re.compile(r"\\\|")
_INFO_OR_NONE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})")
_TITLE = re.compile(r"\b(?:title|filename|caption)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# A URL does not end with punctuation, and does not contain characters of scripts without spaces.
_ADDRESS = re.compile(
    r"(?<![\w<(\[\"'=/\\])https?://[A-Za-z0-9][^\s<>\0|\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]*"
    r"[^\s<>\0|.,:;!?'\")\]*_\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
)
_LINKED = re.compile(
    r"^ {0,3}\[[^\]\n]+\]:.*$|\]\([^()\n]*\)|<[A-Za-z/][^<>]*>|\[[^\[\]\n]*\](?=[(:\[])", re.MULTILINE
)
_NOT_PROSE = re.compile(
    r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|</?[A-Za-z][^<>]*>|<[a-z][a-z0-9+.-]*:[^<>\s]*>"
    r"|\bhttps?://[^\s<>]*|^ {0,3}\[[^\]\n]+\]:.*$|\[\^[^\[\]\s]+\]",
    re.MULTILINE,
)


def convert_commonmark(draft: Draft, *, scripts: bool = False, math: bool = False) -> Draft:
    """Change a CommonMark draft so that pandoc parses it as CommonMark.

    If ``scripts`` is true, ``^`` and ``~`` remain superscript and subscript markup; if ``math`` is true,
    formulas are kept.
    """
    draft = draft.apply_edits(_close_last_fence(draft.text))
    draft = draft.apply_edits(_escape_underlines_in_html(draft.text))
    draft = draft.apply_edits(_join_multiline_headings(draft.text))
    if math:
        draft = formulas.normalise_formulas(draft)
    spans = find_formulas(mask_text(draft.text)) if math else []
    draft = draft.apply_edits(_separate_blocks(classify_formula_lines(scan_lines(draft.text), spans)))
    spans = find_formulas(mask_text(draft.text)) if math else []
    lines = classify_formula_lines(scan_lines(draft.text), spans)
    masked = hide_spans(mask_lines(draft.text, lines), spans)
    edits = [*_move_alt_texts(draft.text, masked, lines), *_unescape_pipes_in_cells(draft.text, lines)]
    edits += [*_escape_false_definitions(lines)]
    edits += [
        *_escape_pandoc_markup(masked, scripts=scripts, dollars=not math),
        *_escape_fancy_list_items(lines),
    ]
    return draft.apply_edits(edits)


def simplify_info_strings(draft: Draft) -> Draft:
    """Reduce info strings to the language, since pandoc supports no other words. Titles become captions."""
    edits = []
    for line in scan_lines(draft.text):
        match = _INFO.match(line.text) if line.kind is LineKind.OPENING else None
        if match is None:
            continue
        indent, mark, info = match.groups()
        language, _, name = re.split(r"[\s,{]", info.strip(), maxsplit=1)[0].partition(":")
        title = _TITLE.search(info)
        caption = (title.group(1) or title.group(2) or "") if title else name
        new = f'{{.{language or "text"} lst-cap="{escape_attribute(caption)}"}}' if caption else language
        if new != info.strip():
            edits.append(Edit(line.text_start, line.end, f"{indent}{mark}{new}"))
    return draft.apply_edits(edits)


def _close_last_fence(text: str) -> Iterator[Edit]:
    """Close an unclosed code fence. CommonMark treats the rest of the text as code, pandoc as text."""
    blocks = list(find_code_blocks(scan_lines(text)))
    last = blocks[-1] if blocks else None
    opening = _INFO_OR_NONE.match(last.opening.text) if last and last.end == len(text) else None
    if last and opening and not last.closing:
        yield Edit(len(text), len(text), f"\n{opening.group()}\n")


def _escape_underlines_in_html(text: str) -> Iterator[Edit]:
    """Escape lines in HTML blocks that pandoc would parse as underlines of setext headings."""
    if "<" not in text:
        return
    lines = scan_lines(text)
    body = "\n".join("" if line.kind is LineKind.FRONT else text[line.start : line.end] for line in lines)
    for token in _PARSER.parse(body):
        if token.type == "html_block" and token.map:
            for line in lines[slice(*token.map)]:
                if line.is_prose and _HTML_UNDERLINE.fullmatch(line.text):
                    yield Edit(line.text_start, line.end, re.sub(r"(?=[=-])", r"\\", line.text))


def _join_multiline_headings(text: str) -> Iterator[Edit]:
    """Join setext headings of several lines into one line."""
    for heading in find_headings(text, multiline=True):
        if "\n" in heading.text:
            yield from rewrite_heading(heading, level=heading.level, identifier="")


def _escape_false_definitions(lines: list[SourceLine]) -> Iterator[Edit]:
    """Escape text such as ``[label]: some words``, which is not a link definition in CommonMark."""
    for line in lines:
        match = _NO_DEFINITION.match(line.text) if line.is_prose else None
        if match:
            position = line.text_start + match.end(1)
            yield Edit(position, position, "\\")


def link_bare_urls(draft: Draft) -> Draft:
    """Convert bare URLs in prose to autolinks, as GitHub does."""
    masked = mask_text(draft.text)
    hidden = _LINKED.sub(lambda match: "(" * len(match.group()), masked)
    edits = [(match.start(), match.end()) for match in _ADDRESS.finditer(hidden)]
    return draft.apply_edits(Edit(start, end, f"<{draft.text[start:end]}>") for start, end in edits)


def _separate_blocks(lines: list[SourceLine]) -> Iterator[Edit]:
    """Insert a blank line before each block that interrupts a paragraph, and outdent headings."""
    for index, line in enumerate(lines):
        if line.is_prose and _HEADING.match(line.text) and not line.list_depth and line.text.startswith(" "):
            yield Edit(line.text_start, line.end - len(line.text.lstrip()), "")
        before = lines[index - 1] if index else None
        if before is None or not (before.is_prose or before.kind is LineKind.FORMULA):
            continue
        if before.is_prose and (_HEADING.match(before.text) or is_thematic_break(before.text)):
            continue
        after = lines[index + 1] if index + 1 < len(lines) else None
        if _needs_blank_line(before, line, after):
            quote = before.quote.rstrip() if line.quote and before.quote else ""
            yield Edit(line.start, line.start, quote + "\n")


def _needs_blank_line(previous_line: SourceLine, line: SourceLine, next_line: SourceLine | None) -> bool:
    """Return whether a line interrupts the preceding paragraph in CommonMark but not in pandoc."""
    if line.kind is LineKind.OPENING:
        return not previous_line.list_depth and not line.list_depth
    if not line.is_prose:
        return False
    if _HEADING.match(line.text):
        return True
    if line.quote and not previous_line.quote:
        return True
    if _NOTE.match(line.text):
        return not _NOTE.match(previous_line.text)
    if _INTERRUPTING_ITEM.match(line.text) and is_list_item(line.text):
        return not previous_line.list_depth and not is_list_item(previous_line.text)
    if is_thematic_break(line.text):
        return not re.fullmatch(r" {0,3}-+[ \t]*", line.text)  # hyphens make the paragraph a setext heading
    starts_table = (
        next_line is not None
        and next_line.is_prose
        and _DELIMITERS.match(next_line.text)
        and "|" in line.text
    )
    return bool(starts_table) and not _DELIMITERS.match(line.text)


def _find_paragraphs(lines: list[SourceLine]) -> Iterator[list[SourceLine]]:
    run: list[SourceLine] = []
    for line in lines:
        words = line.is_prose and not _HEADING.match(line.text) and not _BLOCK_TAG.match(line.text)
        if words and not (run and run[-1].quote != line.quote):
            run.append(line)
            continue
        if run:
            yield run
        run = [line] if words else []
    if run:
        yield run


def _move_alt_texts(text: str, masked: str, lines: list[SourceLine]) -> Iterator[Edit]:
    """Move the alt text of a lone image to ``fig-alt``, since pandoc would print it as a caption."""
    for run in _find_paragraphs(lines):
        start, end = run[0].start + len(run[0].quote), run[-1].end
        match = _LONE_IMAGE.fullmatch(masked, start, end)
        if match and match.group(1):
            first, last = match.span(1)
            alt = " ".join(strip_markup(text[first:last]).split())
            yield Edit(first, last, "")
            closing = match.end(2) + 1
            yield Edit(closing, closing, f'{{fig-alt="{escape_attribute(alt)}"}}')


def _unescape_pipes_in_cells(text: str, lines: list[SourceLine]) -> Iterator[Edit]:
    r"""Replace ``\|`` with ``|`` in code in table cells, since pandoc would print the backslash."""
    is_in_table = False
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else None
        is_table_start = (
            after is not None and after.is_prose and _DELIMITERS.match(after.text) and "|" in line.text
        )
        is_in_table = line.is_prose and (is_in_table or bool(is_table_start))
        if not is_in_table:
            continue
        for opening, width, closing in find_inline_code(text[line.start : line.end], escapes=True):
            first, last = line.start + opening + width, line.start + closing
            for bar in _ESCAPED_PIPE.finditer(text, first, last):
                yield Edit(bar.start(), bar.start() + 1, "")


def _escape_pandoc_markup(masked: str, *, scripts: bool, dollars: bool) -> Iterator[Edit]:
    """Escape characters that are markup in pandoc but not in CommonMark."""
    visible = _NOT_PROSE.sub(lambda match: HIDDEN * len(match.group()), masked)
    signs = [r"(?<!\w)@(?=\w)", r"\\(?=[A-Za-z])", r"(?<![\w-])--(?=[A-Za-z])"]
    signs += [r"\$"] if dollars else []
    signs += [] if scripts else [r"\^", r"(?<!~)~(?!~)"]
    for match in re.finditer("|".join(signs), visible):
        yield Edit(match.start(), match.start(), "\\")
    for match in re.finditer(r"^ {0,3}\[(?=@[^\]\n]+\]:)", masked, re.MULTILINE):
        yield Edit(match.end(), match.end(), "\\")  # uses of the label are also escaped


def _escape_fancy_list_items(lines: list[SourceLine]) -> Iterator[Edit]:
    """Escape ``a.``, ``(1)`` and ``|`` at line starts, which begin lists and line blocks only in pandoc."""
    for index, line in enumerate(lines):
        if not line.is_prose or (index and lines[index - 1].is_prose and not is_list_item(line.text)):
            continue
        match = _FANCY_ITEM.match(line.text)
        if match and not _PLAIN_ITEM.match(line.text):
            position = line.text_start + match.end(2) - 1
            yield Edit(position, position, "\\")
        after = lines[index + 1] if index + 1 < len(lines) else None
        if re.match(r"\|[ \t]", line.text) and not (after and _DELIMITERS.match(after.text)):
            yield Edit(line.text_start, line.text_start, "\\")
