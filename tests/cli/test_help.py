"""Test that the help of each command fits on a screen, and has defaults and a valid example."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from triptych.cli import COMMANDS, main

_LINES = 40  # lines of a terminal window
_ON_REQUEST = {
    "--findings-file",
    "--profile",
    "--talk",
    "--report",
    "--html",
}  # options whose default need not be explained


def _walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            result = command.get_command(context, name)
            assert result is not None
            yield from _walk(result, (*path, name))


PATHS = list(_walk(main))


def _command(path: tuple[str, ...]) -> click.Command:
    result: click.Command = main
    for name in path:
        assert isinstance(result, click.Group)
        inner = result.get_command(click.Context(result), name)
        assert inner is not None
        result = inner
    return result


def _help(path: tuple[str, ...]) -> str:
    return CliRunner().invoke(main, [*path, "--help"], terminal_width=80).output


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_fits_on_a_screen(path: tuple[str, ...]) -> None:
    lines = _help(path).splitlines()
    assert len(lines) <= _LINES
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_starts_with_a_one_line_summary(path: tuple[str, ...]) -> None:
    summary = _help(path).split("\n\n")[1].strip()
    assert re.fullmatch(r"[A-Z][^\n]*\.", summary), summary


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_each_example_is_a_command_that_click_accepts(path: tuple[str, ...]) -> None:
    examples = re.findall(r"(?m)^    (triptych .*)$", _help(path).partition("Example")[2])
    assert examples
    for example in examples:
        words = shlex.split(example)[1:]
        assert tuple(words[: len(path)]) == path
        command: click.Command = main
        while isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), words.pop(0))
            assert inner is not None, example
            command = inner
        command.make_parser(click.Context(command)).parse_args(args=words)


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_each_option_with_a_value_shows_its_default(path: tuple[str, ...]) -> None:
    options = re.split(r"\n(?=  -)", _help(path).partition("\nOptions:\n")[2].partition("\n\n")[0])
    for option in _command(path).params:
        if not isinstance(option, click.Option) or option.is_flag or _ON_REQUEST & set(option.opts):
            continue
        (text,) = [item for item in options if re.match(rf" *(-\w, )?{option.opts[-1]}\b", item)]
        assert "default:" in " ".join(text.split()), text


def test_command_list_has_the_summaries_of_the_commands() -> None:
    assert set(COMMANDS) == {path[0] for path in PATHS if path}
    assert all(summary.endswith(".") for _, summary in COMMANDS.values())
