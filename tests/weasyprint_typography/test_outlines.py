"""Test that simple drawings look as if painted by the layout engine, which paints all others."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from weasyprint.text.fonts import FontConfiguration

from triptych.media.formulas.formulas import (
    Formula,
    add_svg,
    draw_formulas,
    load_default_formula_fonts,
)
from triptych.writers.print.painting import PaintResources
from weasyprint_typography.content_stream import serialise_stream
from weasyprint_typography.drawings import (
    DrawnText,
    UnsupportedSvgError,
    convert_svg,
    draw_converted_svg,
    write_path,
)

WIDTH, HEIGHT = 240, 90
FORMULAS = [
    "<mfrac><mi>x</mi><msqrt><mn>1</mn><mo>+</mo><mi>a</mi></msqrt></mfrac><mo>=</mo>"
    '<mover><mi>b</mi><mo accent="true">¯</mo></mover>',
    "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>"
    "<munder><mo>∑</mo><mi>i</mi></munder><mi>ℝ</mi>",
    '<mrow><mo stretchy="true" form="prefix">{</mo><mtable><mtr><mtd><mi>a</mi></mtd></mtr>'
    "<mtr><mtd><mi>b</mi></mtd></mtr></mtable></mrow>",
]


def svg(inside: str, **said: str) -> Element:
    more = "".join(f' {name}="{value}"' for name, value in said.items())
    return fromstring(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="3 3 60 30"{more}>{inside}</svg>'
    )


def seen(stream: Any) -> Image.Image:
    """Return a content stream as a picture."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        page.obj.Contents = pdf.make_stream(serialise_stream(stream))
        page.obj.Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary())
        data = io.BytesIO()
        pdf.save(data)
    with pypdfium2.PdfDocument(data.getvalue()) as document:
        return document[0].render(scale=2).to_pil().convert("L")


def ours(root: Element) -> Image.Image:
    stream = PaintResources({}).new_stream((0, 0, WIDTH, HEIGHT), None)
    draw_converted_svg(stream, convert_svg(root), WIDTH, HEIGHT)
    return seen(stream)


def theirs(root: Element) -> Image.Image:
    from weasyprint.svg import SVG

    stream = PaintResources({}).new_stream((0, 0, WIDTH, HEIGHT), None)
    with stream.stacked():
        SVG(root, "book:", None, None).draw(stream, WIDTH, HEIGHT, "book:", None)
    return seen(stream)


def assert_alike(root: Element) -> None:
    mine, other = ours(root), theirs(root)
    assert other.getextrema()[0] < 128, "nothing is to be seen"
    assert ImageChops.difference(mine, other).getextrema()[1] < 40


@pytest.mark.parametrize("place", range(len(FORMULAS)))
def test_formula_looks_as_painted_by_the_engine(place: int) -> None:
    drawing = draw_formulas([Formula(f"<math>{FORMULAS[place]}</math>", display=True)])[0]
    assert drawing is not None
    assert_alike(fromstring(add_svg(drawing, load_default_formula_fonts()).svg))


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M 5 5 h 30 v 12 h -30 Z m 4 4 v 4 h 9 v -4 Z" fill-rule="evenodd"/>',
        '<path d="M5,5 10,25 20,5 Q 30 30 40 5 T" fill="none"/>'.replace(" T", "")
        + '<path d="m 5 5 q 9 30 30 5 l 4 4" fill="none" stroke="#a00" stroke-width=".7"/>',
        '<g transform="matrix(1 0 0 -1 10 25)"><g transform="translate(2 3)"><path d="M 0 0 L 9 9 H 20 V 0 Z"/></g></g>',
        '<use xlink:href="#a" x="4" y="6" fill="#060"/><use xlink:href="#a" x="24" y="6"/>'
        '<defs><symbol id="a" overflow="visible"><path d="M 0 0 h 9 c 0 5 4 9 9 9 h -18 Z"/></symbol></defs>',
        '<path d="M 5 5 h 30 v 20 Z" fill="#ddd" stroke="#000" stroke-linejoin="round" stroke-width="3"/>',
        '<path d="M 5 5 h 30" stroke="#000" stroke-width="3" stroke-dasharray="6 3"/>',
        '<g fill="none" stroke="#030"><path d="M 5 5 h 30"/><path d="M 5 9 h 30" stroke="#000"/></g>',
    ],
)
def test_outlines_look_as_painted_by_the_engine(inside: str) -> None:
    assert_alike(svg(inside))


@pytest.mark.parametrize(
    "inside",
    [
        "<text>a</text>",
        '<text font-family="a" font-size="1em">a</text>',
        '<text font-family="a" font-size="9"><tspan>a</tspan></text>',
        '<text font-family="a" font-size="9" letter-spacing="1">a</text>',
        '<text font-family="a" font-size="9" font-weight="450">a</text>',
        '<text font-family="a" font-size="9" fill-opacity=".5">a</text>',
        '<text font-family="a" font-size="9" x="1 2">ab</text>',
        '<path d="M 0 0 A 3 3 0 0 1 6 6"/>',
        '<path d="M 0 0 L 3"/>',
        '<path d="M 0 0 h 9" opacity=".5"/>',
        '<path d="M 0 0 h 9 v 9" fill="url(#g)"/>',
        '<path d="M 0 0 h 9" stroke="#000" stroke-dasharray="1 50%"/>',
        '<g transform="rotate(4)"/>',
        '<g transform="translate(1 2) scale(2)"/>',
        '<use xlink:href="#nowhere"/>',
        '<use xlink:href="#a"/><symbol id="a"><path d="M 0 0 h 9"/></symbol>',
    ],
)
def test_other_drawings_are_left_to_the_engine(inside: str) -> None:
    with pytest.raises(UnsupportedSvgError):
        convert_svg(svg(inside))


def test_opacity_does_not_affect_following_shapes() -> None:
    square = '<path d="M {0} 5 h 20 v 20 h -20 Z"{1}/>'
    light, dark = square.format(5, ' fill="#000" fill-opacity="0.16"'), square.format(35, "")
    stream = PaintResources({}).new_stream((0, 0, WIDTH, HEIGHT), None)
    draw_converted_svg(stream, convert_svg(svg(light + dark)), WIDTH, HEIGHT)
    states = [item for item in serialise_stream(stream).split(b"\n") if item.endswith(b" gs")]
    assert states == [b"/a1.0 gs", b"/a0.16 gs", b"/a1.0 gs"]


def test_group_properties_apply_to_each_shape() -> None:
    (part,) = convert_svg(svg('<path d="M 0 0 h 9"/>', fill="#aa0000")).parts
    assert part.fill == "#aa0000"


TEXT = '<text x="20" y="9" font-size="4" font-family="Work Sans, \'Noto Sans\'" {0}>  AV  AV </text>'


def test_text_line_is_read_with_its_style() -> None:
    (words,) = convert_svg(svg(TEXT.format('text-anchor="end" font-weight="bold" fill="#030"'))).parts
    assert words == DrawnText("AV AV", 20, 9, 1.0, ("Work Sans", "Noto Sans"), 4, 700, "#030")


def test_a_text_that_is_moved_twice_is_moved_from_the_outside_in() -> None:
    text = TEXT.format('transform="matrix(0 -1 1 0 5 6)"')
    (words,) = convert_svg(svg(f'<g transform="translate(1 2)">{text}</g>')).parts
    assert isinstance(words, DrawnText)
    assert words.transform == b"1 0 0 1 1 2 cm 0 -1 1 0 5 6 cm"


def shown(more: str) -> list[bytes]:
    """Return the operators that show a line of text."""
    stream = PaintResources({}).new_stream((0, 0, WIDTH, HEIGHT), None)
    context = SimpleNamespace(font_config=FontConfiguration())
    draw_converted_svg(stream, convert_svg(svg(TEXT.format(more))), WIDTH, HEIGHT, context)
    return serialise_stream(stream).split(b"\n")


def test_text_line_is_drawn_at_its_anchor() -> None:
    places = {}
    for anchor in ("start", "middle", "end"):
        operators = shown(f'text-anchor="{anchor}"')
        assert [item[-2:] for item in operators if item[-2:] in (b"Tj", b"TJ")] == [b"TJ"]
        assert not [item for item in operators if item.endswith(b" Do")]
        (matrix,) = [item.split() for item in operators if item.endswith(b" Tm")]
        places[anchor] = float(matrix[4])
    assert places["start"] == 20
    assert places["start"] - places["middle"] == pytest.approx(places["middle"] - places["end"], abs=0.01)
    assert 5 < places["end"] < 18


def test_drawing_without_a_view_box_or_with_rules_is_left_to_the_engine() -> None:
    for root in (
        fromstring('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        svg("", preserveAspectRatio="none"),
    ):
        with pytest.raises(UnsupportedSvgError):
            convert_svg(root)


def test_path_continues_from_the_current_point() -> None:
    assert write_path("M 0 0m 1 2l 3 0h1V 9Zm 1 1 2 2") == b"1 2 m 4 2 l 5 2 l 5 9 l h 2 3 m 4 5 l"
    assert write_path("M0 0Q3 0 3 3") == b"0 0 m 2 0 3 1 3 3 c"
