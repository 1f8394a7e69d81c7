"""What other programs leave out of presentations, and PowerPoint or python-pptx need."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from itertools import count
from typing import Any

from triptych.ooxml.names import qn
from triptych.writers.deck.pptx.elements import (
    element_of,
    new_part,
    placeholders_of,
    relationships_of_package,
)
from triptych.writers.deck.pptx.package import FIRST_MASTER_ID, masters_and_layouts
from triptych.writers.deck.pptx.terms import CONTENT_TYPE, RELATIONSHIP_TYPE, Presentation
from triptych.writers.deck.template.generated import empty_part

_PARTS = (
    (RELATIONSHIP_TYPE.PRES_PROPS, CONTENT_TYPE.PML_PRES_PROPS, "/ppt/presProps.xml", "presentationPr"),
    (RELATIONSHIP_TYPE.VIEW_PROPS, CONTENT_TYPE.PML_VIEW_PROPS, "/ppt/viewProps.xml", "viewPr"),
)
_OF_LINKS = {qn("a:hlinkClick"), qn("a:hlinkMouseOver")}


def mend(presentation: Presentation) -> None:
    """Mend a presentation in memory: ids and indices that are used twice, looks that slides do not inherit,
    parts that are missing.
    """
    for master in presentation.slide_masters:
        for owner in (master, *master.slide_layouts):
            _apart(element_of(owner).iter(qn("p:cNvPr")), "id")
            for body in element_of(owner).iter(qn("p:txBody"), qn("a:txBody")):
                if body.find(qn("a:bodyPr")) is None:
                    body.insert(0, body.makeelement(qn("a:bodyPr"), {}))
                if body.find(qn("a:p")) is None:
                    body.append(body.makeelement(qn("a:p"), {}))
            for shape in element_of(owner).iter(qn("p:sp"), qn("p:pic"), qn("p:cxnSp")):
                if shape.find(qn("p:spPr")) is None:
                    before = shape.find(qn("p:blipFill")) if shape.tag == qn("p:pic") else None
                    (shape[0] if before is None else before).addnext(shape.makeelement(qn("p:spPr"), {}))
        for layout in master.slide_layouts:
            # A slide's placeholder finds that of its layout by its index.
            _apart(element_of(layout).iter(qn("p:ph")), "idx")
        for owner in (master, *master.slide_layouts):
            for shape in placeholders_of(owner):
                _style_by_prompt(element_of(shape).find(qn("p:txBody")))
    _apart(masters_and_layouts(presentation), "id", FIRST_MASTER_ID)
    part = presentation.part
    _leave_one_core(part.package)
    there = {relation.reltype for relation in part.rels.values()}
    for relation, kind, name, element in _PARTS:
        if relation not in there:
            part.relate_to(new_part(part, name, kind, empty_part(element).encode()), relation)


def _leave_one_core(package: Any) -> None:
    """Core properties under the relationship of ECMA-376 Part 2 alone, 11.3.

    LibreOffice's filter for Office Open XML and strict files hang them on another: python-pptx does not find
    them there, and adds a second part of the same name. It does so too where they are none, and takes a part
    of another type for them.
    """
    relations = relationships_of_package(package)
    for name, relation in list(relations.items()):
        is_theirs = relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES
        if relation.is_external:
            are_any = has_their_type = False
        else:
            part = relation.target_part
            has_their_type = part.content_type == CONTENT_TYPE.OPC_CORE_PROPERTIES
            are_any = has_their_type and element_of(part).tag == qn("cp:coreProperties")
        if (is_theirs or has_their_type) and not (is_theirs and are_any):
            relations.pop(name)


def _style_by_prompt(body: Any) -> None:
    """The look of a placeholder's own words as that of its levels.

    LibreOffice writes it there alone, and no list of styles at all, which PowerPoint always has. Slides
    inherit only from the list (ECMA-376 Part 1, 21.1.2.4.12).
    """
    if body is None or body.find(qn("a:lstStyle")) is not None:
        return
    styles = body.makeelement(qn("a:lstStyle"), {})
    body.find(qn("a:bodyPr")).addnext(styles)
    levels: dict[int, Any] = {}
    for paragraph in body.iter(qn("a:p")):
        own = paragraph.find(qn("a:pPr"))
        runs = (part.find(qn("a:rPr")) for part in paragraph.iter(qn("a:r"), qn("a:fld")))
        run = next(runs, None)
        level = int(own.get("lvl", "0")) if own is not None else 0
        if run is None or level in levels:
            continue
        style = levels[level] = body.makeelement(qn(f"a:lvl{level + 1}pPr"), {})
        if own is not None:
            style.attrib.update({name: value for name, value in own.attrib.items() if name != "lvl"})
            style.extend(copy.deepcopy(part) for part in own)
        look = style.makeelement(qn("a:defRPr"), dict(run.attrib))
        look.extend(copy.deepcopy(part) for part in run if part.tag not in _OF_LINKS)
        style.append(look)
    styles.extend(levels[level] for level in sorted(levels))


def _apart(elements: Iterable[Any], name: str, least: int = 0) -> None:
    """Numbers of their own for all but the first of those that share one, and for those without any, from the
    ``least`` on.
    """
    known = list(elements)
    numbers = [int(element.get(name) or "0") for element in known]
    taken = set(numbers)
    free = (number for number in count(max(least, 1)) if number not in taken)
    seen: set[int] = set()
    for element, number in zip(known, numbers, strict=True):
        own = next(free) if number in seen or number < least else number
        if own != number or name in element.attrib or name == "id":
            element.set(name, str(own))
        seen.add(own)
