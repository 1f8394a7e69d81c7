"""Build a PDF book, an EPUB and a PowerPoint deck from one source of Markdown, YAML and CSV.

These names are the public Python interface:

- ``build``, ``check_source`` and ``read`` build, check and read a project.
- ``BuildOutcome``, ``Diagnostic``, ``Severity``, ``Span`` and ``SourceErrors`` are their results.
- ``Book``, ``Chapter`` and the module ``nodes`` are the document model. All values are immutable.
  ``book_nodes`` and ``chapter_nodes`` list nodes, ``plain_text`` returns their text, and ``rewrite_chapter``
  returns a changed chapter.
- ``FilterError`` is raised by filters to report a mistake in the source.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triptych.api import SourceErrors, build, check_source, read
    from triptych.diagnostics import Diagnostic, Severity, Span
    from triptych.model import nodes
    from triptych.model.book import Book, Chapter
    from triptych.model.walk import book_nodes, chapter_nodes, plain_text, rewrite_chapter
    from triptych.reading.filters import FilterError
    from triptych.request import BuildOutcome

__version__ = "0.2.0"

# The module of each public name. Modules are imported on first access, since commands start often.
_MODULES = {
    **dict.fromkeys(("SourceErrors", "build", "check_source", "read"), "triptych.api"),
    **dict.fromkeys(("Diagnostic", "Severity", "Span"), "triptych.diagnostics"),
    **dict.fromkeys(("Book", "Chapter"), "triptych.model.book"),
    **dict.fromkeys(("book_nodes", "chapter_nodes", "plain_text", "rewrite_chapter"), "triptych.model.walk"),
    "FilterError": "triptych.reading.filters",
    "BuildOutcome": "triptych.request",
    "nodes": "triptych.model",
}

__all__ = [
    "Book",
    "BuildOutcome",
    "Chapter",
    "Diagnostic",
    "FilterError",
    "Severity",
    "SourceErrors",
    "Span",
    "__version__",
    "book_nodes",
    "build",
    "chapter_nodes",
    "check_source",
    "nodes",
    "plain_text",
    "read",
    "rewrite_chapter",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first access."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module 'triptych' has no attribute {name!r}")
    if name == "nodes":
        return import_module("triptych.model.nodes")
    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
