"""The project's own templates are those that lie in it: links out of it are errors, as in the source."""

from __future__ import annotations

from triptych.diagnostics import Diagnostic, Span
from triptych.project import TEMPLATES, Project


def links_out(project: Project) -> list[Diagnostic]:
    """SEC005 for each link among the project's templates, and for their folder itself."""
    hint = "put there what it leads to: only files inside the project are read"
    return [
        Diagnostic(
            code="SEC005",
            span=Span(path=path),
            message=f'"{path}" is a link that leads out of the project',
            hint=hint,
        )
        for path in project.tree(TEMPLATES)[1]
    ]
