"""Test the hook for pre-commit: which files it gets, and how it runs on them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import write_files
from tests.integrations.test_github import BOOK
from tests.integrations.workflows import ROOT, read_guide_blocks
from triptych.cli import main
from triptych.yaml_text import load_yaml


def read_hook() -> tuple[dict[str, Any], list[str]]:
    """Return the hook, with the arguments that the guide sets."""
    (hook,) = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (text,) = read_guide_blocks("yaml", "tests/integrations/test_pre_commit.py")
    (repository,) = load_yaml(text)["repos"]
    (configured,) = repository["hooks"]
    assert configured["id"] == hook["id"]
    return hook, configured["args"]


@pytest.mark.parametrize(
    ("path", "is_checked"),
    [
        ("source/book.yaml", True),
        ("book/source/a/b.md", True),
        ("source/data/a.csv", True),
        ("README.md", False),
        ("resource/a.md", False),
    ],
)
def test_hook_receives_source_files(path: str, is_checked: bool) -> None:
    hook, _ = read_hook()
    assert bool(re.search(hook["files"], path)) is is_checked


def test_the_hook_reports_a_mistake_of_a_changed_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {**BOOK, "docs/source/index.md": "No book.\n"})
    monkeypatch.chdir(tmp_path)
    hook, arguments = read_hook()
    program, *words = shlex.split(hook["entry"])
    assert (program, hook["language"]) == ("triptych", "python")
    changed = ["docs/source/index.md", "book/source/section.md"]
    result = CliRunner().invoke(main, [*words, *arguments, *changed])
    assert result.exit_code == 1
    assert result.stderr.startswith("book/source/section.md:5:5: error[REF001]")
    write_files(tmp_path, {"book/source/section.md": "# A section\n\nText.\n"})
    assert CliRunner().invoke(main, [*words, *arguments, *changed]).exit_code == 0
