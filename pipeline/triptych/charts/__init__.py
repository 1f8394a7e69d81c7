"""Charts: read from data files, laid out and drawn once for all outputs.

- A kind of chart is one class, in ``kinds/``. It says how its data are read and checked, how its marks are
  laid out and drawn, which native chart shows it, how it is spoken, and how the guide presents it.
- ``kind.py`` has the classes that it derives from. Their abstract methods are what a kind must have: without
  one of them it cannot be made, and mypy names the method. ``KINDS`` below lists an object of each kind.
- The model (``model/charts.py``) has data only: the name of the kind, series, categories, options. Whoever
  needs to know more asks ``kind_of(chart)``.
- Imports go one way: kinds use the reading of columns, axes, plans and canvas; these know ``kind.py`` alone.
  Writers, which are higher, get from a kind a plan in points and a ``Form``: what the native chart is.
- ``reader.py`` turns ``::: {.chart}`` into a chart, ``drawing.py`` a chart into SVG, ``rows.py`` its numbers
  into a table. ``plan.py`` and ``layout.py`` set limits, ticks and the places of words; the deck takes them
  from there (``plan_for_print``), so that all outputs show the same axes.
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
