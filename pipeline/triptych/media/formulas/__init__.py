"""Formulas: TeX and MathML → drawings, lines of text, words.

Enters: MathML. Leaves: SVG by Typst, or text.
Begin with ``formulas.py`` (drawings), ``linear.py`` (lines), ``spoken.py`` (words).
"""
