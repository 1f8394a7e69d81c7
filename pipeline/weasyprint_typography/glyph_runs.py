"""Write glyph runs as PDF text-showing operators (ISO 32000-1, 9.4.3), with an ActualText where needed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from weasyprint_typography.actual_text import (
    EMPTY,
    GlyphSpan,
    find_misread_glyphs,
    is_combining_mark,
    map_blank_glyph,
    map_letter_glyphs,
)
from weasyprint_typography.engine import patch
from weasyprint_typography.justification import EXTRA_SPACES, scale_text_matrix
from weasyprint_typography.measuring import KEPT_LAYOUT, RunGlyphs, iter_runs

_HAIR = 3  # thousandths of an em: the smallest offset by which PDF readers order glyphs


class GlyphRun(NamedTuple):
    """The glyphs of a run in one font, with their advances on the line, and their text in UTF-8."""

    font: Any
    size: float
    pango_font: Any
    glyphs: RunGlyphs
    text: bytes
    rtl: bool


def show_runs(stream: Any, runs: Sequence[GlyphRun]) -> None:
    """Write the operators that show runs of one font and size to a content stream."""
    pending: list[str] = []
    for run in runs:
        glyphs, index = run.glyphs, 0
        for span in find_misread_glyphs(run.font, glyphs, run.text, rtl=run.rtl):
            blank = map_blank_glyph(run.font) if run.rtl else None
            if blank is not None and not pending and list(glyphs.glyph_ids[index : span.first]) == [blank]:
                _show_space_twice(stream, run, index, blank, pending)
            else:
                _add_glyphs(stream, run, index, span.first, pending)
            if blank is not None:
                _show_rtl_letters(stream, run, span, blank, pending)
            else:
                _flush_operands(stream, pending)
                begin_actual_text(stream, span.text)
                _add_glyphs(stream, run, span.first, span.end, pending)
                # PDF readers would measure the following gap from a combining mark with an offset.
                is_mark_last = glyphs.x_offsets[span.end - 1] or glyphs.y_offsets[span.end - 1]
                if is_mark_last and (blank := map_blank_glyph(run.font)) is not None:
                    _add_kern(pending, _get_glyph_width(stream, run, blank))
                    pending.append(f"<{blank:04x}>")
                _flush_operands(stream, pending)
                stream.stream.append(b"EMC")
            index = span.end
        _add_glyphs(stream, run, index, len(glyphs.glyph_ids), pending)
    _flush_operands(stream, pending)


def _show_space_twice(stream: Any, run: GlyphRun, index: int, blank_glyph: int, operands: list[str]) -> None:
    """Show a space twice at nearly the same position, since PDFium ignores a single space."""
    operands.append(f"<{blank_glyph:04x}>")
    _add_kern(operands, _get_glyph_width(stream, run, blank_glyph) - _HAIR)
    _add_glyph(stream, run, index, operands)
    _add_kern(operands, _HAIR)


def begin_actual_text(stream: Any, text: str) -> None:
    """Begin marked content that represents ``text``; ``EMC`` ends it (ISO 32000-1, 14.9.4)."""
    encoded_text = text.encode("utf-16-be").hex().upper().encode()
    stream.stream.append(b"/Span <</ActualText<FEFF%s>>> BDC" % encoded_text)


def _show_rtl_letters(
    stream: Any, run: GlyphRun, span: GlyphSpan, blank_glyph: int, operands: list[str]
) -> None:
    """Show right-to-left letters so that PDF readers extract them one by one.

    PDF readers sort text fragments by their left edge and then reverse the order, including the letters of an
    ``ActualText`` for several letters. Therefore each letter gets an ``ActualText`` of its own between blank
    glyphs. It begins at the position that the letter's glyph would have outside of a ligature.
    """
    if invisible_glyphs := _find_invisible_glyphs(run, span):
        _show_ligature(stream, run, span, invisible_glyphs, blank_glyph, operands)
        return
    letters = list(_split_letters(run, span))
    is_ligature = not letters[0].glyph_indices
    width = _measure_width_on_line(run, span.first, span.end)
    pen = 0  # the position of the next glyph
    for index, letter in enumerate(letters):
        if letter.is_extractable:
            _add_glyph(stream, run, letter.glyph_indices[0], operands)
            pen += round(_measure_width_on_line(run, letter.glyph_indices[0], letter.glyph_indices[0] + 1))
            continue
        start = round(index * width / len(letters)) if is_ligature else pen - _HAIR * (len(letters) - index)
        pen = _show_letter_between_blanks(stream, run, letter, blank_glyph, start, pen, operands)


def _measure_width_on_line(run: GlyphRun, first: int, end: int) -> float:
    """Return the total advance of a run's glyphs from ``first`` to ``end``, in thousandths of an em."""
    from weasyprint.text.ffi import FROM_UNITS

    return float(sum(run.glyphs.advances[first:end]) * 1000 * FROM_UNITS / run.size)


def _show_letter_between_blanks(
    stream: Any, run: GlyphRun, letter: _Letter, blank_glyph: int, start: int, pen: int, operands: list[str]
) -> int:
    """Show a letter with an ``ActualText`` between blank glyphs, and return the new pen position.

    ``start`` is the position of the first blank, ``pen`` the current pen position. Positions are in
    thousandths of an em.
    """
    from weasyprint.text.ffi import FROM_UNITS

    rises, blank_width = run.glyphs.y_offsets, _get_glyph_width(stream, run, blank_glyph)
    _flush_operands(stream, operands)
    begin_actual_text(stream, letter.text)
    for index in letter.glyph_indices or (None,):
        rise = 0 if index is None else rises[index]
        if rise:
            stream.set_text_rise(round(-rise * FROM_UNITS, 3))
        operands += [f"{pen - start}", f"<{blank_glyph:04x}>", f"{start + blank_width - pen}"]
        if index is not None:
            _add_glyph(stream, run, index, operands, is_rise_set=True)
            pen += round(_measure_width_on_line(run, index, index + 1))
        _add_kern(operands, blank_width)
        operands.append(f"<{blank_glyph:04x}>")
        _flush_operands(stream, operands)
        if rise:
            stream.set_text_rise(0)
    stream.stream.append(b"EMC")
    return pen


def _find_invisible_glyphs(run: GlyphRun, span: GlyphSpan) -> list[int]:
    """Return the glyphs of all letters of a ligature except the first letter, from left to right.

    Return an empty list if the span is not a ligature, if a letter has no glyph, or if the ToUnicode map
    contains another character for a combining mark.
    """
    marks = [letter for letter in reversed(span.text) if is_combining_mark(letter)]
    letters = [letter for letter in reversed(span.text) if not is_combining_mark(letter)]
    *other_glyphs, _ = (glyph for glyph in run.glyphs.glyph_ids[span.first : span.end] if glyph != EMPTY)
    if (
        len(letters) < 2
        or is_combining_mark(span.text[0])
        or [run.font.to_unicode[glyph] for glyph in other_glyphs] != marks
    ):
        return []
    return map_letter_glyphs(run.font, "".join(letters[:-1]))


def _show_ligature(
    stream: Any,
    run: GlyphRun,
    span: GlyphSpan,
    invisible_glyphs: Sequence[int],
    blank_glyph: int,
    operands: list[str],
) -> None:
    """Show a ligature with an ``ActualText`` for its first letter, and its other letters as invisible glyphs.

    PDFium does not reverse letters that begin with an ``ActualText``, as they would at the end of a word.
    """
    width, last = _measure_width_on_line(run, span.first, span.end), span.end - 1
    marks = [letter for letter in reversed(span.text) if is_combining_mark(letter)]
    places = [index for index in range(span.first, last) if run.glyphs.glyph_ids[index] != EMPTY]
    pen_position = 0
    for mark, index in zip(marks, places, strict=True):
        pen_position = _show_letter_between_blanks(
            stream,
            run,
            _Letter(mark, (index,), False),
            blank_glyph,
            pen_position - _HAIR,
            pen_position,
            operands,
        )
    _flush_operands(stream, operands)
    stream.set_text_rendering(3)
    pen, step = pen_position, width / (len(invisible_glyphs) + 1)
    for glyph_index, glyph in enumerate(invisible_glyphs):
        start = min(round(glyph_index * step), pen_position)  # no gaps within a word
        _add_kern(operands, pen_position - start)
        operands.append(f"<{glyph:04x}>")
        pen_position = start + _get_glyph_width(stream, run, glyph)
    start = min(round(len(invisible_glyphs) * step), pen_position)
    _add_kern(operands, pen_position - pen)
    _flush_operands(stream, operands)
    stream.set_text_rendering(0)
    _show_letter_between_blanks(
        stream, run, _Letter(span.text[0], (last,), False), blank_glyph, start, pen, operands
    )


class _Letter(NamedTuple):
    """A letter that is extracted on its own, its glyphs' indices, and whether it needs no ``ActualText``."""

    text: str
    glyph_indices: tuple[int, ...]
    is_extractable: bool


def _split_letters(run: GlyphRun, span: GlyphSpan) -> Iterator[_Letter]:
    """Yield the letters of a right-to-left cluster in visual order, from left to right.

    The rightmost letter gets the glyph of a ligature, the leftmost letter all surplus glyphs. Adjacent
    combining marks and joiners are yielded together, since PDF readers confuse marks without a letter between
    them.
    """
    numbers, _, x_offsets, rises, _ = run.glyphs
    places = [index for index in range(span.first, span.end) if numbers[index] != EMPTY]
    count = len(span.text)
    before: _Letter | None = None
    for index, text in enumerate(reversed(span.text)):
        end = max(len(places) - count + index + 1, 0)
        start = max(end - 1, 0) if index else 0
        letter_places = tuple(places[start:end])
        is_there = (
            len(letter_places) == 1 and not rises[letter_places[0]] and x_offsets[letter_places[0]] <= 0
        )
        is_there = is_there and run.font.to_unicode[numbers[letter_places[0]]] == text
        letter = _Letter(text, letter_places, is_there)
        if before and not is_there and (is_combining_mark(before.text[-1]) or is_combining_mark(text)):
            before = _Letter(before.text + text, before.glyph_indices + letter_places, False)
            continue
        if before:
            yield before
        before = letter
        if is_there:
            yield letter
            before = None
    if before:
        yield before


def _add_glyphs(stream: Any, run: GlyphRun, first: int, end: int, operands: list[str]) -> None:
    numbers, _, x_offsets, rises, _ = run.glyphs
    if first == end:
        return
    if not any(x_offsets[first:end]) and not any(rises[first:end]) and EMPTY not in numbers[first:end]:
        operands.append(_write_operand(stream, run, first, end))
        return
    for index in range(first, end):
        _add_glyph(stream, run, index, operands)


def _flush_operands(stream: Any, operands: list[str]) -> None:
    if operands:
        stream.show_text("".join(operands).replace("><", ""))
        operands.clear()


def _add_glyph(
    stream: Any, run: GlyphRun, index: int, operands: list[str], *, is_rise_set: bool = False
) -> None:
    """Add a glyph with its horizontal offset to the operands of the next ``TJ`` operator.

    A glyph with a vertical offset is shown immediately, after the text rise has been set. If ``is_rise_set``
    is True, the caller has already set the text rise.
    """
    from weasyprint.text.ffi import FROM_UNITS

    numbers, widths, x_offsets, rises, _ = run.glyphs
    glyph, scale = numbers[index], 1000 * FROM_UNITS / run.size
    if glyph == EMPTY:  # a tab or an invisible character
        _add_kern(operands, -round(widths[index] * scale))
        return
    move = round(x_offsets[index] * scale)
    if rise := 0 if is_rise_set else rises[index]:
        _flush_operands(stream, operands)
        stream.set_text_rise(round(-rise * FROM_UNITS, 3))
    if move:
        _add_kern(operands, -move)
    operands.append(f"<{glyph:04x}>")
    if rise:
        _flush_operands(stream, operands)
        stream.set_text_rise(0)
    if kern := round(_get_glyph_width(stream, run, glyph) + move - widths[index] * scale):
        _add_kern(operands, kern)


def _add_kern(operands: list[str], kern: int) -> None:
    if operands and operands[-1].strip("- ").isdigit():
        kern += int(operands.pop())
    if kern:
        operands.append(f" {kern}")


def _write_operand(stream: Any, run: GlyphRun, first: int, end: int) -> str:
    from weasyprint.text.ffi import FROM_UNITS

    widths, size, units = run.font.widths, run.size, 1000 * FROM_UNITS
    parts = ["<"]
    for glyph, width in zip(run.glyphs.glyph_ids[first:end], run.glyphs.advances[first:end], strict=True):
        own_width = widths[glyph] if glyph in widths else _get_glyph_width(stream, run, glyph)
        parts.append(f"{glyph:04x}")
        kern = own_width - width * units / size
        if not -0.5 <= kern <= 0.5:
            parts.append(f">{round(kern)}<")
    if parts[-1].endswith("<"):
        parts[-1] = parts[-1][:-1]
    else:
        parts.append(">")
    return "".join(parts)


def _get_glyph_width(stream: Any, run: GlyphRun, glyph: int) -> int:
    """Return the advance width of a glyph in its font, in thousandths of an em."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    widths: dict[int, int] = run.font.widths
    if glyph not in widths:
        extents = stream.logical_rect
        pango.pango_font_get_glyph_extents(run.pango_font, glyph, stream.ink_rect, extents)
        widths[glyph] = round(extents.width * 1000 * FROM_UNITS / run.size)
    return widths[glyph]


_NO_SPACES: Mapping[int, float] = {}
_BREAK = re.compile("[\n\r\u2028\u2029]")  # characters that WeasyPrint joins into one paragraph
_SPACES = re.compile(b" |\xc2\xa0")


@patch("weasyprint.text.line_break.Layout.deactivate", "bfec3ec8406e1c82", upstream_issue=578)
def deactivate(drop: Callable[[Any], None]) -> Callable[[Any], None]:
    """Keep the Pango layout of a measured text for ``reactivate`` and ``draw_first_line``."""

    def keep(self: Any) -> None:
        setattr(self, KEPT_LAYOUT, self.layout)
        drop(self)

    return keep


@patch("weasyprint.text.line_break.Layout.reactivate", "0b89ee097104b713", upstream_issue=578)
def reactivate(shape: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Use a kept Pango layout instead of shaping the text again."""

    def reuse(self: Any, style: Any) -> None:
        if hasattr(self, KEPT_LAYOUT):
            self.layout, self.style, self.language = getattr(self, KEPT_LAYOUT), style, None
        else:
            shape(self, style)

    return reuse


@patch("weasyprint.draw.text.int", "1bb8eae6d88e71b1", source="weasyprint.draw.text.draw_first_line")
def round_kerns(_: object) -> Callable[[float], int]:
    """Round kerning values; WeasyPrint truncates them, which makes lines too short."""
    return round


@patch("weasyprint.draw.text.draw_first_line", "1bb8eae6d88e71b1", upstream_issue=578)
def draw_first_line(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Draw text as glyph runs, with the letters scaled as the module ``justification`` has determined."""

    def draw_runs(stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
        if not box.text.strip() or box.style["font_size"] < 1e-6:  # as in WeasyPrint
            return []
        matrix = scale_text_matrix(box, matrix)
        layout = box.pango_layout
        pending = None
        if overflow != "ellipsis" and ellipsis == "none" and hasattr(layout, KEPT_LAYOUT):
            pending = _find_runs(stream, layout, getattr(box, EXTRA_SPACES, _NO_SPACES))
        if pending is None:
            vars(layout).pop(KEPT_LAYOUT, None)
            layout.reactivate(box.style)
            return draw(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        # Runs of one font are shown together, since some readers ignore a space that is shown by itself.
        for index, ((name, size), runs) in enumerate(groupby(pending, lambda run: (run.font.hash, run.size))):
            stream.set_font_size(name, size)
            if not index:
                stream.text_begins = len(stream.stream), pending[0].font
            show_runs(stream, list(runs))
        return []

    return draw_runs


def _find_runs(stream: Any, layout: Any, spaces: Mapping[int, float]) -> list[GlyphRun] | None:
    """Return the glyph runs of a line, or None if WeasyPrint has to draw it (line breaks, colour fonts).

    ``spaces`` maps byte offsets in the text to extra space in CSS pixels.
    """
    from weasyprint.text.ffi import TO_UNITS, ffi, pango

    if _BREAK.search(layout.text):
        return None
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    if pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
        return None
    text = layout.text.encode()
    if spacing := layout.justification_spacing:
        spaces = {match.start(): spacing for match in _SPACES.finditer(text)}
    runs: list[GlyphRun] = []
    for item, glyphs in iter_runs(line):
        if max(glyphs.glyph_ids) > EMPTY:
            return None
        pango_font = item.analysis.font
        font, size = stream.add_font(pango_font)
        if font.svg or font.png or font.colr or font.bitmap:
            return None
        start, end = item.offset, item.offset + item.length
        if spaces:
            run_spaces = {
                index - start: int(space * TO_UNITS)
                for index, space in spaces.items()
                if start <= index < end
            }
            glyphs = glyphs._replace(advances=_widen_advances(glyphs, run_spaces))
        runs.append(GlyphRun(font, size, pango_font, glyphs, text[start:end], bool(item.analysis.level % 2)))
    return runs


def _widen_advances(glyphs: RunGlyphs, spaces: Mapping[int, int]) -> list[int]:
    """Return the advances of a run's glyphs, including extra space.

    ``spaces`` maps byte offsets in the text to extra space in Pango units.
    """
    widths = glyphs.advances[:]
    last = {cluster: index for index, cluster in enumerate(glyphs.clusters)}
    cluster_starts = sorted(last)
    for index, space in spaces.items():
        widths[last[cluster_starts[bisect_right(cluster_starts, index) - 1]]] += space
    return widths
