"""The package of a deck: parts, relations, identifiers, workbooks, the order of elements.

Enters: a ``.pptx`` taken apart. Leaves: what makes PowerPoint repair it.
Begin with ``package.py``.
"""
