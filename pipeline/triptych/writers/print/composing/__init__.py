"""Documents → quires at their places, set in many processes and kept in the cache.

Enters: ``PrintDocument``. Leaves: serialised quires with page numbers.
Begin with ``composing.py``.
"""
