"""Parts of the engine that are called, or replaced for a while, though they are none of its interface."""

from __future__ import annotations

from triptych.writers.print.layout.patches.patch import Internal

INTERNALS = (
    # Loading and styling a document (engine.py).
    Internal(
        source="weasyprint.HTML",
        digest="77bbd748d3b2537d",
        why="made without its parser, with a tree of ours",
    ),
    Internal(
        source="weasyprint.document.Document._build_layout_context",
        digest="2b072254ab89701b",
        why="called for the styles of a document, which is laid out stretch by stretch",
    ),
    Internal(
        source="weasyprint.formatting_structure.build.build_formatting_structure",
        digest="cec02c4844472c92",
        why="called for the boxes of a document",
    ),
    Internal(
        source="weasyprint.layout.LayoutContext",
        digest="211f859ff4e2d663",
        why="set back before each stretch",
    ),
    # Pages of a stretch (stretches.py).
    Internal(
        source="weasyprint.layout.layout_document",
        digest="a5cbf437e99caf72",
        why="called with other functions for the three that follow",
    ),
    Internal(
        source="weasyprint.layout.page.make_all_pages",
        digest="b5e4034894841caa",
        why="replaced: pages begin in the middle",
    ),
    Internal(
        source="weasyprint.layout.initialize_page_maker",
        digest="5bb3c878d722af53",
        why="called for the state that a document begins with, then left out",
    ),
    Internal(
        source="weasyprint.layout.page.remake_page", digest="1ff09b2dffa17839", why="called page by page"
    ),
    Internal(
        source="weasyprint.css.targets.TargetCollector",
        digest="c9ba4005faa1a885",
        why="asked whether a document names numbers of its own",
    ),
    # Pages on the other side of the book (turning.py).
    Internal(
        source="weasyprint.layout.page._standardize_page_based_counters",
        digest="6c3791760c3fbe13",
        why="called for styles that are compared with those of pages",
    ),
    Internal(
        source="weasyprint.layout.background.layout_backgrounds",
        digest="5d7d4d589e3d8a33",
        why="what it leaves on a page is looked at",
    ),
    # Margin boxes of a page (engine.py).
    Internal(
        source="weasyprint.layout.page.make_margin_boxes",
        digest="4a2d2e301eb3bc47",
        why="left out of documents, called when numbers are known",
    ),
    Internal(
        source="weasyprint.layout.page.page_width",
        digest="dd3fd2b21aba5bbf",
        why="called for a page of no document",
    ),
    Internal(source="weasyprint.layout.page.page_height", digest="71a0230377c0354e", why="as page_width"),
    Internal(
        source="weasyprint.layout.background.layout_box_backgrounds",
        digest="617a870678c82755",
        why="as page_width",
    ),
    # Lines (patches/lines/).
    Internal(
        source="weasyprint.layout.inline.count_expandable_spaces",
        digest="175fe6f42576ed38",
        why="called to fill a line",
    ),
    Internal(
        source="weasyprint.text.line_break.Layout",
        digest="681b737d1ba5e004",
        why="made to measure characters; its attributes are read to paint its glyphs",
    ),
    Internal(
        source="weasyprint.text.line_break.get_log_attrs",
        digest="65c1a1c4fa75ee95",
        why="called for places to break at",
    ),
    Internal(
        source="weasyprint.layout.replaced.inline_replaced_box_layout",
        digest="f1fe4648b21a8efa",
        why="called for the width of a picture in a line",
    ),
    Internal(
        source="weasyprint.layout.block.collapse_margin",
        digest="c91ad56f81717b09",
        why="called for the space behind a block",
    ),
    Internal(
        source="weasyprint.layout.preferred.replaced_max_content_width",
        digest="1b21b0abcdaefd60",
        why="called for the width that a picture would like",
    ),
    Internal(
        source="weasyprint.layout.block.remove_placeholders",
        digest="ce16d97a1caacea0",
        why="called for a float that leaves no room for text",
    ),
    # Columns (patches/pages/columns.py).
    Internal(
        source="weasyprint.layout.block.block_box_layout",
        digest="a6279066e3d9ff7d",
        why="replaced while columns are filled: what is only measured is passed over",
    ),
    # Tables (patches/tables/).
    Internal(
        source="weasyprint.layout.preferred.table_cell_min_max_content_width",
        digest="6fdf961b91fce3e9",
        why="called for the longest piece and the longest line of a cell",
    ),
    Internal(
        source="weasyprint.layout.table.table_layout",
        digest="6594fa40743fbc0b",
        why="sets rows by the widths of columns and by the styles of cells, which are replaced before it",
    ),
    # Styles (patches/speed/).
    Internal(
        source="weasyprint.css.find_style_attributes", digest="c5b4eb4d3c008b07", why="called by our StyleFor"
    ),
    Internal(
        source="weasyprint.css.validation.preprocess_declarations",
        digest="4db5fa5a1b14194b",
        why="called by our StyleFor",
    ),
    Internal(
        source="weasyprint.css.declaration_precedence",
        digest="510a33df7059e753",
        why="called by our StyleFor",
    ),
    Internal(source="weasyprint.css.ComputedStyle", digest="4ff0512c0af12674", why="made by our StyleFor"),
    Internal(
        source="weasyprint.images.SVGImage.__init__",
        digest="823798cb61ee2977",
        why="its drawing is read before it is drawn",
    ),
    Internal(
        source="weasyprint.svg.text.TextBox",
        digest="bc90fc963da5d183",
        why="what a line of text in a drawing is shown as",
    ),
    Internal(
        source="weasyprint.svg.text.Style",
        digest="d946aa624fd9af57",
        why="how a line of text in a drawing looks",
    ),
    # Painting (content_stream.py).
    Internal(
        source="weasyprint.document.Page",
        digest="69061840d66b7804",
        why="its box is painted, and read for links and marks",
    ),
    Internal(
        source="weasyprint.draw.draw_stacking_context",
        digest="c5811b178bdff82e",
        why="called for margin boxes alone",
    ),
    Internal(
        source="weasyprint.stacking.StackingContext.from_box",
        digest="462a693cc3226e68",
        why="as draw_stacking_context",
    ),
    Internal(
        source="weasyprint.pdf.stream.Stream", digest="624257224db6f66d", why="our content stream is one"
    ),
    Internal(
        source="weasyprint.pdf.fonts.Font",
        digest="1888854798bf8726",
        why="read for the glyphs that were used",
    ),
    Internal(
        source="weasyprint.pdf._use_references",
        digest="4d1abd9646c3f4dc",
        why="called for the pictures and patterns that pages name",
    ),
    Internal(source="pydyf._to_bytes", digest="1cefd02c285d3aee", why="called to join a content stream"),
)
