"""Typography for WeasyPrint: paragraphs broken as a whole, page floats, a baseline grid, weighed tables.

Enter XHTML and CSS, leave laid-out pages or a PDF. Begin with ``Typesetter``; README.md has an example.
"""

# Each of these modules declares patches, which the first ``Typesetter`` applies.
from weasyprint_typography import (
    block_spacing,
    break_places,
    columns,
    drawings,
    eastern_text,
    floats,
    glyph_runs,
    justification,
    line_ends,
    make_up,
    page_breaks,
    plans,
    styles,
    tables,
)
from weasyprint_typography.engine import VERSION, EngineMissing, Hyphenation
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.stretches import Layout, Piece, Stretch
from weasyprint_typography.typesetter import Laid, Margins, Typesetter

__all__ = [
    "VERSION",
    "EngineMissing",
    "Hyphenation",
    "Laid",
    "Layout",
    "Margins",
    "NamedString",
    "PageKind",
    "Piece",
    "Stretch",
    "Typesetter",
    "block_spacing",
    "break_places",
    "columns",
    "drawings",
    "eastern_text",
    "floats",
    "glyph_runs",
    "justification",
    "line_ends",
    "make_up",
    "page_breaks",
    "plans",
    "styles",
    "tables",
]
