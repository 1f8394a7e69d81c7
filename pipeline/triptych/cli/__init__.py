"""The command line: one thin file per command."""

from __future__ import annotations

import errno
import importlib
import logging
import os
import sys
import warnings
from typing import Any

import click

from triptych import __version__
from triptych.cli.stopping import STOPPED_BY_KEYS, STOPPED_BY_REQUEST, Terminated, as_interruption
from triptych.engine.installed_programs import NotInstalled
from triptych.engine.temporary_files import temporary_files_in_scratch

# A command's module is imported when the command is asked for: `doctor` must run where libraries that
# other commands need are missing.
COMMANDS = {
    "build": "triptych.cli.build:build",
    "preview": "triptych.cli.preview:preview",
    "check": "triptych.cli.check:check",
    "new": "triptych.cli.new:new",
    "import": "triptych.cli.import_:import_",
    "inspect": "triptych.cli.inspect:inspect",
    "template": "triptych.cli.template:template",
    "schema": "triptych.cli.schema:schema",
    "clean": "triptych.cli.clean:clean",
    "doctor": "triptych.cli.doctor:doctor",
}
ALIASES = {"render": "build", "serve": "preview"}
MISSING_LIBRARY = 3


class Commands(click.Group):
    """A group that imports commands lazily, knows aliases, and names the nearest for a misspelt one."""

    def main(self, args: Any = None, *more: Any, **how: Any) -> Any:
        """Run as a program, or within one that hands over arguments and has its own say in all this."""
        if args is not None:
            return super().main(args, *more, **how)
        _hush_libraries()
        with as_interruption():
            return super().main(args, *more, **how)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name or an alias; exit code 3 where a library that it needs is missing."""
        place = COMMANDS.get(ALIASES.get(cmd_name, cmd_name))
        if place is None:
            return None
        module, _, name = place.partition(":")
        try:
            command: click.Command = getattr(importlib.import_module(module), name)
        except ImportError as error:
            say_missing(error)
            ctx.exit(MISSING_LIBRARY)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; exit code 3 where a library turns out to be missing, 1 where the disk refuses."""
        try:
            with temporary_files_in_scratch():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Stopped by Ctrl-C; no file was left half-written.", err=True)
            ctx.exit(STOPPED_BY_KEYS)
        except Terminated:
            click.echo("Stopped by a request to terminate; no file was left half-written.", err=True)
            ctx.exit(STOPPED_BY_REQUEST)
        except ImportError as error:
            say_missing(error)
        except NotInstalled as error:
            click.echo(f"error: {error}", err=True)
            click.echo(f"  hint: {error.hint}", err=True)
            click.echo("  hint: `--to epub,pptx` makes the outputs that do without it", err=True)
        except OSError as error:
            if error.errno is not None and error.errno != errno.EPIPE:  # click knows what a closed pipe means
                click.echo(f"error: {said_by_the_system(error)}", err=True)
                ctx.exit(1)
            if not _is_library(error):
                raise
            say_missing(error)
        ctx.exit(MISSING_LIBRARY)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a suggestion."""
        from triptych.diagnostics import did_you_mean

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], [*COMMANDS, *ALIASES]) if args else None
            if not hint or "mean" in error.message:
                raise
            raise click.UsageError(f"{error.message} {hint[:1].upper()}{hint[1:]}", ctx) from None


def _hush_libraries() -> None:
    """Keep from people what libraries tell programmers; the tests take each of their warnings for an error.

    What concerns a source is a finding. Whoever starts Python with ``-W`` hears them still.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"  # for processes that are not forked


def say_missing(error: Exception) -> None:
    """Name what is missing and how to get it."""
    click.echo(f"error: a library or program is missing: {error}".splitlines()[0], err=True)
    click.echo("  hint: run `triptych doctor` for the command that installs it", err=True)


def said_by_the_system(error: OSError) -> str:
    """Why a file could not be read or written, in one line."""
    return ": ".join(str(part) for part in (error.strerror, error.filename) if part) or str(error)


def _is_library(error: OSError) -> bool:
    """Whether an OSError says that Pango or pandoc is not there."""
    text = str(error).lower()
    return "cannot load library" in text or "no pandoc was found" in text


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triptych")
def main() -> None:
    """Make a PDF book, an EPUB and a PowerPoint deck from one source.

    A project is a folder with source/book.yaml. Exit codes: 0 all is well, 1 the source has errors,
    2 wrong usage, 3 a needed program or library is missing.
    """
