"""Measure the advances of characters and read the glyph runs of Pango's layouts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from weasyprint_typography.styles import get_shared_style

KEPT_LAYOUT = "typography_kept"  # attribute of a layout: Pango's layout after WeasyPrint has dropped it
_WIDTHS = "typography_widths"  # attribute of a style
_DIGITS = "typography_digits"  # attribute of a style
_FIELDS = 5  # 32-bit fields of PangoGlyphInfo; the last one says whether the glyph begins a cluster


def get_character_width(character: str, style: Any) -> float:
    """Return the width of a character in a style, in CSS pixels."""
    widths: dict[str, float] = get_shared_style(style).__dict__.setdefault(_WIDTHS, {})
    if character not in widths:
        widths[character] = sum(measure_advances(character, style))
    return widths[character]


def measure_advances(text: str, style: Any) -> list[float]:
    """Return the advance of each character of a text that is set in one line, in CSS pixels.

    The advance of a ligature is divided evenly between its characters.
    """
    from weasyprint.text.line_break import Layout

    layout = Layout(style)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    return _measure_line_advances(line, text, style)


def measure_layout_advances(layout: Any, text: str, style: Any) -> list[float]:
    """Return the advance of each character of a text whose Pango ``layout`` was kept, in CSS pixels."""
    from weasyprint.text.ffi import pango

    return _measure_line_advances(
        pango.pango_layout_get_line_readonly(getattr(layout, KEPT_LAYOUT), 0), text, style
    )


def _measure_line_advances(line: Any, text: str, style: Any) -> list[float]:
    result = _measure_untrimmed_advances(line, text)
    if style["letter_spacing"] != "normal" and result:
        # Pango removes half of the letter spacing at each end of a line, and WeasyPrint adds it again.
        result[0] += style["letter_spacing"] / 2
        result[-1] += style["letter_spacing"] / 2
    return result


def _measure_untrimmed_advances(line: Any, text: str) -> list[float]:
    from weasyprint.text.ffi import FROM_UNITS

    clusters: dict[int, int] = {}
    for item, glyphs in iter_runs(line):
        offset = item.offset
        for place, advance in zip(glyphs.clusters, glyphs.advances, strict=True):
            clusters[offset + place] = clusters.get(offset + place, 0) + advance
    if len(clusters) == len(text) and text.isascii():
        return [clusters[byte] * FROM_UNITS for byte in range(len(text))]
    result: list[float] = []
    byte = 0
    members = 0
    width = 0.0
    for character in text:
        if byte in clusters:
            result += [width / members] * members if members else []
            width, members = clusters[byte] * FROM_UNITS, 0
        members += 1
        byte += len(character.encode())
    return result + ([width / members] * members if members else [])


def count_glyphs(box: Any) -> int:
    """Return the number of glyphs of a text box."""
    from weasyprint.text.ffi import ffi, pango

    place = pango.pango_layout_get_line_readonly(getattr(box.pango_layout, KEPT_LAYOUT), 0).runs
    count = 0
    while place != ffi.NULL:
        count += place.data.glyphs.num_glyphs
        place = place.next
    return count


class RunGlyphs(NamedTuple):
    """The glyphs of a Pango run, with advances and offsets in Pango units.

    For each glyph, ``clusters`` contains the byte offset in the text of the run at which its cluster begins.
    """

    glyph_ids: list[int]
    advances: list[int]
    x_offsets: list[int]
    y_offsets: list[int]
    clusters: list[int]


def iter_runs(line: Any) -> Iterator[tuple[Any, RunGlyphs]]:
    """Yield the Pango item and the glyphs of each run of a laid-out line."""
    from weasyprint.text.ffi import ffi

    place = line.runs
    while place != ffi.NULL:
        string = place.data.glyphs
        count = string.num_glyphs
        fields = memoryview(ffi.buffer(string.glyphs, count * 4 * _FIELDS)).cast("i").tolist()
        yield (
            place.data.item,
            RunGlyphs(
                fields[::_FIELDS],
                fields[1::_FIELDS],
                fields[2::_FIELDS],
                fields[3::_FIELDS],
                ffi.unpack(string.log_clusters, count),
            ),
        )
        place = place.next


class TabularDigits(NamedTuple):
    """The font and glyphs of interchangeable digits; ``layout`` keeps the font alive."""

    pango_font: Any
    glyphs: tuple[int, ...]
    layout: Any


def find_tabular_digits(style: Any, other_characters: str = "") -> TabularDigits | None:
    """Return the digit glyphs of a style, or None if its digits cannot replace each other in a line.

    They can if each digit always has the same glyph and advance, next to other digits and to any of
    ``other_characters``, and if the advances of all digits are equal.
    """
    cached_digits: dict[str, TabularDigits | None] = get_shared_style(style).__dict__.setdefault(_DIGITS, {})
    if other_characters not in cached_digits:
        cached_digits[other_characters] = _shape_digits(style, other_characters)
    return cached_digits[other_characters]


def _shape_digits(style: Any, other_characters: str) -> TabularDigits | None:
    from weasyprint.text.line_break import Layout

    letters = "0123456789" + other_characters
    text = "".join(first + second for first in letters for second in letters)
    layout = Layout(style)
    layout.set_text(text)
    runs = list(iter_runs(layout.get_first_line()[0]))
    if len(runs) != 1 or len(runs[0][1].glyph_ids) != len(text):
        return None
    item, (numbers, widths, x_offsets, rises, _) = runs[0]
    shapes: dict[str, set[tuple[int, ...]]] = {}
    # Pango removes letter spacing at both ends.
    for letter, *shape in list(zip(text, numbers, widths, x_offsets, rises, strict=True))[1:-1]:
        shapes.setdefault(letter, set()).add(tuple(shape))
    if any(len(glyphs_of_letter) > 1 for glyphs_of_letter in shapes.values()):
        return None
    digits = [next(iter(shapes[digit])) for digit in letters[:10]]
    if len({shape[1:] for shape in digits}) > 1:
        return None
    return TabularDigits(item.analysis.font, tuple(shape[0] for shape in digits), layout)


_UNBROKEN = "typography_whole"  # attribute of a text box


# The attributes of a text box that contain its layout.
_LAYOUT = ("pango_layout", "width", "height", "margin_top", "margin_bottom", "baseline")


def copy_unbroken_text_box(box: Any, available_width: float | None) -> Any:
    """Return a copy of a text box with its cached one-line layout.

    Return None if no layout is cached, or if it is wider than ``available_width`` CSS pixels. If
    ``available_width`` is None, the width is unlimited.
    """
    text, style, layout = getattr(box, _UNBROKEN, (None, None, None))
    if layout is None or style is not box.style or text != box.text:
        return None
    if available_width is not None and layout["width"] > available_width:
        return None
    new = box.copy()
    new.__dict__.update(layout)
    return new


def cache_unbroken_text(box: Any, new_box: Any) -> None:
    """Cache the one-line layout of a text box on ``box``.

    ``new_box`` is the part of ``box`` that was laid out on a line. Nothing is cached unless it contains the
    whole text.
    """
    if new_box.text == box.text:
        layout = {name: getattr(new_box, name) for name in _LAYOUT}
        setattr(box, _UNBROKEN, (new_box.text, new_box.style, layout))


def measure_text(context: Any, box: Any) -> list[float]:
    """Return the advance of each character of a text box in CSS pixels, and cache its one-line layout."""
    from weasyprint.layout.inline import split_text_box

    unbroken, rest, _ = split_text_box(context, box, None, 0)
    if unbroken is None or rest is not None or unbroken.text != box.text:  # a line ends within the text
        return measure_advances(box.text, box.style)
    return measure_layout_advances(unbroken.pango_layout, box.text, box.style)
