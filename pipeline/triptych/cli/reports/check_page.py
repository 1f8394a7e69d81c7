"""The HTML report of ``check``: findings, and the accessibility statements of the EPUB."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from triptych.cli.reports.report import tally
from triptych.diagnostics import Diagnostic, Span, group_findings, group_key
from triptych.project import BUILD_FOLDER, Project
from triptych.settings.reading import read_manifest


def check_page(
    project: Project,
    profiles: tuple[str, ...],
    findings: Sequence[Diagnostic],
    notes: Sequence[str],
    page: Path,
) -> str:
    """A page that needs no other file. Places link to the files of the project, as seen from ``page``."""
    from triptych.checks.epub.statements import list_statements
    from triptych.theme.templating import page_templates
    from triptych.theme.theme import load_theme

    manifest, _, _ = read_manifest(project, profiles)
    book = None
    if manifest and manifest.format.epub:
        path = project.root / BUILD_FOLDER / manifest.file_name("epub")
        book = path if path.is_file() else None
    up = Path(os.path.relpath(project.root.resolve(), page.resolve().parent)).as_posix()

    def link(span: Span) -> str:
        return quote(f"{up}/{span.path}") + f"#L{span.line}"

    return (
        page_templates()
        .get_template("check/report.html.j2")
        .render(
            title=manifest.book.title if manifest else project.root.resolve().name,
            theme=load_theme(),
            entries=group_findings(findings, group_key),
            tally=tally(findings),
            notes=notes,
            link=link,
            file=book.name if book else "",
            sections=list_statements(book.read_bytes()) if book else (),
        )
    )
