"""``triptych check``: look for mistakes in the source and in the finished files."""

from __future__ import annotations

from pathlib import Path

import click

from triptych.cli.options import profile_option, project_argument, reporter, voice_options
from triptych.cli.report import count
from triptych.diagnostics import Diagnostic, Severity, has_errors, ordered
from triptych.engine.workers import default_jobs, workers
from triptych.project import BUILD_FOLDER, Project


@click.command()
@project_argument
@profile_option
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Processes to use. Default: one a processor.")
@voice_options
@click.pass_context
def check(
    ctx: click.Context,
    folder: Path,
    profiles: tuple[str, ...],
    strict: bool,
    jobs: int | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Check the source of the project in DIR, and its outputs where they have been built.

    The outputs are opened again, and compared with the source: what is in it and not in them is a
    warning, unless the author said so.
    """
    report = reporter(quiet=quiet, verbose=verbose, as_json=as_json)
    with report.running():
        report.stage("checking")
        found = ordered(_findings(Project(folder), profiles, jobs or default_jobs()))
    report.diagnostics(found)
    errors = sum(d.severity is Severity.ERROR for d in found)
    said = " and ".join(count(n, w) for n, w in ((errors, "error"), (len(found) - errors, "warning")) if n)
    report.say(
        f"Found {said}." if said else "No finding.", "checked", errors=errors, warnings=len(found) - errors
    )
    ctx.exit(1 if has_errors(found, strict=strict) else 0)


def _findings(project: Project, profiles: tuple[str, ...], jobs: int) -> list[Diagnostic]:
    """All that is wrong; the files are opened in other processes while the source is read."""
    from triptych.checks.parity import lost, parity
    from triptych.checks.reopening import reopen
    from triptych.engine.cache import Cache
    from triptych.engine.memory import uncollected
    from triptych.manifest import read_manifest
    from triptych.press import read

    manifest, _, _ = read_manifest(project, profiles)
    paths = (
        {name: project.root / BUILD_FOLDER / f"{manifest.stem}.{name}" for name in manifest.formats}
        if manifest
        else {}
    )
    with uncollected(), workers(jobs + 1 if jobs > 1 else 1) as executor:
        opened = {name: executor.submit(reopen, name, path) for name, path in paths.items() if path.is_file()}
        _, book, found = read(project, Cache(project.root / BUILD_FOLDER / ".cache"), profiles)
        files = {name: future.result() for name, future in opened.items()}
        found += [problem for problems, _ in files.values() for problem in problems]
        texts = {str(name): text for name, (_, text) in files.items() if text is not None}
        return found + lost(parity(book, texts)) if book is not None and texts else found
