"""`triptych explain`: the page on a code, the list of codes, and unknown codes."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

from triptych.cli import main
from triptych.diagnostics import CODES, read_explanation


def _explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_page_with_both_examples(code: str) -> None:
    result = _explain(code)
    assert result.exit_code == 0
    assert CODES[code].summary in result.output
    for example in read_explanation(code)[1:]:
        assert all(line.strip() in result.output for line in example.splitlines())


@pytest.mark.parametrize("name", ["LNT012", "lnt012", "ragged-table"])
def test_a_code_is_found_by_its_name_in_any_case_and_by_its_rule(name: str) -> None:
    assert _explain(name).output.startswith("LNT012 ragged-table (warning)\n")


def test_page_explains_how_to_configure_a_rule() -> None:
    assert "lint: {ragged-table: VALUE}" in _explain("LNT012").output
    assert "lint:" not in _explain("MAN003").output
    assert "lint:" not in _explain("MTH001").output


def test_without_a_code_all_are_listed_in_their_order() -> None:
    lines = _explain().output.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)
    assert f"LNT012  warning  {CODES['LNT012'].summary}" in lines


def test_json_has_the_fields_of_a_code() -> None:
    page = json.loads(_explain("LNT012", "--format", "json").output)
    assert page["code"] == "LNT012"
    assert set(page) == {"code", "severity", "rule", "summary", "explanation", "bad", "good"}
    codes = json.loads(_explain("--format", "json").output)["codes"]
    assert [code["code"] for code in codes] == list(CODES)


def test_markdown_has_all_codes_without_guide_markup() -> None:
    page = _explain("--format", "markdown").output
    assert page.startswith("# Diagnostics\n\n## ")
    assert re.findall(r"^### ([A-Z]{3}\d{3})$", page, re.MULTILINE) == list(CODES)
    for example in (example for code in CODES for example in read_explanation(code)[1:]):
        assert f"text\n{example.rstrip()}\n```" in page
    assert "tested in:" not in page


@pytest.mark.parametrize(("typed", "meant"), [("LNT0012", "LNT012"), ("raged-table", "ragged-table")])
def test_an_unknown_code_is_a_usage_error_with_the_nearest_one(typed: str, meant: str) -> None:
    result = _explain(typed)
    assert result.exit_code == 2
    assert f'Did you mean "{meant}"?' in result.output
