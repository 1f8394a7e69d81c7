"""Triptych: one structured source becomes a PDF book, an EPUB and a PowerPoint deck in one build."""

__version__ = "0.1.0"
