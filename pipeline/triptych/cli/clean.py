"""Remove outputs and the cache: ``triptych clean``."""

from __future__ import annotations

from pathlib import Path

import click

from triptych.cli.lifecycle import ExitCode
from triptych.cli.options import CacheLocation, cache_option, project_argument
from triptych.cli.report import Reporter, format_count, format_path
from triptych.engine.build_records import check_build_folder, is_unchanged_output, list_recorded_outputs
from triptych.engine.files import remove_folder
from triptych.engine.store.pruning import empty_cache
from triptych.formats import FORMATS
from triptych.project import BUILD_FOLDER, Project, is_link
from triptych.settings.manifest_reader import BUILT_IN_PROFILES, read_manifest


@click.command()
@project_argument
@click.option("--cache", "cache_alone", is_flag=True, help="Clear only the cache; keep the output files.")
@cache_option
@click.pass_context
def clean(ctx: click.Context, folder: Path, cache_alone: bool, cache: CacheLocation) -> None:
    """Remove the outputs and the cache of a project.

    Outputs that were edited by hand, and all other files in build/, are kept. A shared cache (--cache-dir)
    is emptied only with --cache.

    \b
    Example:
      triptych clean my-report
    """
    project = Project(folder)
    _refuse_links(ctx, project, cache_alone=cache_alone, cache=cache)
    if cache_alone:
        removed_count = empty_cache(cache.folder or project.records_folder)
        click.echo(
            f"Removed {format_count(removed_count, 'cached result')}."
            if removed_count
            else "Nothing to remove."
        )
        return
    build, records = project.root / BUILD_FOLDER, project.records_folder
    outputs = [path for path in sorted(_list_possible_outputs(project)) if path.is_file()]
    removed = [path for path in outputs if is_unchanged_output(path.read_bytes(), records)]
    for path in removed:
        path.unlink()
    if is_link(records) or records.is_file():
        records.unlink()  # the target of a link is kept
        removed.append(records)
    elif records.is_dir():
        remove_folder(records)
        removed.append(records)
    if build.is_dir() and not any(build.iterdir()):
        build.rmdir()
    for path in outputs:
        if path not in removed:
            click.echo(f"Kept {format_path(path)}: the file was edited after the build.")
    click.echo(f"Removed {format_count(len(removed), 'item')}." if removed else "Nothing to remove.")


def _refuse_links(ctx: click.Context, project: Project, *, cache_alone: bool, cache: CacheLocation) -> None:
    """Report SEC005 and exit if files would be removed through a symbolic link.

    A link in place of the cache folder is not reported if the link itself will be removed.
    """
    findings = check_build_folder(project)
    is_cache = is_link(project.records_folder) or project.records_folder.is_file()
    if findings and (not is_cache or (cache_alone and not cache.folder)):
        Reporter(root=project.root).report_findings(findings)
        ctx.exit(ExitCode.SOURCE)


def _list_possible_outputs(project: Project) -> set[Path]:
    """Return all possible output files in the build folder, from profiles and from build records.

    Outputs of builds that combine profiles are listed only in the records.
    """
    build = project.root / BUILD_FOLDER
    manifest, _, _ = read_manifest(project)
    if manifest is None:
        return set()
    variants = ((), *((name,) for name in (*BUILT_IN_PROFILES, *manifest.profiles)))
    manifests = (read_manifest(project, profiles)[0] for profiles in variants)
    paths = {
        build / variant.get_file_name(name)
        for variant in manifests
        if variant
        for name in {*FORMATS, *variant.formats}
    }
    paths |= {
        build / variant.get_cover_file_name()
        for variant in manifests
        if variant and variant.has_separate_cover
    }
    return paths | {path for path in list_recorded_outputs(project.records_folder) if path.parent == build}
