"""The file that is written: properties, sections, parts with fixed times.

Enters: a presentation. Leaves: bytes, the same each time.
Begin with ``package.py``.
"""
