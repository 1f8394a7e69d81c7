"""What other programs leave out of presentations, and PowerPoint or python-pptx need."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn

from triptych.writers.deck.template import empty_part

_PARTS = (
    (RELATIONSHIP_TYPE.PRES_PROPS, CONTENT_TYPE.PML_PRES_PROPS, "/ppt/presProps.xml", "presentationPr"),
    (RELATIONSHIP_TYPE.VIEW_PROPS, CONTENT_TYPE.PML_VIEW_PROPS, "/ppt/viewProps.xml", "viewPr"),
)


def mend(presentation: Any) -> None:
    """Mend a presentation in memory: ids and indices that are used twice, parts that are missing."""
    for master in presentation.slide_masters:
        for owner in (master, *master.slide_layouts):
            _apart(owner._element.iter(qn("p:cNvPr")), "id")
        for layout in master.slide_layouts:
            # A slide's placeholder finds that of its layout by its index.
            _apart(layout._element.iter(qn("p:ph")), "idx")
    part = presentation.part
    there = {relation.reltype for relation in part.rels.values()}
    for relation, kind, name, element in _PARTS:
        if relation not in there:
            part.relate_to(Part(PackURI(name), kind, part.package, empty_part(element).encode()), relation)


def _apart(elements: Iterable[Any], name: str) -> None:
    """Numbers of their own for all but the first of those that share one."""
    known = list(elements)
    free = count(max((int(element.get(name, "0")) for element in known), default=0) + 1)
    seen: set[str] = set()
    for element in known:
        if element.get(name, "0") in seen:
            element.set(name, str(next(free)))
        seen.add(element.get(name, "0"))
