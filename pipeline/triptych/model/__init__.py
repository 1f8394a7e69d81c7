"""The document model: nodes, the book, and functions to walk them, without input or output."""
