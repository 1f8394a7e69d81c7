"""Build a PDF book, an EPUB and a PowerPoint deck from one source of Markdown, YAML and CSV."""

__version__ = "0.1.0"
