"""Break formulas into lines.

Displayed formulas that are too wide are broken before operators, as authors do by hand in TeX. Inline
formulas are broken after relations and binary operators, as TeX does.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from lxml import etree

from triptych.media.formulas.markers import INTERTEXT
from triptych.media.formulas.row_parts import OPERANDS, Atom, join_atoms, write_space
from triptych.media.formulas.typst_notation import (
    ROW_MARK,
    AtomGroup,
    find_line_sides,
    list_root_row,
    split_aligned_rows,
    split_table_at_texts,
    write_atom_groups,
    write_atoms,
)
from triptych.media.xml_parsing import MATHML, get_local_name

_MAX_ALIGNED_SHARE = (
    0.3  # of the available width; lines align at the first relation if the left-hand side is narrower
)
_INDENT = 2.0  # em: the indent of lines that do not align
_OPERATOR_INDENT = 1.7  # em: additional indent of lines that begin with a binary operator
_MIN_FORMULA_GAP = 0.9  # em: the minimum space between formulas side by side
# Penalties for a break before a relation, before an implication, between formulas, before an operator, after
# a comma, in brackets.
_BREAK_PENALTIES = {
    "rel": 0.0,
    "implication": -0.3,
    "space": -0.3,
    "bin": 0.3,
    "list": 0.5,
    "inside": 2.0,
    "listed inside": 3.0,
}
_IMPLICATIONS = frozenset("⇒⇐⇔⟹⟸⟺")
_LINE_PENALTY = 1.0
# Penalties for a break after the start of a formula that follows another one in the same line, and if this
# start is short.
_FOLLOWING_PENALTY, _STRANDED_PENALTY, _MAX_STRANDED_WIDTH = 0.3, 1.5, 3.0  # em
NO_BREAK = 10_000  # TeX's penalty that prevents a break
_RELATION_PENALTY, _BINARY_PENALTY = 500, 700  # TeX's \\relpenalty and \\binoppenalty
# After operators in brackets, and after a comma or colon. TeX does not break formulas after these.
_INNER_PENALTY, _PUNCTUATION_PENALTY = 1000, 1500
_MIN_ATOMS = 4  # the least number of atoms before and after such a break


@dataclass(frozen=True, slots=True)
class FormulaPiece:
    """The atoms of a formula between two line break opportunities.

    ``break_before`` is the type of the opportunity before the atoms, a key of ``_BREAK_PENALTIES``, or "" if
    there is none. ``space_before`` is the space before the atoms in em, which is dropped at a line break.
    """

    atoms: tuple[Atom, ...]
    break_before: str
    space_before: float = 0.0

    @property
    def text(self) -> str:
        """The atoms in Typst's notation."""
        return join_atoms(self.atoms, script=False, is_continuation=self.break_before not in ("", "space"))


@dataclass(frozen=True, slots=True)
class FormulaRow:
    """A row of an aligned formula: its pieces before (``lead``) and after (``rest``) the alignment point."""

    lead: tuple[FormulaPiece, ...]
    rest: tuple[FormulaPiece, ...]

    @property
    def pieces(self) -> tuple[FormulaPiece, ...]:
        """All pieces of the row, in order."""
        return self.lead + self.rest


def split_rows(mathml: str) -> list[FormulaRow]:
    """Return the rows of an aligned formula, or any other formula as a single row."""
    aligned = [FormulaRow(_split_row(lead), _split_row(rest)) for lead, rest in split_aligned_rows(mathml)]
    return aligned or [FormulaRow((), _split_row(write_atoms(mathml, display=True)))]


@dataclass(frozen=True, slots=True)
class FormulaBlock:
    """A part of a displayed formula that is set on its own, below the part before it.

    ``side`` is "left", "center" or "right" for equations. It is "text" for a text between the rows of a
    table, which begins at the edge of the text around the formula.
    """

    notation: str
    mathml: str
    side: str


def split_blocks(mathml: str) -> list[FormulaBlock]:
    r"""Return the lines of a ``multline``, or the parts of a table with ``\intertext``.

    Return an empty list for any other formula.
    """
    if 'class="multline' not in mathml and f'class="{INTERTEXT}"' not in mathml:
        return []
    table, *after = list_root_row(mathml)
    if after or get_local_name(table) != "mtable":
        return []
    if "multline" not in table.get("class", "").split():
        return [
            FormulaBlock(part.notation, _write_rows(part.rows), "text" if part.is_text else "center")
            for part in split_table_at_texts(table)
        ]
    blocks: list[FormulaBlock] = []
    for row, side in zip(table, find_line_sides(table), strict=True):
        line = etree.Element("math")
        line.extend(part for cell in row for part in cell)
        text = etree.tostring(line, encoding="unicode")
        atoms = write_atoms(text, display=True)
        notation = join_atoms(atoms, script=False, is_continuation=bool(blocks))
        blocks.append(FormulaBlock(notation, text, side))
    return blocks if len(blocks) > 1 else []


def _write_rows(rows: Sequence[etree._Element]) -> str:
    """Return some rows of a table as a formula."""
    root = etree.Element("math")
    etree.SubElement(root, f"{MATHML}mtable").extend(map(deepcopy, rows))
    return etree.tostring(root, encoding="unicode")


def _split_row(row: Sequence[Atom]) -> tuple[FormulaPiece, ...]:
    """Split a row at its line break opportunities; return one piece if there are none."""
    pieces: list[FormulaPiece] = []
    atoms: list[Atom] = []
    before, space, depth = "", 0.0, 0
    for atom in row:
        depth += (atom.kind == "open") - (atom.kind == "close")
        last = next((one for one in reversed(atoms) if one.kind != "space"), None)
        place = _classify_break(atom, depth, last)
        if place and last is not None:
            pieces.append(FormulaPiece(tuple(atoms), before, space))
            before, space, atoms = place, 0.0, []
        if place == "space" and not atoms:
            space += atom.width
        else:
            atoms.append(atom)
    return (*pieces, FormulaPiece(tuple(atoms), before, space)) if atoms else tuple(pieces)


@dataclass(frozen=True, slots=True)
class InlinePiece:
    """A part of an inline formula: an operator after which it may be broken, or the part between operators.

    ``mathml`` is the part as a formula of its own, and ``penalty`` the penalty of a break after it.
    """

    atoms: tuple[Atom, ...]
    mathml: str
    penalty: int


def split_inline_formula(mathml: str) -> list[InlinePiece]:
    """Split an inline formula after relations and binary operators, as TeX does, and after commas.

    It is split neither in stretchy brackets and groups, nor after an operator at its start or end, nor
    between adjacent relations. Operators are pieces of their own; commas belong to the pieces before them.
    """
    groups = write_atom_groups(mathml)
    shown = [[atom for atom in group.atoms if atom.kind != "space"] for group in groups]
    left = sum(map(len, shown))  # the number of atoms after a group
    pieces: list[InlinePiece] = []
    start = depth = length = 0
    before: Atom | None = None  # the last atom that is not a space
    for place, (group, atoms) in enumerate(zip(groups, shown, strict=True)):
        left -= len(atoms)
        length += len(atoms)
        depth += sum((atom.kind == "open") - (atom.kind == "close") for atom in atoms)
        following = next((atom for later in shown[place + 1 :] for atom in later), None)
        penalty = 0
        if group.is_outermost and len(atoms) == 1:
            penalty = _get_break_penalty(before, atoms[0], following, depth)
        if penalty and (penalty < _INNER_PENALTY or min(length, left) >= _MIN_ATOMS):
            first = place
            if atoms[0].kind == "punct":
                first = start
            else:
                pieces.append(_make_piece(groups[start:place], NO_BREAK))
            pieces.append(_make_piece(groups[first : place + 1], penalty))
            start, length = place + 1, 0
        before = atoms[-1] if atoms else before
    return [*pieces, _make_piece(groups[start:], 0)]


def _get_break_penalty(before: Atom | None, atom: Atom, following: Atom | None, depth: int) -> int:
    """Return the penalty for a break after an atom in ``depth`` brackets, or 0 if it is not allowed there."""
    if before is None or following is None or following.kind in ("rel", "close", "punct"):
        return 0
    if atom.kind == "punct":
        return _PUNCTUATION_PENALTY
    if atom.kind == "rel":
        return _INNER_PENALTY if depth > 0 else _RELATION_PENALTY
    if atom.kind != "bin" or before.kind not in OPERANDS or following.kind == "bin":
        return 0
    return _INNER_PENALTY if depth > 0 else _BINARY_PENALTY


def _make_piece(groups: Sequence[AtomGroup], penalty: int) -> InlinePiece:
    root = etree.Element("math")
    root.extend(deepcopy(element) for group in groups for element in group.elements)
    atoms = tuple(atom for group in groups for atom in group.atoms)
    return InlinePiece(atoms, etree.tostring(root, encoding="unicode"), penalty)


def _classify_break(atom: Atom, depth: int, previous: Atom | None) -> str:
    """Return the type of the line break opportunity before an atom, or "" if there is none.

    ``depth`` is the nesting depth of brackets. ``previous`` is the last atom in the same piece that is not a
    space, or None.
    """
    if atom.kind == "space":
        return "space" if depth <= 0 and atom.width >= _MIN_FORMULA_GAP else ""
    if previous is not None and previous.kind == "punct" and atom.kind not in ("close", "punct"):
        return "list" if depth <= 0 else "listed inside"
    if atom.kind not in ("rel", "bin"):
        return ""
    if depth > 0:
        return "inside"
    return "implication" if atom.text.strip() in _IMPLICATIONS else atom.kind


def break_rows(
    rows: Sequence[FormulaRow], widths: Sequence[float], available_width: float, *, mark_rows: bool = False
) -> list[str]:
    """Break the rows of a formula into the lines with the least penalty, in Typst's notation.

    ``widths`` are the widths of the pieces of all rows, in em, like ``available_width``. Return an empty list
    if the formula is a single row without a line break opportunity. If ``mark_rows`` is set, the last line of
    each row has a mark, whose position Typst reports.
    """
    if len(rows) == 1 and not rows[0].lead:
        return _break_single_row(rows[0].rest, widths, available_width)
    left = iter(widths)
    measured = [([next(left) for _ in row.lead], [next(left) for _ in row.rest]) for row in rows]
    deepest = max(sum(lead) for lead, _ in measured)
    under = deepest <= _MAX_ALIGNED_SHARE * available_width
    base = deepest if under else _INDENT
    lines: list[str] = []
    for row, (lead, rest) in zip(rows, measured, strict=True):
        if not row.pieces:
            continue
        pieces, wide = (
            (*row.lead, *map(_add_break_after_alignment, row.rest[:1]), *row.rest[1:]),
            [*lead, *rest],
        )
        if under:  # the part before the alignment point is not broken
            whole = _join_atoms_of(pieces[: len(lead) + 1])
            pieces = (FormulaPiece(tuple(whole), ""), *pieces[len(lead) + 1 :])
            wide = [sum(wide[: len(lead) + 1]), *wide[len(lead) + 1 :]]
        indents = [base + _OPERATOR_INDENT] * len(pieces)
        if rest and not under:
            indents[len(lead)] = base
        if lead or under:
            indents[0] = base - sum(lead) if under else 0.0
        lines += _find_best_lines(pieces, wide, available_width, indents)
        lines[-1] += ROW_MARK if mark_rows else ""
    return lines


def _add_break_after_alignment(piece: FormulaPiece) -> FormulaPiece:
    """Return the first piece after the alignment point, with a line break opportunity added before it."""
    kind = piece.atoms[0].kind
    return replace(piece, break_before=kind if kind in ("rel", "bin") else "inside")


def _break_single_row(
    pieces: Sequence[FormulaPiece], widths: Sequence[float], available_width: float
) -> list[str]:
    if len(pieces) < 2:
        return []
    first = next((at for at, piece in enumerate(pieces) if piece.break_before == "rel"), 0)
    lead = sum(widths[:first])
    under = first > 0 and lead <= _MAX_ALIGNED_SHARE * available_width
    kinds = [piece.break_before for piece in pieces]
    end = kinds.index("implication") if "implication" in kinds else len(pieces)  # of the first formula
    indents = [
        _find_indent(piece, lead, aligned=under and place < end) if place else 0.0
        for place, piece in enumerate(pieces)
    ]
    lines = _find_best_lines(pieces, widths, available_width, indents)
    return [*lines[:-1], lines[-1] + ROW_MARK]


def _find_best_lines(
    pieces: Sequence[FormulaPiece], widths: Sequence[float], available_width: float, indents: Sequence[float]
) -> list[str]:
    """Return the lines with the least penalty.

    ``indents[i]`` is the indent of a line that starts with piece ``i``.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]  # the penalty up to a piece, and the start of the last line
    broken = [_BREAK_PENALTIES.get(piece.break_before, 0.0) for piece in pieces]
    beginning = None  # the width since the last space between formulas, or since an implication
    for place, (piece, width) in enumerate(zip(pieces, widths, strict=True)):
        if piece.break_before in ("space", "implication"):
            beginning = 0.0
        elif beginning is not None:
            is_short = beginning <= _MAX_STRANDED_WIDTH
            broken[place] += _STRANDED_PENALTY if is_short else _FOLLOWING_PENALTY
        if beginning is not None:
            beginning += width
    for end in range(1, len(pieces) + 1):
        options = []
        for start in range(end):
            spaces = sum(piece.space_before for piece in pieces[start + 1 : end])
            width = sum(widths[start:end]) + spaces + indents[start]
            over = max(0.0, width - available_width) * 100
            short = (
                0.0
                if end == len(pieces)
                else ((available_width - min(width, available_width)) / available_width) ** 2
            )
            options.append(
                (best[start][0] + _LINE_PENALTY + broken[start] * bool(start) + over + short, start)
            )
        best.append(min(options))
    ends = [len(pieces)]
    while ends[-1]:
        ends.append(best[ends[-1]][1])
    starts = ends[:0:-1]
    return [
        _write_line(pieces[start:end], indents[start])
        for start, end in zip(starts, [*starts[1:], len(pieces)], strict=True)
    ]


def _find_indent(piece: FormulaPiece, lead: float, *, aligned: bool) -> float:
    if not aligned:
        return _INDENT
    return lead if piece.break_before == "rel" else lead + _OPERATOR_INDENT


def _join_atoms_of(pieces: Sequence[FormulaPiece]) -> list[Atom]:
    """Return the atoms of pieces in one line, with the spaces between the pieces."""
    atoms: list[Atom] = []
    for piece in pieces:
        if atoms and piece.space_before:
            atoms.append(Atom("", "space", piece.space_before))
        atoms += piece.atoms
    return atoms


def _write_line(pieces: Sequence[FormulaPiece], indent: float) -> str:
    text = join_atoms(_join_atoms_of(pieces), script=False, is_continuation=bool(indent))
    return f"display({write_space(indent) if indent else ''}{text})"
