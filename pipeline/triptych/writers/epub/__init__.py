"""The e-book: XHTML → EPUB 3.3 package."""
