"""LaTeX documents: what pandoc makes of them, in the words of Triptych's Markdown.

Enters: pandoc's tree of a ``.tex`` file. Leaves: blocks of chapters, and findings.
Begin with ``tree.py``; ``importing/formats/latex.py`` calls it.
"""
