"""Classes and attributes that are accepted without effect, and other tools' names for our own."""

from __future__ import annotations

OTHER_CLASSES = frozenset(
    (
        # Pandoc and its slides
        *"lineAnchors nonincremental fragment small smaller scrollable hidden verse appendix dedication".split(),
        # Quarto and bookdown
        *"panel-tabset panel-fill panel-center panel-input panel-sidebar cell cell-code".split(),
        *"cell-output callout callout-appearance column-body center border striped hover".split(),
        *"figure figure-caption caption code-with-filename img-fluid lightbox quarto-figure title".split(),
        *"info success danger block rmdnote rmdtip rmdwarning rmdimportant rmdcaution".split(),
        # mdBook
        *"ignore no_run should_panic compile_fail does_not_compile panics editable playground".split(),
        # set while reading
        *"glossary-term references refs range diagram".split(),
    )
)
OTHER_ATTRIBUTES = frozenset(
    (
        *"fig-height fig-link fig-scap layout-valign background-color background-size tbl-cap filename".split(),
        *"echo output collapse icon appearance class id href src style rel target cite loading".split(),
        *"start data-type colspan rowspan scope valign align widths aligns header-rows header-cols".split(),
        *"role plural abbreviation".split(),
    )
)

# Classes of other tools, and our names for them.
MEANT_CLASSES = {
    **dict.fromkeys(("speaker-notes", "speakernotes", "speaker", "presenter-notes", "notes-slide"), "notes"),
    **dict.fromkeys(("plot", "graph", "graphic", "barchart", "linechart"), "chart"),
    **dict.fromkeys(("sidebar", "margin"), "aside"),
    **dict.fromkeys(("no-print", "web-only", "slides-only"), "slide-only"),
}
# Callouts of other tools, and the nearest of ours.
CALLOUTS_OF_OTHERS = {
    **dict.fromkeys(("danger", "error", "failure", "fail", "bug", "fatal"), ("warning", "caution")),
    **dict.fromkeys(("attention", "critical"), ("important", "warning")),
    **dict.fromkeys(("hint", "success", "check", "done", "example", "best-practice"), ("tip",)),
    **dict.fromkeys(
        ("info", "abstract", "summary", "question", "faq", "quote", "todo", "seealso"), ("note",)
    ),
}
