"""Style sheets of strangers: variables that double, counters without end, pages larger than a house."""

from __future__ import annotations

import time

import pytest
from lxml import etree

from triptych.theme.style_limits import find_attribute_fault, find_element_fault, find_style_fault

DOUBLING = ":root { --v0: a b; " + "".join(f"--v{n + 1}: var(--v{n}) var(--v{n}); " for n in range(19)) + "}"


@pytest.mark.parametrize(
    ("css", "message"),
    [
        (DOUBLING + " p { font-family: var(--v19) }", "has more than 2,000 parts"),
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
        ("a {} " * 20_000, "the style sheet has more than 10,000 rules"),
        ("@media all {" * 900 + "p { a: b }" + "}" * 900, "more than 30 levels"),
    ],
)
def test_styles_that_have_no_end_are_refused_at_once(css: str, message: str) -> None:
    start = time.process_time()
    fault = find_style_fault(css)
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
        "not a style sheet {{{ ",
        "",
    ],
)
def test_ordinary_styles_pass(css: str) -> None:
    assert find_style_fault(css) is None


def test_the_text_near_a_fault_leads_to_its_line() -> None:
    fault = find_style_fault("p { margin: 1e9px }")
    assert fault is not None and fault.near == "margin"


@pytest.mark.parametrize("style", ["margin: 1e9px", "--a: var(--b) var(--b)", "columns: 9999"])
def test_attributes_are_checked_too(style: str) -> None:
    assert find_attribute_fault(style) is not None
    element = etree.fromstring(f'<div><p style="{style}"/></div>')
    assert find_element_fault(element.iter("*")) is not None


@pytest.mark.parametrize(
    "xhtml", ['<td colspan="999999999"/>', '<td rowspan="5000"/>', f"<div><style>{DOUBLING}</style></div>"]
)
def test_elements_of_strangers_are_checked(xhtml: str) -> None:
    assert find_element_fault(etree.fromstring(xhtml).iter("*")) is not None


def test_ordinary_elements_pass() -> None:
    xhtml = '<div style="--shade: red; color: var(--shade)"><td colspan="3" rowspan="2"/><style>p {}</style></div>'
    assert find_element_fault(etree.fromstring(xhtml).iter("*")) is None
