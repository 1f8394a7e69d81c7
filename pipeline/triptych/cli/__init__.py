"""Define the command line program. Each command is in a module of this package, which is imported on use."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from triptych import __version__
from triptych.cli.lifecycle import (
    OWN_PROCESS,
    REPORTER,
    ExitCode,
    StoppedBySignal,
    find_broken_stream,
    handle_stop_signals,
    prepare_streams,
    raise_if_stopped,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from triptych.cli.report import Reporter

# The location and the summary of each command. Commands are listed without importing them, and `doctor` runs
# even if libraries that other commands need are missing.
COMMANDS = {
    "build": ("triptych.cli.build:build", "Build the PDF, the EPUB and the deck of a project."),
    "preview": ("triptych.cli.preview:preview", "Show the outputs in a browser; rebuild on changes."),
    "rehearse": ("triptych.cli.rehearse:rehearse", "Rehearse a talk in a browser; record its times."),
    "check": ("triptych.cli.check:check", "Check the source and the built outputs."),
    "explain": ("triptych.cli.explain:explain", "Explain a diagnostic code."),
    "docs": ("triptych.cli.docs:docs", "Open the guide in a browser, offline."),
    "catalog": ("triptych.cli.catalog:catalog", "Build, check and list many titles."),
    "new": ("triptych.cli.create:new", "Create a project."),
    "import": ("triptych.cli.create:import_", "Convert a book from another tool into a project."),
    "inspect": ("triptych.cli.inspect:inspect", "Report numbering and content per output."),
    "template": ("triptych.cli.template:template", "Inspect or write a PowerPoint template."),
    "schema": ("triptych.cli.explain:schema", "Print the JSON Schema of book.yaml for editors."),
    "lsp": ("triptych.cli.lsp:lsp", "Run the language server (LSP) for editors."),
    "clean": ("triptych.cli.clean:clean", "Remove outputs and the cache."),
    "doctor": ("triptych.cli.doctor:doctor", "Report which libraries and programs are installed."),
    "completion": ("triptych.cli.completion:completion", "Print a shell completion script."),
}
ALIASES = {"render": "build", "serve": "preview"}
_LAZY_COMMAND = "build"  # calls ``prepare_for_work`` itself, and only if there is something to build


class CommandGroup(click.Group):
    """A command group that imports commands lazily, resolves aliases, and suggests corrections for typos."""

    def main(self, args: Any = None, *more: Any, **options: Any) -> Any:
        """Run the command line. With ``args``, do not change the state of the calling process."""
        if args is not None:
            return super().main(args, *more, **options)
        prepare_streams()
        os.environ["TZ"] = "UTC"  # local time is not used
        if not sys.warnoptions:  # warnings are for developers; tests turn them into errors
            warnings.simplefilter("ignore")
            os.environ["PYTHONWARNINGS"] = "ignore"  # for processes that are not forked
        gc.disable()  # steps with much garbage enable it (``garbage_collection.py``)
        try:
            with handle_stop_signals():
                return super().main(args, *more, obj=OWN_PROCESS, **options)
        except StoppedBySignal as stop:
            click.echo(stop, err=True)
            sys.exit(stop.exit_code)
        finally:
            gc.freeze()  # Python then does not traverse all objects before the system frees the memory
            ending = sys.exception()
            if find_broken_stream() and isinstance(ending, SystemExit) and not ending.code:
                sys.exit(ExitCode.ENVIRONMENT)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in the order of the help, most useful first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command with this name or alias; return None if it is unknown.

        Exit with code 3 if a library that the command needs is missing.
        """
        location, _ = COMMANDS.get(ALIASES.get(cmd_name, cmd_name), ("", ""))
        if not location:
            return None
        module, _, name = location.partition(":")
        try:
            command: click.Command = getattr(importlib.import_module(module), name)
        except ImportError as error:
            report_system_error(error)
            ctx.exit(ExitCode.ENVIRONMENT)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command, and write the reports with its findings, however it ends."""
        exit_code = 0
        try:
            return self._invoke_command(ctx)
        except BaseException as error:
            exit_code = getattr(error, "exit_code", 1)
            reason = error.format_message() if isinstance(error, click.ClickException) else str(error)
            if REPORTER in ctx.meta and not isinstance(error, click.exceptions.Exit):
                ctx.meta[REPORTER].record_failure(reason or type(error).__name__)
            raise
        finally:
            try:
                if REPORTER in ctx.meta:
                    ctx.meta[REPORTER].finish(exit_code)
            except OSError as error:
                report_system_error(error)
                ctx.exit(ExitCode.ENVIRONMENT)

    def _invoke_command(self, ctx: click.Context) -> object:
        """Run a command. Exit with code 3 after a system error, or if a library is missing."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            raise_if_stopped()
            if not report_system_error(error, ctx.meta.get(REPORTER)):
                raise
        ctx.exit(ExitCode.ENVIRONMENT)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named in ``args``. For an unknown name, the error suggests the closest one.

        The temporary folder of the command is created first, except for ``triptych build``.
        """
        from triptych.diagnostics import did_you_mean

        name = ALIASES.get(args[0], args[0])
        if name in COMMANDS and name != _LAZY_COMMAND and not ctx.resilient_parsing:
            from triptych.cli.lifecycle import prepare_for_work

            ctx.with_resource(prepare_for_work())
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], [*COMMANDS, *ALIASES]) if args else None
            if not hint or "mean" in error.message:
                raise
            from triptych.cli.options import make_hint_sentence

            raise click.UsageError(f"{error.message}{make_hint_sentence(hint)}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands for the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that start with ``incomplete``, without importing commands."""
        from click.shell_completion import CompletionItem

        matches = [(name, summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=summary) for name, summary in matches), *options]


def report_system_error(error: Exception, report: Reporter | None = None) -> bool:
    """Report a system error or a missing library, with a hint; return False for any other error.

    After a broken pipe, return True without a report, since the reader of the output has ended.
    """
    if isinstance(error, BrokenPipeError):
        return True
    try:
        from triptych.engine.system_errors import describe_missing_dependency, describe_system_error

        broken_stream = find_broken_stream() if isinstance(error, OSError) else None
        finding = describe_system_error(broken_stream or error) or describe_missing_dependency(error)
        if finding is None:
            return False
        from triptych.cli.report import Reporter

        (report or Reporter()).report_findings([finding])
    except ImportError as missing:  # the report itself needs the library
        from triptych.engine.extras import DOCTOR_HINT

        click.echo(f"error[ENV009]: required library not found: {missing}\n  hint: {DOCTOR_HINT}", err=True)
    except (MemoryError, OSError):  # the report's modules cannot be loaded, or standard error is broken
        reason = getattr(error, "strerror", None) or str(error) or "out of memory"
        with suppress(OSError):
            click.echo(f"error[ENV008]: {reason[:1].lower()}{reason[1:]}", err=True)
    return True


@click.group(
    cls=CommandGroup,
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
      triptych build my-report --to pdf,epub

    \b
    Exit codes:
      0    success
      1    errors in the source or in an output
      2    invalid usage
      3    system error, such as disk full, permission denied or a missing library
      130  interrupted by Ctrl-C (143: terminated)
    """
