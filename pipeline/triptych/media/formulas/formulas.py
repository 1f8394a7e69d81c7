"""Formulas drawn by Typst, for print and slides.

Typst comes as a wheel, sets mathematics as finely as TeX, and draws a thousand formulas a second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from triptych.media.fonts.fonts import scripts_of
from triptych.media.formulas.typst_notation import typst_notation
from triptych.media.typst_engine import Refused, typeset
from triptych.media.xml_names import MATHML
from triptych.model.nodes import Equation, Math
from triptych.theme.theme import load_theme

SIZE = 10.0  # points; drawings are scaled to the text around them
_MARGIN = 3.0  # points around each drawing, for what reaches over its box
# Symbols that Typst 0.14 renamed and pandoc calls by their old names; a string is left as it is.
_NEW_NAMES = {"sect": "inter", ".circle": ".o", ".double": ".stroked"}
_RENAMED = re.compile(
    r'"(?:[^"\\]|\\.)*"|\bsect\b|(?<=\w)\.circle\b|(?<=\bparen\.[lr])\.double\b'
    r"|(?<=\bbrace\.[lr])\.double\b|(?<=\bbracket\.[lr])\.double\b"
)


@dataclass(frozen=True, slots=True)
class Formula:
    """What is drawn: Typst's notation of a formula, in a line or displayed.

    From ``mathml`` another notation is made where Typst refuses the first.
    """

    typst: str
    display: bool
    mathml: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG and its place in a line: width, height and depth under the baseline, in em of the text."""

    svg: bytes
    width: float
    height: float
    depth: float

    def packed(self) -> bytes:
        """The drawing as bytes, for a cache."""
        return f"{self.width!r} {self.height!r} {self.depth!r}\n".encode() + self.svg

    @classmethod
    def unpacked(cls, data: bytes) -> Drawing | None:
        """A drawing from its bytes; None from none, which means that it was refused."""
        if not data:
            return None
        head, _, svg = data.partition(b"\n")
        width, height, depth = map(float, head.split())
        return cls(svg, width, height, depth)


def formula_of(node: Math | Equation) -> Formula:
    """What of a formula decides its drawing."""
    return Formula(node.typst, display=isinstance(node, Equation), mathml=node.mathml)


def draw_formulas(formulas: Sequence[Formula]) -> list[Drawing | None]:
    """Formulas → drawings, in one run of Typst; None for each that Typst refuses in all its notations."""
    drawn = _draw_all([_with_tables(formula) for formula in formulas])
    refused = [place for place, drawing in enumerate(drawn) if drawing is None and formulas[place].mathml]
    others = [
        replace(formulas[place], typst=typst_notation(formulas[place].mathml), mathml="") for place in refused
    ]
    for place, drawing in zip(refused, _draw_all(others), strict=True):
        drawn[place] = drawing
    return drawn


def _with_tables(formula: Formula) -> Formula:
    """The formula in the notation that keeps its tables.

    Pandoc's own makes a table that is neither in brackets nor the whole formula into loose lines, and
    loses the space between the columns of an array.
    """
    if "<mtable" not in formula.mathml:
        return formula
    root: Any = etree.fromstring(formula.mathml.encode())
    tables = list(root.iter(f"{MATHML}mtable"))
    loose = len(tables) - len(re.findall(r"\b(?:mat|cases)\(", formula.typst))
    first = tables[0]
    lined_up = any("padding" in cell.get("style", "") for cell in first.iter(f"{MATHML}mtd"))
    whole = first.getparent().tag in (f"{MATHML}semantics", f"{MATHML}math")
    columns = max((len(row) for row in first), default=0)
    if loose <= 0 or (len(tables) == 1 and whole and (lined_up or columns == 1)):
        return formula
    return replace(formula, typst=typst_notation(formula.mathml))


def _draw_all(formulas: Sequence[Formula]) -> list[Drawing | None]:
    """One drawing or None for each formula in the one notation it has."""
    if not formulas:
        return []
    try:
        return list(_draw(formulas))
    except Refused:
        if len(formulas) == 1:
            return [None]
    # One bad formula refuses the whole page run: halve until it stands alone.
    half = len(formulas) // 2
    return _draw_all(formulas[:half]) + _draw_all(formulas[half:])


def _draw(formulas: Sequence[Formula]) -> list[Drawing]:
    source = _document(formulas)
    pages, answer = typeset(source, output="svg", fonts=packaged_fonts(source), query="<places>")
    baselines = {index: y for index, y in json.loads(answer)}
    return [_drawing(page, baselines[index]) for index, page in enumerate(pages[: len(formulas)])]


def _document(formulas: Sequence[Formula]) -> str:
    """A Typst document with a page for each formula, and a mark on each baseline."""
    lines = [
        f"#set page(width: auto, height: auto, margin: {_MARGIN}pt, fill: none)",
        f'#set text(font: "EB Garamond", size: {SIZE}pt, top-edge: "bounds", bottom-edge: "bounds")',
        "#set par(leading: 0.55em, spacing: 0pt)",
        "#let displayed(it) = math.equation(block: false, math.display(it.body))",
    ]
    for index, formula in enumerate(formulas):
        body = _RENAMED.sub(_new_name, formula.typst.strip())
        shown = f"#displayed(${body}$)" if formula.display else f"${body}$"
        lines.append("#pagebreak(weak: true)" if index else "")
        lines.append(f"#box(width: 0pt, height: 0pt)[#metadata({index}) <baseline>]{shown}")
    places = "query(<baseline>).map(it => (it.value, it.location().position().y.pt()))"
    lines.append(f"#context [#metadata({places}) <places>]")
    return "\n".join(lines)


def _new_name(match: re.Match[str]) -> str:
    return _NEW_NAMES.get(match.group(), match.group())


def packaged_fonts(source: str) -> list[str]:
    """The folders of fonts in packages that words in formulas and drawings need, as Chinese ones do."""
    faces = [face for script in scripts_of(source, (), load_theme()) for face in script.faces]
    return sorted(
        {
            str(face.path.parent)
            for face in faces
            if face.package and not face.index and not face.italic and face.weight == 400
        }
    )


def _drawing(svg: bytes, baseline: float) -> Drawing:
    """A page cropped to its formula; ``baseline`` is in points from the page's top."""
    match = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if match is None:
        raise Refused("no view box")
    width, height = float(match.group(1)) - 2 * _MARGIN, float(match.group(2)) - 2 * _MARGIN
    root = etree.fromstring(svg)
    root.set("viewBox", f"{_MARGIN} {_MARGIN} {width:.4f} {height:.4f}")
    root.set("width", f"{width:.4f}pt")
    root.set("height", f"{height:.4f}pt")
    for element in root.iter():
        for name in ("class", "data-tid"):
            if name in element.attrib:
                del element.attrib[name]
    depth = height + _MARGIN - baseline
    return Drawing(etree.tostring(root), width / SIZE, height / SIZE, depth / SIZE)
