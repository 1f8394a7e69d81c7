"""Create templates that each have one property that makes it hard to lay out slides."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.parts.slide import SlideLayoutPart, SlideMasterPart
from pptx.util import Emu, Pt

from .deck_templates import python_pptx

_LAST_CONTENT = 1  # index of the layout "Title and Content" in python-pptx's template
_FURNITURE = ("dt", "ftr", "sldNum")


def _kind(shape: Any) -> str:
    mark = next(shape._element.iter(qn("p:ph")), None)
    return "" if mark is None else str(mark.get("type", "obj"))


def _changed(change: Callable[[Any], None]) -> bytes:
    presentation = Presentation(io.BytesIO(python_pptx()))
    change(presentation)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _owners(presentation: Any) -> Iterable[Any]:
    return (presentation.slide_master, *presentation.slide_layouts)


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(width), Pt(height)


def _placed(boxes: Mapping[str, tuple[float, float, float, float]]) -> bytes:
    """Return the template with moved placeholders on its master and its single-content layouts."""

    def change(presentation: Any) -> None:
        for layout in list(presentation.slide_layouts):
            if sum(_kind(shape) in ("body", "obj") for shape in layout.placeholders) > 1:
                presentation.slide_layouts.remove(layout)
        for owner in _owners(presentation):
            for shape in owner.placeholders:
                if _kind(shape) in boxes:
                    _place(shape, *boxes[_kind(shape)])

    return _changed(change)


def _without_layouts(presentation: Any, kept: int) -> None:
    layouts = list(presentation.slide_layouts)
    for number, layout in enumerate(layouts):
        if number != kept:
            presentation.slide_layouts.remove(layout)


def title_at_foot() -> bytes:
    """Return a template with the title below the content."""
    body = (36.0, 30.0, 648.0, 360.0)
    title = (36.0, 410.0, 648.0, 60.0)
    return _placed({"title": title, "ctrTitle": title, "body": body, "obj": body, "subTitle": body})


def narrow_body() -> bytes:
    """Return a template in which title and content are in a column narrower than a third of the slide."""
    body, title = (470.0, 130.0, 215.0, 350.0), (470.0, 20.0, 215.0, 100.0)
    return _placed({"title": title, "ctrTitle": title, "body": body, "obj": body, "subTitle": body})


def low_title() -> bytes:
    """Return a template with a title of one line, immediately followed by content."""
    body, title = (36.0, 52.0, 648.0, 420.0), (36.0, 20.0, 648.0, 30.0)
    return _placed({"title": title, "ctrTitle": title, "body": body, "obj": body, "subTitle": body})


def picture_ground() -> bytes:
    """Return a template with a photograph over the whole master."""

    def change(presentation: Any) -> None:
        picture = Image.radial_gradient("L").resize((320, 240)).convert("RGB")
        with io.BytesIO() as buffer:
            picture.save(buffer, "PNG")
            shapes = presentation.slide_master.shapes
            part, relation = presentation.slide_master.part.get_or_add_image_part(
                io.BytesIO(buffer.getvalue())
            )
        assert part is not None
        tree = shapes._spTree
        wide, high = presentation.slide_width, presentation.slide_height
        tree.add_pic(90, "Ground", "", relation, 0, 0, wide, high)
        tree.insert(2, tree[-1])

    return _changed(change)


def only_titles() -> bytes:
    """Return a template with one layout, which has only a title."""

    def change(presentation: Any) -> None:
        _without_layouts(presentation, 5)

    return _changed(change)


def single_layout() -> bytes:
    """Return a template with one layout, which has a title and content."""
    return _changed(lambda presentation: _without_layouts(presentation, _LAST_CONTENT))


def without_titles() -> bytes:
    """Return a template without title placeholders on the layouts and the master."""

    def change(presentation: Any) -> None:
        for owner in _owners(presentation):
            for shape in list(owner.placeholders):
                if _kind(shape) in ("title", "ctrTitle"):
                    shape._element.getparent().remove(shape._element)

    return _changed(change)


def without_placeholders() -> bytes:
    """Return a template without placeholders, with only a background and a line of text."""

    def change(presentation: Any) -> None:
        _without_layouts(presentation, 6)
        for owner in _owners(presentation):
            for shape in list(owner.placeholders):
                shape._element.getparent().remove(shape._element)

    return _changed(change)


def odd_indices() -> bytes:
    """Return a template with unusual placeholder indices, one of them used twice."""

    def change(presentation: Any) -> None:
        for layout in presentation.slide_layouts:
            for number, mark in enumerate(layout._element.iter(qn("p:ph"))):
                if mark.get("type") not in (*_FURNITURE, "title", "ctrTitle"):
                    mark.set("idx", str(4_000_000_000 - number // 2))

    return _changed(change)


def foreign_fonts() -> bytes:
    """Return a template with fonts that are not installed anywhere."""

    def change(presentation: Any) -> None:
        theme = presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme._blob = theme.blob.replace(b'typeface="Calibri"', b'typeface="Housefont Wide"')

    return _changed(change)


def _scaled(wide: float, high: float) -> bytes:
    """Scale the template and all its shapes to another slide size, in points."""

    def change(presentation: Any) -> None:
        across = Pt(wide) / presentation.slide_width
        down = Pt(high) / presentation.slide_height
        for owner in _owners(presentation):
            for place in owner._element.iter(qn("a:xfrm")):
                for tag, names in (("a:off", ("x", "y")), ("a:ext", ("cx", "cy"))):
                    part = place.find(qn(tag))
                    if part is not None:
                        for name, share in zip(names, (across, down), strict=True):
                            part.set(name, str(round(int(part.get(name)) * share)))
        presentation.slide_width, presentation.slide_height = Emu(Pt(wide)), Emu(Pt(high))

    return _changed(change)


def tiny_slide() -> bytes:
    """Return a template with slides of 5 × 3.75 inches and the type sizes of large slides."""
    return _scaled(360, 270)


def a4_upright() -> bytes:
    """Return a template with A4 slides in portrait format."""
    return _scaled(595.3, 841.9)


def two_masters() -> bytes:
    """Return a template with a second master that has its own theme and layout."""

    def change(presentation: Any) -> None:
        master = presentation.slide_master.part
        package = master.package
        theme = master.part_related_by(RELATIONSHIP_TYPE.THEME)
        layout = presentation.slide_layouts[_LAST_CONTENT]
        element = copy.deepcopy(layout._element)
        element.find(qn("p:cSld")).set("name", "Second")
        second_layout = SlideLayoutPart(
            PackURI("/ppt/slideLayouts/slideLayout91.xml"), CONTENT_TYPE.PML_SLIDE_LAYOUT, package, element
        )
        second = SlideMasterPart(
            PackURI("/ppt/slideMasters/slideMaster2.xml"),
            CONTENT_TYPE.PML_SLIDE_MASTER,
            package,
            copy.deepcopy(master._element),
        )
        second_theme = Part(PackURI("/ppt/theme/theme91.xml"), CONTENT_TYPE.OFC_THEME, package, theme.blob)
        second.relate_to(second_theme, RELATIONSHIP_TYPE.THEME)
        second_layout.relate_to(second, RELATIONSHIP_TYPE.SLIDE_MASTER)
        listed: Any = second._element.find(qn("p:sldLayoutIdLst"))
        first, *others = list(listed)
        for other in others:
            listed.remove(other)
        first.set("id", "2147483990")
        first.set(qn("r:id"), second.relate_to(second_layout, RELATIONSHIP_TYPE.SLIDE_LAYOUT))
        masters = presentation.part._element.find(qn("p:sldMasterIdLst"))
        entry = copy.deepcopy(masters[0])
        entry.set("id", "2147483989")
        entry.set(qn("r:id"), presentation.part.relate_to(second, RELATIONSHIP_TYPE.SLIDE_MASTER))
        masters.append(entry)

    return _changed(change)


ODD: Mapping[str, Callable[[], bytes]] = {
    "title-at-foot": title_at_foot,
    "narrow-body": narrow_body,
    "low-title": low_title,
    "picture-ground": picture_ground,
    "only-titles": only_titles,
    "single-layout": single_layout,
    "without-titles": without_titles,
    "without-placeholders": without_placeholders,
    "odd-indices": odd_indices,
    "foreign-fonts": foreign_fonts,
    "tiny-slide": tiny_slide,
    "a4-upright": a4_upright,
    "two-masters": two_masters,
}
