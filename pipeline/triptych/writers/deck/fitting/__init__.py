"""Fit slide content into the boxes of a template: choose text sizes, break lines, add further slides.

``slides.py`` turns each storyboard slide into one or more ``FittedSlide`` objects. ``text.py`` decides how
much text fits in a box.
"""
