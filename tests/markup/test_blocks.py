"""Blocks become XHTML: the golden section shows every construct."""

from __future__ import annotations

import pytest

from tests.conftest import Golden, ReadBook, parsed, section_xhtml, tiny_png
from triptych.diagnostics import has_errors
from triptych.languages.labels import load_labels
from triptych.writers.epub.pages import Pages
from triptych.writers.print.documents.document import BODY, PrintDocument

BIB = "@book{knuth1984,\n  author = {Knuth, Donald E.},\n  title = {The TeXbook},\n  year = {1984},\n}\n"
FILES = {
    "source/dot.png": tiny_png(),
    "source/data.csv": "year,output,costs\n2023,1.5,2\n2024,,3\n2025,4,5\n",
    "source/references.bib": BIB,
}
EVERY_CONSTRUCT = """\
A paragraph with *emphasis*, **strong**, ~~struck~~, H~2~O, x^2^, [small]{.smallcaps}, [under]{.underline},
`code <b>`, "double 'single' quotes", a [mark]{.mark}, <kbd>Ctrl</kbd>, it's -- and --- dashes...
A hard\\
break. A [link](https://example.org "Title"), a [jump](#sec-two), a mail <ada@example.org>,
[du mot]{lang=fr}, an image ![A dot](dot.png){width=50%} & an ampersand, 2<3, $a^2 < b$.
A note.[^1] An inline note.^[With `code`.]

[^1]: The note.

    Its second paragraph with [a link](#sec-two).

## Two & more {#sec-two}

### Three^[Here.]

#### Unnumbered {.unnumbered}

- one
- two
    - nested

a) first
b) second

3. three

- [ ] to do
- [x] done

Term
: Meaning *one*

: Meaning two

> A quotation.

| Roses are red
|    violets are blue

``` {.python #lst-hello lst-cap="A greeting"}
print("Hello")  # comment
```

```
plain & simple
```

| Left | Centre | Right |
|:-----|:------:|------:|
| a    | b *c*  |     1 |

: A table {#tbl-one}

+---------+---------+
| Head    | Head 2  |
+=========+=========+
| - list  | para    |
|         |         |
|         | para 2  |
+---------+---------+
| spans both        |
+---------+---------+

![A dot, enlarged](dot.png){#fig-dot fig-alt="A black dot" width=3cm}

::: {#fig-output .chart type=bar data=data.csv x=year y="output,costs" labels="Output,Costs" unit=GW note="It's an *own* count" source="Yearbook [@knuth1984, p. 3]" fig-alt="Output grows."}
Output and *costs*
:::

$$
E = mc^2
$$ {#eq-energy}

::: {.callout-tip title="Try it"}
Content.
:::

> [!WARNING]
> Careful.

::: {.box lang=de}
Ein Kasten.
:::

::: {.slide title="Only the deck"}
Nothing here.
:::

::: notes
Nor here.
:::

* * *

See @fig-dot, @fig-output, @tbl-one, @eq-energy, @lst-hello, @sec-two, [-@fig-dot], [Fig. @fig-dot],
and [@knuth1984, p. 5].
"""


def test_every_construct_in_the_e_book(read_book_of: ReadBook, golden: Golden) -> None:
    book, found = read_book_of(EVERY_CONSTRUCT, manifest="bibliography: references.bib\n", files=FILES)
    assert not has_errors(found)
    pages = Pages(book, load_labels("en"))
    body = pages.body(book.chapters[0])
    notes = "".join(f"<!-- note {note.number} -->\n{note.text}" for note in body["notes"])
    sources = pages.body(book.chapters[1])["text"]
    xhtml = f"{body['text']}\n{notes}\n<!-- sources -->\n{sources}\n"
    parsed(xhtml)
    golden("every-construct.epub.xhtml", xhtml)


def test_every_construct_in_print(read_book_of: ReadBook, golden: Golden) -> None:
    book, found = read_book_of(EVERY_CONSTRUCT, manifest="bibliography: references.bib\n", files=FILES)
    assert not has_errors(found)
    xhtml = PrintDocument(book, load_labels("en"), BODY, book.chapters).blocks(book.chapters[0].blocks) + "\n"
    parsed(xhtml)
    golden("every-construct.print.xhtml", xhtml)


def test_ids_stand_once(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(EVERY_CONSTRUCT, manifest="bibliography: references.bib\n", files=FILES)
    ids = [element.get("id") for element in parsed(section_xhtml(book)).iter() if element.get("id")]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("markdown", ["::: {.slide title=T}\nSECRET\n:::\n", "::: notes\nSECRET\n:::\n"])
def test_what_is_the_decks_stays_out_of_the_book(read_book_of: ReadBook, markdown: str) -> None:
    book, _ = read_book_of("Text.\n\n" + markdown)
    assert "SECRET" not in section_xhtml(book)


def test_event_handlers_and_styles_of_authors_are_left_out(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        '::: {.box onclick="x()" style="color:red"}\n[y]{onclick=z}\n:::\n\n## H {onclick=x}\n'
    )
    assert "onclick" not in section_xhtml(book)
    assert "color:red" not in section_xhtml(book)


@pytest.mark.parametrize("width", ["1;position:fixed", "calc(1px)", "100vw", "url(x)", '1px" onload="x'])
def test_only_plain_widths_are_written(read_book_of: ReadBook, width: str) -> None:
    escaped = width.replace('"', '\\"')
    book, _ = read_book_of(f'![A](dot.png){{width="{escaped}"}}\n', files=FILES)
    (image,) = parsed(section_xhtml(book)).iter("img")
    assert image.get("style") is None
    assert image.get("onload") is None


@pytest.mark.parametrize("width", ["50%", "3cm", "120px", "1.5in", "300"])
def test_plain_widths_are_kept(read_book_of: ReadBook, width: str) -> None:
    book, _ = read_book_of(f"![A](dot.png){{width={width}}}\n", files=FILES)
    (image,) = parsed(section_xhtml(book)).iter("img")
    assert image.get("style") == f"width: {width}" + ("px" if width.isdigit() else "")


def test_a_link_in_a_link_is_taken_off(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('<a href="https://a.example">x <https://b.example> y</a>\n')
    outer = parsed(section_xhtml(book)).findall(".//a")
    assert not any(link.findall(".//a") for link in outer)


def test_a_footnote_in_a_link_keeps_its_mark(read_book_of: ReadBook) -> None:
    """The note leads back to its mark, so that the mark's id must be in the text."""
    book, _ = read_book_of("[text[^1]](https://a.example)\n\n[^1]: The note.\n")
    assert parsed(section_xhtml(book)).findall(".//*[@id='_noteref-1']")


def test_formulas_are_mathml_with_an_alternative_text(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("$a < b$ and $$c$$\n")
    formulas = list(parsed(section_xhtml(book)).iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert [formula.get("alttext") for formula in formulas] == ["a is less than b", "c"]
    assert not list(parsed(section_xhtml(book)).iter("{http://www.w3.org/1998/Math/MathML}annotation"))


def test_a_footnote_of_a_list_or_of_code_loses_nothing_in_print(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "Text.[^1]\n\n[^1]: Before.\n\n    - listed\n\n    ```\n    coded\n    ```\n\n    | quoted\n"
    )
    xhtml = PrintDocument(book, load_labels("en"), BODY, book.chapters).blocks(book.chapters[0].blocks)
    assert [word for word in ("Before", "listed", "coded", "quoted") if word not in xhtml] == []


def test_a_caption_ends_before_its_note_as_the_language_has_it(read_book_of: ReadBook) -> None:
    chart = (
        '::: {.chart data=data.csv x=year y=output note="注" source="年鉴" fig-alt="图"}\n产量（A）\n:::\n'
    )
    words = section_xhtml(read_book_of(chart, manifest="lang: zh\n", files=FILES)[0])
    assert "产量（A）。<span" in words and ">注。</span>" in words
    assert '<span class="remark source">来源：年鉴。</span>' in words


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ('slide-title="It grows"', "It grows"),
        ('slide-title="It grows" headline=false', None),
        ('slide-title="It grows" headline="Output grew"', "Output grew"),
        ('headline="Output grew"', "Output grew"),
        ("", None),
    ],
)
def test_a_chart_is_headed_by_what_it_shows(read_book_of: ReadBook, more: str, shown: str | None) -> None:
    chart = f'::: {{.chart data=data.csv x=year y=output fig-alt="X" {more}}}\nOutput\n:::\n'
    words = section_xhtml(read_book_of(chart, files=FILES)[0])
    assert (f'chart"><p class="headline">{shown}</p><img' in words) == bool(shown)
    assert ("headline" in words) == bool(shown)


def test_two_charts_without_ids_are_two_files(read_book_of: ReadBook, make_project, shared_cache) -> None:
    from triptych.press import read

    chart = '::: {.chart data=data.csv x=year y=output fig-alt="X"}\nY\n:::\n'
    files = {
        **FILES,
        "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [a.md, b.md]\n",
        "source/a.md": chart,
        "source/b.md": chart.replace("y=output", "y=costs"),
    }
    _, book, found = read(make_project(files), shared_cache)
    assert not found
    assert len(Pages(book, load_labels("en")).addresses.charts) == 2
