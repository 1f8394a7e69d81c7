"""Flatten MathML rows, group their brackets, and join atoms with TeX's spacing in Typst's notation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from lxml import etree

from triptych.media.xml_parsing import get_local_name

BARS = "|‖∥∣"
CORNERS = {"⌜": "open", "⌞": "open", "⎰": "open", "⌝": "close", "⌟": "close", "⎱": "close"}
_ROLES = {"Ps": "open", "Pe": "close"}  # by Unicode category
NEGATION = "\u0338"
"""The combining character that strikes out a relation."""
_INVISIBLE = re.compile("[\u200b\u2061-\u2064\ufe00-\ufe0f]")
_ROW_ELEMENTS = frozenset("math mrow mstyle mpadded merror mtd".split())
_ROW_LIKE_ELEMENTS = _ROW_ELEMENTS | {"msqrt", "menclose"}  # elements with an inferred row
# Accents as combining characters.
ACCENTS = {
    "^": "\u0302", "ˆ": "\u0302", "\u0302": "\u0302", "~": "\u0303", "˜": "\u0303", "\u0303": "\u0303",
    "¯": "\u0304", "‾": "\u0304", "\u0304": "\u0304", "\u0305": "\u0304", "_": "\u0332", "\u0332": "\u0332",
    "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "\u0307": "\u0307", "¨": "\u0308", "\u0308": "\u0308",
    "ˇ": "\u030c", "\u030c": "\u030c", "˘": "\u0306", "\u0306": "\u0306", "´": "\u0301", "\u0301": "\u0301",
    "`": "\u0300", "\u0300": "\u0300", "˚": "\u030a", "\u030a": "\u030a",
}  # fmt: skip
ROW_RULES = "data-columnlines"
"""The attribute of a row with its vertical rules at all edges, if they are not those of the table."""
_TEXT_SPACE = "0.333em"  # pandoc adds this space to the spaces at the ends of text
SILENT_ELEMENTS = frozenset("annotation annotation-xml mphantom none mprescripts mspace maligngroup".split())


@dataclass(frozen=True, slots=True)
class BracketGroup:
    """The elements of a row between a pair of brackets.

    ``script`` is the element whose base is the closing bracket, if that bracket has scripts.
    """

    opening: str
    parts: tuple[RowPart, ...]
    closing: str
    script: etree._Element | None = None


RowPart: TypeAlias = "etree._Element | BracketGroup"


def _classify_fence(part: etree._Element) -> tuple[str, str]:
    """Return a bracket and its role, or two empty strings for any other element.

    The role is "open", "close" or "bar" (an opening or closing bar).
    """
    scripted = get_local_name(part) in ("msup", "msub", "msubsup") and len(part) > 0
    mark = part[0] if scripted else part
    sign = get_operator_symbol(mark) if get_local_name(mark) == "mo" else ""
    if not sign or len(sign) > 1:
        return "", ""
    role = find_bracket_role(sign)
    if role and not (role == "open" and scripted):
        return sign, role
    if sign in BARS and (sign != "∣" or mark.get("form")):  # \mid has no form: it is a relation
        return sign, "bar"
    return "", ""


def find_bracket_role(sign: str) -> str:
    """Return "open" or "close" for a bracket of any kind, or "" for any other sign."""
    return CORNERS.get(sign) or _ROLES.get(unicodedata.category(sign), "") if len(sign) == 1 else ""


def group_brackets(elements: Sequence[etree._Element]) -> list[RowPart]:
    """Return the elements of a row, with bracketed elements grouped."""
    return _group_range(elements, 0, len(elements), _match_brackets(elements))


def _group_range(
    elements: Sequence[etree._Element], start: int, stop: int, ends: Mapping[int, int]
) -> list[RowPart]:
    parts: list[RowPart] = []
    place = start
    while place < stop:
        element = elements[place]
        if place in ends:
            closing = elements[ends[place]]
            inner = tuple(_group_range(elements, place + 1, ends[place], ends))
            script = closing if len(closing) else None
            parts.append(
                BracketGroup(_classify_fence(element)[0], inner, _classify_fence(closing)[0], script)
            )
            place = ends[place] + 1
            continue
        following = elements[place + 1] if place + 1 < stop else None
        if (
            _classify_fence(element) == ("{", "open")
            and following is not None
            and get_local_name(following) == "mtable"
        ):
            parts.append(BracketGroup("{", (following,), ""))
            place += 2
            continue
        parts.append(element)
        place += 1
    return parts


def _match_brackets(elements: Sequence[etree._Element]) -> dict[int, int]:
    """Return the index of each bracket or bar that has a partner, with the index of its partner.

    A closing bracket closes any opening bracket. A bar closes the last bar of its kind within the same
    brackets, unless there is nothing between them. A brace before cases has no partner.
    """
    ends: dict[int, int] = {}
    opened: list[tuple[int, str]] = []  # "" for brackets
    bars: list[Counter[str]] = [Counter()]  # of each level of brackets
    for place, element in enumerate(elements):
        sign, role = _classify_fence(element)
        if role == "open" and not _is_brace_before_cases(elements[place : place + 3]):
            opened.append((place, ""))
            bars.append(Counter())
        elif role == "close" and len(bars) > 1:
            bars.pop()
            while opened[-1][1]:
                opened.pop()
            ends[opened.pop()[0]] = place
        elif role == "bar":
            form = _get_bar_form(element)
            if form == "infix":  # TeX's \\middle
                continue
            if form != "prefix" and bars[-1][sign]:
                while opened[-1][1] != sign:
                    bars[-1][opened.pop()[1]] -= 1
                start, _ = opened.pop()
                bars[-1][sign] -= 1
                if start + 1 < place:
                    ends[start] = place
                    continue
            if form != "postfix":
                opened.append((place, sign))
                bars[-1][sign] += 1
    return ends


def _is_brace_before_cases(elements: Sequence[etree._Element]) -> bool:
    """Return whether a brace is followed by a table, which is not followed by a closing bracket."""
    brace, *following = elements
    if _classify_fence(brace)[0] != "{" or not following or get_local_name(following[0]) != "mtable":
        return False
    return len(following) == 1 or _classify_fence(following[1])[1] != "close"


def _get_bar_form(part: etree._Element) -> str:
    """Return the ``form`` of a bar, which a bar with scripts has on its base."""
    return (part[0] if len(part) else part).get("form", "")


def flatten_rows(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the visible children of a row and of the rows nested in it; yield any other element itself."""
    if get_local_name(element) not in _ROW_LIKE_ELEMENTS:
        yield element
        return
    for part in element:
        if get_local_name(part) in _ROW_ELEMENTS:
            yield from flatten_rows(part)
        elif get_local_name(part) not in SILENT_ELEMENTS and not _is_invisible_operator(part):
            yield part


def _is_invisible_operator(element: etree._Element) -> bool:
    return (
        get_local_name(element) == "mo" and not strip_invisible("".join(map(str, element.itertext()))).strip()
    )


def list_children_with_content(element: etree._Element) -> list[etree._Element]:
    """Return the visible children of a row that have content."""
    return [part for part in flatten_rows(element) if len(part) or get_single_token(part)]


def get_operator_symbol(element: RowPart) -> str:
    """Return the text of an ``mo`` or ``mi`` element, or "" for other elements."""
    if isinstance(element, BracketGroup) or get_local_name(element) not in ("mo", "mi") or len(element):
        return ""
    return strip_invisible(element.text or "").strip()


def get_single_token(element: RowPart) -> str:
    """Return the text of the only token in an element, or "" if the element has no or several tokens."""
    if isinstance(element, BracketGroup):
        return ""
    signs = [(part, strip_invisible(part.text or "").strip()) for part in flatten_rows(element)]
    held = [(part, sign) for part, sign in signs if len(part) or sign]
    return held[0][1] if len(held) == 1 and not len(held[0][0]) else ""


def strip_invisible(text: str) -> str:
    """Remove invisible operators, such as function application, from ``text``."""
    return _INVISIBLE.sub("", text)


def is_mathematical_alphanumeric(character: str) -> bool:
    """Return whether a character is a mathematical alphanumeric symbol (U+1D400 to U+1D7FF)."""
    return "\U0001d400" <= character <= "\U0001d7ff"


def is_large_operator(symbol: str) -> bool:
    """Return whether a symbol is a large operator, such as a sum, product or integral."""
    return len(symbol) == 1 and (
        "∏" <= symbol <= "∑"
        or "∫" <= symbol <= "∳"
        or "⋀" <= symbol <= "⋃"
        or "⨀" <= symbol <= "⨜"
        or symbol in "⫼⫿"
    )


def split_prescripts(element: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the scripts after and before the base of ``mmultiscripts``, each alternating lower and upper."""
    names = [get_local_name(part) for part in element]
    split = names.index("mprescripts") if "mprescripts" in names else len(names)
    return list(element)[1:split], list(element)[split + 1 :]


def split_scripts(element: etree._Element) -> tuple[etree._Element | None, etree._Element | None]:
    """Return the lower and the upper script or limit of an element, or None for a missing one."""
    parts: list[etree._Element | None] = [*list(element)[1:3], None, None]
    if get_local_name(element) in ("msup", "mover"):
        return None, parts[0]
    return parts[0], parts[1]


def list_column_cells(row: etree._Element) -> list[etree._Element | None]:
    """Return the cell that begins in each column of a row, or None where the cell before it continues."""
    cells: list[etree._Element | None] = []
    for cell in row:
        if get_local_name(cell) == "mtd":
            cells += [cell, *[None] * (int(cell.get("columnspan", 1)) - 1)]
    return cells


def list_row_rules(table: etree._Element, row: etree._Element) -> list[str]:
    """Return the vertical rules of a row at all edges, such as "none" or "solid".

    Those at the sides are "none" if they are not in the row but around the table.
    """
    if own := row.get(ROW_RULES, "").split():
        return own
    inner = table.get("columnlines", "none").split()
    width = max(map(len, map(list_column_cells, table)), default=1)
    inner += inner[-1:] * (width - 1 - len(inner))  # MathML 3, 3.5.1
    return ["none", *inner[: width - 1], "none"]


def is_fraction_without_bar(element: etree._Element) -> bool:
    """Return whether a fraction has no bar, as in a binomial coefficient."""
    return element.get("linethickness", "") in ("0", "0pt", "0px", "0em")


AtomType: TypeAlias = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner", "space", "mark"]

_SPACING_TYPES = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner")
# Spaces between atoms in 1/18 em, with a row for each left atom; in scripts, capitals mean no space.
_SPACE_WIDTHS = {"0": 0, "t": 3, "T": 3, "M": 4, "K": 5}
_SPACES = ("0tMK000T", "tt0K000T", "MM00M00M", "KK00K00K", "00000000", "0tMK000T", "TT0TTTTT", "TtMKT0TT")
OPERANDS = ("ord", "close", "inner")  # kinds after which an operator is binary
_BINARY = re.compile(
    "[+−±∓×÷⋅∗⋆∘∙•∩∪⊎⊓⊔∨∧∖≀⋄△▽◁▷◃▹◯○◫†‡⅄∔∕∸∾⊌⊍⊕-⊡⊺-⊽⋇⋉-⋌⋎⋏⋒⋓⋖⋗⌅⌆⌽⟇⟑⟠-⟥⦵-⦹⧀⧁⧄-⧈⧍⧖⧗⧢⧵-⧷⧺⧻⧾⧿⨢-⩥⩱⩲⪦⪧⫴-⫷⫻⫽⫾⬝]"
)
_PUNCTUATION = frozenset(",;")
# Symbols that are operands, not relations, like all that Unicode does not regard as mathematical but arrows.
_ORDINARY = re.compile("[¬∀∁∃∄∅∆∎√∛∜∞∟∠∡∢♯◸-◿⦛-⦯]")
_LARGE_OPERATOR = re.compile("[∏-∑∫-∳⋀-⋃⨀-⨜⫼⫿]")
_SYMBOLIC_RELATIONS = re.compile("[←-⇿⌢⌣⌿▵⟰-⟿⤀-⥿⬀-⬑⬰-⭏]")
# Typst's math classes, which are the default for most signs.
_TYPST_CLASSES = {"ord": "normal", "bin": "binary", "rel": "relation", "open": "opening", "close": "closing"}


@dataclass(frozen=True, slots=True)
class Atom:
    """An atom of a formula in Typst's notation; a space has a ``width`` in em and no text.

    A ``mark`` records the position at which the next atom begins, and has no influence on the spaces.
    """

    text: str
    kind: AtomType = "ord"
    width: float = 0.0


@lru_cache(maxsize=1024)
def classify_operator(symbol: str) -> AtomType:
    """Return the default atom type of an operator."""
    if (len(symbol) > 1 and symbol.isalpha()) or is_large_operator(symbol):
        return "op"
    if symbol in _PUNCTUATION:
        return "punct"
    if _BINARY.fullmatch(symbol):
        return "bin"
    if _ORDINARY.fullmatch(symbol):
        return "ord"
    is_relation = (
        symbol.isalpha()
        or symbol == ":"
        or symbol.endswith(NEGATION)
        or unicodedata.category(symbol[-1]) == "Sm"
        or _SYMBOLIC_RELATIONS.fullmatch(symbol)
    )
    return "rel" if is_relation else "ord"


def write_with_class(symbol: str, atom_type: AtomType) -> str:
    """Return a symbol in Typst's notation with an explicit math class."""
    return f'class("{_TYPST_CLASSES[atom_type]}", {symbol})' if atom_type in _TYPST_CLASSES else symbol


def join_atoms(atoms: Sequence[Atom], *, script: bool, is_continuation: bool = False) -> str:
    """Join a row of atoms in Typst's notation.

    If ``script`` is set, the spacing is that of scripts. If ``is_continuation`` is set, the row continues the
    previous row, so that an operator at its start is binary.
    """
    pieces: list[str] = []
    before = Atom("") if is_continuation else None
    width = 0.0 if is_continuation else None
    marks: list[str] = []
    for atom in atoms:
        if atom.kind == "space":
            width = (width or 0.0) + atom.width
            continue
        if atom.kind == "mark":
            marks.append(atom.text)
            continue
        text = atom.text
        if before is not None and (width is not None or _needs_inner_space(before, atom)):
            width = (width or 0.0) + _measure_space(before, atom, script=script)
            if atom.kind == "bin":  # Typst treats an operator after a space as unary
                text = write_with_class(text, "bin" if before.kind in OPERANDS else "ord")
        pieces += [write_space(width)] if width is not None and (width or pieces) else []
        pieces += [*marks, text]
        before, width, marks = atom, None, []
    pieces += [write_space(width)] if width else []
    return join_pieces(pieces)


def join_pieces(pieces: Sequence[str]) -> str:
    """Join strings in Typst's notation with spaces, except before and after code."""
    out = ""
    for piece in pieces:
        code = piece.startswith("#") or out.endswith(";")
        out += piece if code or not out else f" {piece}"
    return out


def write_space(width: float) -> str:
    """Return a horizontal space of ``width`` em in Typst's notation."""
    return f"#h({round(width, 3) + 0.0:g}em);"


def _needs_inner_space(before: Atom, after: Atom) -> bool:
    """Return whether TeX inserts a space between two atoms where Typst does not."""
    return "inner" in (before.kind, after.kind) or _is_operator_before_bar(before, after)


def _is_operator_before_bar(before: Atom, after: Atom) -> bool:
    """Return whether an operator precedes an opening bar, which TeX does not treat as a bracket."""
    return before.kind == "op" and after.kind == "open" and after.text.startswith("class(")


def _measure_space(before: Atom, after: Atom, *, script: bool) -> float:
    kinds = (before.kind, "ord" if _is_operator_before_bar(before, after) else after.kind)
    row, column = map(_SPACING_TYPES.index, kinds)
    unit = _SPACES[row][column]
    return 0.0 if script and unit.isupper() else _SPACE_WIDTHS[unit] / 18


def is_duplicate_space(element: etree._Element, siblings: Sequence[etree._Element]) -> bool:
    """Return whether a space element duplicates the space at the end of an adjacent text element."""
    return (
        get_local_name(element) == "mspace"
        and element.get("width") == _TEXT_SPACE
        and any(
            get_local_name(part) == "mtext" and (part.text or "").strip(" ") != part.text for part in siblings
        )
    )
