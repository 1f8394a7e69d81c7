"""Charts, tables and pictures in the place of a placeholder."""

from __future__ import annotations

from triptych.ooxml.inheritance import placeholder_of
from triptych.ooxml.names import qn
from triptych.writers.deck.pptx.elements import drop, element_of
from triptych.writers.deck.pptx.terms import BaseShape

# Kinds of placeholders that PowerPoint fills with something else than text; one for text holds text alone.
_FILLED = {"obj", "chart", "tbl", "pic", "dgm", "media", "clipArt"}


def take_place(shape: BaseShape, placeholder: BaseShape) -> None:
    """Let a shape take the place of a placeholder of its slide, in the order of reading too.

    Where the placeholder may hold it, it stays filled (ECMA-376 Part 1, 19.3.1.36): a person who changes the
    layout moves it.
    """
    reference = placeholder_of(element_of(placeholder))
    if reference is not None and reference.get("type", "obj") in _FILLED:
        properties = next(element_of(shape).iter(qn("p:nvPr")))
        properties.insert(0, reference)
    identifier = next(element_of(placeholder).iter(qn("p:cNvPr"))).get("id")
    next(element_of(shape).iter(qn("p:cNvPr"))).set("id", identifier)
    element_of(placeholder).addprevious(element_of(shape))
    drop(placeholder)
