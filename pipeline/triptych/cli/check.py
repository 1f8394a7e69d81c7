"""Check the source and the built outputs: ``triptych check``."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import click

from triptych.cli.lifecycle import choose_exit_code
from triptych.cli.options import (
    CacheLocation,
    ProjectSelection,
    cache_option,
    jobs_option,
    limits_option,
    profile_option,
    projects_argument,
    reporting_options,
    trust_option,
)
from triptych.cli.report import Reporter, count_by_severity, format_counts
from triptych.diagnostics import Diagnostic, Span, group_findings, group_key, has_errors, sort_findings
from triptych.engine.processes.pool import count_processors
from triptych.project import MANIFEST, Project, UnsafePathError, to_text
from triptych.settings.manifest_reader import read_manifest

_SOURCE_ONLY = "Only the source was checked: no outputs found. Build the project first."
_NO_PDF_NOTE = "The preflight check was skipped: no PDF found. Build the PDF first, with the same profile."
_NO_COMPARISON_NOTE = "The outputs were not compared with the source, because the source has errors."


@click.command()
@projects_argument
@profile_option
@click.option(
    "--source",
    "source_only",
    is_flag=True,
    is_eager=True,
    help="Check only the source, not the outputs.",
)
@click.option("--preflight", is_flag=True, help="Run preflight checks on the PDF and the cover.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--report",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write an HTML report with all findings.",
)
@jobs_option()
@limits_option("trusted")
@trust_option
@cache_option
@reporting_options()
@click.pass_context
def check(
    ctx: click.Context,
    projects: ProjectSelection,
    profiles: tuple[str, ...],
    source_only: bool,
    preflight: bool,
    strict: bool,
    page: Path | None,
    jobs: int | None,
    trusted: bool,
    runs_filters: bool,
    cache: CacheLocation,
    report: Reporter,
) -> None:
    """Check the source and the built outputs of a project.

    Outputs are compared with the source. The PDF is checked for tags, links, fonts, contrast, reading order,
    PDF/UA and PDF/A; the EPUB with EPUBCheck and Ace, if installed; the deck for titles, reading order, alt
    text, contrast and legibility.

    With --preflight, page boxes, bleed, total ink coverage, image resolution, hairlines and text near the
    trim edge are checked, too.

    With --source, only the source is checked. A file selects the project that contains it; files outside any
    project are skipped.

    \b
    Examples:
      triptych check my-report --preflight --report check.html
      triptych check --source my-report/source/introduction.md
    """
    if source_only:
        if preflight or page is not None:
            raise click.UsageError("--source cannot be used with --preflight or --report.")
        findings = _check_sources(
            projects, profiles, cache, report, trusted=trusted, runs_filters=runs_filters
        )
        _report_result(findings, report)
        ctx.exit(choose_exit_code(findings, strict=strict))
    (folder,) = projects.folders
    with report.show_progress():
        report.begin_stage("checking")
        project = Project(folder, trusted=trusted, runs_filters=runs_filters)
        findings, notes = _check_source_and_outputs(
            project,
            profiles,
            jobs or count_processors(),
            cache.folder or project.records_folder,
            report,
            preflight,
        )
    findings = sort_findings(findings)
    report.report_findings(findings)
    for note in notes:
        report.print_message(note, "note", text=note)
    if page is not None:
        from triptych.engine.publication import publish_files

        publish_files({page.resolve(): render_report(project, profiles, findings, notes, page).encode()})
        report.print_message(str(page), "report", path=str(page))
    _report_result(findings, report)
    ctx.exit(choose_exit_code(findings, strict=strict))


def _report_result(findings: Sequence[Diagnostic], report: Reporter) -> None:
    counts = format_counts(findings)
    report.print_message(
        f"Found {counts}." if counts else "No findings.", "checked", **count_by_severity(findings)
    )


def _check_sources(
    projects: ProjectSelection,
    profiles: tuple[str, ...],
    cache: CacheLocation,
    report: Reporter,
    *,
    trusted: bool,
    runs_filters: bool,
) -> list[Diagnostic]:
    """Read the sources of projects; report and return all findings."""
    from triptych.engine.cache import Cache
    from triptych.stages import read_project

    findings: list[Diagnostic] = []
    with report.show_progress():
        report.begin_stage("reading")
        for folder in projects.folders:
            project = Project(folder, trusted=trusted, runs_filters=runs_filters)
            store = Cache(cache.folder or project.records_folder)
            _, _, problems = read_project(project, store, profiles)
            prefix = os.path.relpath(folder.absolute(), projects.root)
            findings += [relocate_finding(problem, prefix) for problem in (*store.take_findings(), *problems)]
    findings = sort_findings(findings)
    report.report_findings(findings)
    for path in projects.other_files:
        note = f"Skipped {to_text(str(path))}: no folder above it contains {MANIFEST}."
        report.print_message(note, "note", text=note)
    return findings


def relocate_finding(finding: Diagnostic, folder: str) -> Diagnostic:
    """Prepend a folder to the path of a finding."""
    if finding.span is None:
        return finding
    path = posixpath.normpath(posixpath.join(Path(folder).as_posix(), finding.span.path))
    return replace(finding, span=replace(finding.span, path=path))


def _check_source_and_outputs(
    project: Project, profiles: tuple[str, ...], jobs: int, cache: Path, report: Reporter, preflight: bool
) -> tuple[list[Diagnostic], list[str]]:
    """Return all findings in the source and in each output, and notes.

    Notes concern, for example, a missing validator or wordy slides instead of errors in the book.
    """
    from triptych.checks.parity import compare_outputs, find_omitted_blocks
    from triptych.cli.examination import examine_project
    from triptych.outputs import OUTPUTS
    from triptych.outputs.base import SourceContext

    examined = examine_project(project, profiles, jobs, cache, progress=report, with_preflight=preflight)
    results = examined.results or {}
    findings = [*examined.refused_outputs, *examined.findings]
    findings += [problem for problems, _ in examined.files.values() for problem in problems]
    notes = [] if examined.files or preflight or has_errors(findings) else [_SOURCE_ONLY]
    for name, path in examined.paths.items():
        notes += OUTPUTS[name].list_check_remarks(path, results.get(name, ()))
    if preflight and not examined.preflight_results:
        notes.append(_NO_PDF_NOTE)
    if examined.book is None or examined.manifest is None:
        return findings, notes
    is_complete = not has_errors(examined.findings)  # otherwise, the source lacks content that outputs have
    rows = compare_outputs(examined.book, examined.texts) if examined.texts and is_complete else []
    omitted_blocks = find_omitted_blocks(rows)
    if examined.texts and not is_complete:
        notes.append(_NO_COMPARISON_NOTE)
    spans = [finding.span for finding in omitted_blocks]
    source = SourceContext(examined.book, examined.manifest, rows, spans, project.read_bytes)
    for name in dict.fromkeys((*OUTPUTS, *examined.manifest.formats)):
        findings += OUTPUTS[name].collect_check_findings(
            (*results.get(name, ()), *examined.preflight_results.get(name, ())), source
        )
    return findings + omitted_blocks, notes


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
        with suppress(UnsafePathError):  # reported as SEC005
            book = project.find_output(manifest.get_file_name("epub"))
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
