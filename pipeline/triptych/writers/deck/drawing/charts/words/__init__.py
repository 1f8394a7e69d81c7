"""Words within native charts: at points, at the ends of lines, and callouts.

Enters: a chart, its frame and what is known of its plot. Leaves: data labels, which follow the workbook, and
shapes of the chart's own. Begin with ``callouts.py``.
"""
