"""Test progress messages and findings: their positions, their groups, and their JSON form."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from tests.conftest import write_files
from triptych.cli import main
from triptych.cli.report import Reporter, ReportFormat, Verbosity, format_counts
from triptych.diagnostics import Diagnostic, Severity, Span


class Status:
    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, text: str) -> None:
        self.shown.append(text)


def test_terminal_shows_all_running_stages() -> None:
    report: Any = Reporter()
    report._status = status = Status()
    report.begin_check("the PDF")
    report.begin_check("the EPUB with Ace")
    report.end_check("the PDF")
    report.end_check("the EPUB with Ace")
    assert status.shown == [
        "Checking the PDF …",
        "Checking the PDF, the EPUB with Ace …",
        "Checking the EPUB with Ace …",
    ]


FINDINGS = [
    Diagnostic(code="REF001", message="no figure", span=Span(path="source/a.md", line=2, column=5), hint="h"),
    Diagnostic(code="ACC009", message="no language", span=Span(path="source/book.yaml")),
    Diagnostic(code="OUT001", message="kept"),
]
SAID = """\
{folder}source/a.md:2:5: error[REF001]: no figure
  2 | See @fig-a.
    |     ^
  hint: h
{folder}source/book.yaml:1:1: warning[ACC009]: no language
note[OUT001]: kept
"""


def test_source_text_cannot_control_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "a\x1b[2Jb\u202ec\x9bd\ud800e"
    diagnostic = Diagnostic(code="REF002", message=text, hint=text, span=Span(path=text, line=1, column=2))
    Reporter(root=tmp_path).report_findings([diagnostic])
    err = capsys.readouterr().err
    assert not set("\x1b\u202e\x9b\ud800") & set(err)
    assert err.count("a\ufffd[2Jb\ufffdc\ufffdd\ufffde") == 3


class TestFindings:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return write_files(tmp_path / "book", {"source/a.md": "One.\nSee @fig-a.\n"})

    @pytest.mark.parametrize(("here", "folder"), [("", "book/"), ("book", ""), ("book/source", "../")])
    def test_paths_are_relative_to_the_current_folder(
        self,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        here: str,
        folder: str,
    ) -> None:
        monkeypatch.chdir(root.parent / here)
        Reporter(root=root).report_findings(FINDINGS)
        text = SAID.format(folder=folder).replace("../source/", "")
        assert capsys.readouterr().err == text

    def test_json_has_the_path_in_the_project_and_the_file(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Reporter(root=root, output_format=ReportFormat.JSON).report_findings(FINDINGS)
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(event["path"], event["file"]) for event in events] == [
            ("source/a.md", str(root / "source/a.md")),
            ("source/book.yaml", str(root / "source/book.yaml")),
            (None, None),
        ]

    def test_quiet_mode_prints_errors_only(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Reporter(Verbosity.QUIET, root=root).report_findings(FINDINGS)
        assert [line[-9:] for line in capsys.readouterr().err.splitlines() if "[" in line] == ["no figure"]


def _unused(count: int, code: str = "TPL003") -> list[Diagnostic]:
    """Return findings that differ in positions and quoted values; the first one has a hint."""
    return [
        Diagnostic(
            code=code,
            message=f'unused file "{number}.png"',
            span=Span(path=f"templates/{number}.png"),
            hint="remove the file" if number == 1 else None,
        )
        for number in range(1, count + 1)
    ]


class TestGroups:
    def said(self, capsys: pytest.CaptureFixture[str], found: list[Diagnostic], **options: Any) -> str:
        Reporter(root=Path("/book"), **options).report_findings(found)
        return capsys.readouterr().err.replace("/book/", "")

    def test_five_similar_findings_are_listed(self, capsys: pytest.CaptureFixture[str]) -> None:
        lines = self.said(capsys, _unused(5)).splitlines()
        assert [line for line in lines if "TPL003" not in line] == ["  hint: remove the file"]
        assert len(lines) == 6

    def test_more_are_one_entry_with_two_examples_and_a_count(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.said(capsys, _unused(1220)) == (
            'templates/1.png:1:1: warning[TPL003]: unused file "1.png"\n'
            "  hint: remove the file\n"
            '  also: templates/2.png:1:1: unused file "2.png"\n'
            '  also: templates/3.png:1:1: unused file "3.png"\n'
            "  and 1,217 more (`--all` lists them)\n"
        )

    def test_findings_without_a_place_are_grouped_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        diagnostics = [Diagnostic(code="OUT001", message=f'kept "{number}"') for number in range(7)]
        assert self.said(capsys, diagnostics) == (
            'note[OUT001]: kept "0"\n  also: kept "1"\n  also: kept "2"\n  and 4 more (`--all` lists them)\n'
        )

    def test_all_lists_each_in_its_order(self, capsys: pytest.CaptureFixture[str]) -> None:
        result = [*_unused(6), Diagnostic(code="OUT001", message="kept"), *_unused(7)[6:]]
        lines = self.said(capsys, result, lists_all=True).splitlines()
        assert [line.split(":")[0] for line in lines if "[" in line] == [
            *(f"templates/{number}.png" for number in range(1, 7)),
            "note[OUT001]",
            "templates/7.png",
        ]
        assert not any("also" in line or "more" in line for line in lines)

    def test_group_has_the_position_of_its_first_finding(self, capsys: pytest.CaptureFixture[str]) -> None:
        diagnostic = Diagnostic(code="OUT001", message="kept")
        item, *others = _unused(9)
        lines = self.said(capsys, [item, diagnostic, *others]).splitlines()
        assert [line for line in lines if "[" in line][-1] == "note[OUT001]: kept"
        assert len(lines) == 6

    def test_errors_and_warnings_are_separate_groups(self, capsys: pytest.CaptureFixture[str]) -> None:
        errors = [replace(item, configured=Severity.ERROR) for item in _unused(6)]
        lines = self.said(capsys, [*_unused(8), *errors]).splitlines()
        assert [line for line in lines if "more" in line] == [
            "  and 5 more (`--all` lists them)",
            "  and 3 more (`--all` lists them)",
        ]

    def test_quiet_groups_errors_and_leaves_out_warnings(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = self.said(capsys, [*_unused(8), *_unused(6, "REF001")], verbosity=Verbosity.QUIET)
        assert "TPL003" not in text
        assert text.startswith("templates/1.png:1:1: error[REF001]")
        assert text.endswith("  and 3 more (`--all` lists them)\n")

    def test_json_has_an_event_for_each(self, capsys: pytest.CaptureFixture[str]) -> None:
        Reporter(output_format=ReportFormat.JSON).report_findings(_unused(180))
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [event["path"] for event in events] == [f"templates/{number}.png" for number in range(1, 181)]


@pytest.mark.parametrize("command", [("build",), ("check",), ("preview",), ("catalog", "build"), ("import",)])
def test_commands_that_report_findings_can_list_all(command: tuple[str, ...]) -> None:
    context = click.Context(main)
    result: Any = main
    for name in command:
        result = result.get_command(context, name)
    assert "lists_all" in {option.name for option in result.params}


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([], ""),
        (["REF001"], "1 error"),
        (["REF001", "OUT001"], "1 error and 1 note"),
        (["OUT001", "ACC001", "ACC001", "REF001"], "1 error, 2 warnings and 1 note"),
    ],
)
def test_findings_are_counted(codes: list[str], said: str) -> None:
    assert format_counts([Diagnostic(code=code, message="") for code in codes]) == said
