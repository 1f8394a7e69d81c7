"""The command line: one thin file per command."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

import click

from triptych import __version__
from triptych.cli.surroundings import ExitCode, Stopped, handle_stop_signals, raise_if_stopped

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Where each command is, and what it does. Its module is imported when the command is asked for: the list of
# commands must be there at once, and `doctor` must run where libraries that other commands need are missing.
COMMANDS = {
    "build": ("triptych.cli.build:build", "Build the PDF, the EPUB and the deck of a project."),
    "preview": ("triptych.cli.preview:preview", "Show the outputs in a browser; rebuild on changes."),
    "check": ("triptych.cli.check:check", "Check the source and the built outputs."),
    "explain": ("triptych.cli.explain:explain", "Explain a diagnostic code."),
    "docs": ("triptych.cli.docs:docs", "Open the guide in a browser, offline."),
    "catalog": ("triptych.cli.catalog:catalog", "Build, check and list many titles."),
    "new": ("triptych.cli.create:new", "Create a project."),
    "import": ("triptych.cli.create:import_", "Convert a book from another tool into a project."),
    "inspect": ("triptych.cli.inspect:inspect", "Report numbering and content per output."),
    "template": ("triptych.cli.template:template", "Inspect or write a PowerPoint template."),
    "schema": ("triptych.cli.explain:schema", "Print the JSON Schema of book.yaml for editors."),
    "clean": ("triptych.cli.clean:clean", "Remove outputs and the cache."),
    "doctor": ("triptych.cli.doctor:doctor", "List required libraries and programs."),
}
ALIASES = {"render": "build", "serve": "preview"}
_SEES_ITSELF = "build"  # whether there is work to do, and what is needed for it


class Commands(click.Group):
    """A group that imports commands lazily, knows aliases, and names the nearest for a misspelt one."""

    def main(self, args: Any = None, *more: Any, **how: Any) -> Any:
        """Run as a program, or within one that hands over arguments and has its own say in all this."""
        if args is not None:
            return super().main(args, *more, **how)
        _hush_libraries()
        gc.disable()  # what leaves much behind sees to it (``garbage_collection.py``)
        try:
            with handle_stop_signals():
                return super().main(args, *more, **how)
        except Stopped as stop:
            click.echo(stop, err=True)
            sys.exit(stop.exit_code)
        finally:
            gc.freeze()  # the system takes all memory at once; Python would look through it first

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name or an alias; exit code 3 where a library that it needs is missing."""
        place, _ = COMMANDS.get(ALIASES.get(cmd_name, cmd_name), ("", ""))
        if not place:
            return None
        module, _, name = place.partition(":")
        try:
            command: click.Command = getattr(importlib.import_module(module), name)
        except ImportError as error:
            report_missing(error)
            ctx.exit(ExitCode.MISSING)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; exit code 3 where a library turns out to be missing, 4 where the machine refuses."""
        try:
            return super().invoke(ctx)
        except ImportError as error:
            raise_if_stopped()
            report_missing(error)
        except OSError as error:
            raise_if_stopped()
            if _report_not_installed(error):
                ctx.exit(ExitCode.MISSING)
            if error.errno is not None and error.errno != errno.EPIPE:  # click knows what a closed pipe means
                report_os_error(error)
                ctx.exit(ExitCode.ENVIRONMENT)
            if not _is_missing_library(error):
                raise
            report_missing(error)
        except MemoryError:
            raise_if_stopped()
            click.echo("error: out of memory", err=True)
            click.echo("  hint: use fewer processes (`--jobs 1`) or a machine with more memory", err=True)
            ctx.exit(ExitCode.ENVIRONMENT)
        ctx.exit(ExitCode.MISSING)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a suggestion; what the command needs for its work is made ready."""
        from triptych.diagnostics import did_you_mean

        asked = ALIASES.get(args[0], args[0])
        if asked in COMMANDS and asked != _SEES_ITSELF and not ctx.resilient_parsing:
            from triptych.cli.surroundings import prepare_for_work

            ctx.with_resource(prepare_for_work())
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], [*COMMANDS, *ALIASES]) if args else None
            if not hint or "mean" in error.message:
                raise
            from triptych.cli.options import format_hint

            raise click.UsageError(f"{error.message}{format_hint(hint)}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, none of which is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, likewise, and options."""
        from click.shell_completion import CompletionItem

        begun = [(name, summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=summary) for name, summary in begun), *options]


def _hush_libraries() -> None:
    """Keep from people what libraries warn programmers of; the tests take each warning for an error.

    What concerns a source is a finding. Whoever starts Python with ``-W`` hears them still.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"  # for processes that are not forked


def report_missing(error: Exception) -> None:
    """Name what is missing and how to get it."""
    click.echo(f"error: required library or program not found: {error}".splitlines()[0], err=True)
    click.echo("  hint: run `triptych doctor`, which prints the command that installs it", err=True)


def _report_not_installed(error: OSError) -> bool:
    """Whether it is that something is missing which pip cannot bring: it is named, with what helps."""
    from triptych.engine.processes.programs import NotInstalled

    if not isinstance(error, NotInstalled):
        return False
    click.echo(f"error: {error}", err=True)
    click.echo(f"  hint: {error.hint}", err=True)
    click.echo("  hint: build without the PDF: `--to epub,pptx`", err=True)
    return True


_HELP = {
    errno.ENOSPC: "free disk space, or set other folders with --output-dir, --cache-dir and TMPDIR",
    errno.EROFS: "set writable folders with --output-dir, --cache-dir and TMPDIR",
    errno.EACCES: "set writable folders with --output-dir, --cache-dir and TMPDIR",
    errno.EMFILE: "raise the limit on open files (ulimit -n), or use fewer processes (--jobs 1)",
    errno.EFBIG: "raise the limit on file size (ulimit -f)",
}


def report_os_error(error: OSError, place: object = "") -> str:
    """Say why a file could not be read or written, and what helps → the first in one line.

    ``place`` is where it was, if the system does not say.
    """
    reason = ": ".join(str(part) for part in (error.strerror, error.filename or place) if part) or str(error)
    click.echo(f"error: {reason}", err=True)
    if error.errno in _HELP:
        click.echo(f"  hint: {_HELP[error.errno]}", err=True)
    return reason


def _is_missing_library(error: OSError) -> bool:
    """Whether an OSError says that Pango or pandoc is not there."""
    text = str(error).lower()
    return "cannot load library" in text or "pandoc is not installed" in text


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="To read the guide, run `triptych docs`.",
)
@click.version_option(__version__, prog_name="triptych")
def main() -> None:
    """Build a PDF book, an EPUB and a PowerPoint deck from one source.

    A project is a folder that contains source/book.yaml.

    \b
    Examples:
      triptych new my-report
      triptych preview my-report
      triptych build my-report --to pdf,epub

    \b
    Exit codes:
      0    success
      1    errors in the source or in an output
      2    invalid usage
      3    a required program or library is missing
      4    system error, such as disk full or permission denied
      130  interrupted by Ctrl-C (143: terminated)
    """
