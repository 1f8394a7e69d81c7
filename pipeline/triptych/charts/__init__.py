"""Read charts from data files, lay them out, and draw them once for all outputs.

- A kind of chart is one class in ``kinds/``. It reads and checks the data, lays out and draws the marks,
  chooses the native chart, writes the alternative text, and documents the kind in the guide.
- ``kind.py`` contains the base classes of kinds. ``KINDS`` contains an instance of each kind; ``get_kind``
  and ``get_plot_kind`` return the one of a chart.
- ``model/charts.py`` contains only data: the name of the kind, series, categories and options.
- ``reader.py`` converts ``::: {.chart}`` into a chart, ``drawing.py`` a chart into SVG, and ``rows.py`` its
  values into the rows of a table.
- ``plan.py`` and ``layout.py`` choose axis limits, ticks and the positions of text. The deck uses them too
  (``plan_for_print``), so that all outputs show the same axes.
"""

from triptych.charts.kind import KINDS
from triptych.charts.kinds.bars import Bar
from triptych.charts.kinds.boxplots import Boxplot
from triptych.charts.kinds.bubbles import Bubble
from triptych.charts.kinds.combinations import Combination
from triptych.charts.kinds.dumbbells import Dumbbell
from triptych.charts.kinds.heatmaps import HeatMap
from triptych.charts.kinds.histograms import Histogram
from triptych.charts.kinds.lines import Area, Line
from triptych.charts.kinds.pies import Donut, Pie
from triptych.charts.kinds.scatter import Scatter
from triptych.charts.kinds.slopes import Slope
from triptych.charts.kinds.tilemaps import TileMap
from triptych.charts.kinds.waterfalls import Waterfall

_ALL = (
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
)
KINDS.update((kind.name, kind) for kind in _ALL)
