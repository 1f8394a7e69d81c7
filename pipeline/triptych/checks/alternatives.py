"""Markup that some programs understand and others do not (ECMA-376 Part 3): native equations.

A program takes the choice whose requirements it knows, else the fallback. So each is looked at by itself.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_A14 = "{http://schemas.microsoft.com/office/drawing/2010/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def as_newest(tree: Any) -> Any:
    """A part as a program sees it that knows all that is required."""
    return _without(tree, f"{_MC}Fallback")


def as_oldest(tree: Any) -> Any:
    """A part as a program sees it that knows nothing of what is required."""
    return _without(tree, f"{_MC}Choice")


def _without(tree: Any, tag: str) -> Any:
    if next(tree.iter(tag), None) is None:
        return tree
    seen = copy.deepcopy(tree)
    for element in list(seen.iter(tag)):
        element.getparent().remove(element)
    return seen


def problems(tree: Any) -> Iterator[str]:
    """What is wrong with the alternatives and the equations of a part, without the part's name."""
    for element in tree.iter(f"{_MC}AlternateContent"):
        choices, fallbacks = element.findall(f"{_MC}Choice"), element.findall(f"{_MC}Fallback")
        if not choices or len(fallbacks) != 1 or not len(fallbacks[0]):
            yield "an alternative without a choice or without a fallback"
        for choice in choices:
            for prefix in choice.get("Requires", "").split() or [""]:
                if prefix not in choice.nsmap:
                    yield f'an alternative requires "{prefix}", which is declared nowhere'
    for formula in tree.iter(f"{_A14}m"):
        if next(formula.iterancestors(f"{_MC}Choice"), None) is None:
            yield "an equation that is no choice of an alternative"
        if next(formula.iter(f"{_W}*"), None) is not None:
            yield "an equation with properties of a text document"
        for run in formula.iter(f"{_M}r"):
            properties = run.find(f"{_A}rPr")
            if properties is None or not properties.get("lang"):
                yield "an equation with characters without a language"
                break
    for shape in tree.iter(f"{_P}sp"):
        if _is_equation(shape) and not any(
            item.get("descr", "").strip() for item in shape.iter(f"{_P}cNvPr")
        ):
            yield "an equation without an alternative text"


def _is_equation(shape: Any) -> bool:
    """Whether a shape shows a displayed equation and no text."""
    displayed = next(shape.iter(f"{_M}oMathPara"), None) is not None
    return displayed and next(shape.iter(f"{_A}t"), None) is None and len(list(shape.iter(f"{_A14}m"))) == 1
