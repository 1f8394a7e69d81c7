"""The templates that say what outputs look like: a project's own first, then the built-in ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from triptych.theme import templates_folder


def page_templates(project_templates: Path | None = None) -> jinja2.Environment:
    """An environment for XHTML, XML and CSS templates.

    Sandboxed, since a project may bring templates of its own; names that are missing are errors.
    Values are escaped as XML in ``.xhtml``, ``.xml``, ``.opf`` and ``.ncx`` templates.
    """
    folders = [folder for folder in (project_templates, templates_folder()) if folder and folder.is_dir()]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        autoescape=_is_xml,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["xml"] = _written
    return environment


def _is_xml(name: str | None) -> bool:
    return name is not None and name.removesuffix(".j2").endswith((".xhtml", ".xml", ".opf", ".ncx", ".html"))


def _written(value: Any) -> Markup:
    """XHTML that the markup layer wrote, to go in as it is."""
    return value if isinstance(value, Markup) else Markup(value)
