"""Convert LaTeX documents, as parsed by pandoc, to Triptych's Markdown.

Enters: pandoc's tree of a ``.tex`` file. Leaves: blocks of chapters, and findings.
Begin with ``tree.py``; ``triptych_import/formats/latex.py`` calls it.
"""
