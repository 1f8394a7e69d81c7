"""Format findings for services that show them beside the source: GitHub, GitLab, SARIF and JUnit.

Each function returns findings as text, which ``report.py`` prints or writes to a file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from triptych.cli.excerpts import replace_control_characters
from triptych.cli.explain import format_code_explanation
from triptych.cli.lifecycle import SYSTEM_CODES
from triptych.diagnostics import CODES, Severity, read_explanation

_LINE_NUMBER = re.compile(r"(?<=\bline )\d+")  # in a message; it changes if lines are inserted above
_NON_XML_CHARACTERS = re.compile(
    "[\ufffe\uffff]"
)  # XML 1.0, 2.2; the other forbidden characters are control characters

_GITHUB_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_GITLAB_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SOURCE_ROOT = "SRCROOT"  # the name of the base folder in ``originalUriBaseIds``
_FINGERPRINT = "findingHash/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFinding:
    """A finding with the path of its file: relative to the base folder of the report, or absolute.

    ``code`` is a diagnostic code, or the name of a kind of finding without a code.
    """

    code: str
    severity: Severity
    message: str
    path: PurePath
    line: int = 1
    column: int = 1
    hint: str = ""

    @property
    def path_text(self) -> str:
        """The path with slashes, without control characters."""
        return replace_control_characters(self.path.as_posix())

    @property
    def text(self) -> str:
        """The message and the hint, without control characters."""
        text = f"{self.message}\nhint: {self.hint}" if self.hint else self.message
        return replace_control_characters(text)

    @property
    def full_text(self) -> str:
        """The finding as in text output, without an excerpt."""
        return f"{self.path_text}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRun:
    """The run that a report is about: the command, such as "triptych build", and its outcome.

    Paths are relative to ``base``. ``is_strict`` is true if warnings stop the run. ``guide_url`` is the
    address of the guide, or "".
    """

    command: str
    version: str
    base: PurePath
    exit_code: int = 0
    is_strict: bool = False
    guide_url: str = ""


def format_github_command(finding: PlacedFinding) -> str:
    """Format a finding as a workflow command of GitHub Actions, which becomes an annotation.

    The message repeats the position and the code, since the log shows only the message.
    """
    properties = {
        "file": finding.path_text,
        "line": str(finding.line),
        "col": str(finding.column),
        "title": f"Triptych {finding.code}",
    }
    listed_properties = ",".join(
        f"{name}={_escape_github_property(value)}" for name, value in properties.items()
    )
    message = _escape_github(finding.full_text)
    return f"::{_GITHUB_COMMANDS[finding.severity]} {listed_properties}::{message}"


def escape_workflow_command(text: str) -> str:
    """Escape text so that GitHub Actions does not parse any line as a workflow command."""
    lines = replace_control_characters(text).replace("##[", "## [").split("\n")
    return "\n".join(f"' {line}" if line.lstrip().startswith("::") else line for line in lines)


def _escape_github(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_github_property(text: str) -> str:
    return _escape_github(text).replace(":", "%3A").replace(",", "%2C")


def render_gitlab(findings: Sequence[PlacedFinding], run: ReportedRun) -> str:
    """Render findings as a GitLab Code Quality report."""
    issues = [
        {
            "description": finding.text,
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _GITLAB_SEVERITIES[finding.severity],
            "location": {"path": finding.path_text, "lines": {"begin": finding.line}},
        }
        for finding, fingerprint in _add_fingerprints(findings)
    ]
    return _dump_json(issues)


def render_sarif(findings: Sequence[PlacedFinding], run: ReportedRun) -> str:
    """Render findings as a SARIF 2.1.0 log of one run. Its rules are the codes of the findings."""
    codes = sorted({finding.code for finding in findings if finding.code in CODES})
    driver: dict[str, Any] = {
        "name": "Triptych",
        "version": run.version,
        "rules": [_make_sarif_rule(code, run.guide_url) for code in codes],
    }
    if run.guide_url:
        driver["informationUri"] = run.guide_url
    rule_indexes = {code: index for index, code in enumerate(codes)}
    base = run.base.as_uri()
    log = {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [{"executionSuccessful": run.exit_code in (0, 1), "exitCode": run.exit_code}],
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_SOURCE_ROOT: {"uri": base if base.endswith("/") else f"{base}/"}},
                "results": [
                    _make_sarif_result(finding, fingerprint, rule_indexes)
                    for finding, fingerprint in _add_fingerprints(findings)
                ],
            }
        ],
    }
    return _dump_json(log)


def _make_sarif_rule(code: str, guide_url: str) -> dict[str, Any]:
    entry = CODES[code]
    rule = {
        "id": code,
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": read_explanation(code).text},
        "help": {
            "text": f"{entry.summary}. Run `triptych explain {code}` for an example.",
            "markdown": format_code_explanation(code),
        },
        "defaultConfiguration": {"level": str(entry.severity)},
    }
    if guide_url:
        rule["helpUri"] = f"{guide_url.rstrip('/')}/reference/diagnostics.html#{code.lower()}"
    return rule


def _make_sarif_result(
    finding: PlacedFinding, fingerprint: str, rule_indexes: dict[str, int]
) -> dict[str, Any]:
    if finding.path.is_absolute():
        artifact = {"uri": type(finding.path)(finding.path_text).as_uri()}
    else:
        artifact = {"uri": quote(finding.path_text), "uriBaseId": _SOURCE_ROOT}
    region = {"startLine": finding.line, "startColumn": finding.column}
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": str(finding.severity),
        "message": {"text": finding.text},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.code in rule_indexes:
        result["ruleIndex"] = rule_indexes[finding.code]
    return result


def render_junit(findings: Sequence[PlacedFinding], run: ReportedRun) -> str:
    """Render findings as a JUnit test report: a test suite for each file, and a test for each finding.

    A test fails if its finding stops the run, has an error if the system is the cause, and is skipped
    otherwise. Without findings, there is one test, which passes.
    """
    root = ElementTree.Element("testsuites", name=run.command)
    for path, group in groupby(sorted(findings, key=_get_path_text), key=_get_path_text):
        group_findings = list(group)
        suite = _add_test_suite(root, path, len(group_findings))
        names = _number_repeated([f"{finding.code}: {finding.message}" for finding in group_findings])
        for finding, name in zip(group_findings, names, strict=True):
            case = _add_test_case(suite, name, path)
            outcome = _choose_junit_outcome(finding, is_strict=run.is_strict)
            element = ElementTree.SubElement(case, outcome)
            element.text = _to_xml(finding.full_text)
            if outcome != "skipped":
                element.set("type", finding.code)
                element.set("message", _to_xml(finding.message))
    if not findings:
        suite = _add_test_suite(root, run.command, 1)
        _add_test_case(suite, "no findings", run.command)
    for suite in root:
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.attrib[name]) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _get_path_text(finding: PlacedFinding) -> str:
    return finding.path_text


def _add_test_suite(root: ElementTree.Element, name: str, tests: int) -> ElementTree.Element:
    return ElementTree.SubElement(root, "testsuite", name=_to_xml(name), tests=str(tests), time="0")


def _add_test_case(suite: ElementTree.Element, name: str, class_name: str) -> ElementTree.Element:
    attributes = {"name": _to_xml(name), "classname": _to_xml(class_name), "time": "0"}
    return ElementTree.SubElement(suite, "testcase", attributes)


def _choose_junit_outcome(finding: PlacedFinding, *, is_strict: bool) -> str:
    stops = finding.severity is Severity.ERROR or (is_strict and finding.severity is Severity.WARNING)
    if not stops:
        return "skipped"
    return "error" if finding.code.startswith(SYSTEM_CODES) or finding.code not in CODES else "failure"


def _number_repeated(names: Sequence[str]) -> Iterator[str]:
    """Yield the names, with a number after each repeated name."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _to_xml(text: str) -> str:
    """Remove characters that are not allowed in XML."""
    return _NON_XML_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", replace_control_characters(text))


def _add_fingerprints(findings: Sequence[PlacedFinding]) -> Iterator[tuple[PlacedFinding, str]]:
    """Yield each finding with a unique fingerprint, which does not change if the finding moves in its file.

    It is the digest of the path, the code, the message without line numbers, and the number of equal findings
    before this one.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        message = _LINE_NUMBER.sub("", replace_control_characters(finding.message))
        key = (finding.path_text, finding.code, message)
        content = json.dumps([*key, seen[key]])
        seen[key] += 1
        yield finding, hashlib.sha256(content.encode()).hexdigest()


def _dump_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


REPORT_RENDERERS: dict[str, Callable[[Sequence[PlacedFinding], ReportedRun], str]] = {
    "gitlab": render_gitlab,
    "sarif": render_sarif,
    "junit": render_junit,
}
"""The functions that render report files, by format name."""
