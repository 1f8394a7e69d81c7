"""Letters: the parts that authors mark by classes, and which lines consist of nothing else.

The parts are known outside of letters too, so that a preface can be signed.
"""

from __future__ import annotations

from dataclasses import replace

from triptych.model.nodes import Attr, IndexMark, Inline, LineBreak, Note, Phrase, SoftBreak

LETTER = "letter"
"""The class of a quotation that is a letter."""
DATELINE = "dateline"
"""The class of where and when it was written."""

_AT_START = frozenset(("recipient", "salutation"))
_AT_END = frozenset((DATELINE, "valediction", "sender", "signature"))
PARTS = _AT_START | _AT_END | {"postscript"}


def part_names(attr: Attr) -> tuple[str, ...]:
    """The parts of a letter that classes name, in their order."""
    return tuple(name for name in attr.classes if name in PARTS)


def line_kind(content: tuple[Inline, ...]) -> str:
    """Where lines stand that hold nothing but parts of a letter: "letter-start", "letter-end", else ""."""
    if not content or not isinstance(content[0], Phrase):
        return ""
    names: set[str] = set()
    for node in content:
        found = part_names(node.attr) if isinstance(node, Phrase) else ()
        if not found and not isinstance(node, SoftBreak | LineBreak | Note | IndexMark):
            return ""
        names.update(found)
    return "letter-end" if names <= _AT_END else "letter-start" if names <= _AT_START else ""


def kept_lines(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Lines of parts of a letter stay lines, as an address and a signature are written."""
    return tuple(map(_kept, content)) if line_kind(content) else content


def _kept(node: Inline) -> Inline:
    if isinstance(node, Phrase):
        return replace(node, content=tuple(map(_kept, node.content)))
    return LineBreak() if isinstance(node, SoftBreak) else node
