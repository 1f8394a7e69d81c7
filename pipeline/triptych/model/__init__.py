"""Define the document model: nodes, the book, and functions that walk and rewrite them, without I/O."""
