"""Tables of MathML → Typst's matrices: matrices, cases, lines that are lined up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from lxml import etree

from triptych.media.formulas.atoms import Atom, blank, joined
from triptych.media.xml_names import local_name

Face: TypeAlias = Literal["display", "inline", "script"]

_THICK = 5 / 18  # em around a sign of relation
_COLUMNS = 1.0  # em between the columns of a matrix
_PAIRS = 2.0  # em between equations beside each other
# Between rows, in em; those of lines on their own are further apart, as by LaTeX's \jot.
_ROWS, _CASES, LINES_APART = 0.2, 0.35, 0.45


def stands_on_lines(element: etree._Element, *, display: bool) -> bool:
    """Whether a table is no matrix, but lines of their own.

    Such are those that line up an equation, to whose cells pandoc gives no padding, and where the table is a
    whole ``display`` formula, those of one column or with nothing but signs in the middle one of three.
    """
    if _is_lined_up(element):
        return True
    width = max(map(len, element), default=0)
    return display and _is_whole(element) and (width == 1 or (width == 3 and _is_relations(element)))


def table(element: etree._Element, cells: Sequence[Sequence[Sequence[Atom]]], face: Face) -> str:
    """A table in Typst's notation, from the atoms of its cells.

    ``face`` is the style of the cells, which Typst would set smaller than the text around.
    """
    width = max(map(len, cells), default=0)
    alignments = [_alignment(element, column) for column in range(width)]
    lined_up = _is_lined_up(element)
    written: list[str] = []
    for row in cells:
        texts = [_cell(row[at] if at < len(row) else (), alignments[at], face) for at in range(width)]
        written.append(", ".join(_paired(texts, alignments) if lined_up else texts))
    between = _PAIRS if lined_up else 0.0 if face == "display" else _COLUMNS
    apart = LINES_APART if face == "display" else _CASES if set(alignments) == {"left"} else _ROWS
    return f"mat(delim: #none, column-gap: #{between}em, row-gap: #{apart}em, {'; '.join(written)})"


def _is_lined_up(element: etree._Element) -> bool:
    return any("padding" in (cell.get("style") or "") for row in element for cell in row)


def _is_whole(element: etree._Element) -> bool:
    """Whether nothing but the table is in the formula."""
    above = element.getparent()
    while above is not None and local_name(above) in ("mrow", "semantics"):
        if len([part for part in above if local_name(part) not in ("", "annotation")]) > 1:
            return False
        above = above.getparent()
    return above is None or local_name(above) == "math"


def _is_relations(element: etree._Element) -> bool:
    """Whether the cells in the middle of the rows have a sign each, or nothing."""
    middle = [part for row in element for cell in list(row)[1:2] for part in cell]
    return len(middle) <= len(element) and all(local_name(part) == "mo" for part in middle)


def _alignment(element: etree._Element, column: int) -> str:
    for row in element:
        if len(row) > column:
            return row[column].get("columnalign") or "center"
    return "center"


def _cell(atoms: Sequence[Atom], alignment: str, face: Face) -> str:
    """A cell, with the point of alignment that puts it right or left."""
    text = joined(atoms, script=face == "script", continued=face == "display" and alignment == "left")
    if face == "display" and atoms and atoms[-1].kind == "rel" and alignment != "left":
        text = (blank(_THICK) if alignment == "center" else "") + text + blank(_THICK)
    text = f"{face}({text})" if text else '""'
    return {"left": f"& {text}", "right": f"{text} &"}.get(alignment, text)


def _paired(texts: Sequence[str], alignments: Sequence[str]) -> list[str]:
    """Columns that meet at a point of alignment as one."""
    pairs: list[str] = []
    at = 0
    while at < len(texts):
        if alignments[at] == "right" and at + 1 < len(texts) and alignments[at + 1] == "left":
            pairs.append(f"{texts[at]} {texts[at + 1].removeprefix('& ')}")
            at += 2
            continue
        pairs.append(texts[at])
        at += 1
    return pairs
