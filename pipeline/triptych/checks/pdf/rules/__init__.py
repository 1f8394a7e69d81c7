"""What a PDF has to be: tags, links, fonts, contrast, order, what validators say.

Enters: ``Contents`` and ``Structure``. Leaves: what was found.
Begin with ``tags.py``.
"""
