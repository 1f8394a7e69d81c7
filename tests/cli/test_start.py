"""What is not needed is not loaded: a list of commands, and a build of which nothing is to be done, come at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import write_files

pytestmark = pytest.mark.e2e

# Each of these takes longer to load than to say that nothing has changed. `logging`, `tempfile` and
# `multiprocessing` stand for what several of our modules would bring.
HEAVY = {
    "pydantic", "ruamel", "rich", "jinja2", "lxml", "babel", "weasyprint", "pptx", "PIL", "fontTools", "pygments",
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
    """The modules that a command has loaded at its end."""
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
def built(tmp_path: Path) -> Path:
    manifest = "book:\n  title: A book\n  chapters: [a.md]\nlang: en\nformat:\n  epub: default\n"
    project = write_files(tmp_path / "book", {"source/book.yaml": manifest, "source/a.md": "# A\n\nText.\n"})
    assert "triptych.press" in loaded("build", str(project), "--jobs", "1")
    return project


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_the_list_of_commands_loads_none_of_them(arguments: tuple[str, ...]) -> None:
    modules = loaded(*arguments)
    assert modules & HEAVY <= {"shutil"}  # click asks it how wide the terminal is
    assert not {name for name in modules if name.startswith("triptych.engine")}


@pytest.mark.parametrize("more", [(), ("--quiet",), ("--format", "json"), ("--jobs", "2")])
def test_a_build_of_what_is_there_already_loads_nothing_that_would_make_it(
    built: Path, more: tuple[str, ...]
) -> None:
    assert loaded("build", str(built), *more) & HEAVY == set()


def test_where_there_are_findings_to_tell_no_more_is_loaded_than_tells_them(built: Path) -> None:
    (built / "source/a.md").write_text("# A\n\nText.\n\n#### Deep\n")
    loaded("build", str(built), "--jobs", "1", "--format", "json")
    assert loaded("build", str(built), "--format", "json") & HEAVY == set()
