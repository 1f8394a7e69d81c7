"""``triptych check``: look for mistakes in the source and in the finished files."""

from __future__ import annotations

from pathlib import Path

import click

from triptych.cli.options import profile_option, project_argument, reporter, voice_options
from triptych.cli.report import count
from triptych.diagnostics import Diagnostic, Severity, has_errors, ordered
from triptych.engine.workers import default_jobs
from triptych.project import Project


@click.command(short_help="Look for mistakes in source and outputs.")
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
    warning, unless the author said so. The PDF is looked at closely: tags, links, fonts, contrast,
    the order in which it is read, and the rules of PDF/UA and, where it claims to keep them, of PDF/A.
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
    """All that is wrong with the source, with each file, and with what a file has of the source."""
    from triptych.checks.parity import lost, parity
    from triptych.cli.examining import examine

    examined = examine(project, profiles, jobs, closely=True)
    found = examined.found + [problem for problems, _ in examined.files.values() for problem in problems]
    if examined.book is None:
        return found
    gone = lost(parity(examined.book, examined.texts)) if examined.texts else []
    if examined.pdf is not None:
        from triptych.checks.pdf.placing import placed

        found += placed(examined.pdf, examined.book, [finding.span for finding in gone])
    return found + gone
