"""The kinds of books that are imported, a module each.

Enters: a folder or file of another tool. Leaves: ``SourceBook``, with links as they were.
Begin with ``folder.py``; the table of kinds is in ``importing/__init__.py``.
What only one tool writes is changed in its module's ``prepared``; Quarto's divs and attributes are ours.
"""
