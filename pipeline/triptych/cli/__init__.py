"""The command line: one thin file per command."""

from __future__ import annotations

import click

from triptych import __version__
from triptych.cli.build import build
from triptych.cli.check import check
from triptych.cli.clean import clean
from triptych.cli.doctor import doctor
from triptych.cli.import_ import import_
from triptych.cli.inspect import inspect
from triptych.cli.new import new

COMMANDS = (build, check, new, import_, inspect, clean, doctor)
ALIASES = {"render": "build"}


class Commands(click.Group):
    """A group that knows aliases and names the nearest command for a misspelt one."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name or an alias."""
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a suggestion."""
        from triptych.diagnostics import did_you_mean

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], [*self.commands, *ALIASES]) if args else None
            if not hint or "mean" in error.message:
                raise
            raise click.UsageError(f"{error.message} {hint[:1].upper()}{hint[1:]}", ctx) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triptych")
def main() -> None:
    """Make a PDF book, an EPUB and a PowerPoint deck from one source.

    A project is a folder with source/book.yaml. Exit codes: 0 all is well, 1 the source has errors,
    2 wrong usage, 3 a needed program or library is missing.
    """


for command in COMMANDS:
    main.add_command(command)
