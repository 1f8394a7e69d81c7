"""Report a project's numbering, and compare its outputs with the source: ``triptych inspect``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
    trust_option,
)
from triptych.cli.report import Reporter
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import count_processors
from triptych.project import Project, UnsafePathError

if TYPE_CHECKING:
    from triptych.checks.deck.talk import Talk
    from triptych.checks.parity import ParityReport
    from triptych.settings.manifest import Manifest


@click.command()
@project_argument
@profile_option
@click.option("--talk", metavar="NAME", help="Print the estimated time of a talk listed under `talks:`.")
@click.option("--talks", is_flag=True, help="Print the speaking time of all built decks.")
@format_option("one JSON object")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an HTML report to FILE instead of printing text.",
)
@trust_option
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
    runs_filters: bool,
    cache: CacheLocation,
) -> None:
    """Report the numbering of a project and the content of its outputs.

    The report lists the numbers of figures, tables and other targets, then compares the outputs in build/
    with the source: for each block, it shows whether it was rendered, moved to the speaker notes,
    simplified or omitted, and why.

    \b
    Example:
      triptych inspect my-report --html report.html
    """
    project = Project(folder, runs_filters=runs_filters)
    if talks or talk is not None:
        if page is not None:
            raise click.UsageError("--talk and --talks cannot be used with --html.")
        store = Cache(cache.folder or project.records_folder)
        print_talks(ctx, project, profiles, talk, store, as_json=as_json)
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

    If the source has errors, or an output is a link to a place outside the project, report this and exit.
    """
    from triptych.checks.parity import ParityReport
    from triptych.cli.examination import examine_project

    examined = examine_project(project, profiles, count_processors(), cache)
    reporter = Reporter(root=project.root)
    if examined.book is None or examined.refused_outputs:
        findings = [*examined.refused_outputs, *(() if examined.book else examined.findings)]
        if as_json:
            facts = [reporter.to_json(diagnostic) for diagnostic in findings]
            click.echo(json.dumps({"diagnostics": facts}, ensure_ascii=False))
        else:
            reporter.report_findings(findings)
        ctx.exit(ExitCode.SOURCE)
    for name in sorted(examined.book_outputs & examined.files.keys() - examined.texts.keys()):
        click.echo(f"{name}: the file is damaged; run `triptych check` for details", err=True)
    return ParityReport.compare(examined.book, examined.texts)


def _print_report(report: ParityReport, project: Project) -> None:
    """Print the numbers, the blocks that are simplified or left out, and the number moved to notes."""
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
        for reason, reason_counts in kinds.items():
            click.echo(f"{name} moved: {', '.join(reason_counts)}: {reason}")
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
    ctx: click.Context,
    project: Project,
    profiles: tuple[str, ...],
    talk_name: str | None,
    cache: Cache,
    *,
    as_json: bool,
) -> None:
    """Print the speaking times of the built decks: first the book's, then those of ``talks:``.

    If ``talk_name`` is given, print only the times of that talk.
    """
    manifest = read_talk_manifest(ctx, project, profiles, talk_name or "")
    names = ("", *manifest.talks) if talk_name is None else (talk_name,)
    from triptych.checks.deck.fill import measure_deck_fill

    built = {
        name: (path, deck, talk, measure_deck_fill(data))
        for name, path, deck, talk, data in read_built_talks(project, profiles, names)
    }
    if as_json:
        facts = {
            name: {"pace": deck.talk.pace, **talk.to_json(deck.talk.pace, fills)}
            for name, (_, deck, talk, fills) in built.items()
        }
        click.echo(json.dumps({"talks": facts}, ensure_ascii=False))
        return
    if not built:
        command = f"triptych build --talk {talk_name}" if talk_name else "triptych build"
        click.echo(f"No deck found: run `{command}` first.")
    for index, (name, (path, deck, talk, fills)) in enumerate(built.items()):
        if index:
            click.echo()
        _print_talk(path, deck, talk)
        _print_sparse_slides(talk, fills)
        _print_titles_to_write(project, profiles, name, cache)


def read_talk_manifest(
    ctx: click.Context, project: Project, profiles: tuple[str, ...], talk_name: str
) -> Manifest:
    """Read the manifest of a talk. Report the errors and exit if it is damaged or the name is unknown."""
    from triptych.settings.manifest_reader import read_manifest

    manifest, _, findings = read_manifest(project, profiles, talk_name)
    unknown = [finding for finding in findings if finding.code == "MAN007"]
    if manifest is None or unknown:
        Reporter(root=project.root).report_findings(unknown or findings)
        ctx.exit(ExitCode.SOURCE)
    return manifest


def read_built_talks(
    project: Project, profiles: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, Path, Manifest, Talk, bytes]]:
    """Yield name, deck path, manifest, times and deck of each talk in ``names`` that was built."""
    from triptych.checks.deck.package import UnreadablePackageError
    from triptych.checks.deck.talk import read_talk
    from triptych.checks.deck.talk_times import read_talk_times
    from triptych.languages.labels import load_labels
    from triptych.settings.manifest_reader import read_manifest

    for name in names:
        manifest, _, _ = read_manifest(project, profiles, name)
        if manifest is None:
            continue
        try:
            path = project.find_output(manifest.get_file_name("pptx"))
        except UnsafePathError as error:
            click.echo(f"{error}; it is skipped", err=True)
            continue
        if path is not None:
            try:
                data = path.read_bytes()
                talk = read_talk(data, load_labels(manifest.language))
                measured = read_talk_times(read_talk_times_file(project), name)
                yield name, path, manifest, talk.use_measured_times(measured), data
            except UnreadablePackageError:
                click.echo(f"{path.name}: the file is damaged; run `triptych check` for details", err=True)


def read_talk_times_file(project: Project) -> str:
    """Return the text of ``talk-times.csv``, or "" if it is missing or unreadable."""
    from triptych.checks.deck.talk_times import FILE_NAME

    try:
        return project.read_text(FILE_NAME)
    except FileNotFoundError:
        return ""
    except (OSError, UnsafePathError, UnicodeDecodeError) as error:
        click.echo(f"{FILE_NAME} is ignored: {error}", err=True)
        return ""


def _shorten_title(title: str) -> str:
    return title if len(title) <= _MAX_TITLE_LENGTH else f"{title[: _MAX_TITLE_LENGTH - 1]}…"


def _print_talk(path: Path, manifest: Manifest, talk: Talk) -> None:
    """Print the word count and speaking time of each visible slide, the totals, and the hidden slides."""
    from triptych.languages.numerals import format_minutes

    pace, minutes = manifest.talk.pace, manifest.talk.minutes
    click.echo(f"{path.name}, at {pace} words per minute")
    for slide in talk.visible_slides:
        title = _shorten_title(slide.title)
        time = format_minutes(slide.compute_minutes(pace))
        mark = "" if slide.measured_seconds is None else "  rehearsed"
        click.echo(f"{slide.number:>4}  {title:<{_MAX_TITLE_LENGTH}}  {slide.word_count:>5}  {time:>6}{mark}")
    limit = f" of {minutes:g} min" if minutes else ""
    summed = f"{len(talk.visible_slides)} slides"
    click.echo(
        f"      {summed:<{_MAX_TITLE_LENGTH}}  {talk.word_count:>5}  "
        f"{format_minutes(talk.compute_minutes(pace)):>6}{limit}"
    )
    if talk.hidden_slides:
        click.echo(f"      {len(talk.hidden_slides)} hidden backup slides:")
        for slide in talk.hidden_slides:
            click.echo(f"{slide.number:>4}  {slide.title}")


def _print_sparse_slides(talk: Talk, fills: Mapping[int, float]) -> None:
    """Print the slides whose content fills less of the body frame than it should."""
    from triptych.checks.deck.fill import MIN_FILL

    sparse = [slide for slide in talk.visible_slides if fills.get(slide.number, 1.0) < MIN_FILL]
    if sparse:
        count = "1 slide is" if len(sparse) == 1 else f"{len(sparse)} slides are"
        click.echo(f"      {count} less than {MIN_FILL:.0%} full:")
    for slide in sparse:
        title, fill = _shorten_title(slide.title), fills[slide.number]
        click.echo(f"{slide.number:>4}  {title:<{_MAX_TITLE_LENGTH}}  {fill:>5.0%}")


def _print_titles_to_write(project: Project, profiles: tuple[str, ...], talk_name: str, cache: Cache) -> None:
    """Print the places of the content whose slides have a heading or caption instead of a statement."""
    from triptych.outputs.pptx import list_slides_without_statement
    from triptych.stages import read_project
    from triptych.theme.templating import load_page_templates

    manifest, book, _ = read_project(project, cache, profiles, talk=talk_name)
    if manifest is None or book is None:
        return
    templates = load_page_templates(project.find_templates_folder())
    slides = list_slides_without_statement(book, manifest, templates)
    if slides:
        click.echo(f"      to write: {'1 title' if len(slides) == 1 else f'{len(slides)} titles'}")
    reporter = Reporter(root=project.root)
    for slide in slides:
        place = reporter.format_span(slide.span) if slide.span else ""
        click.echo(f"      {place}  {slide.title}")
