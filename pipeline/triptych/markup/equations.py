"""Write the numbers of equations at the baselines of their rows."""

from __future__ import annotations

from triptych.markup.xml import escape, tag
from triptych.media.formulas.formulas import FormulaDrawing
from triptych.model.nodes import END_OF_PROOF, Equation

_SOLID_BELOW = 0.15  # em from the baseline to the lower edge of a line set solid, in most font faces


def get_baseline_style(height: float) -> str:
    """Return the style of a number whose baseline is ``height`` em above the bottom of its formula."""
    return f"bottom:{max(height - _SOLID_BELOW, 0):.4f}em"


def get_number_class(number: str) -> str:
    """Return the classes of an equation's number, which are also those of the end mark if it is one."""
    return "equation-number qed" if number == END_OF_PROOF else "equation-number"


def speaks_row_numbers(equation: Equation, numbers: tuple[str, ...]) -> bool:
    """Return whether the spoken form of an equation contains the numbers of its rows."""
    return all(number in equation.spoken for number in numbers)


def write_row_numbers(
    equation: Equation, numbers: tuple[str, ...], drawing: FormulaDrawing | None, *, hidden: bool = False
) -> str:
    """Return the XHTML of the numbers of an equation's rows, each at the baseline of its row.

    If the positions of the rows are unknown, distribute the numbers over the height of the drawing. If
    ``hidden`` is set, screen readers skip the numbers.
    """
    height, count = (drawing.height if drawing else 0.0), len(numbers)
    is_known = drawing is not None and len(drawing.rows) == count
    heights = drawing.rows if drawing and is_known else [height * (1 - (n + 1) / count) for n in range(count)]
    return "".join(
        tag(
            "span",
            escape(number),
            id=row.attr.id or None,
            class_=get_number_class(number),
            aria_hidden="true" if hidden else None,
            style=get_baseline_style(above),
        )
        for row, number, above in zip(equation.rows, numbers, heights, strict=True)
        if number
    )
