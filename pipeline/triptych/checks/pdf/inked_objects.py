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

from triptych.checks.pdf.page_contents import Box
from triptych.checks.pdf.values import get_entry, get_name
from triptych.media.transformations import IDENTITY, Matrix, multiply_matrices

_MAX_FORM_DEPTH = 12
_UNCLIPPED: Box = (-1e6, -1e6, 1e6, 1e6)
InkedObjectKind: TypeAlias = Literal["fill", "line", "text", "picture", "shading"]


@dataclass(frozen=True, slots=True)
class InkColour:
    """The colour of an object.

    ``inks`` are the amounts of cyan, magenta, yellow and black from 0 to 1, or None if they are unknown.
    ``colour_space`` is the name of a colour space other than CMYK, such as RGB, Lab or a spot colour.
    """

    inks: tuple[float, float, float, float] | None
    colour_space: str = ""

    @property
    def total_ink(self) -> float:
        """The total ink coverage in percent."""
        return 100 * sum(self.inks) if self.inks else 0.0

    @property
    def is_paper_white(self) -> bool:
        """Whether the colour uses no ink, so that the paper shows."""
        return self.inks is not None and not any(self.inks)


BLACK = InkColour((0, 0, 0, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class InkedObject:
    """A painted object with its bounding box, line width and font size in points.

    ``picture`` is an image with its transformation matrix, or None for other objects.
    """

    kind: InkedObjectKind
    box: Box
    colour: InkColour
    line_width: float = 0.0
    font_size: float = 0.0
    picture: Any = None


@dataclass(frozen=True, slots=True)
class _GraphicsState:
    matrix: Matrix
    clip: Box = _UNCLIPPED
    fill_colour: InkColour = BLACK
    stroke_colour: InkColour = BLACK
    fill_space: Any = None
    stroke_space: Any = None
    line_width: float = 1.0
    font_size: float = 0.0
    is_hidden: bool = False


def list_inked_objects(page: pikepdf.Page) -> list[InkedObject]:
    """Return the objects that a page paints, in painting order."""
    return list(_interpret_stream(page, get_entry(page.obj, "/Resources"), _GraphicsState(IDENTITY), 0))


@dataclass(slots=True)
class _Path:
    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)

    def add_points(self, matrix: Matrix, *coordinates: float) -> None:
        a, b, c, d, e, f = matrix
        for x, y in zip(coordinates[::2], coordinates[1::2], strict=True):
            self.xs.append(a * x + c * y + e)
            self.ys.append(b * x + d * y + f)

    @property
    def box(self) -> Box | None:
        return (min(self.xs), min(self.ys), max(self.xs), max(self.ys)) if self.xs else None


def _interpret_stream(
    stream: Any, resources: Any, state: _GraphicsState, depth: int
) -> Iterator[InkedObject]:
    """Interpret a content stream and yield the objects that it paints."""
    stack: list[_GraphicsState] = []
    path = _Path()
    clips = False
    line = text = IDENTITY
    leading = 0.0
    for instruction in pikepdf.parse_content_stream(stream):
        operands: Any = instruction.operands
        op = str(instruction.operator)
        if op == "q":
            stack.append(state)
        elif op == "Q" and stack:
            state = stack.pop()
        elif op == "cm":
            state = replace(state, matrix=multiply_matrices(_parse_matrix(operands), state.matrix))
        elif op == "w":
            state = replace(state, line_width=float(operands[0]))
        elif op == "gs":
            state = _apply_graphics_state(state, get_entry(resources, "/ExtGState", str(operands[0])))
        elif op in _COLOUR_OPERATORS:
            state = _apply_colour(state, op, list(operands), resources)
        elif op == "re":
            x, y, width, height = map(float, operands)
            path.add_points(state.matrix, x, y, x + width, y, x + width, y + height, x, y + height)
        elif op in ("m", "l", "c", "v", "y"):
            path.add_points(state.matrix, *map(float, operands))
        elif op in ("W", "W*"):
            clips = True
        elif op in _PAINT_OPERATORS:
            box = path.box
            if clips and box:
                state = replace(state, clip=_intersect_boxes(state.clip, box) or (0, 0, 0, 0))
            if box and not state.is_hidden:
                yield from _make_path_objects(op, box, state)
            path, clips = _Path(), False
        elif op == "sh":
            space = get_entry(resources, "/Shading", str(operands[0]), "/ColorSpace")
            yield InkedObject(
                kind="shading", box=state.clip, colour=InkColour(None, get_colour_space_name(space))
            )
        elif op == "BT":
            line = text = IDENTITY
        elif op == "Tf":
            state = replace(state, font_size=float(operands[1]))
        elif op == "Tm":
            line = text = _parse_matrix(operands)
        elif op in ("Td", "TD"):
            line = text = multiply_matrices((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
            leading = -float(operands[1]) if op == "TD" else leading
        elif op == "TL":
            leading = float(operands[0])
        elif op == "T*":
            line = text = multiply_matrices((1, 0, 0, 1, 0, -leading), line)
        elif op in ("Tj", "TJ", "'", '"'):
            yield _make_text_object(multiply_matrices(text, state.matrix), state)
        elif op == "Do":
            xobject = get_entry(resources, "/XObject", str(operands[0]))
            yield from _read_xobject(xobject, resources, state, depth)


def _read_xobject(xobject: Any, resources: Any, state: _GraphicsState, depth: int) -> Iterator[InkedObject]:
    if get_name(get_entry(xobject, "/Subtype")) == "Image":
        if box := _intersect_boxes(state.clip, _transform_box(state.matrix, (0, 0, 1, 1))):
            colour = InkColour(None, get_colour_space_name(get_entry(xobject, "/ColorSpace")))
            yield InkedObject(kind="picture", box=box, colour=colour, picture=(xobject, state.matrix))
    elif get_name(get_entry(xobject, "/Subtype")) == "Form" and depth < _MAX_FORM_DEPTH:
        form_matrix = get_entry(xobject, "/Matrix")
        matrix = (
            multiply_matrices(_parse_matrix(form_matrix), state.matrix)
            if form_matrix is not None
            else state.matrix
        )
        inner = replace(state, matrix=matrix)
        yield from _interpret_stream(xobject, get_entry(xobject, "/Resources") or resources, inner, depth + 1)


_COLOUR_OPERATORS = frozenset("g G rg RG k K cs CS sc scn SC SCN".split())
_FILL_OPERATORS = frozenset("f F f* B B* b b*".split())
_STROKE_OPERATORS = frozenset("S s B B* b b*".split())
_PAINT_OPERATORS = _FILL_OPERATORS | _STROKE_OPERATORS | {"n"}


def _make_path_objects(operator: str, box: Box, state: _GraphicsState) -> Iterator[InkedObject]:
    if operator in _FILL_OPERATORS and (visible_box := _intersect_boxes(state.clip, box)):
        width = min(box[2] - box[0], box[3] - box[1])
        yield InkedObject(kind="fill", box=visible_box, colour=state.fill_colour, line_width=width)
    if operator in _STROKE_OPERATORS and (visible_box := _intersect_boxes(state.clip, box)):
        yield InkedObject(
            kind="line",
            box=visible_box,
            colour=state.stroke_colour,
            line_width=state.line_width * _get_scale(state.matrix),
        )


def _make_text_object(matrix: Matrix, state: _GraphicsState) -> InkedObject:
    x, y = matrix[4], matrix[5]
    size = state.font_size * math.hypot(matrix[2], matrix[3])
    return InkedObject(kind="text", box=(x, y, x, y), colour=state.fill_colour, font_size=size)


def _apply_graphics_state(state: _GraphicsState, parameters: Any) -> _GraphicsState:
    weight = get_entry(parameters, "/LW")
    alpha = get_entry(parameters, "/ca")
    if weight is not None:
        state = replace(state, line_width=float(weight))
    return replace(state, is_hidden=float(alpha) == 0) if alpha is not None else state


def _apply_colour(
    state: _GraphicsState, operator: str, operands: list[Any], resources: Any
) -> _GraphicsState:
    """Apply an operator that sets a colour or colour space (8.6), and return the new graphics state."""
    strokes = operator.isupper()
    spaces = {"g": "/DeviceGray", "rg": "/DeviceRGB", "k": "/DeviceCMYK"}
    if operator in ("cs", "CS"):
        resource_name = str(operands[0])
        space = get_entry(resources, "/ColorSpace", resource_name)
        space = operands[0] if space is None else space
        colour = InkColour(
            (0, 0, 0, 1),
            "" if get_colour_space_name(space) in ("", "DeviceGray") else get_colour_space_name(space),
        )
    else:
        space = state.stroke_space if strokes else state.fill_space
        if operator.lower() in spaces:
            space = pikepdf.Name(spaces[operator.lower()])
        colour = _make_colour(
            space, [float(value) for value in operands if not isinstance(value, pikepdf.Name)]
        )
    if strokes:
        return replace(state, stroke_colour=colour, stroke_space=space)
    return replace(state, fill_colour=colour, fill_space=space)


def _make_colour(space: Any, values: list[float]) -> InkColour:
    name = get_colour_space_name(space)
    if name == "DeviceGray" and len(values) == 1:
        return InkColour((0, 0, 0, 1 - values[0]))
    if name == "" and len(values) == 4:
        return InkColour((values[0], values[1], values[2], values[3]))
    return InkColour(None, name)


def get_colour_space_name(space: Any) -> str:
    """Return the name of a colour space, such as DeviceGray, RGB or Lab, with spot colours in quotes.

    Return "" for CMYK and for patterns.
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
        return get_colour_space_name(space[1])
    if kind in ("Separation", "DeviceN"):
        names = [get_name(colorant) for colorant in (space[1] if kind == "DeviceN" else [space[1]])]
        spots = [
            colorant
            for colorant in names
            if colorant not in ("Cyan", "Magenta", "Yellow", "Black", "All", "None")
        ]
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
    path.add_points(matrix, left, bottom, right, bottom, right, top, left, top)
    assert path.box is not None
    return path.box


def _intersect_boxes(box: Box, other: Box) -> Box | None:
    left, bottom = max(box[0], other[0]), max(box[1], other[1])
    right, top = min(box[2], other[2]), min(box[3], other[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None
