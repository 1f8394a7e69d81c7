"""Inspect or write PowerPoint templates, and copy page templates into a project: ``triptych template``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from triptych.cli.lifecycle import ExitCode
from triptych.cli.options import ProjectFolderType, format_option, make_hint_sentence, project_argument
from triptych.folders import get_templates_folder
from triptych.project import MANIFEST, MAX_FILE_SIZE, TEMPLATES_FOLDER, Project, UnsafePathError


@click.group()
def template() -> None:
    """Inspect or write a PowerPoint template, or copy a page template.

    \b
    Examples:
      triptych template inspect brand.potx
      triptych template new brand.pptx --project my-report
      triptych template copy print/title-page.xhtml.j2 my-report
    """


@template.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--project",
    "folder",
    metavar="DIR",
    type=ProjectFolderType(),
    help="Use this project's theme, language and slide size.",
    show_default="Triptych's own theme, in English",
)
@click.pass_context
def new(ctx: click.Context, file: Path, folder: Path | None) -> None:
    """Write Triptych's own template to a file.

    FILE ends in .pptx or .potx. Change its slide master and layouts in PowerPoint, then name the file under
    `format: pptx: template:` in book.yaml. Keep the names of the layouts, by which Triptych finds them.

    \b
    Example:
      triptych template new brand.pptx --project my-report
    """
    from triptych.cli.report import Reporter
    from triptych.diagnostics import has_errors
    from triptych.engine.publication import publish_files
    from triptych.settings.manifest_reader import read_manifest
    from triptych.theme.theme import load_theme
    from triptych.theme.theme_reader import read_theme
    from triptych.writers.deck.template.built_in_template import DEFAULT_SIZE, build_template

    ending = file.suffix.lower()
    if ending not in (".pptx", ".potx"):
        raise click.UsageError(f"the name of {file} must end in .pptx or .potx.")
    if file.exists():
        raise click.UsageError(f"{file} already exists.")
    theme, language, size = load_theme(), "en", DEFAULT_SIZE
    if folder is not None:
        project = Project(folder)
        manifest, positions, findings = read_manifest(project)
        if manifest is not None:
            theme, weak = read_theme(project, manifest.theme, positions.find(("theme",)))
            language, size = manifest.language, manifest.deck_options.slide_size
            findings = [*findings, *weak]
        if has_errors(findings):
            Reporter(root=folder).report_findings(findings)
            ctx.exit(ExitCode.SOURCE)
    publish_files({file.resolve(): build_template(theme, language, size=size, potx=ending == ".potx")})
    click.echo(f"Wrote {file}.")


@template.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option("one JSON object")
@click.pass_context
def inspect(ctx: click.Context, file: Path, as_json: bool) -> None:
    """List the layouts of a template.

    FILE is a .pptx or .potx file. Each layout is listed with its placeholders, fonts and colours, and with
    the kinds of slides that use it. To use another layout for a kind of slide, set `layouts:` under
    `format: pptx:` in book.yaml.

    \b
    Example:
      triptych template inspect brand.potx
    """
    from triptych.media.template_checks import find_rejection_reasons
    from triptych.writers.deck.template.inspection import inspect_template

    if file.stat().st_size > MAX_FILE_SIZE:
        raise click.UsageError(f"{file} is larger than the limit of {MAX_FILE_SIZE >> 20} MB.")
    data = file.read_bytes()
    if reasons := find_rejection_reasons(data):
        if as_json:
            refusals = [{"message": refusal.message, "hint": refusal.hint} for refusal in reasons]
            click.echo(json.dumps({"refusals": refusals}, ensure_ascii=False))
        for refusal in () if as_json else reasons:
            click.echo(f"{file}: {refusal.message}", err=True)
            if refusal.hint:
                click.echo(f"  hint: {refusal.hint}", err=True)
        ctx.exit(ExitCode.SOURCE)
    report = inspect_template(data)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(report.iter_lines()))
    ctx.exit(ExitCode.SOURCE if report.without_layout else ExitCode.SUCCESS)


def _print_replaceable_templates(ctx: click.Context, _: click.Parameter, is_set: bool) -> None:
    from triptych.theme.templating import list_replaceable_templates

    if is_set and not ctx.resilient_parsing:
        click.echo("\n".join(sorted(list_replaceable_templates())))
        ctx.exit()


@template.command()
@click.argument("name")
@project_argument
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_replaceable_templates,
    help="List the templates that a project can override, and exit.",
)
def copy(name: str, folder: Path) -> None:
    """Copy a built-in template into a project to change it.

    NAME is the path of a template for PDF pages, the EPUB, or the order of slides. DIR is the
    folder that contains source/book.yaml (default: the current one). The copy in DIR/templates replaces the
    built-in template.

    \b
    Example:
      triptych template copy print/title-page.xhtml.j2 my-report
    """
    from triptych.diagnostics import did_you_mean
    from triptych.theme.templating import list_replaceable_templates

    names = list_replaceable_templates()
    if name not in names:
        hint = did_you_mean(name, names) or "run `triptych template copy --list` to list all templates."
        raise click.BadParameter(f'no template named "{name}".{make_hint_sentence(hint)}')
    if not (folder / MANIFEST).is_file():
        raise click.UsageError(f"{folder} contains no {MANIFEST}.")
    target = folder / TEMPLATES_FOLDER / name
    try:
        exists = Project(folder).has_file(f"{TEMPLATES_FOLDER}/{name}") or target.exists()
    except UnsafePathError as error:
        message = f"{target} cannot be written: {error}. Replace the symbolic link with a file or folder."
        raise click.UsageError(message) from None
    if exists:
        raise click.UsageError(f"{target} already exists; delete it to copy the template again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes((get_templates_folder() / name).read_bytes())
    click.echo(f"Wrote {target}.")
