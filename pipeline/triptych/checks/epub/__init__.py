"""Checks of finished e-books: `check_epub` for each build, `validation` for ``triptych check``."""

from triptych.checks.epub.integrity import check_epub

__all__ = ["check_epub"]
