"""The document: nodes, book, walking, JSON. No input or output."""
