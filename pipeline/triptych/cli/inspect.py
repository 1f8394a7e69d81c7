"""Report a project's numbering, and compare its outputs with the source: ``triptych inspect``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triptych.cli.lifecycle import ExitCode
from triptych.cli.options import (
    CacheLocation,
    cache_option,
    format_option,
    profile_option,
    project_argument,
)
from triptych.cli.report import Reporter
from triptych.engine.processes.pool import count_processors
from triptych.project import BUILD_FOLDER, Project

if TYPE_CHECKING:
    from triptych.checks.deck.talk import Talk
    from triptych.checks.parity import ParityReport
    from triptych.settings.manifest import Manifest


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
    cache: CacheLocation,
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
        print_talks(ctx, project, profiles, talk, as_json=as_json)
        return
    report = _make_report(ctx, project, profiles, cache.folder or project.records_folder, as_json=as_json)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    elif page is None:
        _print_report(report, project)
    if page is not None:
        _write_html_report(project, report, page)


def _make_report(
    ctx: click.Context, project: Project, profiles: tuple[str, ...], cache: Path, *, as_json: bool
) -> ParityReport:
    """Return the report that compares the outputs with the source.

    If the source has errors, report them and exit.
    """
    from triptych.checks.parity import ParityReport
    from triptych.cli.examination import examine_project

    examined = examine_project(project, profiles, count_processors(), cache)
    reporter = Reporter(root=project.root)
    if examined.book is None:
        if as_json:
            found = [reporter.to_json(diagnostic) for diagnostic in examined.findings]
            click.echo(json.dumps({"diagnostics": found}, ensure_ascii=False))
        else:
            reporter.report_findings(examined.findings)
        ctx.exit(ExitCode.SOURCE)
    for name in sorted(examined.book_outputs & examined.files.keys() - examined.texts.keys()):
        click.echo(f"{name}: the file is damaged; run `triptych check` for details", err=True)
    return ParityReport.compare(examined.book, examined.texts)


def _print_report(report: ParityReport, project: Project) -> None:
    """Print the numbers, the blocks that are simplified or left out, and how many are moved to notes."""
    from triptych.checks.parity import Outcome

    for line in report.numbered_elements:
        click.echo(f"{line.kind:<9}{line.number:<8}{line.id:<32}{line.title[:60]}")
    if not report.outputs:
        click.echo("\nNo outputs to compare: run `triptych build` first.")
        return
    click.echo()
    reporter = Reporter(root=project.root)
    for row in report.iter_reduced_rows():
        lesser = {
            name: outcome
            for name, outcome in row.outcomes.items()
            if outcome in (Outcome.LEFT_OUT, Outcome.SIMPLIFIED)
        }
        reasons = "; ".join(
            f"{name} {outcome}: {row.reasons.get(name, '')}" for name, outcome in lesser.items()
        )
        place = reporter.format_span(row.span) if row.span else ""
        click.echo(f"{place}  {row.kind}  “{row.words}”  {reasons}")
    for name in report.outputs:
        kinds: dict[str, list[str]] = {}
        for kind, reason, count in report.count_reasons(name, Outcome.MOVED):
            kinds.setdefault(reason, []).append(f"{count} × {kind}")
        for reason, counted in kinds.items():
            click.echo(f"{name} moved: {', '.join(counted)}: {reason}")
    for name in report.outputs:
        counts = report.count_outcomes(name)
        reasons = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
        click.echo(f"{name}: {len(report.rows)} blocks, {reasons}")


def _write_html_report(project: Project, report: ParityReport, path: Path) -> None:
    from triptych.engine.publication import publish_files
    from triptych.theme.templating import load_page_templates
    from triptych.theme.theme import load_theme

    text = report.to_html(load_page_templates(), load_theme(), root=project.root, page_path=path)
    publish_files({path.resolve(): text.encode()})
    click.echo(str(path), err=True)


_MAX_TITLE_LENGTH = 60  # maximum number of characters of a title


def print_talks(
    ctx: click.Context, project: Project, profiles: tuple[str, ...], talk_name: str | None, *, as_json: bool
) -> None:
    """Print the speaking times of the decks that have been built, the book's first, then those of ``talks:``.

    If ``talk_name`` is given, print only the times of that talk.
    """
    from triptych.settings.manifest_reader import read_manifest

    manifest, _, found = read_manifest(project, profiles, talk_name or "")
    unknown = [finding for finding in found if finding.code == "MAN007"]
    if manifest is None or unknown:
        Reporter(root=project.root).report_findings(unknown or found)
        ctx.exit(ExitCode.SOURCE)
    names = ("", *manifest.talks) if talk_name is None else (talk_name,)
    built = {name: (one, talk) for name, one, talk in _read_built_talks(project, profiles, names)}
    if as_json:
        facts = {
            name: {"pace": one.talk.pace, **talk.to_json(one.talk.pace)}
            for name, (one, talk) in built.items()
        }
        click.echo(json.dumps({"talks": facts}, ensure_ascii=False))
        return
    if not built:
        command = f"triptych build --talk {talk_name}" if talk_name else "triptych build"
        click.echo(f"No deck found: run `{command}` first.")
    for index, (one, talk) in enumerate(built.values()):
        if index:
            click.echo()
        _print_talk(one, talk)


def _read_built_talks(
    project: Project, profiles: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, Manifest, Talk]]:
    from triptych.checks.deck.package import UnreadablePackage
    from triptych.checks.deck.talk import read_talk
    from triptych.languages.labels import load_labels
    from triptych.settings.manifest_reader import read_manifest

    for name in names:
        manifest, _, _ = read_manifest(project, profiles, name)
        path = manifest and project.root / BUILD_FOLDER / manifest.get_file_name("pptx")
        if manifest and path and path.is_file():
            try:
                yield name, manifest, read_talk(path.read_bytes(), load_labels(manifest.language))
            except UnreadablePackage:
                click.echo(f"{path.name}: the file is damaged; run `triptych check` for details", err=True)


def _print_talk(manifest: Manifest, talk: Talk) -> None:
    """Print the word count and speaking time of each visible slide, the totals, and the hidden slides."""
    from triptych.languages.numerals import format_minutes

    pace, minutes = manifest.talk.pace, manifest.talk.minutes
    click.echo(f"{manifest.get_file_name('pptx')}, at {pace} words per minute")
    for slide in talk.visible_slides:
        title = (
            slide.title
            if len(slide.title) <= _MAX_TITLE_LENGTH
            else f"{slide.title[: _MAX_TITLE_LENGTH - 1]}…"
        )
        time = format_minutes(slide.compute_minutes(pace))
        click.echo(f"{slide.number:>4}  {title:<{_MAX_TITLE_LENGTH}}  {slide.word_count:>5}  {time:>6}")
    limit = f" of {minutes:g} min" if minutes else ""
    summed = f"{len(talk.visible_slides)} slides"
    click.echo(
        f"      {summed:<{_MAX_TITLE_LENGTH}}  {talk.word_count:>5}  "
        f"{format_minutes(talk.word_count / pace):>6}{limit}"
    )
    if talk.hidden_slides:
        click.echo(f"      {len(talk.hidden_slides)} hidden backup slides:")
        for slide in talk.hidden_slides:
            click.echo(f"{slide.number:>4}  {slide.title}")
