"""Define charts and tables with too many points or invalid numbers in CSV files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.small_project import Case, small_project


def _chart(name: str, options: str, csv: Callable[[], str], caption: str = "A") -> Case:
    def write(folder: Path) -> None:
        body = f'::: {{#fig-a {options} data=a.csv fig-alt="B"}}\n{caption}\n:::'
        small_project(folder, body, files={"source/a.csv": csv()})

    return Case(name, "charts", write)


def _table(name: str, options: str, csv: Callable[[], str]) -> Case:
    def write(folder: Path) -> None:
        small_project(
            folder, f"::: {{#tbl-a .table data=a.csv {options}}}\nA\n:::", files={"source/a.csv": csv()}
        )

    return Case(name, "charts", write)


def _rows(count: int, value: Callable[[int], object] = lambda i: i * 7919 % 1_000) -> Callable[[], str]:
    return lambda: "x,y\n" + "".join(f"{i},{value(i)}\n" for i in range(count))


def _values(*values: str) -> Callable[[], str]:
    return lambda: "x,y\n" + "".join(f"a{i},{value}\n" for i, value in enumerate(values))


def _many_charts(folder: Path) -> None:
    """Return sixty charts, each with the maximum number of values."""
    charts = (f'::: {{#fig-a{i} .chart type=line x=x y=y data=a.csv fig-alt="B"}}\nA\n:::' for i in range(60))
    small_project(folder, "\n\n".join(charts), files={"source/a.csv": _rows(3_900)()})


_LINE, _BAR = ".chart type=line x=x y=y", ".chart type=bar x=x y=y"
_LONG = "1234567890" * 4

CHARTS = [
    _chart("chart-line-of-20000", _LINE, _rows(20_000)),
    _chart("chart-line-of-4000", _LINE, _rows(4_000)),
    _chart("chart-bars-1000", _BAR, _rows(1_000)),
    _chart("chart-line-of-200000", _LINE, _rows(200_000)),
    _chart("chart-bars-5000", _BAR, _rows(5_000)),
    _chart("chart-scatter-of-50000", ".chart type=scatter x=x y=y", _rows(50_000)),
    _chart("chart-pie-of-2000", ".chart type=pie x=x y=y", _rows(2_000)),
    _chart("chart-area-of-20000", ".chart type=area x=x y=y", _rows(20_000)),
    _chart(
        "chart-columns-many",
        ".chart type=line x=x y=" + ",".join(f"y{i}" for i in range(1_000)),
        lambda: "x," + ",".join(f"y{i}" for i in range(1_000)) + "\n" + ("1" + ",2" * 1_000 + "\n") * 3,
    ),
    _chart(
        "chart-series-many",
        ".chart type=line x=x y=y series=s",
        lambda: "x,y,s\n" + "".join(f"1,{i},s{i}\n2,{i},s{i}\n" for i in range(3_000)),
    ),
    _chart(
        "chart-facets-many",
        ".chart type=line x=x y=y facet=s",
        lambda: "x,y,s\n" + "".join(f"1,{i},s{i}\n2,{i},s{i}\n" for i in range(2_000)),
    ),
    _chart("chart-1e999", _BAR, _values("1e999", "1")),
    _chart("chart-1e999-minus", _LINE, _values("-1e999", "1e-999")),
    _chart("chart-1e308", ".chart type=bar x=x y=y stacked=true", _values("1e308", "1.7e308", "-1e308")),
    _chart("chart-1e-320", _LINE, _values("1e-320", "2e-320")),
    _chart("chart-exponent-long", _BAR, _values("1e999999999999", "1")),
    _chart("chart-nan", _BAR, _values("nan", "inf", "-Infinity", "1")),
    _chart("chart-28-digits", _BAR, _values(_LONG[:28], "1")),
    _chart("chart-40-digits", _BAR, _values(_LONG, "1")),
    _chart("chart-400-digits", _BAR, _values("9" * 400, "1")),
    _chart("chart-28-places", _LINE, _values("0." + _LONG[:28], "0." + _LONG)),
    _chart("chart-28-digits-categories", ".chart type=line x=y y=x", lambda: f"x,y\n1,{_LONG}\n2,{_LONG}9\n"),
    _chart("chart-digits-of-other-scripts", _BAR, _values("٣", "３", "²", "১")),
    _chart("chart-pie-28-digits", ".chart type=pie x=x y=y", _values(_LONG, _LONG)),
    _chart("chart-heat-28-digits", ".chart type=heatmap x=x y=y", _values(_LONG, "1e999")),
    _chart("chart-waterfall-far", ".chart type=waterfall x=x y=y", _values("1e308", "1e308", "-1e308")),
    _chart(
        "chart-slope-far",
        ".chart type=slope x=x y=y series=s",
        lambda: f"x,y,s\n1,1e308,a\n2,-1e308,a\n1,{_LONG},b\n2,0,b\n",
    ),
    _chart(
        "chart-dumbbell-far",
        ".chart type=dumbbell x=x y=y,z",
        lambda: f"x,y,z\na,1e308,-1e308\nb,{_LONG},1\n",
    ),
    _chart("chart-histogram-far", ".chart type=histogram x=y", _values("1e308", "-1e308", "1")),
    _chart("chart-histogram-infinite", ".chart type=histogram x=y", _values("1e999", "0")),
    _chart("chart-histogram-bins", ".chart type=histogram x=y bins=1000000000", _values("1", "2", "3")),
    _chart(
        "chart-histogram-bins-digits", ".chart type=histogram x=y bins=" + "9" * 400, _values("1", "2", "3")
    ),
    _chart("chart-histogram-narrow", ".chart type=histogram x=y", _values("1", "1.0000000000000002", "1e15")),
    _chart("chart-histogram-of-400-digits", ".chart type=histogram x=y", _values("9" * 400, "1", "2")),
    _chart("chart-log-far", f"{_LINE} y-scale=log", _values("1e-320", "1e308")),
    _chart("chart-log-negative", f"{_LINE} y-scale=log", _values("-1", "0", "1")),
    _chart("chart-limits-far", f"{_LINE} y-min=-1e308 y-max=1e308", _values("1", "2")),
    _chart("chart-limits-infinite", f"{_LINE} y-min=-inf y-max=1e999", _values("1", "2")),
    _chart("chart-limits-turned", f"{_LINE} y-min=5 y-max=nan", _values("1", "2")),
    _chart("chart-limits-tiny", f"{_LINE} y-min=1 y-max=1.0000000000000002", _values("1", "2")),
    _chart("chart-dates-far", _LINE, lambda: "x,y\n0000-00-00,1\n99999-12-31,2\n-4000-01-01,3\n"),
    _chart("chart-dates-apart", _LINE, lambda: "x,y\n0001-01-01,1\n9999-12-31,2\n"),
    _chart("chart-years-far", _LINE, lambda: "x,y\n1e300,1\n2,2\n9999999999999999999999999999999,3\n"),
    _chart("chart-names-long", _BAR, lambda: "x,y\n" + "w" * 500_000 + ",1\nb,2\n"),
    _chart("chart-names-of-words", _BAR, lambda: "x,y\n" + "word " * 50_000 + ",1\nb,2\n"),
    _chart(
        "chart-names-of-5000", _BAR, lambda: "x,y\n" + "".join(f"{'w' * 5_000}{i},{i}\n" for i in range(10))
    ),
    Case("charts-many", "charts", _many_charts),
    _table("table-cells-of-20000", "", lambda: "a,b\n" + f"{'word ' * 3_999},{'w ' * 9_999}\n" * 5),
    _chart("chart-formulas-in-cells", _BAR, lambda: "x,y\n=cmd|'/c calc'!A1,1\n+1+1,2\n@SUM(1),3\n-2+3,4\n"),
    _chart(
        "chart-formulas-in-heads",
        '.chart type=bar x=x y="=1+1"',
        lambda: 'x,=1+1\n"=HYPERLINK(""http://a.b"")",1\nb,2\n',
    ),
    _chart("chart-controls", _BAR, lambda: "x,y\na\x01\x0b,1\nb\ufffe,2\n"),
    _chart("chart-nul", _BAR, lambda: "x,y\na\x00,1\nb,2\n"),
    _chart("chart-bytes", _BAR, lambda: "x,y\na\udcff,1\nb,2\n"),
    _chart("chart-caption-controls", _BAR, _values("1", "2"), "A\x01\ufffe"),
    _chart(
        "chart-title-controls",
        f'{_BAR} slide-title="A\x01\ufffe" y-title="\x0b" note="\x02"',
        _values("1", "2"),
    ),
    _chart("chart-marks-far", f'{_LINE} reference-line="1e999: A" annotate="1e999: B"', _values("1", "2")),
    _chart("chart-mark-28-digits", f'{_LINE} reference-line="{_LONG}: A"', _values("1", "2")),
    _chart("chart-callouts-long", f'{_BAR} callout="a0: {"word " * 5_000}"', _values("1", "2")),
    _chart("chart-units-long", f'{_BAR} unit="{"u" * 50_000}"', _values("1", "2")),
    _chart(
        "chart-tiles-far",
        ".chart type=tilemap x=x y=y column=c row=r",
        lambda: "x,y,c,r\na,1,1000000000,1\nb,2,1,99999999999999999999\n",
    ),
    _chart(
        "chart-tiles-infinite",
        ".chart type=tilemap x=x y=y column=c row=r",
        lambda: "x,y,c,r\na,1e999,1e999,nan\nb,2,1,1\n",
    ),
    _chart(
        "chart-heat-large",
        ".chart type=heatmap x=x y=" + ",".join(f"y{i}" for i in range(200)),
        lambda: (
            "x,"
            + ",".join(f"y{i}" for i in range(200))
            + "\n"
            + "".join(f"r{i}" + ",2" * 200 + "\n" for i in range(300))
        ),
    ),
    _chart("csv-quote-open", _BAR, lambda: 'x,y\n"' + "a,1\n" * 500_000),
    _chart("csv-cell-of-10-mb", _BAR, lambda: "x,y\n" + "w" * 10_000_000 + ",1\n"),
    _chart(
        "csv-columns-100000",
        _BAR,
        lambda: ",".join(["x", "y", *(f"c{i}" for i in range(100_000))]) + "\n1,2\n",
    ),
    _chart("csv-separators-only", _BAR, lambda: "," * 2_000_000),
    _chart("csv-rows-million", _BAR, _rows(1_000_000)),
    _chart("csv-heads-alike", _BAR, lambda: "x,x,y,y\n1,2,3,4\n"),
    _chart("csv-empty", _BAR, lambda: ""),
    _chart("csv-digits-grouped", _BAR, _values('"1,2,3,4"', '"1.234.567,8"', "1'000")),
    _table("table-28-digits", "", _values(_LONG, "1e999", "nan")),
    _table("table-heat-28-digits", ".heatmap", _values(_LONG, "1e308", "-1e308")),
    _table("table-heat-1e999", ".heatmap", _values("1e999", "1", "nan")),
    _table("table-rows-20000", "", _rows(20_000)),
    _table(
        "table-pivot-large",
        ".table rows=x columns=y values=z",
        lambda: "x,y,z\n" + "".join(f"r{i},c{i},1\n" for i in range(1_500)),
    ),
    _table(
        "table-pivot-28-digits",
        ".heatmap rows=x columns=y values=z",
        lambda: f"x,y,z\na,b,{_LONG}\nc,d,1e999\n",
    ),
]
