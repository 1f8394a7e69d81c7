"""Break formulas in MathML Core into lines, for pages that are narrower than the formula.

Browsers do not break a formula, but they do break between the children of ``math`` if these are inline boxes,
as the style sheet makes the elements of the class ``piece``. A formula stays one element, with one text
alternative. Displayed formulas are broken before operators, inline formulas after them, as in TeX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from itertools import pairwise

from lxml import etree

from triptych.media.formulas.markers import INTERTEXT
from triptych.media.formulas.row_parts import is_duplicate_space, strip_invisible
from triptych.writers.epub.mathml_spacing import classify_part, find_base, separate_text
from triptych.writers.epub.mathml_widths import measure_element

_MAX_SHORT_WIDTH = 6.0  # em: wider inline formulas can be broken
_MAX_SHORT_DISPLAY = 8.0  # em: wider displayed formulas can be broken
_PHONE_WIDTH = 17.0  # em: the text area of a narrow telephone
_NUMBER_WIDTH = 3.5  # em for the number of a formula
_INDENT = 2.0  # em: the indent of later lines
_TIGHT_OPERATORS = frozenset("⋅∘:")  # no line of a displayed formula begins with these
_WORDS, _SPACE = re.compile(r"[^ \t\n]*[ \t\n]+|[^ \t\n]+"), re.compile(r"[ \t\n]+")
_NO_BREAK_SPACE, _COLUMN_SPACE = "\u00a0", "\u2003"


def break_formula(root: etree._Element, *, display: bool, numbered: bool) -> tuple[list[str], str]:
    """Divide a ``math`` element that is wider than a phone screen, in place; return its classes and CSS."""
    room = _PHONE_WIDTH - (_NUMBER_WIDTH if numbered else 0.0)
    parts = list(root)
    table = parts[0] if parts and parts[0].tag == "mtable" else None
    if (
        display
        and table is not None
        and (table.get("displaystyle") == "true" or _has_equations(table))
        and all(map(_is_punctuation_or_space, parts[1:]))
    ):
        return _break_rows(table, parts[1:], room)
    pieces = [parts]
    if _measure_row(parts) > (_MAX_SHORT_DISPLAY if display else _MAX_SHORT_WIDTH):
        pieces = _split_into_pieces(parts, before=display, room=room)
    if len(pieces) > 1:
        root[:] = [_make_piece(piece) for piece in pieces]
    elif len(parts) > 1:  # Firefox would break the formula between any of its elements
        root[:] = [etree.Element("mrow")]
        root[0].extend(parts)
    widest, others = max(map(_measure_row, pieces)), _PHONE_WIDTH - room
    if len(pieces) == 1:
        return _describe_width(widest, others, display=display)
    classes, css = _describe_width(widest, others + _INDENT, display=display)
    return ["long", *classes], css


def _has_equations(table: etree._Element) -> bool:
    """Return whether the rows of an array are equations, with or without a column for their relations."""
    return all(
        1 < len(row) < 4 and row[0].get("class") == "to-right" and row[-1].get("class") == "to-left"
        for row in table
    )


def _break_rows(table: etree._Element, rest: Sequence[etree._Element], room: float) -> tuple[list[str], str]:
    """Divide the cells of a displayed table of rows, such as aligned equations, into pieces.

    The ``rest`` of the formula, such as a full stop, is added to the last cell.
    """
    if rest and len(table) and len(table[-1]):
        table[-1][-1].extend(rest)
    width = measure_element(table)
    equations = [row for row in table if not _break_intertext(row)]
    if width <= _MAX_SHORT_DISPLAY:
        return [], ""
    widest = 0.0
    for row in equations:
        _separate_columns(row)
        for at, cell in enumerate(row):
            pieces = _split_into_pieces(list(cell), before=True, room=room, is_continued=at % 2 == 1)
            widest = max([widest, *map(_measure_row, pieces)])
            cell[:] = [_make_piece(piece) for piece in pieces if piece]
    others = _PHONE_WIDTH - room
    classes, css = _describe_width(widest, others + _INDENT, display=True)
    # Round widths up to even numbers, so that there are few CSS rules.
    return ["stacked", f"below-{2 * -int(-(width + others + 1) // 2)}", *classes], css


def _separate_columns(row: etree._Element) -> None:
    """Add a space between equations side by side, which the style sheet shows where the row is stacked."""
    table = row.getparent()
    if table is None or {"aligned", "tight"}.intersection(table.get("class", "").split()) != {"aligned"}:
        return
    filled = [len(cell) > 0 and cell.get("class") != "equation-number" for cell in row]
    for at, cell in enumerate(row):
        if at % 2 and filled[at] and any(filled[at + 1 :]):
            etree.SubElement(cell, "mtext", {"class": "gap"}).text = _COLUMN_SPACE


def _break_intertext(row: etree._Element) -> bool:
    """Divide a text between rows at its words, and return whether the row is one."""
    text = row.find(f".//mrow[@class='{INTERTEXT}']")
    if text is None:
        return False
    words = _split_row(list(_divide_texts(list(text))), before=True, is_continued=True, in_brackets=True)
    text[:] = [_make_piece(parts) for parts in words]
    return True


def _describe_width(width: float, others: float, *, display: bool) -> tuple[list[str], str]:
    """Return the class and the CSS of a formula with a piece that is too wide for some phones.

    ``others`` is the width of its number and the indent of its lines.
    """
    if width <= _MAX_SHORT_DISPLAY:
        return [], ""
    return ["wide"], f"--ems:{width + others:.3g}" if display else ""


def _is_punctuation_or_space(element: etree._Element) -> bool:
    """Return whether the element after a table is only punctuation or a space."""
    return element.tag in ("mo", "mi", "mspace", "mtext") and measure_element(element) < 1.0


def _measure_row(parts: Sequence[etree._Element]) -> float:
    return sum(map(measure_element, parts))


def _make_piece(parts: Sequence[etree._Element]) -> etree._Element:
    """Return parts of a row as a piece; operators at its ends keep their form and therefore their spaces."""
    piece = etree.Element("mrow", {"class": "piece"})
    for part in (parts[0], parts[-1]) if len(parts) > 1 else ():
        operator = find_base(part)
        if operator.tag == "mo" and not operator.get("form") and classify_part(part) in ("rel", "bin"):
            operator.set("form", "infix")
    piece.extend(parts)
    separate_text(piece)
    return piece


def _split_into_pieces(
    parts: Sequence[etree._Element], *, before: bool, room: float, is_continued: bool = False
) -> list[list[etree._Element]]:
    """Split a row before or after its operators, outside brackets.

    A piece that is wider than ``room`` is split within brackets, unless these are as high as the row, before
    large operators and names, and between words. If ``is_continued`` is set, the row continues another one,
    as the right-hand side of an equation does.
    """
    return [
        smaller
        for piece in _split_row(parts, before=before, is_continued=is_continued)
        for smaller in (
            _split_row(list(_divide_texts(piece)), before=before, is_continued=True, in_brackets=True)
            if _measure_row(piece) > room and not any(map(_grows, piece))
            else [piece]
        )
    ]


def _split_row(
    parts: Sequence[etree._Element], *, before: bool, is_continued: bool, in_brackets: bool = False
) -> list[list[etree._Element]]:
    starts = {0, len(parts)}
    depth, last, last_start = 0, "ord" if is_continued else "", 0
    for at, part in enumerate(parts):
        kind = classify_part(part)
        if in_brackets and part.tag == "mtext" and (part.text or "").endswith(_NO_BREAK_SPACE):
            kind = "word"
        depth -= kind == "close"
        is_operator = kind in ("rel", "bin") and last not in ("", "rel", "bin", "open", "punct", "gap")
        if before:
            breaks = is_operator and strip_invisible(part.text or "") not in _TIGHT_OPERATORS
        else:
            breaks = last in ("rel", "bin") and kind not in ("rel", "space", "gap") and at - last_start > 1
        breaks = breaks or (
            last in ("punct", "gap", "word") and kind not in ("space", "gap", "punct", "close")
        )
        breaks = breaks or (in_brackets and kind == "op" and last in ("ord", "close"))
        if breaks and (depth <= 0 or in_brackets):
            starts.add(at)
            last_start = at
        depth += kind == "open"
        if kind in ("rel", "bin") and not is_operator and last != "rel":
            kind = "ord"  # a sign
        last = last if kind == "space" else kind
    return [list(parts[start:end]) for start, end in pairwise(sorted(starts))]


def _divide_texts(parts: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield the parts of a row, with each word of its texts and the space after it as an element."""
    for part in parts:
        if _is_text(part):
            yield from _divide_texts(list(part))
        elif is_duplicate_space(part, parts):
            continue
        elif part.tag == "mtext":
            for word in _WORDS.findall(part.text or ""):
                element = copy(part)
                element.text = _SPACE.sub(_NO_BREAK_SPACE, word)
                yield element
        else:
            yield part


def _is_text(row: etree._Element) -> bool:
    """Return whether a row consists of text and of formulas within it."""
    return (
        row.tag == "mrow"
        and not row.attrib
        and any(part.tag == "mtext" or _is_text(part) for part in row)
        and all(part.tag != "mo" for part in row)
    )


def _grows(part: etree._Element) -> bool:
    """Return whether a part is a bracket or bar that stretches to the height of its row."""
    operator = find_base(part)
    fixed = operator.get("stretchy") != "true" or operator.get("minsize")
    return not fixed and classify_part(operator) in ("open", "close", "rel")
