"""What languages ask for: tags, direction, labels, numbers and dates.

Enters: a language tag. Leaves: ``Labels`` and customs, without input or output of their own.
Begin with ``customs.py``.
"""
