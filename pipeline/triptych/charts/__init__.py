"""Charts as vector drawings, in the theme's colours and fonts, and their numbers as rows.

What stands where is decided here, in points: no label touches another, and each panel of several has the
same scales. Begin with ``drawing.py``; ``rows.py`` has the numbers.
"""
