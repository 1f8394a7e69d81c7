"""Define the classes, attributes and LaTeX commands of the Markdown source.

Readers accept these names, and lint rules compare misspelt names with them. The guide's descriptions and
examples are in ``markdown.yaml`` in this folder, the options of charts in ``triptych/charts/options.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triptych.extensions import ExtensionGroup, list_extension_names, load_extension, require_kind
from triptych.formats import BOOK_FORMATS
from triptych.media.picture_sizes import WIDE_CLASSES
from triptych.model.letters import LETTER, PARTS
from triptych.model.nodes import PULL_QUOTE, CalloutKind, TheoremKind

ASIDE = ("aside", "column-margin", "sidenote", "marginnote", "margin-note")
"""The class of side notes, and its aliases."""
CLASSES = frozenset(
    (
        *"smallcaps small-caps underline mark kbd samp abbr tcy unnumbered unlisted page".split(),
        *"decorative no-float landscape align-left align-center align-right description".split(),
        *"chart table heatmap narrow epigraph proof numberLines number-lines output".split(),
        *"cell-output-stdout cell-output-stderr cell-output-display".split(),
        *"index main gls term short long full plural glossary".split(),
        *"content-visible content-hidden book-only slide-only".split(),
        *"slide no-slide backup notes incremental step columns column big-numbers timeline".split(),
        *ASIDE,
        *WIDE_CLASSES,
        PULL_QUOTE,
        LETTER,
        *PARTS,
        *(f"callout-{kind}" for kind in CalloutKind),
        *(kind.name.lower() for kind in TheoremKind),
    )
)

TABLE_ATTRIBUTES = frozenset(("tbl-colwidths", "row-headers", "heatmap"))
DATA_TABLE_ATTRIBUTES = frozenset(
    "data columns labels units where delimiter decimal rows values notes order unit".split()
)
ATTRIBUTES = TABLE_ATTRIBUTES.union(
    DATA_TABLE_ATTRIBUTES,
    BOOK_FORMATS,
    "fig-alt alt fig-desc width height fig-align fig-pos page layout-ncol layout-nrow layout of".split(),
    "slide-title fig-cap fig-width label eval lst-cap caption highlight-lines code-line-numbers".split(),
    "note source startFrom start-from include file lines region title name lang dir".split(),
    "entry sort see see-also seealso range term key background-image overflow".split(),
    "when-format unless-format when-profile unless-profile when-meta unless-meta".split(),
)
ACCEPTED_VALUES = {
    "overflow": ("split", "shrink", "error"),
    "fig-align": ("left", "center", "right", "default"),
    "heatmap": ("columns",),
}
"""The accepted values of attributes with a fixed set of values."""

LATEX_COMMANDS = "ref autoref cref Cref eqref pageref gls Gls glspl acrshort acrlong acrfull".split()


OTHER_CLASSES = frozenset(
    (
        # Pandoc and its slides
        *"lineAnchors nonincremental fragment small smaller scrollable hidden".split(),
        *"verse appendix dedication".split(),
        # Quarto and bookdown
        *"panel-tabset panel-fill panel-center panel-input panel-sidebar cell cell-code".split(),
        *"cell-output callout callout-appearance column-body center border striped hover".split(),
        *"figure figure-caption caption code-with-filename img-fluid lightbox quarto-figure title".split(),
        *"info success danger block rmdnote rmdtip rmdwarning rmdimportant rmdcaution".split(),
        # mdBook
        *"ignore no_run should_panic compile_fail does_not_compile panics editable playground".split(),
        # Set by the readers
        *"glossary-term references refs range diagram".split(),
    )
)
OTHER_ATTRIBUTES = frozenset(
    (
        *"fig-height fig-link fig-scap layout-valign background-color background-size tbl-cap".split(),
        *"echo output collapse icon appearance class id href src style rel target cite loading".split(),
        *"data-type colspan rowspan scope valign align widths aligns header-rows header-cols".split(),
        *"role plural abbreviation filename".split(),
    )
)

# Classes of other tools, and the equivalent classes of Triptych.
MEANT_CLASSES = {
    **dict.fromkeys(("speaker-notes", "speakernotes", "speaker", "presenter-notes", "notes-slide"), "notes"),
    **dict.fromkeys(("plot", "graph", "graphic", "barchart", "linechart"), "chart"),
    **dict.fromkeys(("sidebar", "margin"), "aside"),
    **dict.fromkeys(("no-print", "web-only", "slides-only"), "slide-only"),
}


@dataclass(frozen=True, slots=True)
class CalloutType:
    """A callout type of an extension, ``.callout-NAME``, where NAME is the name of the entry point.

    Its callouts look like those of the built-in type ``base``. ``titles`` maps language tags to the default
    title.
    """

    base: CalloutKind
    titles: Mapping[str, str]

    def get_title(self, language: str) -> str:
        """Return the title in a language, or else in English, or else in the first language."""
        tags = (language, language.partition("-")[0], "en", *self.titles)
        return next((self.titles[tag] for tag in tags if tag in self.titles), "")


def find_extension_callout(classes: Iterable[str]) -> str:
    """Return the first of ``classes`` that is a callout type of an installed extension, or ""."""
    names = [
        class_name.removeprefix("callout-") for class_name in classes if class_name.startswith("callout-")
    ]
    return next(
        (class_name for class_name in names if class_name in list_extension_names(ExtensionGroup.CALLOUTS)),
        "",
    )


def find_callout_type(name: str) -> CalloutType | None:
    """Return a callout type of an extension, or None. Raise ``ExtensionError`` if it cannot be used."""
    extension = load_extension(ExtensionGroup.CALLOUTS, name)
    return extension and require_kind(ExtensionGroup.CALLOUTS, name, extension, CalloutType)


# Callout types of other tools, and the closest types of Triptych.
CALLOUTS_OF_OTHERS = {
    **dict.fromkeys(("danger", "error", "failure", "fail", "bug", "fatal"), ("warning", "caution")),
    **dict.fromkeys(("attention", "critical"), ("important", "warning")),
    **dict.fromkeys(("hint", "success", "check", "done", "example", "best-practice"), ("tip",)),
    **dict.fromkeys(
        ("info", "abstract", "summary", "question", "faq", "quote", "todo", "seealso"), ("note",)
    ),
}
