"""Markdown of other tools → Markdown that pandoc reads alike.

Enters: a ``Draft``. Leaves: the draft edited, and what was not carried over.
Begin with ``commonmark.py``; what is prose and what is code tells ``masking.py``.
"""
