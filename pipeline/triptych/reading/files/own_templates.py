"""A project's own templates: which files are taken, and the pictures that they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import jinja2
from jinja2 import meta

from triptych.bundled_files import templates_folder
from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.model.nodes import Picture
from triptych.project import TEMPLATES, Project, UnsafePath, is_left_by_programs
from triptych.reading.files.pictures import PictureFinder
from triptych.theme.files import theme_path
from triptych.theme.template_pictures import named_pictures
from triptych.theme.templating import brings_templates, replaceable_templates
from triptych.theme.theme import Theme

# What lies beside fonts and templates for people to read.
_FOR_PEOPLE = ("README", "LICEN", "COPYING", "OFL", "FONTLOG", "AUTHORS", "CHANGELOG")
_TEXTS = {".md", ".txt"}
_BESIDE = "check the path; it is relative to the template or to the folder that contains `book.yaml`"


def read_own_templates(
    project: Project, theme_name: str, theme: Theme, pictures: PictureFinder
) -> tuple[dict[str, Picture], list[Diagnostic]]:
    """The pictures that a project's templates name, by path; IMG007 for each that is missing, and TPL003 for
    each file that nothing takes.
    """
    if not brings_templates(project.root):
        return {}, []
    files = [path.removeprefix(f"{TEMPLATES}/") for path in project.tree(TEMPLATES)[0]]
    texts = _taken(project, files)
    named: dict[str, Picture] = {}
    found: list[Diagnostic] = []
    for name, text in texts.items():
        for picture, problems in _pictures(f"{TEMPLATES}/{name}", text, pictures):
            found += problems
            if picture:
                named[picture.path] = picture
    used = {f"{TEMPLATES}/{name}" for name in texts} | set(named)
    used |= {face.file for face in theme.faces if face.own}
    used |= {path for path in (_theme_file(project, theme_name),) if path}
    idle = [name for name in files if f"{TEMPLATES}/{name}" not in used and _counts(name)]
    return named, found + list(map(_idle, idle))


def _theme_file(project: Project, name: str) -> str | None:
    try:
        return theme_path(project, name)
    except UnsafePath:
        return None


def _taken(project: Project, files: list[str]) -> dict[str, str]:
    """The templates that are taken, with those that they include, and their texts."""
    environment = jinja2.Environment(autoescape=False)
    waiting = [name for name in files if name in replaceable_templates()]
    texts: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        try:
            texts[name] = project.read_text(f"{TEMPLATES}/{name}")
            asked = list(meta.find_referenced_templates(environment.parse(texts[name])))
        except (jinja2.TemplateSyntaxError, RecursionError, UnicodeDecodeError, UnsafePath):
            asked = []  # it is told of when it is rendered
        if None in asked:  # a name that is worked out may be any
            asked = [other for other in files if other.endswith(".j2")]
        waiting += [other for other in asked if other in files and other not in texts]
    return texts


def _pictures(
    path: str, text: str, pictures: PictureFinder
) -> Iterator[tuple[Picture | None, list[Diagnostic]]]:
    for named in named_pictures(text):
        span = Span(path=path, line=named.line, column=named.column)
        picture, problems = pictures.find(named.source, beside=path, span=span)
        missing = [
            Diagnostic(code="IMG007", span=span, message=one.message, hint=_BESIDE)
            if one.code == "IMG001"
            else one
            for one in problems
        ]
        yield picture, missing


def _counts(name: str) -> bool:
    """Whether a file could be meant for the program."""
    path = PurePosixPath(name)
    if is_left_by_programs(path) or path.name.endswith("~"):
        return False
    return path.suffix.lower() not in _TEXTS and not path.name.upper().startswith(_FOR_PEOPLE)


def _idle(name: str) -> Diagnostic:
    folder, path = name.partition("/")[0], PurePosixPath(name)
    built_in = (templates_folder() / name).is_file()
    if folder == "themes" and path.suffix == ".yaml":
        hint = f"set `theme: {path.stem}` in `book.yaml` to use the theme, or delete the file"
    elif folder == "fonts":
        hint = "list the font under `fonts:` in a theme, or delete the file"
    elif built_in and folder == "deck":
        hint = "to style slides, use a PowerPoint template instead: `format: {pptx: {template: brand.pptx}}`"
    elif built_in:
        hint = "this built-in template cannot be replaced; delete the file and change the theme instead"
    elif called := sorted(one for one in replaceable_templates() if PurePosixPath(one).name == path.name):
        hint = f"did you mean {join_names(called, 'or')}?"
    else:
        hint = did_you_mean(name, replaceable_templates()) or (
            'name the file after the built-in template to replace, for example "print/title-page.xhtml.j2"'
        )
    span = Span(path=f"{TEMPLATES}/{name}")
    message = f"this file in `{TEMPLATES}/` has no effect"
    return Diagnostic(code="TPL003", span=span, message=message, hint=hint)


def links_out(project: Project) -> list[Diagnostic]:
    """SEC005 for each link among the project's templates, and for their folder itself."""
    hint = "replace the link with a copy of the target"
    return [
        Diagnostic(
            code="SEC005",
            span=Span(path=path),
            message=f'"{path}" is a symbolic link to a file or folder outside the project',
            hint=hint,
        )
        for path in project.tree(TEMPLATES)[1]
    ]
