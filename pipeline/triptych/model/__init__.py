"""The document model: nodes, the book, and functions that walk and rewrite them, without input or output."""
