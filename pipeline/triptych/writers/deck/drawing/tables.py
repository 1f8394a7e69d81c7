"""Draw native tables in the deck's table style (ECMA-376 Part 1, 21.1.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.languages.language_tags import get_text_direction
from triptych.model.nodes import Align
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.pictures import replace_placeholder
from triptych.writers.deck.drawing.text import (
    TextContext,
    TextStyle,
    add_child,
    add_end_properties,
    add_paragraphs,
    add_runs,
    remove_children,
)
from triptych.writers.deck.fitting.tables import SIDE_PADDING, FittedTable
from triptych.writers.deck.fitting.text import PlaceholderBox
from triptych.writers.deck.pptx.exports import BaseShape, Pt, Slide
from triptych.writers.deck.pptx.package import get_cell_element, get_table_element
from triptych.writers.deck.slides import Para, TableBody, TableCell
from triptych.writers.deck.template.palette import Palette, TableStyle, Tint, shade_cell

_MIRRORED = {"l": "r", "r": "l"}


def insert_table(
    slide: Slide,
    placeholder: BaseShape,
    placeholder_box: PlaceholderBox,
    fitted_table: FittedTable,
    table: TableBody,
    style: TableStyle,
    palette: Palette,
    context: TextContext,
) -> Any:
    """Replace a placeholder with a fitted table, and return the graphic frame."""
    part = slide.part
    rtl = get_text_direction(context.language) == "rtl"
    width = sum(fitted_table.widths)
    left = placeholder_box.right - width if rtl else placeholder_box.left
    box = Pt(left), Pt(placeholder_box.top), Pt(width), Pt(sum(fitted_table.heights))
    frame = slide.shapes.add_table(len(fitted_table.rows), len(fitted_table.widths), *box)
    replace_placeholder(frame, placeholder)
    native: Any = frame.table
    _set_table_style(get_table_element(native), table, style.id)
    if rtl:
        get_table_element(native).find(qn("a:tblPr")).set("rtl", "1")
    for column, width in zip(native.columns, fitted_table.widths, strict=True):
        column.width = Pt(width)
    for number, (row, height) in enumerate(zip(fitted_table.rows, fitted_table.heights, strict=True)):
        native.rows[number].height = Pt(height)
        for column, content in enumerate(row):
            cell = native.cell(number, column)
            if content.columns > 1 or content.rows > 1:
                cell.merge(native.cell(number + content.rows - 1, column + content.columns - 1))
            cell.margin_left = cell.margin_right = Pt(SIDE_PADDING)
            cell.margin_top = cell.margin_bottom = Pt(fitted_table.padding)
            align = fitted_table.alignments[column]
            if content.columns > 1 and number < table.header_rows:
                align = "ctr"  # a header cell that spans several columns is centred above them
            # Table styles format only the first row and column as headers.
            further_head = 0 < number < table.header_rows or 0 < column < table.row_headers
            cell_style = TextStyle(
                size=fitted_table.size,
                colour=_choose_text_colour(style, palette, header=number == 0 and bool(table.header_rows)),
                bold=further_head,
                align=_MIRRORED.get(align, align)
                if rtl and table.alignments[column] is Align.DEFAULT
                else align,
            )
            if content.shade:
                cell_style = replace(cell_style, colour=shade_cell(cell, content.shade, palette))
            _fill_cell(get_cell_element(cell), content, cell_style, part, context)
    return frame


def _choose_text_colour(style: TableStyle, palette: Palette, *, header: bool) -> Tint | None:
    """Return a cell's text colour, or None if the table style already sets a legible one."""
    ink = style.text_colour if header and style.has_filled_header else palette.text_colour
    return None if ink == style.text_colour == Tint("tx1") else ink


def _set_table_style(table: Any, body: TableBody, style_id: str) -> None:
    properties = table.find(qn("a:tblPr"))
    for name in list(properties.attrib):
        del properties.attrib[name]
    for content in list(properties):
        properties.remove(content)
    if body.header_rows:
        properties.set("firstRow", "1")
    # In a table without a header row, the cells of the first column are headers.
    if body.row_headers or not body.header_rows:
        properties.set("firstCol", "1")
    add_child(properties, "a:tableStyleId").text = style_id


def _fill_cell(cell: Any, content: TableCell, text_style: TextStyle, part: Any, context: TextContext) -> None:
    body = cell.find(qn("a:txBody"))
    remove_children(body, "a:p")
    if any(para.bullet or para.level or para.number is not None for para in content.paras):
        list_style = replace(text_style, adds_bullet=True, align="")  # lists are aligned by their bullets
        add_paragraphs(body, [(para, list_style) for para in content.paras], part, context)
    else:
        for para in content.paras or (Para(runs=()),):
            paragraph = add_child(body, "a:p")
            add_child(paragraph, "a:pPr", algn=text_style.align)
            add_runs(paragraph, para.runs, text_style, part, context)
            add_end_properties(paragraph, text_style, context)
    cell.get_or_add_tcPr().set("anchor", "ctr")
