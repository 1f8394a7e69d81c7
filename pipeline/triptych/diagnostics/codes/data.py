"""Data files and charts."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "DAT001": Code(
        severity=ERROR,
        summary="data file has no column with this name",
        explanation=(
            "A chart, a table or an expression names a column that is not in the header row of the data "
            "file. Names must match exactly, including upper and lower case. If the header row is not the "
            "first line of the file, delete the lines above it. The element is omitted from all outputs "
            "until the name is correct."
        ),
        bad="""\
::: {#fig-output .chart type=line data=data.csv x=year y=outptu fig-alt="Output grows."}
Output
:::
""",
        good="""\
::: {#fig-output .chart type=line data=data.csv x=year y=output fig-alt="Output grows."}
Output
:::
""",
    ),
    "DAT002": Code(
        severity=ERROR,
        summary="data file is missing or is not a valid table",
        explanation=(
            "The data file does not exist, is not UTF-8 text, or is not a table: it is empty, has no data "
            "rows, uses a column name twice, or has a row whose number of cells differs from the header. "
            "The most frequent cause of an extra cell is a decimal comma in a comma-separated file. JSON "
            "and workbooks (.xlsx) are not read; export the sheet as CSV in UTF-8."
        ),
        bad="""\
year,output
2024,10,5
2025,12,25
""",
        good="""\
year,output
2024,"10,5"
2025,"12,25"
""",
    ),
    "DAT003": Code(
        severity=ERROR,
        summary="data value is missing, or is not a number or date",
        explanation=(
            "A chart or expression needs a number or a date, and the cell contains other text: a unit, a "
            "thousands separator, a date that does not exist. The finding also appears when a column has "
            "no values at all, or when no row has the requested value. Values are never guessed or "
            "skipped, because a missing point would change what the chart says. Leave the cell empty if "
            "there is no value."
        ),
        bad="""\
year,output
2024,10 %
2025,12 %
""",
        good="""\
year,output
2024,10
2025,12
""",
    ),
    "DAT004": Code(
        severity=NOTE,
        rule="guessed-data-format",
        summary="delimiter, decimal separator or date format was guessed",
        explanation=(
            "The file does not use commas between cells and points in numbers, or its dates can be read "
            "in only one way, so the notation was guessed from the rows. The guess is usually right, but "
            "a later row can change it. State the notation with `delimiter=`, `decimal=` or "
            "`date-format=` on the chart or table, or for all files under `data:` in `book.yaml`."
        ),
        bad="""\
::: {#fig-output .chart type=bar data=data.csv x=year y=output fig-alt="Growth."}
Output
:::
""",
        good="""\
::: {#fig-output .chart type=bar data=data.csv delimiter=";" decimal="," x=year y=output fig-alt="Growth."}
Output
:::
""",
    ),
    "DAT005": Code(
        severity=ERROR,
        summary="delimiter of a data file is ambiguous or wrong",
        explanation=(
            "The rows of the file form a table with more than one delimiter, or not with the delimiter "
            "that `delimiter=` sets. Each choice would give other columns, so the file is not read. Set "
            "`delimiter=` to the character between the cells: a comma, a semicolon, a vertical bar or "
            "`tab`."
        ),
        bad="""\
::: {#fig-output .chart type=line data=data.csv delimiter=";" x=year y=output fig-alt="Output grows."}
Output
:::
""",
        good="""\
::: {#fig-output .chart type=line data=data.csv delimiter="," x=year y=output fig-alt="Output grows."}
Output
:::
""",
    ),
    "DAT006": Code(
        severity=ERROR,
        summary="number or date in a data file is ambiguous",
        explanation=(
            "A number such as 1,234 can have a decimal comma or a thousands separator, and a date such as "
            "01/05/2020 can be in January or in May. Nothing else in the column settles the question, and "
            "a wrong guess would publish wrong figures. Set `decimal=` or `date-format=`, or write the "
            "values unambiguously."
        ),
        bad="""\
::: {#fig-a .chart type=line data=data.csv x=day y=output fig-alt="It rises"}
Caption
:::
""",
        good="""\
::: {#fig-a .chart type=line data=data.csv date-format="DD/MM/YYYY" x=day y=output fig-alt="It rises"}
Caption
:::
""",
    ),
    "CHT001": Code(
        severity=ERROR,
        summary="chart or data table has an invalid attribute or unsuitable data",
        explanation=(
            "An attribute is missing, misspelt, has an invalid value, or does not go with another one; or "
            "the data cannot be shown in this type of chart, such as negative values in a pie. The "
            "finding names the attribute, and the hint gives the valid values. The chart is omitted from "
            "all outputs until it is correct; other findings that only follow from this, such as "
            "references to the chart, are not reported."
        ),
        bad="""\
::: {#fig-output .chart type=lien data=data.csv x=year y=output fig-alt="Output grows."}
Output
:::
""",
        good="""\
::: {#fig-output .chart type=line data=data.csv x=year y=output fig-alt="Output grows."}
Output
:::
""",
    ),
    "CHT002": Code(
        severity=WARNING,
        summary="percentages in a pie chart do not add up to 100",
        explanation=(
            "A pie or donut always shows its slices as a whole. If the values are percentages "
            '(`unit="%"`) and add up to 54, a slice of 20% is drawn as 37% of the circle, which '
            "misleads readers. Differences that rounding explains are ignored. Add a slice for the rest, "
            "or use bars."
        ),
        bad="""\
source,share
wind,34
sun,20
""",
        good="""\
source,share
wind,34
sun,20
others,46
""",
    ),
    "CHT003": Code(
        severity=WARNING,
        summary="plot has too many lines or areas to distinguish",
        explanation=(
            "Readers can follow about five lines or areas in one plot. With more, colours repeat or come "
            "close to each other, and colour-blind readers lose track first. Emphasise the line that the "
            "text is about with `highlight=`, which makes the others recede, or give each its own panel "
            "with `facet=`."
        ),
        bad="""\
::: {#fig-share .chart type=line data=data.csv x=year y="a,b,c,d,e,f" fig-alt="All rise."}
Shares
:::
""",
        good="""\
::: {#fig-share .chart type=line data=data.csv x=year y="a,b,c,d,e,f" highlight=f fig-alt="All rise."}
Shares
:::
""",
    ),
    "CHT004": Code(
        severity=WARNING,
        summary="chart labels leave too little space for the plot on a slide",
        explanation=(
            "Title, axis labels and legend take so much of the slide that less than a third of its height "
            "is left for the plot itself. The audience would see more text than data. Shorten the names "
            "of the categories or series, turn the bars with `horizontal=true`, or show fewer categories. "
            "The PDF and the EPUB are not affected."
        ),
        bad="""\
::: {#fig-reasons .chart type=bar data=reasons.csv x=reason y=share horizontal=false}
Reasons for delays
:::
""",
        good="""\
::: {#fig-reasons .chart type=bar data=reasons.csv x=reason y=share horizontal=true}
Reasons for delays
:::
""",
    ),
    "CHT006": Code(
        severity=WARNING,
        summary="colour is assigned to a name that does not appear in any chart",
        explanation=(
            "`chart-colours:` in `book.yaml` gives a series or category the same colour in all charts. "
            "The name in it is not in any chart, but nearly equals one that is, so it is probably "
            "misspelt, and the charts use the default colour. Names that are unlike all others are not "
            "reported."
        ),
        bad="""\
chart-colours: {Chnia: accent1}
""",
        good="""\
chart-colours: {China: accent1}
""",
    ),
    "CHT007": Code(
        severity=WARNING,
        rule="isolated-point",
        summary="line chart has an isolated data point",
        explanation=(
            "Lines and areas break at missing values. A value whose neighbours are both missing has no "
            "line at all and appears as a single dot, which readers may take for a mistake. Fill in the "
            "values, delete the rows without a value so that the line spans the gap, or use "
            "`type=scatter`. Switch the rule off if the gaps are meant to be seen."
        ),
        bad="""\
2020,1
2021,n/a
2022,3
""",
        good="""\
2020,1
2021,2
2022,3
""",
    ),
    "CHT008": Code(
        severity=WARNING,
        rule="suspicious-data",
        summary="chart data contains a likely mistake, such as a misspelt name",
        explanation=(
            "One slice of a pie or donut has the name of a total and is the sum of all others; one year "
            "differs from the others by a missing, extra or swapped digit; a name such as “Heat pump” "
            "fills exactly the gaps of “Heat pumps”; or a number such as 1.390 is in a column of whole "
            "numbers in the thousands, where the point is probably a thousands separator. These are "
            "almost always slips in the data file; correct them there."
        ),
        bad="""\
Hand,140
Solar,20
Total,160
""",
        good="""\
Hand,140
Solar,20
""",
    ),
}
