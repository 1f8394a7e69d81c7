"""Convert presentation MathML to a line of Unicode text, such as ``x² + y₁ ≤ √2``.

The text is used where only plain text is allowed: headings, table cells, notes, and the fallback of a native
equation. The notation is ``a/b``, ``x_max`` and ``∑_(i=1)^n``, with semicolons between the rows of a matrix.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any
from unicodedata import name as name_of

from lxml import etree

from triptych.media.formulas.markers import CANCELLED_TO
from triptych.media.formulas.row_parts import (
    ACCENTS,
    find_bracket_role,
    is_fraction_without_bar,
    is_large_operator,
    is_mathematical_alphanumeric,
    list_column_cells,
    list_row_rules,
    split_prescripts,
    strip_invisible,
)
from triptych.media.xml_parsing import get_local_name

_SUPERSCRIPTS = dict(zip("0123456789+−-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+−-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
_SPACING_ACCENTS = {"\u0302": "ˆ", "\u0303": "˜", "\u030c": "ˇ", "\u0306": "˘", "\u20d7": "→"}
_PRIMES = "′″‴⁗'"
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}
_BRACES = "⏞⏟⏜⏝⎴⎵︷︸"  # braces that connect content to a label
_PUNCTUATION, _BARS = ",;:", "|‖∥"
_SYMBOLS_WITHOUT_SPACES = "/∕⁄.…⋯⋮⋱′″‴°%∂∇∀∃∄¬√#$@&?"  # symbols without spaces around them
_ROWS = frozenset(("math", "mrow", "mstyle", "mpadded", "merror", "mtd"))
_OPERANDS = ("word", "name", "row", "scripted", "fraction", "root", "text")
_BOLD = re.compile("[𝐀-𝐳𝑨-𝒛𝓐-𝔃𝕬-𝖟𝗔-𝘇𝘼-𝙯𝚨-𝛡𝜜-𝟋𝟎-𝟗𝟬-𝟵]+")
_SINGLE_OPERAND = re.compile(r"[∂d]?[^\W\d_]|\d+")
_SHORT_RADICAND = re.compile(r"[^\W\d_][₀-₉]*|\d+")
_NUMERIC_FRACTION = re.compile(r"\d+/\d+")
_MAX_READABLE_LENGTH = 72  # characters; longer formulas are hard to read on one line


@dataclass(frozen=True, slots=True)
class LinearNotation:
    """A formula as a line of text.

    ``is_readable`` is set if the text is short and the formula is not nested, so that it is easy to read.
    ``bold`` has the start and the end of each part of the text that is bold.
    """

    text: str
    is_readable: bool
    bold: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _LinearPiece:
    """The text of a MathML element.

    ``kind`` determines the spaces around the text. If ``is_single_item`` is set, the text needs no brackets
    as an operand.
    """

    text: str
    kind: str = "word"
    is_single_item: bool = True


@cache
def write_linear_notation(mathml: str) -> LinearNotation:
    """Convert MathML (MathML Core plus elements that TeX converters write) to a line of text."""
    root = etree.fromstring(mathml.encode())
    written = " ".join(_write_element(root).text.split())
    text = "".join(map(_normalise_letter, written))
    bold = tuple(match.span() for match in _BOLD.finditer(written))
    return LinearNotation(text, len(text) <= _MAX_READABLE_LENGTH and _is_flat(root), bold)


def _is_flat(root: Any) -> bool:
    """Return whether a formula has no nested fractions or roots, binomial coefficients, tables or braces."""
    for element in root.iter():
        match get_local_name(element):
            case "mtable" if len(element) > 1:
                return False
            case "mfrac" if is_fraction_without_bar(element):
                return False
            case "mfrac" | "msqrt" | "mroot" if any(
                get_local_name(inner) in ("mfrac", "mroot", "msqrt") for inner in element.iterdescendants()
            ):
                return False
            case "mo" if (element.text or "").strip() in _BRACES and element.text:
                return False
    return True


def _write_element(element: Any) -> _LinearPiece:
    name = get_local_name(element)
    special = _ELEMENT_WRITERS.get(name)
    if special is not None:
        return special(element)
    if name in ("mi", "mn", "mo", "ms", "mtext"):
        return _write_token(name, element)
    if name in ("annotation", "annotation-xml", "mphantom", "none", "mprescripts", ""):
        return _LinearPiece("")
    if name == "semantics":
        return _write_element(element[0]) if len(element) else _LinearPiece("")
    if name == "mspace":
        return _LinearPiece(" ", "space")
    return _join_row(_write_children(element))


def _write_token(name: str, element: Any) -> _LinearPiece:
    written = "".join(element.itertext())
    text = strip_invisible("".join(one if _BOLD.match(one) else _normalise_letter(one) for one in written))
    if name == "mtext":
        return _LinearPiece(text.replace("\u00a0", " "), "text")
    text = text.strip()
    if name == "mi" and len(text) > 1 and text.isalpha():
        return _LinearPiece(text, "function")
    if name != "mo" or not text:
        return _LinearPiece(text, "nothing" if not text else "mark" if text == "." else "word")
    return _LinearPiece(text, _classify_operator(text, element))


def _normalise_letter(character: str) -> str:
    """Convert a character of a mathematical alphabet (U+1D400 to U+1D7FF) to a plain letter.

    Few fonts have the characters of these alphabets.
    """
    return unicodedata.normalize("NFKC", character) if is_mathematical_alphanumeric(character) else character


def _classify_operator(text: str, element: Any) -> str:
    form = element.get("form", "")
    if text in _BARS and form in ("prefix", "postfix"):
        return "open" if form == "prefix" else "close"
    if text == "!":
        return "close"
    if role := find_bracket_role(text):
        return role
    if text in _PUNCTUATION:
        return "punctuation"
    if text in _SYMBOLS_WITHOUT_SPACES or text in _BARS:
        return "mark"
    if text.isalpha():
        return "function"
    return "big" if is_large_operator(text) else "operator"


def _join_row(pieces: Sequence[_LinearPiece]) -> _LinearPiece:
    """Join the converted elements of a row with the spaces that their ``kind`` requires."""
    shown = [piece for piece in pieces if piece.text]
    if len(shown) == 1:
        return shown[0]
    out = ""
    before: _LinearPiece | None = None
    for place, piece in enumerate(shown):
        after = shown[place + 1] if place + 1 < len(shown) else None
        text = piece.text
        if piece.kind == "operator" and after is not None:
            unary = before is None or before.kind in ("operator", "open", "punctuation", "big")
            text = text if unary and text in "+−-±∓¬" else f" {text} "
        elif piece.kind == "operator":
            text = f" {text}" if before is not None and text not in "+−*∗†" else text
        elif piece.kind == "punctuation":
            text += " "
        elif before is not None and _needs_space(before, piece):
            text = f" {text}"
        if piece.kind == "fraction" and _is_multiplied(piece, after):
            text = f"{text[: -len(piece.text)]}({piece.text})"
        out += text
        before = piece
    text = re.sub(" {2,}", " ", out).replace(" ,", ",")
    if all(piece.kind in ("text", "space") for piece in shown):
        return _LinearPiece(text, "text")
    text = text.strip(" ")
    return _LinearPiece(text, "row", _is_enclosed(text))


def _is_multiplied(fraction: _LinearPiece, after: _LinearPiece | None) -> bool:
    """Return whether the factor after a fraction could be read as part of its denominator."""
    is_factor = after is not None and after.kind in (*_OPERANDS, "open", "function", "big")
    return is_factor and not _NUMERIC_FRACTION.fullmatch(fraction.text)


def _needs_space(before: _LinearPiece, piece: _LinearPiece) -> bool:
    """Return whether two adjacent elements need a space between them, unlike the factors in 2xy."""
    if before.kind == "big":
        return True
    if "name" in (before.kind, piece.kind):
        return before.text[-1:].isalnum() and piece.text[:1].isalnum()
    if piece.kind in ("function", "big"):
        return before.kind not in ("open", "operator", "mark")
    if before.kind == "function":
        return piece.kind != "open"
    if "fraction" in (before.kind, piece.kind) or before.kind == "root":
        return before.kind in _OPERANDS and piece.kind in _OPERANDS
    scripted = before.kind == "scripted" and before.text[-1:].isalpha() and piece.text[:1].isalnum()
    return scripted and piece.kind in ("word", "row", "scripted", "text")


def _is_enclosed(text: str) -> bool:
    """Return whether a single pair of brackets or bars encloses the whole text."""
    if len(text) < 2:
        return False
    if text[0] in _BARS:
        return text[0] == text[-1] and text[0] not in text[1:-1]
    if find_bracket_role(text[0]) != "open" or find_bracket_role(text[-1]) != "close":
        return False
    depth = 0
    for place, character in enumerate(text):
        role = find_bracket_role(character)
        depth += (role == "open") - (role == "close")
        if depth == 0:
            return place == len(text) - 1
    return False


def _add_brackets(piece: _LinearPiece) -> str:
    """Return the text of ``piece``, in brackets unless it is a single item."""
    text = piece.text.strip()
    if not text:
        return ""
    word = piece.kind != "factor" and re.fullmatch(r"\w+", text)
    return text if piece.is_single_item or word or _is_enclosed(text) else f"({text})"


def _write_children(element: Any) -> list[_LinearPiece]:
    """Return the text of each child; in a row, also that of the children of nested rows, and of names."""
    if get_local_name(element) not in _ROWS:
        return [_write_element(part) for part in element if get_local_name(part)]
    pieces: list[_LinearPiece] = []
    for is_letter, parts in groupby(_iter_row(element), _is_upright_letter):
        written = [_write_element(part) for part in parts]
        is_name = is_letter and len(written) > 1
        pieces += [_LinearPiece("".join(one.text for one in written), "name")] if is_name else written
    return pieces


def _iter_row(element: Any) -> Iterator[Any]:
    for part in element:
        if get_local_name(part) == "mrow":
            yield from _iter_row(part)
        elif get_local_name(part):
            yield part


def _is_upright_letter(element: Any) -> bool:
    return (
        get_local_name(element) == "mi"
        and element.get("mathvariant") == "normal"
        and len(element.text or "") == 1
    )


def _write_fraction(element: Any) -> _LinearPiece:
    above, below = _write_children(element)
    if is_fraction_without_bar(element):
        return _LinearPiece(f"{above.text} ¦ {below.text}", "row", False)
    # A product in the denominator needs brackets, since a/bc is ambiguous.
    compound = above.kind == "fraction" or " " in above.text.strip()
    over = f"({above.text})" if compound and not above.is_single_item else above.text
    under = (
        below.text if _SINGLE_OPERAND.fullmatch(below.text) else _add_brackets(replace(below, kind="factor"))
    )
    return _LinearPiece(f"{over}/{under}", "fraction", False)


def _write_root(element: Any) -> _LinearPiece:
    if get_local_name(element) == "msqrt":
        return _LinearPiece("√" + _write_radicand(_join_row(_write_children(element))), "root")
    base, degree = _write_children(element)
    sign = _ROOTS.get(degree.text) or f"{_write_script(degree, _SUPERSCRIPTS, '')}√"
    return _LinearPiece(sign + _write_radicand(base), "root")


def _write_radicand(piece: _LinearPiece) -> str:
    """Return the content of a root, in brackets unless it is a single letter or number."""
    text = piece.text.strip()
    return text if _SHORT_RADICAND.fullmatch(text) or _is_enclosed(text) else f"({text})"


def _write_enclosure(element: Any) -> _LinearPiece:
    """Return the content of a box in square brackets, and that of any other enclosure as it is."""
    content = _join_row(_write_children(element))
    is_box = "box" in element.get("notation", "").split() and content.text.strip()
    return _LinearPiece(f"[{content.text.strip()}]") if is_box else content


def _write_script(piece: _LinearPiece, alphabet: dict[str, str], mark: str) -> str:
    """Return a script in superscript or subscript characters, or after ``mark`` if Unicode lacks them.

    ``alphabet`` maps characters to superscript or subscript characters.
    """
    compact = re.sub(r"\s", "", piece.text)
    if not compact:
        return ""
    if all(character in _PRIMES for character in compact):
        return compact
    if all(character in alphabet for character in compact):
        return "".join(alphabet[character] for character in compact)
    is_short = len(compact) < 8 and not re.search(r"\w\s\w", piece.text)
    text = compact if is_short else piece.text.strip()
    return mark + _add_brackets(_LinearPiece(text, "row", piece.is_single_item and " " not in text))


def _add_scripts(base: _LinearPiece, lower: _LinearPiece | None, upper: _LinearPiece | None) -> _LinearPiece:
    text = base.text if base.kind in ("big", "function") else _add_brackets(base)
    text += _write_script(lower, _SUBSCRIPTS, "_") if lower else ""
    text += _write_script(upper, _SUPERSCRIPTS, "^") if upper else ""
    kind = base.kind if base.kind in ("big", "function", "operator", "close") else "scripted"
    return _LinearPiece(text, kind)


def _write_scripts(element: Any) -> _LinearPiece:
    return _join_base_and_scripts(element, _write_children(element))


def _join_base_and_scripts(element: Any, children: Sequence[_LinearPiece]) -> _LinearPiece:
    match get_local_name(element), children:
        case "msup", [base, target] if CANCELLED_TO in element[0].get("notation", "").split():
            return _LinearPiece(f"({_add_brackets(base)}→{_add_brackets(target)})")
        case (("msub" | "munder"), [base, below]):
            return _add_scripts(base, below, None)
        case (("msup" | "mover"), [base, above]):
            return _add_scripts(base, None, above)
        case _, [base, below, above]:
            return _add_scripts(base, below, above)
    return _join_row(children)


def _write_over_and_under_scripts(element: Any) -> _LinearPiece:
    children = _write_children(element)
    base, *marks = children
    for mark in marks:
        sign = mark.text.strip()
        if sign in ACCENTS and len(base.text) > 1 and name_of(sign, "").startswith("COMBINING"):
            children[-1] = replace(mark, text=_SPACING_ACCENTS.get(ACCENTS[sign], sign))
        if sign in _BRACES and sign:
            return base
        if sign in ACCENTS and len(marks) == 1 and base.kind != "operator":
            if len(base.text) == 1:
                return _LinearPiece(base.text + ACCENTS[sign])
            if sign in "¯‾_\u0305\u0332\u0304":
                line = "\u0332" if sign in "_\u0332" else "\u0305"
                return _LinearPiece("".join(letter + line for letter in base.text))
    return _join_base_and_scripts(element, children)


def _write_table(element: Any) -> _LinearPiece:
    """Return the rows of a table, separated by semicolons.

    The cells of a row are separated by commas, or by bars where the table has rules, unless the table aligns
    equations.
    """
    rows = []
    for row in element:
        cells = [cell for cell in row if get_local_name(cell) == "mtd"]
        edges = [at for at, cell in enumerate(list_column_cells(row)) if cell is not None]
        rules = list_row_rules(element, row)
        aligned = any("padding" in (cell.get("style") or "") for cell in cells)
        pieces = [_join_row(_write_children(cell)) for cell in cells]
        rows.append(
            _join_row([_pad_operand(piece) for piece in pieces]).text
            if aligned
            else _join_cells([piece.text for piece in pieces], [rules[edge] for edge in edges])
        )
    return _LinearPiece("; ".join(row for row in rows if row), "row", False)


def _join_cells(texts: Sequence[str], rules: Sequence[str]) -> str:
    """Join the cells of a row; ``rules`` are the rules before them, such as "none"."""
    out = ""
    for place, (text, rule) in enumerate(zip(texts, rules, strict=True)):
        if place and rule != "none":
            out += " | "
        elif text and out:
            out += ", "
        out += text
    return out


def _pad_operand(piece: _LinearPiece) -> _LinearPiece:
    """Add a space before a cell that starts with an operator."""
    first = piece.text[:1]
    begins = (
        bool(first)
        and not first.isalnum()
        and find_bracket_role(first) != "open"
        and first not in _SYMBOLS_WITHOUT_SPACES + "√−"
    )
    return _LinearPiece(f" {piece.text}" if begins else piece.text, piece.kind, piece.is_single_item)


def _write_prescripts(element: Any) -> _LinearPiece:
    after, before = (
        "".join(
            _write_script(_write_element(p), (_SUBSCRIPTS, _SUPERSCRIPTS)[n % 2], "_^"[n % 2])
            for n, p in enumerate(scripts)
        )
        for scripts in split_prescripts(element)
    )
    return _LinearPiece(before + _add_brackets(_write_element(element[0])) + after, "scripted")


def _write_fenced_expression(element: Any) -> _LinearPiece:
    inner = ", ".join(piece.text for piece in _write_children(element))
    return _LinearPiece(f"{element.get('open', '(')}{inner}{element.get('close', ')')}")


_ELEMENT_WRITERS: dict[str, Callable[[Any], _LinearPiece]] = {
    "mfrac": _write_fraction,
    "msqrt": _write_root,
    "mroot": _write_root,
    "msub": _write_scripts,
    "msup": _write_scripts,
    "msubsup": _write_scripts,
    "munder": _write_over_and_under_scripts,
    "mover": _write_over_and_under_scripts,
    "munderover": _write_over_and_under_scripts,
    "mtable": _write_table,
    "mmultiscripts": _write_prescripts,
    "menclose": _write_enclosure,
    "mfenced": _write_fenced_expression,
}
