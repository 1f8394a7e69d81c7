"""Convert pandoc's tree to nodes of the document model.

The readers turn pandoc's blocks and inlines into ``Block`` and ``Inline`` nodes with source positions. The
entry point is ``blocks.py``; functions in ``divs.py`` create the readers.
"""
