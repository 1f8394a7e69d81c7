"""The elements, classes and attributes of Markdown sources by subject, without the options of charts."""

from __future__ import annotations

from collections.abc import Mapping

from triptych.formats import BOOK_FORMATS, FORMATS
from triptych.media.picture_sizes import WIDE
from triptych.model.letters import DATELINE, LETTER, PARTS
from triptych.model.nodes import PULL_QUOTE, CalloutKind, TheoremKind
from triptych.reading.vocabulary.entry import Element, Name, Topic

# fmt: off
TEXT = Topic(
    title="Text",
    summary="Triptych reads pandoc's Markdown. A paragraph ends at a blank line.",
    elements=(
        Element("Emphasis", "*emphasis*, **strong**, ***both***, ~~deleted~~, H~2~O, 2^10^",
            "Italic, bold, bold italic and struck-through text, a subscript and a superscript."),
        Element("Code in a line", "Run `triptych build`.",
            "Monospaced text, in which no other markup is read."),
        Element("Quotation marks and dashes", 'She said "yes" -- and meant it --- almost...',
            "Quotation marks of the language, an en dash, an em dash and an ellipsis."),
        Element("Line break", "One line\\\nand the next", "A new line in the same paragraph."),
        Element("Verse", "| The limerick packs laughs anatomical\n|    In space that is quite economical",
            "Lines that stay as they are, with their indents."),
        Element("Escape", "\\*not emphasis\\*", "The character itself, without its meaning in Markdown."),
        Element("Comment", "<!-- not for readers -->", "Nothing, in every output."),
        Element("Thematic break", "Before.\n\n* * *\n\nAfter.", "A break between two scenes or subjects."),
        Element("Page break", "{{< pagebreak >}}",
            "A new page in the PDF. `\\newpage` on a line of its own does the same."),
    ),
    classes={
        "smallcaps": Name("words", "Sets words in small capitals.", "The [Nato]{.smallcaps} report.",
            aliases=("small-caps",)),
        "underline": Name("words", "Underlines words.", "An [underlined]{.underline} word."),
        "mark": Name("words", "Highlights words.", "A [highlighted]{.mark} word."),
        "kbd": Name("words", "Sets words as keys of a keyboard.", "Press [Ctrl]{.kbd} and [C]{.kbd}."),
        "samp": Name("words", "Sets words as the output of a program.", "The program prints [ready]{.samp}."),
        "abbr": Name("words", "Marks an abbreviation; the EPUB shows its `title`.",
            'The [WHO]{.abbr title="World Health Organization"} agreed.'),
        "tcy": Name("words", "Sets a few characters upright side by side in vertical text.", "明治[10]{.tcy}年"),
    },
)

HEADINGS = Topic(
    title="Headings",
    summary="The first heading of a file is the title of its chapter. Headings get numbers and ids by themselves.",
    elements=(
        Element("Section", "## Results\n\n### Costs", "A numbered section and a numbered subsection."),
        Element("Id", "## Outlook {#sec-outlook}\n\nSee @sec-outlook.",
            "A section that references find. An id for numbered references begins with `sec-`."),
    ),
    classes={
        "unnumbered": Name("headings", "Leaves out the number of a heading. `{-}` does the same.",
            "## Thanks {.unnumbered}"),
        "unlisted": Name("headings", "Leaves a heading out of the table of contents.",
            "## Details {.unlisted}"),
    },
)

LISTS = Topic(
    title="Lists",
    summary="A list begins after a blank line.",
    elements=(
        Element("Bullets", "- one\n- two\n    - nested",
            "A list with bullets, with a list in its second item."),
        Element("Numbers", "1. first\n2. second",
            "A numbered list; `a.`, `i.` and `(1)` number it differently."),
        Element("Tasks", "- [x] done\n- [ ] to do", "A list with boxes, checked or empty."),
        Element("Definitions", "Bleed\n:   Ink beyond the trimmed edge.", "A term with its definition."),
    ),
)

LINKS = Topic(
    title="Links and cross-references",
    summary="References are checked: a target that does not exist is an error.",
    elements=(
        Element("Link", "[the standard](https://www.w3.org/TR/epub-33/), <https://www.w3.org>",
            "A link in every output."),
        Element("Link within the book", "## Two costs\n\nSee [the costs](#two-costs), or [Two costs].",
            "A link to a heading, by its id or by its words. `[words](other.md#id)` links to "
            "another file."),
        Element("Cross-reference", "![A ship](ship.svg){#fig-reference}\n\n"
            "@fig-reference, [-@fig-reference], [Fig. @fig-reference]",
            "“Figure 1.1”, the number alone, and a word of your own with the number."),
        Element("Ids of references", "$$a = b$$ {#eq-ids}\n\nSee @eq-ids.",
            "The beginning of an id says what it is: `fig-`, `tbl-`, `sec-`, `eq-` or `lst-`, or "
            "that of a callout or a theorem."),
        Element("Page reference", "![A ship](ship.svg){#fig-page}\n\nSee page [@fig-page]{.page}.",
            "The page number of the printed book, in every output."),
        Element("LaTeX references", "![A ship](ship.svg){#fig-latex}\n\n"
            "\\ref{fig-latex}, \\autoref{fig-latex}, \\pageref{fig-latex}",
            "The number, the label with its number, and the page."),
    ),
    classes={
        "page": Name("references", "Shows the page instead of the number.",
            "![A ship](ship.svg){#fig-where}\n\nSee p. [@fig-where]{.page}."),
    },
    attributes={
        "of": Name("empty references with the class `page`",
            "Names the target of a page reference by an id of any kind.",
            "## A place {#a-place}\n\nSee p. []{.page of=a-place}.", values="an id"),
    },
)

NOTES = Topic(
    title="Notes and citations",
    summary="The bibliography is named in the manifest, and lists what is cited.",
    elements=(
        Element("Footnote", "A claim.[^proof]\n\n[^proof]: The proof.",
            "A footnote in the PDF, an endnote with a link back in the EPUB. `^[text]` writes it "
            "in place."),
        Element("Citation", "[@lovelace1843], @lovelace1843, [see @lovelace1843, p. 3]",
            "A citation in the style of the book, with an entry in the bibliography."),
        Element("Place of the bibliography", "::: {#refs}\n:::",
            "The bibliography at this place instead of the end of the book."),
    ),
    classes={
        "aside": Name("blocks and words",
            "Sets a side note beside the text, in the margin if the page has a column for it.",
            "A claim.[With a remark.]{.aside}",
            aliases=("column-margin", "sidenote", "marginnote", "margin-note")),
    },
)

FIGURES = Topic(
    title="Figures",
    summary="Images are PNG, JPEG, WebP, GIF, SVG or a page of a PDF. An image in a paragraph of its own is a figure.",
    elements=(
        Element("Figure",
            '![A harbour at noon](harbour.svg){#fig-harbour fig-alt="A ship on blue water."}\n\n'
            "See @fig-harbour.", "A numbered figure with a caption and an alt text."),
        Element("Image without extension", "![A ship](ship)",
            "The best file for each output: `ship.svg`, `ship.png` or another one."),
        Element("Figure with panels",
            "::: {#fig-panels layout-ncol=2}\n![The harbour](harbour.svg){#fig-left}\n\n"
            "![The ship](ship.svg){#fig-right}\n\nHarbour and ship\n:::\n\nSee @fig-left.",
            "One figure with the panels (a) and (b); `@fig-left` reads “Figure 1.1a”."),
    ),
    classes={
        "full-width": Name("figures", "Lets a figure extend beyond the edges of the text.",
            "![The harbour](harbour.svg){.full-width}",
            aliases=tuple(name for name in WIDE if name != "full-width")),
        "decorative": Name("images",
            "Marks an ornament, which screen readers skip and which needs no alt text.",
            "![](ship.svg){.decorative}"),
        "no-float": Name("figures, tables and callouts with a title",
            "Keeps an element at its place, where it would move to the head of the next page.",
            "![The harbour](harbour.svg){.no-float}"),
        "landscape": Name("figures, tables, listings, headings and blocks",
            "Sets an element on a landscape page of the PDF.", "![The harbour](harbour.svg){.landscape}"),
        "align-left": Name("figures", "Aligns a figure, as `fig-align` does.",
            "![The ship](ship.svg){.align-left width=40%}", variants=("align-center", "align-right")),
        "description": Name("blocks in a figure or chart",
            "Gives a long description for screen reader users, which the EPUB folds away.",
            "::: {#fig-described}\n![The harbour](harbour.svg)\n\n::: {.description}\n"
            "A ship with two sails lies in blue water. The sun is high.\n:::\n\nThe harbour\n:::"),
    },
    attributes={
        "fig-alt": Name("images, diagrams and slides with a picture", "Alt text for screen readers.",
            '![The harbour](harbour.svg){fig-alt="A ship on blue water."}', values="text",
            default="the caption", aliases=("alt",)),
        "fig-desc": Name("images, charts and diagrams", "Long description for screen reader users.",
            '![The harbour](harbour.svg){fig-desc="A ship with two sails. The sun is high."}', values="text",
            default="none"),
        "width": Name("images, diagrams and columns of slides",
            "Width of an image in the text, or of a column on a slide.", "![The ship](ship.svg){width=60%}",
            values="a percentage, or a length with `cm`, `mm`, `in`, `pt`, `px` or `em`",
            default="the size of the image, no wider than the text"),
        "height": Name("images and diagrams", "Height of an image, if it has no `width`.",
            "![The ship](ship.svg){height=3cm}", values="a length", default="in proportion to the width"),
        "fig-align": Name("figures", "Alignment of a figure.",
            "![The ship](ship.svg){fig-align=right width=40%}",
            values="`left`, `center`, `right` or `default`", default="`default`"),
        "fig-pos": Name("figures and tables", "`H` keeps a figure at its place, as `.no-float` does.",
            "![The ship](ship.svg){fig-pos=H}", values="`H`", default="none"),
        "page": Name("images", "Page of a PDF file that is shown as an image.",
            "![The ship](ship.svg){page=1}", values="a whole number", default="`1`"),
        **{
            output: Name("images", f"Another image file for {FORMATS[output].label}.",
                f"![The ship](ship.svg){{{output}=harbour.svg}}", values="a path", default="the image")
            for output in BOOK_FORMATS
        },
        "layout-ncol": Name("blocks of figures", "Number of columns of a figure with panels.",
            "::: {#fig-columns layout-ncol=2}\n![The harbour](harbour.svg)\n\n![The ship](ship.svg)\n\n"
            "Two panels\n:::", values="a whole number from 1 to 6", default="`1`"),
        "layout-nrow": Name("blocks of figures", "Number of rows of a figure with panels.",
            "::: {#fig-rows layout-nrow=1}\n![The harbour](harbour.svg)\n\n![The ship](ship.svg)\n\n"
            "Two panels\n:::", values="a whole number", default="none"),
        "layout": Name("blocks of figures, and slides",
            "Panels of each row; on a slide, the name of a layout of the PowerPoint template.",
            '::: {#fig-layout layout="[[1, 1], [1]]"}\n![The harbour](harbour.svg)\n\n'
            "![The ship](ship.svg)\n\n![Again the ship](ship.svg)\n\nThree panels\n:::",
            values="a list of rows, or a name", default="none"),
    },
)

TABLES = Topic(
    title="Tables",
    summary="Pipe tables, grid tables and pandoc's other tables are read. Columns of numbers are aligned at the "
    "decimal mark.",
    elements=(
        Element("Table", "| City  | Trips |\n|-------|------:|\n| Alma  |    61 |\n| Brink |    52 |\n\n"
            ": Trips a day {#tbl-trips}\n\nSee @tbl-trips.", "A numbered table with a caption."),
        Element("Table in a block",
            "::: {#tbl-block}\n| City  | Trips |\n|-------|------:|\n| Alma  |    61 |\n"
            "| Brink |    52 |\n\nTrips a day\n:::", "The same; the last paragraph is the caption."),
    ),
    classes={
        "heatmap": Name("tables", "Colours the cells of a table by their values.",
            "| City  | 2015 | 2025 |\n|-------|-----:|-----:|\n| Alma  |   42 |   61 |\n"
            "| Brink |   35 |   52 |\n\n: Trips a day {#tbl-heat .heatmap}"),
    },
    attributes={
        "tbl-colwidths": Name("tables", "Relative widths of the columns.",
            "| City  | Remark          |\n|-------|-----------------|\n| Alma  | on the coast    |\n"
            '| Brink | in the mountains |\n\n: Cities {#tbl-widths tbl-colwidths="[30,70]"}',
            values="a list with one number per column", default="computed from the content"),
        "row-headers": Name("tables", "Number of columns that name their rows.",
            "| City  | Trips |\n|-------|------:|\n| Alma  |    61 |\n| Brink |    52 |\n\n"
            ": Trips a day {#tbl-headers row-headers=0}", values="a whole number",
            default="1 if the first column has a short, distinct text in each row, else 0"),
        "heatmap": Name("tables with the class `heatmap`",
            "One colour scale for each column instead of one for the table.",
            "| City  | Trips | Inhabitants |\n|-------|------:|------------:|\n"
            "| Alma  |    61 |         180 |\n| Brink |    52 |          95 |\n\n"
            ": Cities {#tbl-scales .heatmap heatmap=columns}", values="`columns`", default="one scale"),
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
        Element("Columns of a file", _wide("columns", 'columns="city,after" labels="City,Trips a day"'),
            "A table with these columns, numbers aligned and written as in the language of the book."),
        Element("A value per row", _long("long"),
            "A table with a row for each region and a column for each year."),
    ),
    classes={
        "table": Name("blocks", "Makes a table of a data file.", _wide("class", "")),
    },
    attributes={
        "data": Name("data tables", "Data file, a path relative to the section or the manifest.",
            _wide("data", ""), values="a CSV file", default="required"),
        "columns": Name("data tables",
            "Columns to show; with `rows`, the column whose values head the columns.",
            _wide("chosen", 'columns="city,before"'), values="columns separated by commas",
            default="all columns"),
        "labels": Name("data tables", "Header of each column.",
            _wide("labels", 'columns="city,after" labels="City,Trips"'), values="texts separated by commas",
            default="the names of the columns"),
        "units": Name("data tables", "Unit of each column, in brackets in its header.",
            _wide("units", 'columns="city,after" units=",trips a day"'),
            values="units separated by commas, empty for none", default="none"),
        "where": Name("data tables", "Use only the rows that have a value in a column.",
            _wide("where", 'where="city=Alma"'), values="`COLUMN=VALUE`, several separated by semicolons",
            default="all rows"),
        "delimiter": Name("data tables", "Delimiter between the cells of the data file.",
            '::: {#tbl-delimiter .table data=rents.csv delimiter=";" decimal=","}\nRents\n:::',
            values="`,`, `;`, `|` or `tab`", default="`data: delimiter:` in the manifest, else detected"),
        "decimal": Name("data tables", "Decimal separator in the data file.",
            '::: {#tbl-decimal .table data=rents.csv delimiter=";" decimal=","}\nRents\n:::',
            values="`.` or `,`", default="`data: decimal:` in the manifest, else detected"),
        "rows": Name("data tables", "Column whose values head the rows, for data with one value per row.",
            _long("rows"), values="a column", default="none"),
        "values": Name("data tables with `rows`", "Column of the values.", _long("values"), values="a column",
            default="required with `rows`"),
        "notes": Name("data tables with `rows`", "Columns whose text is set in small type below each value.",
            _long("notes", "notes=grade"), values="columns separated by commas", default="none"),
        "order": Name("data tables with `rows`", "Rows or columns that come first.",
            _long("order", 'order="South; East"'), values="names separated by semicolons",
            default="the order of the file"),
        "unit": Name("data tables with `rows`", "Unit of all values, in brackets after the caption.",
            _long("unit", 'unit="%"'), values="text", default="none"),
    },
)

CHARTS = Topic(
    title="Charts",
    summary="A chart is drawn from a CSV file. [Charts](charts.md) lists its kinds and options.",
    elements=(
        Element("Chart",
            '::: {#fig-chart .chart type=bar data=cities.csv x=city y=after unit="trips a day" fig-alt="Four bars. Alma has most trips, 61."}\n'
            "Trips in four cities\n:::",
            "A vector drawing in the PDF and the EPUB, a native chart in the deck."),
    ),
    classes={
        "chart": Name("blocks", "Draws a chart of a data file.",
            '::: {.chart type=bar data=cities.csv x=city y=before fig-alt="Four bars. Corvo has most, 58."}\n'
            "Trips in four cities\n:::"),
    },
    attributes={
        "slide-title": Name("charts, tables, figures and slides", "Title of the slide that shows an element.",
            '![The harbour](harbour.svg){#fig-titled slide-title="The harbour is deep enough"}',
            values="text", default="a sentence from the text near the element"),
    },
)

DIAGRAMS = Topic(
    title="Diagrams",
    summary="Graphviz and Mermaid code is drawn without a browser, and needs the extra of its name.",
    elements=(
        Element("Graphviz", "```{dot}\n//| label: fig-steps\n//| fig-cap: Three steps\n"
            "//| fig-alt: Write leads to build, build to read.\n"
            "digraph { rankdir=LR; write -> build -> read }\n```",
            "A numbered figure. Attributes may also follow the language: `{dot #fig-x "
            'fig-cap="…"}`. `graphviz` is another name of the language.'),
        Element("Mermaid",
            "```{mermaid}\n%%| fig-cap: Two steps\n%%| fig-alt: Write leads to build.\nflowchart LR\n"
            "  write --> build\n```",
            "A figure. Flow charts, sequence diagrams and most other kinds are drawn."),
    ),
    classes={
        "narrow": Name("diagrams", "Replaces the diagram before it on small screens.",
            '```{.dot fig-cap="Steps" fig-alt="Write leads to build."}\n'
            "digraph { rankdir=LR; write -> build }\n```\n\n```{.dot .narrow}\n"
            "digraph { write -> build }\n```"),
    },
    attributes={
        "fig-cap": Name("diagrams", "Caption of a diagram, in Markdown.",
            '```{.dot fig-cap="Two *steps*" fig-alt="Write leads to build."}\n'
            "digraph { write -> build }\n```", values="text", default="none"),
        "fig-width": Name("diagrams", "Width of a diagram in inches.",
            '```{.dot fig-cap="Steps" fig-alt="Write leads to build." fig-width=2}\n'
            "digraph { write -> build }\n```", values="a number", default="the size of the drawing"),
        "label": Name("options in the code of diagrams", "Id of a diagram.",
            "```{dot}\n//| label: fig-labelled\n//| fig-cap: Steps\n"
            "//| fig-alt: Write leads to build.\ndigraph { write -> build }\n```", values="an id",
            default="none"),
        "eval": Name("diagrams", "`false` shows the code instead of the drawing.",
            "```{.dot eval=false}\ndigraph { write -> build }\n```", values="`true` or `false`",
            default="`true`"),
    },
)

CODE = Topic(
    title="Code",
    summary="The language after the fence sets the colours of keywords and strings.",
    elements=(
        Element("Listing",
            '```{.python #lst-hello lst-cap="A greeting"}\nprint("Hello")\n```\n\nSee @lst-hello.',
            "A numbered listing with a caption."),
        Element("Code block", '```python\nprint("Hello")\n```', "A listing without number and caption."),
    ),
    classes={
        "numberLines": Name("listings", "Numbers the lines.",
            '```{.python .numberLines}\nprint("Hello")\nprint("again")\n```', aliases=("number-lines",)),
        "output": Name("listings",
            "Marks the output of the listing before it; the deck shows both on one slide.",
            '```python\nprint("{")\nprint(\'  "greeting": "Hello"\')\nprint("}")\n```\n\n'
            '```{.json .output}\n{\n  "greeting": "Hello"\n}\n```',
            aliases=("cell-output-stdout", "cell-output-stderr", "cell-output-display")),
    },
    attributes={
        "lst-cap": Name("listings", "Caption.", '```{.python lst-cap="A greeting"}\nprint("Hello")\n```',
            values="text", default="none", aliases=("caption",)),
        "highlight-lines": Name("listings", "Lines with a coloured background.",
            '```{.python highlight-lines="1,3-4"}\na = 1\nb = 2\nc = 3\nd = 4\n```',
            values="numbers and ranges separated by commas", default="none", aliases=("code-line-numbers",)),
        "startFrom": Name("listings with `.numberLines`", "Number of the first line.",
            '```{.python .numberLines startFrom=10}\nprint("Hello")\n```', values="a whole number",
            default="`1`", aliases=("start-from",)),
        "include": Name("listings", "File whose text is shown.", "```{.python include=greeting.py}\n```",
            values="a path", default="none", aliases=("file",)),
        "lines": Name("listings with `include`", "Lines of the file.",
            "```{.python include=greeting.py lines=2-3}\n```", values="a range such as `3-9`",
            default="all lines"),
        "region": Name("listings with `include`",
            "Part of the file between comments with `region NAME` and `endregion`.",
            "```{.python include=greeting.py region=greet}\n```", values="a name", default="the whole file"),
    },
)

FORMULAS = Topic(
    title="Formulas",
    summary="Formulas are written in LaTeX. The PDF draws them, the EPUB has MathML, the deck native equations.",
    elements=(
        Element("Formula in a line", "Energy is $E = mc^2$.", "A formula in the text."),
        Element("Displayed formula",
            "$$\n\\int_0^1 x^2 \\, dx = \\frac{1}{3}\n$$ {#eq-integral}\n\nSee @eq-integral.",
            "A numbered formula. Without an id it has no number."),
        Element("Lines of a formula",
            "\\begin{align}\na &= b + c \\\\\n  &= d \\label{eq-lines}\n\\end{align}\n\n"
            "See \\eqref{eq-lines}.",
            "Lines that are aligned at `&`. `\\tag{…}` gives a number of your own."),
        Element("Macros", "\\newcommand{\\R}{\\mathbb{R}}\n\nThe line $\\R$.",
            "A command of your own for formulas; `\\renewcommand`, `\\providecommand`, `\\def`, "
            "`\\let` and `\\DeclareMathOperator` are read as well."),
    ),
)

CALLOUTS = Topic(
    title="Callouts",
    summary="A callout is a box with a title; the five kinds have colours of their own.",
    elements=(
        Element("Callout", '::: {.callout-tip title="Save often"}\nPress Ctrl-S.\n:::',
            "A box with this title. Without one, the title is the name of the kind."),
        Element("Alert", "> [!NOTE]\n> Press Ctrl-S.", "The same as a callout of the kind note."),
        Element("Numbered callout", "::: {#tip-save .callout-tip}\nPress Ctrl-S.\n:::\n\nSee @tip-save.",
            "A callout that references find. Ids begin with `nte-`, `tip-`, `imp-`, `wrn-` or `cau-`."),
    ),
    classes={
        "callout-note": Name("blocks", "Makes a callout of this kind.",
            "::: {.callout-note}\nPress Ctrl-S.\n:::",
            variants=tuple(f"callout-{kind}" for kind in CalloutKind if kind != "note")),
    },
    attributes={
        "title": Name("callouts, slides, theorems and abbreviations",
            "Title of a box or a slide; full form of an abbreviation.",
            '::: {.callout-note title="Before you start"}\nSave your work.\n:::', values="text",
            default="the first heading in the block, else the name of the kind"),
    },
)

QUOTATIONS = Topic(
    title="Quotations and letters",
    summary="A last line that begins with a dash names the source of a quotation.",
    elements=(
        Element("Quotation", "> The engine weaves patterns.\n>\n> — Ada Lovelace, *Notes*",
            "A block quotation with its source."),
        Element("Letter",
            "::: {.letter}\n[London, 5 May]{.dateline}\n\n[Dear Ada,]{.salutation}\n\nAll is well.\n\n"
            "[Yours,]{.valediction}\n[Charles]{.signature}\n:::",
            "A letter, with date and signature at the end of their lines."),
    ),
    classes={
        "epigraph": Name("blocks", "Sets a quotation as the motto of a chapter.",
            "::: {.epigraph}\nThe engine weaves patterns.\n\n— Ada Lovelace\n:::"),
        PULL_QUOTE: Name("blocks", "Repeats words of the text in large type in the PDF and the EPUB.",
            "The engine weaves patterns, and it weaves them well.\n\n::: {.pullquote}\n"
            "The engine weaves patterns\n:::"),
        LETTER: Name("blocks", "Makes a letter, whose parts the EPUB names.",
            "::: {.letter}\n[Dear Ada,]{.salutation}\n\nAll is well.\n:::"),
        "dateline": Name("words in a letter, or in a preface", "Marks this part of a letter.",
            "::: {.letter}\n[London, 5 May]{.dateline}\n\nAll is well.\n:::",
            variants=tuple(sorted(PARTS - {DATELINE}))),
    },
)

_THEOREM_NAMES = {kind: kind.name.lower() for kind in TheoremKind}
THEOREMS = Topic(
    title="Theorems and proofs",
    summary="The beginning of the id or the class sets the kind: "
    + ", ".join(f"`{kind}-` or `.{name}`" for kind, name in _THEOREM_NAMES.items() if kind != name)
    + ", and `.proof`.",
    elements=(
        Element("Theorem", '::: {#thm-line name="Shortest path"}\nThe straight line is shortest.\n:::\n\n'
            "See @thm-line.", "A numbered theorem with a name."),
        Element("Proof", "::: {.proof}\nIt is obvious.\n:::", "A proof with a mark at its end."),
    ),
    classes={
        "theorem": Name("blocks", "Makes a block of this kind.",
            "::: {.theorem}\nThe straight line is shortest.\n:::",
            variants=tuple(name for name in _THEOREM_NAMES.values() if name != "theorem")),
    },
    attributes={
        "name": Name("theorems and their like", "Name of a theorem, in brackets after its number.",
            '::: {#lem-name name="Zorn"}\nA maximal element exists.\n:::', values="text",
            default="the first heading in the block"),
    },
)

INDEX = Topic(
    title="Index",
    summary="The index comes last in the book, or at `::: {#index}`.",
    elements=(
        Element("Entry", "A [quire]{.index} has many pages.", "An entry that points to this page."),
        Element("LaTeX entries",
            "\\index{paper!handmade}\\index{binding|see{quire}} Paper is \\index{bleed|textbf}trimmed.",
            "A sub-entry, a reference to another entry, and a main place in bold."),
        Element("Passage", "\\index{printing|(}\n\nIt begins here.\n\nIt ends here.\\index{printing|)}",
            "An entry with a range of pages."),
        Element("Place of the index", "::: {#index}\n:::", "The index at this place instead of the end."),
    ),
    classes={
        "index": Name("words", "Makes an index entry of words.",
            "The [running head]{.index} names the chapter."),
        "main": Name("index entries",
            "Marks the main place of an entry, which the index shows first and in bold.",
            "A [folio]{.index .main} is a page number."),
    },
    attributes={
        "entry": Name("index entries", "Text of the entry; `!` separates a sub-entry.",
            'Paper that is [made by hand]{.index entry="paper!handmade"}.', values="text",
            default="the words"),
        "sort": Name("index entries", "Text by which the entry is sorted.",
            'The [ΑΒΓ]{.index sort="alphabet"} of Greek.', values="text", default="the entry"),
        "see": Name("index entries", "Entries to look under instead, separated by semicolons.",
            'The [folio]{.index} and [page number]{.index see="folio"}.', values="text", default="none"),
        "see-also": Name("index entries", "Entries to look under as well, separated by semicolons.",
            'A [verso]{.index} and a [recto]{.index see-also="verso"}.', values="text", default="none",
            aliases=("seealso",)),
        "range": Name("index entries", "Start or end of a passage.",
            "[Paper]{.index range=start} is made of fibres.\n\n## Old paper\n\n"
            "[Paper]{.index range=end} can be recycled.", values="`start` or `end`", default="none"),
    },
)

GLOSSARY = Topic(
    title="Glossary",
    summary="Terms are defined in the file that `glossary` of [the manifest](manifest.md#top-level) names, or in a "
    "definition list in `::: {.glossary}`.",
    elements=(
        Element("Term", "A plant of two [GW]{.gls}. The next has three [GW]{.gls}.",
            "“gigawatt (GW)” at the first place in the book, then “GW”, each with a link to the "
            "glossary."),
        Element("LaTeX terms", "A plant of two \\gls{gw}.",
            "The same; `\\glspl`, `\\acrshort`, `\\acrlong` and `\\acrfull` choose a form."),
        Element("Place of the glossary", "::: {#glossary}\n:::",
            "The glossary at this place instead of the end."),
    ),
    classes={
        "gls": Name("words", "Links a term to its entry in the glossary.", "Two [GW]{.gls} are enough.",
            aliases=("term",)),
        "short": Name("terms", "Shows the abbreviation alone, also at the first place.",
            "Two [GW]{.gls .short} are enough."),
        "long": Name("terms", "Shows the term in full.", "One [GW]{.gls .long} is enough."),
        "full": Name("terms", "Shows the term with its abbreviation in brackets at any place.",
            "One [GW]{.gls .full} is enough."),
        "plural": Name("terms", "Shows the plural of the glossary entry where the term is spelt out.",
            "Two [GW]{.gls .plural} are enough."),
        "glossary": Name("blocks", "Makes a definition list part of the glossary.",
            "::: {.glossary}\nvolt (V)\n:   The unit of electric tension.\n:::\n\n"
            "A [V]{.gls} is little."),
    },
    attributes={
        "term": Name("terms", "Term or key of the entry, if the words differ.",
            "Two [such units]{.gls term=GW} are enough.", values="text", default="the words",
            aliases=("key",)),
    },
)

LANGUAGES = Topic(
    title="Languages",
    summary="The language sets hyphenation, quotation marks, fonts and the voice of screen readers.",
    elements=(
        Element("Passage", "::: {lang=fr}\nIl fait beau.\n:::\n\nA [Weltanschauung]{lang=de}.",
            "Text in another language."),
    ),
    attributes={
        "lang": Name("blocks, words and headings", "Language of an element.", "A [Weltanschauung]{lang=de}.",
            values="a BCP 47 tag", default="the language of the chapter"),
        "dir": Name("blocks and words", "Writing direction, if it differs from that of the language.",
            "The number [+49 30 1234]{dir=ltr}.", values="`ltr` or `rtl`", default="that of the language"),
    },
)

CONDITIONS = Topic(
    title="Conditional content",
    summary="Every element can have conditions. Numbers are the same in all outputs, whatever they leave out.",
    elements=(
        Element("Block for one output", '::: {.content-visible when-format="pdf"}\nPrinted on paper.\n:::',
            "A paragraph that only the PDF has."),
    ),
    classes={
        "content-visible": Name("blocks and words", "Shows an element only under its condition.",
            '::: {.content-visible when-format="epub"}\nOn a screen.\n:::'),
        "content-hidden": Name("blocks and words", "Hides an element under its condition.",
            '::: {.content-hidden when-format="epub"}\nNot on a screen.\n:::'),
        "book-only": Name("all elements", "Leaves an element out of the deck.",
            "::: {.book-only}\nFor readers.\n:::"),
        "slide-only": Name("all elements", "Leaves an element out of the PDF and the EPUB.",
            "::: {.slide-only}\nFor the audience.\n:::"),
    },
    attributes={
        "when-format": Name("all elements", "Outputs that show an element.",
            '[On paper.]{.content-visible when-format="pdf"} Everywhere.',
            values="`pdf`, `epub` or `pptx`, or several"),
        "unless-format": Name("all elements", "Outputs that do not show an element.",
            '[On screens.]{.content-visible unless-format="pdf"} Everywhere.',
            values="`pdf`, `epub` or `pptx`, or several"),
        "when-profile": Name("all elements", "Profiles that show an element.",
            '::: {.content-visible when-profile="teacher"}\nThe solution is 42.\n:::',
            values="names of profiles"),
        "unless-profile": Name("all elements", "Profiles that do not show an element.",
            '::: {.content-visible unless-profile="teacher"}\nFind the solution.\n:::',
            values="names of profiles"),
        "when-meta": Name("all elements", "Shows an element if a key of the manifest is set and not false.",
            '::: {.content-visible when-meta="book.subtitle"}\nThere is a subtitle.\n:::',
            values="the path of a key"),
        "unless-meta": Name("all elements", "Shows an element unless a key of the manifest is set.",
            '::: {.content-visible unless-meta="book.subtitle"}\nThere is no subtitle.\n:::',
            values="the path of a key"),
    },
)

SLIDES = Topic(
    title="Slides and notes",
    summary="The deck makes slides of headings, charts, tables and figures by itself. These names change its choice.",
    elements=(
        Element("Slide", '::: {.slide title="Three results"}\n- faster\n- cheaper\n- quieter\n:::',
            "A slide that only the deck has."),
        Element("Speaker notes", "::: notes\nGive an example here.\n:::",
            "What the speaker says to the nearest slide of the section, instead of sentences from "
            "the text."),
        Element("Two columns",
            '::::: {.slide title="Before and after"}\n:::: columns\n::: {.column width=40%}\n- slow\n'
            ":::\n\n::: {.column width=60%}\n- fast\n:::\n::::\n:::::",
            "Two columns. A heading in each makes a comparison."),
        Element("Pause", '::: {.slide title="In two steps"}\nFirst this.\n\n. . .\n\nThen that.\n:::',
            "Content that appears with a click."),
    ),
    classes={
        "slide": Name("blocks, and elements that would have no slide",
            "Makes a slide of a block, or of a quotation, listing, formula or callout.",
            '::: {.slide title="The result"}\nIt works.\n:::'),
        "no-slide": Name("charts, tables, figures and listings", "Keeps an element off the slides.",
            "![The ship](ship.svg){#fig-off .no-slide}"),
        "backup": Name("slides and elements that have one", "Hides the slide after the end of the talk.",
            '::: {.slide .backup title="Details"}\nFor questions.\n:::'),
        "notes": Name("blocks", "Gives the speaker notes of a slide.", "::: notes\nPause here.\n:::"),
        "incremental": Name("blocks on slides", "Reveals list items one by one.",
            ':::: {.slide title="Steps"}\n::: incremental\n- one\n- two\n:::\n::::'),
        "step": Name("blocks on slides", "Reveals a block with a click, as a pause does.",
            ':::: {.slide title="Steps"}\nFirst.\n\n::: step\nSecond.\n:::\n::::'),
        "columns": Name("blocks on slides", "Holds two columns.",
            ':::: {.slide title="Two"}\n::: columns\n:::: column\nLeft.\n::::\n\n:::: column\nRight.\n'
            "::::\n:::\n::::"),
        "column": Name("blocks in `columns`", "Makes a column.",
            ':::: {.slide title="Halves"}\n::: columns\n:::: column\nLeft.\n::::\n\n:::: column\n'
            "Right.\n::::\n:::\n::::"),
        "big-numbers": Name("slides and blocks with a definition list",
            "Shows up to four numbers in large type.",
            '::: {.slide .big-numbers title="The year"}\n61\n:   trips a day\n\n4\n:   cities\n:::'),
        "timeline": Name("slides and blocks with a definition list", "Shows dates along a line.",
            '::: {.slide .timeline title="History"}\n2015\n:   first line\n\n2025\n:   fourth line\n:::'),
    },
    attributes={
        "background-image": Name("slides", "Image that fills the slide; `fig-alt` describes it.",
            '::: {.slide title="The harbour" background-image=harbour.svg fig-alt="A ship on blue water."}\n'
            ":::", values="a path", default="none"),
        "overflow": Name("slides", "How to handle content that does not fit.",
            '::: {.slide title="Much" overflow=shrink}\nMany words.\n:::',
            values="`split`, `shrink` or `error`", default="`format: pptx: overflow:` of the manifest"),
    },
)

SHORTCODES = Topic(
    title="Shortcodes and values",
    summary="Shortcodes insert files and values. Expressions need `jinja: true` in [the manifest](manifest.md).",
    elements=(
        Element("Include", "{{< include note.md >}}", "The text of another file, on a line of its own."),
        Element("Variable", "Version {{< var version >}}.", "A value of `variables` in the manifest."),
        Element("Metadata", "The title is {{< meta title >}}.", "A value of the manifest."),
        Element("Expression", '{{ data("energy.csv").last("solar") | number }} TWh',
            "A value of a data file, written as in the language of the book. `first`, `at(key, "
            "column)`, `where(column, value)` and `total(column)` read other values."),
    ),
)

# fmt: on

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
