"""Text and figures in their places: sizes, lines, continued slides.

Enters: slides as values and the places of a template. Leaves: ``FittedSlide``.
Begin with ``slides.py``.
How much text a place holds is decided by ``fit_text`` in ``text.py``.
"""
