r"""Replace the marks of ``reading/tex.lua`` in MathML and Office Math.

Pandoc drops colours, rules of arrays, math styles and more. ``tex.lua`` writes each such construct as
``\boxed`` around a text ``U+E000 NAME:OPTIONS`` and the content. Both formats of pandoc keep the box, and
this module replaces it. If a construct has several parts, each part is a box with the name ``part``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Literal

from lxml import etree

from triptych.media.formulas.row_parts import ROW_RULES, list_column_cells
from triptych.media.formulas.xcolor import resolve_colour
from triptych.media.xml_parsing import MATHML, get_local_name
from triptych.ooxml.xml import MATH_STRUCTURES, NAMESPACES, M, W

CANCELLED_TO = "northeastarrow"
"""The notation of an enclosure that is struck out by an arrow to its value."""
INTERTEXT = "intertext"
"""The class of text between the rows of a table."""
OPERATOR = "operator"
"""The class of a row that is a large operator, such as that of ``\\mathop``."""
ATOM_CLASSES: dict[str, Literal["op", "ord", "inner"]] = {OPERATOR: "op", "ord": "ord", "inner": "inner"}
"""The classes of rows that are one atom (TeXbook, chapter 17), with the type of the atom."""
_MARK = "\ue000"
_ESCAPED_MARK = "&#57344;"  # as pandoc writes it in HTML
_COLOUR = re.compile(rf"(?:{_MARK}|{_ESCAPED_MARK})(?:colour|background|frame):([^<]*)<")
_SIZES = {"big": "120%", "Big": "180%", "bigg": "240%", "Bigg": "300%"}  # as pandoc writes them
_FORMS = {"l": "prefix", "r": "postfix"}
_STYLES = {
    "display": {"displaystyle": "true", "scriptlevel": "0"},
    "text": {"displaystyle": "false", "scriptlevel": "0"},
    "script": {"displaystyle": "false", "scriptlevel": "1"},
    "scriptscript": {"displaystyle": "false", "scriptlevel": "2"},
}
_LINES = {"0": "none", "1": "solid", "2": "double", "d": "dashed"}
_CLASS_SPACES = {"rel": "0.278em", "bin": "0.222em"}
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
DOTS = "dots"
"""The class of a cell that spans several columns and is filled with dots."""
OVERLAPS = {"overlap-left": "left", "overlap-right": "right"}
"""The classes of large operators whose limits overlap the content on one side, by class."""
_DOTS = re.compile(r"dots-(\d+)")
_SPAN = re.compile(r"span-(\d+)([lcr])(.)(.)")
_BASELINES = {"first": "baseline 1", "last": "baseline -1"}
_OFFICE_BASELINES = {"first": "top", "last": "bot"}
_ALIGNMENTS = {"l": "left", "c": "center", "r": "right"}
_LINES_AT_SIDES = {"line-left": "left", "line-right": "right"}
_BRACES_BELOW = frozenset("⏟⎵⏝")
ARROWS_BELOW = {"\u20ee": "←", "\u20ef": "→"}
"""Arrows that pandoc writes as combining characters."""
_STRETCHED = _BRACES_BELOW | ARROWS_BELOW.keys() | {"⏜"}
_LIMITS_OF_ARCS = {("⏝", "sSub"): "limLow", ("⏜", "sSup"): "limUpp"}
_BOX_PADDING = "0.3em"
_STRUT = {"width": "0", "height": "0.84em", "depth": "0.36em"}  # of TeX's lines, 1.2 em apart


def has_marks(xml: str) -> bool:
    """Return whether MathML or Office Math has a mark."""
    return _MARK in xml or _ESCAPED_MARK in xml


def list_unknown_colours(mathml: str) -> list[str]:
    """Return the undefined colour expressions in the marks of a formula."""
    found = (expression.replace("&amp;", "&") for expression in _COLOUR.findall(mathml))
    return [expression for expression in dict.fromkeys(found) if resolve_colour(expression) is None]


def replace_marks(root: etree._Element) -> None:
    """Replace the marks in a MathML tree with elements and attributes of presentation MathML 3."""
    for box in [*root.iter(f"{MATHML}menclose")][::-1]:
        marked = _read_mathml_mark(box)
        if marked is None or marked[0] == "part":
            continue
        name, options, content = marked
        new = _MATHML_WRITERS[name](content, options)
        new.tail = box.tail
        _replace(box, new)
        if name == "operator":
            _move_limits(new, root)
        elif name == "prescript":
            _join_prescripts(new)
    for text in root.iter(f"{MATHML}mrow"):
        if text.get("class") == INTERTEXT:
            _span_columns(text)
        elif span := _SPAN.fullmatch(text.get("class", "")):
            del text.attrib["class"]
            cell = _merge_cells(text, int(span[1]))
            cell.set("columnalign", _ALIGNMENTS[span[2]])
            cell.set("style", f"text-align: {_ALIGNMENTS[span[2]]}")
        elif dots := _DOTS.fullmatch(text.get("class", "")):
            del text.attrib["class"]
            _merge_cells(text, int(dots[1])).set("class", DOTS)


def _merge_cells(content: etree._Element, columns: int) -> etree._Element:
    """Merge the cell of ``content`` with those after it, which are empty, and return it."""
    cell = next(content.iterancestors(f"{MATHML}mtd"))
    row = cell.getparent()
    assert row is not None
    place = row.index(cell)
    del row[place + 1 : place + columns]
    cell.set("columnspan", str(columns))
    return cell


def _span_columns(text: etree._Element) -> None:
    """Let the cell of text between rows span all columns of its table."""
    cell = next(text.iterancestors(f"{MATHML}mtd"), None)
    table = next(text.iterancestors(f"{MATHML}mtable"), None)
    if cell is not None and table is not None:
        cell.set("columnspan", str(max(len(list_column_cells(row)) for row in table)))
        cell.set("columnalign", "left")
        cell.set("style", "text-align: left")


def _read_mathml_mark(box: etree._Element) -> tuple[str, str, list[etree._Element]] | None:
    """Return the name, the options and the content of a marked box, or None for any other box."""
    row = box[0] if len(box) else None
    inner = list(row) if row is not None and get_local_name(row) == "mrow" else list(box)
    text = "".join(map(str, inner[0].itertext())) if inner and get_local_name(inner[0]) == "mtext" else ""
    if not text.startswith(_MARK):
        return None
    name, _, options = text.removeprefix(_MARK).partition(":")
    return name, options.replace("\u00a0", " "), inner[1:]


def _replace(old: etree._Element, new: etree._Element) -> None:
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, new)


def _make(name: str, content: Sequence[etree._Element] = (), **attributes: str) -> etree._Element:
    element = etree.Element(f"{MATHML}{name}", attributes)
    element.extend(content)
    return element


def _make_row(content: Sequence[etree._Element]) -> etree._Element:
    return content[0] if len(content) == 1 else _make("mrow", content)


def _read_parts(content: Sequence[etree._Element]) -> list[list[etree._Element]]:
    parts = [_read_mathml_mark(part) for part in content]
    return [part[2] for part in parts if part is not None]


def _write_style(content: list[etree._Element], style: str) -> etree._Element:
    if style == "display":
        for element in [one for part in content for one in part.iter()]:
            base = element[0] if get_local_name(element) in _LIMITS and len(element) else None
            if base is not None and _has_limits_in_display(base):
                element.tag = f"{MATHML}{_LIMITS[get_local_name(element)]}"
    return _make("mstyle", content, **_STYLES[style])


def _has_limits_in_display(base: etree._Element) -> bool:
    sign = "".join(map(str, base.itertext())).strip("\u2061 ")
    return get_local_name(base) == "mo" and bool(re.fullmatch("[∏-∑⋀-⋃⨀-⨆]", sign))


def _write_colour(content: list[etree._Element], expression: str) -> etree._Element:
    colour = resolve_colour(expression)
    return _make("mstyle", content, mathcolor=colour) if colour else _make("mrow", content)


def _write_background(content: list[etree._Element], expression: str) -> etree._Element:
    colour = resolve_colour(expression)
    padded = [_make("mspace", width=_BOX_PADDING), *content, _make("mspace", width=_BOX_PADDING)]
    return _make("mstyle", padded, mathbackground=colour) if colour else _make("mrow", content)


def _write_frame(content: list[etree._Element], expression: str) -> etree._Element:
    colour = resolve_colour(expression)
    style = {"style": f"border-color: {colour}"} if colour else {}
    inner = content[0] if len(content) == 1 else None
    if inner is not None and (background := inner.get("mathbackground")):
        style["mathbackground"] = background  # the box has space inside
        content = list(inner)[1:-1]
    return _make("menclose", content, notation="box", **style)


def _write_phantom(content: list[etree._Element], **size: str) -> etree._Element:
    return _make("mpadded", [_make("mphantom", content)], **size)


def _write_smash(content: list[etree._Element], side: str) -> etree._Element:
    sizes = (
        {"height": "0"} if side == "t" else {"depth": "0"} if side == "b" else {"height": "0", "depth": "0"}
    )
    return _make("mpadded", content, **sizes)


def _write_class(content: list[etree._Element], kind: str) -> etree._Element:
    if kind in ATOM_CLASSES:
        return _make("mrow", content, **{"class": kind})
    space = _CLASS_SPACES[kind]
    return _make("mrow", [_make("mspace", width=space), *content, _make("mspace", width=space)])


def _write_size(content: list[etree._Element], command: str) -> etree._Element:
    r"""Set the size of a delimiter and, for commands such as ``\bigl`` and ``\bigr``, its side."""
    size, form = _SIZES[command.rstrip("lrm")], _FORMS.get(command[-1])
    for element in [one for part in content for one in part.iter(f"{MATHML}mo", f"{MATHML}mi")]:
        element.tag = f"{MATHML}mo"
        for name, value in {"minsize": size, "maxsize": size, "stretchy": "true"}.items():
            element.set(name, value)
        if form:
            element.set("form", form)
    return _make_row(content)


def _write_fraction(content: list[etree._Element], name: str, value: str) -> etree._Element:
    """Set an attribute of the outer fraction in ``content``."""
    row = _make_row(content)
    next(row.iter(f"{MATHML}mfrac")).set(name, value)
    return row


def _write_prescript(content: list[etree._Element], _: str) -> etree._Element:
    below, above, base, below_after, above_after = _read_parts(content)

    def make_script(part: list[etree._Element]) -> etree._Element:
        return _make_row(part) if part else _make("none")

    before = [make_script(below), make_script(above)]
    after = [make_script(below_after), make_script(above_after)] if below_after or above_after else []
    return _make("mmultiscripts", [_make_row(base), *after, _make("mprescripts"), *before])


def _join_prescripts(element: etree._Element) -> None:
    """Set scripts that follow an element with prescripts at the same heights as these."""
    parent = element.getparent()
    assert parent is not None
    if (
        parent[0] is not element
        or get_local_name(parent) not in _LIMITS
        or get_local_name(element[1]) != "mprescripts"
    ):
        return
    scripts = iter(list(parent)[1:])
    for name in ("msub", "msup"):
        has_script = get_local_name(parent) in (name, "msubsup")
        element.insert(-3, next(scripts) if has_script else _make("none"))
    element.tail = parent.tail
    _replace(parent, element)


def _write_arrow(content: list[etree._Element], sign: str) -> etree._Element:
    below, above = _read_parts(content)
    arrow = _make("mo", stretchy="true")
    arrow.text = sign
    if not below:
        return _make("mover", [arrow, _make_row(above)])
    if not above:
        return _make("munder", [arrow, _make_row(below)])
    return _make("munderover", [arrow, _make_row(below), _make_row(above)])


def _move_limits(operator: etree._Element, root: etree._Element) -> None:
    """Set the scripts of an operator as limits in a displayed formula."""
    parent = operator.getparent()
    assert parent is not None
    name = _LIMITS.get(get_local_name(parent))
    if name and parent[0] is operator and "block" in (root.get("display"), root.get("displaystyle")):
        parent.tag = f"{MATHML}{name}"


def _write_wide_accent(content: list[etree._Element], _: str) -> etree._Element:
    """Let an accent be as wide as its base, even over a single letter."""
    row = _make_row(content)
    next(row.iter(f"{MATHML}mover"))[1].set("stretchy", "true")
    return row


def _write_variant(content: list[etree._Element], variant: str) -> etree._Element:
    row = _make_row(content)
    for text in row.iter(f"{MATHML}mtext"):
        text.set("mathvariant", variant)
    return row


def _write_small_caps(content: list[etree._Element], _: str) -> etree._Element:
    row = _make_row(content)
    for text in row.iter(f"{MATHML}mtext"):
        text.set("class", "small-caps")
    return row


def _write_table(content: list[etree._Element], options: str) -> etree._Element:
    """Set the rules of a table.

    Inner rules are set by the attributes ``columnlines`` and ``rowlines``, and partial rules by the classes
    ``rule-top`` and ``rule-bottom`` of their cells. Rules around the table are set by ``menclose``, and
    additional space between rows by the attribute ``rowspacing``.
    """
    row = _make_row(content)
    rows = next(row.iter(f"{MATHML}mtable"))
    settings = dict(part.split("=") for part in options.split(";"))
    if _set_row_rules(rows, settings.get("columns", "")):
        settings["columns"] = f"0{settings['columns'][1:-1]}0"
    sides = []
    for name, attribute, edges in (
        ("columns", "columnlines", "left right"),
        ("rows", "rowlines", "top bottom"),
    ):
        codes = settings.get(name, "")
        sides += [
            edge for edge, code in zip(edges.split(), codes[:1] + codes[-1:], strict=False) if code not in "0"
        ]
        if codes[1:-1].strip("0"):
            rows.set(attribute, " ".join(_LINES[code] for code in codes[1:-1]))
    for number, first, last in re.findall(r"(\d+)\.(\d+)-(\d+)", settings.get("parts", "")):
        place = int(number) - 1
        target, name = (rows[place], "rule-top") if place < len(rows) else (rows[-1], "rule-bottom")
        for cell in list(target)[int(first) - 1 : int(last)]:
            cell.set("class", " ".join(filter(None, (cell.get("class"), name))))
    if gaps := dict(part.split(":") for part in settings.get("gaps", "").split(",") if part):
        spaces = [
            f"{float(gaps[str(n)]) + 0.5:g}em" if str(n) in gaps else "1.0ex" for n in range(1, len(rows))
        ]
        rows.set("rowspacing", " ".join(spaces))
    if not sides:
        return row
    frame = _make("menclose", [row], notation="box" if len(sides) == 4 else " ".join(sides))
    if "2" in (settings.get("columns", "0")[0], settings.get("rows", "0")[0]):
        frame.set("class", "double")
    return frame


def _set_row_rules(table: etree._Element, codes: str) -> bool:
    r"""Set the vertical rules of the rows in which ``\multicolumn`` changes them.

    ``codes`` are the rules of the table at each edge. If a row changes those at an outer edge, all rows get
    their own, and the result is True.
    """
    edges = [_find_row_rules(row, codes) for row in table]
    changes_sides = any(own[:1] + own[-1:] != codes[:1] + codes[-1:] for own in edges)
    for row, own in zip(table, edges, strict=True):
        if own != codes or changes_sides:
            row.set(ROW_RULES, " ".join(_LINES[code] for code in own))
    return changes_sides


def _find_row_rules(row: etree._Element, codes: str) -> str:
    """Return the rules of a row: a cell of several columns has its own, and none inside."""
    edges = list(codes)
    for column, cell in enumerate(row if codes else ()):
        spans = (_SPAN.fullmatch(part.get("class", "")) for part in cell.iter(f"{MATHML}mrow"))
        if span := next(filter(None, spans), None):
            end = min(column + int(span[1]), len(edges) - 1)
            edges[column + 1 : end + 1] = ["0"] * (end - column - 1) + [span[4]]
            if column == 0 or span[3] != "0":  # other cells have only the rule after them
                edges[column] = span[3]
    return "".join(edges)


def _write_columns(content: list[etree._Element], letters: str) -> etree._Element:
    """Set the alignment of the columns of a table."""
    row = _make_row(content)
    for cells in next(row.iter(f"{MATHML}mtable")):
        for cell, letter in zip(cells, letters, strict=False):
            cell.set("columnalign", _ALIGNMENTS[letter])
            cell.set("style", f"text-align: {_ALIGNMENTS[letter]}")
    return row


def _write_baseline(content: list[etree._Element], row: str) -> etree._Element:
    """Set the first or last row of a table on the baseline (MathML 3, 3.5.1.2)."""
    whole = _make_row(content)
    next(whole.iter(f"{MATHML}mtable")).set("align", _BASELINES[row])
    return whole


def _write_display_table(content: list[etree._Element], _: str) -> etree._Element:
    row = _make_row(content)
    next(row.iter(f"{MATHML}mtable")).set("displaystyle", "true")
    return row


def _write_tight_table(content: list[etree._Element], _: str) -> etree._Element:
    row = _make_row(content)
    next(row.iter(f"{MATHML}mtable")).set("columnspacing", "0em")
    return row


def _write_multline(content: list[etree._Element], style: str) -> etree._Element:
    """Set the first line at the left and the last line at the right, of the page unless there is a style."""
    row = _make_row(content)
    rows = next(row.iter(f"{MATHML}mtable"))
    rows.set("displaystyle", "false" if style == "text" else "true")
    rows.set("class", "multlined" if style else "multline")
    for number, line in enumerate(rows if len(rows) > 1 else ()):
        align = "left" if number == 0 else "right" if number == len(rows) - 1 else ""
        for cell in line:
            for place, part in enumerate(cell):
                if side := _LINES_AT_SIDES.get(part.get("class", "")):
                    align = side
                    cell[place : place + 1] = list(part)
            if align:
                cell.set("columnalign", align)
                cell.set("style", f"text-align: {align}")
    return row


def _write_overlap(content: list[etree._Element], side: str) -> etree._Element:
    row = _make_row(content)
    for operator in list(row.iter(f"{MATHML}munder", f"{MATHML}mover", f"{MATHML}munderover"))[:1]:
        operator.set("class", f"overlap-{side}")
    return row


def _write_intertext(content: list[etree._Element], _: str) -> etree._Element:
    return _make("mrow", content, **{"class": INTERTEXT})


def _write_fences(content: list[etree._Element], signs: str) -> etree._Element:
    row = _make_row(content)
    left, right, *middle = list(signs.replace("❴", "{").replace("❵", "}"))
    inner = iter(middle)
    for fence in [one for one in row if one.get("stretchy") == "true" and not one.get("minsize")]:
        sign = {"prefix": left, "postfix": right}.get(fence.get("form", "")) or next(inner, "|")
        if sign == ".":
            row.remove(fence)
        fence.text = sign
    return row


_MATHML_WRITERS: dict[str, Callable[[list[etree._Element], str], etree._Element]] = {
    "style": _write_style,
    "colour": _write_colour,
    "background": _write_background,
    "frame": _write_frame,
    "hphantom": lambda content, _: _write_phantom(content, height="0", depth="0"),
    "vphantom": lambda content, _: _write_phantom(content, width="0"),
    "strut": lambda content, _: _make("mspace", (), **_STRUT),
    "smash": _write_smash,
    "clap": lambda content, _: _make("mpadded", content, width="0", lspace="-0.5width"),
    "llap": lambda content, _: _make("mpadded", content, width="0", lspace="-1width"),
    "rlap": lambda content, _: _make("mpadded", content, width="0"),
    "cancelto": lambda content, _: _make("menclose", content, notation=CANCELLED_TO),
    "operator": lambda content, _: _make("mrow", content, **{"class": OPERATOR}),
    "class": _write_class,
    "size": _write_size,
    "nobar": lambda content, _: _write_fraction(content, "linethickness", "0"),
    "rule": lambda content, width: _write_fraction(content, "linethickness", f"{width}em"),
    "numerator": lambda content, side: _write_fraction(content, "numalign", side),
    "prescript": _write_prescript,
    "arrow": _write_arrow,
    "variant": _write_variant,
    "wide": _write_wide_accent,
    "smallcaps": _write_small_caps,
    "table": _write_table,
    "dots": lambda content, columns: _make("mrow", content, **{"class": f"dots-{columns}"}),
    "overlap": _write_overlap,
    "span": lambda content, options: _make("mrow", content, **{"class": f"span-{options}"}),
    "columns": _write_columns,
    "baseline": _write_baseline,
    "displaytable": _write_display_table,
    "tight": _write_tight_table,
    "strike": lambda content, _: _make("menclose", content, notation="horizontalstrike"),
    "sides": lambda content, sides: _make("menclose", content, notation=sides),
    "line": lambda content, side: _make("mrow", content, **{"class": f"line-{side}"}),
    "multline": _write_multline,
    "multlined": _write_multline,
    "intertext": _write_intertext,
    "fences": _write_fences,
}


# Office Math ------------------------------------------------------------------------------------------


def replace_office_marks(omml: str) -> str:
    """Replace the marks in Office Math. Return "" if Office Math lacks a construct of the formula."""
    root = _parse_office_math(omml)
    for box in [*root.iter(f"{M}borderBox")][::-1]:
        marked = _read_office_mark(box)
        if marked is None or marked[0] in ("part", "line"):
            continue
        name, options, content = marked
        if name not in _OFFICE_WRITERS:
            new = content
        else:
            written = _OFFICE_WRITERS[name](content, options)
            if written is None:
                return ""
            new = written
        parent = box.getparent()
        assert parent is not None
        place = parent.index(box)
        parent[place : place + 1] = new
    return _serialise_office_math(root)


def stretch_office_braces(omml: str) -> str:
    """Let braces, brackets, arcs and arrows below stretch in Office Math.

    Pandoc writes them as limits or accents, and the labels of arcs as scripts.
    """
    if _STRETCHED.isdisjoint(omml):
        return omml
    root = _parse_office_math(omml)
    for limit in list(root.iter(f"{M}limLow")):
        base, sign = limit.find(f"{M}e"), limit.find(f"{M}lim")
        text = "" if sign is None else "".join(map(str, sign.itertext())).strip()
        if base is not None and text in _BRACES_BELOW:
            _replace(limit, _make_office("groupChr", [base], chr=text, pos="bot", vertJc="top"))
    for accent in list(root.iter(f"{M}acc")):
        sign, base = accent.find(f"{M}accPr/{M}chr"), accent.find(f"{M}e")
        arrow = ARROWS_BELOW.get("" if sign is None else sign.get(f"{M}val", ""))
        if arrow and base is not None:
            _replace(accent, _make_office("groupChr", [base], chr=arrow, pos="bot", vertJc="top"))
    for script in list(root.iter(f"{M}sSub", f"{M}sSup")):
        sign = script.find(f"{M}e/{M}groupChr/{M}groupChrPr/{M}chr")
        text = "" if sign is None else sign.get(f"{M}val", "")
        if name := _LIMITS_OF_ARCS.get((text, get_local_name(script))):
            script.tag, script[-1].tag = f"{M}{name}", f"{M}lim"
    return _serialise_office_math(root)


def _read_office_mark(box: etree._Element) -> tuple[str, str, list[etree._Element]] | None:
    content = box.find(f"{M}e")
    parts = list(content) if content is not None else []
    text = "".join(map(str, parts[0].itertext())) if parts and parts[0].tag == f"{M}r" else ""
    if not text.startswith(_MARK):
        return None
    name, _, options = text.removeprefix(_MARK).partition(":")
    return name, options.replace("\u00a0", " "), parts[1:]


def _make_office(name: str, content: Sequence[etree._Element] = (), **properties: str) -> etree._Element:
    """Return an element of Office Math; ``properties`` are the children of its properties element."""
    element = etree.Element(f"{M}{name}")
    if properties:
        own = etree.SubElement(element, f"{M}{name}Pr")
        for key, value in properties.items():
            etree.SubElement(own, f"{M}{key}").set(f"{M}val", value)
    element.extend(content)
    return element


def _make_base(content: Sequence[etree._Element], name: str = "e") -> etree._Element:
    element = etree.Element(f"{M}{name}")
    element.extend(content)
    return element


def _set_run_property(content: Sequence[etree._Element], name: str, **attributes: str) -> None:
    """Set a Word property of all runs in ``content`` that do not have it yet."""
    for run in [run for part in content for run in part.iter(f"{M}r")]:
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            own = run.find(f"{M}rPr")
            run.insert(0 if own is None else 1, properties)
        if properties.find(f"{W}{name}") is None:
            etree.SubElement(
                properties, f"{W}{name}", {f"{W}{key}": value for key, value in attributes.items()}
            )


def _colour_runs(content: list[etree._Element], expression: str) -> list[etree._Element]:
    """Colour runs, and as an attribute ``w:color`` the lines and brackets of structures."""
    if colour := resolve_colour(expression):
        _set_run_property(content, "color", val=colour[1:].upper())
        for element in [one for part in content for one in part.iter(*MATH_STRUCTURES)]:
            element.set(f"{W}color", element.get(f"{W}color", colour[1:].upper()))
    return content


def _shade_runs(content: list[etree._Element], expression: str) -> list[etree._Element]:
    if colour := resolve_colour(expression):
        _set_run_property(content, "shd", val="clear", fill=colour[1:].upper())
    return content


def _write_office_style(content: list[etree._Element], style: str) -> list[etree._Element]:
    if style not in ("script", "scriptscript"):
        return content
    base = etree.Element(f"{M}e")
    size = etree.SubElement(etree.SubElement(base, f"{M}argPr"), f"{M}argSz")
    size.set(f"{M}val", "-1" if style == "script" else "-2")
    base.extend(content)
    return [_make_office("box", [base])]


def _write_office_phantom(content: list[etree._Element], *, shown: bool, **zero: str) -> list[etree._Element]:
    return [_make_office("phant", [_make_base(content)], show="1" if shown else "0", **zero)]


def _write_office_smash(content: list[etree._Element], side: str) -> list[etree._Element]:
    zero = {"t": {"zeroAsc": "1"}, "b": {"zeroDesc": "1"}}.get(side, {"zeroAsc": "1", "zeroDesc": "1"})
    return _write_office_phantom(content, shown=True, **zero)


def _write_office_prescript(content: list[etree._Element], _: str) -> list[etree._Element]:
    parts = [marked[2] for part in content if (marked := _read_office_mark(part)) is not None]
    below, above, base, below_after, above_after = parts
    if below_after or above_after:
        scripts = (_make_base(base), _make_base(below_after, "sub"), _make_base(above_after, "sup"))
        base = [_make_office("sSubSup", scripts)]
    return [_make_office("sPre", (_make_base(below, "sub"), _make_base(above, "sup"), _make_base(base)))]


def _write_office_arrow(content: list[etree._Element], sign: str) -> list[etree._Element]:
    below, above = (marked[2] for part in content if (marked := _read_office_mark(part)) is not None)
    if not above:
        return [_make_office("groupChr", [_make_base(below)], chr=sign, pos="top", vertJc="top")]
    arrow = _make_office("groupChr", [_make_base(above)], chr=sign, pos="bot", vertJc="bot")
    return [_make_office("limLow", (_make_base([arrow]), _make_base(below, "lim")))] if below else [arrow]


def _write_office_cancel(content: list[etree._Element], _: str) -> list[etree._Element]:
    hidden = dict.fromkeys(("hideTop", "hideBot", "hideLeft", "hideRight"), "1")
    return [_make_office("borderBox", [_make_base(content)], **hidden, strikeBLTR="1")]


def _write_office_sides(content: list[etree._Element], sides: str) -> list[etree._Element]:
    names = {"hideTop": "top", "hideBot": "bottom", "hideLeft": "left", "hideRight": "right"}
    hidden = {name: "1" for name, side in names.items() if side not in sides.split()}
    return [_make_office("borderBox", [_make_base(content)], **hidden)]


def _write_office_multline(content: list[etree._Element], style: str) -> list[etree._Element]:
    """Align the lines at the left and indent all but the first, since each row cannot have its own side."""
    found = [one for part in content for one in part.iter(f"{M}m", f"{M}eqArr")]
    if not found:
        return content
    table = found[0]
    lines = [row if row.tag == f"{M}e" else row[0] for row in table.iterchildren(f"{M}mr", f"{M}e")]
    indent = "\u2003" if style == "text" else "\u2003\u2003"
    for number, line in enumerate(lines):
        is_indented = number > 0
        for box in line.findall(f"{M}borderBox"):
            mark = _read_office_mark(box)
            if mark is not None and mark[0] == "line":
                is_indented = mark[1] != "left"
                place = line.index(box)
                line[place : place + 1] = mark[2]
        line.insert(0, _make_run(f"&{indent}" if is_indented else "&"))
    array = _make_office("eqArr", lines)
    if len(content) == 1 and content[0] is table:
        return [array]
    _replace(table, array)
    return content


def _write_office_strike(content: list[etree._Element], _: str) -> list[etree._Element]:
    hidden = dict.fromkeys(("hideTop", "hideBot", "hideLeft", "hideRight"), "1")
    return [_make_office("borderBox", [_make_base(content)], **hidden, strikeH="1")]


def _write_office_frame(content: list[etree._Element], expression: str) -> list[etree._Element]:
    frame = _make_office("borderBox", [_make_base(content)])
    if colour := resolve_colour(expression):
        frame.set(f"{W}color", colour[1:].upper())
    return [frame]


def _write_office_fraction(content: list[etree._Element], _: str) -> list[etree._Element]:
    for kind in [kind for part in content for kind in part.iter(f"{M}type")][:1]:
        kind.set(f"{M}val", "noBar")
    return content


def _write_office_operator(content: list[etree._Element], _: str) -> list[etree._Element]:
    return [_make_office("box", [_make_base(content)], opEmu="1")]


def _write_office_table(content: list[etree._Element], options: str) -> list[etree._Element] | None:
    """Write the rules of a table; return None for horizontal, double and dashed rules inside it.

    Rules around the table are those of a box. Vertical rules are the separators of several matrices, and each
    row of a matrix has the cells of the others as an invisible strut, so that all rows have the same heights.
    """
    settings = dict(part.split("=") for part in options.split(";"))
    columns, rows = (settings.get(name) or "00" for name in ("columns", "rows"))
    if not {*columns, *rows} <= {"0", "1"} or "1" in rows[1:-1] or "parts" in settings:
        return None
    if "1" in columns[1:-1]:
        (matrix,) = content if len(content) == 1 else (None,)
        ends = [
            0,
            *(place for place in range(1, len(columns) - 1) if columns[place] == "1"),
            len(columns) - 1,
        ]
        if matrix is None or any(len(row) != ends[-1] for row in matrix.iterchildren(f"{M}mr")):
            return None
        parts = [_make_base([_cut_matrix(matrix, *end)]) for end in pairwise(ends)]
        content = [_make_office("d", parts, begChr="", sepChr="|", endChr="")]
    edges = rows[0] + rows[-1] + columns[0] + columns[-1]
    sides = zip(("hideTop", "hideBot", "hideLeft", "hideRight"), edges, strict=True)
    hidden = {name: "1" for name, code in sides if code == "0"}
    return content if len(hidden) == 4 else [_make_office("borderBox", [_make_base(content)], **hidden)]


def _write_office_baseline(content: list[etree._Element], row: str) -> list[etree._Element]:
    tables = [one for part in content for one in part.iter(f"{M}m", f"{M}eqArr")]
    for table in tables[:1]:
        name = get_local_name(table)
        properties = table.find(f"{M}{name}Pr")
        if properties is None:
            properties = etree.Element(f"{M}{name}Pr")
            table.insert(0, properties)
        place = properties.find(f"{M}baseJc")
        if place is None:
            place = etree.Element(f"{M}baseJc")
            properties.insert(0, place)
        place.set(f"{M}val", _OFFICE_BASELINES[row])
    return content


def _write_office_columns(content: list[etree._Element], letters: str) -> list[etree._Element]:
    sides = [side for part in content[:1] for side in part.findall(f"{M}mPr/{M}mcs/{M}mc/{M}mcPr/{M}mcJc")]
    for side, letter in zip(sides, letters, strict=False):
        side.set(f"{M}val", _ALIGNMENTS[letter])
    return content


def _cut_matrix(matrix: etree._Element, start: int, end: int) -> etree._Element:
    """Return some columns of a matrix, with the other cells as struts."""
    part = copy.deepcopy(matrix)
    for row in [*part.iter(f"{M}mcs"), *part.iterchildren(f"{M}mr")]:
        cells = list(row)
        row[:] = cells[start:end]
        if row.tag == f"{M}mr":
            others = [one for cell in cells[:start] + cells[end:] for one in cell]
            row[0].extend(_write_office_phantom(others, shown=False, zeroWid="1"))
    return part


def _write_office_fences(content: list[etree._Element], signs: str) -> list[etree._Element]:
    left, right, *middle = (
        ("" if sign == "." else sign) for sign in signs.replace("❴", "{").replace("❵", "}")
    )
    for properties in [one for part in content[:1] for one in part.findall(f"{M}dPr")]:
        for name, sign in (("begChr", left), ("sepChr", middle[0] if middle else ""), ("endChr", right)):
            for own in properties.findall(f"{M}{name}"):
                own.set(f"{M}val", sign)
    return content


_OFFICE_WRITERS: dict[str, Callable[[list[Any], str], list[etree._Element] | None]] = {
    "style": _write_office_style,
    "colour": _colour_runs,
    "background": _shade_runs,
    "frame": _write_office_frame,
    "hphantom": lambda content, _: _write_office_phantom(content, shown=False, zeroAsc="1", zeroDesc="1"),
    "vphantom": lambda content, _: _write_office_phantom(content, shown=False, zeroWid="1"),
    "strut": lambda content, _: _write_office_phantom([_make_run("(")], shown=False, zeroWid="1"),
    "smash": _write_office_smash,
    "clap": lambda content, _: _write_office_phantom(content, shown=True, zeroWid="1"),
    "llap": lambda content, _: _write_office_phantom(content, shown=True, zeroWid="1"),
    "rlap": lambda content, _: _write_office_phantom(content, shown=True, zeroWid="1"),
    "cancelto": _write_office_cancel,
    "strike": _write_office_strike,
    "sides": _write_office_sides,
    "multline": _write_office_multline,
    "multlined": _write_office_multline,
    "operator": _write_office_operator,
    "class": lambda content, kind: content if kind in ATOM_CLASSES else _write_office_operator(content, kind),
    "nobar": _write_office_fraction,
    "rule": lambda content, _: None,  # fractions have rules of one thickness
    "numerator": lambda content, _: None,  # numerators are centred
    "prescript": _write_office_prescript,
    "arrow": _write_office_arrow,
    "columns": _write_office_columns,
    "baseline": _write_office_baseline,
    "table": _write_office_table,
    "dots": lambda content, _: content,
    "overlap": lambda content, _: content,
    "span": lambda content, _: None,  # matrices have no cells over several columns
    "fences": _write_office_fences,
}


def add_office_row_numbers(omml: str, numbers: Sequence[str]) -> str:
    """Add the numbers of its rows to Office Math, after each row of the first array or matrix.

    If the formula does not have an array with the same number of rows, add all numbers at its end.
    """
    root = _parse_office_math(omml)
    array = next(root.iter(f"{M}eqArr", f"{M}m"), None)
    rows = [] if array is None else array.findall(f"{M}e" if array.tag == f"{M}eqArr" else f"{M}mr")
    if len(rows) != len(numbers):
        rows, numbers = [root[0]], [" ".join(filter(None, numbers))]
    for row, number in zip(rows, numbers, strict=True):
        place = row[-1] if row.tag == f"{M}mr" else row
        if number:
            place.append(_make_text_run(f"\u2003\u2003{number}"))
    return _serialise_office_math(root)


def _make_run(text: str) -> etree._Element:
    run = etree.Element(f"{M}r")
    etree.SubElement(run, f"{M}t").text = text
    return run


def _make_text_run(text: str) -> etree._Element:
    run = _make_run(text)
    properties = etree.Element(f"{M}rPr")
    etree.SubElement(properties, f"{M}nor")
    run.insert(0, properties)
    return run


def _parse_office_math(omml: str) -> etree._Element:
    spaces = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("m", "w"))
    return etree.fromstring(f"<m:root {spaces}>{omml}</m:root>")


def _serialise_office_math(root: etree._Element) -> str:
    etree.cleanup_namespaces(root, keep_ns_prefixes=["m", "w"])
    text = etree.tostring(root, encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("<")]
