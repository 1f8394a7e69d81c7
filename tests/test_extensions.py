"""Test extensions of other packages: chart types, callouts, outputs, importers and themes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import write_files

PACKAGE = Path(__file__).with_name("extension")
CHART = '::: {.chart type=TYPE data=data.csv x=x y=y fig-alt="Two bars: 1 and 2"}\nA\n:::\n'
BOOK = {
    "source/book.yaml": (
        "book:\n  title: A book\n  chapters: [one.md]\nlang: de\noutput-file: book\n"
        "format:\n  epub: {embed-fonts: false}\n  plain: {prefix: '> '}\ntheme: acme\n"
    ),
    "source/one.md": f"# One\n\nText.\n\n{CHART.replace('TYPE', 'ranking')}\n::: callout-exercise\nCount.\n:::\n",
    "source/data.csv": "x,y\na,1\nb,2\n",
}


def run(
    arguments: Sequence[str | Path], folder: Path, package: Path | None = PACKAGE
) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(package or "")}
    command = [sys.executable, "-m", "triptych", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def findings(folder: Path, package: Path | None = PACKAGE) -> list[str]:
    result = run(["build", "--format", "json", "--jobs", "1"], folder, package)
    assert "Traceback" not in result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    return [
        f"{event['path']}:{event['line']}: {event['code']}: {event['message']}"
        for event in events
        if event["event"] == "diagnostic"
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_files(tmp_path / "book", BOOK)


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.e2e
class TestBuild:
    def test_a_book_uses_all_kinds_of_extensions(self, project: Path) -> None:
        built = run(["build"], project)
        assert (built.returncode, built.stderr) == (0, "")
        assert (project / "build/book.txt").read_text() == "> Text.\n> Count.\n"
        unpacked = subprocess.run(
            ["unzip", "-p", project / "build/book.epub"], capture_output=True, check=True
        ).stdout
        assert "Übung".encode() in unpacked
        assert b"#7a1f5c" in unpacked.lower()  # the accent of the theme

    def test_the_files_of_an_output_are_replaced_and_removed(self, project: Path) -> None:
        run(["build"], project)
        replace_in(project / "source/one.md", "Text.", "Other text.")
        repeated = run(["build"], project)
        assert (repeated.returncode, repeated.stderr) == (0, "")
        assert (project / "build/book.txt").read_text().startswith("> Other text.\n")
        assert run(["clean"], project).returncode == 0
        assert not (project / "build").exists()

    def test_edited_file_of_an_extension_output_is_kept(self, project: Path) -> None:
        run(["build"], project)
        (project / "build/book.txt").write_text("mine")
        replace_in(project / "source/one.md", "Text.", "Other text.")
        assert "OUT001" in run(["build"], project).stderr
        assert "mine" in [path.read_text() for path in (project / "build").glob("book*.txt")]

    def test_one_output_can_be_requested(self, project: Path) -> None:
        assert run(["build", "--to", "plain"], project).returncode == 0
        assert sorted(path.name for path in (project / "build").glob("book.*")) == ["book.txt"]

    def test_worker_processes_load_extensions(self, project: Path) -> None:
        built = run(["build", "--jobs", "3"], project)
        assert (built.returncode, built.stderr) == (0, "")

    def test_check_loads_extensions(self, project: Path) -> None:
        run(["build"], project)
        assert run(["check"], project).returncode == 0

    def test_a_new_version_of_an_extension_is_used(self, project: Path, tmp_path: Path) -> None:
        package = write_files(
            tmp_path / "package",
            {
                path.relative_to(PACKAGE).as_posix(): path.read_bytes()
                for path in PACKAGE.rglob("*")
                if path.is_file()
            },
        )
        run(["build"], project, package)
        replace_in(package / "acme_triptych/outputs.py", "(node.content)}", "(node.content).upper()}")
        assert run(["build"], project, package).returncode == 0
        assert (project / "build/book.txt").read_text() == "> TEXT.\n> COUNT.\n"

    def test_importer_extension_reads_its_format(self, tmp_path: Path) -> None:
        (tmp_path / "b.acme").write_text("# One\n\nText.\n\n# Two\n\nMore.\n")
        result = run(["import", "b.acme", "out"], tmp_path)
        assert "Imported 2 sections from Acme." in result.stdout
        assert (tmp_path / "out/source/book.yaml").is_file()


@pytest.mark.e2e
def test_doctor_lists_and_loads_extensions(tmp_path: Path) -> None:
    rows = {item["name"]: item for item in json.loads(run(["doctor", "--format", "json"], tmp_path).stdout)}
    assert rows['chart type "ranking"']["version"] == "acme-triptych 1.2"
    assert not rows['chart type "broken"']["usable"]
    assert "No module named" in rows['chart type "broken"']["effect_if_missing"]


@pytest.mark.e2e
class TestMistakes:
    def test_without_the_package_all_names_are_unknown(self, project: Path) -> None:
        codes = {finding.split(": ")[1] for finding in findings(project, None)}
        assert codes == {"THM001", "MAN001", "CHT001", "LNT006"}

    @pytest.mark.parametrize(
        ("file", "old", "new", "place"),
        [
            ("one.md", "type=ranking", "type=broken", "source/one.md:5"),
            ("one.md", "type=ranking", "type=wrong", "source/one.md:5"),
            ("one.md", "callout-exercise", "callout-wrong", "source/one.md:10"),
            ("book.yaml", "plain:", "broken:", "source/book.yaml:8"),
            ("book.yaml", "plain:", "wrong:", "source/book.yaml:8"),
            ("book.yaml", "theme: acme", "theme: broken", "source/book.yaml:9"),
        ],
    )
    def test_unusable_extension_is_reported_where_used(
        self, project: Path, file: str, old: str, new: str, place: str
    ) -> None:
        replace_in(project / "source" / file, old, new)
        (finding,) = findings(project)
        assert finding.startswith(f"{place}: EXT003: the extension")
        assert "acme-triptych" in finding

    def test_a_misspelt_name_is_compared_with_extensions(self, project: Path) -> None:
        replace_in(project / "source/one.md", "type=ranking", "type=rankin")
        assert "did you mean" in run(["build"], project).stderr

    def test_invalid_option_of_an_output_is_reported_at_its_line(self, project: Path) -> None:
        replace_in(project / "source/book.yaml", "prefix:", "prefx:")
        assert findings(project) == ['source/book.yaml:8: MAN001: unknown key "prefx"']

    def test_unknown_output_is_a_usage_error(self, project: Path) -> None:
        result = run(["build", "--to", "plan"], project)
        assert result.returncode == 2
        assert "plain" in result.stderr
