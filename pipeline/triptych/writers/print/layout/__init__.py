"""The layout engine: XHTML and CSS → pages, with its shortcomings patched in ``patches/``. No other room
imports WeasyPrint, or pydyf, which it writes PDF with.

Enters: a document. Leaves: ``Laid``, pages in stretches.
Begin with ``engine.py``.
"""
