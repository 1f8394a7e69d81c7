"""Convert pandoc's tree to nodes of the document model.

The readers take pandoc's blocks and inlines and return ``Block`` and ``Inline`` nodes with positions. Begin
with ``blocks.py``; ``divs.py`` assembles the readers.
"""
