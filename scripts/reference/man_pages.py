"""Generate the manual pages in the format of man(7) from the Click commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from reference.commands import ENVIRONMENT, describe_option, list_argument_names, split_help, walk
from triptych import __version__
from triptych.cli import main

_CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
_HEAD = '.\\" Written by scripts/write_reference.py from the program: do not edit.\n'


def man_pages() -> dict[str, str]:
    """Return the manual page of each command by file name."""
    root = click.Context(main, info_name="triptych", **main.context_settings)
    contexts = [root, *walk(root)]
    return {f"{_page_name(one)}.1": "\n".join(_lines(one, contexts)) + "\n" for one in contexts}


def _page_name(context: click.Context) -> str:
    return context.command_path.replace(" ", "-")


def _lines(context: click.Context, contexts: list[click.Context]) -> Iterator[str]:
    command = context.command
    names = list_argument_names(context)
    prose, examples = split_help(command.help or "", names)
    options = [one for one in command.params if isinstance(one, click.Option)]
    name = _page_name(context)
    title = _escape(name.upper())
    yield f'{_HEAD}.TH "{title}" "1" "{_read_release_date()}" "Triptych {__version__}" "Triptych"'
    yield f".SH NAME\n{_escape(name)} \\- {_format_text(prose[0].rstrip('.'))}"
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SH SYNOPSIS\n.B {_escape(context.command_path)}\n{_escape(usage)}"
    if prose[1:]:
        yield ".SH DESCRIPTION"
        for number, paragraph in enumerate(prose[1:]):
            yield from _format_paragraph(paragraph, is_first=number == 0)
    inner = [one for one in contexts if one.parent is context]
    if inner:
        yield ".SH COMMANDS"
        for one in inner:
            yield from _format_entry(f"`{one.command_path}`", one.command.get_short_help_str(200))
    yield ".SH OPTIONS"
    for option in options:
        yield from _format_entry(*describe_option(option, context))
    yield from _format_entry("`-h`, `--help`", "Show the help and exit.")
    if examples:
        yield f".SH EXAMPLES\n.nf\n{_escape(examples)}\n.fi"
    if context.parent is None:
        yield ".SH ENVIRONMENT"
        for variable, text in ENVIRONMENT.items():
            yield from _format_entry(f"`{variable}`", text)
        yield ".SH EXIT STATUS"
        for line in (command.help or "").partition("Exit codes:")[2].strip().splitlines():
            yield from _format_entry(*line.strip().split(None, 1))
    others = [one for one in contexts if one is context.parent or one in inner]
    pages = " ,\n".join(f".BR {_escape(_page_name(one))} (1)" for one in others)
    yield f".SH SEE ALSO\n{pages}"


def _read_release_date() -> str:
    """Return the date of this version in the changelog."""
    found = re.search(
        rf"^## {re.escape(__version__)} \((\d{{4}}-\d\d-\d\d)\)$", _CHANGELOG.read_text("utf-8"), re.MULTILINE
    )
    assert found, f"CHANGELOG.md has no heading with the date of {__version__}"
    return found[1]


def _format_entry(term: str, text: str) -> Iterator[str]:
    """Yield a term and its description, which are Markdown."""
    yield f".TP\n{_format_text(term)}\n{_format_text(text)}"


def _format_paragraph(paragraph: str, *, is_first: bool) -> Iterator[str]:
    if not is_first:
        yield ".PP"
    if paragraph.startswith("```"):
        _, text, _ = re.split(r"^`{3,}\w*$\n?", paragraph, flags=re.MULTILINE)
        yield f".nf\n{_escape(text.rstrip())}\n.fi"
    else:
        yield _format_text(paragraph)


def _format_text(text: str) -> str:
    """Return Markdown as roff. Text between backticks is bold."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(
        f"\\fB{_escape(part)}\\fR" if number % 2 else _escape(part) for number, part in enumerate(parts)
    )


def _escape(text: str) -> str:
    """Escape special characters of roff. Hyphens are those that users type."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.\'])", r"\\&", text)
