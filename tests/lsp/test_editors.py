"""Test the files for editors: the guide shows them, and they start an existing command."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from triptych.cli import COMMANDS

ROOT = Path(__file__).parents[2]
EDITORS = ROOT / "editors"
PAGE = (ROOT / "docs/guide/source/how-to/write-in-your-editor.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["neovim/triptych.lua", "helix/languages.toml"])
def test_the_guide_shows_the_settings_of_an_editor(name: str) -> None:
    assert f"\n{(EDITORS / name).read_text('utf-8')}```\n" in PAGE


def test_all_editors_start_the_command() -> None:
    assert "lsp" in COMMANDS
    helix = tomllib.loads((EDITORS / "helix/languages.toml").read_text("utf-8"))
    assert helix["language-server"]["triptych"]["args"] == ["lsp"]
    assert 'cmd = { "triptych", "lsp" }' in (EDITORS / "neovim/triptych.lua").read_text("utf-8")
    assert 'args: vec!["lsp".to_string()]' in (EDITORS / "zed/src/lib.rs").read_text("utf-8")
    assert 'args: ["lsp"]' in (EDITORS / "vscode/extension.js").read_text("utf-8")


def test_snippets_of_vs_code_have_unique_prefixes_that_the_guide_lists() -> None:
    snippets = json.loads((EDITORS / "vscode/snippets.json").read_text("utf-8"))
    prefixes = [snippet["prefix"] for snippet in snippets.values()]
    assert len(set(prefixes)) == len(prefixes)
    listed = PAGE[PAGE.index("The snippets `") :].split("insert a skeleton")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(prefixes)


def test_commands_and_settings_of_vs_code_are_those_of_the_program() -> None:
    package = json.loads((EDITORS / "vscode/package.json").read_text("utf-8"))
    program = (EDITORS / "vscode" / package["main"]).read_text("utf-8")
    for command in package["contributes"]["commands"]:
        assert f'registerCommand("{command["command"]}"' in program
    settings = package["contributes"]["configuration"]["properties"]
    used = set(re.findall(r'getConfiguration\("triptych"\)\.get\("(\w+)"', program))
    assert {f"triptych.{name}" for name in used} <= settings.keys()
