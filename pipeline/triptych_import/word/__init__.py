"""Word documents: what pandoc needs to be told before, and what is made of what it says.

Enters: a ``.docx``. Leaves: a tree of pandoc without styles, and findings.
Begin with ``tree.py``; ``triptych_import/formats/docx.py`` calls it.
"""
