"""Test the command that opens a file at a line in each editor, and whether a server can start it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from triptych.preview.editors import choose_editor, make_editor_command, make_editor_url, start_editor
from triptych.preview.source_lines import SourcePlace

FILE = Path("/book/source/a b.md")
PLACE = SourcePlace("source/a b.md", 12, 5)


@pytest.mark.parametrize(
    ("editor", "arguments", "can_start"),
    [
        ("code", ["code", "-g", "/book/source/a b.md:12:5"], True),
        ("code --reuse-window", ["code", "--reuse-window", "-g", "/book/source/a b.md:12:5"], True),
        ('"/opt/my code/codium"', ["/opt/my code/codium", "-g", "/book/source/a b.md:12:5"], True),
        ("code.cmd", ["code.cmd", "-g", "/book/source/a b.md:12:5"], True),
        ("subl", ["subl", "/book/source/a b.md:12:5"], True),
        ("zed", ["zed", "/book/source/a b.md:12:5"], True),
        ("kate", ["kate", "--line", "12", "--column", "5", "/book/source/a b.md"], True),
        ("idea", ["idea", "--line", "12", "--column", "5", "/book/source/a b.md"], True),
        ("gvim", ["gvim", "+call cursor(12,5)", "/book/source/a b.md"], True),
        ("emacsclient", ["emacsclient", "-n", "+12:5", "/book/source/a b.md"], True),
        ("emacsclient -nw", ["emacsclient", "-nw", "+12:5", "/book/source/a b.md"], False),
        ("vim", ["vim", "+12", "/book/source/a b.md"], False),
        ("nvim", ["nvim", "+12", "/book/source/a b.md"], False),
        ("nano", ["nano", "+12,5", "/book/source/a b.md"], False),
        ("hx", ["hx", "/book/source/a b.md:12:5"], False),
        ("an-unknown-one", ["an-unknown-one", "/book/source/a b.md"], False),
        ("x {path} -l {line}:{column}", ["x", "/book/source/a b.md", "-l", "12:5"], True),
    ],
)
def test_the_command_has_the_syntax_of_the_editor(editor: str, arguments: list[str], can_start: bool) -> None:
    command = make_editor_command(editor, FILE, PLACE)
    assert command and (list(command.arguments), command.can_start) == (arguments, can_start)


def test_names_in_paths_are_not_replaced() -> None:
    command = make_editor_command("x {path}", Path("/book/{line}.md"), PLACE)
    assert command and command.arguments[1] == "/book/{line}.md"


@pytest.mark.parametrize("editor", ["", "  ", 'code "'])
def test_no_editor_without_a_command(editor: str) -> None:
    assert make_editor_command(editor, FILE, PLACE) is None


@pytest.mark.parametrize(
    ("option", "environ", "editor"),
    [
        ("zed", {"VISUAL": "code", "EDITOR": "vim"}, "zed"),
        (None, {"VISUAL": "code", "EDITOR": "vim"}, "code"),
        (None, {"VISUAL": "", "EDITOR": "vim"}, "vim"),
        (None, {}, ""),
    ],
)
def test_option_overrides_the_environment(option: str | None, environ: dict[str, str], editor: str) -> None:
    assert choose_editor(option, environ) == editor


def test_the_url_is_that_of_visual_studio_code() -> None:
    assert make_editor_url(FILE, PLACE) == "vscode://file/book/source/a%20b.md:12:5"


def test_a_terminal_editor_or_a_missing_program_is_not_started() -> None:
    for editor in ("vi", "no-such-program-here {path}"):
        command = make_editor_command(editor, FILE, PLACE)
        assert command and not start_editor(command)


@pytest.mark.e2e
def test_an_editor_is_started_without_a_shell(tmp_path: Path) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import pathlib, sys\npathlib.Path(sys.argv[2]).write_text(sys.argv[1])\n")
    out = tmp_path / "out"
    file = tmp_path / "$(touch x); `y`.md"
    command = make_editor_command(f"{sys.executable} {script} {{path}} {out}", file, PLACE)
    assert command and start_editor(command)
    end = time.monotonic() + 20
    while not (out.exists() and out.read_text()):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert out.read_text() == str(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["editor.py", "out"]
