"""``triptych template``: inspect a PowerPoint template before a deck is built with it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from triptych.cli.options import format_option
from triptych.cli.surroundings import ExitCode
from triptych.project import LARGEST_FILE


@click.group()
def template() -> None:
    """Inspect a PowerPoint template.

    \b
    Example:
      triptych template inspect brand.potx
    """


@template.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option("one JSON object")
@click.pass_context
def inspect(ctx: click.Context, file: Path, as_json: bool) -> None:
    """List the layouts of a template.

    FILE is a .pptx or .potx file. Each layout is listed with its placeholders, fonts and colours, and with
    the kinds of slides that use it. To use another layout for a kind of slide, set `layouts:` under
    `format: pptx:` in book.yaml.

    \b
    Example:
      triptych template inspect brand.potx
    """
    from triptych.media.presentations import refusals
    from triptych.writers.deck.template.inspection import report_on

    if file.stat().st_size > LARGEST_FILE:
        raise click.UsageError(f"{file} is larger than the limit of {LARGEST_FILE >> 20} MB.")
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
    ctx.exit(ExitCode.SOURCE if report.without_layout else ExitCode.SUCCESS)
