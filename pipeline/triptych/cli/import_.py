"""``triptych import``: a project from a book of another kind."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from triptych.cli.options import format_option, limits_option
from triptych.cli.reports.report import Reporter, count
from triptych.cli.surroundings import ExitCode


@click.command("import")
@click.argument("source", metavar="SRC", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="DEST", type=click.Path(file_okay=False, path_type=Path))
@format_option("one JSON event a line")
@limits_option("strict")
@click.pass_context
def import_(ctx: click.Context, source: Path, folder: Path, as_json: bool, trusted: bool) -> None:
    """Turn the book in SRC into a project in DEST that builds, and say what could not be carried over.

    SRC is an mdBook, a Quarto book, a bookdown book, a HonKit or GitBook book, a folder of Markdown files,
    a single Markdown file of any ending, or a Word document. What could not be carried over stands in
    DEST/import-notes.txt.
    """
    from triptych.importing import NoBook, import_into, notes

    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty.")
    try:
        imported = import_into(folder, source, trusted=trusted)
    except NoBook as error:
        root = source if source.is_dir() else source.parent
        Reporter(as_json=as_json, root=root).diagnostics([error.finding])
        ctx.exit(ExitCode.SOURCE)
    if as_json:
        for finding in imported.findings:
            click.echo(json.dumps({"event": "finding", **asdict(finding)}, ensure_ascii=False))
        details = {"kind": imported.kind, "sections": imported.sections, "findings": len(imported.findings)}
        click.echo(json.dumps({"event": "imported", **details, "path": str(folder)}, ensure_ascii=False))
        return
    for line in notes.summary(imported.findings):
        click.echo(line, err=True)
    told = ""
    if imported.findings:
        told = f", with {count(len(imported.findings), 'note')}, all in {folder / notes.FILE}"
    click.echo(f"Imported {count(imported.sections, 'section')} from {imported.kind}{told}. Now run:")
    click.echo(f"  triptych build {folder}")
