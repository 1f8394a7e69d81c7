"""Convert formulas from MathML to SVG, to a line of Unicode text, or to spoken words.

Start reading with ``formulas.py`` (SVG by Typst), ``linear.py`` (a line of text) or ``spoken.py`` (words).
"""
