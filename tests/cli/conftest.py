"""Run the command line in the test process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import write_files
from triptych.checks.epub import validation
from triptych.cli import main

MINIMAL = {
    "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\nformat:\n  epub:\n    embed-fonts: false\n",
    "source/section.md": "---\ntitle: A section\n---\nSome text.\n",
}
Run = Callable[..., Result]


def alone(arguments: Sequence[str]) -> list[str]:
    """Return arguments that make a command work in this process, unless a test sets them.

    Tests already use all processors, and each additional process would import the whole program.
    """
    reported = any(word in ("-j", "--jobs", "-h", "--help") for word in arguments)
    takes_jobs = arguments[:1] in (["build"], ["check"]) and not reported
    return [*arguments, "--jobs", "1"] if takes_jobs else [*arguments]


@pytest.fixture(autouse=True)
def _validators_find_nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable EPUBCheck in fast tests, since it takes seconds to start; end-to-end tests run it."""
    if request.node.get_closest_marker("e2e") is None:
        monkeypatch.setattr(validation, "run_validator", lambda name, path: ())


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: str | Path) -> Result:
        words = alone([str(argument) for argument in arguments])
        result = CliRunner().invoke(main, words, prog_name="triptych")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def minimal(tmp_path: Path) -> Path:
    """Return a project with one section and only an e-book as output, which is the fastest to build."""
    return write_files(tmp_path / "minimal", MINIMAL)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a project with an error in each of two sections, and a warning."""
    files = {
        **MINIMAL,
        "source/book.yaml": MINIMAL["source/book.yaml"].replace("[section.md]", "[section.md, other.md]"),
        "source/section.md": "---\ntitle: A section\n---\nSee @fig-gone.\n\n#### Deep\n",
        "source/other.md": "A [link](#gone).\n",
    }
    return write_files(tmp_path / "broken", files)
