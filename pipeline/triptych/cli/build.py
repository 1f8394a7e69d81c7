"""``triptych build``: build the outputs of a project."""

from __future__ import annotations

from pathlib import Path

import click

from triptych.cli.building import build_once
from triptych.cli.options import (
    Address,
    cache_option,
    formats_option,
    jobs_option,
    limits_option,
    profile_option,
    project_argument,
    reporter,
    select_cache_address,
    select_cache_folder,
    voice_options,
)
from triptych.formats import OutputFormat
from triptych.project import BUILD_FOLDER, Project
from triptych.request import Request


@click.command()
@project_argument
@formats_option()
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    show_default="DIR/build",
    help="Output folder.",
)
@profile_option
@click.option("--talk", metavar="NAME", default="", help="Build the deck for a talk listed under `talks:`.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@jobs_option()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.option("--watch", is_flag=True, help="Rebuild after each change; stop with Ctrl-C.")
@click.option("--explain", is_flag=True, help="Report which steps ran and which inputs changed.")
@limits_option("trusted")
@cache_option
@voice_options
@click.pass_context
def build(
    ctx: click.Context,
    folder: Path,
    formats: tuple[OutputFormat, ...] | None,
    output_dir: Path | None,
    profiles: tuple[str, ...],
    talk: str,
    strict: bool,
    jobs: int | None,
    force: bool,
    watch: bool,
    explain: bool,
    trusted: bool,
    cache_dir: Path | Address | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    lists_all: bool,
) -> None:
    """Build the PDF, the EPUB and the PowerPoint deck of a project.

    DIR is the folder that contains source/book.yaml (default: the current one). If the source has errors,
    nothing is written and earlier outputs are kept.

    \b
    Example:
      triptych build my-report --to pdf,epub --strict
    """
    report = reporter(folder, quiet=quiet, verbose=verbose, as_json=as_json, lists_all=lists_all)
    project = Project(folder, trusted=trusted)
    request = Request(
        output_folder=(output_dir or project.root / BUILD_FOLDER).resolve(),
        formats=formats,
        cache_folder=select_cache_folder(project, cache_dir),
        cache_address=select_cache_address(cache_dir),
        records_folder=project.records,
        strict=strict,
        jobs=jobs or 0,
        profiles=profiles,
        talk=talk,
        explained=explain,
    )
    if watch:
        from triptych.cli.rebuilding import build_after_changes

        build_after_changes(project, request, report, force=force)
    ctx.exit(build_once(project, request, report, force=force).code)
