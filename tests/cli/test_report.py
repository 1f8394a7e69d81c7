"""What is under way is shown until it has ended; findings have places that can be opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_files
from triptych.cli.reports.report import Reporter, Voice, tally
from triptych.diagnostics import Diagnostic, Span


class Status:
    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, text: str) -> None:
        self.shown.append(text)


def test_a_terminal_shows_all_that_is_under_way() -> None:
    report: Any = Reporter()
    report._status = status = Status()
    report.begin("the PDF")
    report.begin("the e-book with Ace")
    report.end("the PDF")
    report.end("the e-book with Ace")
    assert status.shown == [
        "Checking the PDF …",
        "Checking the PDF, the e-book with Ace …",
        "Checking the e-book with Ace …",
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


def test_what_a_source_says_commands_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "a\x1b[2Jb\u202ec\x9bd\ud800e"
    found = Diagnostic(code="REF002", message=said, hint=said, span=Span(path=said, line=1, column=2))
    Reporter(root=tmp_path).diagnostics([found])
    shown = capsys.readouterr().err
    assert not set("\x1b\u202e\x9b\ud800") & set(shown)
    assert shown.count("a\ufffd[2Jb\ufffdc\ufffdd\ufffde") == 3


class TestFindings:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return write_files(tmp_path / "book", {"source/a.md": "One.\nSee @fig-a.\n"})

    @pytest.mark.parametrize(("here", "folder"), [("", "book/"), ("book", ""), ("book/source", "../")])
    def test_they_are_told_from_the_current_folder(
        self,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        here: str,
        folder: str,
    ) -> None:
        monkeypatch.chdir(root.parent / here)
        Reporter(root=root).diagnostics(FINDINGS)
        said = SAID.format(folder=folder).replace("../source/", "")
        assert capsys.readouterr().err == said

    def test_a_program_is_told_the_place_in_the_project_and_the_file(
        self, root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Reporter(root=root, as_json=True).diagnostics(FINDINGS)
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(event["path"], event["file"]) for event in events] == [
            ("source/a.md", str(root / "source/a.md")),
            ("source/book.yaml", str(root / "source/book.yaml")),
            (None, None),
        ]

    def test_who_wants_quiet_hears_errors_alone(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Reporter(Voice.QUIET, root=root).diagnostics(FINDINGS)
        assert [line[-9:] for line in capsys.readouterr().err.splitlines() if "[" in line] == ["no figure"]


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
    assert tally([Diagnostic(code=code, message="") for code in codes]) == said
