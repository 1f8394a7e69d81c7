"""Convert presentation MathML to MathML Core, with classes of the style sheet for what Core lacks.

Browsers, and with them reading systems, render MathML Core (W3C). It has no ``menclose``, ``mfenced``,
``mlabeledtr`` or ``maction``, no alignment or rules of tables, no alphabets except by character, and no
spaces after the names of functions. Boxes, strikes and rules are borders and backgrounds in CSS.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import tinycss2.color3
from lxml import etree

from triptych.markup.xml import tag
from triptych.media.formulas.alphabets import find_variant
from triptych.media.formulas.row_parts import is_large_operator, list_column_cells, list_row_rules
from triptych.media.xml_parsing import MATHML
from triptych.theme.colours import READABLE_CONTRAST, compute_contrast_ratio, format_hex_colour
from triptych.writers.epub.drawings import compute_text_colour_fraction
from triptych.writers.epub.mathml_lines import break_formula
from triptych.writers.epub.mathml_spacing import (
    LIMITS,
    SCRIPTS,
    find_base,
    separate_text,
    space_lone_operator,
    space_operator_names,
    space_operators,
)

_LEVEL = re.compile(r"([+-]?)\d")
_TEXT_ALIGN = re.compile(r"text-align:\s*(\w+)")
_ROW_SPACE = re.compile(r"([\d.]+)em")
_NAMESPACE = f' xmlns="{MATHML.strip("{}")}"'
_ROWS = frozenset("math mrow mstyle mpadded mphantom merror msqrt mtd".split())

_ROWS_ON_BASELINE = {"baseline 1": "first", "baseline -1": "last"}
_HIGH_ELEMENTS = frozenset("mfrac munder munderover mtable mroot".split())
_LOW_ROW, _HIGH_ROW, _AXIS = 1.45, 2.5, 0.25  # em
# The elements of MathML Core with their attributes; any other element becomes an ``mrow``.
_EVERYWHERE = frozenset(("class", "style"))
_ATTRIBUTES = {
    name: frozenset(own.split()) | _EVERYWHERE
    for name, own in {
        "math": "", "mrow": "", "merror": "", "mphantom": "", "mprescripts": "", "mn": "", "ms": "",
        "mtext": "", "msqrt": "", "mroot": "", "msub": "", "msup": "", "msubsup": "", "mmultiscripts": "",
        "mtr": "",
        "mi": "mathvariant",
        "mo": "form lspace rspace stretchy symmetric maxsize minsize largeop movablelimits",
        "mspace": "width height depth",
        "mfrac": "linethickness",
        "mpadded": "width height depth lspace voffset",
        "mstyle": "displaystyle scriptlevel",
        "mtable": "displaystyle",
        "mtd": "columnspan rowspan",
        "mover": "accent", "munder": "accentunder", "munderover": "accent accentunder",
    }.items()
}  # fmt: skip
_TOKENS = frozenset("mi mn mo mtext ms".split())
_DROPPED = frozenset("annotation annotation-xml maligngroup malignmark mglyph mscarries mstack".split())

_STRIKES = {
    "updiagonalstrike": "strike-up",
    "downdiagonalstrike": "strike-down",
    "northeastarrow": "strike-up arrow",
    "horizontalstrike": "strike-across",
    "verticalstrike": "strike-through",
}
_BORDERS = {
    "box": "box", "roundedbox": "box round", "circle": "box oval", "top": "rule-top", "bottom": "rule-bottom",
    "left": "rule-left", "right": "rule-right", "actuarial": "rule-top rule-right",
    "madruwb": "rule-bottom rule-right", "longdiv": "rule-top rule-left",
}  # fmt: skip

_OVERLAPS = {"-0.5width": "centred-overlap", "-1width": "left-overlap"}

# TeX accents that do not stretch, and those that do, keyed by the character that pandoc writes for both.
_FIXED_ACCENTS = {"‾": "¯", "→": "\u20d7", "←": "\u20d6"}
_WIDE_ACCENTS = {
    "¯": "‾", "\u0304": "‾", "\u0305": "‾", "\u0303": "˜", "~": "˜",
    "^": "\u0302", "ˇ": "\u030c", "→": "\u20d7", "←": "\u20d6",
}  # fmt: skip
_WIDE_BELOW = {"_": "\u0332", "¯": "\u0332"}
_FENCES = {"∣": "|", "∥": "‖"}  # relations in MathML Core, with space around them
_ITALIC_LETTERS = frozenset((*map(chr, range(0x1D434, 0x1D468)), "ℎ"))
_PRIMES = frozenset("′″‴⁗")
_BARS = frozenset("mfrac msqrt mroot".split())
_BRACES = frozenset("⏞⏟⎴⎵⏜⏝")
_ARROWS = frozenset("→←↔⇒⇐⇔↦↪↩⇀⇁↼↽⇌⇋↠⟶⟵⟷⟹⟸⟺⟼")
_ARROW_OVERHANG = "0.3em"
# Text in the variants of ``mtext``, for which text fonts have faces (classes of the style sheet).
_TEXT_STYLES = {
    "bold": "bold", "italic": "italic", "bold-italic": "bold italic", "sans-serif": "sans",
    "bold-sans-serif": "bold sans", "sans-serif-italic": "italic sans",
    "sans-serif-bold-italic": "bold italic sans", "monospace": "mono",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Style:
    """TeX's style at an element: whether fractions are large, and how deeply scripts are nested."""

    display: bool
    level: int = 0

    @property
    def script(self) -> _Style:
        return _Style(display=False, level=self.level + 1)

    @property
    def small(self) -> _Style:
        """The style of the parts of a fraction."""
        return _Style(display=False, level=self.level + (not self.display))


@lru_cache(maxsize=4096)
def write_core_mathml(mathml: str, spoken: str, *, display: bool, numbered: bool = False) -> str:
    """Return presentation MathML as MathML Core, with the spoken form as its text alternative.

    ``numbered`` formulas leave room for their number. The style sheet of the EPUB describes the classes.
    """
    root = etree.fromstring(mathml.replace(_NAMESPACE, "").encode())
    style = _Style(display=display or root.get("displaystyle") == "true")
    _unwrap_semantics(root)
    if display:
        _enlarge_single_column(root)
    _convert(root, style)
    classes, css = break_formula(root, display=display, numbered=numbered)
    text = etree.tostring(root, encoding="unicode")
    opening = text.index(">") + 1
    content = "" if text[opening - 2] == "/" else text[opening : text.rindex("</")]
    return tag(
        "math",
        content,
        alttext=spoken or None,
        class_=" ".join(classes) or None,
        style=css or None,
        display="block" if display else None,
        displaystyle="true" if style.display and not display else None,
        xmlns=MATHML.strip("{}"),
    )


def _unwrap_semantics(root: etree._Element) -> None:
    """Replace ``semantics``, and rows without attributes at the top, with their visible content."""
    for element in list(root.iter("semantics")):
        _unwrap(element, list(element)[:1])
    while len(root) == 1 and root[0].tag == "mrow" and not root[0].attrib:
        _unwrap(root[0], list(root[0]))


def _enlarge_single_column(root: etree._Element) -> None:
    """Set the rows of a displayed formula, as in ``gather``, in display style."""
    table = root[0] if len(root) else None
    if table is not None and table.tag == "mtable" and all(len(row) <= 1 for row in table):
        table.set("displaystyle", table.get("displaystyle", "true"))


def _unwrap(element: etree._Element, content: Sequence[etree._Element]) -> None:
    """Replace an element with some of its children."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    parent[at : at + 1] = list(content)


def _convert(element: etree._Element, style: _Style) -> None:
    """Convert an element and its descendants in place."""
    name = element.tag
    if name in _TOKENS:
        _convert_style(element, style)
        _convert_token(element)
        _keep_core(element, style)
        return
    for child in list(element):
        if child.tag in _DROPPED or not isinstance(child.tag, str):
            element.remove(child)
    if convert := _CONVERSIONS.get(name):
        convert(element)
        name = element.tag
    style = _convert_style(element, style)
    if name in _ROWS:
        _join_italic_letters(element)
        _attach_prescripts(element)
        space_operator_names(element)
        space_operators(element, script=style.level > 0)
        separate_text(element)
        if name == "mtd":
            space_lone_operator(element)
    elif name in SCRIPTS:
        _convert_scripts(element)
    elif name in LIMITS:
        _convert_limits(element)
    _keep_core(element, style)
    for child, own in zip(list(element), _list_styles(element, style), strict=True):
        _convert(child, own)


def _convert_style(element: etree._Element, style: _Style) -> _Style:
    """Apply ``displaystyle``, ``scriptlevel`` and colours; return the new style."""
    name = element.tag
    if name == "mtable":
        style = replace(style, display=False)
    if not element.attrib:
        return style
    if shown := element.get("displaystyle"):
        style = replace(style, display=shown == "true")
    if name == "mstyle" and (level := _LEVEL.fullmatch(element.get("scriptlevel", ""))):
        new = int(level[0]) + (style.level if level[1] else 0)
        deeper = new - style.level
        if deeper > 0:
            del element.attrib["scriptlevel"]
            _add_class(element, "script" if deeper == 1 else "script-script")
        style = replace(style, level=new)
    if fill := _parse_colour(element.get("mathbackground") or element.get("background")):
        ink = max("000000", "ffffff", key=lambda one: compute_contrast_ratio(one, fill))
        colours = f"background-color:#{fill};color:#{ink};-webkit-text-fill-color:#{ink}"
        _add_style(element, f"{colours};padding-block:.3em")
    if ink := _parse_colour(element.get("mathcolor") or element.get("color")):
        _add_style(element, _write_ink(ink))
        for part in _list_drawn_parts(element):
            _add_style(part, f"color:{_mix_ink(ink, 'var(--text)')};-webkit-text-fill-color:currentColor")
    return style


def _list_drawn_parts(element: etree._Element) -> list[etree._Element]:
    """Return the outermost parts that Chromium paints in ``color`` only: bars, roots and large operators."""
    if element.tag in _BARS:
        return [element]
    if element.tag == "mo":
        sign = (element.text or "").strip()
        large = is_large_operator(sign) or sign in _BRACES or element.get("stretchy") == "true"
        return [element] if large else []
    return [part for child in element for part in _list_drawn_parts(child)]


def _parse_colour(written: str | None) -> str:
    """Return a CSS colour as six hexadecimal digits, or "" for none or another value."""
    colour = tinycss2.color3.parse_color(written) if written else None
    return format_hex_colour(colour[:3]) if isinstance(colour, tinycss2.color3.RGBA) else ""


def _write_ink(colour: str) -> str:
    """Return the CSS of coloured glyphs: a colour that is legible on each background of reading systems.

    Chromium does not update a ``color`` mixed with ``currentColor`` when that of the text changes, but it
    updates the fill of text, and a ``color`` mixed with the property ``--text`` of the style sheet.
    """
    return f"-webkit-text-fill-color:{_mix_ink(colour, 'currentColor')}"


def _mix_ink(colour: str, text_colour: str) -> str:
    fraction = compute_text_colour_fraction(colour, READABLE_CONTRAST)
    return f"color-mix(in srgb, {text_colour} {fraction * 100:g}%, #{colour})"


def _list_styles(element: etree._Element, style: _Style) -> Iterator[_Style]:
    """Yield the style of each child."""
    name = element.tag
    for at, _ in enumerate(element):
        if name == "mfrac":
            yield style.small
        elif name == "mroot" and at == 1:
            yield replace(style.script, level=style.level + 2)
        elif at and (name in (*SCRIPTS, "mmultiscripts") or (name in LIMITS and not _is_accent(element, at))):
            yield style.script
        else:
            yield style


def _is_accent(element: etree._Element, place: int) -> bool:
    """Return whether the child at an index, below or above a base, is an accent."""
    below = element.tag == "munder" or (element.tag == "munderover" and place == 1)
    return element.get("accentunder" if below else "accent") == "true"


def _keep_core(element: etree._Element, style: _Style) -> None:
    """Remove attributes that MathML Core does not support from an element."""
    name = element.tag
    if name not in _ATTRIBUTES:
        name = "mrow"
        element.tag = name
    if name == "mfrac" and not style.display:
        _add_class(element, "small")
    for key in [*element.attrib]:
        if key not in _ATTRIBUTES[name]:
            del element.attrib[key]
    if name not in _TOKENS:
        element.text = None
    for child in element:
        child.tail = None


def _add_class(element: etree._Element, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())


def _add_style(element: etree._Element, css: str) -> None:
    element.set("style", ";".join(filter(None, (element.get("style", "").strip(" ;"), css))))


def _make(name: str, text: str = "", /, **attributes: str) -> etree._Element:
    element = etree.Element(name, attributes)
    element.text = text or None
    return element


# --- Tokens ---------------------------------------------------------------------------------------------


def _convert_token(element: etree._Element) -> None:
    """Write the variant of a token with its characters, or that of text with a class."""
    variant, text = str(element.attrib.pop("mathvariant", "")), "".join(map(str, element.itertext()))
    if len(element):
        del element[:]
    if element.tag == "mtext":
        if name := _TEXT_STYLES.get(variant):
            _add_class(element, name)
            text = unicodedata.normalize("NFKC", text)
        element.text = text
        return
    text = text.strip()
    if element.get("minsize"):  # a delimiter of TeX, such as a large arrow, is centred on the axis
        element.set("symmetric", "true")
    if element.tag == "mo" and element.get("form") in ("prefix", "postfix"):
        text = _FENCES.get(text, text)
    if element.tag == "mo" and text == "*":  # as in TeX; the ASCII sign is small and high
        text = "∗"
    element.text = "".join(find_variant(character, variant) for character in text) if variant else text
    # A single letter is italic unless it is marked; nabla is upright in TeX.
    if element.tag == "mi" and len(element.text) == 1 and (variant == "normal" or text == "∇"):
        element.set("mathvariant", "normal")


def _join_italic_letters(row: etree._Element) -> None:
    r"""Write adjacent letters of ``\mathit``, which are a word, as text."""
    for letters in [list(run) for is_italic, run in groupby(row, _is_italic_letter) if is_italic]:
        if len(letters) > 1:
            word = unicodedata.normalize("NFKC", "".join(str(letter.text) for letter in letters))
            letters[0].addprevious(_make("mtext", word, **{"class": "italic"}))
            for letter in letters:
                row.remove(letter)


def _is_italic_letter(element: etree._Element) -> bool:
    return element.tag == "mi" and element.text in _ITALIC_LETTERS


# --- Elements that Core does not have -------------------------------------------------------------------


def _convert_enclosure(element: etree._Element) -> None:
    """Convert an ``menclose`` to a row with borders and strikes, as classes of the style sheet."""
    notations = element.get("notation", "longdiv").split()
    element.tag = "mrow"
    if "radical" in notations:
        element.tag = "msqrt"
    for notation in notations:
        for name in (_BORDERS.get(notation), _STRIKES.get(notation)):
            if name:
                _add_class(element, name)
    if len(element) == 1 and element[0].tag == "mtable":
        _add_class(element, "around-table")
    if any(notation in _STRIKES for notation in notations):
        _add_class(element, "struck")


def _convert_fenced(element: etree._Element) -> None:
    """Write the brackets and separators of an ``mfenced`` as operators (MathML 3, 3.3.8)."""
    opening, closing = element.get("open", "("), element.get("close", ")")
    separators = "".join(element.get("separators", ",").split())
    parts = list(element)
    element.tag = "mrow"
    row = [_make("mo", opening.strip(), form="prefix", stretchy="true")] if opening.strip() else []
    for at, part in enumerate(parts):
        if at and separators:
            row.append(_make("mo", separators[min(at, len(separators)) - 1], form="infix"))
        row.append(part)
    row += [_make("mo", closing.strip(), form="postfix", stretchy="true")] if closing.strip() else []
    element[:] = row


def _convert_action(element: etree._Element) -> None:
    """Keep the selected child of an ``maction``."""
    selected = int(element.get("selection", "1")) if element.get("selection", "1").isdigit() else 1
    element[:] = list(element)[selected - 1 : selected] or list(element)[:1]


def _convert_space(element: etree._Element) -> None:
    """Write a negative space as a margin, since Core has no negative width."""
    if element.get("width", "").startswith("-"):
        _add_style(element, f"margin-left:{element.get('width')}")
        del element.attrib["width"]


def _convert_padding(element: etree._Element) -> None:
    """Remove sizes relative to the content, which MathML Core does not support.

    Content without width is moved by the style sheet.
    """
    if name := _OVERLAPS.get(element.get("lspace", "")):
        content = _make("mrow", **{"class": name})
        content.extend(element)
        element.append(content)
    for name in ("width", "height", "depth", "lspace", "voffset"):
        if re.search(r"^\+|%|width|height|depth", element.get(name, "")) or (
            element.get(name, "").startswith("-") and name != "voffset"
        ):
            del element.attrib[name]


def _convert_fraction(element: etree._Element) -> None:
    """Make a numerator at the left or right as wide as the denominator, whose invisible copy it gets."""
    side = element.get("numalign")
    above, below = list(element)[:2] if len(element) == 2 else (None, None)
    if side is None or above is None or below is None:
        return
    if len("".join(map(str, above.itertext()))) >= len("".join(map(str, below.itertext()))):
        return
    copy = deepcopy(below)
    for inner in copy.iter("mfrac"):
        inner.attrib.pop("numalign", "")
    flat = _make("mpadded", height="0", depth="0")
    flat.append(_make("mphantom"))
    flat[0].append(copy)
    narrow = _make("mpadded", width="0", lspace="-1width" if side == "right" else "0")
    row = _make("mrow")
    above.addprevious(row)
    narrow.append(above)
    row.extend([flat, narrow] if side == "right" else [narrow, flat])


def _convert_multiscripts(element: etree._Element) -> None:
    """Convert empty scripts to empty rows."""
    for child in element:
        if child.tag == "none":
            child.tag = "mrow"


# --- Tables ---------------------------------------------------------------------------------------------


def _convert_table(table: etree._Element) -> None:
    """Convert the alignment, the rules and the frame of a table to classes of its cells."""
    row_rules, row_spaces = (table.get(name, "").split() for name in ("rowlines", "rowspacing"))
    rows = [_list_cells(row) for row in table]
    if place := _ROWS_ON_BASELINE.get(table.get("align", "")):
        _shift_table(table, from_top=place == "first")
    places = [[at for at, cell in enumerate(list_column_cells(row)) if cell is not None] for row in table]
    column_rules = [list_row_rules(table, row) for row in table]
    sides = [
        [_find_alignment(cell, table, at) for at, cell in zip(own, cells, strict=True)]
        for own, cells in zip(places, rows, strict=True)
    ]
    is_aligned = _has_alignment_points(table, rows) and all(
        side == ("right", "left")[at % 2]
        for cells, own, columns in zip(rows, sides, places, strict=True)
        for at, cell, side in zip(columns, cells, own, strict=True)
        if len(cell) and not cell.get("columnspan")
    )
    if is_aligned:
        _add_class(table, "aligned tight" if table.get("columnspacing") == "0em" else "aligned")
        table.set("displaystyle", table.get("displaystyle", "true"))
    if table.get("frame", "none") != "none":
        _add_class(table, "box")
    for number, (cells, own) in enumerate(zip(rows, sides, strict=True)):
        columns, rules = places[number], column_rules[number]
        for at, cell, side in zip(columns, cells, own, strict=True):
            if cell.get("style"):
                del cell.attrib["style"]
            is_shifted = is_aligned and cells.index(cell) % 2 != at % 2  # after a cell of several columns
            if side in ("left", "right") and (not is_aligned or is_shifted or cell.get("columnspan")):
                _add_class(cell, f"shifted to-{side}" if is_shifted else f"to-{side}")
            if (rule := rules[at]) != "none":
                _add_class(cell, "rule-left" if rule == "solid" else f"rule-left {rule}-left")
            if cell is cells[-1] and rules[-1] != "none" and len(rules) == at + _count_columns(cell) + 1:
                _add_class(cell, "rule-right")
            if number and (rule := _get_item(row_rules, number - 1)) not in ("", "none"):
                _add_class(cell, "rule-top" if rule == "solid" else f"rule-top {rule}-top")
            if number and (space := _ROW_SPACE.fullmatch(_get_item(row_spaces, number - 1))):
                _add_style(cell, f"padding-top:{space[1]}em")


def _count_columns(cell: etree._Element) -> int:
    return int(cell.get("columnspan", 1))


def _shift_table(table: etree._Element, *, from_top: bool) -> None:
    """Set the first or last row of a table on the baseline, since Core centres tables on the axis.

    The heights of rows are estimated.
    """
    heights = [
        _HIGH_ROW if any(part.tag in _HIGH_ELEMENTS for part in row.iter()) else _LOW_ROW for row in table
    ]
    whole, own = sum(heights), heights[0 if from_top else -1]
    shift = (whole - own) / 2
    above = own / 2 + _AXIS if from_top else whole - own / 2 + _AXIS
    padded = _make(
        "mpadded",
        voffset=f"{-shift if from_top else shift:.3g}em",
        height=f"{above:.3g}em",
        depth=f"{whole - above:.3g}em",
    )
    table.addprevious(padded)
    padded.append(table)


def _has_alignment_points(table: etree._Element, rows: Sequence[Sequence[etree._Element]]) -> bool:
    """Return whether the columns of a table are paired without space in between, as in ``align``."""
    return any("padding-left: 0" in cell.get("style", "") for cells in rows for cell in cells) or (
        table.get("columnspacing", "").startswith("0") and any(len(cells) > 1 for cells in rows)
    )


def _list_cells(row: etree._Element) -> list[etree._Element]:
    """Return the cells of a row; the label of an ``mlabeledtr``, its first child, becomes the last."""
    if row.tag == "mlabeledtr":
        row.tag = "mtr"
        if len(row):
            _add_class(row[0], "tag")
            row.append(row[0])
    return [cell for cell in row if cell.tag == "mtd"]


def _find_alignment(cell: etree._Element, table: etree._Element, place: int) -> str:
    """Return the alignment of a cell, or else that of its row, or else that of the table."""
    if own := cell.get("columnalign") or _TEXT_ALIGN.search(cell.get("style", "")):
        return own if isinstance(own, str) else own[1]
    for element in (cell.getparent(), table):
        if element is not None and (values := element.get("columnalign", "").split()):
            return _get_item(values, place)
    return "center"


def _get_item(values: Sequence[str], place: int) -> str:
    """Return a value of a list whose last value is repeated (MathML 3, 3.5.1), or "" for an empty list."""
    return values[min(place, len(values) - 1)] if values else ""


_CONVERSIONS: dict[str, Callable[[etree._Element], None]] = {
    "menclose": _convert_enclosure,
    "mfenced": _convert_fenced,
    "maction": _convert_action,
    "mfrac": _convert_fraction,
    "mspace": _convert_space,
    "mpadded": _convert_padding,
    "mmultiscripts": _convert_multiscripts,
    "mtable": _convert_table,
}


# --- Accents and scripts ----------------------------------------------------------------


def _convert_scripts(element: etree._Element) -> None:
    """Mark primes, and let large bars with scripts stretch."""
    operator, script = find_base(element), element[-1]
    if element.tag != "msub" and script.tag == "mo" and (script.text or "").strip() in _PRIMES:
        _add_class(script, "prime")
    # Chromium stretches operators in rows only.
    if operator.tag == "mo" and operator.get("minsize") and operator is element[0]:
        row = _make("mrow")
        operator.addprevious(row)
        row.extend([operator, _make("mspace")])


def _convert_limits(element: etree._Element) -> None:
    """Mark accents, stretch them over more than one letter, and lengthen arrows, as in MathML Core."""
    if len(element) < 2:
        return
    kind, base = element.tag, element[0]
    for place, name in ((1, "accentunder" if kind != "mover" else "accent"), (2, "accent")):
        mark = element[place] if place < len(element) else None
        if mark is None or mark.tag != "mo":
            continue
        if mark.get("accent") == "true" or element.get(name) == "true":
            element.set(name, "true")
            _stretch_accent(mark, base, below=name == "accentunder")
    if base.tag == "mo" and (base.text or "").strip() in _ARROWS:
        base.set("stretchy", "true")
        for label in list(element)[1:]:
            if len(label) or (label.text or "").strip():
                _pad(label)


def _pad(label: etree._Element) -> None:
    """Add space on both sides of an arrow's label, since the arrow is longer than its label."""
    parent = label.getparent()
    if parent is None:
        return
    at, row = parent.index(label), _make("mrow")
    row.extend([_make("mspace", width=_ARROW_OVERHANG), label, _make("mspace", width=_ARROW_OVERHANG)])
    parent.insert(at, row)


def _stretch_accent(mark: etree._Element, base: etree._Element, *, below: bool) -> None:
    """Let an accent over more than one letter stretch, since pandoc does not mark it."""
    sign = (mark.text or "").strip()
    wide = len(base) > 0 or len("".join(map(str, base.itertext())).strip()) > 1
    if below:
        mark.text = _WIDE_BELOW.get(sign, sign)
        mark.set("stretchy", "true")
        return
    if wide or sign == "¯":
        mark.text = _WIDE_ACCENTS.get(sign, sign)
        mark.set("stretchy", "true")
    else:
        mark.text = _FIXED_ACCENTS.get(sign, sign)
        mark.set("stretchy", "false")


def _attach_prescripts(row: etree._Element) -> None:
    """Join the scripts of an empty base at the start of a term with the letter after them."""
    before = None
    for child in list(row):
        following = child.getnext()
        if (
            child.tag in SCRIPTS
            and following is not None
            and len(child) > 1
            and not len(child[0])
            and child[0].tag == "mrow"
            and following.tag in (*SCRIPTS, "mi")
            and (before is None or before.tag in ("mo", "mspace"))
        ):
            _write_prescripts(child, following)
            before = following
            continue
        if child.getparent() is row:
            before = child


def _write_prescripts(scripts: etree._Element, base: etree._Element) -> None:
    lower, upper = _split_scripts(scripts)
    after: list[etree._Element] = []
    inner = base
    if base.tag in SCRIPTS:
        after = [part if part is not None else _make("mrow") for part in _split_scripts(base)]
        inner = base[0]
    joined = _make("mmultiscripts")
    base.addprevious(joined)
    before = [part if part is not None else _make("mrow") for part in (lower, upper)]
    joined.extend([inner, *after, _make("mprescripts"), *before])
    for old in (scripts, base):
        if (parent := old.getparent()) is not None and parent is not joined:
            parent.remove(old)


def _split_scripts(element: etree._Element) -> tuple[etree._Element | None, etree._Element | None]:
    """Return the lower and the upper script of an element, or None for a missing one."""
    parts = list(element)[1:]
    if element.tag == "msup":
        return None, parts[0]
    return parts[0], parts[1] if len(parts) > 1 else None
