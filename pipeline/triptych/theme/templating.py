"""The templates that say what outputs look like: a project's own first, then the built-in ones."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from triptych.bundled_files import are_bundled, templates_folder
from triptych.diagnostics import Diagnostic, Span
from triptych.languages.customs import direction, has_vertical_lines
from triptych.theme.compiled_templates import CompiledTemplates
from triptych.theme.template_pictures import with_addresses


def page_templates(project_templates: Path | None = None) -> jinja2.Environment:
    """An environment for XHTML, XML and CSS templates.

    Sandboxed, since a project may bring templates of its own; names that are missing are errors.
    Values are escaped as XML in ``.xhtml``, ``.xml``, ``.opf`` and ``.ncx`` templates.
    """
    folder = project_templates if project_templates and project_templates.is_dir() else None
    # Jinja notices a template that has changed, but not one that comes to stand before another.
    return _environment(folder, frozenset(folder.rglob("*")) if folder else frozenset())


def replaceable_templates() -> frozenset[str]:
    """The templates that a project may have a version of its own of, by their paths among them.

    What a deck looks like, PowerPoint files say.
    """
    pages = (file for folder in ("print", "epub") for file in (templates_folder() / folder).glob("*.j2"))
    names = {file.relative_to(templates_folder()).as_posix() for file in pages}
    return frozenset(names | {"deck/storyboard.j2"})


def brings_templates(project: Path) -> bool:
    """Whether a project's folder of templates is its own, not that of a checkout of the program."""
    folder = project / "templates"
    return folder.is_dir() and not are_bundled(folder)


@lru_cache(maxsize=4)
def _environment(project_templates: Path | None, files: frozenset[Path]) -> jinja2.Environment:
    """Templates stay compiled for as long as a project has these files of its own."""
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(
            [folder for folder in (project_templates, templates_folder()) if folder]
        ),
        undefined=jinja2.StrictUndefined,
        autoescape=_is_xml,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[_ProjectPictures],
        bytecode_cache=CompiledTemplates(),
    )
    environment.extend(project_templates=project_templates)
    environment.filters["xml"] = _written
    environment.filters["css"] = _css_string
    environment.filters["direction"] = direction
    environment.tests["vertical_language"] = has_vertical_lines
    return environment


class _ProjectPictures(Extension):
    """Pictures that a template of a project names by their paths get addresses."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """A template's text before it is read."""
        folder: Path | None = getattr(self.environment, "project_templates", None)
        if folder is None or filename is None or not Path(filename).is_relative_to(folder):
            return source
        return with_addresses(source, Path(filename), folder.parent)


def _is_xml(name: str | None) -> bool:
    return name is not None and name.removesuffix(".j2").endswith((".xhtml", ".xml", ".opf", ".ncx", ".html"))


def _written(value: Any) -> Markup:
    """XHTML that the markup layer wrote, to go in as it is."""
    return value if isinstance(value, Markup) else Markup(value)


def _css_string(value: str) -> str:
    """Text for a double-quoted string of a style sheet (CSS Syntax Module Level 3, 4.3.5)."""
    return re.sub(r'["\\\n\r\f]', lambda match: f"\\{ord(match.group()):x} ", value)


def template_problem(error: Exception) -> Diagnostic | None:
    """A template that fails, at its place: TPL002. None for an error that is not the template's."""
    compiled = _being_compiled(error)
    broken = _gave_up(error)
    if not isinstance(error, jinja2.TemplateError) and not (_arose_in_template(error) or compiled or broken):
        return None
    path, line = compiled or broken or "templates", 1
    if isinstance(error, jinja2.TemplateSyntaxError):
        path, line = error.name or path, error.lineno
    else:
        step = error.__traceback__
        while step is not None:
            file = step.tb_frame.f_code.co_filename
            if file.endswith(".j2"):
                path, line = file, step.tb_lineno
            step = step.tb_next
    inside = path.rpartition("templates/")[2]
    reason = error.message if isinstance(error, jinja2.TemplateError) else str(error)
    if compiled or isinstance(error, RecursionError):
        reason = "its parts stand in each other too deep"
    elif isinstance(error, MemoryError):
        reason = "it takes more memory than there is"
    message = " ".join((reason or type(error).__name__).split())
    span = Span(path=f"templates/{inside}" if inside != "templates" else inside, line=line)
    return Diagnostic(code="TPL002", span=span, message=message)


def _being_compiled(error: Exception) -> str | None:
    """The template at which the reader of Jinja, or of the Python that Jinja makes of it, has given up."""
    step = error.__traceback__ if isinstance(error, RecursionError | SyntaxError | MemoryError) else None
    while step is not None:
        code = step.tb_frame.f_code
        if (code.co_filename, code.co_name) == (jinja2.environment.__file__, "compile"):
            name: str | None = step.tb_frame.f_locals.get("filename")
            return name
        step = step.tb_next
    return None


def _gave_up(error: Exception) -> str | None:
    """The template at which Jinja has no room to go on, or that is no text."""
    step = (
        error.__traceback__ if isinstance(error, RecursionError | MemoryError | UnicodeDecodeError) else None
    )
    path = None
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename.endswith(".j2"):
            path = code.co_filename
        elif (code.co_filename, code.co_name) == (jinja2.loaders.__file__, "get_source"):
            path = f"templates/{step.tb_frame.f_locals.get('template', '')}"
        step = step.tb_next
    return path


def _arose_in_template(error: Exception) -> bool:
    """Whether what a template itself computes fails, such as a division by zero."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is not None and step.tb_frame.f_code.co_filename.endswith(".j2")
