"""``triptych clean``: remove what was built."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from triptych.cli.options import project_argument
from triptych.manifest import BUILT_IN_PROFILES, read_manifest
from triptych.project import BUILD_FOLDER, OUTPUT_FORMATS, Project


@click.command(short_help="Remove what was built.")
@project_argument
def clean(folder: Path) -> None:
    """Remove the outputs and the cache of the project in DIR; other files in build/ stay."""
    project = Project(folder)
    manifest, _, _ = read_manifest(project)
    build = project.root / BUILD_FOLDER
    doomed = [build / f"{manifest.stem}.{name}" for name in OUTPUT_FORMATS] if manifest else []
    special = [f"{name}.{output}" for name, (output, _) in BUILT_IN_PROFILES.items()]
    doomed += [build / f"{manifest.stem}-{ending}" for ending in special] if manifest else []
    removed = [path for path in doomed if path.is_file()]
    for path in removed:
        path.unlink()
    cache = build / ".cache"
    if cache.is_symlink():
        cache.unlink()  # the link is ours, what it leads to is not
        removed.append(cache)
    elif cache.is_dir():
        shutil.rmtree(cache)
        removed.append(cache)
    if build.is_dir() and not any(build.iterdir()):
        build.rmdir()
    click.echo(f"Removed {len(removed)} files and folders." if removed else "Nothing to remove.")
