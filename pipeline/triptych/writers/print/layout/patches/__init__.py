"""What is patched in the layout engine, and what is used of it that is none of its interface.

``PATCHES`` is all of the first, ``internals.py`` all of the second; they are made for one version
(``installed_engine.VERSION``).
"""

from __future__ import annotations

from functools import cache

from triptych.languages import word_division
from triptych.writers.print.layout.patches.lines import (
    break_places,
    filling,
    glyph_runs,
    line_breaks,
    line_ends,
    punctuation,
)
from triptych.writers.print.layout.patches.pages import (
    columns,
    continued,
    floats,
    gradients,
    grid,
    index_columns,
    make_up,
    notes_in_place,
    page_lengths,
    picture_widths,
)
from triptych.writers.print.layout.patches.patch import Patch
from triptych.writers.print.layout.patches.speed import element_styles, memoising, outlines, page_styles
from triptych.writers.print.layout.patches.tables import widths

_ISSUES, _PULLS = "https://github.com/Kozea/WeasyPrint/issues", "https://github.com/Kozea/WeasyPrint/pull"

# Each function once; what later patches import is replaced before them.
PATCHES = (
    Patch(
        replaces="weasyprint.layout.percent.resolve_percentages",
        digest="71673078096fcf87",
        why="lengths are worked out for each box, though they hang on its style and containing block alone",
        upstream=f"{_ISSUES}/578",
        make=memoising.resolve_percentages,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.text.line_break.strut",
        digest="b57885b70dd08efe",
        why="the height of an empty line is measured for each box, though it hangs on its style alone",
        upstream=f"{_ISSUES}/578",
        make=memoising.strut,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.text.line_break.Layout.setup",
        digest="fb227a55094f41d4",
        why="a font is looked up and set for each text, though it hangs on its style alone",
        upstream=f"{_ISSUES}/578",
        make=memoising.setup,
    ),
    Patch(
        replaces="weasyprint.formatting_structure.boxes.ParentBox.page_values",
        digest="9bcfda076d1961e6",
        why="all that is in a box is looked through for each box beside it",
        upstream=f"{_ISSUES}/578",
        make=memoising.page_values,
    ),
    Patch(
        replaces="weasyprint.formatting_structure.boxes.Box.is_in_normal_flow",
        digest="5f49d6ab23da7e51",
        why="five methods read the same two properties, some 200,000 times in a book",
        upstream=f"{_ISSUES}/578",
        make=memoising.is_in_normal_flow,
    ),
    Patch(
        replaces="weasyprint.css.StyleFor",
        digest="dac5a13261681453",
        why="rules are cascaded for each element and six pseudo-elements, most alike or never shown",
        upstream=f"{_PULLS}/2813",
        make=element_styles.style_for,
    ),
    Patch(
        replaces="weasyprint.css.ComputedStyle.__missing__",
        digest="b318d8efc8ac79d7",
        why="values that a style takes over from its parent go the long way of those with rules",
        upstream=f"{_ISSUES}/578",
        make=element_styles.missing_style,
    ),
    Patch(
        replaces="weasyprint.layout.page.set_page_type_computed_styles",
        digest="4e68b396b35c4a06",
        why="styles of a page and its margin boxes are computed anew for each page of a kind",
        upstream=f"{_ISSUES}/578",
        make=page_styles.set_page_type_computed_styles,
    ),
    Patch(
        replaces="weasyprint.svg.defs.draw_gradient",
        digest="3077a74bce3bdf40",
        why="Poppler leaves shapes empty whose gradient has a tile of just their size",
        make=gradients.draw_gradient,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.images.SVGImage.draw",
        digest="bf38036046fc040b",
        why="each letter of a formula is read and measured wherever it stands",
        upstream=f"{_PULLS}/2913",
        make=outlines.draw_svg,
    ),
    Patch(
        replaces="weasyprint.text.line_break.Layout.set_text",
        digest="fe23ca9937dbf520",
        why="marks that meet keep their blanks",
        make=punctuation.set_text,
    ),
    Patch(
        replaces="weasyprint.text.line_break.pyphen",
        digest="39ad1016863ca34d",
        why="compounds are divided beside the joint of their parts",
        make=lambda _: word_division,
        read_by="weasyprint.text.line_break.split_first_line",
    ),
    Patch(
        replaces="weasyprint.text.line_break.can_break_text",
        digest="4f3fb5ef1c239df9",
        why="a line can begin with the dot of a name such as .class",
        make=break_places.can_break_text,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.layout.inline.split_inline_box",
        digest="3a0cb7ca7e34c7ef",
        why="each line is filled as far as it goes, whatever becomes of those behind it",
        upstream=f"{_ISSUES}/2264",
        make=line_breaks.split_inline_box,
    ),
    Patch(
        replaces="weasyprint.layout.inline.split_text_box",
        digest="8c564329599ef23f",
        why="a word in an element of its own is broken in its middle; hyphens at ends are text",
        upstream=f"{_ISSUES}/1614",
        make=line_breaks.split_text_box,
    ),
    Patch(
        replaces="weasyprint.layout.inline.get_next_linebox",
        digest="67af458c2545e74f",
        why="the space at which a line is broken is lost, and words of two lines are read as one",
        make=line_ends.get_next_linebox,
    ),
    Patch(
        replaces="weasyprint.layout.inline.text_align",
        digest="e953d41b87ccfc30",
        why="lines are widened by their spaces alone, and flush; first lines are indented at the left",
        upstream=f"{_ISSUES}/106",
        make=filling.text_align,
    ),
    Patch(
        replaces="weasyprint.text.line_break.Layout.deactivate",
        digest="bfec3ec8406e1c82",
        why="a layout that was measured is dropped, and shaped again to be painted",
        upstream=f"{_ISSUES}/578",
        make=glyph_runs.deactivate,
    ),
    Patch(
        replaces="weasyprint.text.line_break.Layout.reactivate",
        digest="0b89ee097104b713",
        why="as for Layout.deactivate",
        upstream=f"{_ISSUES}/578",
        make=glyph_runs.reactivate,
    ),
    Patch(
        replaces="weasyprint.draw.text.draw_first_line",
        digest="1bb8eae6d88e71b1",
        why="glyphs are painted one by one; letters of lines a little too short are not widened",
        upstream=f"{_ISSUES}/578",
        make=glyph_runs.draw_first_line,
    ),
    Patch(
        replaces="weasyprint.draw.text.int",
        digest="1bb8eae6d88e71b1",
        why="kerns are cut to thousandths of the size, and lines end short of where they should",
        make=lambda _: round,
        read_by="weasyprint.draw.text.draw_first_line",
    ),
    Patch(
        replaces="weasyprint.layout.block._in_flow_layout",
        digest="c2537262836dd981",
        why="there are no page floats; nobody is told which blocks are looked at to fill a page",
        upstream=f"{_ISSUES}/259",
        make=floats.in_flow_layout,
    ),
    Patch(
        replaces="weasyprint.layout.page.make_page",
        digest="656f183328e8b1b5",
        why="there are no page floats: a page begins with those that had no room before",
        upstream=f"{_ISSUES}/259",
        make=make_up.make_page,
    ),
    Patch(
        replaces="weasyprint.layout.page.page_height",
        digest="71a0230377c0354e",
        why="all pages of a kind have one height; facing pages may run a line longer or shorter together",
        make=page_lengths.page_height,
    ),
    Patch(
        replaces="weasyprint.layout.block.block_level_layout",
        digest="c1301dde9284e245",
        why="there is no baseline grid",
        upstream=f"{_PULLS}/930",
        make=grid.block_level_layout,
    ),
    Patch(
        replaces="weasyprint.layout.block._linebox_layout",
        digest="e07bbe000974787e",
        why="notes go to the next page to gain a line on theirs",
        upstream=f"{_ISSUES}/2432",
        make=notes_in_place.linebox_layout,
    ),
    Patch(
        replaces="weasyprint.layout.LayoutContext._update_footnote_area",
        digest="2e317e4b066fb80c",
        why="an area is taken for too low by what only rounding makes so, and all notes are laid out for one",
        make=notes_in_place.update_footnote_area,
    ),
    Patch(
        replaces="weasyprint.layout.block.remove_placeholders",
        digest="ce16d97a1caacea0",
        why="the area of notes is laid out again for each note of a line that goes to the next page",
        make=notes_in_place.remove_placeholders,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.layout.column.columns_layout",
        digest="7a05cce3272fc581",
        why="columns are laid out a pixel higher each time until all of their content fits",
        make=columns.columns_layout,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.layout.block.block_container_layout",
        digest="65842ca53a8391eb",
        why="nothing can be repeated where a list goes on in the next column",
        make=index_columns.block_container_layout,
    ),
    Patch(
        replaces="weasyprint.layout.table.table_layout",
        digest="6594fa40743fbc0b",
        why="the head of a table is the same on its first page and on those where it goes on",
        upstream=f"{_ISSUES}/486",
        make=continued.table_layout,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.layout.table.table_wrapper_width",
        digest="48611ace93037706",
        why="columns are as wide as their longest lines are in proportion, whatever breaks in them",
        upstream=f"{_ISSUES}/1137",
        make=widths.table_wrapper_width,
        everywhere=True,
    ),
    Patch(
        replaces="weasyprint.layout.preferred.replaced_min_content_width",
        digest="8bb691c131805076",
        why="a picture of a given width makes a table wider than its page, though it could shrink",
        make=picture_widths.replaced_min_content_width,
    ),
)


@cache
def patch_engine() -> None:
    """Patch it, once in a process."""
    for patch in PATCHES:
        patch.apply()
