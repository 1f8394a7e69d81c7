"""Test that the complexity of a drawing is checked before drawing: few lines may use millions of shapes."""

from __future__ import annotations

import pytest
from lxml import etree

from triptych.media.raster_images import UnusablePictureError
from triptych.media.svg_files import check_complexity

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def check(content: str, most: int = 250_000) -> None:
    check_complexity(etree.fromstring(f"<svg {NS}>{content}</svg>"), most)


def chain(draws: str, times: int = 10, length: int = 9) -> str:
    groups = '<g id="u0"><rect/></g>'
    return groups + "".join(
        f'<g id="u{i}">' + draws.format(f"u{i - 1}") * times + "</g>" for i in range(1, length)
    )


@pytest.mark.parametrize(
    "content",
    [
        chain('<use xlink:href="#{}"/>'),
        chain('<rect fill="url(#{})"/>'),
        chain("<rect style=\"mask: url( '#{}')\"/>"),
        "<style>.a, .b > rect.c { clip-path: url(#u8) }</style>"
        + chain('<use href="#{}"/>', 4)
        + '<rect class="c b"/>' * 9,
        '<marker id="m">'
        + "<path/>" * 50
        + '</marker><path marker-mid="url(#m)" d="M0 0'
        + " 1 1" * 9_000
        + '"/>',
        "<rect/>" * 20_000,
        "<text>" + "word " * 30_000 + "<tspan/>" + "word " * 30_000 + "</text>",
        '<path d="M0 0' + "L1 1" * 2_000_000 + '"/>',
    ],
)
def test_drawing_with_too_many_shapes_is_rejected(content: str) -> None:
    with pytest.raises(UnusablePictureError, match="too many shapes; the limit is 20,000"):
        check(content, 20_000)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('<g id="a"><use href="#a"/></g>', 'g "a"'),
        ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', 'g "a"'),
        ('<pattern id="p"><rect fill="url(#p)"/></pattern>', 'pattern "p"'),
    ],
)
def test_recursive_drawing_is_rejected_by_name(content: str, name: str) -> None:
    with pytest.raises(UnusablePictureError, match=f"the SVG element {name} contains itself"):
        check(content)


@pytest.mark.parametrize(
    "content",
    [
        "<style>" + ".a{fill:red}" * 3_000 + "</style>" + "<rect/>" * 2_000,
        "<style>.a * * * * * * * rect{fill:red}</style>" + "<g>" * 100 + "<rect/>" + "</g>" * 100,
        f"<style>:not(:not(g{' *' * 50} g)){{fill:red}}</style>" + "<g>" * 50 + "<rect/>" + "</g>" * 50,
        "<style>:is(.a * * * *, b) * * * rect{fill:red}</style>" + "<g>" * 100 + "<rect/>" + "</g>" * 100,
        "<style>.a ~ * ~ * ~ rect{fill:red}</style>" + "<rect/>" * 1_000,
    ],
)
def test_slow_style_sheets_are_rejected(content: str) -> None:
    with pytest.raises(UnusablePictureError, match="too many rules"):
        check(content)


def test_unclosed_brackets_are_rejected() -> None:
    with pytest.raises(UnusablePictureError, match="unclosed brackets"):
        check("<style>" + "a{b:(" * 30_000 + "</style><rect/>")


def test_usual_drawings_are_accepted() -> None:
    rules = "".join(f".cls-{i}, g .b-{i} text{{fill:red}}" for i in range(100))
    check(f"<style>{rules}</style>" + "<g>" * 10 + '<path class="cls-1"/>' * 5_000 + "</g>" * 10)
    check("<style>" + " " * 300_000 + "</style><text>word</text>")
    check('<defs><path id="dot"/></defs>' + '<use xlink:href="#dot"/>' * 50_000)
    check('<g id="top"><a href="#top"><rect/></a></g>')
    check(
        '<linearGradient id="a" href="#b"/><linearGradient id="b"/><rect fill="url(#a)"/><rect fill="url(#none)"/>'
    )
    check("<style>rect { clip-path: url(#c) }</style><clipPath id='c'><g><rect/></g></clipPath><rect/>")
    check("<style>g > rect { clip-path: url(#c) }</style><clipPath id='c'><rect/></clipPath><rect/>")
    check('<marker id="m"><path/></marker><path marker-end="url(#m)" d="M0 0' + " 1 1" * 90_000 + '"/>')


def test_a_style_has_so_many_declarations_at_the_most() -> None:
    check(f'<rect style="{"fill:red;" * 1000}"/>')
    with pytest.raises(UnusablePictureError, match="1,000 style declarations"):
        check(f'<rect style="{"fill:red;" * 1001}"/>')


@pytest.mark.parametrize(
    "content",
    [
        "<rect fill='url(#a\")b)'/>",
        "<style>rect { fill: url('#a\"b') }</style>",
        "<use href='#a\"b'/>",
    ],
)
def test_references_with_quotation_marks_are_rejected(content: str) -> None:
    with pytest.raises(UnusablePictureError, match="has a quotation mark in its ID"):
        check(content)


def test_references_in_quotation_marks_are_accepted() -> None:
    check("<rect fill='url(\"#a\")' style='fill: url(\"#a\"); font: \"b\"'/><use href='#a'/>")
