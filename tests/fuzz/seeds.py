"""Provide valid sources of each kind as seeds, and keywords of their languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.property.strategies import markdown
from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.options import CHART_OPTIONS
from triptych.schema import make_manifest_schema

TESTS = Path(__file__).parents[1]


def found(*patterns: str, largest: int = 20_000) -> list[bytes]:
    """Return the files of the test projects that match patterns."""
    paths = (path for pattern in patterns for path in sorted(TESTS.glob(pattern)))
    return [path.read_bytes() for path in paths if path.stat().st_size <= largest]


@cache
def generated(count: int = 80) -> list[bytes]:
    """Return texts that Hypothesis generates with the grammar of the property tests."""
    texts: list[str] = []

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(markdown)
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    return [text.encode("utf-8", "replace") for text in texts]


def sections() -> list[bytes]:
    output = found("codes/*/source/*.md", "codes/*/*/source/*.md", "books/*/source/*.md")
    return [*output, *found("books/everything/source/sections/*.md"), *generated()]


def charts() -> list[bytes]:
    """Return the charts of the tests, each as its attributes followed by its data."""
    whole = TESTS / "books/everything/source"
    texts = [path.read_text("utf-8") for path in sorted(whole.rglob("*.md"))]
    blocks = []
    for text in texts:
        for match in re.finditer(r"^::: \{[^}\n]*\.chart([^}]*)\}", text, re.MULTILINE):
            name = re.search(r"data=\S*?([\w-]+\.csv)", match[1])
            if name and (data := whole / "data" / name[1]).is_file():
                result = re.sub(r"data=\S+", "", match[1]).replace("\n", " ").strip()
                blocks.append(f"{result}\n{data.read_text('utf-8')}".encode())
    return blocks


BIB = b"@book{knuth,\n  author = {Knuth, Donald},\n  title = {The {TeX}book},\n  year = {1984},\n}\n"
CSL = b"""<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>A</title><id>a</id>
<updated>2026-01-01T00:00:00+00:00</updated></info><macro name="who"><names variable="author"><name form="short" and="text"
delimiter=", "/><substitute><text variable="title"/></substitute></names></macro><citation et-al-min="4"
et-al-use-first="1" disambiguate-add-year-suffix="true"><sort><key macro="who"/></sort><layout prefix="(" suffix=")"
delimiter="; "><group delimiter=" "><text macro="who"/><date variable="issued"><date-part name="year"/></date><text
variable="locator"/></group></layout></citation><bibliography><layout suffix="."><choose><if type="book" match="any"><text
macro="who"/></if><else><text variable="title" font-style="italic" text-case="title"/></else></choose><number
variable="volume" form="ordinal"/></layout></bibliography></style>"""
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="80"
viewBox="0 0 200 80"><defs><linearGradient id="g"><stop offset="0" stop-color="#123"/><stop offset="50%"
style="stop-color:red"/></linearGradient><marker id="m" viewBox="0 0 4 4"><path d="M0 0L4 2L0 4z"/></marker><clipPath
id="c"><rect width="9" height="9"/></clipPath><style>.a{fill:url(#g)}#t{font-family:Arial}</style><symbol id="s"><circle
r="4"/></symbol></defs><rect class="a" x="1" y="2" width="50%" height="20" transform="rotate(3) scale(2)"/><text id="t"
x="10" y="20" font-size="12" text-anchor="middle">Some <tspan dy="1em" font-weight="bold">words</tspan></text><use
xlink:href="#s" x="4"/><path d="M10 10h20v20a5 5 0 0 1-5 5z" marker-end="url(#m)" clip-path="url(#c)"/><image
width="4" height="4" href="data:image/png;base64,iVBORw0KGgo="/></svg>"""
THEME = b"""extends: house
colours: {accent: "#1f6f5c", foreground: "#101010", background: "#ffffff", series: ["#1f6f5c", "#aa3300"], brand: "#334455"}
print: {chart-width: 380, italics: true, type: {body: {size: 11, leading: 15}}}
serif: EB Garamond
"""
CATALOGUE = b"""titles: [a, {path: b, name: c, settings: {book: {title: B}}}]
defaults: {lang: en, format: {epub: {}}}
shared: [common]
limits: {memory: 2GB, seconds: 60}
editions: {of: a, from: rows.csv, name: "{x}"}
"""
GLOSSARY = b"""- term: gigawatt
  abbreviation: GW
  definition: A *billion* watts [@knuth].
- {term: lamp, plural: lamps, key: l, sort: a, definition: Light}
"""
VALUES = rb"""# One

{{ data("data.csv").last("y") }} and {{ data("data.csv").total("y") | number(2) }}, {{ 1 + 2 }}{% if 3 > 2 %} yes {% endif %}
{% for n in range(3) %}{{ n }}{% endfor %} {{< meta book.title >}} {{< include other.md >}} {{< pagebreak >}}

```{python}
#| label: fig-a
#| fig-cap: "A"
print(1)
```
"""
DOT = b'digraph { a -> b [label="c"]; subgraph cluster_x { d; e } b -> d; rankdir=LR; node [shape=box, color="#123"] }'
MERMAID = [
    b"flowchart LR\n  A[One] --> B{Two}\n  B -->|yes| C((Three))\n  subgraph S\n    C --> D\n  end\n",
    b"sequenceDiagram\n  Alice->>Bob: Hello\n  Note over Bob: A note\n  loop Each day\n    Bob-->>Alice: Yes\n  end\n",
    b"gantt\n  title A\n  dateFormat YYYY-MM-DD\n  section B\n    C :a1, 2026-01-01, 30d\n    D :after a1, 20d\n",
    b'pie title Pets\n  "Dogs" : 386\n  "Cats" : 85\n',
    b"classDiagram\n  Animal <|-- Duck\n  Animal : +int age\n  class Duck{\n    +String beak\n    +swim()\n  }\n",
    b"stateDiagram-v2\n  [*] --> Still\n  Still --> Moving\n  Moving --> [*]\n",
    b"erDiagram\n  A ||--o{ B : has\n  B {\n    string name\n  }\n",
]


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KEYS = tuple(sorted(set(re.findall(r'"([a-z][a-z-]+)": \{', make_manifest_schema()))))
CHART_WORDS = (
    *(
        f"{name}={value}"
        for name in CHART_OPTIONS
        for value in ("true", "1", "x", '"a,b"', '"a: b; c"', "0", '""')
    ),
    *(f"type={kind}" for kind in CHART_TYPES),
    *words("x y year name fog visitors date log linear auto x,y y,y name=a year>2020 -1 2020:Peak 1e300"),
)
CSL_WORDS = words(
    "text number date names name label group choose if else layout citation bibliography macro sort key variable form "
    "prefix suffix delimiter author title issued locator type book et-al-min et-al-use-first text-case ordinal roman "
    "title page term and-symbol short long year-suffix substitute second-field-align hanging-indent"
)
SVG_WORDS = words(
    "g path rect circle use text tspan textPath image pattern mask filter style symbol marker svg a foreignObject script "
    "switch fill stroke d x y width height viewBox transform opacity href font-family font-size class id url(#g) url(#s) "
    "url(#m) #s #g #t none 50% 1e9 M0 0L1 1 matrix(1) rotate(1e9) currentColor stroke-dasharray preserveAspectRatio "
    "xml:space mix-blend-mode clip-path display"
)
DECK_WORDS = words(
    "idx type sz cx cy x y val lang title body ctrTitle dt ftr sldNum obj bg1 tx1 accent1 dk1 rot lumMod srgbClr schemeClr "
    "sysClr hex pct shade tint alpha sp pic grpSp cxnSp graphicFrame a:p a:r a:t p:ph userDrawn name id rId1 rId2 b i algn"
)
BIB_WORDS = words(
    "@book{ @article{ @string{ @comment{ @preamble{ author title year date journal volume number doi url crossref langid "
    '{\\"o} \\emph{ \\& # and others {{ }} "a" 2020/2021 1999~ keywords xdata'
)
MARKDOWN_WORDS = (
    *words(
        "::: {.chart} {.slide} {.notes} {.columns} {.column} {.table} {.fig} {#fig-a} {#sec-a} {#tbl-a} @fig-a @sec-a "
        "[@knuth] [^1] [^1]: ^[a] $$ $x^2$ \\frac{ ``` ~~~ | |--- +---+ * 1. - > # ## --- === <b> </b> <!-- --> &amp; "
        "![a](dot.png) [a](#b) {.landscape} {.pullquote} {.big-numbers} {when-pdf} \\newpage {{< >}} {{ }} {% %} (@a) "
        "[]{.index} [x]{.term} [x]{lang=de} H~2~O x^2^ ~~a~~ \\ \\index{a} data=data.csv x=x y=y type=pie"
    ),
)
