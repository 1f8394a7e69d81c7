"""``triptych template``: what there is to know of a PowerPoint template before a deck is built with it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from triptych.cli.options import format_option
from triptych.cli.surroundings import ExitCode
from triptych.project import LARGEST_FILE


@click.group()
def template() -> None:
    """Look at a PowerPoint file that is to be the template of a deck."""


@template.command(short_help="Show layouts, and what slides take of them.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option("one JSON object")
@click.pass_context
def inspect(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Show the layouts of FILE, a .pptx or .potx: placeholders, fonts, colours, and which slides take which.

    The kinds of slides are what `layouts:` under `format: pptx:` in the manifest may name a layout for.
    """
    from triptych.media.presentations import refusals
    from triptych.writers.deck.template.inspection import report_on

    if file.stat().st_size > LARGEST_FILE:
        raise click.UsageError(f"{file} is larger than {LARGEST_FILE >> 20} MB.")
    data = file.read_bytes()
    if found := refusals(data):
        if as_json:
            refused = [{"message": refusal.message, "hint": refusal.hint} for refusal in found]
            click.echo(json.dumps({"refusals": refused}, ensure_ascii=False))
        for refusal in () if as_json else found:
            click.echo(f"{file}: {refusal.message}", err=True)
            if refusal.hint:
                click.echo(f"  hint: {refusal.hint}", err=True)
        ctx.exit(ExitCode.SOURCE)
    report = report_on(data)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(report.lines()))
    ctx.exit(ExitCode.SOURCE if report.unserved else ExitCode.SUCCESS)
