"""Checks of finished PDFs: `check_pdf` for each build, `examination` for ``triptych check``."""

from triptych.checks.pdf.integrity import check_pdf, count_pages

__all__ = ["check_pdf", "count_pages"]
