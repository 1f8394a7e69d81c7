"""Lines: how paragraphs are broken, filled and drawn.

Enters: boxes of WeasyPrint. Leaves: the same, with better lines.
Begin with ``line_breaks.py``; ``plans.py`` says where lines end, ``filling.py`` makes them long enough.
"""
