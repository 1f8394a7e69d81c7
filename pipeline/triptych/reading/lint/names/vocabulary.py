"""The classes and attributes that mean something, here or in the tools that books come from.

A name that is far from all of them is the author's own, for a style or a tool of theirs.
"""

from __future__ import annotations

from triptych.diagnostics import nearest_name
from triptych.model.letters import LETTER, PARTS
from triptych.model.nodes import CalloutKind
from triptych.reading.charts.options import ATTRIBUTES as OF_CHARTS
from triptych.reading.syntax.data_tables import ATTRIBUTES as OF_TABLES
from triptych.reading.syntax.inlines import ASIDE
from triptych.reading.syntax.theorems import CLASSES as THEOREMS

CALLOUT_KINDS = tuple(map(str, CalloutKind))
_CALLOUTS_OF_OTHERS = {
    **dict.fromkeys(("danger", "error", "failure", "fail", "bug", "fatal"), ("warning", "caution")),
    **dict.fromkeys(("attention", "critical"), ("important", "warning")),
    **dict.fromkeys(("hint", "success", "check", "done", "example", "best-practice"), ("tip",)),
    **dict.fromkeys(
        ("info", "abstract", "summary", "question", "faq", "quote", "todo", "seealso"), ("note",)
    ),
}


def callouts_like(name: str) -> tuple[str, ...]:
    """The kinds of callout that are nearest to one of another tool or a misspelt one, by its name."""
    return _CALLOUTS_OF_OTHERS.get(name) or (nearest_name(name, CALLOUT_KINDS) or "note",)


CALLOUTS = frozenset(f"callout-{kind}" for kind in CalloutKind)

# Classes of other tools, and what they are called here.
MEANT = {
    **dict.fromkeys(("speaker-notes", "speakernotes", "speaker", "presenter-notes", "notes-slide"), "notes"),
    **dict.fromkeys(("plot", "graph", "graphic", "barchart", "linechart"), "chart"),
    **dict.fromkeys(("sidebar", "margin"), "aside"),
    **dict.fromkeys(("no-print", "web-only", "slides-only"), "slide-only"),
}

CLASSES = frozenset(
    (
        *CALLOUTS,
        *CalloutKind,
        *ASIDE,
        *THEOREMS,
        LETTER,
        *PARTS,
        # what the deck shows, and how
        *"slide no-slide backup notes incremental nonincremental columns column step".split(),
        *"big-numbers timeline".split(),
        *"book-only slide-only content-visible content-hidden".split(),
        # figures, charts, tables, listings
        *"chart table diagram narrow description decorative full-width no-float landscape heatmap".split(),
        *"align-left align-center align-right".split(),
        *"numberLines number-lines lineAnchors startFrom".split(),
        # words in the text
        *"index main range term gls short long plural page tcy kbd mark abbr".split(),
        *"smallcaps underline small-caps".split(),
        # parts of a book
        *"epigraph pullquote glossary glossary-term refs references unnumbered unlisted".split(),
        *"appendix dedication verse".split(),
        # Quarto's, bookdown's and mdBook's, which are no mistakes
        *"panel-tabset panel-fill panel-center panel-input panel-sidebar fragment cell cell-code".split(),
        *"cell-output cell-output-display callout callout-appearance column-body".split(),
        *"column-page column-screen".split(),
        *"column-body-outset column-page-inset hidden smaller scrollable center border striped hover".split(),
        *"figure figure-caption caption code-with-filename img-fluid lightbox quarto-figure title".split(),
        *"warning info success danger block rmdnote rmdtip rmdwarning rmdimportant rmdcaution".split(),
        *"ignore no_run should_panic compile_fail does_not_compile panics editable playground".split(),
    )
)

ATTRIBUTES = frozenset(
    (
        *OF_CHARTS,
        *OF_TABLES,
        *"alt fig-alt fig-cap fig-desc fig-align fig-pos fig-width fig-height fig-link fig-scap".split(),
        *"width height title slide-title layout layout-ncol layout-nrow layout-valign overflow".split(),
        *"background-image background-color background-size tbl-colwidths tbl-cap lst-cap caption".split(),
        *"include file lines region startFrom start-from code-line-numbers highlight-lines filename".split(),
        *"lang dir row-headers heatmap role name of term entry sort see see-also seealso".split(),
        *"when-format unless-format when-profile unless-profile when-meta unless-meta".split(),
        *"pdf epub pptx href src style rel target id class start data-type colspan rowspan scope".split(),
        *"cite label eval echo output collapse icon appearance valign align loading page".split(),
        *"widths aligns header-rows header-cols".split(),
    )
)
