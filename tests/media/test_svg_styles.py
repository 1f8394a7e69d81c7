"""Test that the style sheet of a drawing is inlined into its elements."""

from __future__ import annotations

import pytest
from lxml import etree

from triptych.media.svg_styles import convert_css_to_attributes, replace_colours


def styled(css: str, content: str) -> etree._Element:
    root = etree.fromstring(
        f'<svg xmlns="http://www.w3.org/2000/svg" id="d"><style>{css}</style>{content}</svg>'
    )
    convert_css_to_attributes(root)
    assert root.find("{*}style") is None
    return root


def fill(css: str, content: str = '<rect class="a b" fill="#111111"/>') -> str | None:
    return styled(css, content).find(".//{*}rect").get("fill")


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("", "#111111"),
        ("rect{fill:#222}", "#222222"),
        ("rect{fill:red} rect{fill:lime}", "#00ff00"),
        (".a{fill:red} rect{fill:lime}", "#ff0000"),
        ("#d .a{fill:red} .a.b{fill:lime}", "#ff0000"),
        (".b{fill:red!important} #d .a{fill:lime}", "#ff0000"),
        ("circle, rect{fill:hsl(240, 100%, 50%)}", "#0000ff"),
        ("rect{fill:none}", "none"),
        ("rect{fill:url(#x)}", "url(#x)"),
        ("rect{fill:currentColor}", "currentColor"),
        ("rect:::{fill:red} rect{fill:lime}", "#00ff00"),
        ("@media print{rect{fill:red}}", "#111111"),
        ("rect::before{fill:red}", "#111111"),
    ],
)
def test_the_cascade_is_that_of_css(css: str, expected: str) -> None:
    assert fill(css) == expected


def test_style_attribute_overrides_rules() -> None:
    assert fill(".a{fill:red}", '<rect class="a" style="fill:lime"/>') == "#00ff00"
    assert fill(".a{fill:red!important}", '<rect class="a" style="fill:lime"/>') == "#ff0000"


def test_sibling_selectors_match_the_original_tree() -> None:
    root = styled('[fill="x"] + rect{fill:red}', '<g fill="x" style="fill:lime"/><rect/>')
    assert root.find("{*}rect").get("fill") == "#ff0000"


def test_see_through_colours_become_a_colour_and_an_opacity() -> None:
    rect = styled("rect{fill:rgba(255,0,0,.25);stroke:transparent}", "<rect/>").find("{*}rect")
    assert (rect.get("fill"), rect.get("fill-opacity")) == ("#ff0000", "0.25")
    assert rect.get("stroke-opacity") == "0"


def test_lengths_are_unitless_and_unsupported_properties_are_removed() -> None:
    rect = styled("rect{stroke-width:2px;filter:blur(3px);animation:spin 1s}", "<rect/>").find("{*}rect")
    assert dict(rect.attrib) == {"stroke-width": "2"}


def test_replaced_colours_are_those_of_the_mapping() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><rect fill="#A8321F" stroke="#123"/><g style="fill:#a8321f"/></svg>'
    root = etree.fromstring(replace_colours(svg, {"a8321f": "18a303"}))
    rect, group = root
    assert (rect.get("fill"), rect.get("stroke")) == ("#18a303", "#112233")
    assert "a8321f" not in (group.get("style") or "")
