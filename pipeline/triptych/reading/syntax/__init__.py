"""Convert pandoc's tree to nodes of the model.

Takes lists of pandoc's blocks and inlines, returns ``Block`` and ``Inline`` nodes with positions. Begin with
``blocks.py``; ``divs.py`` assembles the readers.
"""
