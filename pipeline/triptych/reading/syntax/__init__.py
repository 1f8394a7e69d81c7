"""Convert pandoc's tree to nodes of the document model.

The readers take pandoc's blocks and inlines, and return ``Block`` and ``Inline`` nodes with source positions.
Start with ``blocks.py``; ``divs.py`` has functions that create the readers.
"""
