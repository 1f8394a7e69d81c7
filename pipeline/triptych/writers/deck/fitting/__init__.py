"""Fit the content of slides into the places of a template: text sizes, line breaks, continued slides.

``slides.py`` turns each slide of the storyboard into one or more ``FittedSlide``. ``text.py`` decides how
much text fits in a place.
"""
