"""Test that structure elements are read in order, with the text that screen readers read."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Name
from weasyprint import HTML

from tests.checks.pdf.crafted import Crafted, artifact, line
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import Structure, read_structure


def read(book: Crafted) -> Structure:
    data = book.data()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        structure = read_structure(pdf, read_pdf_contents(data))
    assert structure is not None
    return structure


def test_text_follows_the_tag_order() -> None:
    book = Crafted()
    book.page(line("second", y=700, mcid=0), line("first", y=600, mcid=1), artifact("head"))
    book.element("P", 1)
    book.element("P", 0)
    assert read(book).text == "first\nsecond\n"


def test_lines_of_a_paragraph_are_joined() -> None:
    book = Crafted()
    lines = ("The tall", "light- and well-", "known house")
    book.page(*(line(text, y=700 - 20 * number, mcid=number) for number, text in enumerate(lines)))
    book.element("P", 0, 1, 2)
    assert read(book).text == "The tall light- and well-known house\n"


def test_hyphenated_word_is_rejoined() -> None:
    page = (
        "<html lang=en><title>T</title><style>body{hyphens:auto;font:20px serif;width:5em}</style>"
        "<p>An extraordinary lighthouse"
    )
    data = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        structure = read_structure(pdf, read_pdf_contents(data))
    assert structure is not None
    assert structure.text == "An extraordinary lighthouse\n"


def test_words_on_one_line_are_not_separated() -> None:
    book = Crafted()
    book.page(line("A note", mcid=0), line("1", x=106.8, y=704, size=8, mcid=1), line(", so", x=111, mcid=2))
    paragraph = book.element("P", 0)
    book.element("Reference", 1, within=paragraph)
    paragraph.K.append(2)
    assert read(book).text == "A note1, so\n"


def test_element_continues_across_pages() -> None:
    book = Crafted()
    first = book.page(line("It begins", mcid=0))
    second = book.page(line("and ends", mcid=0))
    paragraph = book.element("P", 0, page=first)
    paragraph.K.append(Dictionary(Type=Name.MCR, Pg=second, MCID=0))
    structure = read(book)
    assert structure.text == "It begins and ends\n"
    assert [element.page for element in structure.elements] == [None, 0]


def test_figure_text_is_its_alt_text_and_caption() -> None:
    book = Crafted()
    book.page(
        line("labels", mcid=0),
        line("Caption", y=650, mcid=1),
        line("x", y=600, mcid=2),
        line(" is", x=90, y=600, mcid=3),
    )
    figure = book.element("Figure", 0, Alt="A chart")
    book.element("Caption", 1, within=figure)
    paragraph = book.element("P")
    book.element("Formula", 2, within=paragraph, Alt="x squared")
    book.element("Span", 3, within=paragraph)
    assert read(book).text == "A chart\nCaption\nx squared is\n"


def test_actual_text_replaces_the_content() -> None:
    book = Crafted()
    book.page(line("Zrich", mcid=0), line(" lies", x=110, mcid=1))
    paragraph = book.element("P")
    span = book.element("Span", within=paragraph, ActualText="Zurich")
    span.K.append(0)
    span.Pg = book.pdf.pages[0].obj
    paragraph.K.append(1)
    paragraph.Pg = book.pdf.pages[0].obj
    assert read(book).text == "Zurich lies\n"


def test_text_of_an_element_includes_its_descendants() -> None:
    book = Crafted()
    book.page(line("Title", y=700, mcid=0), line("Text", y=600, mcid=1))
    section = book.element("Sect")
    book.element("H1", 0, within=section)
    book.element("P", 1, within=section)
    structure = read(book)
    assert [structure.get_text(element) for element in structure.elements] == [
        "Title Text",
        "Title Text",
        "Title",
        "Text",
    ]


def test_role_map_resolves_custom_types() -> None:
    book = Crafted()
    book.page(line("x", mcid=0))
    book.root.RoleMap = Dictionary(Chorus=Name.Verse, Verse=Name.P, Loop=Name.Loop)
    book.element("Chorus", 0)
    book.element("Loop")
    assert [element.type for element in read(book).elements] == ["Document", "P", "Loop"]


def test_attributes_languages_ids_and_annotations_are_read() -> None:
    book = Crafted()
    page = book.page(line("x", mcid=0))
    attributes = Array(
        [Dictionary(O=Name.Table, ColSpan=2), 0, Dictionary(O=Name.Layout, Placement=Name.Block)]
    )
    cell = book.element("TD", 0, A=attributes, Lang="fr", ID="c1")
    book.link(page, (0, 0, 1, 1), cell)
    structure = read(book)
    (_, element) = structure.elements
    assert (element.attributes["ColSpan"], str(element.attributes["Placement"])) == (2, "/Block")
    assert (element.language, element.identifier) == ("fr", "c1")
    assert list(structure.annotations.values()) == [element]


def test_cyclic_structure_tree_terminates() -> None:
    book = Crafted()
    book.page(line("x", mcid=0))
    loop = book.element("Sect", 0)
    loop.K.append(loop)
    loop.K.append(book.document)
    assert [element.type for element in read(book).elements] == ["Document", "Sect"]


def test_a_very_deep_tree_is_cut() -> None:
    book = Crafted()
    book.page(line("x", mcid=0))
    inner = book.document
    for _ in range(300):
        inner = book.element("Div", within=inner)
    assert len(read(book).elements) == 201


def test_untagged_file_has_no_structure() -> None:
    book = Crafted()
    book.page(line("x"))
    del book.pdf.Root["/StructTreeRoot"]
    data = book.data()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert read_structure(pdf, read_pdf_contents(data)) is None
