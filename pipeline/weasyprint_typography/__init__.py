"""Improve WeasyPrint's typography: optimal line breaks, page floats, a baseline grid, balanced columns.

``Typesetter`` turns XHTML and CSS into laid-out pages or a PDF. README.md has an example.
"""

from weasyprint_typography.engine import VERSION, EngineUnavailableError, Hyphenator
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.stretches import DocumentLayout, LaidOutStretch, Stretch
from weasyprint_typography.typesetter import LaidOutDocument, MarginBoxData, Typesetter

__all__ = [
    "VERSION",
    "DocumentLayout",
    "EngineUnavailableError",
    "Hyphenator",
    "LaidOutDocument",
    "LaidOutStretch",
    "MarginBoxData",
    "NamedString",
    "PageKind",
    "Stretch",
    "Typesetter",
]
