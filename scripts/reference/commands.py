"""Generate the page on commands from the Click commands."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator

import click

from reference.text import any_of, code, page, table
from triptych.cli import ALIASES, main
from triptych.cli.explain import fence_code

# The effect of each variable. A test compares the names with those that the program reads.
ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "Date stored in the outputs instead of the manifest's, in seconds since 1970.",
    "TMPDIR": "Folder for temporary files. Default: the system's.",
    "TRIPTYCH_CACHE": "Cache folder or URL, like `--cache-dir`.",
    "TRIPTYCH_CACHE_KEY": (
        "Secret of at least 16 characters that signs cached results. Set the same one on all machines that "
        "share a cache. Default: a random key in the user's data folder."
    ),
    "TRIPTYCH_MAX_TIME": "CPU time of a build, like `--max-time`.",
    "TRIPTYCH_MAX_MEMORY": "Memory of a build, like `--max-memory`.",
    "TRIPTYCH_LIMITS": "Trust in the source, `strict` or `trusted`, like `--limits`.",
    "XDG_DATA_HOME": "Data folder on Linux, which contains the signing key of the cache. Default: "
    "`~/.local/share`.",
    "LOCALAPPDATA": "Data folder on Windows.",
}
_LABEL = re.compile(r"^(Examples?|Exit codes):$")


def commands() -> str:
    """Return the page on all commands, options, exit codes and environment variables."""
    introduction = (
        "This page lists every command with its arguments and options, the exit codes and the "
        "environment variables. `triptych COMMAND --help` prints the same information in the "
        "terminal."
    )
    context = click.Context(main, info_name="triptych", **main.context_settings)
    parts = [_overview(context), *(_section(one) for one in walk(context)), _ends(), _variables()]
    return page("Commands", introduction, parts)


def walk(context: click.Context) -> Iterator[click.Context]:
    """Yield a context for each command, with subcommands after their group."""
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield inner
        if isinstance(command, click.Group):
            yield from walk(inner)


def _overview(context: click.Context) -> str:
    rows = []
    for one in walk(context):
        summary = one.command.get_short_help_str(200).rstrip(".")
        rows.append((f"[{code(one.command_path)}](#{one.command_path.replace(' ', '-')})", summary))
    return table(("Command", "Purpose"), rows)


def _section(context: click.Context) -> str:
    command = context.command
    name = context.info_name or ""
    depth = context.command_path.count(" ")
    parts = [f"{'#' * (1 + depth)} {code(context.command_path)}"]
    prose, examples = split_help(command.help or "", list_argument_names(context))
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts += [prose[0], fence_code(usage, "text"), *prose[1:]]
    if aliases := [other for other, meant in ALIASES.items() if depth == 1 and meant == name]:
        parts.append(f"Alias: {any_of(map(code, aliases))}.")
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        parts.append(table(("Option", "Effect"), [describe_option(one, context) for one in options]))
    if examples:
        lines = "\n".join(f"$ {line}" for line in examples.splitlines())
        parts.append(fence_code(lines, "console"))
    return "\n\n".join(parts)


def list_argument_names(context: click.Context) -> list[str]:
    """Return the names of a command's arguments, as in its help."""
    arguments = [one for one in context.command.params if isinstance(one, click.Argument)]
    return [one.make_metavar(context).strip("[]") for one in arguments]


def split_help(text: str, names: list[str]) -> tuple[list[str], str]:
    """Return the paragraphs of a help text as Markdown, with names between backticks, and its examples."""
    prose, examples = [], ""
    for block in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        is_literal = "\b" in block
        written = textwrap.dedent(block.replace("\b\n", "")).strip("\n")
        first, _, rest = written.partition("\n")
        if _LABEL.match(first):
            examples = textwrap.dedent(rest) if first.startswith("Example") else examples
        elif is_literal:
            prose.append(fence_code(written, "text"))
        else:
            prose.append(_with_code(" ".join(written.split()), names))
    return prose, examples


def _with_code(text: str, names: list[str]) -> str:
    """Return a text in which arguments, options, paths and file names are between backticks."""
    known = "|".join(rf"{name}\b[\w./-]*\b" for name in names) or "(?!)"
    pattern = rf"(?<![\w/`-])({known}|--[a-z-]+|[a-z-]+/(?:[a-z.]+\b)?|[a-z-]+\.(?:yaml|json|txt)\b)"
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(pattern, r"`\1`", part) for part in parts)


def describe_option(option: click.Option, context: click.Context) -> tuple[str, str]:
    """Return the names of an option and its effect, as Markdown."""
    names = [*option.opts, *option.secondary_opts]
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    value = "" if option.is_flag or choices else " " + option.make_metavar(context)
    record = option.get_help_record(context)
    assert record is not None
    text, _, extra = record[1].partition("  [")
    found = dict(part.split(": ", 1) for part in extra.rstrip("]").split("; ") if ": " in part)
    details = [_with_code(text, [])]
    if choices:
        details.append(f"Values: {any_of(map(code, choices))}.")
    if default := found.get("default"):
        bare = default.strip("()")
        details.append(f"Default: {bare if default.startswith('(') and '/' not in bare else code(bare)}.")
    if variable := found.get("env var"):
        details.append(f"Environment: {code(variable)}.")
    if option.multiple and "repeatable" not in text:
        details.append("Repeatable.")
    shown = ", ".join(code(name) for name in names[:-1]) + (", " if names[1:] else "")
    return f"{shown}{code(names[-1] + value)}", " ".join(details)


def _ends() -> str:
    _, block = (main.help or "").split("Exit codes:")
    rows = [line.strip().split(None, 1) for line in block.strip().splitlines()]
    return "## Exit codes\n\nAll commands use the same exit codes.\n\n" + table(
        ("Code", "Meaning"), [(code(number), meaning) for number, meaning in rows]
    )


def _variables() -> str:
    rows = [(code(name), text) for name, text in ENVIRONMENT.items()]
    return f"## Environment variables\n\n{table(('Variable', 'Effect'), rows)}"
