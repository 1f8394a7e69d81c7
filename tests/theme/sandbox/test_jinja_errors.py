"""Test that syntax errors of Jinja are described in terms of the template."""

from __future__ import annotations

import jinja2
import pytest

from triptych.theme.templating import reword_jinja_error


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ }}", 'empty or incomplete expression before "}}"'),
        ("{{ a + }}", 'empty or incomplete expression before "}}"'),
        ("{{ a | }}", 'empty or incomplete expression before "}}"'),
        ("{% if %}", 'incomplete statement before "%}"'),
        ("{{ a b }}", 'unexpected "b" in the expression'),
        ("{{ a", "the expression is not closed"),
        ("{% if a %}x", "{% if %} has no {% endif %}"),
        ("{% if a %}{% endfor %}", "{% if %} is closed by {% endfor %}"),
        ("{% foo %}", "unknown tag {% foo %}"),
        ("{{ (a }}", 'expected ")", found "}"'),
        ("{{ a ? b }}", 'unexpected character "?"'),
        ("{{ 'a }}", 'unexpected character "\'"'),
        ("{{ a) }}", 'unexpected ")"'),
        ("{{ a.b. }}", "a name is missing after the dot"),
        ("{# x", "the comment is not closed"),
        ("{{ a | nofilter }}", 'unknown filter "nofilter"'),
        ("{{ a is notest }}", 'unknown test "notest"'),
    ],
)
def test_an_error_of_jinja_is_reworded(template: str, message: str) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        jinja2.Environment(autoescape=True).from_string(template)
    assert reword_jinja_error(caught.value.message or "") == message


def test_rare_message_is_unchanged() -> None:
    assert reword_jinja_error("block 'a' defined twice") == "block 'a' defined twice"
