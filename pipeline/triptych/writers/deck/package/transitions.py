"""How one slide gives way to the next (ECMA-376 Part 1, 19.3.1.50; [MS-PPTX] 2.17.1 for morphing)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from triptych.ooxml.names import MC, NAMESPACES, qn
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import Slide

_SPEED = "med"


def add_transition(slide: Slide, name: str, way: str) -> None:
    """Give a slide the transition of a name; "none" leaves it as it is."""
    if name != "none":
        made = _morph() if name == "morph" else _transition(name, way)
        element_of(slide).find(qn("p:clrMapOvr")).addnext(made)


def _transition(name: str, way: str) -> Any:
    transition = etree.Element(qn("p:transition"), spd=_SPEED)
    effect = etree.SubElement(transition, qn(f"p:{name}"))
    if name == "push":  # the next slide comes from where reading goes on
        effect.set("dir", "l" if way == "ltr" else "r")
    return transition


def _morph() -> Any:
    """Shapes of the same name move to their new places; who cannot do so fades."""
    spaces = {"mc": NAMESPACES["mc"], "p": NAMESPACES["p"], "p159": NAMESPACES["p159"]}
    root = etree.Element(f"{MC}AlternateContent", nsmap=spaces)
    choice = etree.SubElement(root, f"{MC}Choice", Requires="p159")
    morphing = etree.SubElement(choice, qn("p:transition"), spd=_SPEED)
    etree.SubElement(morphing, qn("p159:morph"), option="byObject")
    etree.SubElement(root, f"{MC}Fallback").append(_transition("fade", "ltr"))
    return root
