"""Code that Quarto and knitr run: nothing runs here, stored results stand where it stands.

Enters: a ``Draft`` with cells of code. Leaves: listings, figures and tables.
Begin with ``executable.py``.
"""
