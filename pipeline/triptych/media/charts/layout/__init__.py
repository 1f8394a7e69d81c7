"""Where the parts of a plot stand.

Enters: a chart and the room for it. Leaves: ``Plan``, in points.
Begin with ``plan.py``.
"""
