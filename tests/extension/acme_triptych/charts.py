"""Define rankings as a chart type: bar charts with horizontal bars."""

from triptych.charts.kinds.bars import Bar


class Ranking(Bar):
    """Bars that are always horizontal."""

    name = "ranking"

    def is_horizontal_by_default(self, data):
        return True
