"""Model → XHTML, shared by print and EPUB: the same ids, numbers and words in both."""
