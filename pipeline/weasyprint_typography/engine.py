"""Load and patch the supported version of WeasyPrint.

A function decorated with ``patch`` takes a function or class of WeasyPrint and returns its replacement.
``PATCHES`` collects these functions as ``Patch`` objects. ``INTERNALS`` maps the WeasyPrint names that this
package calls, reads or replaces temporarily to digests of their source in the supported version.
"""

from __future__ import annotations

import ctypes.util
import io
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any, Protocol, TypeVar

VERSION = "70.0"  # README.md explains how to change it
PATCHES: list[Patch] = []
_MODULES = (
    "block_spacing breakpoints columns drawings eastern_text floats glyph_runs justification line_ends"
    " make_up page_breaks plans styles tables"
).split()

# Names that we call, read or replace temporarily, with the digest of each.
INTERNALS: Mapping[str, str] = {
    # typesetter.py: documents from our own trees, laid out stretch by stretch; margin boxes of single pages
    "weasyprint.HTML": "77bbd748d3b2537d",
    "weasyprint.document.Document._build_layout_context": "2b072254ab89701b",
    "weasyprint.document.Document._render": "ebaceeb0fa8e79aa",
    "weasyprint.formatting_structure.build.build_formatting_structure": "cec02c4844472c92",
    "weasyprint.layout.LayoutContext": "211f859ff4e2d663",
    "weasyprint.layout.page.make_margin_boxes": "4a2d2e301eb3bc47",
    "weasyprint.layout.page.page_width": "dd3fd2b21aba5bbf",
    "weasyprint.layout.page.page_height": "71a0230377c0354e",
    "weasyprint.layout.background.layout_box_backgrounds": "617a870678c82755",
    # stretches.py: pages that begin in the middle of a document
    "weasyprint.layout.layout_document": "a5cbf437e99caf72",
    "weasyprint.layout.page.make_all_pages": "b5e4034894841caa",
    "weasyprint.layout.initialize_page_maker": "5bb3c878d722af53",
    "weasyprint.layout.page.remake_page": "1ff09b2dffa17839",
    "weasyprint.css.targets.TargetCollector": "c9ba4005faa1a885",
    # page_boxes.py: styles of pages on the opposite side, backgrounds of pages
    "weasyprint.layout.page._standardize_page_based_counters": "6c3791760c3fbe13",
    "weasyprint.layout.background.layout_backgrounds": "5d7d4d589e3d8a33",
    # Lines: breakpoints.py, justification.py, measuring.py, plans.py, glyph_runs.py
    "weasyprint.text.line_break.split_first_line": "39ad1016863ca34d",  # uses the module pyphen, or ours
    "weasyprint.layout.inline.count_expandable_spaces": "175fe6f42576ed38",
    "weasyprint.text.line_break.Layout": "681b737d1ba5e004",
    "weasyprint.text.line_break.get_log_attrs": "65c1a1c4fa75ee95",
    "weasyprint.layout.replaced.inline_replaced_box_layout": "f1fe4648b21a8efa",
    # Blocks and columns: floats.py, block_spacing.py, columns.py
    "weasyprint.layout.block.collapse_margin": "c91ad56f81717b09",
    "weasyprint.layout.block.remove_placeholders": "ce16d97a1caacea0",
    "weasyprint.layout.block.block_box_layout": "a6279066e3d9ff7d",
    # tables.py, column_widths.py
    "weasyprint.layout.preferred.replaced_max_content_width": "1b21b0abcdaefd60",
    "weasyprint.layout.preferred.table_cell_min_max_content_width": "6fdf961b91fce3e9",
    "weasyprint.layout.table.table_layout": "6594fa40743fbc0b",  # follows the widths and styles that we set
    # styles.py
    "weasyprint.css.find_style_attributes": "c5b4eb4d3c008b07",
    "weasyprint.css.validation.preprocess_declarations": "4db5fa5a1b14194b",
    "weasyprint.css.declaration_precedence": "510a33df7059e753",
    "weasyprint.css.ComputedStyle": "4ff0512c0af12674",
    # drawings.py
    "weasyprint.images.SVGImage.__init__": "823798cb61ee2977",
    "weasyprint.svg.text.TextBox": "bc90fc963da5d183",
    "weasyprint.svg.text.Style": "d946aa624fd9af57",
    # content_stream.py
    "weasyprint.document.Page": "69061840d66b7804",
    "weasyprint.draw.draw_stacking_context": "c5811b178bdff82e",
    "weasyprint.stacking.StackingContext.from_box": "462a693cc3226e68",
    "weasyprint.pdf.stream.Stream": "624257224db6f66d",
    "weasyprint.pdf.fonts.Font": "1888854798bf8726",
    "weasyprint.pdf._use_references": "4d1abd9646c3f4dc",
    "pydyf._to_bytes": "1cefd02c285d3aee",
}

_Make = TypeVar("_Make", bound=Callable[..., Any])


class EngineUnavailableError(ImportError):
    """Raised if WeasyPrint's version is not supported, or if Pango is missing.

    ``is_library_missing`` is True if Pango is missing.
    """

    def __init__(self, message: str, *, is_library_missing: bool = False) -> None:
        super().__init__(message)
        self.is_library_missing = is_library_missing


class Hyphenator(Protocol):
    """The interface of a hyphenator: the subset of the module ``pyphen`` that WeasyPrint uses.

    A hyphenator may also have a function ``capitals_are_names(language)``. If this function returns True,
    capitalised words are hyphenated only as a last resort.
    """

    Pyphen: Any

    def language_fallback(self, language: str, /) -> str | None:
        """Return the dictionary language for a language tag, or None if there is no dictionary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A replacement for a function or class of WeasyPrint.

    ``name`` is the dotted name of the original. ``make_replacement`` takes the original and returns the
    replacement. ``digest`` is the digest of the source code of ``source``, a dotted name that is usually
    ``name`` itself. ``upstream_issue`` is the number of a WeasyPrint issue or pull request, or 0 if there is
    none. If ``all_modules`` is True, the replacement is also installed in WeasyPrint modules that import the
    original by name.
    """

    name: str
    digest: str
    make_replacement: Callable[[Any], Any]
    source: str
    upstream_issue: int
    all_modules: bool

    def apply(self) -> None:
        """Replace WeasyPrint's function with ours; WeasyPrint must already be imported."""
        owner_name, _, name = self.name.rpartition(".")
        owner = pkgutil.resolve_name(owner_name)
        original = getattr(owner, name, None)
        replacement = self.make_replacement(original)
        setattr(owner, name, replacement)
        for loaded, module in list(sys.modules.items()) if self.all_modules else ():
            if loaded.startswith("weasyprint.") and getattr(module, name, None) is original:
                setattr(module, name, replacement)


def patch(
    name: str, digest: str, *, upstream_issue: int = 0, all_modules: bool = False, source: str = ""
) -> Callable[[_Make], _Make]:
    """Return a decorator that adds a ``Patch`` with the decorated function to ``PATCHES``.

    The function becomes the ``make_replacement`` of the ``Patch``, the arguments its other attributes.
    ``source`` is ``name`` by default.
    """

    def declare(function: _Make) -> _Make:
        PATCHES.append(
            Patch(
                name=name,
                digest=digest,
                make_replacement=function,
                source=source or name,
                upstream_issue=upstream_issue,
                all_modules=all_modules,
            )
        )
        return function

    return declare


def load_patches() -> list[Patch]:
    """Import the modules that declare patches and return all patches."""
    for name in _MODULES:
        import_module(f"{__package__}.{name}")
    return PATCHES


def load_engine(hyphenator: Hyphenator | None = None) -> Any:
    """Import WeasyPrint, patch it once per process, and return the module.

    If ``hyphenator`` is given, it replaces ``pyphen`` in the whole process. Raise ``EngineUnavailableError``
    if Pango is missing, or if the version of WeasyPrint is not supported, since the patches could break it.
    """
    weasyprint = _load_patched_engine()
    if hyphenator is not None:
        weasyprint.text.line_break.pyphen = hyphenator
    return weasyprint


@cache
def _load_patched_engine() -> Any:
    if (installed_version := version("weasyprint")) != VERSION:
        raise EngineUnavailableError(
            f"WeasyPrint {installed_version} is installed; version {VERSION} is required"
        )
    try:
        # WeasyPrint prints some lines about a missing library before it raises the error.
        with redirect_stdout(io.StringIO()), _disable_library_search():
            import weasyprint
    except OSError as error:
        name = re.search(r"'([^']+)'", str(error))
        library = f" ({name[1]})" if name else ""
        raise EngineUnavailableError(
            f"Pango is missing or incomplete{library}", is_library_missing=True
        ) from None
    for patch_ in load_patches():
        patch_.apply()
    return weasyprint


@contextmanager
def _disable_library_search() -> Iterator[None]:
    """Disable ``ctypes.util.find_library`` on Linux, where the dynamic loader finds libraries by name.

    Otherwise, WeasyPrint's search for library names of other systems starts two hundred compiler and linker
    processes, which take half of its import time.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    find = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find
