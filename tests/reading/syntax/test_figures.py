"""Test figures with panels, quotations with a source, theorems, side notes, and section roles."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, parsed, section_xhtml, tiny_png
from triptych.model.nodes import Aside, BlockQuote, Chart, Figure, LineBreak, Note, Slide, Theorem
from triptych.model.walk import chapter_nodes, find_nodes, plain_text, walk

TYPE = "{http://www.idpf.org/2007/ops}type"
FILES = {"source/a.png": tiny_png(), "source/d.csv": "x,y\n1,2\n2,3\n"}


def figures(book) -> list[Figure]:
    return [node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Figure)]


PANELS = """\
::: {#fig-both layout-ncol=2}
![Left](a.png){#fig-left}

![Right](a.png){#fig-right}

Both
:::

See @fig-both, @fig-left and [-@fig-right].
"""


def test_each_panel_has_its_caption_and_its_letter(read_book_of: ReadBook) -> None:
    book, result = read_book_of(PANELS, files=FILES)
    assert not result
    figure = figures(book)[0]
    assert [plain_text(panel.caption) for panel in figure.panels] == ["Left", "Right"]
    assert plain_text(figure.caption) == "Both"
    assert figure.columns == 2
    assert plain_text(book.chapters[0].blocks[-1:]) == "See Figure 1.1, Figure 1.1a and 1.1b."


@pytest.mark.parametrize(
    ("layout", "columns"),
    [("[55, 45]", 2), ("[[1, 1], [1]]", 2), ("[[40, -20, 40]]", 2), ("[[1], [1]]", 1), ("[1.5,1,1,1]", 3)],
)
def test_columns_are_those_of_a_layout_of_widths(layout: str, columns: int, read_book_of: ReadBook) -> None:
    three = "![Left](a.png)\n\n![Right](a.png)\n\n![Third](a.png)\n\nAll\n"
    for name in ("#fig-a", ""):
        book, _ = read_book_of(f'::: {{{name} layout="{layout}"}}\n{three}:::\n', files=FILES)
        assert [figure.columns for figure in figures(book) if figure.panels] == [columns]


def test_panels_do_not_count_as_figures(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(PANELS + "\n![Next](a.png){#fig-next}\n", files=FILES)
    assert book.labels["fig-next"].number == "1.2"


def test_a_chart_may_be_a_panel(read_book_of: ReadBook) -> None:
    markdown = (
        "::: {#fig-both layout-ncol=2}\n\n::: {#fig-c .chart data=d.csv x=x y=y type=line fig-alt=C}\nChart\n:::\n\n"
        "![Picture](a.png){#fig-p}\n\nBoth\n:::\n\n@fig-c\n"
    )
    book, result = read_book_of(markdown, files=FILES)
    assert not result
    assert isinstance(figures(book)[0].panels[0], Chart)
    assert plain_text(book.chapters[0].blocks[-1:]) == "Figure 1.1a"
    parsed(section_xhtml(book))


def test_single_picture_uses_the_caption_of_its_div(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("::: {#fig-a}\n![Alt](a.png)\n\nWords.\n:::\n", files=FILES)
    (figure,) = figures(book)
    assert (figure.attr.id, plain_text(figure.caption), figure.panels) == ("fig-a", "Words.", ())


def test_text_div_with_a_figure_id_loses_nothing(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("::: {#fig-a}\nText ![A](a.png) more.\n\n- item\n:::\n", files=FILES)
    assert plain_text(book.chapters[0].blocks) == "Text A more. item"


@pytest.mark.parametrize(
    ("markdown", "text", "who"),
    [
        ("> Words.\n>\n> — Somebody, *Book*", "Words.", "Somebody, Book"),
        ("> Words.\n> --- Somebody", "Words.", "Somebody"),
        ("> Words\\\n> — Somebody", "Words", "Somebody"),
        ("> — Dialogue.", "— Dialogue.", ""),
        ("> One.\n>\n> Two.", "One. Two.", ""),
        ("::: epigraph\n> Words.\n>\n> — Somebody\n:::", "Words.", "Somebody"),
        ("::: epigraph\nWords.\n\n— Somebody\n:::", "Words.", "Somebody"),
    ],
)
def test_quotation_has_its_attribution(read_book_of: ReadBook, markdown: str, text: str, who: str) -> None:
    book, _ = read_book_of(markdown + "\n")
    (quote,) = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, BlockQuote))
    assert plain_text(quote.content) == text
    assert plain_text(quote.attribution) == who
    assert ("attribution" in section_xhtml(book)) == bool(who)


@pytest.mark.parametrize(
    "closing",
    [
        "[Yours,]{.valediction}\n[Tom]{.signature}",
        "[Yours,]{.valediction}\\\n[Tom]{.signature}[^a]\n\n[^a]: The\nbrother.",
    ],
)
def test_letter_lines_are_kept_with_their_classes(read_book_of: ReadBook, closing: str) -> None:
    opening = "[Leith,\n3 May]{.dateline}\n\n[Dear\nAda,]{.salutation} come."
    book, result = read_book_of(f"::: letter\n{opening}\n\n{closing}\n:::\n\n[J. K.]{{.signature}}\n")
    assert not result
    (letter,) = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, BlockQuote))
    assert [plain_text((block,)) for block in letter.content][:2] == ["Leith, 3 May", "Dear Ada, come."]
    tree = parsed(section_xhtml(book))
    lines = [(p.get("class"), [kind for item in p if (kind := item.get(TYPE))]) for p in tree.iter("p")]
    assert tree.find("blockquote").get(TYPE) == "z3998:letter"
    assert lines[:4] == [
        ("letter-end", []),
        (None, ["z3998:salutation"]),
        ("letter-end", ["z3998:valediction", "z3998:signature"]),
        ("letter-end", ["z3998:signature"]),
    ]
    assert [len(p.findall(".//br")) for p in tree.iter("p")][:3] == [1, 0, 1]
    assert not any(isinstance(node, LineBreak) for note in find_nodes((letter,), Note) for node in walk(note))


def test_parts_of_a_letter_may_be_blocks(read_book_of: ReadBook) -> None:
    parts = (
        "::: salutation\nSir,\n:::\n\n::: postscript\nOne.\n\nTwo.\n:::\n\n::: {.sender #me}\nA. B.\nC\n:::"
    )
    book, result = read_book_of(f":::: letter\n{parts}\n::::\n")
    assert not result
    tree = parsed(section_xhtml(book))
    assert [(p.get("class"), len(p.findall(".//br"))) for p in tree.iter("p")] == [
        ("letter-start", 0), (None, 0), (None, 0), ("letter-end", 1),
    ]  # fmt: skip
    assert [(item.tag, item.get(TYPE), item.get("id")) for item in tree.iter("span", "div")] == [
        ("span", "z3998:salutation", None),
        ("div", "z3998:postscript", None),
        ("span", "z3998:sender", "me"),
    ]


def test_theorems_count_by_kind_and_have_names(read_book_of: ReadBook) -> None:
    markdown = (
        "::: {#thm-a}\n## Name\nOne.\n:::\n\n::: {#thm-b}\nTwo.\n:::\n\n::: {#lem-c name=N}\nThree.\n:::\n\n"
        "::: proof\nFour.\n:::\n\n@thm-b, @lem-c\n"
    )
    book, result = read_book_of(markdown)
    assert not result
    theorems = [node for node in book.chapters[0].blocks if isinstance(node, Theorem)]
    assert [plain_text(node.title) for node in theorems] == ["Name", "", "N", ""]
    assert plain_text(book.chapters[0].blocks[-1:]) == "Theorem 1.2, Lemma 1.1"
    text = "".join(parsed(section_xhtml(book)).itertext()).replace("\u00a0", " ")
    assert "Theorem 1.1 (Name). One." in text
    assert "Proof. Four. □" in text


@pytest.mark.parametrize("name", ["aside", "column-margin", "sidenote", "margin-note"])
def test_side_notes_have_many_names(read_book_of: ReadBook, name: str) -> None:
    book, _ = read_book_of(f"::: {name}\nBeside.\n:::\n\nText [inline]{{.{name}}}.\n")
    (aside,) = (node for node in book.chapters[0].blocks if isinstance(node, Aside))
    assert plain_text(aside.content) == "Beside."
    tree = parsed(section_xhtml(book))
    assert [element.get("class") for element in tree.iter("aside", "span")] == ["aside", "aside beside"]


def test_dedication_has_no_number_and_no_title(read_book_of: ReadBook) -> None:
    from triptych.languages.labels import load_labels
    from triptych.markup.contents import build_table_of_contents
    from triptych.writers.epub.pages import PageWriter

    book, result = read_book_of("For you.\n", role="dedication")
    assert not result
    assert not book.chapters[0].numbered
    assert build_table_of_contents(book, 2) == []
    body = PageWriter(book, load_labels("en")).make_chapter_variables(book.chapters[0])
    assert (body["type"], body["role"], body["titled"]) == ("dedication", "doc-dedication", False)


def test_an_unknown_role_is_a_finding(read_book_of: ReadBook) -> None:
    _, findings = read_book_of("Text.\n", role="dedicaton")
    assert [finding.code for finding in findings] == ["SEC002"]


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ("Words\n![A box](a.png)\nmore words", ["Paragraph", "Figure", "Paragraph"]),
        ("![A box](a.png)\nWords", ["Figure", "Paragraph"]),
        ("Words ![A box](a.png) in a line", ["Paragraph"]),
    ],
)
def test_images_on_separate_lines_are_figures_on_slides(
    read_book_of: ReadBook, lines: str, kinds: list[str]
) -> None:
    book, result = read_book_of(f"::: {{.slide title=One}}\n{lines}\n:::\n", files=FILES)
    assert not result
    slide = next(node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Slide))
    assert [type(block).__name__ for block in slide.content] == kinds
    assert [plain_text(figure.caption) for figure in figures(book)] == ["A box"] * kinds.count("Figure")
