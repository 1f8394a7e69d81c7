"""Test that a list of commands and a build without changes import no unnecessary modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import write_files

pytestmark = pytest.mark.e2e

# Each of these takes longer to import than an up-to-date build. `logging`, `tempfile` and `multiprocessing`
# stand for the imports of several of our modules.
HEAVY = {
    "pydantic", "ruamel", "rich", "jinja2", "lxml", "weasyprint", "pptx", "PIL", "fontTools", "pygments",
    "logging", "tempfile", "shutil", "multiprocessing", "concurrent", "subprocess", "pickle", "difflib",
    "triptych.press", "triptych.settings", "triptych.model", "triptych.reading", "triptych.writers",
    "triptych.preview", "triptych.checks", "triptych.engine.cache", "triptych.engine.processes.pool",
}  # fmt: skip
RUN = """
import json, sys
from triptych.cli import main
sys.argv = ["triptych", *json.loads(sys.argv[1])]
try:
    main(prog_name="triptych")
except SystemExit as end:
    print(json.dumps([end.code or 0, sorted(sys.modules)]))
"""


def loaded(*arguments: str) -> set[str]:
    """Return the modules that are loaded when a command ends."""
    ended = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(arguments)],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    code, modules = json.loads(ended.stdout.splitlines()[-1])
    assert (code, ended.stderr) == (0, "")
    return set(modules)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()  # without old temporary folders, which would be removed
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    manifest = "book:\n  title: A book\n  chapters: [a.md]\nlang: en\nformat:\n  epub: default\n"
    project = write_files(tmp_path / "book", {"source/book.yaml": manifest, "source/a.md": "# A\n\nText.\n"})
    assert "triptych.press" in loaded("build", str(project), "--jobs", "1")
    return project


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_command_list_imports_no_commands(arguments: tuple[str, ...]) -> None:
    modules = loaded(*arguments)
    assert modules & HEAVY <= {"shutil"}  # click uses it to find the terminal width
    assert not {name for name in modules if name.startswith("triptych.engine")}


@pytest.mark.parametrize("more", [(), ("--quiet",), ("--format", "json"), ("--jobs", "2")])
def test_up_to_date_build_imports_no_writers(built: Path, more: tuple[str, ...]) -> None:
    assert loaded("build", str(built), *more) & HEAVY == set()


def test_printing_stored_findings_imports_little(built: Path) -> None:
    (built / "source/a.md").write_text("# A\n\nText.\n\n#### Deep\n")
    loaded("build", str(built), "--jobs", "1", "--format", "json")
    assert loaded("build", str(built), "--format", "json") & HEAVY == set()
