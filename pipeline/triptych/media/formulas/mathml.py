r"""Correct the MathML that pandoc writes for TeX formulas.

Pandoc marks every ``|`` as an opening and every ``\|`` as a closing fence, so that an operator after a bar
looks like the sign of a number. This module pairs bars, and makes the operators after them binary. Pandoc
makes bold letters italic, so ``reading/tex.lua`` reads them as bold sans-serif, and they become bold here.
``markers.py`` adds the constructs that pandoc drops.
All outputs use the corrected MathML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from lxml import etree

from triptych.media.formulas.markers import ARROWS_BELOW, INTERTEXT, has_marks, replace_marks
from triptych.media.formulas.row_parts import (
    NEGATION,
    classify_operator,
    list_column_cells,
    strip_invisible,
)
from triptych.media.xml_parsing import MATHML, get_local_name

# Elements with a row of their own.
_ROWS = [f"{MATHML}{name}" for name in ("mrow", "mstyle", "mtd", "msqrt", "mphantom", "mpadded", "menclose")]
_BARS = {"|": "|", "‖": "‖", "∥": "‖", "∣": "∣"}
_SIGNS = "+−±∓⋅∗*×÷∘∙•⋆○◯⋄∩∪⊎⊓⊔∨∧∖≀⊕⊖⊗⊘⊙⊞⊠⋉⋊"
_TILDE_OPERATOR = "∼"  # in MathML also a logical prefix operator, without a space after it
_NARROW_ACCENTS = "\u0302\u0303\u030c→"
_NEEDS_CORRECTION = re.compile(
    rf">[|‖∥]</mo>|left: 0[^>]*>(?:<mspace[^>]*></mspace>)*"
    rf"<m(?:i>[{re.escape(_SIGNS)}]|o>{_TILDE_OPERATOR})</m"
    '|"bold-sans-serif"'
    f"|<mtd[^>]*></mtd></mtr></mtable>|>[\u20ee\u20ef⏜⏝]</mo>|{NEGATION}</mi>|>[{_NARROW_ACCENTS}]</mo>"
)
# Maps ranges of bold sans-serif characters to their distance from the bold characters.
_BOLD = {range(0x1D5D4, 0x1D608): 0x1D4, range(0x1D7EC, 0x1D7F6): 0x1E, range(0x1D756, 0x1D790): 0xAE}
_LIMITS_OF_ARCS = {"⏝": ("munder", "msub"), "⏜": ("mover", "msup")}
_FORMS = {"prefix": "open", "postfix": "close"}
# The stack of open bars with their elements, and of open brackets as ("", None).
_OpenFences: TypeAlias = list[tuple[str, etree._Element | None]]


def correct_mathml(mathml: str) -> str:
    """Correct bars, operators, bold letters and an empty last table row in pandoc's MathML."""
    mathml = mathml.replace("&#57348;", "\ue004").replace("&#57349;", "\ue005")  # around references
    marked = has_marks(mathml)
    if not marked and not _NEEDS_CORRECTION.search(mathml):
        return mathml
    root = etree.fromstring(mathml.encode())
    if marked:
        replace_marks(root)
    for element in root.iter(*_ROWS):
        _correct_row(list(element))
    for cell in root.iter(f"{MATHML}mtd"):
        signs = [part for part in cell if get_local_name(part) != "mspace"]
        if "padding-left" in (cell.get("style") or "") and len(signs) > 1:
            _mark_as_operator(signs[0])
    for rows in root.iter(f"{MATHML}mtable"):
        if len(rows) > 1 and not any(len(cell) for cell in rows[-1]):  # after a trailing \\
            rows.remove(rows[-1])
    for accent in root.iter(f"{MATHML}mover"):
        if arrow := ARROWS_BELOW.get(_strip_text(accent[1])):
            accent.tag, accent[1].text = f"{MATHML}munder", arrow
        else:
            _keep_accent_narrow(*accent)
    for script in root.iter(f"{MATHML}msub", f"{MATHML}msup"):
        _set_label_of_arc(script)
    for element in root.iter():
        if element.get("mathvariant") == "bold-sans-serif":
            element.set("mathvariant", "bold")
            element.text = "".join(map(_embolden_character, element.text or ""))
        elif get_local_name(element) == "mi" and (element.text or "").endswith(NEGATION):
            element.tag = f"{MATHML}mo"
        elif element.get("stretchy") == "true" and _strip_text(element) == "∥":
            element.text = _BARS["∥"]
    return etree.tostring(root, encoding="unicode")


def _keep_accent_narrow(base: etree._Element, accent: etree._Element) -> None:
    r"""Prevent the accent of a single letter from stretching, unless it is wide (``\widehat``)."""
    sign = accent.text or ""
    is_letter = get_local_name(base) == "mi" and len(_strip_text(base)) == 1
    is_accent = accent.get("accent") == "true" and sign in tuple(_NARROW_ACCENTS)
    if is_letter and is_accent and accent.get("stretchy") != "true":
        accent.set("stretchy", "false")
        accent.text = "\u20d7" if sign == "→" else sign


def _set_label_of_arc(script: etree._Element) -> None:
    r"""Set the label of ``\underparen`` below the arc, and that of ``\overparen`` above it."""
    arc = script[0]
    if get_local_name(arc) not in ("munder", "mover") or len(arc) < 2:
        return
    name, scripts = _LIMITS_OF_ARCS.get(_strip_text(arc[1]), ("", ""))
    if (get_local_name(arc), get_local_name(script)) == (name, scripts):
        script.tag = f"{MATHML}{name}"


def list_colour_pairs(mathml: str) -> list[tuple[str, str]]:
    """Return each colour of text in a formula with that behind it, or "" for the colours of the page."""
    if "mathcolor" not in mathml and "mathbackground" not in mathml:
        return []

    def find_colour(token: etree._Element, name: str) -> str:
        around = (element.get(name) for element in (token, *token.iterancestors()))
        return next(filter(None, around), "").removeprefix("#")

    tokens = [one for one in etree.fromstring(mathml.encode()).iter(etree.Element) if _strip_text(one)]
    pairs = [(find_colour(one, "mathcolor"), find_colour(one, "mathbackground")) for one in tokens]
    return [pair for pair in dict.fromkeys(pairs) if any(pair)]


def _embolden_character(character: str) -> str:
    """Return the bold character for a bold sans-serif character; return any other character unchanged."""
    code = ord(character)
    return chr(code - next((distance for codes, distance in _BOLD.items() if code in codes), 0))


def _correct_row(row: Sequence[etree._Element]) -> None:
    r"""Set the ``form`` of the bars in a row, and mark the operators after closing bars as binary.

    ``\mid`` has no form and is ignored. A bar with scripts is a closing bar, and a bar without a partner
    becomes an ordinary symbol.
    """
    opened: _OpenFences = []
    before = ""
    for element in row:
        mark = _find_operator(element)
        form = mark.get("form", "") if mark is not None else ""
        text = _strip_text(mark) if mark is not None else ""
        if mark is None:
            if before == "close":
                _mark_as_operator(element)
            before = _classify_element(element)
        elif text in _BARS and form in _FORMS and (mark.get("stretchy") == "false" or mark.get("minsize")):
            before = _classify_bar(mark, text, opened, before, has_scripts=mark is not element)
        else:
            before = _FORMS.get(form) or classify_operator(text)
            if before == "open":
                opened.append(("", None))
            while before == "close" and opened and (alone := opened.pop()[1]) is not None:
                _mark_as_symbol(alone)
    for _, alone in opened:
        if alone is not None:
            _mark_as_symbol(alone)


def _classify_bar(
    mark: etree._Element, text: str, opened: _OpenFences, before: str, *, has_scripts: bool
) -> str:
    """Pair a bar with an open bar; return "close" if there is one and it has content, otherwise "open"."""
    fellow = _find_opening_bar(opened, text)
    if fellow is not None and (has_scripts or before not in ("open", "bin", "rel")):
        for bar, form in ((fellow, "prefix"), (mark, "postfix")):
            bar.set("form", form)
            bar.text = _BARS[text]
        while (alone := opened.pop()[1]) is not None and alone is not fellow:
            _mark_as_symbol(alone)
        return "close"
    opened.append((text, mark))
    return "open"


def _mark_as_symbol(bar: etree._Element) -> None:
    """Mark a bar without a partner as an ordinary symbol."""
    following = bar.getnext()
    if following is not None:
        _mark_as_operator(following)
    if bar.get("minsize"):
        return
    bar.tag = f"{MATHML}mi"
    for name in ("form", "stretchy"):
        bar.attrib.pop(name, "")


def _find_opening_bar(opened: _OpenFences, text: str) -> etree._Element | None:
    """Return the open bar within the same brackets that a bar would close, or None."""
    for sign, mark in reversed(opened):
        if mark is None or sign == text:
            return mark
    return None


def _mark_as_operator(element: etree._Element) -> None:
    """Mark an operator that pandoc wrote as an identifier or prefix operator as a binary operator."""
    kind, sign = get_local_name(element), _strip_text(element)
    if (kind == "mi" and sign in _SIGNS) or (kind == "mo" and sign == _TILDE_OPERATOR):
        element.tag = f"{MATHML}mo"
        element.set("form", "infix")


def _find_operator(element: etree._Element) -> etree._Element | None:
    """Return the element if it is an operator, its base if the base is a bar with scripts, or None."""
    if get_local_name(element) == "mo":
        return element if _strip_text(element) else None
    if (
        get_local_name(element) in ("msup", "msub", "msubsup")
        and len(element)
        and get_local_name(element[0]) == "mo"
    ):
        return element[0] if _strip_text(element[0]) in _BARS else None
    return None


def _classify_element(element: etree._Element) -> str:
    return "bin" if get_local_name(element) == "mi" and _strip_text(element) in _SIGNS else "ord"


def _strip_text(element: etree._Element) -> str:
    return strip_invisible(element.text or "").strip()


def add_row_numbers(mathml: str, rows: Sequence[tuple[str, str]], *, at_margin: bool) -> str:
    """Add the ids and numbers of its rows to a formula: a last cell with the class ``equation-number``.

    ``rows`` has a pair of id and number for each row of the first table. If ``at_margin`` is set, two empty
    cells at the start balance the numbers: two, so that odd columns remain odd. Texts between rows begin at
    the margin. Otherwise, a space separates the numbers from the formula. The TeX annotation is removed, so
    that the table may be as wide as the formula.
    """
    root = etree.fromstring(mathml.encode())
    if len(root) == 1 and get_local_name(root[0]) == "semantics":
        root.replace(root[0], root[0][0])
    table = root.find(f".//{MATHML}mtable")
    if table is None or len(table) != len(rows):
        table = _wrap_in_table(root)
        (identifier,) = [identifier for identifier, _ in rows if identifier][:1] or [""]
        rows = [(identifier, " ".join(number for _, number in rows if number))]
    for element in (root, table):
        element.set("class", f"{element.get('class', '')} numbered".strip())
    width = max(len(list_column_cells(row)) for row in table)
    for row, (identifier, number) in zip(table, rows, strict=True):
        if identifier:
            row.set("id", identifier)
        if at_margin and not number and row.find(f".//*[@class='{INTERTEXT}']") is not None:
            row[0].set("columnspan", str(width + 3))
            continue
        for _ in range(width - sum(int(cell.get("columnspan", 1)) for cell in row)):
            etree.SubElement(row, f"{MATHML}mtd")
        if at_margin:
            row.insert(0, etree.Element(f"{MATHML}mtd"))
            row.insert(0, etree.Element(f"{MATHML}mtd", {"class": "equation-space"}))
        cell = etree.SubElement(row, f"{MATHML}mtd", {"class": "equation-number"})
        if number and not at_margin:
            etree.SubElement(cell, f"{MATHML}mspace", width="2em")
        etree.SubElement(cell, f"{MATHML}mtext").text = number
    return etree.tostring(root, encoding="unicode")


def set_texts_at_margin(mathml: str) -> str:
    """Begin the texts between the rows of a formula without numbers at the margin."""
    if f'class="{INTERTEXT}"' not in mathml:
        return mathml
    table = etree.fromstring(mathml.encode()).find(f".//{MATHML}mtable")
    return mathml if table is None else add_row_numbers(mathml, [("", "")] * len(table), at_margin=True)


def _wrap_in_table(root: etree._Element) -> etree._Element:
    """Make the content of a formula the only cell of a table, and return the table."""
    table = etree.Element(f"{MATHML}mtable", displaystyle="true")
    etree.SubElement(etree.SubElement(table, f"{MATHML}mtr"), f"{MATHML}mtd").extend(list(root))
    root.append(table)
    return table
