"""How large native charts are: the plots of few bars, and what words leave of a slide.

Enters: a chart and its frame. Leaves: lengths in points. Begin with ``extent.py``.
"""
