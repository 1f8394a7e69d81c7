"""Measure the advances of characters and read the glyph runs of Pango's layouts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from weasyprint_typography.styles import shared_style

KEPT = "typography_kept"  # attribute of a layout: Pango's layout after WeasyPrint has dropped it
_WIDTHS = "typography_widths"  # attribute of a style
_FIELDS = 5  # 32-bit fields of PangoGlyphInfo; the last one says whether the glyph begins a cluster


def character_width(character: str, style: Any) -> float:
    """Return the width of a character in a style, in CSS pixels."""
    widths: dict[str, float] = shared_style(style).__dict__.setdefault(_WIDTHS, {})
    if character not in widths:
        widths[character] = sum(measure_advances(character, style))
    return widths[character]


def measure_advances(text: str, style: Any) -> list[float]:
    """Return the advance of each character of a line of text, in CSS pixels.

    The advance of a ligature is divided evenly between its characters.
    """
    from weasyprint.text.line_break import Layout

    layout = Layout(style)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    return _advances_of_line(line, text, style)


def advances_of_layout(layout: Any, text: str, style: Any) -> list[float]:
    """Return the advances of a text whose ``layout`` has been kept."""
    from weasyprint.text.ffi import pango

    return _advances_of_line(pango.pango_layout_get_line_readonly(getattr(layout, KEPT), 0), text, style)


def _advances_of_line(line: Any, text: str, style: Any) -> list[float]:
    result = _untrimmed_advances(line, text)
    if style["letter_spacing"] != "normal" and result:
        # Pango removes half of the letter spacing at each end of a line, and WeasyPrint adds it again.
        result[0] += style["letter_spacing"] / 2
        result[-1] += style["letter_spacing"] / 2
    return result


def _untrimmed_advances(line: Any, text: str) -> list[float]:
    from weasyprint.text.ffi import FROM_UNITS

    clusters: dict[int, int] = {}
    for item, glyphs in runs_of(line):
        offset = item.offset
        for place, advance in zip(glyphs.clusters, glyphs.widths, strict=True):
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
    """Count the glyphs of a line's text."""
    from weasyprint.text.ffi import ffi, pango

    place = pango.pango_layout_get_line_readonly(getattr(box.pango_layout, KEPT), 0).runs
    count = 0
    while place != ffi.NULL:
        count += place.data.glyphs.num_glyphs
        place = place.next
    return count


class RunGlyphs(NamedTuple):
    """The glyphs of a run.

    ``numbers`` are glyph ids. ``widths``, ``moves`` (horizontal offsets) and ``rises`` (vertical offsets) are
    in Pango units. ``clusters`` is the byte of the run's text at which the cluster of each glyph begins.
    """

    numbers: list[int]
    widths: list[int]
    moves: list[int]
    rises: list[int]
    clusters: list[int]


def runs_of(line: Any) -> Iterator[tuple[Any, RunGlyphs]]:
    """Yield the runs of a laid-out line, as Pango's item and its glyphs, which are read in one go."""
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


_WHOLE = "typography_whole"  # attribute of a text


class UnbrokenText(NamedTuple):
    """The layout of a text that is set in one line."""

    text: str
    style: Any
    pango_layout: Any
    width: float
    height: float
    margin: float
    baseline: float

    @classmethod
    def of_box(cls, box: Any) -> UnbrokenText:
        """Return the layout of a text box that WeasyPrint has laid out."""
        return cls(box.text, box.style, box.pango_layout, box.width, box.height, box.margin_top, box.baseline)

    def fits_text(self, box: Any) -> bool:
        """Whether WeasyPrint would lay out the text of ``box`` in the same way."""
        return self.style is box.style and self.text == box.text

    def copy_to(self, box: Any) -> Any:
        """Return a copy of a text box with this layout."""
        new = box.copy()
        new.pango_layout, new.width, new.height = self.pango_layout, self.width, self.height
        new.margin_top = new.margin_bottom = self.margin
        new.baseline = self.baseline
        return new


def unbroken_text_of(box: Any, room: float | None) -> UnbrokenText | None:
    """Return the kept layout of a text, or None if there is none or it does not fit into ``room``.

    ``room`` is a width in CSS pixels; None is unlimited.
    """
    whole: UnbrokenText | None = getattr(box, _WHOLE, None)
    fits = whole and whole.fits_text(box) and (room is None or whole.width <= room)
    return whole if fits else None


def keep_unbroken_text(box: Any, new: Any) -> None:
    """Keep the layout ``new`` of the text of ``box``, if it contains the whole text."""
    if new.text == box.text:
        setattr(box, _WHOLE, UnbrokenText.of_box(new))


def measure_text(context: Any, box: Any) -> list[float]:
    """Return the advances of a text box, and keep its unbroken layout for its line."""
    from weasyprint.layout.inline import split_text_box

    whole, rest, _ = split_text_box(context, box, None, 0)
    if whole is None or rest is not None or whole.text != box.text:  # of a line that ends within it
        return measure_advances(box.text, box.style)
    return advances_of_layout(whole.pango_layout, box.text, box.style)
