"""Pages → content streams, with the fonts and pictures that they use.

Enters: ``Laid``. Leaves: ``Quire``.
Begin with ``pages.py``.
"""
