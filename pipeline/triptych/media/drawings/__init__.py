"""Vector drawings: diagrams drawn from text, and the words and styles of SVG.

Enters: DOT, Mermaid or SVG. Leaves: SVG in the theme's faces.
Begin with ``diagrams.py``.
"""
