"""The layout engine: XHTML and CSS → pages, with its shortcomings patched in ``patches/``.

Enters: a document. Leaves: ``Laid``, pages in stretches.
Begin with ``engine.py``.
"""
