"""A line of text in a drawing, set as a line of the page is.

WeasyPrint sets each letter of a drawing by itself, without kerning or joins, and makes an object of each line
that is not anchored at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from triptych.media.fonts.shaping import begins_at_right


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text in a colour as CSS writes it.

    ``y`` is where its baseline is, ``x`` where a ``share`` of its length is; ``moved`` is the operator that
    moves it, b"" for none.
    """

    text: str
    x: float
    y: float
    share: float
    families: tuple[str, ...]
    size: float
    weight: int
    fill: str
    moved: bytes = b""


def write(stream: Any, words: Words, context: Any) -> None:
    """Show the words in a content stream of the engine, in the colour that is set there."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import Style, TextBox
    from weasyprint.text.line_break import split_first_line

    if not words.text or not words.fill:
        return
    style = Style(INITIAL_VALUES)
    style.update(font_family=words.families, font_size=words.size, font_weight=words.weight)
    style["direction"] = "rtl" if begins_at_right(words.text) else "ltr"
    style.font_config = context.font_config
    layout, _, _, width, _, baseline = split_first_line(words.text, style, context, inf, 0)
    layout.reactivate(style)
    box = TextBox(layout, style)
    box.baseline = baseline
    matrix = Matrix(d=-1, e=words.x - width * words.share, f=words.y)
    if words.moved:
        stream.push_state()
        stream.stream.append(words.moved)
    stream.begin_text()
    draw_first_line(stream, box, "none", "none", matrix)
    stream.end_text()
    if words.moved:
        stream.pop_state()
