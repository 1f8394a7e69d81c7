"""Repair templates written by other programs, and add a content layout if there is none."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from itertools import count
from typing import Any, TypeAlias

from triptych.ooxml.inheritance import (
    FOOTER_TYPES,
    TITLE_TYPES,
    find_box,
    find_placeholder,
    get_placeholder_type,
    list_shapes,
)
from triptych.ooxml.xml import EMU_PER_POINT, qn, to_emu
from triptych.writers.deck.pptx.exports import (
    CONTENT_TYPE,
    RELATIONSHIP_TYPE,
    Presentation,
    SlideLayout,
    SlideMaster,
)
from triptych.writers.deck.pptx.package import (
    FIRST_MASTER_ID,
    copy_layout,
    create_part,
    get_element,
    get_package_relationships,
    iter_master_and_layout_ids,
    list_placeholders,
)
from triptych.writers.deck.template.built_in_template import render_empty_part
from triptych.writers.deck.template.placeholders import LayoutReader, get_slide_size

_PARTS = (
    (RELATIONSHIP_TYPE.PRES_PROPS, CONTENT_TYPE.PML_PRES_PROPS, "/ppt/presProps.xml", "presentationPr"),
    (RELATIONSHIP_TYPE.VIEW_PROPS, CONTENT_TYPE.PML_VIEW_PROPS, "/ppt/viewProps.xml", "viewPr"),
)
# The aspect ratios of ST_SlideSizeType (ECMA-376 Part 1, 19.7.14).
_SCREEN_RATIOS = {"screen4x3": 4 / 3, "screen16x9": 16 / 9, "screen16x10": 16 / 10}
# The order of the children of a text body (21.1.2.1.25 and 20.1.2.2.40); paragraphs follow.
_BODY_PARTS = {qn("a:bodyPr"): 0, qn("a:lstStyle"): 1}
_LINK_TAGS = {qn("a:hlinkClick"), qn("a:hlinkMouseOver")}


def repair_template(presentation: Presentation) -> None:
    """Repair a template for PowerPoint, Keynote and python-pptx.

    Duplicate ids become unique, missing elements and parts are added, the parts of texts are sorted, and the
    text properties of prompts are copied to list styles. Keynote rejects a slide size that contradicts its
    type, and printer settings.
    """
    for master in presentation.slide_masters:
        for owner in (master, *master.slide_layouts):
            _make_values_unique(get_element(owner).iter(qn("p:cNvPr")), "id")
            content = get_element(owner).find(qn("p:cSld"))
            for name in set(content.attrib) - {"name"}:  # some programs set attributes of its parent here
                del content.attrib[name]
            for body in get_element(owner).iter(qn("p:txBody"), qn("a:txBody")):
                if body.find(qn("a:bodyPr")) is None:
                    body.insert(0, body.makeelement(qn("a:bodyPr"), {}))
                if body.find(qn("a:p")) is None:
                    body.append(body.makeelement(qn("a:p"), {}))
                body[:] = sorted(body, key=lambda part: _BODY_PARTS.get(part.tag, len(_BODY_PARTS)))
            for shape in get_element(owner).iter(qn("p:sp"), qn("p:pic"), qn("p:cxnSp")):
                if shape.find(qn("p:spPr")) is None:
                    before = shape.find(qn("p:blipFill")) if shape.tag == qn("p:pic") else None
                    (shape[0] if before is None else before).addnext(shape.makeelement(qn("p:spPr"), {}))
        for layout in master.slide_layouts:
            # A slide's placeholder finds its layout placeholder by index.
            _make_values_unique(get_element(layout).iter(qn("p:ph")), "idx")
        for owner in (master, *master.slide_layouts):
            for shape in list_placeholders(owner):
                _copy_prompt_style(get_element(shape).find(qn("p:txBody")))
    _make_values_unique(iter_master_and_layout_ids(presentation), "id", FIRST_MASTER_ID)
    part = presentation.part
    _fix_core_properties(part.package)
    size = get_element(part).find(qn("p:sldSz"))
    ratio = int(size.get("cx")) / int(size.get("cy"))
    if abs(_SCREEN_RATIOS.get(size.get("type"), ratio) - ratio) > 0.01:
        del size.attrib["type"]
    for name in [
        name for name, relation in part.rels.items() if relation.reltype == RELATIONSHIP_TYPE.PRINTER_SETTINGS
    ]:
        part.rels.pop(name)
    relationship_types = {relation.reltype for relation in part.rels.values()}
    for relation, kind, name, element in _PARTS:
        if relation not in relationship_types:
            part.relate_to(create_part(part, name, kind, render_empty_part(element).encode()), relation)


def _fix_core_properties(package: Any) -> None:
    """Remove core properties whose relationship type is not that of ECMA-376 Part 2, 11.3.

    Strict files and LibreOffice's Office Open XML filter use another type. With that type, python-pptx does
    not find the core properties and would add a second part with the same name.
    """
    relations = get_package_relationships(package)
    for name, relation in list(relations.items()):
        is_theirs = relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES
        if relation.is_external:
            are_any = has_their_type = False
        else:
            part = relation.target_part
            has_their_type = part.content_type == CONTENT_TYPE.OPC_CORE_PROPERTIES
            are_any = has_their_type and get_element(part).tag == qn("cp:coreProperties")
        if (is_theirs or has_their_type) and not (is_theirs and are_any):
            relations.pop(name)


def _copy_prompt_style(body: Any) -> None:
    """Copy the text properties of a placeholder's prompt to its list style.

    Slides inherit from list styles (ECMA-376 Part 1, 21.1.2.4.12), but LibreOffice does not write any.
    """
    if body is None or body.find(qn("a:lstStyle")) is not None:
        return
    styles = body.makeelement(qn("a:lstStyle"), {})
    body.find(qn("a:bodyPr")).addnext(styles)
    levels: dict[int, Any] = {}
    for paragraph in body.iter(qn("a:p")):
        paragraph_properties = paragraph.find(qn("a:pPr"))
        runs = (part.find(qn("a:rPr")) for part in paragraph.iter(qn("a:r"), qn("a:fld")))
        run = next(runs, None)
        level = int(paragraph_properties.get("lvl", "0")) if paragraph_properties is not None else 0
        if run is None or level in levels:
            continue
        style = levels[level] = body.makeelement(qn(f"a:lvl{level + 1}pPr"), {})
        if paragraph_properties is not None:
            style.attrib.update(
                {name: value for name, value in paragraph_properties.attrib.items() if name != "lvl"}
            )
            style.extend(copy.deepcopy(part) for part in paragraph_properties)
        run_defaults = style.makeelement(qn("a:defRPr"), dict(run.attrib))
        run_defaults.extend(copy.deepcopy(part) for part in run if part.tag not in _LINK_TAGS)
        style.append(run_defaults)
    styles.extend(levels[level] for level in sorted(levels))


def _make_values_unique(elements: Iterable[Any], name: str, minimum: int = 0) -> None:
    """Replace missing and duplicate values of a numeric attribute, and values below ``minimum``."""
    element_list = list(elements)
    numbers = [int(element.get(name) or "0") for element in element_list]
    used_numbers = set(numbers)
    free = (number for number in count(max(minimum, 1)) if number not in used_numbers)
    seen: set[int] = set()
    for element, number in zip(element_list, numbers, strict=True):
        unique_number = next(free) if number in seen or number < minimum else number
        if unique_number != number or name in element.attrib or name == "id":
            element.set(name, str(unique_number))
        seen.add(unique_number)


CONTENT_LAYOUT_NAME = "Title and Content"
_SUFFICIENT_SPACE = 0.4  # fraction of the slide; enough space for any content
_MIN_SPACE = 0.22  # minimum fraction of the slide for charts and tables
_Fractions: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height as fractions of a slide."""
# For masters without a title or body placeholder.
_TITLE: _Fractions = (0.06, 0.05, 0.88, 0.15)
_CONTENT: _Fractions = (0.06, 0.23, 0.88, 0.64)


def add_content_layout(presentation: Presentation, reader: LayoutReader) -> bool:
    """Add a content layout if no layout has enough space for content; return whether one was added.

    It is added to the master with the largest body placeholder, if this is larger than the content
    placeholders of all layouts. If all of them are too small for charts and tables, the new layout has a
    title and content that fills the slide.
    """
    masters = [master for master in presentation.slide_masters if len(master.slide_layouts)]
    existing_space = max(
        (_measure_layout_space(reader, layout) for master in masters for layout in master.slide_layouts),
        default=0.0,
    )
    size = get_slide_size(presentation)
    models = [
        (_measure_master_space(master), model) for master in masters if (model := _find_model_layout(master))
    ]
    available_space, model = max(models, key=lambda candidate: candidate[0], default=(0.0, None))
    usable_space = max(existing_space, min(available_space, _SUFFICIENT_SPACE * size[0] * size[1]))
    cramped = usable_space < _MIN_SPACE * size[0] * size[1]
    if not masters or (existing_space == usable_space and not cramped):  # there is no layout to copy
        return False
    layout = model or masters[0].slide_layouts[0]
    _turn_into_content_layout(
        get_element(copy_layout(layout)), layout.slide_master, size, replaces_title=cramped
    )
    return True


def _measure_layout_space(reader: LayoutReader, layout: SlideLayout) -> float:
    placeholders = reader.list_content_placeholders(layout)
    if not any(placeholder.kind in TITLE_TYPES for placeholder in placeholders):
        return 0.0
    return max(
        (placeholder.area for placeholder in placeholders if placeholder.kind in ("obj", "body")), default=0.0
    )


def _measure_master_space(master: SlideMaster) -> float:
    tree = get_element(master)
    boxes = (find_box((shape,)) for shape in list_shapes(tree) if get_placeholder_type(shape) == "body")
    box = next((box for box in boxes if box is not None), None)
    return 0.0 if box is None else (box.right - box.left) * (box.bottom - box.top) / EMU_PER_POINT**2


def _find_model_layout(master: SlideMaster) -> SlideLayout | None:
    """Return a master's layout with a title, preferably not the title slide layout, or None."""
    titled = [
        layout
        for layout in master.slide_layouts
        if any(get_placeholder_type(shape) in TITLE_TYPES for shape in list_shapes(get_element(layout)))
    ]
    return min(titled, key=lambda layout: get_element(layout).get("type") == "title", default=None)


def _turn_into_content_layout(
    layout: Any, master: SlideMaster, size: tuple[float, float], *, replaces_title: bool
) -> None:
    """Replace the placeholders of a layout with one content placeholder.

    Footers are kept, and so is the title, unless ``replaces_title`` is true.
    """
    layout.set("type", "obj")
    layout.attrib.pop("matchingName", None)
    layout.find(qn("p:cSld")).set("name", CONTENT_LAYOUT_NAME)
    title = None
    for shape in list_shapes(layout):
        kind, mark = get_placeholder_type(shape), find_placeholder(shape)
        if kind == "ctrTitle":
            mark.set("type", "title")
            properties = shape.find(qn("p:spPr"))
            for place in properties.findall(qn("a:xfrm")):
                properties.remove(place)
        if mark is not None and (replaces_title or kind not in TITLE_TYPES) and kind not in FOOTER_TYPES:
            shape.getparent().remove(shape)
            continue
        title = shape if get_placeholder_type(shape) in TITLE_TYPES else title
    shapes = () if replaces_title else list_shapes(get_element(master))
    placeholder_types = {get_placeholder_type(shape) for shape in shapes if find_box((shape,)) is not None}
    if title is None:
        title = _create_placeholder(
            layout, "Title", None if "title" in placeholder_types else _TITLE, size, type="title"
        )
        layout.find(f"{qn('p:cSld')}/{qn('p:spTree')}").append(title)
    indices = [int(item.get("idx", "0")) for item in layout.iter(qn("p:ph"))]
    place = None if "body" in placeholder_types else _CONTENT
    title.addnext(_create_placeholder(layout, "Content", place, size, idx=str(max(indices) + 1)))


def _create_placeholder(
    layout: Any, name: str, fractions: _Fractions | None, size: tuple[float, float], **attributes: str
) -> Any:
    """Create a placeholder that inherits from the master.

    ``fractions`` are its left, top, width and height as fractions of the slide ``size``. If it is None, the
    position is inherited as well.
    """
    ids = [int(item.get("id")) for item in layout.iter(qn("p:cNvPr"))]
    shape = layout.makeelement(qn("p:sp"), {})

    def add_element(parent: Any, tag: str, **values: str) -> Any:
        element = parent.makeelement(qn(tag), values)
        parent.append(element)
        return element

    non_visual = add_element(shape, "p:nvSpPr")
    add_element(non_visual, "p:cNvPr", id=str(max(ids) + 1), name=name)
    add_element(add_element(non_visual, "p:cNvSpPr"), "a:spLocks", noGrp="1")
    add_element(add_element(non_visual, "p:nvPr"), "p:ph", **attributes)
    properties = add_element(shape, "p:spPr")
    if fractions:
        left, top, wide, high = (
            to_emu(part * side) for part, side in zip(fractions, (*size, *size), strict=True)
        )
        box = add_element(properties, "a:xfrm")
        add_element(box, "a:off", x=left, y=top)
        add_element(box, "a:ext", cx=wide, cy=high)
    body = add_element(shape, "p:txBody")
    for tag in ("a:bodyPr", "a:lstStyle", "a:p"):
        add_element(body, tag)
    return shape
