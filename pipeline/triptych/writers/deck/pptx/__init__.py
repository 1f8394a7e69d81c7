"""Where python-pptx is too slow, or does not reach.

Enters: its objects. Leaves: the same, sooner.
Begin with ``speed.py``.
"""
