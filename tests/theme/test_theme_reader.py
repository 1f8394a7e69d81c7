"""Test reading a project's theme: tokens that override a built-in theme, errors, weak contrast."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import Diagnostic
from triptych.theme.theme import Theme, load_theme
from triptych.theme.theme_reader import read_theme

PATH = "source/themes/mine.yaml"


@pytest.fixture
def read(make_project: MakeProject):
    def read_text(text: str) -> tuple[Theme, list[Diagnostic]]:
        return read_theme(make_project({PATH: text}), "themes/mine.yaml")

    return read_text


def told(found: list[Diagnostic]) -> list[str]:
    return [f"{finding.span}: {finding.code} {finding.message}" for finding in found]


@pytest.mark.parametrize("name", ["house", "report", "large-print"])
def test_built_in_themes_are_found_by_name(make_project: MakeProject, name: str) -> None:
    theme, result = read_theme(make_project({}), name)
    assert theme is load_theme(name)
    assert result == []


def test_theme_contains_only_differences(read) -> None:
    theme, result = read(
        'extends: report\ncolours:\n  dark: "#402040"\nprint:\n  type:\n    footnote: 9pt/12pt sans\n'
    )
    report = load_theme("report")
    assert result == []
    assert (theme.name, theme.colours.dark, theme.colours.foreground) == (
        "mine",
        "402040",
        report.colours.foreground,
    )
    assert str(theme.print.type.footnote) == "400 9pt/12pt var(--sans)"
    assert theme.print.type.text == report.print.type.text


def test_theme_extends_the_default_one_implicitly(read) -> None:
    theme, result = read("print:\n  chapters: page\n")
    assert result == []
    assert theme.print.chapters == "page"
    assert theme.print.page_size == load_theme().print.page_size


def test_empty_key_counts_as_missing(read) -> None:
    theme, result = read("colours:\nprint:\n  align:\n")
    assert result == []
    assert theme.print == load_theme().print


def test_the_same_theme_is_one_object(read, make_project: MakeProject) -> None:
    text = "print: {chapters: page}\n"
    assert read(text)[0] is read(text)[0]
    assert read(text)[0] is not read("print: {chapters: page, italics: no}\n")[0]


def test_values_may_have_any_yaml_notation(read) -> None:
    theme, result = read("print: {italics: no, opener-drop: 2, wide-page-text: 12}\n")
    assert result == []
    design = theme.print
    assert (design.italics, design.opener_drop, design.wide_page_text) == (False, 2, 12)


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("YES", True), ("on", True), ("False", False), ("no", False), ("off", False)],
)
def test_switches_may_be_written_as_in_yaml(read, written: str, value: bool) -> None:
    theme, result = read(f'print: {{italics: "{written}"}}\n')
    assert (theme.print.italics, result) == (value, [])


@pytest.mark.parametrize(
    ("key", "least", "most"), [("wide-page-text", 6, 48), ("opener-drop", 0, 12), ("chart-width", 160, 640)]
)
def test_numbers_are_within_their_ranges(read, key: str, least: int, most: int) -> None:
    for value in (least, most):
        assert read(f"print: {{{key}: {value}}}\n")[1] == []
    for value in (least - 0.1, most + 0.1):
        (finding,) = read(f"print: {{{key}: {value}}}\n")[1]
        assert (finding.code, finding.hint) == ("THM001", f"write a number from {least} to {most}")


def test_families_are_those_of_the_bundled_fonts(read) -> None:
    theme, result = read("families: {serif: Work Sans}\n")
    assert result == []
    assert theme.serif == "Work Sans"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: mine\n", ":1:10: THM001 cannot extend \"mine\""),
        ("colour: {foreground: '000000'}\n", ":1:1: THM001 unknown theme key \"colour\""),
        ("colours: red\n", ":1:10: THM001 \"colours\" must be a mapping"),
        ("colours:\n  foreground: red\n", ":2:15: THM001 \"red\" is not a six-digit hexadecimal colour"),
        ("colours:\n  foreground: '12345'\n", ":2:15: THM001"),
        ("colours:\n  emblem: ['d2472f', 'd9c7a0']\n", ":2:11: THM001 \"colours.emblem\" must be a list of at least 3"),
        ("colours:\n  emblem: ['d2472f', 'red', 'd9c7a0']\n", ":2:22: THM001 \"red\" is not a six-digit hexadecimal colour"),
        ("families:\n  serif: Caslon\n", ":2:10: THM001 unknown font family"),
        ("families:\n  script: Work Sans\n", ":2:3: THM001 unknown theme key \"families.script\""),
        ("print:\n  type: 11pt\n", ":2:9: THM001"),
        ("print:\n  type:\n    text: 11pt/15pt script\n", ":3:11: THM001"),
        ("print:\n  type:\n    text: 2pt/3pt serif\n", ":3:11: THM001"),
        ("print:\n  type:\n    text: 12pt/6pt serif\n", ":3:11: THM001"),
        ("print:\n  italics: perhaps\n", ":2:12: THM001"),
        ("print:\n  opener-drop: -1\n", ":2:16: THM001"),
        ("print:\n  chart-width: 20pt\n", ":2:16: THM001"),
        ("fonts:\n  - Brand.ttf\n  - {family: Brand}\n", ':3:5: THM001 this entry in `fonts` has no "file" key'),
        ("- a list\n", ":1:1: THM001 the theme file must be a mapping"),
        ("colours: [\n", ":1:10: THM001"),
        ("colours:\n  accent: 'ff9900'\n", ":2:11: THM002"),
        (
            "colours:\n  background: '333333'\n",
            ':2:15: THM002 "background" has a contrast ratio of only 1.0:1 on "dark", ',
        ),
        (
            "colours:\n  series: ['ffee00', '0c4960', 'c17c33', '1c80c2', '6a3fa4', '89777c']\n",
            ":2:11: THM002 colour 1 of \"series\"",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_reported_at_its_position(read, text: str, expected: str) -> None:
    _, result = read(text)
    assert any(expected in line for line in told(result)), told(result)


@pytest.mark.parametrize(
    ("colours", "message", "hint"),
    [
        (
            "accent: 'ffff99'",
            '"accent" has a contrast ratio of only 1.0:1 on "background" and 1.1:1 on "panel"; '
            "at least 4.5:1 is required",
            'make "accent" darker',
        ),
        (
            "dark: 'bbbbbb'",
            '"background" on "dark" has a contrast ratio of only 1.9:1; at least 4.5:1 is required',
            'make "dark" darker',
        ),
    ],
)
def test_a_weak_colour_is_one_finding_that_names_the_others(
    read, colours: str, message: str, hint: str
) -> None:
    _, (finding,) = read(f"colours:\n  {colours}\n")
    assert (finding.code, finding.message, finding.hint) == ("THM002", message, hint)


def test_a_weak_background_is_one_finding_with_the_limits_of_text_and_graphics(read) -> None:
    _, (finding,) = read("colours:\n  background: '000000'\n")
    assert finding.message.endswith("; at least 4.5:1 is required for text and 3:1 for graphics")
    assert '1.3:1 with "foreground", 1.6:1 on "dark"' in finding.message
    assert " and 4 more; " in finding.message
    assert finding.hint == 'make "background" lighter, or change the other colours as well'


def test_all_mistakes_are_reported_at_once(read) -> None:
    _, findings = read(
        "colours: {foreground: red, backgruond: 'ffffff'}\nprint: {margins: odd, titel-page: plain}\n"
    )
    assert len(findings) == 4
    assert {finding.hint for finding in findings} >= {
        'did you mean "background"?',
        'did you mean "title-page"?',
    }


def test_invalid_theme_falls_back_to_the_extended_one(read) -> None:
    theme, result = read("extends: report\ncolours: {foreground: red}\n")
    assert result
    assert theme is load_theme("report")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("hose", "THM001"),
        ("themes/none.yaml", "THM001"),
        ("../../theme.yaml", "SEC005"),
        ("/etc/theme.yaml", "SEC005"),
        ("house.yaml", "THM001"),
    ],
)
def test_a_theme_that_is_not_there_is_the_house(make_project: MakeProject, name: str, code: str) -> None:
    theme, findings = read_theme(make_project({}), name)
    assert theme is load_theme()
    assert [finding.code for finding in findings] == [code]


def test_a_theme_is_text(make_project: MakeProject) -> None:
    project = make_project({PATH: ""})
    (project.root / PATH).write_bytes(b"\xff\xfe\x00")
    assert [finding.code for finding in read_theme(project, "themes/mine.yaml")[1]] == ["SEC003"]
