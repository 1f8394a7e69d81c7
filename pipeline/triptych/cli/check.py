"""``triptych check``: look for mistakes in the source and in the finished files."""

from __future__ import annotations

from pathlib import Path

import click

from triptych.cli.options import profile_option, project_argument, reporter, voice_options
from triptych.cli.report import count
from triptych.diagnostics import Severity, has_errors, ordered
from triptych.project import BUILD_FOLDER, Project


@click.command(short_help="Look for mistakes in source and outputs.")
@project_argument
@profile_option
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@voice_options
@click.pass_context
def check(
    ctx: click.Context,
    folder: Path,
    profiles: tuple[str, ...],
    strict: bool,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Check the source of the project in DIR, and its outputs where they have been built."""
    from triptych.checks import CHECKS
    from triptych.checks.parity import lost, parity
    from triptych.checks.texts import TEXTS, FileText
    from triptych.engine.cache import Cache
    from triptych.press import read

    report = reporter(quiet=quiet, verbose=verbose, as_json=as_json)
    project = Project(folder)
    with report.running():
        report.stage("reading")
        manifest, book, found = read(project, Cache(project.root / BUILD_FOLDER / ".cache"), profiles)
        report.stage("checking")
        texts: dict[str, FileText] = {}
        for name in manifest.formats if manifest else ():
            path = project.root / BUILD_FOLDER / f"{manifest.stem}.{name}" if manifest else Path()
            if path.is_file():
                data = path.read_bytes()
                problems = CHECKS[name](data)
                found += problems
                if not problems:  # the text of a damaged file says nothing
                    texts[str(name)] = TEXTS[name](data)
        if book is not None and texts:
            found += lost(parity(book, texts))
    found = ordered(found)
    report.diagnostics(found)
    errors = sum(d.severity is Severity.ERROR for d in found)
    said = " and ".join(count(n, w) for n, w in ((errors, "error"), (len(found) - errors, "warning")) if n)
    report.say(
        f"Found {said}." if said else "No finding.", "checked", errors=errors, warnings=len(found) - errors
    )
    ctx.exit(1 if has_errors(found, strict=strict) else 0)
