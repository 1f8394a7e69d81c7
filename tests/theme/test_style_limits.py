"""Test untrusted style sheets: variables that double, counters without end, extremely large pages."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from lxml import etree

from triptych.theme.style_limits import find_attribute_problem, find_element_problem, find_style_problem

DOUBLING = ":root { --v0: a b; " + "".join(f"--v{n + 1}: var(--v{n}) var(--v{n}); " for n in range(19)) + "}"


@pytest.mark.parametrize(
    ("css", "message"),
    [
        (DOUBLING + " p { font-family: var(--v19) }", "has more than 2,000 values"),
        (
            ":root { " + "".join(f"--v{n + 1}: var(--v{n}); " for n in range(900)) + "}",
            "refers to itself, or its references",
        ),
        ("div { --a: var(--b) var(--b) } p { --b: var(--a) var(--a) }", "refers to itself"),
        ("div { --a-b: var(--a_b) var(--a_b) }", "refers to itself"),
        ("@media print { @supports (a: b) { p { --a: var(--a) } } }", "refers to itself"),
        (":root { --a: " + "b " * 300 + "} p { font: " + "var(--a) " * 9 + "}", "`font` has more than 2,000"),
        (
            "p { --a: " + "b " * 300 + "} q { --a: c } p { margin: " + "var(--a) " * 9 + "}",
            "`margin` has more",
        ),
        ("@counter-style a { pad: 99999999 'x' }", "`pad` is 99999999; the limit is 1,000"),
        ("@counter-style a { symbols: '" + "x" * 200 + "' }", "the text of `symbols` is too long"),
        ("p { counter-reset: a 999999999 }", "`counter-reset` is 999999999; the limit is 10,000"),
        ("p { content: " + f"'{'x' * 900}' " * 20 + "}", "the text of `content` is too long"),
        ("p { columns: 10000 }", "`columns` is 10000; the limit is 100"),
        ("p { column-count: 10000 }", "`column-count` is 10000"),
        ("p { margin: 1e9px }", "`margin` is 1e9; the limit is 1,000,000"),
        ("p { z-index: 1000000000 }", "`z-index` is 1000000000"),
        ("p { width: calc(1px * 1e300) }", "`width` is 1e300"),
        ("p { width: 1e999px }", "`width` is 1e999"),
        ("p { width: " + "calc(1px + " * 200 + "1px" + ")" * 200 + "}", "has more than 30 levels"),
        ("p { grid-template-columns: repeat(99999, 1fr) }", "`grid-template-columns` is 99999"),
        ("@page { size: 1px 1px }", "a page cannot be 1px wide or high"),
        ("@page { size: 900in 2in }", "a page cannot be 900in wide or high"),
        ("nosuch * * * * * * * * p { color: red }", "`nosuch * * * * * * * * p` takes too long to match"),
        (":is(nosuch *, a) :where(* *) * * * * p { color: red }", "takes too long to match"),
        (":not(:not(nosuch * * * * * * * * p)) { color: red }", "takes too long to match"),
        ("nosuch ~ * ~ * ~ p { color: red }", "takes too long to match"),
        (":has(nosuch :has(nosuch :has(nosuch))) { color: red }", "takes too long to match"),
        ("nosuch * * * { * * * { & * p { color: red } } }", "takes too long to match"),
        (":nth-child(1 of nosuch ~ * ~ p) { color: red }", "takes too long to match"),
        ("nosuch * * * * p { color: red }" * 50, "takes too long to match"),
        (
            "p { border-bottom: .001pt dotted }",
            "`border-bottom` is .001pt; the least width of a line is 0.05pt",
        ),
        ("p { text-decoration: underline wavy 1e-9em }", "`text-decoration` is 1e-9em"),
        ("p { border: calc(1pt / 99999) dashed }", "`border` is divided"),
        ("p { --a: .0001mm; border: var(--a) dotted }", "`--a` is .0001mm"),
        ("a {} " * 20_000, "the style sheet has more than 10,000 rules"),
        ("@media all {" * 900 + "p { a: b }" + "}" * 900, "more than 30 levels"),
    ],
)
def test_unbounded_styles_are_rejected_at_once(css: str, message: str) -> None:
    start = time.process_time()
    fault = find_style_problem(css)
    assert fault is not None and message in fault.message
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "css",
    [
        ":root { --serif: 'A', 'B', serif } p { font: 1em/1.4 var(--serif); margin: 0 -2em }",
        ":root { --a: var(--b); --b: var(--c, 1px) } p { margin: calc(var(--a) * 2) }",
        "@page wide:left { size: 156mm 234mm; margin: 20mm; @top-left { content: counter(page) } }",
        "@counter-style a { system: fixed; symbols: '*' '**'; pad: 2 '0' } li { list-style: a }",
        "p { z-index: 99999; columns: 2; content: 'a' attr(title) } p:nth-child(2n+1):has(a) { a: b }",
        "section.a > table tbody tr td:not(.b, .c), h2 ~ p, p:has(> img) em, li:nth-child(2n + 1) b { a: b }",
        "p { border: 0 none; border-top: .05pt dotted; border-spacing: .001pt; --a: .01em; letter-spacing: .001pt }",
        "not a style sheet {{{ ",
        "",
    ],
)
def test_ordinary_styles_pass(css: str) -> None:
    assert find_style_problem(css) is None


def declare(value: str) -> Callable[[int], str]:
    return lambda count: f"p {{ {value.format(count)} }}"


@pytest.mark.parametrize(
    ("write", "limit"),
    [
        (lambda count: "a {} " * count, 10_000),
        (lambda count: "@media all {" * count + "p { a: b }" + "}" * count, 30),
        (lambda count: "p { width: " + "calc(" * count + "1" + ")" * count + "}", 30),
        (lambda count: "p { width: " + "[({" * (count // 3) + "1" + "})]" * (count // 3) + "}", 32),
        (lambda count: "p { " + "".join(f"--v{n + 1}: var(--v{n}); " for n in range(count)) + "}", 21),
        (lambda count: "p { font:" + "," * count + "}", 2_000),
        (
            lambda count: "p { --a:" + "," * 499 + "; font:" + "var(--a)" * 3 + "," * (count - 1503) + "}",
            2_000,
        ),
        (lambda count: "p { --a:" + "var(--unknown)" * 9 + "," * (count - 18) + "}", 2_000),
        (lambda count: "p { content: '" + "x" * (count - 1) + "' 'y' }", 10_000),
        (lambda count: "@counter-style a { symbols: '" + "x" * (count - 1) + "' 'y' }", 100),
        (declare("z-index: -{}"), 1_000_000),
        (declare("margin: 0 {}px"), 1_000_000),
        (declare("columns: {}"), 100),
        (declare("column-count: {}"), 100),
        (declare("counter-reset: a {}"), 10_000),
        (declare("counter-set: a {}"), 10_000),
        (declare("counter-increment: a {}"), 10_000),
        (declare("grid-template-columns: repeat({}, 1fr)"), 1_000),
        (lambda count: f"@counter-style a {{ pad: {count} 'x' }}", 1_000),
        (lambda count: f"@page {{ size: {count}pt 30pt }}", 15_000),
    ],
)
def test_styles_may_reach_each_limit_exactly(write: Callable[[int], str], limit: int) -> None:
    assert find_style_problem(write(limit)) is None
    assert find_style_problem(write(limit + 1)) is not None


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("size: 29.9pt", "size: 30pt"),
        ("size: 39px", "size: 40px"),
        ("size: 2.4pc", "size: 2.5PC"),
        ("size: 10.5mm", "size: 10.6mm"),
        ("size: 1.05cm", "size: 1.06cm"),
        ("size: 42.3q", "size: 42.4q"),
        ("size: .41in", "size: .42in"),
        ("size: 2.4em", "size: 2.5em"),
        ("border: .049pt dotted", "border: .05pt dotted"),
        ("outline: -.0049em dotted", "outline: .005em dotted"),
        ("column-rule: .066px dotted", "column-rule: 0px dotted"),
        ("--a: .001mm", "--a: .001fr"),
        ("border-top: calc(2pt / 2)", "border-image: calc(2pt / 2)"),
        ("border: calc(2pt / 2)", "width: calc(2pt / 2)"),
    ],
)
def test_pages_and_lines_have_a_least_width(narrow: str, wide: str) -> None:
    assert find_style_problem(f"@page {{ {narrow} }}") is not None
    assert find_style_problem(f"@page {{ {wide} }}") is None


@pytest.mark.parametrize(
    ("selector", "most"), [("p", 10_000), ("a " * 4 + "p", 31), ("a ~ b", 333), (":has(a)", 3_333)]
)
def test_selectors_try_a_million_elements_together(selector: str, most: int) -> None:
    assert find_style_problem(f"{selector} {{}} " * most) is None
    assert find_style_problem(f"{selector} {{}} " * (most + 1)) is not None


@pytest.mark.parametrize(("outer", "most"), [("a a a", 220), ("a a a, b", 110)])
def test_selectors_of_nested_rules_include_those_of_the_outer_rule(outer: str, most: int) -> None:
    assert find_style_problem(f"{outer} {{ {'p {} ' * most} }}") is None
    assert find_style_problem(f"{outer} {{ {'p {} ' * (most + 1)} }}") is not None


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ('colspan="1000"', ""),
        ('colspan=" 1001 "', "`colspan` is 1001; the limit is 1,000"),
        ('rowspan="1001"', "`rowspan` is 1001; the limit is 1,000"),
        ('span="1001"', "`span` is 1001; the limit is 1,000"),
        ('span="0000000002" colspan="two" rowspan="0"', ""),
        ('span="00000000002"', "`span` is 00000000002; the limit is 1,000"),
        ('colspan="100" rowspan="20" span="10"', ""),
        ('colspan="100" rowspan="20" span="11"', "cover more than 20,000 cells in total"),
        ('style="--a: 1; color: var(--a)"', ""),
        ('style="--a: VAR(--b)"', "the variable `--a` of a `style` attribute uses var()"),
    ],
)
def test_element_is_rejected_for_its_spans_or_style(attributes: str, message: str) -> None:
    fault = find_element_problem([etree.fromstring(f"<td {attributes}/>")])
    assert (fault.message if fault else "").endswith(message) and bool(fault) is bool(message)


def test_text_near_a_fault_locates_its_line() -> None:
    fault = find_style_problem("p { margin: 1e9px }")
    assert fault is not None and fault.near == "margin"


@pytest.mark.parametrize("style", ["margin: 1e9px", "--a: var(--b) var(--b)", "columns: 9999"])
def test_attributes_are_checked_too(style: str) -> None:
    assert find_attribute_problem(style) is not None
    element = etree.fromstring(f'<div><p style="{style}"/></div>')
    assert find_element_problem(element.iter("*")) is not None


@pytest.mark.parametrize(
    "xhtml", ['<td colspan="999999999"/>', '<td rowspan="5000"/>', f"<div><style>{DOUBLING}</style></div>"]
)
def test_elements_of_untrusted_books_are_checked(xhtml: str) -> None:
    assert find_element_problem(etree.fromstring(xhtml).iter("*")) is not None


def test_ordinary_elements_pass() -> None:
    xhtml = '<div style="--shade: red; color: var(--shade)"><td colspan="3" rowspan="2"/><style>p {}</style></div>'
    assert find_element_problem(etree.fromstring(xhtml).iter("*")) is None


def test_cells_that_cover_too_many_others_are_rejected() -> None:
    cell = '<td colspan="100" rowspan="{}"/>'
    table = etree.fromstring(f"<table>{cell.format(100) * 2}</table>")
    assert find_element_problem(table.iter()) is None
    table = etree.fromstring(f"<table>{cell.format(100) * 2}{cell.format(1)}</table>")
    fault = find_element_problem(table.iter())
    assert fault is not None and "cover more than 20,000 cells" in fault.message
