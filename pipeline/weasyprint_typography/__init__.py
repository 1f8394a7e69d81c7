"""Improve WeasyPrint's typography: optimal line breaks, page floats, a baseline grid, balanced columns.

``Typesetter`` turns XHTML and CSS into laid-out pages or a PDF. README.md has an example.
"""

from weasyprint_typography.engine import VERSION, EngineMissing, Hyphenation
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.stretches import DocumentLayout, LaidStretch, Stretch
from weasyprint_typography.typesetter import LaidDocument, Margins, Typesetter

__all__ = [
    "VERSION",
    "DocumentLayout",
    "EngineMissing",
    "Hyphenation",
    "LaidDocument",
    "LaidStretch",
    "Margins",
    "NamedString",
    "PageKind",
    "Stretch",
    "Typesetter",
]
