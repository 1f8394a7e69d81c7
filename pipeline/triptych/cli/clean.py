"""``triptych clean``: remove outputs and the cache."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from triptych.cli.options import Address, cache_option, project_argument, select_cache_folder
from triptych.cli.report import Reporter, display_path, format_count
from triptych.cli.surroundings import ExitCode
from triptych.engine.freshness import find_build_links, recorded_outputs
from triptych.engine.seals import is_sealed
from triptych.engine.store.pruning import empty_cache
from triptych.formats import FORMATS
from triptych.project import BUILD_FOLDER, Project, is_link
from triptych.settings.reading import BUILT_IN_PROFILES, read_manifest


@click.command()
@project_argument
@click.option("--cache", "cache_alone", is_flag=True, help="Clear only the cache; keep the output files.")
@cache_option
@click.pass_context
def clean(ctx: click.Context, folder: Path, cache_alone: bool, cache_dir: Path | Address | None) -> None:
    """Remove the outputs and the cache of a project.

    Outputs that were edited by hand, and all other files in build/, are kept. A shared cache (--cache-dir)
    is emptied only with --cache.

    \b
    Example:
      triptych clean my-report
    """
    project = Project(folder)
    _stop_at_links(ctx, project, cache_alone=cache_alone, cache_dir=cache_dir)
    if cache_alone:
        gone = empty_cache(select_cache_folder(project, cache_dir))
        click.echo(f"Removed {format_count(gone, 'cached result')}." if gone else "Nothing to remove.")
        return
    build, cache = project.root / BUILD_FOLDER, project.records
    outputs = [path for path in sorted(_outputs(project)) if path.is_file()]
    removed = [path for path in outputs if is_sealed(path.read_bytes())]
    for path in removed:
        path.unlink()
    if is_link(cache) or cache.is_file():
        cache.unlink()  # and not what the link leads to
        removed.append(cache)
    elif cache.is_dir():
        shutil.rmtree(cache)
        removed.append(cache)
    if build.is_dir() and not any(build.iterdir()):
        build.rmdir()
    for path in outputs:
        if path not in removed:
            click.echo(f"Kept {display_path(path)}: the file was edited after the build.")
    click.echo(f"Removed {format_count(len(removed), 'item')}." if removed else "Nothing to remove.")


def _stop_at_links(
    ctx: click.Context, project: Project, *, cache_alone: bool, cache_dir: Path | Address | None
) -> None:
    """Remove nothing through a link: end with SEC005, unless it can be removed itself or is not looked at."""
    found = find_build_links(project)
    is_cache = is_link(project.records) or project.records.is_file()
    leads_out = bool(found) and not is_cache
    if leads_out or (found and cache_alone and not isinstance(cache_dir, Path)):
        Reporter(root=project.root).diagnostics(found)
        ctx.exit(ExitCode.SOURCE)


def _outputs(project: Project) -> set[Path]:
    """The outputs of all profiles in the build folder; those of several together are known from records."""
    build = project.root / BUILD_FOLDER
    manifest, _, _ = read_manifest(project)
    if manifest is None:
        return set()
    variants = ((), *((name,) for name in (*BUILT_IN_PROFILES, *manifest.profiles)))
    read = (read_manifest(project, profiles)[0] for profiles in variants)
    named = {build / variant.file_name(name) for variant in read if variant for name in FORMATS}
    named |= {build / variant.wrap_name() for variant in read if variant and variant.is_wrapped}
    return named | {path for path in recorded_outputs(project.records) if path.parent == build}
