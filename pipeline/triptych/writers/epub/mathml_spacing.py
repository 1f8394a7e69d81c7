"""Space the operators of MathML Core as TeX does.

The operator dictionary of MathML Core has the spaces of each operator, whatever its neighbours are. TeX has
no space between two relations, or between a large operator and a comma, and few spaces in scripts.
"""

from __future__ import annotations

import re

from lxml import etree

from triptych.media.formulas.row_parts import (
    BARS,
    CORNERS,
    OPERANDS,
    classify_operator,
    find_bracket_role,
    is_large_operator,
    is_mathematical_alphanumeric,
    strip_invisible,
)

SCRIPTS = frozenset("msub msup msubsup".split())
LIMITS = frozenset("munder mover munderover".split())
_SCRIPTED = SCRIPTS | LIMITS
_THIN_SPACE, _THICK_SPACE = "0.1667em", "0.2778em"
_OPERATOR_SPACES = {"bin": "0.2222em", "rel": _THICK_SPACE}
_APPLICATION = "\N{FUNCTION APPLICATION}"
_MIN_FORMULA_GAP = 0.9  # em: the minimum space between formulas side by side
_EM = re.compile(r"[\d.]+(?=em)")
_FORMS = {"prefix": "open", "postfix": "close"}
_COLOURED = ("mstyle", "mrow")
_GROUPS = frozenset("mrow mstyle mpadded mphantom".split())
# Elements whose first and last operators have operands outside.
_OPEN_ROWS = frozenset(("math", "mtd", "mstyle"))


def find_base(part: etree._Element) -> etree._Element:
    """Return the base of an element with scripts or limits, or a coloured operator, or the element itself."""
    if len(part) and (part.tag in _SCRIPTED or (len(part) == 1 and part.tag in _COLOURED)):
        return find_base(part[0])
    return part


def classify_part(part: etree._Element) -> str:
    """Return the type of an atom; a "gap" is a space between two formulas on one line."""
    if part.tag == "mspace":
        width = _EM.match(part.get("width", ""))
        return "gap" if width and float(width[0]) >= _MIN_FORMULA_GAP else "space"
    base = find_base(part)
    sign = strip_invisible(base.text or "").strip()
    if base.tag != "mo":
        if base.tag == "mi" and len(sign) > 1:
            return "op"
        return "bin" if base is part and sign in ("−", "+", "±") else "ord"
    if not sign:
        return "space"
    return _FORMS.get(base.get("form", "")) or classify_operator(sign)


def space_operators(row: etree._Element, *, script: bool) -> None:
    """Set the spaces of the operators in a row where those of TeX differ from those of MathML Core."""
    before, last = "", row
    for part in row:
        kind, operator = classify_part(part), find_base(part)
        if kind in ("space", "gap"):
            continue
        if operator.tag != "mo":
            _mark_outer_operators(part, before)
            kind = "ord" if kind == "bin" else kind
        elif operator.get("form") == "infix" and operator.get("stretchy") == "true":  # \middle
            _set_spaces(operator, "0", "0")
            kind = "open"
        elif (
            kind == "ord"
            or (script and kind in ("rel", "bin", "punct"))
            or operator.get("minsize")
            or (kind in ("open", "close") and not _is_fence_in_dictionary(operator, kind))
        ):
            _set_spaces(operator, "0", "0")
        elif (kind == "op" and before not in OPERANDS) or (kind == "rel" and before == "rel"):
            operator.set("lspace", "0")
        if before in ("rel", "op") and kind in ("rel", "punct", "close") and last.tag == "mo":
            last.set("rspace", "0")
            if before == kind == "rel" and last.text == ":":
                last.set("lspace", _THICK_SPACE)
        before, last = kind, operator
    if before in ("rel", "bin", "op") and last.tag == "mo" and row.tag not in _OPEN_ROWS and len(row) > 1:
        last.set("rspace", "0")


def space_lone_operator(cell: etree._Element) -> None:
    """Write the spaces around an operator that is alone in a cell, with operands outside, as ``mspace``.

    Browsers ignore the spaces of such an operator. TeX has them beside an empty group ``{}``, and at the
    start of a left-aligned cell of an aligned formula, where it inserts such a group.
    """
    shown = [part for part in cell if part.tag != "mrow" or len(part)]
    width = _OPERATOR_SPACES.get(classify_part(shown[0])) if len(shown) == 1 else None
    if width is None or shown[0].tag != "mo":
        return
    (operator,) = shown
    row = cell.getparent()
    table = None if row is None else row.getparent()
    is_aligned = table is not None and "aligned" in table.get("class", "").split()
    is_left = is_aligned and row is not None and row.index(cell) % 2 == 1
    sides = (operator.getprevious() is not None or is_left, operator.getnext() is not None)
    if not any(sides):
        return
    cell[:] = [operator]
    _set_spaces(operator, "0", "0")
    for add, has_operand in zip((operator.addprevious, operator.addnext), sides, strict=True):
        if has_operand:
            add(etree.Element("mspace", width=width))


def separate_text(row: etree._Element) -> None:
    """Add an empty identifier to a row that has only an operator and text.

    Otherwise, the whole row would be an operator, and the spaces of the operator would be around the text
    (MathML Core, 3.2.4.1).
    """
    others = [part for part in row if not _is_space_like(part)]
    if (
        len(others) == 1 < len(row)
        and find_base(others[0]).tag == "mo"
        and next(row.iter("mtext"), None) is not None
    ):
        etree.SubElement(row, "mi")


def _is_space_like(part: etree._Element) -> bool:
    return part.tag in ("mtext", "mspace") or (part.tag in _GROUPS and all(map(_is_space_like, part)))


def _is_fence_in_dictionary(operator: etree._Element, kind: str) -> bool:
    """Return whether MathML's dictionary has no spaces for an opening or closing delimiter, unlike ``](``."""
    sign = (operator.text or "").strip()
    return sign in BARS or (find_bracket_role(sign) == kind and sign not in CORNERS)


def _set_spaces(operator: etree._Element, before: str, after: str) -> None:
    operator.set("lspace", before)
    operator.set("rspace", after)


def _mark_outer_operators(part: etree._Element, before: str) -> None:
    """Mark the operators at the ends of a coloured part as binary if they have an operand outside."""
    if part.tag != "mstyle" or len(part) < 2:
        return
    for child, has_operand in ((part[0], before in OPERANDS), (part[-1], part.getnext() is not None)):
        operator = find_base(child)
        if has_operand and operator.tag == "mo" and classify_part(child) in ("rel", "bin"):
            operator.set("form", "infix")


def space_operator_names(row: etree._Element) -> None:
    r"""Add TeX's thin spaces around operator names, such as ``\log``.

    The invisible operator "function application" follows the name with its scripts, and has the space.
    """
    for child in list(row):
        if not _detach_application(child):
            continue
        previous, following = child.getprevious(), child.getnext()
        if previous is not None and _is_operand(previous):
            child.addprevious(etree.Element("mspace", width=_THIN_SPACE))
        if following is not None and _is_application(following):
            row.remove(following)
            following = child.getnext()
        if following is None:
            continue
        mark = etree.Element("mo")
        mark.text = _APPLICATION
        if not _is_fence_or_space(following):
            mark.set("rspace", _THIN_SPACE)
        child.addnext(mark)


def _detach_application(element: etree._Element) -> bool:
    """Return whether an element is an operator name; remove the function application from its base."""
    name = element.tag
    if name == "mrow" and len(element) == 2 and _is_application(element[1]) and _is_name(element[0]):
        operator = element[0]
        element.remove(element[1])
        element.tag, element.text = operator.tag, operator.text
        element.attrib.update(operator.attrib)
        element.remove(operator)
        return True
    if (name in SCRIPTS or name in LIMITS) and len(element):
        return _detach_application(element[0]) or (name in LIMITS and _is_limit_name(element))
    following = element.getnext()
    return _is_name(element) and following is not None and _is_application(following)


def _is_name(element: etree._Element) -> bool:
    text = (element.text or "").strip()
    return element.tag == "mi" and len(text) > 1 and not is_mathematical_alphanumeric(text[0])


def _is_limit_name(element: etree._Element) -> bool:
    """Return whether an element is the name of an operator with limits, rather than a word with an accent."""
    return _is_name(element[0]) and not any(part.get("accent") == "true" for part in element)


def _is_application(element: etree._Element) -> bool:
    return element.tag == "mo" and (element.text or "").strip() == _APPLICATION


def _is_operand(element: etree._Element) -> bool:
    """Return whether an element before an operator name is an operand, such as a letter or fraction."""
    name = element.tag
    if name == "mo":
        return element.get("form") == "postfix"
    if name in SCRIPTS and len(element) and element[0].tag == "mo":
        return _is_operand(element[0])
    return name not in ("mspace", "mtext") and not (
        name == "mi" and classify_operator((element.text or "x").strip() or "x") == "bin"
    )


def _is_fence_or_space(element: etree._Element) -> bool:
    """Return whether no space belongs between an operator name and an element."""
    name = element.tag
    if name == "mrow" and len(element):
        return _is_fence_or_space(element[0])
    if name in SCRIPTS and len(element) and element[0].tag == "mo":
        return True
    return name in ("mo", "mspace") and not is_large_operator((element.text or "").strip())
