"""``::: {.chart}`` and its columns → a chart of the model.

Enters: attributes and ``DataFile``. Leaves: ``Chart``, with a finding at each mistake.
Begin with ``chart.py``.
"""
