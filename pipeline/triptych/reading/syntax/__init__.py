"""Pandoc's tree → the nodes of the model.

Enters: lists of pandoc's blocks and inlines. Leaves: ``Block`` and ``Inline`` of the model, with places.
Begin with ``blocks.py``; ``reader.py`` puts the readers together.
"""
