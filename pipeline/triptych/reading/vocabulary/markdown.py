"""Everything that Markdown sources can use besides the options of charts, by subject."""

from __future__ import annotations

from collections.abc import Mapping

from triptych.formats import BOOK_FORMATS, FORMATS
from triptych.media.pictures.sizes import WIDE
from triptych.model.letters import DATELINE, LETTER, PARTS
from triptych.model.nodes import PULL_QUOTE, CalloutKind, TheoremKind
from triptych.reading.vocabulary.entry import Element, Name, Topic

TEXT = Topic(
    title="Text",
    summary="Triptych reads pandoc's Markdown. A paragraph ends at a blank line.",
    elements=(
        Element(
            "Emphasis",
            "*emphasis*, **strong**, ***both***, ~~deleted~~, H~2~O, 2^10^",
            "Italic, bold, bold italic and struck-through text, a subscript and a superscript.",
        ),
        Element(
            "Code in a line", "Run `triptych build`.", "Monospaced text, in which no other markup is read."
        ),
        Element(
            "Quotation marks and dashes",
            'She said "yes" -- and meant it --- almost...',
            "Quotation marks of the language, an en dash, an em dash and an ellipsis.",
        ),
        Element(
            "Line break",
            "One line\\\nand the next",
            "A new line in the same paragraph.",
        ),
        Element(
            "Verse",
            "| The limerick packs laughs anatomical\n|    In space that is quite economical",
            "Lines that stay as they are, with their indents.",
        ),
        Element(
            "Escape",
            "\\*not emphasis\\*",
            "The character itself, without its meaning in Markdown.",
        ),
        Element("Comment", "<!-- not for readers -->", "Nothing, in every output."),
        Element(
            "Thematic break",
            "Before.\n\n* * *\n\nAfter.",
            "A break between two scenes or subjects.",
        ),
        Element(
            "Page break",
            "{{< pagebreak >}}",
            "A new page in the PDF. `\\newpage` on a line of its own does the same.",
        ),
    ),
    classes={
        "smallcaps": Name(
            on="words",
            meaning="Sets words in small capitals.",
            example="The [Nato]{.smallcaps} report.",
            aliases=("small-caps",),
        ),
        "underline": Name(
            on="words",
            meaning="Underlines words.",
            example="An [underlined]{.underline} word.",
        ),
        "mark": Name(
            on="words",
            meaning="Highlights words.",
            example="A [highlighted]{.mark} word.",
        ),
        "kbd": Name(
            on="words",
            meaning="Sets words as keys of a keyboard.",
            example="Press [Ctrl]{.kbd} and [C]{.kbd}.",
        ),
        "samp": Name(
            on="words",
            meaning="Sets words as the output of a program.",
            example="The program prints [ready]{.samp}.",
        ),
        "abbr": Name(
            on="words",
            meaning="Marks an abbreviation; the EPUB shows its `title`.",
            example='The [WHO]{.abbr title="World Health Organization"} agreed.',
        ),
        "tcy": Name(
            on="words",
            meaning="Sets a few characters upright side by side in vertical text.",
            example="明治[10]{.tcy}年",
        ),
    },
)

HEADINGS = Topic(
    title="Headings",
    summary="The first heading of a file is the title of its chapter. Headings get numbers and ids by themselves.",
    elements=(
        Element("Section", "## Results\n\n### Costs", "A numbered section and a numbered subsection."),
        Element(
            "Id",
            "## Outlook {#sec-outlook}\n\nSee @sec-outlook.",
            "A section that references find. An id for numbered references begins with `sec-`.",
        ),
    ),
    classes={
        "unnumbered": Name(
            on="headings",
            meaning="Leaves out the number of a heading. `{-}` does the same.",
            example="## Thanks {.unnumbered}",
        ),
        "unlisted": Name(
            on="headings",
            meaning="Leaves a heading out of the table of contents.",
            example="## Details {.unlisted}",
        ),
    },
)

LISTS = Topic(
    title="Lists",
    summary="A list begins after a blank line.",
    elements=(
        Element(
            "Bullets", "- one\n- two\n    - nested", "A list with bullets, with a list in its second item."
        ),
        Element(
            "Numbers", "1. first\n2. second", "A numbered list; `a.`, `i.` and `(1)` number it differently."
        ),
        Element("Tasks", "- [x] done\n- [ ] to do", "A list with boxes, checked or empty."),
        Element(
            "Definitions",
            "Bleed\n:   Ink beyond the trimmed edge.",
            "A term with its definition.",
        ),
    ),
)

LINKS = Topic(
    title="Links and cross-references",
    summary="References are checked: a target that does not exist is an error.",
    elements=(
        Element(
            "Link",
            "[the standard](https://www.w3.org/TR/epub-33/), <https://www.w3.org>",
            "A link in every output.",
        ),
        Element(
            "Link within the book",
            "## Two costs\n\nSee [the costs](#two-costs), or [Two costs].",
            "A link to a heading, by its id or by its words. `[words](other.md#id)` links to another file.",
        ),
        Element(
            "Cross-reference",
            "![A ship](ship.svg){#fig-reference}\n\n@fig-reference, [-@fig-reference], [Fig. @fig-reference]",
            "“Figure 1.1”, the number alone, and a word of your own with the number.",
        ),
        Element(
            "Ids of references",
            "$$a = b$$ {#eq-ids}\n\nSee @eq-ids.",
            "The beginning of an id says what it is: `fig-`, `tbl-`, `sec-`, `eq-` or `lst-`, or that of a callout "
            "or a theorem.",
        ),
        Element(
            "Page reference",
            "![A ship](ship.svg){#fig-page}\n\nSee page [@fig-page]{.page}.",
            "The page number of the printed book, in every output.",
        ),
        Element(
            "LaTeX references",
            "![A ship](ship.svg){#fig-latex}\n\n\\ref{fig-latex}, \\autoref{fig-latex}, \\pageref{fig-latex}",
            "The number, the label with its number, and the page.",
        ),
    ),
    classes={
        "page": Name(
            on="references",
            meaning="Shows the page instead of the number.",
            example="![A ship](ship.svg){#fig-where}\n\nSee p. [@fig-where]{.page}.",
        ),
    },
    attributes={
        "of": Name(
            on="empty references with the class `page`",
            meaning="Names the target of a page reference by an id of any kind.",
            values="an id",
            example="## A place {#a-place}\n\nSee p. []{.page of=a-place}.",
        ),
    },
)

NOTES = Topic(
    title="Notes and citations",
    summary="The bibliography is named in the manifest, and lists what is cited.",
    elements=(
        Element(
            "Footnote",
            "A claim.[^proof]\n\n[^proof]: The proof.",
            "A footnote in the PDF, an endnote with a link back in the EPUB. `^[text]` writes it in place.",
        ),
        Element(
            "Citation",
            "[@lovelace1843], @lovelace1843, [see @lovelace1843, p. 3]",
            "A citation in the style of the book, with an entry in the bibliography.",
        ),
        Element(
            "Place of the bibliography",
            "::: {#refs}\n:::",
            "The bibliography at this place instead of the end of the book.",
        ),
    ),
    classes={
        "aside": Name(
            on="blocks and words",
            meaning="Sets a side note beside the text, in the margin if the page has a column for it.",
            example="A claim.[With a remark.]{.aside}",
            aliases=("column-margin", "sidenote", "marginnote", "margin-note"),
        ),
    },
)

FIGURES = Topic(
    title="Figures",
    summary="Images are PNG, JPEG, WebP, GIF, SVG or a page of a PDF. An image in a paragraph of its own is a figure.",
    elements=(
        Element(
            "Figure",
            '![A harbour at noon](harbour.svg){#fig-harbour fig-alt="A ship on blue water."}\n\nSee @fig-harbour.',
            "A numbered figure with a caption and an alt text.",
        ),
        Element(
            "Image without extension",
            "![A ship](ship)",
            "The best file for each output: `ship.svg`, `ship.png` or another one.",
        ),
        Element(
            "Figure with panels",
            "::: {#fig-panels layout-ncol=2}\n![The harbour](harbour.svg){#fig-left}\n\n"
            "![The ship](ship.svg){#fig-right}\n\nHarbour and ship\n:::\n\nSee @fig-left.",
            "One figure with the panels (a) and (b); `@fig-left` reads “Figure 1.1a”.",
        ),
    ),
    classes={
        "full-width": Name(
            on="figures",
            meaning="Lets a figure extend beyond the edges of the text.",
            example="![The harbour](harbour.svg){.full-width}",
            aliases=tuple(name for name in WIDE if name != "full-width"),
        ),
        "decorative": Name(
            on="images",
            meaning="Marks an ornament, which screen readers skip and which needs no alt text.",
            example="![](ship.svg){.decorative}",
        ),
        "no-float": Name(
            on="figures, tables and callouts with a title",
            meaning="Keeps an element at its place, where it would move to the head of the next page.",
            example="![The harbour](harbour.svg){.no-float}",
        ),
        "landscape": Name(
            on="figures, tables, listings, headings and blocks",
            meaning="Sets an element on a landscape page of the PDF.",
            example="![The harbour](harbour.svg){.landscape}",
        ),
        "align-left": Name(
            on="figures",
            meaning="Aligns a figure, as `fig-align` does.",
            example="![The ship](ship.svg){.align-left width=40%}",
            variants=("align-center", "align-right"),
        ),
        "description": Name(
            on="blocks in a figure or chart",
            meaning="Gives a long description for screen reader users, which the EPUB folds away.",
            example="::: {#fig-described}\n![The harbour](harbour.svg)\n\n::: {.description}\nA ship with two sails "
            "lies in blue water. The sun is high.\n:::\n\nThe harbour\n:::",
        ),
    },
    attributes={
        "fig-alt": Name(
            on="images, diagrams and slides with a picture",
            meaning="Alt text for screen readers.",
            values="text",
            default="the caption",
            example='![The harbour](harbour.svg){fig-alt="A ship on blue water."}',
            aliases=("alt",),
        ),
        "fig-desc": Name(
            on="images, charts and diagrams",
            meaning="Long description for screen reader users.",
            values="text",
            default="none",
            example='![The harbour](harbour.svg){fig-desc="A ship with two sails. The sun is high."}',
        ),
        "width": Name(
            on="images, diagrams and columns of slides",
            meaning="Width of an image in the text, or of a column on a slide.",
            values="a percentage, or a length with `cm`, `mm`, `in`, `pt`, `px` or `em`",
            default="the size of the image, no wider than the text",
            example="![The ship](ship.svg){width=60%}",
        ),
        "height": Name(
            on="images and diagrams",
            meaning="Height of an image, if it has no `width`.",
            values="a length",
            default="in proportion to the width",
            example="![The ship](ship.svg){height=3cm}",
        ),
        "fig-align": Name(
            on="figures",
            meaning="Alignment of a figure.",
            values="`left`, `center`, `right` or `default`",
            default="`default`",
            example="![The ship](ship.svg){fig-align=right width=40%}",
        ),
        "fig-pos": Name(
            on="figures and tables",
            meaning="`H` keeps a figure at its place, as `.no-float` does.",
            values="`H`",
            default="none",
            example="![The ship](ship.svg){fig-pos=H}",
        ),
        "page": Name(
            on="images",
            meaning="Page of a PDF file that is shown as an image.",
            values="a whole number",
            default="`1`",
            example="![The ship](ship.svg){page=1}",
        ),
        **{
            output: Name(
                on="images",
                meaning=f"Another image file for {FORMATS[output].label}.",
                values="a path",
                default="the image",
                example=f"![The ship](ship.svg){{{output}=harbour.svg}}",
            )
            for output in BOOK_FORMATS
        },
        "layout-ncol": Name(
            on="blocks of figures",
            meaning="Number of columns of a figure with panels.",
            values="a whole number from 1 to 6",
            default="`1`",
            example="::: {#fig-columns layout-ncol=2}\n![The harbour](harbour.svg)\n\n![The ship](ship.svg)\n\n"
            "Two panels\n:::",
        ),
        "layout-nrow": Name(
            on="blocks of figures",
            meaning="Number of rows of a figure with panels.",
            values="a whole number",
            default="none",
            example="::: {#fig-rows layout-nrow=1}\n![The harbour](harbour.svg)\n\n![The ship](ship.svg)\n\n"
            "Two panels\n:::",
        ),
        "layout": Name(
            on="blocks of figures, and slides",
            meaning="Panels of each row; on a slide, the name of a layout of the PowerPoint template.",
            values="a list of rows, or a name",
            default="none",
            example='::: {#fig-layout layout="[[1, 1], [1]]"}\n![The harbour](harbour.svg)\n\n![The ship](ship.svg)\n\n'
            "![Again the ship](ship.svg)\n\nThree panels\n:::",
        ),
    },
)

TABLES = Topic(
    title="Tables",
    summary="Pipe tables, grid tables and pandoc's other tables are read. Columns of numbers are aligned at the "
    "decimal mark.",
    elements=(
        Element(
            "Table",
            "| City  | Trips |\n|-------|------:|\n| Alma  |    61 |\n| Brink |    52 |\n\n"
            ": Trips a day {#tbl-trips}\n\nSee @tbl-trips.",
            "A numbered table with a caption.",
        ),
        Element(
            "Table in a block",
            "::: {#tbl-block}\n| City  | Trips |\n|-------|------:|\n| Alma  |    61 |\n| Brink |    52 |\n\n"
            "Trips a day\n:::",
            "The same; the last paragraph is the caption.",
        ),
    ),
    classes={
        "heatmap": Name(
            on="tables",
            meaning="Colours the cells of a table by their values.",
            example="| City  | 2015 | 2025 |\n|-------|-----:|-----:|\n| Alma  |   42 |   61 |\n| Brink |   35 |   52 |\n\n"
            ": Trips a day {#tbl-heat .heatmap}",
        ),
    },
    attributes={
        "tbl-colwidths": Name(
            on="tables",
            meaning="Relative widths of the columns.",
            values="a list with one number per column",
            default="computed from the content",
            example="| City  | Remark          |\n|-------|-----------------|\n| Alma  | on the coast    |\n"
            '| Brink | in the mountains |\n\n: Cities {#tbl-widths tbl-colwidths="[30,70]"}',
        ),
        "row-headers": Name(
            on="tables",
            meaning="Number of columns that name their rows.",
            values="a whole number",
            default="1 if the first column has a short, distinct text in each row, else 0",
            example="| City  | Trips |\n|-------|------:|\n| Alma  |    61 |\n| Brink |    52 |\n\n"
            ": Trips a day {#tbl-headers row-headers=0}",
        ),
        "heatmap": Name(
            on="tables with the class `heatmap`",
            meaning="One colour scale for each column instead of one for the table.",
            values="`columns`",
            default="one scale",
            example="| City  | Trips | Inhabitants |\n|-------|------:|------------:|\n| Alma  |    61 |         180 |\n"
            "| Brink |    52 |          95 |\n\n: Cities {#tbl-scales .heatmap heatmap=columns}",
        ),
    },
)

_WIDE_TABLE = "::: {{#tbl-{name} .table data=cities.csv {more}}}\nCities\n:::"
_LONG_TABLE = (
    "::: {{#tbl-{name} .table data=regions.csv rows=region columns=year values=rate {more}}}\nRates\n:::"
)


def _wide(name: str, more: str) -> str:
    return _WIDE_TABLE.format(name=name, more=more).replace(" }", "}")


def _long(name: str, more: str = "") -> str:
    return _LONG_TABLE.format(name=name, more=more).replace(" }", "}")


DATA_TABLES = Topic(
    title="Tables from data",
    summary="A table can show columns of a CSV file, or arrange a file with one value per row.",
    elements=(
        Element(
            "Columns of a file",
            _wide("columns", 'columns="city,after" labels="City,Trips a day"'),
            "A table with these columns, numbers aligned and written as in the language of the book.",
        ),
        Element(
            "A value per row",
            _long("long"),
            "A table with a row for each region and a column for each year.",
        ),
    ),
    classes={
        "table": Name(
            on="blocks",
            meaning="Makes a table of a data file.",
            example=_wide("class", ""),
        ),
    },
    attributes={
        "data": Name(
            on="data tables",
            meaning="Data file, a path relative to the section or the manifest.",
            values="a CSV file",
            default="required",
            example=_wide("data", ""),
        ),
        "columns": Name(
            on="data tables",
            meaning="Columns to show; with `rows`, the column whose values head the columns.",
            values="columns separated by commas",
            default="all columns",
            example=_wide("chosen", 'columns="city,before"'),
        ),
        "labels": Name(
            on="data tables",
            meaning="Header of each column.",
            values="texts separated by commas",
            default="the names of the columns",
            example=_wide("labels", 'columns="city,after" labels="City,Trips"'),
        ),
        "units": Name(
            on="data tables",
            meaning="Unit of each column, in brackets in its header.",
            values="units separated by commas, empty for none",
            default="none",
            example=_wide("units", 'columns="city,after" units=",trips a day"'),
        ),
        "where": Name(
            on="data tables",
            meaning="Use only the rows that have a value in a column.",
            values="`COLUMN=VALUE`, several separated by semicolons",
            default="all rows",
            example=_wide("where", 'where="city=Alma"'),
        ),
        "delimiter": Name(
            on="data tables",
            meaning="Delimiter between the cells of the data file.",
            values="`,`, `;`, `|` or `tab`",
            default="`data: delimiter:` in the manifest, else detected",
            example='::: {#tbl-delimiter .table data=rents.csv delimiter=";" decimal=","}\nRents\n:::',
        ),
        "decimal": Name(
            on="data tables",
            meaning="Decimal separator in the data file.",
            values="`.` or `,`",
            default="`data: decimal:` in the manifest, else detected",
            example='::: {#tbl-decimal .table data=rents.csv delimiter=";" decimal=","}\nRents\n:::',
        ),
        "rows": Name(
            on="data tables",
            meaning="Column whose values head the rows, for data with one value per row.",
            values="a column",
            default="none",
            example=_long("rows"),
        ),
        "values": Name(
            on="data tables with `rows`",
            meaning="Column of the values.",
            values="a column",
            default="required with `rows`",
            example=_long("values"),
        ),
        "notes": Name(
            on="data tables with `rows`",
            meaning="Columns whose text is set in small type below each value.",
            values="columns separated by commas",
            default="none",
            example=_long("notes", "notes=grade"),
        ),
        "order": Name(
            on="data tables with `rows`",
            meaning="Rows or columns that come first.",
            values="names separated by semicolons",
            default="the order of the file",
            example=_long("order", 'order="South; East"'),
        ),
        "unit": Name(
            on="data tables with `rows`",
            meaning="Unit of all values, in brackets after the caption.",
            values="text",
            default="none",
            example=_long("unit", 'unit="%"'),
        ),
    },
)

CHARTS = Topic(
    title="Charts",
    summary="A chart is drawn from a CSV file. [Charts](charts.md) lists its kinds and options.",
    elements=(
        Element(
            "Chart",
            '::: {#fig-chart .chart type=bar data=cities.csv x=city y=after unit="trips a day" '
            'fig-alt="Four bars. Alma has most trips, 61."}\nTrips in four cities\n:::',
            "A vector drawing in the PDF and the EPUB, a native chart in the deck.",
        ),
    ),
    classes={
        "chart": Name(
            on="blocks",
            meaning="Draws a chart of a data file.",
            example='::: {.chart type=bar data=cities.csv x=city y=before fig-alt="Four bars. Corvo has most, 58."}\n'
            "Trips in four cities\n:::",
        ),
    },
    attributes={
        "slide-title": Name(
            on="charts, tables, figures and slides",
            meaning="Title of the slide that shows an element.",
            values="text",
            default="a sentence from the text near the element",
            example='![The harbour](harbour.svg){#fig-titled slide-title="The harbour is deep enough"}',
        ),
    },
)

DIAGRAMS = Topic(
    title="Diagrams",
    summary="Graphviz and Mermaid code is drawn without a browser, and needs the extra of its name.",
    elements=(
        Element(
            "Graphviz",
            "```{dot}\n//| label: fig-steps\n//| fig-cap: Three steps\n//| fig-alt: Write leads to build, build to "
            "read.\ndigraph { rankdir=LR; write -> build -> read }\n```",
            "A numbered figure. Attributes may also follow the language: "
            '`{dot #fig-x fig-cap="…"}`. `graphviz` is another name of the language.',
        ),
        Element(
            "Mermaid",
            "```{mermaid}\n%%| fig-cap: Two steps\n%%| fig-alt: Write leads to build.\nflowchart LR\n  write --> build\n"
            "```",
            "A figure. Flow charts, sequence diagrams and most other kinds are drawn.",
        ),
    ),
    classes={
        "narrow": Name(
            on="diagrams",
            meaning="Replaces the diagram before it on small screens.",
            example='```{.dot fig-cap="Steps" fig-alt="Write leads to build."}\ndigraph { rankdir=LR; write -> build }\n'
            "```\n\n```{.dot .narrow}\ndigraph { write -> build }\n```",
        ),
    },
    attributes={
        "fig-cap": Name(
            on="diagrams",
            meaning="Caption of a diagram, in Markdown.",
            values="text",
            default="none",
            example='```{.dot fig-cap="Two *steps*" fig-alt="Write leads to build."}\ndigraph { write -> build }\n```',
        ),
        "fig-width": Name(
            on="diagrams",
            meaning="Width of a diagram in inches.",
            values="a number",
            default="the size of the drawing",
            example='```{.dot fig-cap="Steps" fig-alt="Write leads to build." fig-width=2}\n'
            "digraph { write -> build }\n```",
        ),
        "label": Name(
            on="options in the code of diagrams",
            meaning="Id of a diagram.",
            values="an id",
            default="none",
            example="```{dot}\n//| label: fig-labelled\n//| fig-cap: Steps\n//| fig-alt: Write leads to build.\n"
            "digraph { write -> build }\n```",
        ),
        "eval": Name(
            on="diagrams",
            meaning="`false` shows the code instead of the drawing.",
            values="`true` or `false`",
            default="`true`",
            example="```{.dot eval=false}\ndigraph { write -> build }\n```",
        ),
    },
)

CODE = Topic(
    title="Code",
    summary="The language after the fence sets the colours of keywords and strings.",
    elements=(
        Element(
            "Listing",
            '```{.python #lst-hello lst-cap="A greeting"}\nprint("Hello")\n```\n\nSee @lst-hello.',
            "A numbered listing with a caption.",
        ),
        Element("Code block", '```python\nprint("Hello")\n```', "A listing without number and caption."),
    ),
    classes={
        "numberLines": Name(
            on="listings",
            meaning="Numbers the lines.",
            example='```{.python .numberLines}\nprint("Hello")\nprint("again")\n```',
            aliases=("number-lines",),
        ),
        "output": Name(
            on="listings",
            meaning="Marks the output of the listing before it; the deck shows both on one slide.",
            example='```python\nprint("{")\nprint(\'  "greeting": "Hello"\')\nprint("}")\n```\n\n'
            '```{.json .output}\n{\n  "greeting": "Hello"\n}\n```',
            aliases=("cell-output-stdout", "cell-output-stderr", "cell-output-display"),
        ),
    },
    attributes={
        "lst-cap": Name(
            on="listings",
            meaning="Caption.",
            values="text",
            default="none",
            example='```{.python lst-cap="A greeting"}\nprint("Hello")\n```',
            aliases=("caption",),
        ),
        "highlight-lines": Name(
            on="listings",
            meaning="Lines with a coloured background.",
            values="numbers and ranges separated by commas",
            default="none",
            example='```{.python highlight-lines="1,3-4"}\na = 1\nb = 2\nc = 3\nd = 4\n```',
            aliases=("code-line-numbers",),
        ),
        "startFrom": Name(
            on="listings with `.numberLines`",
            meaning="Number of the first line.",
            values="a whole number",
            default="`1`",
            example='```{.python .numberLines startFrom=10}\nprint("Hello")\n```',
            aliases=("start-from",),
        ),
        "include": Name(
            on="listings",
            meaning="File whose text is shown.",
            values="a path",
            default="none",
            example="```{.python include=greeting.py}\n```",
            aliases=("file",),
        ),
        "lines": Name(
            on="listings with `include`",
            meaning="Lines of the file.",
            values="a range such as `3-9`",
            default="all lines",
            example="```{.python include=greeting.py lines=2-3}\n```",
        ),
        "region": Name(
            on="listings with `include`",
            meaning="Part of the file between comments with `region NAME` and `endregion`.",
            values="a name",
            default="the whole file",
            example="```{.python include=greeting.py region=greet}\n```",
        ),
    },
)

FORMULAS = Topic(
    title="Formulas",
    summary="Formulas are written in LaTeX. The PDF draws them, the EPUB has MathML, the deck native equations.",
    elements=(
        Element("Formula in a line", "Energy is $E = mc^2$.", "A formula in the text."),
        Element(
            "Displayed formula",
            "$$\n\\int_0^1 x^2 \\, dx = \\frac{1}{3}\n$$ {#eq-integral}\n\nSee @eq-integral.",
            "A numbered formula. Without an id it has no number.",
        ),
        Element(
            "Lines of a formula",
            "\\begin{align}\na &= b + c \\\\\n  &= d \\label{eq-lines}\n\\end{align}\n\nSee \\eqref{eq-lines}.",
            "Lines that are aligned at `&`. `\\tag{…}` gives a number of your own.",
        ),
        Element(
            "Macros",
            "\\newcommand{\\R}{\\mathbb{R}}\n\nThe line $\\R$.",
            "A command of your own for formulas; `\\renewcommand`, `\\providecommand`, `\\def`, `\\let` and "
            "`\\DeclareMathOperator` are read as well.",
        ),
    ),
)

CALLOUTS = Topic(
    title="Callouts",
    summary="A callout is a box with a title; the five kinds have colours of their own.",
    elements=(
        Element(
            "Callout",
            '::: {.callout-tip title="Save often"}\nPress Ctrl-S.\n:::',
            "A box with this title. Without one, the title is the name of the kind.",
        ),
        Element("Alert", "> [!NOTE]\n> Press Ctrl-S.", "The same as a callout of the kind note."),
        Element(
            "Numbered callout",
            "::: {#tip-save .callout-tip}\nPress Ctrl-S.\n:::\n\nSee @tip-save.",
            "A callout that references find. Ids begin with `nte-`, `tip-`, `imp-`, `wrn-` or `cau-`.",
        ),
    ),
    classes={
        "callout-note": Name(
            on="blocks",
            meaning="Makes a callout of this kind.",
            example="::: {.callout-note}\nPress Ctrl-S.\n:::",
            variants=tuple(f"callout-{kind}" for kind in CalloutKind if kind != "note"),
        ),
    },
    attributes={
        "title": Name(
            on="callouts, slides, theorems and abbreviations",
            meaning="Title of a box or a slide; full form of an abbreviation.",
            values="text",
            default="the first heading in the block, else the name of the kind",
            example='::: {.callout-note title="Before you start"}\nSave your work.\n:::',
        ),
    },
)

QUOTATIONS = Topic(
    title="Quotations and letters",
    summary="A last line that begins with a dash names the source of a quotation.",
    elements=(
        Element(
            "Quotation",
            "> The engine weaves patterns.\n>\n> — Ada Lovelace, *Notes*",
            "A block quotation with its source.",
        ),
        Element(
            "Letter",
            "::: {.letter}\n[London, 5 May]{.dateline}\n\n[Dear Ada,]{.salutation}\n\nAll is well.\n\n"
            "[Yours,]{.valediction}\n[Charles]{.signature}\n:::",
            "A letter, with date and signature at the end of their lines.",
        ),
    ),
    classes={
        "epigraph": Name(
            on="blocks",
            meaning="Sets a quotation as the motto of a chapter.",
            example="::: {.epigraph}\nThe engine weaves patterns.\n\n— Ada Lovelace\n:::",
        ),
        PULL_QUOTE: Name(
            on="blocks",
            meaning="Repeats words of the text in large type in the PDF and the EPUB.",
            example="The engine weaves patterns, and it weaves them well.\n\n::: {.pullquote}\n"
            "The engine weaves patterns\n:::",
        ),
        LETTER: Name(
            on="blocks",
            meaning="Makes a letter, whose parts the EPUB names.",
            example="::: {.letter}\n[Dear Ada,]{.salutation}\n\nAll is well.\n:::",
        ),
        "dateline": Name(
            on="words in a letter, or in a preface",
            meaning="Marks this part of a letter.",
            example="::: {.letter}\n[London, 5 May]{.dateline}\n\nAll is well.\n:::",
            variants=tuple(sorted(PARTS - {DATELINE})),
        ),
    },
)

_THEOREM_NAMES = {kind: kind.name.lower() for kind in TheoremKind}
THEOREMS = Topic(
    title="Theorems and proofs",
    summary="The beginning of the id or the class sets the kind: "
    + ", ".join(f"`{kind}-` or `.{name}`" for kind, name in _THEOREM_NAMES.items() if kind != name)
    + ", and `.proof`.",
    elements=(
        Element(
            "Theorem",
            '::: {#thm-line name="Shortest path"}\nThe straight line is shortest.\n:::\n\nSee @thm-line.',
            "A numbered theorem with a name.",
        ),
        Element("Proof", "::: {.proof}\nIt is obvious.\n:::", "A proof with a mark at its end."),
    ),
    classes={
        "theorem": Name(
            on="blocks",
            meaning="Makes a block of this kind.",
            example="::: {.theorem}\nThe straight line is shortest.\n:::",
            variants=tuple(name for name in _THEOREM_NAMES.values() if name != "theorem"),
        ),
    },
    attributes={
        "name": Name(
            on="theorems and their like",
            meaning="Name of a theorem, in brackets after its number.",
            values="text",
            default="the first heading in the block",
            example='::: {#lem-name name="Zorn"}\nA maximal element exists.\n:::',
        ),
    },
)

INDEX = Topic(
    title="Index",
    summary="The index comes last in the book, or at `::: {#index}`.",
    elements=(
        Element("Entry", "A [quire]{.index} has many pages.", "An entry that points to this page."),
        Element(
            "LaTeX entries",
            "\\index{paper!handmade}\\index{binding|see{quire}} Paper is \\index{bleed|textbf}trimmed.",
            "A sub-entry, a reference to another entry, and a main place in bold.",
        ),
        Element(
            "Passage",
            "\\index{printing|(}\n\nIt begins here.\n\nIt ends here.\\index{printing|)}",
            "An entry with a range of pages.",
        ),
        Element("Place of the index", "::: {#index}\n:::", "The index at this place instead of the end."),
    ),
    classes={
        "index": Name(
            on="words",
            meaning="Makes an index entry of words.",
            example="The [running head]{.index} names the chapter.",
        ),
        "main": Name(
            on="index entries",
            meaning="Marks the main place of an entry, which the index shows first and in bold.",
            example="A [folio]{.index .main} is a page number.",
        ),
    },
    attributes={
        "entry": Name(
            on="index entries",
            meaning="Text of the entry; `!` separates a sub-entry.",
            values="text",
            default="the words",
            example='Paper that is [made by hand]{.index entry="paper!handmade"}.',
        ),
        "sort": Name(
            on="index entries",
            meaning="Text by which the entry is sorted.",
            values="text",
            default="the entry",
            example='The [ΑΒΓ]{.index sort="alphabet"} of Greek.',
        ),
        "see": Name(
            on="index entries",
            meaning="Entries to look under instead, separated by semicolons.",
            values="text",
            default="none",
            example='The [folio]{.index} and [page number]{.index see="folio"}.',
        ),
        "see-also": Name(
            on="index entries",
            meaning="Entries to look under as well, separated by semicolons.",
            values="text",
            default="none",
            example='A [verso]{.index} and a [recto]{.index see-also="verso"}.',
            aliases=("seealso",),
        ),
        "range": Name(
            on="index entries",
            meaning="Start or end of a passage.",
            values="`start` or `end`",
            default="none",
            example="[Paper]{.index range=start} is made of fibres.\n\n## Old paper\n\n[Paper]{.index range=end} can be recycled.",
        ),
    },
)

GLOSSARY = Topic(
    title="Glossary",
    summary="Terms are defined in the file that `glossary` of [the manifest](manifest.md#top-level) names, or in a "
    "definition list in `::: {.glossary}`.",
    elements=(
        Element(
            "Term",
            "A plant of two [GW]{.gls}. The next has three [GW]{.gls}.",
            "“gigawatt (GW)” at the first place in the book, then “GW”, each with a link to the glossary.",
        ),
        Element(
            "LaTeX terms",
            "A plant of two \\gls{gw}.",
            "The same; `\\glspl`, `\\acrshort`, `\\acrlong` and `\\acrfull` choose a form.",
        ),
        Element(
            "Place of the glossary", "::: {#glossary}\n:::", "The glossary at this place instead of the end."
        ),
    ),
    classes={
        "gls": Name(
            on="words",
            meaning="Links a term to its entry in the glossary.",
            example="Two [GW]{.gls} are enough.",
            aliases=("term",),
        ),
        "short": Name(
            on="terms",
            meaning="Shows the abbreviation alone, also at the first place.",
            example="Two [GW]{.gls .short} are enough.",
        ),
        "long": Name(
            on="terms",
            meaning="Shows the term in full.",
            example="One [GW]{.gls .long} is enough.",
        ),
        "full": Name(
            on="terms",
            meaning="Shows the term with its abbreviation in brackets at any place.",
            example="One [GW]{.gls .full} is enough.",
        ),
        "plural": Name(
            on="terms",
            meaning="Shows the plural of the glossary entry where the term is spelt out.",
            example="Two [GW]{.gls .plural} are enough.",
        ),
        "glossary": Name(
            on="blocks",
            meaning="Makes a definition list part of the glossary.",
            example="::: {.glossary}\nvolt (V)\n:   The unit of electric tension.\n:::\n\nA [V]{.gls} is little.",
        ),
    },
    attributes={
        "term": Name(
            on="terms",
            meaning="Term or key of the entry, if the words differ.",
            values="text",
            default="the words",
            example="Two [such units]{.gls term=GW} are enough.",
            aliases=("key",),
        ),
    },
)

LANGUAGES = Topic(
    title="Languages",
    summary="The language sets hyphenation, quotation marks, fonts and the voice of screen readers.",
    elements=(
        Element(
            "Passage",
            "::: {lang=fr}\nIl fait beau.\n:::\n\nA [Weltanschauung]{lang=de}.",
            "Text in another language.",
        ),
    ),
    attributes={
        "lang": Name(
            on="blocks, words and headings",
            meaning="Language of an element.",
            values="a BCP 47 tag",
            default="the language of the chapter",
            example="A [Weltanschauung]{lang=de}.",
        ),
        "dir": Name(
            on="blocks and words",
            meaning="Writing direction, if it differs from that of the language.",
            values="`ltr` or `rtl`",
            default="that of the language",
            example="The number [+49 30 1234]{dir=ltr}.",
        ),
    },
)

CONDITIONS = Topic(
    title="Conditional content",
    summary="Every element can have conditions. Numbers are the same in all outputs, whatever they leave out.",
    elements=(
        Element(
            "Block for one output",
            '::: {.content-visible when-format="pdf"}\nPrinted on paper.\n:::',
            "A paragraph that only the PDF has.",
        ),
    ),
    classes={
        "content-visible": Name(
            on="blocks and words",
            meaning="Shows an element only under its condition.",
            example='::: {.content-visible when-format="epub"}\nOn a screen.\n:::',
        ),
        "content-hidden": Name(
            on="blocks and words",
            meaning="Hides an element under its condition.",
            example='::: {.content-hidden when-format="epub"}\nNot on a screen.\n:::',
        ),
        "book-only": Name(
            on="all elements",
            meaning="Leaves an element out of the deck.",
            example="::: {.book-only}\nFor readers.\n:::",
        ),
        "slide-only": Name(
            on="all elements",
            meaning="Leaves an element out of the PDF and the EPUB.",
            example="::: {.slide-only}\nFor the audience.\n:::",
        ),
    },
    attributes={
        "when-format": Name(
            on="all elements",
            meaning="Outputs that show an element.",
            values="`pdf`, `epub` or `pptx`, or several",
            example='[On paper.]{.content-visible when-format="pdf"} Everywhere.',
        ),
        "unless-format": Name(
            on="all elements",
            meaning="Outputs that do not show an element.",
            values="`pdf`, `epub` or `pptx`, or several",
            example='[On screens.]{.content-visible unless-format="pdf"} Everywhere.',
        ),
        "when-profile": Name(
            on="all elements",
            meaning="Profiles that show an element.",
            values="names of profiles",
            example='::: {.content-visible when-profile="teacher"}\nThe solution is 42.\n:::',
        ),
        "unless-profile": Name(
            on="all elements",
            meaning="Profiles that do not show an element.",
            values="names of profiles",
            example='::: {.content-visible unless-profile="teacher"}\nFind the solution.\n:::',
        ),
        "when-meta": Name(
            on="all elements",
            meaning="Shows an element if a key of the manifest is set and not false.",
            values="the path of a key",
            example='::: {.content-visible when-meta="book.subtitle"}\nThere is a subtitle.\n:::',
        ),
        "unless-meta": Name(
            on="all elements",
            meaning="Shows an element unless a key of the manifest is set.",
            values="the path of a key",
            example='::: {.content-visible unless-meta="book.subtitle"}\nThere is no subtitle.\n:::',
        ),
    },
)

SLIDES = Topic(
    title="Slides and notes",
    summary="The deck makes slides of headings, charts, tables and figures by itself. These names change its choice.",
    elements=(
        Element(
            "Slide",
            '::: {.slide title="Three results"}\n- faster\n- cheaper\n- quieter\n:::',
            "A slide that only the deck has.",
        ),
        Element(
            "Speaker notes",
            "::: notes\nGive an example here.\n:::",
            "What the speaker says to the nearest slide of the section, instead of sentences from the text.",
        ),
        Element(
            "Two columns",
            '::::: {.slide title="Before and after"}\n:::: columns\n::: {.column width=40%}\n- slow\n:::\n\n'
            "::: {.column width=60%}\n- fast\n:::\n::::\n:::::",
            "Two columns. A heading in each makes a comparison.",
        ),
        Element(
            "Pause",
            '::: {.slide title="In two steps"}\nFirst this.\n\n. . .\n\nThen that.\n:::',
            "Content that appears with a click.",
        ),
    ),
    classes={
        "slide": Name(
            on="blocks, and elements that would have no slide",
            meaning="Makes a slide of a block, or of a quotation, listing, formula or callout.",
            example='::: {.slide title="The result"}\nIt works.\n:::',
        ),
        "no-slide": Name(
            on="charts, tables, figures and listings",
            meaning="Keeps an element off the slides.",
            example="![The ship](ship.svg){#fig-off .no-slide}",
        ),
        "backup": Name(
            on="slides and elements that have one",
            meaning="Hides the slide after the end of the talk.",
            example='::: {.slide .backup title="Details"}\nFor questions.\n:::',
        ),
        "notes": Name(
            on="blocks",
            meaning="Gives the speaker notes of a slide.",
            example="::: notes\nPause here.\n:::",
        ),
        "incremental": Name(
            on="blocks on slides",
            meaning="Reveals list items one by one.",
            example=':::: {.slide title="Steps"}\n::: incremental\n- one\n- two\n:::\n::::',
        ),
        "step": Name(
            on="blocks on slides",
            meaning="Reveals a block with a click, as a pause does.",
            example=':::: {.slide title="Steps"}\nFirst.\n\n::: step\nSecond.\n:::\n::::',
        ),
        "columns": Name(
            on="blocks on slides",
            meaning="Holds two columns.",
            example=':::: {.slide title="Two"}\n::: columns\n:::: column\nLeft.\n::::\n\n:::: column\nRight.\n::::\n'
            ":::\n::::",
        ),
        "column": Name(
            on="blocks in `columns`",
            meaning="Makes a column.",
            example=':::: {.slide title="Halves"}\n::: columns\n:::: column\nLeft.\n::::\n\n:::: column\nRight.\n::::\n'
            ":::\n::::",
        ),
        "big-numbers": Name(
            on="slides and blocks with a definition list",
            meaning="Shows up to four numbers in large type.",
            example='::: {.slide .big-numbers title="The year"}\n61\n:   trips a day\n\n4\n:   cities\n:::',
        ),
        "timeline": Name(
            on="slides and blocks with a definition list",
            meaning="Shows dates along a line.",
            example='::: {.slide .timeline title="History"}\n2015\n:   first line\n\n2025\n:   fourth line\n:::',
        ),
    },
    attributes={
        "background-image": Name(
            on="slides",
            meaning="Image that fills the slide; `fig-alt` describes it.",
            values="a path",
            default="none",
            example='::: {.slide title="The harbour" background-image=harbour.svg fig-alt="A ship on blue water."}\n:::',
        ),
        "overflow": Name(
            on="slides",
            meaning="How to handle content that does not fit.",
            values="`split`, `shrink` or `error`",
            default="`format: pptx: overflow:` of the manifest",
            example='::: {.slide title="Much" overflow=shrink}\nMany words.\n:::',
        ),
    },
)

SHORTCODES = Topic(
    title="Shortcodes and values",
    summary="Shortcodes insert files and values. Expressions need `jinja: true` in [the manifest](manifest.md).",
    elements=(
        Element("Include", "{{< include note.md >}}", "The text of another file, on a line of its own."),
        Element("Variable", "Version {{< var version >}}.", "A value of `variables` in the manifest."),
        Element("Metadata", "The title is {{< meta title >}}.", "A value of the manifest."),
        Element(
            "Expression",
            '{{ data("energy.csv").last("solar") | number }} TWh',
            "A value of a data file, written as in the language of the book. `first`, `at(key, column)`, "
            "`where(column, value)` and `total(column)` read other values.",
        ),
    ),
)

TOPICS = (
    TEXT,
    HEADINGS,
    LISTS,
    LINKS,
    NOTES,
    FIGURES,
    TABLES,
    DATA_TABLES,
    CHARTS,
    DIAGRAMS,
    CODE,
    FORMULAS,
    CALLOUTS,
    QUOTATIONS,
    THEOREMS,
    INDEX,
    GLOSSARY,
    LANGUAGES,
    CONDITIONS,
    SLIDES,
    SHORTCODES,
)


def all_names(entries: Mapping[str, Name]) -> frozenset[str]:
    """Return the names of entries with their aliases and variants."""
    return frozenset(
        name for key, entry in entries.items() for name in (key, *entry.aliases, *entry.variants)
    )


CLASSES = frozenset(name for topic in TOPICS for name in all_names(topic.classes))
ATTRIBUTES = frozenset(name for topic in TOPICS for name in all_names(topic.attributes))
