"""Fitted slides → shapes of a presentation.

Enters: ``FittedSlide``. Leaves: slides of python-pptx; native charts in ``charts/``.
Begin with ``slides.py``.
"""
