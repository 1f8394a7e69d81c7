"""``triptych new``: a project to start from."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from triptych.bundled_files import templates_folder


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def new(folder: Path) -> None:
    """Write a small project into DIR that builds as it is: a manifest, two sections, data, a source."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty.")
    shutil.copytree(templates_folder() / "new", folder, dirs_exist_ok=True)
    click.echo(f"Wrote {folder}/source with a manifest, two sections and a data file. Now run:")
    click.echo(f"  triptych build {folder}")
    click.echo("or, to see it while you write:")
    click.echo(f"  triptych preview {folder}")
