"""Read charts from data files, lay them out, and draw them once for all outputs.

- Each chart type is a class in ``kinds/``. The class reads and checks the data, lays out and draws the chart,
  chooses the native PowerPoint chart, writes the alt text, and documents the type in the guide.
- ``chart_types.py`` contains the base classes of chart types. ``CHART_TYPES`` contains an instance of each
  type; ``get_chart_type`` and ``get_plot_chart_type`` return the instance for a chart.
- ``model/charts.py`` contains only data: the name of the chart type, series, categories and options.
- ``reader.py`` converts ``::: {.chart}`` to a ``Chart``. ``drawing.py`` converts a ``Chart`` to SVG, and
  ``rows.py`` converts its values to table rows.
- ``plot_layout.py`` and ``layout.py`` choose axis limits, ticks and label positions. The deck uses the same
  layout (``lay_out_printed_plot``), so that all outputs show the same axes.
"""

from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.kinds.bars import Bar
from triptych.charts.kinds.boxplots import Boxplot
from triptych.charts.kinds.bubbles import Bubble
from triptych.charts.kinds.combinations import Combination
from triptych.charts.kinds.dumbbells import Dumbbell
from triptych.charts.kinds.funnels import Funnel
from triptych.charts.kinds.gantt import Gantt
from triptych.charts.kinds.heatmaps import HeatMap
from triptych.charts.kinds.histograms import Histogram
from triptych.charts.kinds.lines import Area, Line
from triptych.charts.kinds.marimekko import Marimekko
from triptych.charts.kinds.pies import Donut, Pie
from triptych.charts.kinds.scatter import Scatter
from triptych.charts.kinds.slopes import Slope
from triptych.charts.kinds.tilemaps import TileMap
from triptych.charts.kinds.waterfalls import Waterfall

_ALL_CHART_TYPES = (
    Line(),
    Bar(),
    Area(),
    Scatter(),
    Pie(),
    Donut(),
    Histogram(),
    Slope(),
    Dumbbell(),
    Waterfall(),
    HeatMap(),
    TileMap(),
    Bubble(),
    Boxplot(),
    Combination(),
    Gantt(),
    Funnel(),
    Marimekko(),
)
CHART_TYPES.update((kind.name, kind) for kind in _ALL_CHART_TYPES)
