"""``triptych new`` and ``triptych import``: create a project."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from triptych.bundled_files import templates_folder
from triptych.cli.options import all_option, format_option, limits_option
from triptych.cli.reports.report import Reporter, count, more
from triptych.cli.surroundings import ExitCode
from triptych.diagnostics import grouped
from triptych.diagnostics.grouping import Entry


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def new(folder: Path) -> None:
    """Create a project in DIR, ready to build.

    The project has a manifest, two sections, a data file and a bibliography.

    \b
    Example:
      triptych new my-report
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty.")
    shutil.copytree(templates_folder() / "new", folder, dirs_exist_ok=True)
    click.echo(f"Created {folder}/source with a manifest, two sections and a data file. To build it, run:")
    click.echo(f"  triptych build {folder}")
    click.echo("To see the outputs while you write, run:")
    click.echo(f"  triptych preview {folder}")


@click.command("import")
@click.argument("source", metavar="SRC", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="DEST", type=click.Path(file_okay=False, path_type=Path))
@limits_option("strict", "Set the limits on time and memory; trusted: ten times as high.")
@all_option
@format_option("one JSON event per line")
@click.pass_context
def import_(
    ctx: click.Context, source: Path, folder: Path, trusted: bool, lists_all: bool, as_json: bool
) -> None:
    """Convert the book in SRC into a project in DEST.

    SRC is an mdBook, Quarto, bookdown, HonKit or GitBook project, a folder of Markdown files, a single
    Markdown file with any extension, or a Word document (.docx). Content that cannot be converted is
    reported and listed in DEST/import-notes.txt.

    \b
    Example:
      triptych import my-quarto-book my-report
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
            place = {"path": finding.path, "line": finding.line, "column": finding.column}
            event = {"event": "finding", **place, "message": finding.what, "action": finding.done}
            click.echo(json.dumps(event, ensure_ascii=False))
        details = {"kind": imported.kind, "sections": imported.sections, "findings": len(imported.findings)}
        click.echo(json.dumps({"event": "imported", **details, "path": str(folder)}, ensure_ascii=False))
        return
    findings = imported.findings
    for entry in map(Entry, findings) if lists_all else grouped(findings, notes.kind_of):
        click.echo(entry.first, err=True)
        for other in entry.also:
            click.echo(f"  also: {other.place}: {other.what}", err=True)
        if entry.rest:
            click.echo(more(entry), err=True)
    listed = f" with {count(len(findings), 'note')}, listed in {folder / notes.FILE}" if findings else ""
    click.echo(f"Imported {count(imported.sections, 'section')} from {imported.kind}{listed}.")
    click.echo(f"To build the project, run:\n  triptych build {folder}")
