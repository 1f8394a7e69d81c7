"""Test that the guide uses only known names."""

from __future__ import annotations

import pytest

from tests.guide.contents import SOURCE, page_paths
from tests.guide.names import problem_with, wrong_names
from tests.guide.pages import parse_page


@pytest.mark.parametrize("path", page_paths())
def test_names_on_a_page_exist(path: str) -> None:
    page = parse_page(path, (SOURCE / path).read_text("utf-8"))
    assert not (wrong := list(wrong_names(page))), "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "LNT015",
        "TRIPTYCH_CACHE",
        "--profile",
        "--to pdf,epub",
        "--no-open",
        "triptych build my-report --strict",
        "triptych catalog build",
        "triptych explain CODE",
        "lang:",
        "talk: {minutes: 20}",
        "term: ISBN",
        "ragged-table: off",
        ".no-float",
        "{.chart}",
        '{#fig-a .full-width fig-alt="a.b =c"}',
        "fig-alt=",
        "::: {.callout-note}",
        "book.yaml",
        ".csv",
        "my-report/build/",
        "Figure 1: a caption",
        "https://example.org",
    ],
)
def test_a_name_that_exists_is_right(text: str) -> None:
    assert problem_with(text) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("LNT999", "there is no code LNT999"),
        ("TRIPTYCH_CASH", "there is no environment variable TRIPTYCH_CASH"),
        ("--profil", "no command has the option --profil"),
        ("triptych bild", "there is no command `triptych bild`"),
        ("triptych catalog bild", "there is no command `triptych catalog bild`"),
        ("triptych build --talks", "`triptych build` has no option --talks"),
        ("langage:", "there is no key langage:"),
        ("talkk: {minutes: 20}", "there is no key talkk:"),
        (".no-floats", "there is no class .no-floats"),
        ("{.chart-big}", "there is no class .chart-big"),
        ("fig-altt=", "there is no attribute fig-altt="),
        ("::: {.callout-nte}", "there is no class .callout-nte"),
    ],
)
def test_a_name_that_does_not_exist_is_found(text: str, problem: str) -> None:
    assert problem_with(text) == problem


def test_keys_of_other_tools_are_allowed_on_their_pages() -> None:
    assert problem_with("reference-doc: x.pptx", ours=False) == ""
    assert problem_with("LNT999", ours=False) == "there is no code LNT999"


def test_wrong_name_is_reported_at_its_line() -> None:
    page = parse_page(
        "p.md", "# T\n\nUse `--profil`\nor `LNT998`.\n\n```console\n$ triptych build --big\n```\n"
    )
    assert [text.partition(": ")[0] for text in wrong_names(page)] == ["p.md:3", "p.md:4", "p.md:7"]


def test_a_name_that_an_example_of_the_page_defines_is_right() -> None:
    text = "# T\n\n`corner: {x: 1}`\n\n```yaml\ncorner: {x: 1}\n```\n"
    assert list(wrong_names(parse_page("p.md", text))) == []
