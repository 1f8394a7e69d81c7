"""Test the scope of header cells."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.conftest import ReadBook, parsed, section_xhtml
from triptych.markup.tables import write_plain_table, write_table
from triptych.model.nodes import Align, Cell, Column, Paragraph, Row, Table, Text
from triptych.model.walk import plain_text


def cell(text: str, **more: object) -> Cell:
    content = (Paragraph(content=(Text(text=text),), tight=True),) if text else ()
    return Cell(content=content, **more)  # type: ignore[arg-type]


def row(*texts: str) -> Row:
    return Row(cells=tuple(cell(text) for text in texts))


def written(node: Table, caption: str = "") -> etree._Element:
    return parsed(write_table(node, plain_text, caption)).find(".//table")


TWO = (Column(), Column(align=Align.RIGHT))


def test_cells_of_the_head_head_columns() -> None:
    node = written(Table(columns=TWO, head=(row("A", "B"),), body=(row("1", "2"),)))
    assert [(th.text, th.get("scope")) for th in node.iter("th")] == [("A", "col"), ("B", "col")]


def test_first_cells_may_head_rows() -> None:
    node = written(Table(columns=TWO, head=(row("A", "B"),), body=(row("1", "2"),), row_headers=1))
    assert [(th.text, th.get("scope")) for th in node.find("tbody").iter("th")] == [("1", "row")]


def test_cells_have_their_headers_if_they_may_be_stacked() -> None:
    head = (Row(cells=(cell(""), cell("China", colspan=2))), row("Year", "Cells", "Cars"))
    node = Table(columns=(*TWO, Column()), head=head, body=(row("2024", "80", "65"),), row_headers=1)
    stacked = parsed(write_table(node, plain_text, "", can_stack=True))
    assert [td.get("data-head") for td in stacked.find(".//tbody").iter()] == [
        *(None, None, None),
        *("China, Cells", "China, Cars"),
    ]
    assert "stack-8" in stacked.find("div").get("class").split()
    plain = parsed(write_table(node, plain_text, ""))
    assert "stack" not in plain.find("div").get("class")
    assert not any("data-head" in element.attrib for element in plain.iter())


@pytest.mark.parametrize(
    ("cells", "stack"),
    [
        (("1", "2"), "stack-8"),
        (("https://example.org/addresses/of/pages", "2"), "stack-16"),
        (("word " * 40, "two words"), "stack-8"),
        (("a" * 24,) * 8, "stack-62"),
    ],
)
def test_table_stacks_if_its_longest_words_do_not_fit(cells: tuple[str, ...], stack: str) -> None:
    node = Table(columns=(Column(),) * len(cells), head=(), body=(row(*cells),))
    assert stack in parsed(write_table(node, plain_text, "", can_stack=True)).find("div").get("class").split()


def test_a_cell_over_several_rows_lets_a_table_be() -> None:
    node = Table(columns=TWO, head=(), body=(Row(cells=(cell("1", rowspan=2), cell("2"))), row("3")))
    assert "stack" not in parsed(write_table(node, plain_text, "", can_stack=True)).find("div").get("class")


def test_empty_header_is_omitted() -> None:
    node = written(Table(columns=TWO, head=(row("", "B"),), body=(row("1", "2"),)))
    assert [child.tag for child in node.find("thead/tr")] == ["td", "th"]


def test_column_alignment_is_that_of_its_cells() -> None:
    node = written(Table(columns=TWO, head=(), body=(row("1", "2"),)))
    assert [td.get("class") for td in node.iter("td")] == [None, "align-right"]


def test_a_cell_over_two_columns_moves_the_next_ones_on() -> None:
    wide = Row(cells=(cell("1", colspan=2), cell("3")))
    node = written(Table(columns=(Column(), Column(), Column(align=Align.RIGHT)), head=(), body=(wide,)))
    assert [(td.get("colspan"), td.get("class")) for td in node.iter("td")] == [
        ("2", None),
        (None, "align-right"),
    ]


def test_a_table_without_rows_has_one_all_the_same() -> None:
    node = written(Table(columns=TWO, head=(row("A", "B"),), body=()))
    assert len(node.findall("tbody/tr/td")) == 2


def test_caption_comes_first() -> None:
    node = written(Table(columns=TWO, head=(), body=(row("1", "2"),)), "<b>Table 1</b> X")
    assert node[0].tag == "caption"


def test_widths_are_shares_of_the_table() -> None:
    node = written(Table(columns=(Column(width=0.25), Column(width=0.75)), head=(), body=(row("1", "2"),)))
    assert [col.get("style") for col in node.iter("col")] == ["width: 25.0%", "width: 75.0%"]


def test_a_caption_of_a_section_names_its_number(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("| A |\n|---|\n| 1 |\n\n: Cap {#tbl-a}\n")
    caption = parsed(section_xhtml(book)).find(".//caption")
    assert "".join(caption.itertext()).replace("\u00a0", " ") == "Table 1.1 Cap"


def test_a_plain_table_heads_its_rows_and_names_its_gaps() -> None:
    node = parsed(write_plain_table([("", "A & B"), ("2024", "1"), ("2025", "")], "Data", "no value"))[0][0]
    assert [(th.text, th.get("scope")) for th in node.iter("th")] == [
        ("A & B", "col"),
        ("2024", "row"),
        ("2025", "row"),
    ]
    assert [span.get("title") for span in node.iter("span")] == ["no value"]


def test_table_that_fits_on_a_page_is_short() -> None:
    for count, short in ((12, True), (13, False)):
        node = Table(columns=TWO, head=(), body=(row("1", "2"),) * count)
        frame = parsed(write_table(node, plain_text, "")).find("div")
        assert frame is not None
        assert ("short" in str(frame.get("class")).split()) is short
        plain = parsed(write_plain_table([("a", "b"), *[("1", "2")] * count], "C", "none")).find("div/table")
        assert plain is not None
        assert (plain.get("class") == "short") is short


def test_cells_have_their_column_and_row_spans() -> None:
    wide = Row(cells=(cell("1", colspan=2), cell("2", rowspan=2)))
    cells = written(Table(columns=(*TWO, Column()), head=(), body=(wide,))).findall(".//td")
    assert [(item.get("colspan"), item.get("rowspan")) for item in cells] == [("2", None), (None, "2")]


def test_foot_follows_the_rows() -> None:
    node = Table(columns=TWO, head=(row("A", "B"),), body=(row("1", "2"),), foot=(row("3", "4"),))
    assert [part.tag for part in written(node)] == ["thead", "tbody", "tfoot"]


def test_note_of_a_cell_is_a_separate_paragraph() -> None:
    noted = cell("80", note=(Text(text="2024"),), shade=3)
    node = parsed(
        write_table(Table(columns=TWO, head=(), body=(Row(cells=(cell("a"), noted)),)), plain_text, "")
    )
    (td,) = node.xpath("//td[contains(@class, 'shade-3')]")
    assert [(p.get("class"), p.text) for p in td] == [(None, "80"), ("cell-note", "2024")]
    assert "noted" in node.xpath("//div/@class")[0].split()


@pytest.mark.parametrize(("rows", "is_short"), [(20, True), (21, False)])
def test_a_table_with_cell_notes_is_short_up_to_twenty_rows(rows: int, is_short: bool) -> None:
    noted = Row(cells=(cell("a"), cell("80", note=(Text(text="2024"),))))
    node = Table(columns=TWO, head=(), body=(noted, *[row("1", "2")] * (rows - 1)))
    classes = parsed(write_table(node, plain_text, "")).find("div").get("class").split()
    assert ("short" in classes) is is_short


def test_table_classes_reflect_widths_and_colours() -> None:
    def classes(node: Table) -> set[str]:
        result = parsed(write_table(node, plain_text, "")).find("div").get("class").split()
        return {"shared", "heat"}.intersection(result)

    shaded = Row(cells=(cell("1"), cell("2", shade=3)))
    assert classes(Table(columns=TWO, head=(), body=(row("1", "2"),))) == set()
    assert classes(Table(columns=TWO, head=(), body=(row("1", "2"), shaded))) == {"heat"}
    one_width = (Column(width=0.25), Column())
    assert classes(Table(columns=one_width, head=(), body=(row("1", "2"),))) == {"shared"}


def test_formulas_in_headers_are_read_as_alt_text() -> None:
    formula = '<math alttext="x squared"><mi>x</mi></math>'
    node = Table(columns=(Column(),), head=(row("A"),), body=(row("1"),))
    table = parsed(write_table(node, lambda _: formula, ""))
    assert [math.get("aria-label") for math in table.iter("math")] == ["x squared", None]


def test_cell_alignment_overrides_that_of_the_column() -> None:
    centred = Row(cells=(cell("1"), cell("2", align=Align.CENTER)))
    node = written(Table(columns=TWO, head=(), body=(centred,)))
    assert [td.get("class") for td in node.iter("td")] == [None, "align-center"]
