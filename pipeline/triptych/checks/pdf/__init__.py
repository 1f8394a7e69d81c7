"""Checks of finished PDFs: `check_pdf` for each build, `examination` and `placing` for ``triptych check``."""

from triptych.checks.pdf.integrity import check_pdf, page_count

__all__ = ["check_pdf", "page_count"]
