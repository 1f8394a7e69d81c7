"""Formulas on pages are text: glyphs where the drawing has them, readable, and in the colour of the text."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from PIL import Image, ImageChops

from tests.media.formulas.conftest import MathmlOf, mathml_of
from tests.media.formulas.test_formulas import mathml
from tests.writers.print.quires import PLAIN, bound, opened, page_of, read_face
from triptych.engine.store.program_digest import compute_digest
from triptych.media.formulas.formulas import (
    Formula,
    FormulaDrawing,
    add_svg,
    draw_formulas,
    load_default_formula_fonts,
    make_formula,
)
from triptych.media.svg_rendering import rasterise_svg
from triptych.model.nodes import Equation, EquationRow, Math
from triptych.writers.print.documents import PrintOutput
from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.quire import Quire, join_quires
from triptych.writers.print.typesetting import BookTypesetter

__all__ = ["mathml_of"]  # a fixture

STYLE = """@page { size: 300pt 200pt; margin: 20pt } p { margin: 0 0 10pt; font: 10pt/14pt "EB Garamond" }
img.math { overflow: visible } .math > span:not(.equation-number) { visibility: hidden }"""


def painted(body: str, drawings: Sequence[FormulaDrawing | None], css: str = "") -> Quire:
    """A document with formulas, laid out and painted."""
    files = {
        compute_digest(item.glyphs): item.glyphs
        for drawing in drawings
        if drawing
        for item in drawing.pieces or (drawing,)
    }

    def fetch(scheme: str, path: str) -> tuple[bytes, str]:
        if scheme == "formula":
            return files[path], "image/svg+xml"
        return read_face(path), "font/ttf"

    typesetter = BookTypesetter(PLAIN + STYLE + css, fetch)
    laid = typesetter.lay_out(page_of(body))
    assert typesetter.logged_errors == []
    resources = PaintResources(typesetter.faces, typesetter.read_face)
    return join_quires([paint_pages(laid.pages, laid.strings, resources, "q")])


def pdf_of(body: str, nodes: Sequence[Math | Equation], css: str = "") -> bytes:
    """A PDF in which each ``{}`` of the body is a formula."""
    formulas = [make_formula(node) for node in nodes]
    drawings = draw_formulas(formulas)
    output = PrintOutput(dict(zip(formulas, drawings, strict=True)))
    result = body.format(*(output.write_formula(node) for node in nodes))
    return bound(painted(result, drawings, css))


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


def inline(source: str) -> Math:
    return Math(tex="", mathml=source, spoken="a formula")


def displayed(source: str) -> Equation:
    return Equation(tex="", mathml=source, spoken="a formula")


@pytest.mark.parametrize(
    "tex",
    [
        r"$x = y + z$",
        r"$f(x) \in \mathbb{R}$",
        r"$\frac{a + b}{c} - \sqrt{d}$",
        r"$\sum_{i=1}^n x_i^2 \le \mathcal{N}$",
        r"$$\left( \begin{matrix} a & b \\ c & d \\ e & f \\ g & h \end{matrix} \right) = \hat{x}$$",
        r"$$\int_0^1 \overline{AB}\,dx = \vec{v}$$",
    ],
)
def test_symbols_of_formula_are_extracted_in_order(tex: str, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([tex])
    node = displayed(source) if tex.startswith("$$") else inline(source)
    text = unicodedata.normalize("NFKD", text_of(pdf_of("<p>Before {} after.</p>", [node])))
    assert text.startswith("Before ") and text.endswith(" after.")
    place = 0
    tokens = (
        item for item in etree.fromstring(source).iter("{*}mi", "{*}mn", "{*}mo") if not item.get("accent")
    )
    for symbol in "".join((token.text or "").strip("\u2061\u200b") for token in tokens):
        place = text.find(unicodedata.normalize("NFKD", symbol), place) + 1
        assert place > 0, f"{symbol} in {text}"


@pytest.mark.parametrize(
    "tex",
    [
        r"$\frac{a + b}{\sqrt{c}} = \sum_i x_i^2$",
        r"$$\left\{ \begin{matrix} a \\ b \\ c \\ d \end{matrix} \right.$$",
    ],
)
def test_glyphs_are_painted_where_the_drawing_has_them(tex: str, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([tex])
    node = displayed(source)
    (drawing,) = draw_formulas([make_formula(node)])
    assert drawing
    data = pdf_of("<p>{}</p>", [node])
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].render(scale=8).to_pil().convert("L")
    ink = ImageChops.invert(page).getbbox()
    assert ink
    size = round(drawing.width * 80), round(drawing.height * 80)
    outlines = rasterise_svg(add_svg(drawing, load_default_formula_fonts()).svg, *size, on_white=True)
    assert outlines
    other = Image.open(io.BytesIO(outlines)).convert("L")
    expected = ImageChops.invert(other).getbbox()
    assert expected
    mine = page.crop(ink)
    result = other.crop(expected).resize(mine.size)
    assert mine.size == pytest.approx((expected[2] - expected[0], expected[3] - expected[1]), abs=3)
    difference = ImageChops.difference(mine, result).point(lambda value: 255 * (value > 160))
    share = difference.histogram()[255] / (mine.size[0] * mine.size[1])
    assert share < 0.01


def test_formula_is_text_in_the_colour_of_its_paragraph(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$x^2 + \frac{a}{b}$"])
    css = "p { color: #cc0000 }"
    pdf = opened(pdf_of("<p>{}</p>", [inline(source)], css))
    operators = [
        (str(item.operator), list(item.operands)) for item in pikepdf.parse_content_stream(pdf.pages[0])
    ]
    assert not [name for name, _ in operators if name in ("f", "f*", "c")], "only the rule is a path"
    colours = {tuple(map(float, values)) for name, values in operators if name in ("rg", "RG")}
    assert colours == {(0.8, 0, 0)}


def test_pieces_of_formula_are_one_structure_element(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$x + y = z$"])
    formulas = [make_formula(inline(source))]
    drawings = draw_formulas(formulas)
    output = PrintOutput(dict(zip(formulas, drawings, strict=True)))
    quire = painted(f"<p>Let {output.write_formula(inline(source))} be.</p>", drawings)
    (paragraph,) = quire.elements
    (formula,) = [kid for kid in paragraph.kids if getattr(kid, "tag", "") == "Formula"]
    assert len(formula.kids) == 5
    assert formula.text_entries["Alt"] == "a formula" and formula.mathml == source
    left, bottom, right, top = formula.attributes["Layout"]["BBox"]
    assert right - left == pytest.approx(10 * drawings[0].width, abs=1) and top > bottom


@pytest.mark.parametrize(("spoken", "count"), [("line 1, (1.1): a; line 2, (A): b", 3), ("two lines", 1)])
def test_row_numbers_are_part_of_the_formula_if_its_alt_text_has_them(
    spoken: str, count: int, mathml_of: MathmlOf
) -> None:
    (source,) = mathml_of([r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$"])
    node = replace(displayed(source), spoken=spoken, rows=(EquationRow(), EquationRow()))
    formulas = [make_formula(node)]
    drawings = draw_formulas(formulas)
    output = PrintOutput(dict(zip(formulas, drawings, strict=True)))
    body = f"<p>{output.write_numbered_rows(node, ('(1.1)', '(A)'))}</p>"
    (paragraph,) = painted(body, drawings, ".equation-number { float: right }").elements
    (formula,) = [kid for kid in paragraph.kids if getattr(kid, "tag", "") == "Formula"]
    assert formula.text_entries["Alt"] == spoken and formula.mathml == source
    assert len(formula.kids) == count and len(paragraph.kids) == 4 - count


def test_space_after_relation_is_dropped_at_line_end(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$abcdefghij = klmnopqrstuv$"])
    words = "word " * 8
    css = "p { text-align: justify }"
    data = pdf_of(f"<p>{words}{{}} {words}</p>", [inline(source)], css)
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        first, second, *_ = text.get_text_range().replace("\r", "").split("\n")
        _, _, right, _ = text.get_charbox(first.rindex("="))
    assert first.strip().endswith("=") and second.startswith("k")
    assert right == pytest.approx(280, abs=1), "the line is full although its last space is dropped"


def test_text_and_formulas_share_fonts(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$\text{if } x$"])
    pdf = opened(pdf_of("<p>Words {}</p>", [inline(source)]))
    fonts = pdf.pages[0].Resources.Font
    assert len(fonts) == 3
    assert len({font.objgen for font in fonts.values()}) == 2, "EB Garamond is embedded once"


def test_colour_of_author_is_painted() -> None:
    glyphs = draw_formulas([Formula(mathml("<mi>x</mi>"), display=False)])[0]
    assert glyphs
    coloured = FormulaDrawing(glyphs.glyphs.replace(b'face="', b'fill="#00aa00" face="'), 1, 1, 0)
    quire = painted(
        PrintOutput({Formula("<m/>", display=False): coloured}).write_formula(inline("<m/>")), [coloured]
    )
    pdf = opened(bound(quire))
    colours = [
        tuple(map(float, item.operands))
        for item in pikepdf.parse_content_stream(pdf.pages[0])
        if str(item.operator) == "rg"
    ]
    assert pytest.approx((0, 2 / 3, 0), abs=1e-3) in colours


@pytest.mark.parametrize("name", ["equation", "equation numbered"])
def test_displayed_formula_and_its_number_are_painted_between_the_paragraphs(
    name: str, mathml_of: MathmlOf
) -> None:
    (source,) = mathml_of([r"$$x = y$$"])
    number = '<span class="equation-number" style="bottom:0">(1.1)</span>' if "numbered" in name else ""
    css = """.equation { text-align: center; font: 10pt/14pt "EB Garamond"; margin-bottom: 10pt }
    .numbered { position: relative } .equation-number { position: absolute; right: 0 }"""
    body = f'<p>Before</p><div class="{name}">{{}}{number}</div><p>After</p>'
    text = text_of(pdf_of(body, [displayed(source)], css))
    assert text.replace(" ", "") == f"Beforex=y{'(1.1)' if number else ''}After"


@pytest.mark.parametrize("number", ["", '<span class="equation-number" style="bottom:0">(1.1)</span>'])
def test_first_line_of_multline_is_at_the_left_and_the_last_at_the_right(
    number: str, mathml_of: MathmlOf
) -> None:
    (source,) = mathml_of([r"$$\begin{multline} a = b \\ + c \\ - d \end{multline}$$"])
    node = replace(displayed(source), tag="(1.1)" if number else "")
    formulas = [make_formula(node)]
    drawings = draw_formulas(formulas, text_width=26)
    output = PrintOutput(dict(zip(formulas, drawings, strict=True)))
    css = """.lines, .lines > img, .lines + span { display: block } .equation { font: 10pt/14pt "EB Garamond" }
    .numbered { position: relative } .equation-number { position: absolute; right: 0 }"""
    body = f'<div class="equation{" numbered" if number else ""}">{output.write_formula(node)}{number}</div>'
    quire = painted(body, drawings, css)
    assert [kid.tag for kid in quire.elements[0].kids if getattr(kid, "mathml", "")] == ["Formula"]
    with pypdfium2.PdfDocument(bound(quire)) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        left, right = (page.get_charbox(text.index(sign)) for sign in "ad")
        middle = page.get_charbox(text.index("c"))
    assert left[0] == pytest.approx(30, abs=1), "1 em from the left edge of the text"
    assert right[2] == pytest.approx(280 - 10 * (1.75 + 0.75) if number else 270, abs=1.5)
    assert middle[2] == pytest.approx(150, abs=12) and left[1] > middle[1] > right[1]
    assert ("(1.1)" in text) == bool(number)


@pytest.mark.parametrize(("text_width", "count"), [(8.05, 0), (9, 2)])
def test_lines_of_multline_are_apart_if_they_fit(text_width: float, count: int, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$\begin{multline} a + b + c + d + e + f \\ + g \end{multline}$$"])
    (drawing,) = draw_formulas([make_formula(displayed(source))], text_width=text_width)
    assert drawing and len(drawing.pieces) == count and drawing.width <= text_width


def test_box_in_a_line_keeps_its_distance_from_the_line_above(mathml_of: MathmlOf) -> None:
    boxed, tall = map(inline, mathml_of([r"$\boxed{\frac{a}{b}}$", r"$x^{x^{x^x}}$"]))
    formulas = [make_formula(boxed), make_formula(tall)]
    output = PrintOutput(dict(zip(formulas, draw_formulas(formulas), strict=True)))
    assert "margin:0.1000em 0.0000em 0.0000em 0" in output.write_formula(boxed)
    assert "margin:-0." in output.write_formula(tall)
