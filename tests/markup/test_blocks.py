"""Test the XHTML of blocks; a golden file covers all constructs."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Golden, ReadBook, parsed, section_xhtml, tiny_png
from triptych.diagnostics import has_errors
from triptych.languages.labels import load_labels
from triptych.writers.epub.pages import PageWriter
from triptych.writers.print.documents import BODY, PrintDocument

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

::: letter
[The Lodge,
3 May]{.dateline}

[Dear Ada,]{.salutation}

The roses are *out*, and no fly is to be seen.

[Yours ever,]{.valediction}
[Tom]{.signature .sender}

[P.S.]{.postscript} Bring a book.
:::

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
    book, result = read_book_of(EVERY_CONSTRUCT, manifest="bibliography: references.bib\n", files=FILES)
    assert not has_errors(result)
    pages = PageWriter(book, load_labels("en"))
    body = pages.make_chapter_variables(book.chapters[0])
    notes = "".join(f"<!-- note {note.number} -->\n{note.text}" for note in body["notes"])
    sources = pages.make_chapter_variables(book.chapters[1])["text"]
    xhtml = f"{body['text']}\n{notes}\n<!-- sources -->\n{sources}\n"
    parsed(xhtml)
    golden("every-construct.epub.xhtml", xhtml)


def test_every_construct_in_print(read_book_of: ReadBook, golden: Golden) -> None:
    book, result = read_book_of(EVERY_CONSTRUCT, manifest="bibliography: references.bib\n", files=FILES)
    assert not has_errors(result)
    xhtml = PrintDocument(book, load_labels("en"), BODY, book.chapters).blocks(book.chapters[0].blocks) + "\n"
    parsed(xhtml)
    golden("every-construct.print.xhtml", xhtml)


def test_ids_are_unique(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(EVERY_CONSTRUCT, manifest="bibliography: references.bib\n", files=FILES)
    ids = [element.get("id") for element in parsed(section_xhtml(book)).iter() if element.get("id")]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("markdown", ["::: {.slide title=T}\nSECRET\n:::\n", "::: notes\nSECRET\n:::\n"])
def test_deck_only_content_is_not_in_the_book(read_book_of: ReadBook, markdown: str) -> None:
    book, _ = read_book_of("Text.\n\n" + markdown)
    assert "SECRET" not in section_xhtml(book)


def test_event_handlers_and_styles_of_authors_are_removed(read_book_of: ReadBook) -> None:
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


def test_nested_link_is_removed(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('<a href="https://a.example">x <https://b.example> y</a>\n')
    outer = parsed(section_xhtml(book)).findall(".//a")
    assert not any(link.findall(".//a") for link in outer)


def test_footnote_in_a_link_keeps_its_call(read_book_of: ReadBook) -> None:
    """Test that the mark of a footnote in a link stays in the text, since the note links back to it."""
    book, _ = read_book_of("[text[^1]](https://a.example)\n\n[^1]: The note.\n")
    assert parsed(section_xhtml(book)).findall(".//*[@id='_noteref-1']")


def test_formulas_are_mathml_with_an_alternative_text(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("$a < b$ and $$c$$\n")
    formulas = list(parsed(section_xhtml(book)).iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert [formula.get("alttext") for formula in formulas] == ["a is less than b", "c"]
    assert not list(parsed(section_xhtml(book)).iter("{http://www.w3.org/1998/Math/MathML}annotation"))


def test_footnote_with_a_list_or_code_is_complete_in_print(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "Text.[^1]\n\n[^1]: Before.\n\n    - listed\n\n    ```\n    coded\n    ```\n\n    | quoted\n"
    )
    xhtml = PrintDocument(book, load_labels("en"), BODY, book.chapters).blocks(book.chapters[0].blocks)
    assert [word for word in ("Before", "listed", "coded", "quoted") if word not in xhtml] == []


def test_caption_ends_with_a_full_stop_before_its_note(read_book_of: ReadBook) -> None:
    chart = '::: {.chart data=data.csv x=year y=output note="注" source="年鉴" type=line fig-alt="图"}\n产量（A）\n:::\n'
    words = section_xhtml(read_book_of(chart, manifest="lang: zh\n", files=FILES)[0])
    assert "产量（A）。<span" in words and ">注：注。</span>" in words
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
def test_chart_headline_is_written_above_it(read_book_of: ReadBook, more: str, shown: str | None) -> None:
    chart = f'::: {{.chart data=data.csv x=year y=output type=line fig-alt="X" {more}}}\nOutput\n:::\n'
    words = section_xhtml(read_book_of(chart, files=FILES)[0])
    assert (f'chart"><p class="headline">{shown}</p><img' in words) == bool(shown)
    assert ("headline" in words) == bool(shown)


def test_two_charts_without_ids_are_two_files(read_book_of: ReadBook, make_project, shared_cache) -> None:
    from triptych.stages import read_project

    chart = '::: {.chart data=data.csv x=year y=output type=line fig-alt="X"}\nY\n:::\n'
    files = {
        **FILES,
        "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [a.md, b.md]\n",
        "source/a.md": chart,
        "source/b.md": chart.replace("y=output", "y=costs"),
    }
    _, book, findings = read_project(make_project(files), shared_cache)
    assert {item.code for item in findings} <= {"CHT007"}  # the data has gaps
    assert len(PageWriter(book, load_labels("en")).addresses.charts) == 2


LISTING = "``` {{{}}}\na\nb\nc\n```\n"
DOT = "![A dot](dot.png){{{}}}\n"


LISTINGS = (
    ("code-line-numbers=2", "a *b c"),
    ('highlight-lines="1,3"', "*a b *c"),
    ('highlight-lines="2-3"', "a *b *c"),
    ('highlight-lines="2-1,3"', "a b *c"),  # there are none from the second to the first
    ('highlight-lines="3-999999"', "a b *c"),
    (".python .numberLines", "1a 2b 3c"),
    (".python .number-lines startFrom=7", "7a 8b 9c"),
    (".python .numberLines start-from=x", "1a 2b 3c"),
    (".python .numberLines startFrom=2 highlight-lines=2", "2a *3b 4c"),
    ("", ""),
)


def test_listing_lines_are_highlighted_and_numbered_as_requested(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("\n".join(LISTING.format(attributes) for attributes, _ in LISTINGS))
    for (attributes, lines), pre in zip(LISTINGS, parsed(section_xhtml(book)).iter("pre"), strict=True):
        results = [span for span in pre.iter("span") if "line" in span.get("class").split()]
        output = ["*" * ("marked" in line.get("class")) + "".join(line.itertext()) for line in results]
        assert " ".join(output) == lines, attributes


# Markdown, and the relevant part of its XHTML; numbers and generated ids are those of the first element.
CONSTRUCTS = (
    # Listings.
    (
        LISTING.format('.python .landscape #lst-a lst-cap="G"'),
        '<figure id="lst-a" class="listing landscape">',
    ),
    (LISTING.format(".landscape"), "<pre>"),
    (LISTING.format("#lst-b"), '<figcaption><span class="label">Listing 1.2</span></figcaption><pre'),
    # Callouts: a number and the author's title, only one of them, or the name of the type.
    (
        '::: {.callout-tip #tip-a title="Try"}\nX\n:::\n',
        '<aside role="note" id="tip-a" class="callout tip titled"><p class="callout-title">Tip 1.1: Try<',
    ),
    ("::: {.callout-tip #tip-b}\nX\n:::\n", 'callout tip"><p class="callout-title">Tip 1.2<'),
    ('::: {.callout-tip title="Try"}\nX\n:::\n', 'tip titled"><p class="callout-title">Try<'),
    ("::: {.callout-tip}\nX\n:::\n", '<p class="callout-title">Tip<'),
    ('::: {.callout-tip .no-float title="Try"}\nX\n:::\n', 'class="callout tip titled here"'),
    # Lists.
    ("(4) a\n(5) b\n", '<ol start="4" style="list-style-type: decimal-brackets"><li>a'),
    ("1) a\n2) b\n", '<ol style="list-style-type: decimal-bracket"><li>a'),
    ("a. a\nb. b\n", '<ol style="list-style-type: lower-alpha"><li>a'),
    (
        "(a) a\n(b) b\n",
        '<ol style="list-style-type: lower-alpha; list-style-type: lower-alpha-brackets"><li>a',
    ),
    ("7. a\n8. b\n", '<ol start="7"><li>a'),
    ("1. a\n2. b\n", "<ol><li>a"),
    ("- [x] a\n- b\n", '<ul class="tasks"><li><span class="box">■</span> a</li><li>b</li></ul>'),
    ("- a\n- [ ] b\n", '<ul class="tasks"><li>a</li><li><span class="box">□</span> b</li></ul>'),
    ("- a\n", "<ul><li>a</li></ul>"),
    # Headings have at most six levels.
    ("###### Six\n", '<section id="six">\n<h6>Six</h6>'),
    ("##### Five\n", '<section id="five">\n<h5>Five</h5>'),
    # Quotations.
    ("> It is.\n>\n> --- Ada\n", '<p>It is.</p>\n<p class="attribution">— Ada</p></blockquote>'),
    # Pictures: if the caption contains the alt text, screen readers read it once.
    (
        DOT.format('fig-align=right fig-pos="H!"'),
        'class="figure align-right here" aria-labelledby="_caption-1"',
    ),
    (DOT.format("fig-align=left"), 'class="figure align-left"'),
    (DOT.format("fig-align=center"), 'class="figure align-center"'),
    (DOT.format("fig-pos=htb"), 'class="figure" aria'),
    (DOT.format(".no-float"), 'class="figure here" aria'),
    (DOT.format('fig-alt="A  dot!"'), 'alt=""/><figcaption id="_caption-1">A dot<'),
    (
        DOT.format('fig-alt="Dots"'),
        '<figure class="figure"><img src="../images/picture-1.png" alt="Dots"/><figcaption>',
    ),
    (
        "::: {#fig-a layout-ncol=2}\n![One](dot.png)\n\n![Two](dot.png)\n\nBoth\n:::\n",
        '<span class="label">(b)</span> Two</figcaption></figure></div><figcaption>',
    ),
    # Visible URLs may be broken at punctuation, but not after the scheme.
    ("[https://a.b/c/d](https://a.b/c/d)\n", 'class="address"><span>https://a.b</span>/c/d</a>'),
    ("<https://a.b>\n", 'class="address"><span>https://a.b</span></a>'),
    ("<ada@a.example>\n", 'class="address">ada@a.example</a>'),
    ("[www.a.b](https://a.b)\n", 'class="address">www.a.b</a>'),
    ("[*a* b](https://a.b)\n", '<a href="https://a.b"><em>a</em> b</a>'),
    # Side notes precede their paragraph.
    ("[Side]{.aside} of words.\n", '<div class="whole">Side</div></aside>\n<p>of words.</p>'),
    # Theorem names are run in, and proofs end with their mark.
    (
        "::: {#thm-a}\n## Name\nIt is.\n:::\n",
        '<p><span class="statement-name">Theorem 1.1 (Name).</span> It is.</p>',
    ),
    (
        "::: {.proof}\nIt is.\n:::\n",
        '<span class="statement-name">Proof.</span> It is. <span class="qed">□</span></p>',
    ),
    ("::: {.proof}\n- a\n:::\n", '<p><span class="statement-name">Proof.</span></p><ul>'),
    ("::: {.proof}\n- a\n:::\n", '</ul><p class="proof-end"><span class="qed">□</span></p></div>'),
)


def test_constructs_have_their_markup(read_book_of: ReadBook) -> None:
    """Test all constructs in one document, separated by paragraphs."""
    book, _ = read_book_of("\nNext.\n\n".join(markdown for markdown, _ in CONSTRUCTS), files=FILES)
    xhtml = re.sub(r"_caption-\d+", "_caption-1", section_xhtml(book)).replace("\u00a0", " ")
    pieces = zip(CONSTRUCTS, xhtml.split("<p>Next.</p>"), strict=True)
    assert [(markdown, piece) for (markdown, expected), piece in pieces if expected not in piece] == []


def test_description_is_collapsed_and_linked(read_book_of: ReadBook) -> None:
    text = "\n::: {.description}\nIt grows.\n:::\n:::\n"
    chart = (
        '::: {#fig-c .chart data=data.csv x=year y=output type=line fig-alt="X" .landscape .no-float}\nOutput\n'
        + text
    )
    xhtml = section_xhtml(read_book_of(chart, files=FILES)[0])
    assert '<figure id="fig-c" class="figure chart here landscape" aria-details="_data-2">' in xhtml
    assert 'alt="X" aria-details="_description-1"/>' in xhtml
    behind = xhtml[xhtml.index("</figure>") :].replace("\u00a0", " ")
    assert (
        '<details class="behind" id="_description-1"><summary>Description</summary><p>It grows.</p>' in behind
    )
    assert '<details class="behind" id="_data-2"><summary>Data: Figure 1.1</summary>' in behind
    assert "<caption>Output</caption>" in behind
    book, _ = read_book_of(chart, files=FILES)
    output = PrintDocument(book, load_labels("en"), BODY, book.chapters).blocks(book.chapters[0].blocks)
    assert 'alt="X It grows."' in output and "<details" not in output


@pytest.mark.parametrize(
    "element",
    [
        "::: {{.chart data=data.csv x=year y=output type=bar fig-alt=A {}}}\nCaption\n:::\n",
        "::: {{.chart data=data.csv x=year y=output type=heatmap {}}}\nCaption\n:::\n",
        "::: {{.table data=data.csv {}}}\nCaption\n:::\n",
        "::: {{#tbl-x {}}}\n| A |\n|---|\n| 1 |\n\nCaption\n:::\n",
        "| A |\n|---|\n| 1 |\n\n: Caption {{#tbl-x {}}}\n",
        "![Caption](a.png){{#fig-x {}}}\n",
        "::: {{#fig-x {}}}\n![](a.png){{fig-alt=A}}\n\nCaption\n:::\n",
        "::: {{#fig-x layout-ncol=2 {}}}\n![A](a.png)\n\n![B](a.png)\n\nCaption\n:::\n",
        '```{{.mermaid fig-cap="Caption" {}}}\ngraph LR\n  A --> B\n```\n',
    ],
)
def test_note_and_source_follow_the_caption(read_book_of: ReadBook, element: str) -> None:
    attributes = 'note="Without *islands*" source="@k2024"'
    book, findings = read_book_of(
        element.format(attributes),
        manifest="bibliography: [b.bib]\n",
        files={
            **FILES,
            "source/a.png": tiny_png(),
            "source/b.bib": "@book{k2024, author={Keeper}, title={T}, year=2024}",
        },
    )
    words = section_xhtml(book)
    assert not [finding for finding in findings if finding.code[:3] in ("CHT", "CIT", "LNT")]
    assert 'Caption. <span class="remark">Note: Without <em>islands</em>.</span>' in words
    source = words.partition('<span class="remark source">Source: ')[2]
    assert re.sub("<[^<>]*>", "", source).startswith("Keeper (2024).")


def test_image_without_caption_has_note_and_source(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('![](a.png){fig-alt="A" source="Own"}\n', files={"source/a.png": tiny_png()})
    words = section_xhtml(book)
    assert '<figcaption><span class="remark source">Source: Own.</span></figcaption>' in words
