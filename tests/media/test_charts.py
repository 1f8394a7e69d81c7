"""Charts: the same bytes each time, every number where it belongs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from triptych.media.charts import data_rows, draw_chart, format_tick, format_value
from triptych.model.nodes import Chart, ChartData, ChartKind, Series
from triptych.theme import load_theme


def series(*values: float | None, label: str = "Output") -> Series:
    return Series(label=label, values=values, places=tuple(0 for _ in values), decimals=0)


def chart(kind: ChartKind, *all_series: Series, years: bool = True, **more: object) -> Chart:
    count = len(all_series[0].values)
    names = tuple(str(2020 + i) if years else f"Name {i}" for i in range(count))
    positions = tuple(float(name) for name in names) if years else None
    data = ChartData(categories=names, series=all_series, positions=positions)
    return Chart(kind=kind, data=data, caption=(), alt="x", **more)  # type: ignore[arg-type]


KINDS = list(ChartKind)
GAPS = series(1, None, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chart_gives_the_same_bytes(kind: ChartKind) -> None:
    drawing = chart(kind, series(1, 2, 3))
    assert draw_chart(drawing, load_theme()) == draw_chart(drawing, load_theme())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("years", [True, False])
def test_a_drawing_is_svg_without_text_date_or_missing_numbers(kind: ChartKind, years: bool) -> None:
    svg = draw_chart(chart(kind, GAPS, years=years, unit="GW"), load_theme())
    root = etree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    coordinates = " ".join(
        value for element in root.iter() for name, value in element.attrib.items() if name != "id"
    )
    assert "nan" not in coordinates.lower()
    assert "inf" not in coordinates.lower().split()
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert b"<dc:date>" not in svg


@pytest.mark.parametrize("kind", [ChartKind.LINE, ChartKind.BAR, ChartKind.AREA, ChartKind.SCATTER])
@pytest.mark.parametrize(
    "values",
    [
        (None, 1, 2),
        (1, None, None),
        (None, None, 1),
        (0, 0, 0),
        (-1, -2, -3),
        (-1, 0, 1),
        (1e15, 1e-15, 1),
        (5, 5, 5),
    ],
    ids=str,
)
def test_unusual_values_are_drawn(kind: ChartKind, values: tuple[float | None, ...]) -> None:
    assert draw_chart(chart(kind, series(*values)), load_theme()).startswith(b"<?xml")


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_value_is_drawn(kind: ChartKind) -> None:
    assert draw_chart(chart(kind, series(7)), load_theme()).startswith(b"<?xml")


@pytest.mark.parametrize("kind", [ChartKind.BAR, ChartKind.AREA])
def test_stacks_are_drawn_with_gaps(kind: ChartKind) -> None:
    drawing = chart(kind, series(1, None, 3), series(2, 2, None, label="Costs"), stacked=True)
    assert draw_chart(drawing, load_theme()).startswith(b"<?xml")


def test_bars_may_lie() -> None:
    standing = chart(ChartKind.BAR, series(1, 2, 3))
    assert draw_chart(standing, load_theme()) != draw_chart(replace(standing, horizontal=True), load_theme())


def test_labels_with_markup_of_matplotlib_are_plain_text() -> None:
    """A dollar sign starts a formula in matplotlib, and is money in a book."""
    one = chart(
        ChartKind.BAR,
        series(1, 2, label="US$ and CA$"),
        series(1, 2, label="x_1 ^2 {y}"),
        unit="US$ per $ of \\output",
    )
    assert draw_chart(one, load_theme()).startswith(b"<?xml")


@pytest.mark.parametrize("name", ["Cost in $", "$x_$", "a $ b $ c", "\\frac{"])
def test_categories_with_markup_of_matplotlib_are_plain_text(name: str) -> None:
    data = ChartData(categories=(name, "b"), series=(series(1, 2),))
    drawing = Chart(kind=ChartKind.PIE, data=data, caption=(), alt="x")
    assert draw_chart(drawing, load_theme()).startswith(b"<?xml")


def test_many_series_have_colours_each() -> None:
    many = [series(1, 2, label=f"S{i}") for i in range(12)]
    assert draw_chart(chart(ChartKind.LINE, *many), load_theme()).startswith(b"<?xml")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(1234.5, 1, "1,234.5"), (-0.5, 1, "\u22120.5"), (1e6, 0, "1,000,000"), (2.0, 0, "2")],
)
def test_values_have_the_places_of_their_source(value: float, decimals: int, expected: str) -> None:
    assert format_value(value, decimals) == expected


def test_a_value_that_rounds_to_zero_has_no_sign() -> None:
    assert format_value(-0.01, 1) == "0.0"


@pytest.mark.parametrize(
    ("value", "expected"), [(2000.0, "2,000"), (-0.5, "\u22120.5"), (0.0, "0"), (2.5, "2.5")]
)
def test_ticks_are_round(value: float, expected: str) -> None:
    assert format_tick(value) == expected


def test_the_numbers_behind_a_chart_are_rows_with_gaps() -> None:
    rows = list(data_rows(chart(ChartKind.LINE, GAPS, unit="GW")))
    assert rows == [("", "Output (GW)"), ("2020", "1"), ("2021", ""), ("2022", "3")]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("label", ["装机容量", "القدرة", "क्षमता", "Mix 容量 ✓ القدرة", "Мощность"])
def test_a_chart_in_any_script_has_all_its_glyphs(label: str) -> None:
    drawing = chart(ChartKind.BAR, series(1, 2, label=label), series(2, 3, label="B"), unit=label)
    svg = draw_chart(drawing, load_theme())
    assert svg == draw_chart(drawing, load_theme())
    names = [path.get("id") for path in etree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path")]
    assert any((name or "").startswith(("Noto", "EBGaramond")) for name in names)
