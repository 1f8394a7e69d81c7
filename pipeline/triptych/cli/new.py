"""``triptych new``: create a project."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from triptych.bundled_files import templates_folder


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
