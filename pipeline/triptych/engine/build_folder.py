"""Refuse a build folder, or a cache in it, that leads elsewhere.

Someone else may have made the project: what a build writes and removes must stay in it.
"""

from __future__ import annotations

from triptych.diagnostics import Diagnostic, Span
from triptych.project import BUILD_FOLDER, Project, is_link

_CACHE = f"{BUILD_FOLDER}/.cache"


def links_in_build(project: Project) -> list[Diagnostic]:
    """Return SEC005 if ``build`` leads out of the project, or if ``build/.cache`` is a link or a file.

    Ask before anything is written to these folders or removed from them.
    """
    if not (project.root / BUILD_FOLDER).resolve().is_relative_to(project.root):
        message = f'"{BUILD_FOLDER}" is a symbolic link to a folder outside the project'
        hint = (
            f"remove the symbolic link `{BUILD_FOLDER}`, or choose another output folder with `--output-dir`"
        )
        return [_refused(BUILD_FOLDER, message, hint)]
    if is_link(project.records):
        hint = f"remove the symbolic link `{_CACHE}`, or choose another cache folder with `--cache-dir`"
        return [_refused(_CACHE, f'"{_CACHE}" must be a folder, not a symbolic link', hint)]
    if project.records.exists() and not project.records.is_dir():
        return [_refused(_CACHE, f'"{_CACHE}" must be a folder, not a file', f"remove the file `{_CACHE}`")]
    return []


def _refused(path: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code="SEC005", span=Span(path=path), message=message, hint=hint)
