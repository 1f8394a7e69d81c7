"""Write the file: notes pages, fonts, properties, sections, and parts with names and fixed dates.

Enters: a presentation and finished slides. Leaves: bytes, the same for the same deck.
Begin with ``package.py``.
"""
