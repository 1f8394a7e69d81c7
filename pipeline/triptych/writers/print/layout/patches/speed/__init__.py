"""What the engine would work out again and again.

Enters: styles and drawings. Leaves: the same pages, sooner.
Begin with ``memoising.py``.
"""
