"""Check PDF files: `check_pdf` runs in each build, `examination` in ``triptych check``."""

from triptych.checks.pdf.integrity import check_pdf, count_pages

__all__ = ["check_pdf", "count_pages"]
