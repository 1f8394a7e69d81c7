"""Convert presentation MathML to Typst's math notation.

Signs are written as characters, never by Typst's names, and escaped if they are part of Typst's syntax, so
that Typst does not interpret a formula's text. The elements are those of MathML Core, with the attributes
that TeX converters write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Literal, TypeAlias

from lxml import etree

from triptych.media.formulas.markers import ATOM_CLASSES, CANCELLED_TO, DOTS, INTERTEXT, OPERATOR, OVERLAPS
from triptych.media.formulas.row_parts import (
    ACCENTS,
    NEGATION,
    ROW_RULES,
    Atom,
    AtomType,
    classify_operator,
    is_duplicate_space,
    is_fraction_without_bar,
    is_mathematical_alphanumeric,
    join_atoms,
    join_pieces,
    list_column_cells,
    list_row_rules,
    split_prescripts,
    strip_invisible,
    write_space,
    write_with_class,
)
from triptych.media.xml_parsing import MATHML, get_local_name
from triptych.model.whole_numbers import parse_whole_number

_WIDE_ACCENTS = {"\u20d7": "→", "\u20d6": "←"}  # accents over more than one letter
_BRACE_FUNCTIONS = {
    "⏞": "overbrace", "⏟": "underbrace", "⎴": "overbracket", "⎵": "underbracket", "⏜": "overparen",
    "⏝": "underparen", "_": "underline", "\u0332": "underline", "¯": "overline", "\u0305": "overline",
}  # fmt: skip
_STRIKES = {
    "updiagonalstrike": "",
    "downdiagonalstrike": ", inverted: #true",
    "horizontalstrike": ", angle: #90deg",
}
_NEGATION_STROKE = "angle: #22deg, length: #0.9em, stroke: #0.045em"  # as that of ≠
_SIDES = {"left": "0.4em", "right": "0.4em", "top": "0.25em", "bottom": "0.25em"}  # with the space inside
_FENCES = {"∣": "|", "∥": "‖"}
_FORMS: dict[str, AtomType] = {"prefix": "open", "postfix": "close"}
_SIGNS = {"*": "∗", "\\": "∖", "-": "−", "'": "′"}
_BRACKETS = frozenset("()[]{}⟨⟩⌈⌉⌊⌋")  # in Typst these have the classes "opening" and "closing"
_DOTS = frozenset("…⋯⋱⋰")
_ARROWS = frozenset("→←↔⇒⇐⇔↦↪↩⇀⇁↼↽⇌⇋↠⟶⟵⟷⟹⟸⟺⟼")
_ARROW_OVERHANG = 0.3  # em by which an arrow is longer than its label on each side
_ARROWS_BELOW = frozenset("→←↔")
_UNESCAPED_SYMBOLS = frozenset("=+<>")  # ASCII signs that need no escape in Typst
_ESCAPED_SYMBOLS = frozenset("√∛∜|‖∣∥⌈⌉⌊⌋⌜⌝⌞⌟⟦⟧⎰⎱")  # part of Typst's syntax, such as brackets
_NAMES = {"liminf": "lim inf", "limsup": "lim sup", "injlim": "inj lim", "projlim": "proj lim"}
_STYLES = {
    "bold": ", weight: 700",
    "italic": ', style: "italic"',
    "bold-italic": ', weight: 700, style: "italic"',
}
# The codes of the letters A and a and of the digit 0 in alphabets of the math font.
_TEXT_ALPHABETS = {
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "bold-sans-serif": (0x1D5D4, 0x1D5EE, 0x1D7EC),
    "sans-serif-italic": (0x1D608, 0x1D622, 0),
    "sans-serif-bold-italic": (0x1D63C, 0x1D656, 0),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6),
}
_SPACE = re.compile(r"(-?[\d.]+)(em|ex|px|pt)?")
# Functions that set a row on the baseline, by the attribute of a table, and the index of the row.
_ROWS_ON_BASELINE = {"baseline 1": ("lowered", 0), "baseline -1": ("raised", -1)}
_EM = {"em": 1.0, "ex": 0.45, "px": 1 / 16, "pt": 0.1, None: 1.0}
NOTHING = '""'
_MARKED = "marked"  # attribute of a table with marks at its rows


@dataclass(frozen=True, slots=True)
class _FormulaStyle:
    """TeX's math style: display, text or script."""

    display: bool
    script: bool = False
    block: bool = False  # whether the whole formula is displayed

    @property
    def fraction_style(self) -> _FormulaStyle:
        """The style of a fraction's numerator and denominator."""
        return replace(self, display=False)

    @property
    def script_style(self) -> _FormulaStyle:
        """The style of subscripts and superscripts."""
        return _FormulaStyle(display=False, script=True, block=self.block)


@dataclass(frozen=True, slots=True)
class AtomGroup:
    """The atoms of MathML elements that belong together, usually of one element.

    ``is_outermost`` is False for elements in a nested row, such as a group ``{…}`` of TeX.
    """

    atoms: tuple[Atom, ...]
    elements: tuple[etree._Element, ...]
    is_outermost: bool


ROW_MARK = "#rowmark;"


def write_typst_notation(mathml: str, *, display: bool = False, mark_rows: bool = False) -> str:
    """Convert presentation MathML to Typst's notation, without the dollar signs.

    If ``mark_rows`` is set, each row of the first table has a mark, whose position Typst reports.
    """
    root = etree.fromstring(mathml.encode())
    table = root.find(f".//{MATHML}mtable") if mark_rows else None
    if table is not None:
        table.set(_MARKED, "true")
    shown = root.get("displaystyle") == "true"
    notation = _write_row(root, _FormulaStyle(display or shown, block=display or shown)) or NOTHING
    return f"display({notation})" if shown else notation


def write_atoms(mathml: str, *, display: bool) -> list[Atom]:
    """Return the atoms of a formula; nested rows without stretchy brackets are flattened."""
    return _write_atoms([etree.fromstring(mathml.encode())], _FormulaStyle(display=display, block=display))


def write_atom_groups(mathml: str) -> list[AtomGroup]:
    """Return the groups of atoms of an inline formula; rows without stretchy brackets are flattened."""
    root = etree.fromstring(mathml.encode())
    row = root
    while len(parts := _list_children(row)) == 1 and get_local_name(parts[0]) in ("mrow", "semantics"):
        row = parts[0]
    return [
        AtomGroup(tuple(atoms), tuple(elements), all(element.getparent() is row for element in elements))
        for atoms, elements in _iter_atom_groups(_list_children(root), _FormulaStyle(display=False))
    ]


def list_root_row(mathml: str) -> list[etree._Element]:
    """Return the elements of a formula; rows without stretchy brackets are flattened."""
    return [*_flatten_row(etree.fromstring(mathml.encode()))]


def split_aligned_rows(mathml: str) -> list[tuple[list[Atom], list[Atom]]]:
    """Return the atoms before and after the first ``&`` of each row in an ``aligned`` environment.

    Atoms after the environment are added to its last row. Return an empty list for any other formula.
    """
    style = _FormulaStyle(display=True, block=True)
    table, *after = list_root_row(mathml)
    rows = [_list_children(row) for row in table] if get_local_name(table) == "mtable" else []
    sides = ("right", "left")
    other = any(cell.get("columnalign") != sides[at % 2] for row in rows for at, cell in enumerate(row))
    if other or any(len(part) for part in after):
        return []
    cells = [[_write_atoms(_list_children(cell), style) for cell in row] for row in rows]
    atoms = [(row[0] if row else [], [atom for cell in row[1:] for atom in cell]) for row in cells]
    return [*atoms[:-1], (atoms[-1][0], atoms[-1][1] + _write_atoms(after, style))] if atoms else []


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Some rows of equations of a displayed table, or a text between its rows, in Typst's notation."""

    notation: str
    rows: tuple[etree._Element, ...]
    is_text: bool


def split_table_at_texts(table: etree._Element) -> list[TableBlock]:
    r"""Split a displayed table at its texts (``\intertext``); return an empty list if it has none.

    The columns of each block are as wide as those of the whole table, and its rows have marks.
    """
    equations = [row for row in table if not _is_text_row(row)]
    if not 0 < len(equations) < len(table):
        return []
    style = _FormulaStyle(display=True, block=True)
    alignments = [_find_alignment(equations, column) for column in range(max(map(len, equations)))]
    cells = [
        [
            _write_cell(
                _write_atoms(_list_children(row[at]) if at < len(row) else (), style),
                side,
                "display",
                is_line=True,
            )
            for at, side in enumerate(alignments)
        ]
        for row in equations
    ]
    left = iter(cells)
    blocks: list[TableBlock] = []
    for is_text, rows in groupby(table, _is_text_row):
        if is_text:
            blocks += [TableBlock(_write_mixed_text(row), (row,), is_text=True) for row in rows]
            continue
        own = tuple(rows)
        texts = [list(next(left)) for _ in own]
        texts[0] = [
            _widen_cell(text, side, [row[at] for row in cells])
            for at, (text, side) in enumerate(zip(texts[0], alignments, strict=True))
        ]
        add_line_struts(texts)
        _add_row_marks(texts)
        lines = "; ".join(", ".join(_pair_columns(row, alignments)) for row in texts)
        notation = (
            f"mat(delim: #none, column-gap: #{_get_equation_gap(table)}em, row-gap: #{LINE_GAP}em, {lines})"
        )
        blocks.append(TableBlock(notation, own, is_text=False))
    return blocks


def _is_text_row(row: etree._Element) -> bool:
    return row.find(f".//*[@class='{INTERTEXT}']") is not None


def _widen_cell(text: str, side: str, column: Sequence[str]) -> str:
    """Return a cell with the space that makes it as wide as all cells of its column."""
    parts = [f"${one.removeprefix('&').removesuffix('&')}$" for one in (text, *column)]
    space = f"#widen({', '.join(parts)});"
    return {"right": f"{space}{text}", "left": f"{text}{space}"}.get(side, text)


def _write_mixed_text(row: etree._Element) -> str:
    """Return a text between rows, which may contain formulas, as a paragraph."""
    style = _FormulaStyle(display=False)
    parts = [part for cell in row for element in _list_children(cell) for part in _flatten_row(element)]
    pieces: list[str] = []
    for is_text, run in groupby(parts, lambda part: get_local_name(part) == "mtext"):
        if is_text:
            pieces += [_write_text_element(part, "".join(map(str, part.itertext()))) for part in run]
        else:
            pieces.append(f"${join_atoms(_write_atoms(list(run), style), script=False) or NOTHING}$")
    return f"#wrapped([{''.join(pieces)}]);"


def _list_children(element: etree._Element) -> list[etree._Element]:
    return [part for part in element if get_local_name(part) not in ("", "annotation", "annotation-xml")]


def _write_row(element: etree._Element, style: _FormulaStyle) -> str:
    """Return an element's children as a row in Typst's notation."""
    return join_atoms(_write_atoms(_list_children(element), style), script=style.script)


def _write_argument(element: etree._Element, style: _FormulaStyle) -> str:
    """Return an element as an argument of a Typst function; an empty element is an empty string."""
    return join_atoms(_write_atoms([element], style), script=style.script) or NOTHING


def _write_atoms(elements: Sequence[etree._Element], style: _FormulaStyle) -> list[Atom]:
    return [atom for atoms, _ in _iter_atom_groups(elements, style) for atom in atoms]


def _iter_atom_groups(
    elements: Sequence[etree._Element], style: _FormulaStyle
) -> Iterator[tuple[list[Atom], list[etree._Element]]]:
    """Yield the atoms of each element of a row, or of a run of letters, with the elements."""
    row = [part for element in elements for part in _flatten_row(element)]
    place = 0
    while place < len(row):
        run, word = _find_word(row, place)
        if len(run) > 1:
            yield [Atom(word)], run
            place += len(run)
            continue
        yield _write_element(row[place], style), [row[place]]
        place += 1


def _flatten_row(element: etree._Element) -> Iterator[etree._Element]:
    """Yield an element, or the children of a row without stretchy brackets."""
    name = get_local_name(element)
    if name in ("math", "mrow", "mpadded", "merror", "semantics") and not (
        _is_fenced(element) or _has_own_size(element) or element.get("class") in ATOM_CLASSES
    ):
        parts = _list_children(element)
        if name == "mrow" and not parts:  # TeX's {}, an operand
            yield element
        for part in parts[:1] if name == "semantics" else parts:
            if not is_duplicate_space(part, parts):
                yield from _flatten_row(part)
    elif name:
        yield element


def _has_own_size(element: etree._Element) -> bool:
    """Return whether a padded element has a width, height or depth that differs from its content."""
    return get_local_name(element) == "mpadded" and any(map(element.get, ("width", "height", "depth")))


def _is_fenced(element: etree._Element) -> bool:
    """Return whether a row starts or ends with a stretchy bracket."""
    parts = _list_children(element)
    return len(parts) > 1 and (_is_stretchy(parts[0]) or _is_stretchy(parts[-1]))


def _is_stretchy(element: etree._Element) -> bool:
    return (
        get_local_name(element) == "mo" and element.get("stretchy") == "true" and not element.get("minsize")
    )


def _find_word(row: Sequence[etree._Element], start: int) -> tuple[list[etree._Element], str]:
    """Return the letters and numbers in one alphabet from ``start`` on, and their notation as a word."""
    run: list[etree._Element] = []
    word, variant = "", row[start].get("mathvariant", "")
    is_known = variant in ("normal", "bold", "italic") or variant in _TEXT_ALPHABETS
    for element in row[start:] if is_known else ():
        text = (element.text or "").strip()
        plain = unicodedata.normalize("NFKC", text)
        is_part = plain.isalpha() and len(plain) == 1 if get_local_name(element) == "mi" else plain.isdigit()
        same = element.get("mathvariant") == variant and get_local_name(element) in ("mi", "mn")
        if not (same and is_part and plain.isascii()):
            break
        run.append(element)
        word += text if variant in _TEXT_ALPHABETS else plain
    return run, _write_upright(word) if variant in _TEXT_ALPHABETS else _write_text(
        word, _STYLES.get(variant, "")
    )


def _write_upright(text: str) -> str:
    """Return characters of the math font in code, since Typst keeps the spaces around strings and digits."""
    return f'#math.upright("{_escape(text)}");'


def _write_element(element: etree._Element, style: _FormulaStyle) -> list[Atom]:
    name = get_local_name(element)
    match name:
        case "mi" | "mn" | "ms" | "mtext":
            return _write_token(name, element)
        case "mo":
            return _write_operator(element)
        case "mspace" if element.get("height"):
            sizes = (_measure_length(element.get(name, "")) for name in ("height", "depth"))
            return [Atom(_write_strut(*sizes), "mark")]
        case "mspace":
            width = _measure_length(element.get("width", ""))
            return [Atom("", "space", width)]
        case "none" | "mprescripts":
            return []
        case "mphantom":
            return [Atom(f"#hide(${_write_row(element, style)}$);")]
        case "mstyle":
            return _write_styled_element(element, style)
        case "mtable":
            return [Atom(_write_table_element(element, style))]
        case "msub" | "msup" | "msubsup" | "munder" | "mover" | "munderover":
            return [_write_scripts(element, style)]
        case "mpadded" if _has_own_size(element):
            return [Atom(_write_padded_element(element, style))]
        case "mrow" if atom_type := ATOM_CLASSES.get(element.get("class", "")):
            typst_class = "large" if atom_type == "op" else "normal"
            return [Atom(f'class("{typst_class}", {_write_row(element, style) or NOTHING})', atom_type)]
        case "mrow" if not len(element):
            return [Atom(NOTHING)]
        case "mrow" | "mpadded":
            return [_write_fenced_row(_list_children(element), style)]
    return [Atom(_FUNCTIONS[name](element, style) if name in _FUNCTIONS else _write_row(element, style))]


def _measure_length(text: str) -> float:
    """Return a length in em, or 0 if it is missing or not valid."""
    match = _SPACE.fullmatch(text)
    return float(match.group(1)) * _EM[match.group(2)] if match else 0.0


def _write_strut(height: float, depth: float) -> str:
    """Return an invisible box with a height above and a depth below the baseline, in em."""
    return f"#box(width: 0pt, height: {height + depth:g}em, baseline: {depth:g}em);"


def _write_table_element(element: etree._Element, style: _FormulaStyle) -> str:
    lines = has_display_lines(element, display=style.display)
    shown = replace(style, display=(lines or element.get("displaystyle") == "true") and not style.script)
    cells = [[_write_atoms(_list_children(cell), shown) for cell in row] for row in element]
    math_style: MathStyle = "script" if style.script else "display" if shown.display else "inline"
    table = write_table(element, cells, math_style, lines=lines)
    if not (place := _ROWS_ON_BASELINE.get(element.get("align", ""))):
        return table
    name, at = place
    row = f"{math_style}({join_atoms([*chain(*cells[at])], script=style.script)})"
    return f"{NOTHING}#{name}(${table}$, ${row}$);{NOTHING}"


def _write_token(name: str, element: etree._Element) -> list[Atom]:
    """Return the atoms of an identifier, number or text element."""
    text = strip_invisible("".join(map(str, element.itertext())))
    if name in ("mtext", "ms"):
        return [Atom(_write_text_element(element, text))] if text else []
    text = text.strip()
    if not text:
        return []
    if name == "mn":
        number = re.fullmatch(r"\d+(\.\d+)?", text)
        if number and not text.isascii():
            return [Atom(_write_upright(text))]
        return [Atom(text if number else join_pieces([_write_character(character) for character in text]))]
    if text == "mod":  # a binary operator with its spaces
        return [Atom(_write_text(text))]
    if len(text) > 1 and text[0].isalpha() and not is_mathematical_alphanumeric(text[0]):
        return [Atom(_write_function_name(text), "op")]
    if len(text) > 1:
        return [Atom(join_pieces([_write_character(character) for character in text]))]
    if text in _DOTS:
        return [Atom(write_with_class(text, "ord"), "inner")]
    sign = _write_character(text)
    if text.isalpha():
        upright = element.get("mathvariant") == "normal" and not is_mathematical_alphanumeric(text)
        return [Atom(f"upright({sign})" if upright else sign)]
    return [Atom(write_with_class(sign, "ord"))]


def _write_text_element(element: etree._Element, text: str) -> str:
    """Return text in the body font, or sans-serif and monospaced text in those alphabets of the math font."""
    variant = element.get("mathvariant", "")
    if variant in _TEXT_ALPHABETS:
        letters = "".join(
            _convert_to_alphabet(letter, variant) for letter in unicodedata.normalize("NFKC", text)
        )
        return _write_upright(letters)
    written = _write_text(unicodedata.normalize("NFKC", text), _STYLES.get(variant, ""))
    return f"#smallcaps({written[1:-1]});" if element.get("class") == "small-caps" else written


def _convert_to_alphabet(letter: str, variant: str) -> str:
    """Return an ASCII letter or digit in a mathematical alphabet; return any other character unchanged."""
    for first, start in zip("Aa0", _TEXT_ALPHABETS[variant], strict=True):
        distance = ord(letter) - ord(first)
        if start and 0 <= distance < (10 if first == "0" else 26):
            return chr(start + distance)
    return letter


def _write_function_name(name: str) -> str:
    """Return a function name as a Typst operator."""
    return f"op({_write_text(_NAMES.get(name, name))})"


def _write_text(text: str, style: str = "") -> str:
    """Return text in the body font."""
    return f'#words("{_escape(text)}"{style});'


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _write_character(character: str) -> str:
    """Return a character in Typst's notation, escaped if Typst would interpret it."""
    character = _SIGNS.get(character, character)
    if character.isalnum() and not character.isdigit():
        return character
    plain = character.isascii() and character in _UNESCAPED_SYMBOLS
    known = not character.isascii() and unicodedata.category(character) in ("Sm", "So")
    if plain or (known and character not in _ESCAPED_SYMBOLS):
        return character
    return f"\\u{{{ord(character):x}}}"


def _write_operator(element: etree._Element) -> list[Atom]:
    text = strip_invisible("".join(map(str, element.itertext()))).strip()
    if not text:
        return []
    form = _FORMS.get(element.get("form", ""))
    if form:
        text = _FENCES.get(text, text)
    if len(text) == 2 and text[1] == NEGATION:
        return [
            Atom(write_with_class(f"cancel({_write_character(text[0])}, {_NEGATION_STROKE})", "rel"), "rel")
        ]
    if len(text) > 1:
        return [
            Atom(_write_function_name(text), "op")
            if text.isalpha()
            else Atom(join_pieces([_write_character(c) for c in text]), "rel")
        ]
    kind = form or classify_operator(_SIGNS.get(text, text))
    sign = _write_character(text)
    size = re.fullmatch(r"(\d+)%", element.get("minsize", ""))
    if size:
        kind = form or "ord"
        return [Atom(f"lr(size: #{int(size.group(1)) / 100}em, {write_with_class(sign, kind)})", kind)]
    sure = (
        (kind in ("open", "close", "ord") and text not in _BRACKETS)
        or text.isalpha()
        or (kind == "bin" and text in "†‡•*◯\\∖⋖⋗⅄⬝⦵⧍")
    )
    return [Atom(write_with_class(sign, kind) if sure else sign, kind)]


def _write_fenced_row(parts: Sequence[etree._Element], style: _FormulaStyle) -> Atom:
    """Return a row with stretchy brackets."""
    first, last = _is_stretchy(parts[0]), _is_stretchy(parts[-1])
    inside = list(parts[1 if first else 0 : len(parts) - 1 if last else len(parts)])
    bare = len(inside) == 1 and get_local_name(inside[0]) == "mfrac" and is_fraction_without_bar(inside[0])
    if bare and [part.text for part in (parts[0], parts[-1])] == ["(", ")"]:
        above, below = (_write_argument(part, style.fraction_style) for part in _list_children(inside[0]))
        return Atom(f"binom({above}, {below})")
    pieces: list[str] = []
    start = 0
    for place, part in [*enumerate(inside), (len(inside), None)]:
        if part is None or _is_stretchy(part):
            pieces.append(join_atoms(_write_atoms(inside[start:place], style), script=style.script))
            start = place + 1
        if part is not None and _is_stretchy(part):
            pieces.append(write_with_class(f"mid({_write_fence(part, 'ord')})", "open"))
    # Without the empty space, Typst would stretch a bracket at the end that has no stretchy bracket.
    opening = _write_fence(parts[0], "open") if first else "#h(0em);"
    closing = _write_fence(parts[-1], "close") if last else "#h(0em);"
    return Atom(f"lr({join_pieces([opening, *filter(None, pieces), closing])})", "inner")


def _write_fence(element: etree._Element, atom_type: AtomType) -> str:
    text = (element.text or "").strip()
    sign = _write_character(_FENCES.get(text, text))
    return sign if text in _BRACKETS else write_with_class(sign, atom_type)


def _write_styled_element(element: etree._Element, style: _FormulaStyle) -> list[Atom]:
    """Return the content of an ``mstyle`` element in its math style and colours."""
    display, level = element.get("displaystyle"), element.get("scriptlevel", "")
    if parse_whole_number(level):
        name = "script" if level == "1" else "sscript"
        return [Atom(f"{name}({_write_row(element, style.script_style)})")]
    if background := element.get("mathbackground"):
        content = _write_box_content(element, style)
        return [Atom(f'#box(fill: rgb("{background}"), outset: (y: 0.25em), {content});')]
    if colour := element.get("mathcolor"):
        atoms = _write_atoms(_list_children(element), style)
        return [replace(atom, text=_write_coloured(atom, colour)) if atom.text else atom for atom in atoms]
    if display is None:
        return _write_atoms(_list_children(element), style)
    shown = replace(style, display=display == "true")
    return [Atom(f"{'display' if shown.display else 'inline'}({_write_row(element, shown) or NOTHING})")]


def _write_coloured(atom: Atom, colour: str) -> str:
    return write_with_class(f'#text(fill: rgb("{colour}"), ${atom.text}$);', atom.kind)


def _write_padded_element(element: etree._Element, style: _FormulaStyle) -> str:
    """Return the content of an ``mpadded`` element without width, or without height or depth."""
    content = f"box({_write_box_content(element, style)})"
    if element.get("width"):
        before, after = {"-0.5width": (-0.5, -0.5), "-1width": (-1, 0)}.get(
            element.get("lspace", ""), (0, -1)
        )
        measure = "let w = measure(it).width"
        code = f"{measure}; h({before} * w) + it + h({after} * w)"
    else:
        code = "box(width: measure(it).width, height: 0pt, place(horizon, it))"
    # Typst sees no operand in the code, so that an operator beside it would lose its spaces.
    return f"{NOTHING}#{{let it = {content}; context {{{code}}}}};{NOTHING}"


def _write_fraction(element: etree._Element, style: _FormulaStyle) -> str:
    above, below = (_write_argument(part, style.fraction_style) for part in _list_children(element))
    if is_fraction_without_bar(element):
        pair = f"mat(delim: #none, {above}; {below})"
        if _is_between_brackets(element):
            return pair
        return f"{NOTHING}#box(inset: (x: {_FRACTION_SPACE}em), {_write_in_style(pair, style)});{NOTHING}"
    if side := element.get("numalign"):
        above, other = (_write_in_style(text, style.fraction_style) for text in (above, below))
        above = f"#flush({side}, {above}, {other});"
    rule = re.fullmatch(r"([\d.]+)em", element.get("linethickness", ""))
    if not rule:  # the rules of nested continued fractions are flush right
        return f"frac({above}, {below}){_write_space_before_end(element)}"
    gap = (float(rule[1]) - _RULE) / 2
    inner = style.fraction_style if style.display else style.script_style
    sides = zip(("bottom", "top"), (above, below), strict=True)
    padded = (f"#box(inset: ({side}: {gap:.3f}em), {_write_in_style(text, inner)});" for side, text in sides)
    fraction = _write_in_style(f"frac({', '.join(padded)})", style)
    return f"{NOTHING}#ruled({rule[1]}em, {fraction});{NOTHING}"


def _is_between_brackets(element: etree._Element) -> bool:
    before, after = element.getprevious(), element.getnext()
    return any(part is not None and _is_stretchy(part) for part in (before, after))


def _write_space_before_end(fraction: etree._Element) -> str:
    """Return the negative space at the end of a denominator that ends with a continued fraction, or ""."""
    numerator = _list_children(fraction)[0]
    first = next(numerator.iter(f"{MATHML}mspace"), None)
    if first is None or not first.get("height") or first.getparent() is not numerator:
        return ""
    around = fraction
    while (parent := around.getparent()) is not None and around.getnext() is None:
        if get_local_name(parent) == "mfrac":
            return write_space(-_FRACTION_SPACE)
        around = parent
    return ""


def _write_root(element: etree._Element, style: _FormulaStyle) -> str:
    if get_local_name(element) == "msqrt":
        return f"sqrt({_write_row(element, style)})"
    base, degree = _list_children(element)
    return f"root({_write_argument(degree, style.script_style)}, {_write_argument(base, style)})"


def _write_box_content(element: etree._Element, style: _FormulaStyle) -> str:
    """Return an element's content as a formula in a box, which does not inherit the style around it."""
    return _write_in_style(_write_row(element, style) or NOTHING, style)


def _write_in_style(notation: str, style: _FormulaStyle) -> str:
    """Return notation as a formula of its own in a math style."""
    name = "script" if style.script else "display" if style.display else ""
    return f"${name}({notation})$" if name else f"${notation}$"


def _write_enclosed_element(element: etree._Element, style: _FormulaStyle) -> str:
    inner, notation = _write_box_content(element, style), element.get("notation", "").split()
    is_table = (  # whose cells have space around
        len(element) == 1 and get_local_name(element[0]) == "mtable" and _is_framed(element[0])
    )
    if "double" in element.get("class", "").split():
        inner = f"box(stroke: 0.05em, inset: {0 if is_table else 0.3}em, {inner})"
        return f"#box(stroke: 0.05em, inset: {_DOUBLE_RULE_GAP}, {inner});"
    if "box" in notation and not is_table:
        colour = re.fullmatch(r"border-color: (#\w{6})", element.get("style", ""))
        stroke = f'stroke: rgb("{colour[1]}") + 0.05em, ' if colour else ""
        background = element.get("mathbackground")
        fill = f'fill: rgb("{background}"), ' if background else ""
        return f"#framed({stroke}{fill}{inner});"
    if sides := [side for side in _SIDES if side in notation or "box" in notation]:
        strokes = ", ".join(f"{side}: 0.05em" for side in sides)
        inset = "0pt" if is_table else f"({', '.join(f'{side}: {_SIDES[side]}' for side in sides)})"
        return f"#box(stroke: ({strokes}), inset: {inset}, {inner});"
    if CANCELLED_TO in notation:
        return _write_cancellation(element, None, style)
    inner = _write_row(element, style)
    for strike in filter(_STRIKES.__contains__, notation):
        inner = f"cancel({inner}{_STRIKES[strike]})"
    return inner


def _write_cancellation(element: etree._Element, value: etree._Element | None, style: _FormulaStyle) -> str:
    """Return content with an arrow through it, and the value at the tip of the arrow."""
    content = _write_box_content(element, style)
    written = NOTHING if value is None else _write_argument(value, style.script_style)
    return f"{NOTHING}#cancelto({content}, $script({written})$);{NOTHING}"


def _write_scripts(element: etree._Element, style: _FormulaStyle) -> Atom:
    """Return a base with its scripts, limits or accents, or with a brace and the brace's label."""
    name = get_local_name(element)
    base, *marks = _list_children(element)
    if name == "msup" and CANCELLED_TO in base.get("notation", "").split():
        return Atom(_write_cancellation(base, marks[0], style))
    limits = name.startswith(("munder", "mover"))
    keys = {"msub": "b", "msup": "t", "msubsup": "bt", "munder": "b", "mover": "t", "munderover": "bt"}[name]
    if limits and len(marks) == 1:
        around = _write_accented_base(base, marks[0], style, above=name == "mover")
        if around:
            return Atom(around)
    atoms = _write_atoms([base], style)
    kind = atoms[0].kind if len(atoms) == 1 else "ord"
    inner = join_atoms(atoms, script=style.script) or NOTHING
    if inner.startswith("attach(") and not limits:  # Typst would join the scripts with those of the base
        inner = f"{NOTHING} {inner} {NOTHING}"
    sign = (base.text or "").strip() if get_local_name(base) == "mo" else ""
    scripts = [_write_argument(mark, style.script_style) for mark in marks]
    if limits and (sign in _ARROWS or base.get("stretchy") == "true"):
        inner = f"limits(stretch({inner}))"
        scripts = [
            join_pieces([write_space(_ARROW_OVERHANG), script, write_space(_ARROW_OVERHANG)])
            for script in scripts
        ]
    elif limits or get_local_name(base) == "mo":
        beside = style.block and not style.display and kind == "op"  # as in TeX's text style
        inner = f"{'limits' if limits and not beside else 'scripts'}({inner})"
    arguments = [f"{key}: {script}" for key, script in zip(keys, scripts, strict=False)]
    written = f"attach({', '.join([inner, *arguments])})"
    if base.get("class") == OPERATOR:
        written = f'class("large", {written})'
    if side := OVERLAPS.get(element.get("class", "")):
        written = _write_overlap(written, inner, side, style)
    return Atom(written, kind)


def _write_overlap(whole: str, operator: str, side: str, style: _FormulaStyle) -> str:
    """Return a large operator whose limits overlap the content on one side."""
    boxes = ", ".join(_write_in_style(text, style) for text in (whole, operator))
    overlap = "h(calc.min(0pt, widths.last() - widths.first()) / 2)"
    parts = f"{overlap}; it.first()" if side == "left" else f"it.first(); {overlap}"
    widths = "let widths = it.map(one => measure(one).width)"
    return f'class("large", #{{let it = ({boxes}); context {{{widths}; {parts}}}}})'


def _write_accented_base(
    base: etree._Element, mark: etree._Element, style: _FormulaStyle, *, above: bool
) -> str:
    """Return a base with an accent, a line, or a brace and its label; return "" if it has none of these."""
    inner_marks = _list_children(base)
    brace = _read_symbol(inner_marks[1]) if get_local_name(base) in ("munder", "mover") else ""
    if brace and brace in "⏞⏟⎴⎵⏜⏝":
        inner, label = _write_argument(inner_marks[0], style), _write_argument(mark, style.script_style)
        return f"{_BRACE_FUNCTIONS[brace]}({inner}, {label})"
    if get_local_name(mark) != "mo" or mark.get("accent") != "true":
        return ""
    sign, inner = _read_symbol(mark), _write_argument(base, style)
    if sign in _BRACE_FUNCTIONS and (above or sign != "¯"):
        return f"{_BRACE_FUNCTIONS[sign]}({inner})"
    if not above and sign in _ARROWS_BELOW:
        atom_class = "large" if inner.startswith("op(") else "normal"
        arrow = f"attach(limits(#it;), b: stretch({sign}, size: #width))"
        code = (
            f"let it = {_write_in_style(inner, style)}; context {{let width = measure(it).width; ${arrow}$}}"
        )
        return f'class("{atom_class}", #{{{code}}})'
    accent = ACCENTS.get(sign, sign)
    if not above or not unicodedata.combining(accent):
        return ""
    letters = "".join(map(str, base.itertext()))
    if accent in _WIDE_ACCENTS and (len(letters) > 1 or mark.get("stretchy") == "true"):
        accent = _WIDE_ACCENTS[accent]
    size = ", size: #0%" if mark.get("stretchy") == "false" else ""
    return f"accent({inner}, \\u{{{ord(accent):x}}}{size})"


def _read_symbol(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _write_prescripts(element: etree._Element, style: _FormulaStyle) -> str:
    after, before = split_prescripts(element)
    pairs = [*zip(("br", "tr"), after, strict=False), *zip(("bl", "tl"), before, strict=False)]
    scripts = (f"{key}: {_write_argument(part, style.script_style)}" for key, part in pairs)
    return f"attach({', '.join([_write_argument(_list_children(element)[0], style), *scripts])})"


_FUNCTIONS: dict[str, Callable[[etree._Element, _FormulaStyle], str]] = {
    "mfrac": _write_fraction,
    "msqrt": _write_root,
    "mroot": _write_root,
    "menclose": _write_enclosed_element,
    "mmultiscripts": _write_prescripts,
}


MathStyle: TypeAlias = Literal["display", "inline", "script"]

_RELATION_SPACE = 5 / 18  # em around a relation
_COLUMN_GAP = 1.0  # em between the columns of a matrix
_EQUATION_GAP = 2.0  # em between equations side by side
# Row gaps in em, and the least height and depth of displayed lines and of rows of cases, which are therefore
# 1.65 em apart, as in TeX with LaTeX's \jot.
_MATRIX_ROW_GAP, LINE_GAP = 0.3, 0.32
_LINE_HEIGHT, _LINE_DEPTH = 0.88, 0.45
_RULED_ROW_GAP = 0.15  # of rows with rules between them
_SCRIPT_ROW_GAP, _SCRIPT_COLUMN_GAP = 0.15, 0.28  # of small matrices
_AXIS = 0.25  # em from the baseline to the middle of operators
# A strut around the axis: cells whose content is in the middle on the axis have a common baseline.
_STRUT = _write_strut(0.61 + _AXIS, 0.61 - _AXIS)
_FRACTION_SPACE = 0.1  # em on both sides of a fraction
_RULE = 0.05  # em; the thickness of the rules of fractions
_DOUBLE_RULE_GAP = "0.15em"
_RULES = {"solid": "0.05em", "double": "0.05em", "dashed": '(thickness: 0.05em, dash: "dashed")'}
_DOT_GAP = 0.22  # em between the dots across columns
_MULTLINE_INDENT = 2.0  # em by which the lines of a multline are shifted
_ROW_HEIGHT, _DEFAULT_ROW_SPACING = 0.75, 0.5  # em above the baseline, and between rows in MathML


def has_display_lines(element: etree._Element, *, display: bool) -> bool:
    """Return whether a table's rows are displayed lines, not rows of a matrix.

    This is the case if the table aligns equations (pandoc then sets the padding of cells). It is also the
    case if ``display`` is set and the table is the whole formula, with one column, or with three columns of
    which the middle one contains only operators.
    """
    if _has_aligned_equations(element) or "numbered" in element.get("class", "").split():
        return True
    width = max(map(len, element), default=0)
    return (
        display
        and _is_only_content(element)
        and (width == 1 or (width == 3 and _has_relation_column(element)))
    )


def write_table(
    element: etree._Element, cells: Sequence[Sequence[Sequence[Atom]]], math_style: MathStyle, *, lines: bool
) -> str:
    """Return a table in Typst's notation.

    ``cells`` contains the atoms of each cell, row by row. The cells are set in ``math_style``, because
    Typst's default style for cells is smaller. If ``lines`` is set, the rows are displayed lines.
    """
    if len(cells) > 1 and _is_multline(element):
        return _write_multline(element, cells, math_style)
    places = [list_column_cells(row) for row in element]
    width = max(map(len, places), default=0)
    alignments = [_find_alignment(element, column) for column in range(width)]
    lined_up = _has_aligned_equations(element)
    rows = []
    for row, own in zip(cells, places, strict=True):
        content = iter(row)
        atoms = [() if cell is None else next(content) for cell in own] + [()] * (width - len(own))
        rows.append(
            [
                _write_cell(part, side, math_style, is_line=lines)
                for part, side in zip(atoms, alignments, strict=True)
            ]
        )
    _add_texts_between_rows(element, rows, alignments)
    _add_row_spaces(element, rows)
    is_cases = set(alignments) == {"left"} and math_style != "script"
    if lines or is_cases:
        add_line_struts(rows)
    if element.get(_MARKED):
        _add_row_marks(rows)
    if _needs_grid(element):
        return _write_grid(element, rows, alignments)
    written = [", ".join(_pair_columns(row, alignments) if lined_up else row) for row in rows]
    gap = _SCRIPT_COLUMN_GAP if math_style == "script" else _COLUMN_GAP
    between = _get_equation_gap(element) if lined_up else 0.0 if lines else gap
    apart = (
        LINE_GAP
        if lines
        else _RULED_ROW_GAP
        if element.get("rowlines")
        else _SCRIPT_ROW_GAP
        if math_style == "script"
        else LINE_GAP
        if is_cases
        else _MATRIX_ROW_GAP
    )
    gaps = f"column-gap: #{between}em, row-gap: #{apart}em"
    return f"mat(delim: #none, {gaps}, {'; '.join(written)})"


def _get_equation_gap(table: etree._Element) -> float:
    return 0.0 if table.get("columnspacing") == "0em" else _EQUATION_GAP


def add_line_struts(rows: list[list[str]]) -> None:
    """Add invisible boxes to rows, so that the baselines of low rows are as far apart as in TeX."""
    for place, row in enumerate(rows):
        height, depth = (_LINE_HEIGHT if place else 0.0), (_LINE_DEPTH if place + 1 < len(rows) else 0.0)
        if height or depth:
            text = row[0].removeprefix("&")
            row[0] = f"{row[0].removesuffix(text)}{_write_strut(height, depth)}{write_space(0)}{text}"


def _add_row_marks(rows: list[list[str]]) -> None:
    for row in rows:
        text = row[-1].removesuffix("&")
        row[-1] = f"{text}{ROW_MARK}{row[-1].removeprefix(text)}"


def _is_framed(element: etree._Element) -> bool:
    """Return whether a table without aligned equations is the only content of an element with rules."""
    around = element.getparent()
    if around is None or get_local_name(around) != "menclose" or len(around) > 1:
        return False
    return not (_has_aligned_equations(element) or _is_multline(element))


def _needs_grid(element: etree._Element) -> bool:
    """Return whether a table has rules, or cells over several columns besides text between rows."""
    if _is_framed(element):
        return True
    cells = [cell for row in element for cell in row]
    return any(rule != "none" for rule in _list_rules(element)) or any(
        (cell.get("columnspan") and cell.find(f"*[@class='{INTERTEXT}']") is None)
        or "rule-" in (cell.get("class") or "")
        for cell in cells
    )


def _list_rules(table: etree._Element) -> list[str]:
    """Return the rules of a table, without those around it."""
    attributes = (table.get("columnlines"), table.get("rowlines"), *(row.get(ROW_RULES) for row in table))
    return " ".join(filter(None, attributes)).split()


def _write_column_rules(element: etree._Element, x_of: Sequence[int], y_of: Sequence[int]) -> Iterator[str]:
    """Yield the vertical rules of a grid, in segments of rows with the same rule."""
    rules = [list_row_rules(element, row) for row in element]
    for edge in range(len(x_of) + 1):
        first = 0
        for rule, rows in groupby(own[edge] if edge < len(own) else "none" for own in rules):
            last = first + len(list(rows)) - 1
            is_whole = (first, last) == (0, len(rules) - 1)
            limits = "" if is_whole else f"start: {y_of[first]}, end: {y_of[last] + 1}, "
            place = x_of[edge] if edge < len(x_of) else x_of[-1] + 1
            is_double = rule == "double" and 0 < edge < len(x_of) and x_of[edge] - x_of[edge - 1] > 1
            for x in range(place - is_double, place + 1) if rule != "none" else ():
                yield f"grid.vline(x: {x}, {limits}stroke: {_RULES[rule]})"
            first = last + 1


def _write_grid(element: etree._Element, rows: Sequence[Sequence[str]], alignments: Sequence[str]) -> str:
    """Return a table with rules as a grid, whose middle is on the axis. Double rules are a narrow track."""
    columns, x_of = _find_tracks(element.get("columnlines", ""), len(alignments))
    tracks, y_of = _find_tracks(element.get("rowlines", ""), len(rows))
    parts = [*_write_column_rules(element, x_of, y_of)]
    parts += [
        f"grid.hline(y: {place}, stroke: {_RULES[rule]})"
        for number, rule in enumerate(element.get("rowlines", "").split(), 1)
        if rule != "none"
        for place in range(y_of[number] - (rule == "double"), y_of[number] + 1)
    ]
    lined_up = _has_aligned_equations(element)
    for number, (row, texts) in enumerate(zip(element, rows, strict=True)):
        for column, (cell, text) in enumerate(zip(list_column_cells(row), texts, strict=False)):
            if cell is None:
                continue
            span = int(cell.get("columnspan", 1))
            x, end = x_of[column], x_of[min(column + span, len(alignments)) - 1] + 1
            align = cell.get("columnalign", "center")
            content = text.removeprefix("&").removesuffix("&")
            place = f"x: {x}, y: {y_of[number]}, colspan: {end - x}, align: {align} + horizon"
            if lined_up and column and column % 2 == 0:
                place += f", inset: (left: {_get_equation_gap(element)}em, y: {LINE_GAP / 2}em)"
            body = f"${_STRUT}{content}$"
            if cell.get("class") == DOTS:
                dots = f"box(width: 100%, repeat(gap: {_DOT_GAP}em, $.$))"
                body = f"{{place(left + horizon, dy: {_AXIS}em, {dots}); ${_STRUT}$}}"
            parts.append(f"grid.cell({place}, {body})")
            for name, y in (("rule-top", y_of[number]), ("rule-bottom", y_of[number] + 1)):
                if name in (cell.get("class") or ""):
                    parts.append(f"grid.hline(y: {y}, start: {x}, end: {end}, stroke: {_RULES['solid']})")
    sizes = f"columns: ({', '.join(columns)},), rows: ({', '.join(tracks)},)"
    has_rules = bool(_list_rules(element)) or _is_framed(element)
    gap = 0 if lined_up else _COLUMN_GAP / 2
    edge = "" if has_rules else f"inset: (x: {-gap}em), "  # space at the sides is for rules
    row_gap = LINE_GAP if lined_up else _RULED_ROW_GAP
    cells = f"grid({sizes}, inset: (x: {gap}em, y: {row_gap / 2}em), {', '.join(parts)})"
    return f"#box({edge}baseline: 50% - {_AXIS}em, {cells});"


def _find_tracks(rules: str, count: int) -> tuple[list[str], list[int]]:
    """Return the sizes of the tracks of a grid, and the track of each row or column."""
    sizes, places = ["auto"], [0]
    for rule in (rules.split() + ["none"] * count)[: count - 1]:
        sizes += [_DOUBLE_RULE_GAP, "auto"] if rule == "double" else ["auto"]
        places.append(len(sizes) - 1)
    return sizes, places


def _is_multline(table: etree._Element) -> bool:
    return not {"multline", "multlined"}.isdisjoint(table.get("class", "").split())


def find_line_sides(multline: etree._Element) -> list[str]:
    """Return "left", "center" or "right" for each line of a ``multline``."""
    return [row[0].get("columnalign") or "center" if len(row) else "center" for row in multline]


def _write_multline(
    element: etree._Element, cells: Sequence[Sequence[Sequence[Atom]]], math_style: MathStyle
) -> str:
    """Return lines of which the first is at the left and the last at the right, unless set otherwise."""
    mark = ROW_MARK if element.get(_MARKED) else ""
    lines = [
        join_atoms([*chain(*row)], script=math_style == "script", is_continuation=number > 0)
        for number, row in enumerate(cells)
    ]
    texts = [[f"{math_style}({line or NOTHING}){mark}"] for line in lines]
    if math_style == "display":
        add_line_struts(texts)
    rows = ", ".join(f"${text}$" for (text,) in texts)
    row_gap = LINE_GAP if math_style == "display" else _MATRIX_ROW_GAP
    sides = ", ".join(find_line_sides(element))
    return (
        f"#{{let rows = ({rows}); context {{"
        f"let total = calc.max(..rows.map(it => measure(it).width)) + {_MULTLINE_INDENT}em; "
        f"let cells = rows.enumerate().map(((n, it)) => (box(width: total, align(({sides}).at(n), it)),)); "
        f"$#math.mat(delim: none, row-gap: {row_gap}em, ..cells)$}}}};"
    )


def _add_texts_between_rows(
    element: etree._Element, rows: list[list[str]], alignments: Sequence[str]
) -> None:
    """Set text between rows flush left: from the left edge of the first column if that is right-aligned."""
    texts = [place for place, row in enumerate(element) if _is_text_row(row)]
    if not texts or alignments[0] != "right" or len(alignments) < 2:
        return
    own = [row for place, row in enumerate(rows) if place not in texts]
    first, second = (
        ", ".join(f"${row[at].removeprefix('&').removesuffix('&')}$" for row in own) for at in (0, 1)
    )
    equations = "; ".join(", ".join(_pair_columns(row, alignments)) for row in own)
    for place in texts:
        text = rows[place][0].removesuffix("&").removeprefix("&")
        widths = [f"calc.max(0pt, ..({own},).map(it => measure(it).width))" for own in (first, second)]
        shift = f"let (left, right) = ({', '.join(widths)}); h(-left)"
        if len(alignments) > 2:  # the text may extend over all columns
            gap = _get_equation_gap(element)
            wide = f"measure($mat(delim: #none, column-gap: #{gap}em, {equations})$).width"
            line = "box(width: measure(it).width, it)"  # it does not wrap in a narrower box
            shift += f" + box(width: calc.max(left, left + right + measure(it).width - {wide}), {line})"
        else:
            shift += " + it"
        rows[place] = ['""&', f"&#{{let it = box(${text}$); context {{{shift}}}}};", *rows[place][2:]]


def _add_row_spaces(element: etree._Element, rows: list[list[str]]) -> None:
    r"""Add the space of ``\\[2ex]`` to the row that follows it."""
    for space, row in zip(element.get("rowspacing", "").split(), rows[1:], strict=False):
        if space.endswith("em"):
            height = _ROW_HEIGHT + float(space.removesuffix("em")) - _DEFAULT_ROW_SPACING
            text = row[0].removeprefix("&")
            strut = f"#box(width: 0pt, height: {max(height, 0):g}em);{write_space(0)}"
            row[0] = f"{row[0].removesuffix(text)}{strut}{text}"


def _has_aligned_equations(element: etree._Element) -> bool:
    return any("padding" in (cell.get("style") or "") for row in element for cell in row)


def _is_only_content(element: etree._Element) -> bool:
    """Return whether a table is the formula's only content."""
    above = element.getparent()
    while above is not None and get_local_name(above) in ("mrow", "semantics"):
        if len([part for part in above if get_local_name(part) not in ("", "annotation")]) > 1:
            return False
        above = above.getparent()
    return above is None or get_local_name(above) == "math"


def _has_relation_column(element: etree._Element) -> bool:
    """Return whether the second cell of each row is empty or contains only an operator."""
    middle = [part for row in element for cell in list(row)[1:2] for part in cell]
    return len(middle) <= len(element) and all(get_local_name(part) == "mo" for part in middle)


def _find_alignment(rows: Iterable[etree._Element], column: int) -> str:
    for row in rows:
        cells = list_column_cells(row)
        cell = cells[column] if column < len(cells) else None
        if cell is not None and not cell.get("columnspan"):
            return cell.get("columnalign") or "center"
    return "center"


def _write_cell(atoms: Sequence[Atom], alignment: str, math_style: MathStyle, *, is_line: bool) -> str:
    """Return a cell with an alignment point to its left or right, according to ``alignment``."""
    text = join_atoms(atoms, script=math_style == "script", is_continuation=is_line and alignment == "left")
    if is_line and atoms and atoms[-1].kind == "rel" and alignment != "left":
        text = (
            (write_space(_RELATION_SPACE) if alignment == "center" else "")
            + text
            + write_space(_RELATION_SPACE)
        )
    text = f"{math_style}({text})" if text else '""'
    return {"left": f"&{text}", "right": f"{text}&"}.get(alignment, text)


def _pair_columns(texts: Sequence[str], alignments: Sequence[str]) -> list[str]:
    """Join each right-aligned column to a following left-aligned column at an alignment point."""
    pairs: list[str] = []
    at = 0
    while at < len(texts):
        if alignments[at] == "right" and at + 1 < len(texts) and alignments[at + 1] == "left":
            pairs.append(f"{texts[at]}{texts[at + 1].removeprefix('&')}")
            at += 2
            continue
        pairs.append(texts[at])
        at += 1
    return pairs
