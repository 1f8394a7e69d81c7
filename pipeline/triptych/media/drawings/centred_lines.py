"""Lines that Graphviz has centred one over another, said to be centred.

Of a label with bold or other marks in it Graphviz writes where each piece begins, worked out for the face
that it knows. Set in another face, lines that are wider or narrower there would not stand over each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from triptych.media.xml_names import SPACE, SVG, take_out

_NEAR = 1.0  # user units, by which the places that an engine writes may be off
_LOOKS = ("font-family", "font-size", "font-weight", "font-style", "fill", "fill-opacity")

_Line = list[etree._Element]
Width = Callable[[etree._Element], float]


def centre_lines(root: etree._Element, width: Width) -> None:
    """Make each line of a centred label one text with its middle as its place.

    ``width`` is how wide a text is in the face that the drawing was laid out for, in user units.
    """
    for group in root.iter(f"{SVG}g"):
        lines = list(_lines([child for child in group if _is_piece(child)], width))
        middles = [(float(line[0].get("x", "0")) + _end(line[-1], width)) / 2 for line in lines]
        if len(lines) > 1 and max(middles) - min(middles) < _NEAR:
            for line in lines:
                _join(line, sum(middles) / len(middles))


def _is_piece(element: etree._Element) -> bool:
    placed = element.get("x") is not None and element.get("y") is not None
    return (
        element.tag == f"{SVG}text" and placed and not len(element) and element.get("text-anchor") == "start"
    )


def _lines(pieces: _Line, width: Width) -> Iterator[_Line]:
    """Pieces in lines: one follows another where it ends, on the same height."""
    line: _Line = []
    for piece in pieces:
        on_it = line and piece.get("y") == line[-1].get("y")
        if line and not (on_it and abs(float(piece.get("x", "0")) - _end(line[-1], width)) < _NEAR):
            yield line
            line = []
        line.append(piece)
    if line:
        yield line


def _end(piece: etree._Element, width: Width) -> float:
    return float(piece.get("x", "0")) + width(piece)


def _join(line: _Line, middle: float) -> None:
    first, *others = line
    words = first.text
    first.text = None
    for piece in line:
        span = etree.SubElement(first, f"{SVG}tspan")
        span.text = words if piece is first else piece.text
        for name in _LOOKS:
            if value := piece.get(name):
                span.set(name, value)
    first.set("text-anchor", "middle")
    first.set("x", f"{middle:.2f}")
    first.set(SPACE, "preserve")
    for piece in others:
        take_out(piece)
