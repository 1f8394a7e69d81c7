"""Draw fitted slides as shapes of a presentation.

``slides.py`` draws a ``FittedSlide`` with python-pptx; ``charts/`` draws native charts.
"""
