"""``triptych inspect``: the numbering table and the parity report of a built project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triptych.cli.options import (
    Address,
    cache_of,
    cache_option,
    format_option,
    profile_option,
    project_argument,
)
from triptych.cli.reports.report import Reporter
from triptych.cli.reports.talks import show_talks
from triptych.cli.surroundings import ExitCode
from triptych.engine.processes.pool import default_jobs
from triptych.project import Project

if TYPE_CHECKING:
    from triptych.checks.parity import Report


@click.command()
@project_argument
@profile_option
@click.option("--talk", metavar="NAME", help="Print the speaking time of one talk from `talks:`.")
@click.option("--talks", is_flag=True, help="Print the speaking time of all built decks.")
@format_option("one JSON object")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an HTML report to FILE instead of printing text.",
)
@cache_option
@click.pass_context
def inspect(
    ctx: click.Context,
    folder: Path,
    profiles: tuple[str, ...],
    talk: str | None,
    talks: bool,
    as_json: bool,
    page: Path | None,
    cache_dir: Path | Address | None,
) -> None:
    """Report the numbering of a project and the content of its outputs.

    The report lists the numbers of figures, tables and other targets, then compares the outputs in build/
    with the source: each block is rendered, moved to the speaker's notes, simplified or left out, with the
    reason.

    \b
    Example:
      triptych inspect my-report --html report.html
    """
    project = Project(folder)
    if talks or talk is not None:
        if page is not None:
            raise click.UsageError("--talk and --talks cannot be used with --html.")
        show_talks(ctx, project, profiles, talk, as_json=as_json)
        return
    report = _report(ctx, project, profiles, cache_of(project, cache_dir), as_json=as_json)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    elif page is None:
        _print(report, project)
    if page is not None:
        _write_page(project, report, page)


def _report(
    ctx: click.Context, project: Project, profiles: tuple[str, ...], cache: Path, *, as_json: bool
) -> Report:
    """The report; the command ends where the source cannot be read at all."""
    from triptych.checks.parity import Report
    from triptych.cli.examining import examine

    examined = examine(project, profiles, default_jobs(), cache)
    speaker = Reporter(root=project.root)
    if examined.book is None:
        if as_json:
            found = [speaker.to_json(diagnostic) for diagnostic in examined.found]
            click.echo(json.dumps({"diagnostics": found}, ensure_ascii=False))
        else:
            speaker.diagnostics(examined.found)
        ctx.exit(ExitCode.SOURCE)
    for name in sorted(examined.whole & examined.files.keys() - examined.texts.keys()):
        click.echo(f"{name}: the file is damaged; run `triptych check` for details", err=True)
    return Report.of(examined.book, examined.texts)


def _print(report: Report, project: Project) -> None:
    """Numbers, then what is not simply there: one by one what is less, by reasons what is said."""
    from triptych.checks.parity import Outcome

    for line in report.numbers:
        click.echo(f"{line.kind:<9}{line.number:<8}{line.id:<32}{line.title[:60]}")
    if not report.outputs:
        click.echo("\nNo outputs to compare: run `triptych build` first.")
        return
    click.echo()
    speaker = Reporter(root=project.root)
    for row in report.less():
        lesser = {
            name: outcome
            for name, outcome in row.outcomes.items()
            if outcome in (Outcome.LEFT_OUT, Outcome.SIMPLIFIED)
        }
        reasons = "; ".join(
            f"{name} {outcome}: {row.reasons.get(name, '')}" for name, outcome in lesser.items()
        )
        click.echo(f"{speaker.place(row.span) if row.span else ''}  {row.kind}  “{row.words}”  {reasons}")
    for name in report.outputs:
        kinds: dict[str, list[str]] = {}
        for kind, reason, count in report.reasons(name, Outcome.MOVED):
            kinds.setdefault(reason, []).append(f"{count} × {kind}")
        for reason, counted in kinds.items():
            click.echo(f"{name} moved: {', '.join(counted)}: {reason}")
    for name in report.outputs:
        counts = report.counts(name)
        reasons = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
        click.echo(f"{name}: {len(report.rows)} blocks, {reasons}")


def _write_page(project: Project, report: Report, page: Path) -> None:
    from triptych.engine.publication import publish
    from triptych.theme.templating import page_templates
    from triptych.theme.theme import load_theme

    text = report.to_page(page_templates(), load_theme(), root=project.root, page=page)
    publish({page.resolve(): text.encode()})
    click.echo(str(page), err=True)
