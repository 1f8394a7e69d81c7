"""Check EPUB files: `check_epub` runs in each build, `validation` in ``triptych check``."""

from triptych.checks.epub.integrity import check_epub

__all__ = ["check_epub"]
