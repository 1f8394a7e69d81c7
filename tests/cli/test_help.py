"""Each command has help that fits on a screen, with defaults and an example that can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from triptych.cli import COMMANDS, main

_LINES = 40  # of a terminal window
_ON_REQUEST = {"--profile", "--talk", "--report", "--html"}  # options whose absence needs no words


def _walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _walk(found, (*path, name))


PATHS = list(_walk(main))


def _command(path: tuple[str, ...]) -> click.Command:
    found: click.Command = main
    for name in path:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None
        found = inner
    return found


def _help(path: tuple[str, ...]) -> str:
    return CliRunner().invoke(main, [*path, "--help"], terminal_width=80).output


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_fits_on_a_screen(path: tuple[str, ...]) -> None:
    lines = _help(path).splitlines()
    assert len(lines) <= _LINES
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_begins_with_a_summary_in_one_line(path: tuple[str, ...]) -> None:
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
        (text,) = [one for one in options if re.match(rf" *(-\w, )?{option.opts[-1]}\b", one)]
        assert "default:" in " ".join(text.split()), text


def test_the_list_of_commands_has_the_summaries_of_their_help() -> None:
    assert set(COMMANDS) == {path[0] for path in PATHS if path}
    assert all(summary.endswith(".") for _, summary in COMMANDS.values())
