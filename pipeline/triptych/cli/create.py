"""Create projects: ``triptych new`` and ``triptych import``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triptych.cli.lifecycle import REPORTER, ExitCode
from triptych.cli.options import all_option, limits_option, make_hint_sentence, report_options
from triptych.cli.report import (
    FindingsFile,
    Reporter,
    ReportFormat,
    format_count,
    format_omitted_count,
    format_path,
)
from triptych.diagnostics import Diagnostic, Severity, Span, did_you_mean, group_findings
from triptych.diagnostics.findings import FindingGroup
from triptych.engine.files import remove_folder_on_error
from triptych.folders import get_templates_folder, resolve_links
from triptych.project import is_link, is_text, to_text

if TYPE_CHECKING:
    from triptych.model.book import Book
    from triptych_import.book import ImportFinding

_DEFAULT_TEMPLATE = "starter"
_DESCRIPTION_FILE = "template.yaml"  # describes a template; it is not copied to projects


def list_project_templates() -> dict[str, str]:
    """Map the names of the project templates to their descriptions, with the default template first."""
    from triptych.yaml_text import load_yaml

    descriptions = {
        description_file.parent.name: str(load_yaml(description_file.read_text("utf-8"))["description"])
        for description_file in sorted(_get_templates_folder().glob(f"*/{_DESCRIPTION_FILE}"))
    }
    return {_DEFAULT_TEMPLATE: descriptions.pop(_DEFAULT_TEMPLATE), **descriptions}


def create_project(folder: Path, template: str = _DEFAULT_TEMPLATE) -> None:
    """Copy a project template into a new or empty folder."""
    with remove_folder_on_error(folder):
        shutil.copytree(
            _get_templates_folder() / template,
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns(_DESCRIPTION_FILE, "build"),
        )
        shutil.copy(_get_templates_folder() / ".gitignore", folder)


def _get_templates_folder() -> Path:
    return get_templates_folder() / "new"


def _require_empty_folder(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty.")


def _refuse_links(folder: Path) -> None:
    """Raise ``UsageError`` if the folder or one of its parents is a link to another place.

    Links in the root folder, such as ``/tmp`` on macOS, belong to the system and are allowed.
    """
    full = Path(os.path.abspath(folder))  # noqa: PTH100  # ``resolve`` would follow the links
    link = next((path for path in (full, *full.parents) if is_link(path) and len(path.parents) > 1), None)
    if link is not None:
        raise click.UsageError(
            f'"{format_path(link)}" is a symbolic link. To import there, pass "{resolve_links(folder)}".'
        )


def _print_templates(ctx: click.Context, _: click.Parameter, requested: bool) -> None:
    if not requested or ctx.resilient_parsing:
        return
    templates = list_project_templates()
    width = max(map(len, templates))
    for name, description in templates.items():
        click.echo(f"{name:<{width}}  {description}")
    click.echo("To see their pages, screens and slides, run `triptych docs gallery`.")
    ctx.exit()


def _check_template(ctx: click.Context, _: click.Parameter, name: str) -> str:
    names = list_project_templates()
    if name in names or ctx.resilient_parsing:
        return name
    hint = did_you_mean(name, names) or "run `triptych new --list` to list all templates."
    raise click.BadParameter(f'no template named "{name}".{make_hint_sentence(hint)}')


def _complete_template(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in list_project_templates() if name.startswith(incomplete)]


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--template",
    metavar="NAME",
    default=_DEFAULT_TEMPLATE,
    show_default=True,
    callback=_check_template,
    shell_complete=_complete_template,
    help="Start from this template.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_templates,
    help="List the templates and exit.",
)
def new(folder: Path, template: str) -> None:
    """Create a project in DIR, ready to build.

    Each template is a small but complete publication with a manifest, chapters and data, which you
    replace with your own.

    \b
    Examples:
      triptych new my-report
      triptych new --template brief my-brief
      triptych new --list
    """
    _require_empty_folder(folder)
    create_project(folder, template)
    click.echo(f'Created {folder}/source from the template "{template}". To build it, run:')
    click.echo(f"  triptych build {folder}")
    click.echo("To see the outputs while you write, run:")
    click.echo(f"  triptych preview {folder}")
    click.echo("To read the guide, run:")
    click.echo("  triptych docs")


def estimate_slides(book: Book) -> int:
    """Estimate the number of slides in a book's deck.

    Each chapter counts as two opening slides, and one slide for each figure, table or other block shown.
    """
    from triptych.model.book import Matter
    from triptych.writers.deck.story.content_slides import select_slide_nodes

    chapters = [chapter for chapter in book.chapters if chapter.matter in (Matter.BODY, Matter.APPENDIX)]
    shown_count = sum(
        1 for chapter in chapters for block in chapter.blocks for _ in select_slide_nodes(block)
    )
    return 2 * len(chapters) + shown_count


def make_import_note(finding: ImportFinding) -> Diagnostic:
    """Convert a finding of the import to a note, for output formats of CI services."""
    return Diagnostic(
        code="import-note",
        configured=Severity.NOTE,
        message=f"{finding.message}; {finding.action}",
        span=Span(path=finding.path, line=finding.line, column=finding.column),
    )


@click.command("import")
@click.argument("source", metavar="SRC", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="DEST", type=click.Path(file_okay=False, path_type=Path))
@limits_option("strict", "Limits on time and memory; trusted raises them tenfold.")
@all_option
@report_options
@click.pass_context
def import_(
    ctx: click.Context,
    source: Path,
    folder: Path,
    trusted: bool,
    lists_all: bool,
    output_format: ReportFormat,
    findings_files: tuple[FindingsFile, ...],
) -> None:
    """Convert the book in SRC into a project in DEST.

    SRC is an mdBook, Quarto, bookdown, HonKit or GitBook project, a folder of Markdown files, a single
    Markdown file with any extension, a Word document (.docx), or the main file of a LaTeX document (.tex).
    Content that cannot be converted is reported and listed in DEST/import-notes.txt.

    \b
    Example:
      triptych import my-quarto-book my-report
    """
    from triptych_import import NOTES_FILE, ImportFailedError, import_into_folder, make_group_key

    _refuse_links(folder)
    _require_empty_folder(folder)
    if source.is_file() and not is_text(source.name):
        raise click.UsageError(f'The name of "{to_text(source.name)}" is not UTF-8. Rename the file.')
    reporter = ctx.meta[REPORTER] = Reporter(
        output_format=output_format,
        findings_files=findings_files,
        root=source if source.is_dir() else source.parent,
        default_file="" if source.is_dir() else source.name,
        command=ctx.command_path,
    )
    try:
        imported = import_into_folder(folder, source, estimate_slides, trusted=trusted)
    except ImportFailedError as error:
        reporter.report_findings([error.finding])
        ctx.exit(ExitCode.SOURCE)
    findings = imported.findings
    reporter.record_findings([make_import_note(finding) for finding in findings])
    if reporter.as_json:
        for finding in findings:
            position = {"path": finding.path, "line": finding.line, "column": finding.column}
            reporter.write_event("finding", **position, message=finding.message, action=finding.action)
    elif output_format is ReportFormat.TEXT:
        for group in map(FindingGroup, findings) if lists_all else group_findings(findings, make_group_key):
            click.echo(group.first, err=True)
            for other in group.also:
                click.echo(f"  also: {other.location}: {other.message}", err=True)
            if group.rest:
                click.echo(format_omitted_count(group), err=True)
    file_list = (
        f" with {format_count(len(findings), 'note')}, listed in {folder / NOTES_FILE}" if findings else ""
    )
    reporter.print_message(
        f"Imported {format_count(imported.section_count, 'section')} from "
        f"{imported.format_name}{file_list}.\n"
        f"To build the project, run:\n  triptych build {folder}",
        "imported",
        kind=imported.format_name,
        sections=imported.section_count,
        findings=len(findings),
        path=str(folder),
    )
