"""Define SVG drawings that refer to themselves, never end or have no size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.small_project import Case, small_project

_NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_HREF = "xlink:href"


def drawing(content: str, attributes: str = 'width="100" height="100" viewBox="0 0 100 100"') -> str:
    return f"<svg {_NS} {attributes}>{content}</svg>"


def _drawing(name: str, svg: Callable[[], str], slide: bool = True) -> Case:
    def write(folder: Path) -> None:
        small_project(folder, '![A](a.svg){#fig-a fig-alt="B"}', files={"source/a.svg": svg()})

    return Case(name, "drawings", write)


def _uses(levels: int = 9, wide: int = 10) -> str:
    groups = '<g id="u0"><rect width="1" height="1"/></g>'
    for i in range(1, levels):
        groups += f'<g id="u{i}">' + f'<use {_HREF}="#u{i - 1}"/>' * wide + "</g>"
    return drawing(f"<defs>{groups}</defs>" + f'<use {_HREF}="#u{levels - 1}"/>')


def _filters(filters: str, size: str = 'width="100" height="100"') -> str:
    return drawing(
        f'<filter id="f" x="-1e6" y="-1e6" width="1e9" height="1e9">{filters}</filter><rect {size} filter="url(#f)"/>'
    )


def _chain(element: str, use: str, count: int = 12) -> str:
    """Return patterns, masks or clip paths that each use the previous one."""
    parts = f'<{element} id="p0" width="1" height="1"><rect width="1" height="1"/></{element}>'
    for i in range(1, count):
        inner = f'<rect width="9" height="9" {use}="url(#p{i - 1})"/>' * 6
        parts += f'<{element} id="p{i}" width="1" height="1">{inner}</{element}>'
    return drawing(f'<defs>{parts}</defs><rect width="99" height="99" {use}="url(#p{count - 1})"/>')


def _entities() -> str:
    lines = '<!ENTITY e0 "lollollol">' + "".join(
        f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10)
    )
    return f"<!DOCTYPE svg [{lines}]>" + drawing("<text>&e9;</text>")


DRAWINGS = [
    _drawing("svg-use-bomb", _uses),
    _drawing("svg-use-bomb-2", lambda: _uses(25, 2)),
    _drawing("svg-use-itself", lambda: drawing(f'<g id="a"><use {_HREF}="#a"/></g>')),
    _drawing(
        "svg-use-each-other",
        lambda: drawing(f'<g id="a"><use {_HREF}="#b"/></g><g id="b"><use {_HREF}="#a"/></g>'),
    ),
    _drawing(
        "svg-use-root",
        lambda: drawing(f'<use {_HREF}="#r"/><use {_HREF}="#r"/>', 'id="r" width="10" height="10"'),
    ),
    _drawing(
        "svg-use-many",
        lambda: drawing('<rect id="a" width="1" height="1"/>' + f'<use {_HREF}="#a"/>' * 50_000),
    ),
    _drawing("svg-filter-blur", lambda: _filters('<feGaussianBlur stdDeviation="1e9"/>')),
    _drawing(
        "svg-filter-noise", lambda: _filters('<feTurbulence baseFrequency="1e-9" numOctaves="1000000000"/>')
    ),
    _drawing("svg-filter-morphology", lambda: _filters('<feMorphology radius="100000"/>')),
    _drawing(
        "svg-filter-convolution",
        lambda: _filters(f'<feConvolveMatrix order="300" kernelMatrix="{"1 " * 90_000}"/>'),
    ),
    _drawing("svg-filter-chain", lambda: _filters('<feGaussianBlur stdDeviation="900"/>' * 2_000)),
    _drawing(
        "svg-filters-many",
        lambda: drawing(
            '<filter id="f"><feGaussianBlur stdDeviation="50"/></filter>'
            + '<g filter="url(#f)">' * 200
            + "<rect/>"
            + "</g>" * 200
        ),
    ),
    _drawing(
        "svg-filter-large",
        lambda: drawing(
            '<filter id="f"><feGaussianBlur stdDeviation="500"/><feMorphology radius="300"/></filter><rect width="20000" height="20000" filter="url(#f)"/>',
            'width="20000" height="20000"',
        ),
    ),
    _drawing("svg-patterns", lambda: _chain("pattern", "fill")),
    _drawing("svg-masks", lambda: _chain("mask", "mask")),
    _drawing("svg-clips", lambda: _chain("clipPath", "clip-path")),
    _drawing(
        "svg-markers",
        lambda: drawing(
            '<marker id="m"><path d="M0 0L1 1" marker-mid="url(#m)"/></marker><path marker-mid="url(#m)" d="M0 0'
            + "L1 1 0 0" * 30_000
            + '"/>'
        ),
    ),
    _drawing(
        "svg-pattern-of-itself",
        lambda: drawing(
            '<pattern id="p" width="1" height="1"><rect width="1" height="1" fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)"/>'
        ),
    ),
    _drawing(
        "svg-pattern-tiny",
        lambda: drawing(
            '<pattern id="p" width="1e-9" height="1e-9" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern><rect width="99" height="99" fill="url(#p)"/>'
        ),
    ),
    _drawing(
        "svg-gradients",
        lambda: drawing(
            f'<linearGradient id="a" {_HREF}="#b"/><linearGradient id="b" {_HREF}="#a"/><rect width="9" height="9" fill="url(#a)"/>'
        ),
    ),
    _drawing("svg-dashes", lambda: drawing('<path d="M0 0L1e9 1e9" stroke="red" stroke-dasharray="1e-6"/>')),
    _drawing("svg-path-of-5-mb", lambda: drawing('<path d="M0 0' + "L1 1" * 1_250_000 + '"/>')),
    _drawing(
        "svg-path-of-numbers",
        lambda: drawing('<path d="M1e999 nan L' + "9" * 5_000 + ' 1e-999 A1e30 1e30 0 0 1 -1e308 1e308"/>'),
    ),
    _drawing("svg-nested-1000", lambda: drawing("<g>" * 1_000 + "<rect/>" + "</g>" * 1_000)),
    _drawing("svg-nested-200", lambda: drawing("<g>" * 200 + '<rect width="5" height="5"/>' + "</g>" * 200)),
    _drawing("svg-nested-50000", lambda: drawing("<g>" * 50_000 + "<rect/>" + "</g>" * 50_000)),
    _drawing(
        "svg-nested-svgs", lambda: drawing('<svg viewBox="0 0 1 1">' * 300 + "<rect/>" + "</svg>" * 300)
    ),
    _drawing(
        "svg-spans-nested", lambda: drawing("<text>" + "<tspan>" * 800 + "a" + "</tspan>" * 800 + "</text>")
    ),
    _drawing("svg-elements-many", lambda: drawing('<rect width="1" height="1"/>' * 300_000)),
    _drawing(
        "svg-box-infinite",
        lambda: drawing(
            '<rect width="9" height="9"/>', 'width="inf" height="1e999" viewBox="0 0 1e999 1e999"'
        ),
    ),
    _drawing(
        "svg-box-not-a-number", lambda: drawing('<rect width="9" height="9"/>', 'viewBox="0 0 nan nan"')
    ),
    _drawing("svg-box-huge", lambda: drawing('<rect width="9" height="9"/>', 'viewBox="0 0 1e38 1e38"')),
    _drawing(
        "svg-box-tall", lambda: drawing('<rect width="9" height="9"/>', 'width="1" height="1000000000"')
    ),
    _drawing(
        "svg-box-very-tall", lambda: drawing('<rect width="9" height="9"/>', 'viewBox="0 0 1e-30 1e30"')
    ),
    _drawing(
        "svg-box-wide", lambda: drawing('<rect width="9" height="9"/>', 'width="1000000000" height="1"')
    ),
    _drawing(
        "svg-box-empty",
        lambda: drawing('<rect width="9" height="9"/>', 'viewBox="0 0 0 0" width="0" height="-5"'),
    ),
    _drawing(
        "svg-box-units",
        lambda: drawing('<rect width="9" height="9"/>', 'width="1e30em" height="99999999999in"'),
    ),
    _drawing(
        "svg-transform-far",
        lambda: drawing(
            '<g transform="scale(1e200) scale(1e200) rotate(1e308) skewX(90)"><text font-size="1e30">a</text></g>'
        ),
    ),
    _drawing(
        "svg-font-size-huge",
        lambda: drawing(
            '<text font-size="1e9">abc</text><text font-size="nan">abc</text><text x="1e999" y="nan">d</text>'
        ),
    ),
    _drawing("svg-text-of-1-mb", lambda: drawing("<text>" + "word " * 200_000 + "</text>")),
    _drawing("svg-text-controls", lambda: drawing("<text>a&#1;&#xFFFE;\x0b</text>")),
    _drawing("svg-entities", _entities),
    _drawing(
        "svg-entity-outside",
        lambda: '<!DOCTYPE svg [<!ENTITY x SYSTEM "../../outside/secret.md">]>' + drawing("<text>&x;</text>"),
    ),
    _drawing(
        "svg-stylesheet-outside",
        lambda: (
            '<?xml-stylesheet href="../../outside/secret.css"?>'
            + drawing("<style>@import url(../../outside/secret.css);</style><rect/>")
        ),
    ),
    _drawing(
        "svg-font-face",
        lambda: drawing(
            "<style>@font-face { font-family: A; src: url(a.woff) }</style><text font-family='A'>a</text>"
        ),
    ),
    _drawing(
        "svg-font-face-outside",
        lambda: drawing(
            "<style>@font-face { font-family: A; src: url(http://192.0.2.1/a.woff) }</style><text font-family='A'>a</text>"
        ),
    ),
    _drawing(
        "svg-image-outside",
        lambda: drawing(
            f'<image {_HREF}="http://192.0.2.1/a.png" width="9" height="9"/><image {_HREF}="file:///etc/passwd" width="9" height="9"/>'
        ),
    ),
    _drawing("svg-image-of-itself", lambda: drawing(f'<image {_HREF}="a.svg" width="9" height="9"/>')),
    _drawing(
        "svg-images-within",
        lambda: drawing(
            f'<image {_HREF}="data:image/svg+xml,{_quoted(drawing("<rect/>" * 9))}" width="9" height="9"/>'
            * 2_000
        ),
    ),
    _drawing(
        "svg-styles-many",
        lambda: drawing(
            "<style>"
            + "".join(f".a{i} rect, g > .b{i} {{ fill: red }}" for i in range(5_000))
            + "</style>"
            + '<g><rect class="a1 b2"/></g>' * 2_000
        ),
    ),
    _drawing(
        "svg-selectors-slow",
        lambda: drawing(
            "<style>"
            + "* * * * * * * * * rect { fill: red }" * 300
            + "</style>"
            + "<g>" * 100
            + "<rect/>" * 500
            + "</g>" * 100
        ),
    ),
    _drawing("svg-style-open", lambda: drawing("<style>" + "a{b:(" * 30_000 + "</style><rect/>")),
    _drawing("svg-attribute-long", lambda: drawing('<rect style="' + "fill:red;" * 300_000 + '"/>')),
    _drawing(
        "svg-script",
        lambda: drawing(
            '<script>alert(1)</script><a href="javascript:x"><rect onclick="x()"/></a><foreignObject><p>a</p></foreignObject>'
        ),
    ),
    _drawing(
        "svg-animation",
        lambda: drawing(
            '<animate attributeName="x" from="0" to="1e999" dur="1e-9s" repeatCount="indefinite"/>'
        ),
    ),
    _drawing("svg-utf-16", lambda: '<?xml version="1.0" encoding="utf-16"?>' + drawing("<rect/>")),
    _drawing("svg-cut-off", lambda: drawing("<rect/>")[:-9]),
    _drawing("svg-empty", lambda: ""),
]


def _quoted(svg: str) -> str:
    return (
        svg.replace("%", "%25")
        .replace('"', "%22")
        .replace("#", "%23")
        .replace("<", "%3C")
        .replace(">", "%3E")
    )
