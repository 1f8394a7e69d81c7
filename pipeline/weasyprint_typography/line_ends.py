"""Write spaces and hyphens at line ends as text, and indent and mark the continuation of long code lines.

WeasyPrint drops the space at the end of a line, and writes an added hyphen as an ordinary hyphen, so that
copied text would lack spaces and contain extra hyphens. Continuation lines of code are indented here because
WeasyPrint does not support ``text-indent: hanging`` (CSS Text 3, 8.1). The continuation arrow is drawn as a
shape, so that it is neither read aloud nor copied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from weasyprint_typography.engine import patch
from weasyprint_typography.measuring import get_character_width

_CONTINUATION_INDENT = 2  # characters by which a continuation is indented further than its line
_MAX_INDENT_FRACTION = 0.4  # of the measure: the largest hanging indent
_CONTINUES = "typography_continues_line"
_STROKE = 0.07  # em


def measure_hanging_indent(text_before: str, style: Any, line_width: float) -> float:
    """Return the indent of the continuation of a code line, in CSS pixels.

    ``text_before`` is the part of the code line before the break.
    """
    spaces = len(text_before) - len(text_before.lstrip(" "))
    return float(
        min(
            (spaces + _CONTINUATION_INDENT) * get_character_width(" ", style),
            line_width * _MAX_INDENT_FRACTION,
        )
    )


def flag_continuation(text_box: Any, colour: Any) -> None:
    """Flag a text box as the first of a continued code line, and record the colour of its arrow."""
    setattr(text_box, _CONTINUES, colour)


def draw_continuation_marks(stream: Any, text_boxes: Iterable[Any], scale: float) -> None:
    """Draw a continuation arrow before each text box that ``flag_continuation`` has flagged.

    ``scale`` converts CSS pixels to units of ``stream``, whose origin is the top left corner of the page.
    """
    rests = [text for text in text_boxes if hasattr(text, _CONTINUES)]
    if not rests:
        return
    with stream.stacked():
        stream.transform(scale, d=scale)
        for text in rests:
            _draw_continuation_mark(stream, text)


def _draw_continuation_mark(stream: Any, text_box: Any) -> None:
    em = text_box.style["font_size"]
    right = text_box.position_x - 0.35 * em
    left, base_y = right - 0.55 * em, text_box.position_y + text_box.baseline - 0.25 * em
    stream.stream.append(b"/Artifact BMC")
    stream.set_color(getattr(text_box, _CONTINUES), stroke=True)
    stream.set_line_width(_STROKE * em)
    for line in (
        ((left, base_y - 0.4 * em), (left, base_y), (right, base_y)),
        ((right - 0.18 * em, base_y - 0.16 * em), (right, base_y), (right - 0.18 * em, base_y + 0.16 * em)),
    ):
        stream.move_to(*line[0])
        for corner in line[1:]:
            stream.line_to(*corner)
        stream.stroke()
    stream.stream.append(b"EMC")


_SOFT_HYPHEN = b"/Span <</ActualText<FEFF00AD>>> BDC"
# Attributes of text boxes.
_SPACE, _HYPHEN = "typography_ends_with_space", "typography_ends_with_hyphen"
_ENDS_WRAPPED, _LINE_BEFORE = "typography_ends_wrapped", "typography_line_before"
_PRESERVED = ("pre", "pre-wrap", "break-spaces")  # values of white-space that keep spaces as they are
_LAST_GLYPH = re.compile(rb"(.*)<([0-9a-f]*)([0-9a-f]{4})>([^<>]*)\] TJ", re.DOTALL)


@patch("weasyprint.layout.inline.get_next_linebox", "67af458c2545e74f")
def get_next_linebox(next_line: Callable[..., Any]) -> Callable[..., Any]:
    """Flag the last text box of each line whose trailing space was dropped; indent continued code lines."""

    def lay_out_next_line(context: Any, paragraph: Any, *rest: Any) -> Any:
        if paragraph.style["white_space"] == "pre-wrap":
            return _lay_out_next_code_line(next_line, context, paragraph, *rest)
        line, resume = next_line(context, paragraph, *rest)
        if line is not None and resume and _is_at_space(paragraph, resume):
            last = _find_last_text_box(line)
            if last is not None and not last.text.endswith(" "):
                setattr(last, _SPACE, True)
        return line, resume

    return lay_out_next_line


def _lay_out_next_code_line(next_line: Callable[..., Any], context: Any, paragraph: Any, *rest: Any) -> Any:
    """Lay out the next line of code; indent a continued line, and flag the text boxes around the break."""
    _, _, skip, block, *_ = rest
    before = _get_code_line_before(paragraph, skip) if skip else ""
    if before:
        paragraph.text_indent = measure_hanging_indent(before, paragraph.style, block.width)
    line, resume = next_line(context, paragraph, *rest)
    if before and line is not None and (first := _find_first_text_box(line)) is not None:
        flag_continuation(first, paragraph.style["color"])
    if (
        line is not None
        and resume
        and _get_code_line_before(paragraph, resume)
        and (last := _find_last_text_box(line)) is not None
    ):
        setattr(last, _ENDS_WRAPPED, True)
    return line, resume


def flag_added_hyphen(box: Any, offset: int, new_box: Any) -> None:
    """Record on ``new_box``, a part of the text box ``box``, whether its final hyphen was added by the split.

    ``offset`` is the byte offset in the text of ``box`` at which ``new_box`` begins.
    """
    if new_box is not None and new_box.text.endswith(box.style["hyphenate_character"]):
        setattr(new_box, _HYPHEN, not box.text.encode()[offset:].startswith(new_box.text.encode()))


def has_altered_line_end(box: Any) -> bool:
    """Return whether the line of a text box lost a space, gained a hyphen, or was wrapped within code."""
    return any(getattr(box, note, False) for note in (_SPACE, _HYPHEN, _ENDS_WRAPPED))


def has_lost_space(box: Any) -> bool:
    """Return whether the line of a text box has lost a space at its end."""
    return bool(getattr(box, _SPACE, False))


def _is_at_space(box: Any, resume_at: dict[int, Any]) -> bool:
    """Return whether a line is broken at a space or after a newline of the source."""
    before = _get_text_before(box, resume_at)
    if box.style["white_space"] in _PRESERVED:
        return before.endswith(" ")
    return before.endswith((" ", "\n")) or _get_text_after(box, resume_at).startswith(" ")


def _get_text_after(box: Any, resume_at: dict[int, Any] | None) -> str:
    """Return the text from a resume position to the end of its text box, or "" if there is no text box."""
    index, inner = next(iter(resume_at.items())) if resume_at else (0, None)
    if hasattr(box, "text"):
        return str(box.text.encode()[index:].decode())
    children = getattr(box, "children", ())
    return _get_text_after(children[index], inner) if index < len(children) else ""


def _get_text_before(box: Any, resume_at: dict[int, Any]) -> str:
    """Return the text of the last text box before a resume position, up to that position."""
    ((index, inner),) = resume_at.items()
    child = box.children[index]
    if inner and hasattr(child, "text"):
        return str(child.text.encode()[: next(iter(inner))].decode())
    if inner and hasattr(child, "children") and (text := _get_text_before(child, inner)):
        return text
    before = _find_last_text_box(box, index)
    return before.text if before is not None else ""


def _get_code_line_before(paragraph: Any, resume_at: dict[int, Any]) -> str:
    """Return the text of a code line before a resume position, or "" at the start of a code line."""
    cached_line = getattr(paragraph, _LINE_BEFORE, None)
    if cached_line is None or cached_line[0] is not resume_at:
        parts: list[str] = []
        for text in _iter_texts_before(paragraph, resume_at):
            parts.append(text)
            if "\n" in text:
                break
        cached_line = resume_at, "".join(reversed(parts)).rpartition("\n")[2]
        setattr(paragraph, _LINE_BEFORE, cached_line)
    return str(cached_line[1])


def _iter_texts_before(box: Any, resume_at: dict[int, Any] | None) -> Iterator[str]:
    """Yield the texts in ``box`` before ``resume_at``, in reverse order, without line numbers.

    Yield all texts if ``resume_at`` is None.
    """
    from weasyprint.formatting_structure.boxes import AtomicInlineLevelBox

    if hasattr(box, "text"):
        yield box.text if resume_at is None else box.text.encode()[: next(iter(resume_at))].decode()
        return
    if isinstance(box, AtomicInlineLevelBox):
        return
    children = getattr(box, "children", ())
    end, inner = next(iter(resume_at.items())) if resume_at is not None else (len(children), None)
    if inner is not None:
        yield from _iter_texts_before(children[end], inner)
    for child in reversed(children[:end]):
        yield from _iter_texts_before(child, None)


def _find_first_text_box(box: Any) -> Any:
    """Return the first non-empty text box in ``box``, or None if there is none."""
    if hasattr(box, "text"):
        return box if box.text else None
    return next(filter(None, map(_find_first_text_box, getattr(box, "children", ()))), None)


def _find_last_text_box(box: Any, end: int | None = None) -> Any:
    """Return the last non-empty text box before child ``end``, or None if other content comes last."""
    for leaf in _iter_leaves_backwards(box.children[:end]):
        if not hasattr(leaf, "text"):
            return None
        if leaf.text:
            return leaf
    return None


def _iter_leaves_backwards(boxes: Sequence[Any]) -> Iterator[Any]:
    from weasyprint.formatting_structure.boxes import InlineBox

    for box in reversed(boxes):
        if not box.is_in_normal_flow():
            continue
        if inner := getattr(box, "children", ()):
            yield from _iter_leaves_backwards(inner)
        elif not isinstance(box, InlineBox):
            yield box


def count_spaces(box: Any) -> int:
    """Return the number of spaces in a white-space text box after collapsing, or 0 if it has a line feed.

    The box must contain only white space.
    """
    if "\n" in box.text:
        return 0
    return len(box.text) if box.style["white_space"] in _PRESERVED else min(len(box.text), 1)


def _write_wrapped_line_end(text: str, operator: bytes, space_glyph: int | None) -> list[bytes]:
    """Return operators for the end of a wrapped code line; the last ``ActualText`` ends with a soft hyphen.

    PDF readers such as PDFium ignore a blank glyph, so the ``ActualText`` of the last visible glyph includes
    the spaces after it.
    """
    match, words = _LAST_GLYPH.fullmatch(operator), text.rstrip(" ")
    while match and space_glyph is not None and int(match[3], 16) == space_glyph and match[2]:
        operator = match[1] + b"<" + match[2] + b">" + match[4] + b"] TJ"
        match = _LAST_GLYPH.fullmatch(operator)
    if match is None or not words or ord(words[-1]) > 0xFFFF:
        return [operator]
    before, glyphs, last, after = match.groups()
    encoded_text = f"{words[-1]}{text[len(words) :]}\u00ad".encode("utf-16-be").hex().upper().encode()
    return [
        before + b"<" + glyphs + b">" + after + b"] TJ",
        b"/Span <</ActualText<FEFF%s>>> BDC" % encoded_text,
        b"<" + last + b"> Tj",
        b"EMC",
    ]


def write_line_end(box: Any, operator: bytes, space_glyph: int | None) -> list[bytes]:
    """Return the operators for a text box and for the space or hyphen at the end of its line.

    ``operator`` is the ``[…] TJ`` operator of the text box. ``space_glyph`` is the space glyph of the font,
    which is shown past the end of the line, or None if the font has none.
    """
    match = _LAST_GLYPH.fullmatch(operator)
    if getattr(box, _HYPHEN, False) and match:
        before, glyphs, hyphen, after = match.groups()
        return [
            before + b"<" + glyphs + b">" + after + b"] TJ",
            _SOFT_HYPHEN,
            b"<" + hyphen + b"> Tj",
            b"EMC",
        ]
    if getattr(box, _ENDS_WRAPPED, False):
        return _write_wrapped_line_end(box.text, operator, space_glyph)
    if (
        has_lost_space(box)
        and space_glyph is not None
        and (match is None or int(match[3], 16) != space_glyph)
    ):
        return [operator, b"<%04x> Tj" % space_glyph]
    return [operator]
