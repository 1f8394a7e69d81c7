"""Fit the content of slides into their places: sizes of text, line breaks, continued slides.

Enters: slides as values and the places of a template. Leaves: ``FittedSlide``. Begin with ``slides.py``;
``fit_text`` in ``text.py`` decides how much text a place holds.
"""
