"""Test that shortcodes are replaced in text, and shown in code."""

from __future__ import annotations

import time

import pytest

from tests.conftest import MakeProject
from triptych.reading.sections import ShortcodeExpander


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("{{< var x >}} and `{{< var x >}}`", "1 and `{{< var x >}}`"),
        ("```\n{{< var x >}}\n```\n{{< var x >}}", "```\n{{< var x >}}\n```\n1"),
        ("> ```\n> {{< var x >}}\n> ```", "> ```\n> {{< var x >}}\n> ```"),
        ("```never a fence``` {{< var x >}}\n{{< var x >}}", "```never a fence``` 1\n1"),
        ("```\n{{< include part.md >}}\n```", "```\nA part.\n```"),
    ],
)
def test_shortcodes_in_code_are_literal(make_project: MakeProject, written: str, filled: str) -> None:
    project = make_project({"source/part.md": "A part.\n"})
    expander = ShortcodeExpander(project, {"variables": {"x": 1}})
    assert "\n".join(line.text for line in expander.expand("source/a.md", written)) == filled
    assert expander.findings == []


@pytest.mark.parametrize(
    ("author", "filled"),
    [
        ("Ada", "Ada"),
        (["Ada", "Charles"], "Ada, Charles"),
        ([{"name": "Ada", "role": "edt"}, "Charles"], "Ada, Charles"),
    ],
)
def test_a_list_is_put_in_as_names_in_a_row(make_project: MakeProject, author: object, filled: str) -> None:
    expander = ShortcodeExpander(make_project({}), {"book": {"author": author}})
    (line,) = expander.expand("source/imprint.md", "{{< meta author >}}")
    assert (line.text, expander.findings) == (filled, [])


@pytest.mark.parametrize("settings", [{"lang": "zh-CN", "book": {}}, {"book": {"lang": "zh-CN"}}])
def test_name_list_uses_the_conjunction_of_the_language(
    make_project: MakeProject, settings: dict[str, dict[str, object]]
) -> None:
    settings["book"]["author"] = ["李", "王"]
    (line,) = ShortcodeExpander(make_project({}), settings).expand("source/imprint.md", "{{< meta author >}}")
    assert line.text == "李、王"


@pytest.mark.parametrize("value", [[], [["Ada"]], [{"role": "edt"}], {"name": "Ada"}])
def test_value_that_is_not_a_list_of_names_is_reported(make_project: MakeProject, value: object) -> None:
    expander = ShortcodeExpander(make_project({}), {"book": {"author": value}})
    (line,) = expander.expand("source/imprint.md", "{{< meta author >}}")
    assert (line.text, [finding.code for finding in expander.findings]) == ("", ["INC002"])


@pytest.mark.parametrize(
    "line",
    [
        "{{< a " * 20_000,
        "{{{< a " * 20_000,
        "{{< var" + " " * 100_000,
        "{{< include" + " " * 100_000,
        "{{< include" + " >}}" * 20_000 + "x",
        "{{<" + " " * 50_000 + "! >}}",
    ],
    ids=["openings", "quoted", "spaces", "include", "closings", "no name"],
)
def test_unclosed_marks_take_linear_time(make_project: MakeProject, line: str) -> None:
    before = time.process_time()
    ShortcodeExpander(make_project({}), {}).expand("source/imprint.md", line)
    assert time.process_time() - before < 2


def test_included_text_has_a_size_limit(make_project: MakeProject) -> None:
    files = {f"source/_{n}.md": f"{{{{< include _{n + 1}.md >}}}}\n" * 10 for n in range(7)}
    expander = ShortcodeExpander(make_project({**files, "source/_7.md": "bang\n"}), {})
    lines = expander.expand("source/a.md", "\n{{< include _0.md >}}\n{{< include _7.md >}}\nEnd")
    assert [line.text for line in lines] == ["", "End"]
    assert [(str(finding.span.path), finding.message) for finding in expander.findings if finding.span] == [
        ("source/_6.md", "the files included in this section total more than 2,000,000 characters")
    ]


def test_includes_that_are_too_deep_do_not_include_themselves(make_project: MakeProject) -> None:
    files = {f"source/_{n}.md": f"{{{{< include _{n + 1}.md >}}}}\n" for n in range(12)}
    expander = ShortcodeExpander(make_project({**files, "source/_12.md": "Text.\n"}), {})
    expander.expand("source/a.md", "{{< include _0.md >}}")
    assert [finding.message for finding in expander.findings] == [
        "includes are nested more than 8 files deep"
    ]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("x {{< vra y >}}", 'unknown shortcode "vra"', 'did you mean "var"?'),
        ("x {{< part.md >}}", 'unknown shortcode "part"', "write {{< include part.md >}} to include a file"),
        (
            "x {{< var y >}}",
            'variable "y" is not defined',
            "define the variable under `variables:` in `book.yaml`",
        ),
        (
            "x {{< meta y >}}",
            'metadata key "y" has no value in `book.yaml`',
            "set the metadata key under `book:`",
        ),
        (
            "x {{< include part.md >}}",
            'shortcode "include" shares its line with other text',
            "move the shortcode to a separate line",
        ),
        (
            "x {{< meta book >}}",
            '"book" in `book.yaml` is a mapping or list, not text',
            "use the path of a text value, such as key.name",
        ),
    ],
)
def test_a_shortcode_that_fails_is_reported_with_its_cause(
    make_project: MakeProject, line: str, message: str, hint: str
) -> None:
    expander = ShortcodeExpander(make_project({}), {"book": {"title": "A"}})
    expander.expand("source/a.md", line)
    assert [(finding.message, finding.hint) for finding in expander.findings] == [(message, hint)]
