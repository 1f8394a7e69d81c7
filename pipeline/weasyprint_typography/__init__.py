"""Typography for WeasyPrint: paragraphs broken as a whole, page floats, a baseline grid, weighed tables.

Enter XHTML and CSS, leave laid-out pages or a PDF. Begin with ``Typesetter``; README.md has an example.
"""

from weasyprint_typography.engine import VERSION, EngineMissing, Hyphenation
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.stretches import DocumentLayout, LaidStretch, Stretch
from weasyprint_typography.typesetter import Laid, Margins, Typesetter

__all__ = [
    "VERSION",
    "DocumentLayout",
    "EngineMissing",
    "Hyphenation",
    "Laid",
    "LaidStretch",
    "Margins",
    "NamedString",
    "PageKind",
    "Stretch",
    "Typesetter",
]
