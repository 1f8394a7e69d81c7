"""Types that describe Markdown elements, classes and attributes; LaTeX commands; names of other tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Element:
    """A Markdown element, with an example and its result."""

    name: str
    example: str
    result: str


@dataclass(frozen=True, slots=True)
class Name:
    """A class or an attribute: the elements that accept it, its effect, and an example in Markdown.

    ``values`` and ``default`` are those of an attribute. ``aliases`` are other names for the same,
    ``variants`` related names with a similar effect.
    """

    on: str
    meaning: str
    example: str
    values: str = ""
    default: str = ""
    aliases: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The elements, classes and attributes for one subject."""

    title: str
    summary: str
    elements: tuple[Element, ...] = ()
    classes: Mapping[str, Name] = field(default_factory=dict)
    attributes: Mapping[str, Name] = field(default_factory=dict)


LATEX_COMMANDS: Mapping[str, str] = {
    "ref": "The number of a target",
    "autoref": "The label and the number of a target, as `@id` does",
    "cref": "The same as `\\autoref`",
    "Cref": "The same as `\\autoref`",
    "eqref": "The number of an equation in brackets",
    "pageref": "The page of a target",
    "gls": "A term of the glossary",
    "Gls": "The same as `\\gls`",
    "glspl": "The plural of a term",
    "acrshort": "The abbreviation of a term",
    "acrlong": "A term in full",
    "acrfull": "A term in full with its abbreviation",
}


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
