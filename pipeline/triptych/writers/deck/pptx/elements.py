"""The elements and parts behind the objects of python-pptx."""

from __future__ import annotations

from typing import Any, Protocol

from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.parts.slide import NotesMasterPart, SlideLayoutPart, SlideMasterPart
from pptx.shapes.base import BaseShape
from pptx.slide import NotesMaster, NotesSlide, SlideLayout, SlideMaster

from triptych.ooxml.names import qn


class Proxy(Protocol):
    """An object that stands for an element: a slide, shape, font, chart, axis, part."""

    _element: Any


def element_of(proxy: Proxy) -> Any:
    """The element that an object stands for."""
    return proxy._element


def text_body(shape: BaseShape) -> Any:
    """The ``p:txBody`` of a shape."""
    return element_of(shape).find(qn("p:txBody"))


def drop(shape: BaseShape) -> None:
    """Take a shape from its slide."""
    element = element_of(shape)
    element.getparent().remove(element)


def placeholders_of(holder: SlideLayout | SlideMaster | NotesMaster | NotesSlide) -> list[Any]:
    """The placeholders of a layout, a master or a page of notes, which python-pptx types as no iterable."""
    found: Any = holder.placeholders
    return list(found)


def table_element(table: Any) -> Any:
    """The ``a:tbl`` of a table."""
    return table._tbl


def cell_element(cell: Any) -> Any:
    """The ``a:tc`` of a cell."""
    return cell._tc


def label_element(label: Any) -> Any:
    """The ``c:dLbl`` of a label that belongs to one point; None where nothing is said of it yet."""
    return label._dLbl


def slide_list(presentation: Any) -> Any:
    """The ``p:sldIdLst``: the ids and relationships of all slides in order."""
    return presentation.slides._sldIdLst


def new_part(owner: Any, name: str, content_type: str, data: bytes) -> Part:
    """A part in the package of another, to which something must be related that it is written."""
    return Part(PackURI(name), content_type, owner.package, data)


def is_of_template(part: Part) -> bool:
    """Whether a part is one that slides share: a layout or a master."""
    return isinstance(part, SlideLayoutPart | SlideMasterPart | NotesMasterPart)


def set_data(part: Part, data: bytes) -> None:
    """Replace the bytes of a part that is not read as XML."""
    part._blob = data


def elements_related(part: Part, kind: str) -> list[Any]:
    """The elements of the parts that a part points to by relationships of a kind."""
    targets: list[Any] = [link.target_part for link in part.rels.values() if link.reltype == kind]
    return [target._element for target in targets]


def relationships_of_package(package: Any) -> Any:
    """The relationships of the package itself, by id."""
    return package._rels
