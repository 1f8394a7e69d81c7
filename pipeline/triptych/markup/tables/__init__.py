"""Tables → XHTML: their columns, the room that these need, and what numbers lack to stand in line.

Begin with ``table.py``.
"""
