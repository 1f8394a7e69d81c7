"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from triptych.cli.report import Reporter, Voice
from triptych.manifest import OUTPUT_FORMATS, OutputFormat

F = TypeVar("F", bound=Callable[..., Any])


def project_argument(function: F) -> F:
    """``DIR``: the folder that holds source/book.yaml."""
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("folder", metavar="[DIR]", default=".", type=kind)(function)


def profile_option(function: F) -> F:
    """``--profile NAME``, which may be given again."""
    text = "A profile of the manifest; may be given again."
    return click.option("--profile", "profiles", multiple=True, help=text)(function)


def voice_options(function: F) -> F:
    """``--quiet``, ``--verbose`` and ``--json``."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON event a line."),
        click.option("-v", "--verbose", is_flag=True, help="Say what is being done."),
        click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    ):
        function = option(function)
    return function


def reporter(*, quiet: bool, verbose: bool, as_json: bool) -> Reporter:
    """A reporter as the options ask for it."""
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other.")
    return Reporter(Voice.QUIET if quiet else Voice.VERBOSE if verbose else Voice.NORMAL, as_json=as_json)


class Formats(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """``pdf,epub,pptx``: one or several outputs."""

    name = "formats"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[OutputFormat, ...]:
        """A comma-separated list → formats in the order in which they are made."""
        if isinstance(value, tuple):
            return value
        names = [name.strip().lower() for name in str(value).split(",") if name.strip()]
        unknown = [name for name in names if name not in OUTPUT_FORMATS]
        if unknown or not names:
            self.fail(
                f"{unknown[0] if unknown else 'nothing'!r} is not one of {', '.join(OUTPUT_FORMATS)}",
                param,
                ctx,
            )
        return tuple(name for name in OUTPUT_FORMATS if name in names)


__all__ = ["Formats", "profile_option", "project_argument", "reporter", "voice_options"]
