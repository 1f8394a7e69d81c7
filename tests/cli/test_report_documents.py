"""Test that commands write one complete document for CI services, however they end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

import triptych.cli.build as build_module
from tests.cli.conftest import Run
from tests.cli.test_report_formats import read_github, validate_junit, validate_sarif
from tests.conftest import write_files
from triptych.cli import report as report_module
from triptych.cli.lifecycle import StoppedBySignal
from triptych.cli.report import Reporter, ReportFormat
from triptych.diagnostics import CODES
from triptych.engine.processes import supervision
from triptych.engine.processes.limits import ResourceLimits
from triptych.project import Project

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "triptych"]
DOCUMENTS = ("gitlab", "sarif", "junit")


def read_gitlab(text: str) -> list[tuple[str, str, int]]:
    return [
        (item["check_name"], item["location"]["path"], item["location"]["lines"]["begin"])
        for item in json.loads(text)
    ]


def read_sarif(text: str) -> list[tuple[str, str, int]]:
    result = []
    for item in validate_sarif(text)["runs"][0]["results"]:
        place = item["locations"][0]["physicalLocation"]
        result.append((item["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"]))
    return result


def read_junit(text: str) -> list[tuple[str, str, int]]:
    cases = [case for case in validate_junit(text).iter("testcase") if len(case)]
    result = []
    for case in cases:
        path = case.attrib["classname"]
        line = str(case[0].text).removeprefix(f"{path}:").partition(":")[0]
        result.append((case.attrib["name"].partition(":")[0], path, int(line)))
    return result


READERS: dict[str, Callable[[str], list[tuple[str, str, int]]]] = {
    "gitlab": read_gitlab,
    "sarif": read_sarif,
    "junit": read_junit,
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run_as(run: Run, kind: str, *arguments: str | Path) -> Result:
    result: Result = run(*arguments, "--format", kind)
    return result


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("command", ["build", "check"])
class TestDocuments:
    def test_report_has_each_finding_at_its_position(
        self, run: Run, broken: Path, here: Path, command: str, kind: str
    ) -> None:
        result = run_as(run, kind, command, broken)
        text = run(command, broken).stderr
        results = READERS[kind](result.stdout)
        assert result.exit_code == 1
        assert result.stderr == ""
        assert len(results) == sum("[" in line.partition(": ")[2][:16] for line in text.splitlines())
        for code, path, line in results:
            assert f"{path}:{line}:" in text
            assert f"[{code}]" in text
        assert {path for _, path, _ in results} >= {"broken/source/section.md", "broken/source/other.md"}

    def test_report_without_findings_is_written(
        self, run: Run, minimal: Path, here: Path, command: str, kind: str
    ) -> None:
        result = run_as(run, kind, command, minimal)
        assert (result.exit_code, READERS[kind](result.stdout)) == (0, [])

    def test_a_missing_manifest_is_a_finding_in_its_place(
        self, run: Run, here: Path, command: str, kind: str
    ) -> None:
        (here / "empty").mkdir()
        result = run_as(run, kind, command, here / "empty")
        assert result.exit_code == 1
        ((code, path, line),) = READERS[kind](result.stdout)
        assert (code in CODES, path, line) == (True, "empty/source/book.yaml", 1)

    def test_a_folder_that_does_not_exist_is_an_error(
        self, run: Run, here: Path, command: str, kind: str
    ) -> None:
        result = run_as(run, kind, command, "gone")
        assert result.exit_code == 2
        assert [item[0] for item in READERS[kind](result.stdout)] == ["command-failed"]
        assert 'Folder "gone" does not exist.' in result.stderr

    def test_report_contains_system_errors(
        self, run: Run, minimal: Path, here: Path, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device", "x")

        monkeypatch.setattr("triptych.stages.read_manifest", fail)
        monkeypatch.setattr("triptych.cli.check.read_manifest", fail)
        monkeypatch.setattr("triptych.cli.examination.read_manifest", fail)
        result = run_as(run, kind, command, minimal)
        assert result.exit_code == 3
        assert READERS[kind](result.stdout) == [("ENV008", "minimal/source/book.yaml", 1)]
        if kind == "junit":
            assert ElementTree.fromstring(result.stdout).get("errors") == "1"

    def test_internal_error_leaves_a_complete_report(
        self, run: Run, minimal: Path, here: Path, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
    ) -> None:
        from click.testing import CliRunner

        from triptych.cli import main

        def fail(*_: Any, **__: Any) -> None:
            raise AssertionError("a bug")

        monkeypatch.setattr("triptych.stages.read_manifest", fail)
        monkeypatch.setattr("triptych.cli.examination.read_manifest", fail)
        result = CliRunner().invoke(main, [command, str(minimal), "--jobs", "1", "--format", kind])
        assert isinstance(result.exception, AssertionError)
        assert [item[0] for item in READERS[kind](result.stdout)] == ["command-failed"]


def test_similar_findings_are_not_grouped(run: Run, minimal: Path, here: Path) -> None:
    (minimal / "source/section.md").write_text("".join(f"See @fig-{n}.\n\n" for n in range(9)), "utf-8")
    assert len(read_gitlab(run_as(run, "gitlab", "check", minimal).stdout)) >= 9


def test_a_repeated_build_has_the_findings_of_the_first(run: Run, minimal: Path, here: Path) -> None:
    write_files(minimal, {"source/section.md": "---\ntitle: A section\n---\nSome text.\n\n#### Deep\n"})
    first = run_as(run, "gitlab", "build", minimal)
    second = run_as(run, "gitlab", "build", minimal)
    assert (first.exit_code, first.stdout) == (0, second.stdout)
    assert read_gitlab(first.stdout)


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_are_relative_to_the_checkout(
    run: Run, broken: Path, here: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.chdir(broken)
    assert {path for _, path, _ in read_gitlab(run_as(run, "gitlab", "check").stdout)} == {
        "source/section.md",
        "source/other.md",
    }
    monkeypatch.setenv(variable, str(here))
    assert {path for _, path, _ in read_gitlab(run_as(run, "gitlab", "check").stdout)} == {
        "broken/source/section.md",
        "broken/source/other.md",
    }


def test_paths_elsewhere_than_the_checkout_are_relative_to_the_current_folder(
    run: Run, broken: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(here / "elsewhere"))
    assert {path for _, path, _ in read_sarif(run_as(run, "sarif", "check", broken).stdout)} == {
        "broken/source/section.md",
        "broken/source/other.md",
    }


class TestGitHub:
    def test_each_finding_is_a_github_annotation(self, run: Run, broken: Path, here: Path) -> None:
        result = run_as(run, "github", "build", broken)
        lines = result.stdout.splitlines()
        githubs = [read_github(line) for line in lines if line.startswith("::")]
        assert ("error", "broken/source/section.md", "4") in {
            (item["level"], item["file"], item["line"]) for item in githubs
        }
        assert lines[-1].startswith("Nothing was written: found ")
        assert "section.md" not in result.stderr

    def test_quiet_annotates_errors_only(self, run: Run, broken: Path, here: Path) -> None:
        lines = run("check", broken, "--format", "github", "--quiet").stdout.splitlines()
        assert {read_github(line)["level"] for line in lines} == {"error"}

    def test_results_are_listed(self, run: Run, minimal: Path, here: Path) -> None:
        result = run_as(run, "github", "build", minimal)
        assert result.stdout.startswith("minimal/build/")
        assert "::" not in result.stdout


def test_problem_matcher_reads_the_text_output(run: Run, broken: Path, here: Path) -> None:
    result = run("check", broken, "--all")
    matchers = json.loads((ROOT / "integrations/github/triptych.json").read_text("utf-8"))["problemMatcher"]
    results = []
    for line in result.output.splitlines():
        for matcher in matchers:
            (pattern,) = matcher["pattern"]
            if match := re.search(pattern["regexp"], line):
                groups = {name: match[index] for name, index in pattern.items() if name != "regexp"}
                groups.setdefault("severity", matcher.get("severity"))
                results.append((groups["severity"], groups["code"], groups["file"], groups["line"]))
    annotations = [
        read_github(line)
        for line in run_as(run, "github", "check", broken).stdout.splitlines()
        if line.startswith("::")
    ]
    assert results == [
        (annotation["level"], annotation["title"].split()[1], annotation["file"], annotation["line"])
        for annotation in annotations
    ]
    assert ("error", "REF001", "broken/source/section.md", "4") in results


class TestFiles:
    def test_log_is_printed_and_files_are_written(self, run: Run, broken: Path, here: Path) -> None:
        plain = run("check", broken)
        words = [word for kind in DOCUMENTS for word in ("--findings-file", f"{kind}=reports/{kind}")]
        result = run("check", broken, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (1, plain.stdout, plain.stderr)
        for kind in DOCUMENTS:
            text = (here / "reports" / kind).read_text("utf-8")
            assert text == run_as(run, kind, "check", broken).stdout

    def test_annotations_and_a_file_can_be_combined(self, run: Run, broken: Path, here: Path) -> None:
        result = run("check", broken, "--format", "github", "--findings-file", "sarif=a.sarif")
        assert result.stdout.startswith("::")
        assert len(read_sarif((here / "a.sarif").read_text("utf-8"))) == result.stdout.count(" file=")

    def test_unwritable_file_is_a_system_error(self, run: Run, minimal: Path, here: Path) -> None:
        (here / "folder").mkdir()
        result = run("check", minimal, "--findings-file", "junit=folder")
        assert result.exit_code == 3
        assert "error[ENV008]" in result.stderr

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ("junit", 'expected NAME=FILE, got "junit".'),
            ("junit=", 'expected NAME=FILE, got "junit=".'),
            ("=a", 'expected NAME=FILE, got "=a".'),
            ("text=a", 'unknown format "text"; use gitlab, sarif or junit.'),
            ("github=a", 'unknown format "github"; use gitlab, sarif or junit.'),
        ],
    )
    def test_other_formats_are_rejected(
        self, run: Run, minimal: Path, here: Path, value: str, said: str
    ) -> None:
        result = run("check", minimal, "--findings-file", value)
        assert result.exit_code == 2
        assert said in result.stderr


class TestOtherCommands:
    def test_catalog_findings_have_paths_of_their_titles(self, run: Run, broken: Path, here: Path) -> None:
        write_files(here, {"catalog.yaml": "titles:\n  - broken\n"})
        junit = read_junit(run_as(run, "junit", "catalog", "check", here / "catalog.yaml").stdout)
        assert ("REF001", "broken/source/section.md", 4) in junit

    def test_unreadable_catalog_is_a_finding(self, run: Run, here: Path) -> None:
        write_files(here, {"catalog.yaml": "titels: []\n"})
        result = run_as(run, "gitlab", "catalog", "build", here / "catalog.yaml")
        assert {path for _, path, _ in read_gitlab(result.stdout)} == {"catalog.yaml"}

    def test_no_title_selected_is_an_error(self, run: Run, broken: Path, here: Path) -> None:
        write_files(here, {"catalog.yaml": "titles:\n  - broken\n"})
        result = run_as(run, "gitlab", "catalog", "check", here / "catalog.yaml", "--only", "x")
        assert (result.exit_code, read_gitlab(result.stdout)) == (2, [("command-failed", "catalog.yaml", 1)])

    def test_import_findings_are_reported(self, run: Run, here: Path) -> None:
        write_files(here, {"old/index.md": "# A\n\nText.\n\n![x](gone.png)\n"})
        text = run("import", here / "old", here / "plain").stderr
        sarif = read_sarif(run_as(run, "sarif", "import", here / "old", here / "new").stdout)
        assert sarif
        for code, path, line in sarif:
            assert code == "import-note"
            assert f"{path.removeprefix('old/')}:{line}:" in text

    def test_an_import_without_a_book_is_an_error_at_its_source(self, run: Run, here: Path) -> None:
        (here / "old").mkdir()
        result = run_as(run, "gitlab", "import", here / "old", here / "new")
        assert (result.exit_code, read_gitlab(result.stdout)[0][0]) == (1, "IMP001")

    @pytest.mark.parametrize("words", [("--format", "sarif"), ("--findings-file", "junit=a.xml")])
    def test_watch_mode_writes_no_report(
        self, run: Run, minimal: Path, here: Path, words: tuple[str, ...]
    ) -> None:
        result = run("build", minimal, "--watch", *words)
        assert result.exit_code == 2
        assert "--watch" in result.stderr

    def test_help_is_not_a_report(self, run: Run) -> None:
        assert run("build", "--format", "sarif", "--help").stdout.startswith("Usage:")


def test_the_guide_has_the_address_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    from email.message import Message

    data = Message()
    data["Project-URL"] = "Source, https://example.org/source"
    data["Project-URL"] = "Documentation, https://example.org/guide"
    monkeypatch.setattr("importlib.metadata.metadata", lambda name: data)
    assert report_module.find_guide_url() == "https://example.org/guide"


@pytest.mark.e2e
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_supervised_build_prints_one_document(broken: Path, here: Path, kind: str) -> None:
    command = [*PROGRAM, "build", "broken", "--limits", "strict", "--jobs", "1", "--format", kind]
    result = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    assert ("REF001", "broken/source/section.md", 4) in READERS[kind](result.stdout)


@pytest.mark.parametrize("is_supervised", [True, False])
def test_only_the_supervising_process_reports_a_stopped_build(
    minimal: Path, monkeypatch: pytest.MonkeyPatch, is_supervised: bool
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise StoppedBySignal(signal.SIGTERM)

    monkeypatch.setattr(supervision, "supervise", stop if not is_supervised else lambda limits: None)
    monkeypatch.setattr(build_module, "build_once", stop)
    report = Reporter(output_format=ReportFormat.JUNIT)
    arguments: Any = (ResourceLimits(60, 2**30), Project(minimal), None, report)
    if is_supervised:
        assert build_module.build_with_limits(*arguments, force=False) == 128 + signal.SIGTERM
    else:
        with pytest.raises(StoppedBySignal):
            build_module.build_with_limits(*arguments, force=False)
    assert report.writes_reports is not is_supervised


@pytest.mark.e2e
def test_a_build_that_exceeds_its_limits_prints_one_document(minimal: Path, here: Path) -> None:
    command = [*PROGRAM, "build", "minimal", "--max-time", "0.01s", "--format", "junit"]
    result = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    assert [item[0] for item in read_junit(result.stdout)] == ["SEC009"]


@pytest.mark.e2e
@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_documents_are_utf_8_in_any_locale(broken: Path, here: Path, encoding: str) -> None:
    write_files(broken, {"source/section.md": "Voir @fig-été.\n"})
    environment = {"PYTHONIOENCODING": encoding, "PATH": "/usr/bin:/bin", "HOME": str(here)}
    command = [*PROGRAM, "check", "broken", "--source", "--format", "junit"]
    result = subprocess.run(command, cwd=here, env=environment, capture_output=True, timeout=120)
    assert "fig-été" in result.stdout.decode("utf-8")
    validate_junit(result.stdout.decode("utf-8"))
