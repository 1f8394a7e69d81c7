"""The document model: nodes, book and functions to walk it. No input or output."""
