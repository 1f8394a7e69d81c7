"""Markup that some programs understand and others do not (ECMA-376 Part 3): native equations.

A program takes the choice whose requirements it knows, else the fallback. So each is looked at by itself.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from triptych.ooxml.xml import A14, MC, A, M, P, W


def as_newest(tree: Any) -> Any:
    """A part as a program sees it that knows all that is required."""
    return _without(tree, f"{MC}Fallback")


def as_oldest(tree: Any) -> Any:
    """A part as a program sees it that knows nothing of what is required."""
    return _without(tree, f"{MC}Choice")


def _without(tree: Any, tag: str) -> Any:
    if next(tree.iter(tag), None) is None:
        return tree
    seen = copy.deepcopy(tree)
    for element in list(seen.iter(tag)):
        element.getparent().remove(element)
    return seen


def problems(tree: Any) -> Iterator[str]:
    """What is wrong with the alternatives and the equations of a part, without the part's name."""
    for element in tree.iter(f"{MC}AlternateContent"):
        choices, fallbacks = element.findall(f"{MC}Choice"), element.findall(f"{MC}Fallback")
        if not choices or len(fallbacks) != 1 or not len(fallbacks[0]):
            yield "mc:AlternateContent needs a Choice and exactly one Fallback with content"
        for choice in choices:
            for prefix in choice.get("Requires", "").split() or [""]:
                if prefix not in choice.nsmap:
                    yield f'mc:Choice requires the undeclared namespace prefix "{prefix}"'
    for formula in tree.iter(f"{A14}m"):
        if next(formula.iterancestors(f"{MC}Choice"), None) is None:
            yield "an equation is outside an mc:Choice"
        if next(formula.iter(f"{W}*"), None) is not None:
            yield "an equation contains WordprocessingML elements"
        for run in formula.iter(f"{M}r"):
            properties = run.find(f"{A}rPr")
            if properties is None or not properties.get("lang"):
                yield "an equation has a run without a language"
                break
    for shape in tree.iter(f"{P}sp"):
        if _is_equation(shape) and not any(item.get("descr", "").strip() for item in shape.iter(f"{P}cNvPr")):
            yield "an equation has no alt text"


def _is_equation(shape: Any) -> bool:
    """Whether a shape shows a displayed equation and no text."""
    displayed = next(shape.iter(f"{M}oMathPara"), None) is not None
    return displayed and next(shape.iter(f"{A}t"), None) is None and len(list(shape.iter(f"{A14}m"))) == 1
