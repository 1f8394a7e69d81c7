"""The names that a Markdown source can use, as data: elements, classes and attributes.

The readers accept these names, the lint compares misspelt names with them, and the guide's reference is
generated from them. Begin with ``markdown.py``; ``entry.py`` has the types, LaTeX commands, and names of other
tools. Options of charts are in ``triptych/charts/options.py``.
"""
