"""What lines lose and gain at their ends: the space that they break at, and the hyphen that breaks a word.

On the page neither is text. Who listens to the page or copies it needs the space, and wants no hyphen:
"thatgoes" is no word, and neither is "nau-tical" (ISO 14289-1, 7.2; ISO 32000-1, 14.8.2.2.3).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_SOFT_HYPHEN = b"/Span <</ActualText<FEFF00AD>>> BDC"
_LAST_GLYPH = re.compile(rb"(.*)<([0-9a-f]*)([0-9a-f]{4})>([^<>]*)\] TJ", re.DOTALL)


@cache
def mend() -> None:
    """Have WeasyPrint note on text boxes what their lines lost and gained, once in a process."""
    from weasyprint.formatting_structure.boxes import TextBox
    from weasyprint.layout import inline

    next_line, split = inline.get_next_linebox, inline.split_text_box
    TextBox.ends_with_space = TextBox.ends_with_hyphen = False

    def next_line_noted(context: Any, whole: Any, *more: Any, **named: Any) -> Any:
        line, resume = next_line(context, whole, *more, **named)
        if line is not None and resume and _at_space(whole, resume):
            last = _last_text(line)
            if last is not None and not last.text.endswith(" "):
                last.ends_with_space = True
        return line, resume

    def split_noted(context: Any, box: Any, width: Any, skip: int, *more: Any, **named: Any) -> Any:
        result = split(context, box, width, skip, *more, **named)
        new = result[0]
        if new is not None and new.text.endswith(box.style["hyphenate_character"]):
            new.ends_with_hyphen = not box.text.encode()[skip:].startswith(new.text.encode())
        return result

    inline.get_next_linebox, inline.split_text_box = next_line_noted, split_noted


def _at_space(box: Any, resume: dict[int, Any]) -> bool:
    """Whether the place where the next line begins has a space before or behind it."""
    return _text_before(box, resume).endswith(" ") or _text_behind(box, resume).startswith(" ")


def _text_behind(box: Any, resume: dict[int, Any] | None) -> str:
    """The text of the box that begins, or goes on, at a place."""
    index, inner = next(iter(resume.items())) if resume else (0, None)
    if hasattr(box, "text"):
        return str(box.text.encode()[index:].decode())
    children = getattr(box, "children", ())
    return _text_behind(children[index], inner) if index < len(children) else ""


def _text_before(box: Any, resume: dict[int, Any]) -> str:
    """The text of a box that stands before the place where its next line begins, or the last piece of it."""
    ((index, inner),) = resume.items()
    child = box.children[index]
    if inner and hasattr(child, "text"):
        return str(child.text.encode()[: next(iter(inner))].decode())
    if inner and hasattr(child, "children") and (text := _text_before(child, inner)):
        return text
    before = _last_text(box, index)
    return before.text if before is not None else ""


def _last_text(box: Any, end: int | None = None) -> Any:
    """The last text box with any text, before a child; None where something else is the last."""
    for child in reversed(box.children[:end]):
        if hasattr(child, "text"):
            if child.text:
                return child
        elif not hasattr(child, "children") or child.children:
            return _last_text(child) if hasattr(child, "children") else None
    return None


def finish(box: Any, shown: bytes, space: int | None) -> list[bytes]:
    """The operator that shows the text of a box, ``[…] TJ`` → operators that show its end as text.

    ``space`` is the glyph of a space in its font; it lies past the line's end.
    """
    if box.ends_with_hyphen and (match := _LAST_GLYPH.fullmatch(shown)):
        before, glyphs, hyphen, after = match.groups()
        return [
            before + b"<" + glyphs + b">" + after + b"] TJ",
            _SOFT_HYPHEN,
            b"<" + hyphen + b"> Tj",
            b"EMC",
        ]
    if box.ends_with_space and space:
        return [shown, b"<%04x> Tj" % space]
    return [shown]
