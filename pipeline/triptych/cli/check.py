"""Check the source and the built outputs: ``triptych check``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import click

from triptych.cli.lifecycle import choose_exit_code
from triptych.cli.options import (
    CacheLocation,
    cache_option,
    jobs_option,
    limits_option,
    profile_option,
    project_argument,
    reporting_options,
)
from triptych.cli.report import Reporter, count_by_severity, format_counts
from triptych.diagnostics import Diagnostic, Span, group_findings, group_key, has_errors, sort_findings
from triptych.engine.processes.pool import count_processors
from triptych.project import BUILD_FOLDER, Project, to_text
from triptych.settings.manifest_reader import read_manifest

_SOURCE_ONLY = "Only the source was checked: no outputs found. Build the project first."
_NOT_PRINTED = "The preflight check was skipped: no PDF found. Build the PDF first, with the same profile."
_NOT_COMPARED = "The outputs were not compared with the source, because the source has errors."


@click.command()
@project_argument
@profile_option
@click.option("--preflight", is_flag=True, help="Run print preflight checks on the PDF and the cover.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--report",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write an HTML report that includes the EPUB's accessibility statements.",
)
@jobs_option()
@limits_option("trusted")
@cache_option
@reporting_options
@click.pass_context
def check(
    ctx: click.Context,
    folder: Path,
    profiles: tuple[str, ...],
    preflight: bool,
    strict: bool,
    page: Path | None,
    jobs: int | None,
    trusted: bool,
    cache: CacheLocation,
    report: Reporter,
) -> None:
    """Check the source of a project and the outputs that have been built.

    Outputs are compared with the source: missing content is reported unless the source excludes it. The PDF
    is checked for tags, links, fonts, contrast, reading order, PDF/UA and PDF/A; the EPUB with EPUBCheck and
    Ace, if installed; the deck for titles, reading order, alt text, contrast and legibility.

    With --preflight, the PDF and its cover are also checked for boxes, bleed, ink coverage, image resolution,
    hairlines and text near the trim edge.

    \b
    Example:
      triptych check my-report --preflight --report check.html
    """
    with report.show_progress():
        report.begin_stage("checking")
        project = Project(folder, trusted=trusted)
        found, notes = _check_source_and_outputs(
            project,
            profiles,
            jobs or count_processors(),
            cache.folder or project.records_folder,
            report,
            preflight,
        )
    found = sort_findings(found)
    report.report_findings(found)
    for note in notes:
        report.print_message(note, "note", text=note)
    if page is not None:
        from triptych.engine.publication import publish_files

        publish_files({page.resolve(): render_report(project, profiles, found, notes, page).encode()})
        report.print_message(str(page), "report", path=str(page))
    counted = format_counts(found)
    report.print_message(
        f"Found {counted}." if counted else "No findings.", "checked", **count_by_severity(found)
    )
    ctx.exit(choose_exit_code(found, strict=strict))


def _check_source_and_outputs(
    project: Project, profiles: tuple[str, ...], jobs: int, cache: Path, report: Reporter, preflight: bool
) -> tuple[list[Diagnostic], list[str]]:
    """Return all findings in the source and in each output, and notes.

    Notes are not about errors in the book, but for example about a missing validator or wordy slides.
    """
    from triptych.checks.parity import compare_outputs, find_omitted_blocks
    from triptych.cli.examination import examine_project
    from triptych.outputs import OUTPUTS
    from triptych.outputs.base import SourceContext

    examined = examine_project(project, profiles, jobs, cache, progress=report, with_preflight=preflight)
    results = examined.results or {}
    found = examined.findings + [problem for problems, _ in examined.files.values() for problem in problems]
    notes = [] if examined.files or preflight or has_errors(found) else [_SOURCE_ONLY]
    for name, path in examined.paths.items():
        notes += OUTPUTS[name].list_check_notes(path, results.get(name, ()))
    if preflight and not examined.preflight_results:
        notes.append(_NOT_PRINTED)
    if examined.book is None or examined.manifest is None:
        return found, notes
    is_complete = not has_errors(examined.findings)  # otherwise the source lacks content that outputs have
    rows = compare_outputs(examined.book, examined.texts) if examined.texts and is_complete else []
    lost = find_omitted_blocks(rows)
    if examined.texts and not is_complete:
        notes.append(_NOT_COMPARED)
    spans = [finding.span for finding in lost]
    source = SourceContext(examined.book, examined.manifest, rows, spans, project.read_bytes)
    for name, output in OUTPUTS.items():
        found += output.collect_check_findings(
            (*results.get(name, ()), *examined.preflight_results.get(name, ())), source
        )
    return found + lost, notes


def render_report(
    project: Project,
    profiles: tuple[str, ...],
    findings: Sequence[Diagnostic],
    notes: Sequence[str],
    report_path: Path,
) -> str:
    """Return a self-contained HTML report, with links to source files relative to ``report_path``."""
    from triptych.checks.epub.statements import list_statements
    from triptych.theme.templating import load_page_templates
    from triptych.theme.theme import load_theme

    manifest, _, _ = read_manifest(project, profiles)
    book = None
    if manifest and manifest.format.epub:
        path = project.root / BUILD_FOLDER / manifest.get_file_name("epub")
        book = path if path.is_file() else None
    up = Path(os.path.relpath(project.root, report_path.resolve().parent)).as_posix()

    def link(span: Span) -> str:
        return quote(os.fsencode(f"{up}/{span.path}")) + f"#L{span.line}"

    return (
        load_page_templates()
        .get_template("check/report.html.j2")
        .render(
            title=manifest.book.title if manifest else to_text(project.root.name),
            theme=load_theme(),
            entries=group_findings(findings, group_key),
            tally=format_counts(findings),
            notes=notes,
            link=link,
            file=book.name if book else "",
            sections=list_statements(book.read_bytes()) if book else (),
        )
    )
