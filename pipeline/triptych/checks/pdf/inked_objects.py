"""List the painted objects of PDF pages with their bounding boxes and inks (ISO 32000-1, 8 and 9).

PDFium converts colours to RGB, so this module interprets the content streams itself. Text objects have a
position but no size, and clip paths are reduced to their bounding boxes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import pikepdf

from triptych.checks.pdf.page_contents import Box, Matrix, multiply
from triptych.checks.pdf.values import get_entry, get_name

_MAX_FORM_DEPTH = 12
_EVERYWHERE: Box = (-1e6, -1e6, 1e6, 1e6)
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
Kind: TypeAlias = Literal["fill", "line", "text", "picture", "shading"]


@dataclass(frozen=True, slots=True)
class InkColour:
    """The colour of an object.

    ``inks`` are the amounts of cyan, magenta, yellow and black from 0 to 1, or None if they are unknown.
    ``space`` is the name of any other colour space, such as RGB, Lab or a spot colour.
    """

    inks: tuple[float, float, float, float] | None
    space: str = ""

    @property
    def total(self) -> float:
        """The total ink coverage in percent."""
        return 100 * sum(self.inks) if self.inks else 0.0

    @property
    def is_paper(self) -> bool:
        """Whether the colour uses no ink, so that the paper is visible."""
        return self.inks is not None and not any(self.inks)


BLACK = InkColour((0, 0, 0, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class InkedObject:
    """A painted object with its bounding box, line width and font size in points.

    ``picture`` is the image object with its transformation matrix, or None for other objects.
    """

    kind: Kind
    box: Box
    colour: InkColour
    weight: float = 0.0
    size: float = 0.0
    picture: Any = None


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix
    clip: Box = _EVERYWHERE
    fill: InkColour = BLACK
    stroke: InkColour = BLACK
    fill_space: Any = None
    stroke_space: Any = None
    weight: float = 1.0
    font_size: float = 0.0
    hidden: bool = False


def list_inked_objects(page: pikepdf.Page) -> list[InkedObject]:
    """Return the objects that a page paints, in painting order."""
    return list(_read_stream(page, get_entry(page.obj, "/Resources"), _State(_IDENTITY), 0))


@dataclass(slots=True)
class _Path:
    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)

    def add(self, matrix: Matrix, *values: float) -> None:
        a, b, c, d, e, f = matrix
        for x, y in zip(values[::2], values[1::2], strict=True):
            self.xs.append(a * x + c * y + e)
            self.ys.append(b * x + d * y + f)

    @property
    def box(self) -> Box | None:
        return (min(self.xs), min(self.ys), max(self.xs), max(self.ys)) if self.xs else None


def _read_stream(stream: Any, resources: Any, state: _State, depth: int) -> Iterator[InkedObject]:
    """Interpret a content stream, and yield the objects that it paints."""
    stack: list[_State] = []
    path = _Path()
    clips = False
    line = text = _IDENTITY
    leading = 0.0
    for instruction in pikepdf.parse_content_stream(stream):
        operands: Any = instruction.operands
        op = str(instruction.operator)
        if op == "q":
            stack.append(state)
        elif op == "Q" and stack:
            state = stack.pop()
        elif op == "cm":
            state = replace(state, matrix=multiply(_parse_matrix(operands), state.matrix))
        elif op == "w":
            state = replace(state, weight=float(operands[0]))
        elif op == "gs":
            state = _apply_graphics_state(state, get_entry(resources, "/ExtGState", str(operands[0])))
        elif op in _COLOURS:
            state = _apply_colour(state, op, list(operands), resources)
        elif op == "re":
            x, y, width, height = map(float, operands)
            path.add(state.matrix, x, y, x + width, y, x + width, y + height, x, y + height)
        elif op in ("m", "l", "c", "v", "y"):
            path.add(state.matrix, *map(float, operands))
        elif op in ("W", "W*"):
            clips = True
        elif op in _PAINTS:
            box = path.box
            if clips and box:
                state = replace(state, clip=_intersect(state.clip, box) or (0, 0, 0, 0))
            if box and not state.hidden:
                yield from _make_path_objects(op, box, state)
            path, clips = _Path(), False
        elif op == "sh":
            space = get_entry(resources, "/Shading", str(operands[0]), "/ColorSpace")
            yield InkedObject(kind="shading", box=state.clip, colour=InkColour(None, get_space_name(space)))
        elif op == "BT":
            line = text = _IDENTITY
        elif op == "Tf":
            state = replace(state, font_size=float(operands[1]))
        elif op == "Tm":
            line = text = _parse_matrix(operands)
        elif op in ("Td", "TD"):
            line = text = multiply((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
            leading = -float(operands[1]) if op == "TD" else leading
        elif op == "TL":
            leading = float(operands[0])
        elif op == "T*":
            line = text = multiply((1, 0, 0, 1, 0, -leading), line)
        elif op in ("Tj", "TJ", "'", '"'):
            yield _make_text(multiply(text, state.matrix), state)
        elif op == "Do":
            drawn = get_entry(resources, "/XObject", str(operands[0]))
            yield from _read_object(drawn, resources, state, depth)


def _read_object(drawn: Any, resources: Any, state: _State, depth: int) -> Iterator[InkedObject]:
    if get_name(get_entry(drawn, "/Subtype")) == "Image":
        if box := _intersect(state.clip, _transform_box(state.matrix, (0, 0, 1, 1))):
            colour = InkColour(None, get_space_name(get_entry(drawn, "/ColorSpace")))
            yield InkedObject(kind="picture", box=box, colour=colour, picture=(drawn, state.matrix))
    elif get_name(get_entry(drawn, "/Subtype")) == "Form" and depth < _MAX_FORM_DEPTH:
        own = get_entry(drawn, "/Matrix")
        matrix = multiply(_parse_matrix(own), state.matrix) if own is not None else state.matrix
        inner = replace(state, matrix=matrix)
        yield from _read_stream(drawn, get_entry(drawn, "/Resources") or resources, inner, depth + 1)


_COLOURS = frozenset("g G rg RG k K cs CS sc scn SC SCN".split())
_FILLS = frozenset("f F f* B B* b b*".split())
_STROKES = frozenset("S s B B* b b*".split())
_PAINTS = _FILLS | _STROKES | {"n"}


def _make_path_objects(op: str, box: Box, state: _State) -> Iterator[InkedObject]:
    if op in _FILLS and (inside := _intersect(state.clip, box)):
        width = min(box[2] - box[0], box[3] - box[1])
        yield InkedObject(kind="fill", box=inside, colour=state.fill, weight=width)
    if op in _STROKES and (inside := _intersect(state.clip, box)):
        yield InkedObject(
            kind="line", box=inside, colour=state.stroke, weight=state.weight * _get_scale(state.matrix)
        )


def _make_text(matrix: Matrix, state: _State) -> InkedObject:
    x, y = matrix[4], matrix[5]
    size = state.font_size * math.hypot(matrix[2], matrix[3])
    return InkedObject(kind="text", box=(x, y, x, y), colour=state.fill, size=size)


def _apply_graphics_state(state: _State, states: Any) -> _State:
    weight = get_entry(states, "/LW")
    alpha = get_entry(states, "/ca")
    if weight is not None:
        state = replace(state, weight=float(weight))
    return replace(state, hidden=float(alpha) == 0) if alpha is not None else state


def _apply_colour(state: _State, op: str, operands: list[Any], resources: Any) -> _State:
    """Return the graphics state after an operator that sets a colour or colour space (8.6)."""
    strokes = op.isupper()
    spaces = {"g": "/DeviceGray", "rg": "/DeviceRGB", "k": "/DeviceCMYK"}
    if op in ("cs", "CS"):
        named = str(operands[0])
        space = get_entry(resources, "/ColorSpace", named)
        space = operands[0] if space is None else space
        colour = InkColour(
            (0, 0, 0, 1), "" if get_space_name(space) in ("", "DeviceGray") else get_space_name(space)
        )
    else:
        space = state.stroke_space if strokes else state.fill_space
        if op.lower() in spaces:
            space = pikepdf.Name(spaces[op.lower()])
        colour = _make_colour(
            space, [float(value) for value in operands if not isinstance(value, pikepdf.Name)]
        )
    if strokes:
        return replace(state, stroke=colour, stroke_space=space)
    return replace(state, fill=colour, fill_space=space)


def _make_colour(space: Any, values: list[float]) -> InkColour:
    name = get_space_name(space)
    if name == "DeviceGray" and len(values) == 1:
        return InkColour((0, 0, 0, 1 - values[0]))
    if name == "" and len(values) == 4:
        return InkColour((values[0], values[1], values[2], values[3]))
    return InkColour(None, name)


def get_space_name(space: Any) -> str:
    """Return the name of a colour space, such as DeviceGray, RGB or Lab; spot colours are in quotes.

    The name of CMYK colour spaces and patterns is "".
    """
    if isinstance(space, pikepdf.Name):
        aliases = {"DeviceCMYK": "", "Pattern": "", "DeviceRGB": "RGB", "CMYK": "", "G": "DeviceGray"}
        return aliases.get(get_name(space), get_name(space))
    if not isinstance(space, pikepdf.Array) or not len(space):
        return ""
    kind = get_name(space[0])
    if kind == "ICCBased":
        return {1: "DeviceGray", 3: "RGB"}.get(int(get_entry(space[1], "/N") or 0), "")
    if kind == "Indexed":
        return get_space_name(space[1])
    if kind in ("Separation", "DeviceN"):
        names = [get_name(one) for one in (space[1] if kind == "DeviceN" else [space[1]])]
        spots = [one for one in names if one not in ("Cyan", "Magenta", "Yellow", "Black", "All", "None")]
        return f'"{spots[0]}"' if spots else ""
    return {"CalRGB": "RGB", "CalGray": "DeviceGray", "Pattern": ""}.get(kind, kind)


def _parse_matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def _get_scale(matrix: Matrix) -> float:
    """Return the factor by which a matrix scales line widths."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def _transform_box(matrix: Matrix, box: Box) -> Box:
    path = _Path()
    left, bottom, right, top = box
    path.add(matrix, left, bottom, right, bottom, right, top, left, top)
    assert path.box is not None
    return path.box


def _intersect(one: Box, other: Box) -> Box | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None
