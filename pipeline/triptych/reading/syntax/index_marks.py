r"""Convert index marks: ``[term]{.index}`` and LaTeX's ``\index{entry!sub-entry}``.

``\index`` has the notation of makeindex: ``!`` separates levels, ``sort@shown`` sets a sort key, ``|see{…}``
and ``|seealso{…}`` are cross-references, ``|(`` and ``|)`` start and end a range, ``|textbf`` marks the
principal locator, and ``"`` escapes the next character.
"""

from __future__ import annotations

import re
from dataclasses import replace

from triptych.diagnostics import Span
from triptych.model.nodes import (
    Attr,
    Block,
    Extent,
    IndexMark,
    IndexTerm,
    Inline,
    LineBreak,
    Paragraph,
    SoftBreak,
    Style,
    Styled,
    Text,
)
from triptych.model.walk import plain_text, strip_anchors

_COMMAND = re.compile(r"\\s?index(?:\[[^\]]*\])?\{(.*)\}\s*$", re.DOTALL)
_NAMED = {
    "textbar": "|", "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textless": "<",
    "textgreater": ">",
}  # fmt: skip
_CHARACTER = re.compile(rf"\"(.)|\\([#$%&_{{}}])|\\({'|'.join(_NAMED)})(?:\{{\}}|(?![A-Za-z]) *)")
_STYLE_COMMAND = re.compile(r"\\(emph|textit|textbf|texttt)\{((?:\\.|\{\}|[^{}\\])*)\}")
_STYLES = {"emph": Style.EMPHASIS, "textit": Style.EMPHASIS, "textbf": Style.STRONG}
_CHIEF = ("textbf", "bf", "main", "emph", "textit")
_TERMS = ("term", "gls", "short")
_INDEX_ATTRIBUTES = ("entry", "sort", "see", "see-also", "seealso", "range")
_EXTENTS = {"start": Extent.START, "begin": Extent.START, "end": Extent.END}


def move_lone_index_marks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Move index marks in a paragraph of their own into the next paragraph, or else the preceding one.

    An empty paragraph would separate a heading from its text. Marks that end a range go into the preceding
    paragraph.
    """
    if not any(map(_find_lone_index_marks, blocks)):
        return blocks
    out: list[Block] = []
    lone_blocks: list[Block] = []
    for block in (*blocks, None):
        if block is not None and _find_lone_index_marks(block):
            lone_blocks.append(block)
            continue
        marks = tuple(mark for lone_block in lone_blocks for mark in _find_lone_index_marks(lone_block))
        last = out[-1] if out else None
        has_end_mark = any(mark.extent is Extent.END for mark in marks)
        if not marks:
            pass
        elif isinstance(last, Paragraph) and (has_end_mark or not isinstance(block, Paragraph)):
            out[-1] = replace(last, content=(*last.content, *marks))
        elif isinstance(block, Paragraph):
            block = replace(block, content=(*marks, *block.content))
        else:
            out += lone_blocks
        lone_blocks = []
        out += [block] if block is not None else []
    return tuple(out)


def _find_lone_index_marks(block: Block) -> tuple[IndexMark, ...]:
    """Return the index marks of a paragraph without other content; otherwise return ()."""
    if not isinstance(block, Paragraph) or not isinstance(next(iter(block.content), None), IndexMark):
        return ()
    blank = all(
        node.text.isspace() if isinstance(node, Text) else isinstance(node, IndexMark | SoftBreak | LineBreak)
        for node in block.content
    )
    if not blank:
        return ()
    return tuple(node for node in block.content if isinstance(node, IndexMark))


def read_index_command(tex: str, span: Span) -> IndexMark | None:
    r"""Convert an ``\index`` command. Return None for other commands and for an empty entry."""
    command = _COMMAND.match(tex.strip())
    if command is None:
        return None
    entry, _, how = _split_once(command.group(1), "|")
    path = _parse_path(entry)
    extent = {"(": Extent.START, ")": Extent.END}.get(how[:1], Extent.PLACE)
    word = how.lstrip("()").strip().removeprefix("\\")
    see = re.fullmatch(r"see\{(.*)\}", word, re.DOTALL)
    also = re.fullmatch(r"see\s?also\{(.*)\}", word, re.DOTALL)
    if not path:
        return None
    return IndexMark(
        path=path,
        extent=extent,
        see=_split_paths(see.group(1)) if see else (),
        see_also=_split_paths(also.group(1)) if also else (),
        is_principal=word in _CHIEF,
        span=span,
    )


def read_index_span(attr: Attr, content: tuple[Inline, ...], span: Span) -> IndexMark | None:
    """Convert a span with the class ``index``. Its entry is ``entry="main!sub"``, or else its text.

    ``sort``, ``see``, ``see-also`` (separated by semicolons) and ``range`` ("start" or "end") are optional.
    The class ``main`` marks the principal locator. Return None if the entry is empty.
    """
    visible = strip_anchors(content)
    entry_text = attr.get("entry")
    path = _parse_path(entry_text)
    if not entry_text and plain_text(visible):
        path = (IndexTerm(content=visible, sort_key=plain_text(visible)),)
    if path and attr.get("sort"):
        path = (*path[:-1], IndexTerm(content=path[-1].content, sort_key=attr.get("sort")))
    if not path:
        return None
    return IndexMark(
        path=path,
        extent=_EXTENTS.get(attr.get("range"), Extent.PLACE),
        see=_split_paths(attr.get("see")),
        see_also=_split_paths(attr.get("see-also") or attr.get("seealso")),
        is_principal=attr.has("main"),
        span=span,
    )


def find_non_index_attributes(attr: Attr) -> Attr | None:
    """Return the attributes of an index span that mean something else, such as a glossary term, or None."""
    classes = tuple(name for name in attr.classes if name in _TERMS)
    pairs = tuple(pair for pair in attr.pairs if pair[0] not in _INDEX_ATTRIBUTES) if classes else ()
    return Attr(attr.id, classes, pairs) if attr.id or classes else None


def _parse_path(text: str) -> tuple[IndexTerm, ...]:
    return tuple(term for part in re.split(r'(?<!")!', text) if (term := _parse_term(part)) is not None)


def _parse_term(text: str) -> IndexTerm | None:
    sort, separator, display_text = _split_once(text, "@")
    content = _parse_markup((display_text if separator else sort).strip())
    if not plain_text(content).strip():
        return None
    return IndexTerm(content=content, sort_key=_unescape(sort).strip() if separator else plain_text(content))


def _parse_markup(text: str) -> tuple[Inline, ...]:
    out: list[Inline] = []
    end = 0
    for match in _STYLE_COMMAND.finditer(text):
        if match.start() > end:
            out.append(Text(text=_unescape(text[end : match.start()])))
        inner: tuple[Inline, ...] = (Text(text=_unescape(match.group(2))),)
        style = _STYLES.get(match.group(1))
        out += [Styled(style=style, content=inner)] if style else inner
        end = match.end()
    if end < len(text):
        out.append(Text(text=_unescape(text[end:])))
    return tuple(out)


def _split_once(text: str, delimiter: str) -> tuple[str, str, str]:
    parts = re.split(rf'(?<!"){re.escape(delimiter)}', text, maxsplit=1)
    return (parts[0], delimiter, parts[1]) if len(parts) > 1 else (text, "", "")


def _unescape(text: str) -> str:
    return _CHARACTER.sub(lambda match: match[1] or match[2] or _NAMED[match[3]], text)


def _split_paths(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
