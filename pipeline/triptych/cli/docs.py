"""Open the bundled guide in a browser: ``triptych docs``."""

from __future__ import annotations

import webbrowser

import click
from click.shell_completion import CompletionItem

from triptych.cli.lifecycle import ExitCode
from triptych.cli.options import make_hint_sentence
from triptych.cli.report import Reporter
from triptych.diagnostics import Diagnostic, did_you_mean


def _complete_page(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from triptych.guide import list_guide_pages

    pages = (page for page in list_guide_pages() if page.name.startswith(incomplete))
    return [CompletionItem(page.name, help=page.title) for page in pages]


@click.command()
@click.argument("page", required=False, shell_complete=_complete_page)
@click.option("--path", "only_path", is_flag=True, help="Print the path of the page instead of opening it.")
@click.pass_context
def docs(ctx: click.Context, page: str | None, only_path: bool) -> None:
    """Open the guide in a browser, offline.

    PAGE is the path of a page, with or without its folder, such as reference/commands. Without PAGE, the
    first page opens. The guide is installed with the program and describes this version.

    \b
    Examples:
      triptych docs
      triptych docs reference/commands
    """
    from triptych.guide import find_guide_page, list_guide_pages, write_guide

    pages = list_guide_pages()
    guide_page = find_guide_page(page, pages) if page else pages[0]
    if guide_page is None:
        names = [guide_page.name for guide_page in pages]
        names += [name.rpartition("/")[2] for name in names]
        hint = did_you_mean(str(page), names) or "run `triptych docs` for a list of all pages."
        raise click.UsageError(f'The guide has no page "{page}".{make_hint_sentence(hint)}')
    try:
        path = write_guide() / guide_page.html
    except RuntimeError:
        message = "cannot save the documentation: no home folder found"
        hint = "set XDG_CACHE_HOME to a folder that you can write to"
        Reporter().report_findings([Diagnostic(code="ENV008", message=message, hint=hint)])
        ctx.exit(ExitCode.ENVIRONMENT)
    if only_path:
        click.echo(path)
    elif webbrowser.open(path.as_uri()):
        click.echo(f"Opened {path}.")
    else:
        click.echo(f"No browser was found. Open this file in one: {path}")
