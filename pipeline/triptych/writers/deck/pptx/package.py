"""Open, extend and read presentations with python-pptx, in linear time.

To name a new part, python-pptx walks the whole package. The walk is recursive, so that a long chain of linked
slides exceeds the recursion limit. ``CountingPackage`` counts part names and walks iteratively. Each XPath
expression is compiled once, because repeated parsing takes a quarter of a deck's build time.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache, wraps
from importlib.metadata import version
from typing import IO, Any, Protocol, cast

from lxml import etree
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import Part, _Relationship
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import _ContentTypesItem
from pptx.oxml.ns import _nsmap
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.package import Package
from pptx.parts.image import Image, ImagePart
from pptx.parts.slide import NotesMasterPart, NotesSlidePart, SlideLayoutPart, SlideMasterPart, SlidePart
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import NotesMaster, NotesSlide, Slide, SlideLayout, SlideMaster

from triptych.ooxml.xml import R, qn

_SLIDE = "/ppt/slides/slide%d.xml"
_FIRST_SLIDE_ID = 256  # ECMA-376 Part 1, 19.7.13
FIRST_MASTER_ID = 2_147_483_648  # 19.7.16


class CountingPackage(Package):
    """A package that allocates part names with counters, and finds images by checksum."""

    def __init__(self, pkg_file: str | IO[bytes]) -> None:
        super().__init__(pkg_file)
        self._names: set[str] | None = None
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._images: dict[str, ImagePart] = {}

    def next_partname(self, tmpl: str) -> PackURI:
        """Return the next free part name for a pattern such as ``/ppt/charts/chart%d.xml``."""
        if self._names is None:
            self._names = {str(part.partname) for part in self.iter_parts()}
        while True:
            self._counts[tmpl] += 1
            name = tmpl % self._counts[tmpl]
            if name not in self._names:
                self._names.add(name)
                return PackURI(name)

    def next_image_partname(self, ext: str) -> PackURI:
        """Return the next free part name for an image with the extension ``ext``."""
        return self.next_partname(f"/ppt/media/image%d.{ext}")

    def get_or_add_image_part(self, image_file: str | IO[bytes]) -> ImagePart:
        """Return the part of an image; images with identical bytes share a part."""
        image = Image.from_file(image_file)
        if image.sha1 not in self._images:
            self._images[image.sha1] = ImagePart.new(self, image)
        return self._images[image.sha1]

    @contextmanager
    def restore_part_names(self) -> Iterator[None]:
        """Release the part names allocated inside the context on exit, because their parts are discarded."""
        if self._names is None:
            self._names = {str(part.partname) for part in self.iter_parts()}
        names, counts = set(self._names), self._counts.copy()
        yield
        self._names, self._counts = names, counts

    def iter_rels(self) -> Iterator[_Relationship]:
        """Yield every relationship in the package once."""
        seen = set()
        waiting = [self._rels]
        while waiting:
            for relation in waiting.pop().values():
                yield relation
                if not relation.is_external and relation.target_part not in seen:
                    seen.add(relation.target_part)
                    waiting.append(relation.target_part.rels)


def open_presentation(data: bytes) -> Presentation:
    """Open a presentation.

    Raise ImportError if the installed version of python-pptx is not supported.
    """
    require_supported_version()
    enable_xpath_cache()
    presentation: Presentation = CountingPackage.open(io.BytesIO(data)).main_document_part.presentation
    return presentation


def restore_part_names(presentation: Presentation) -> AbstractContextManager[None]:
    """Release the part names allocated inside the context on exit."""
    package: Any = presentation.part.package
    return cast("CountingPackage", package).restore_part_names()


def get_next_part_name(presentation: Presentation, pattern: str) -> str:
    """Return the next free part name for a pattern such as ``/ppt/charts/chart%d.xml``."""
    package: Any = presentation.part.package
    return str(package.next_partname(pattern))


def create_slide(presentation: Presentation, layout: SlideLayout) -> Slide:
    """Create a slide with the placeholders of ``layout``, without adding it to the presentation."""
    new: Any = SlidePart.new
    part = new(PackURI(_SLIDE % 1), presentation.part.package, layout.part)
    slide: Slide = part.slide
    slide.shapes.clone_layout_placeholders(layout)
    return slide


def create_stub_part(
    presentation: Presentation, name: str, content_type: str = CONTENT_TYPE.PML_SLIDE
) -> Part:
    """Create an empty part that stands in for a slide or notes page as the target of relationships."""
    return Part(PackURI(name), content_type, presentation.part.package, b"")


def register_slides(presentation: Presentation, count: int) -> list[str]:
    """Add ``count`` empty slides to a presentation without slides, and return their part names."""
    part, identifiers = presentation.part, presentation.slides._sldIdLst
    names = [_SLIDE % number for number in range(1, count + 1)]
    for number, name in enumerate(names):
        relation = part.rels._add_relationship(RELATIONSHIP_TYPE.SLIDE, create_stub_part(presentation, name))
        identifiers._add_sldId(id=_FIRST_SLIDE_ID + number, rId=relation)
    return names


def create_notes_page(presentation: Presentation, slide: Part) -> NotesSlide:
    """Create a notes page for a slide, or its stand-in, with the placeholders of the notes master."""
    new: Any = NotesSlidePart.new
    notes: NotesSlide = new(presentation.part.package, slide).notes_slide
    return notes


def has_notes_master(presentation: Presentation) -> bool:
    """Return whether a presentation has a notes master. The property of python-pptx would add one."""
    relations = presentation.part.rels.values()
    return any(relation.reltype == RELATIONSHIP_TYPE.NOTES_MASTER for relation in relations)


def get_notes_master(presentation: Presentation) -> NotesMaster:
    """Return the notes master, added if there is none and listed in the presentation.

    python-pptx does not list the master that it adds; Keynote rejects such a file.
    """
    master: NotesMaster = presentation.notes_master
    root = get_element(presentation.part)
    if root.find(qn("p:notesMasterIdLst")) is None:
        masters = root.makeelement(qn("p:notesMasterIdLst"), {})
        relation = presentation.part.relate_to(master.part, RELATIONSHIP_TYPE.NOTES_MASTER)
        masters.append(root.makeelement(qn("p:notesMasterId"), {qn("r:id"): relation}))
        root.find(qn("p:sldMasterIdLst")).addnext(masters)
    return master


def collect_files(presentation: Presentation, excluded_parts: Container[str]) -> dict[str, bytes]:
    """Return the files of a presentation by archive name, except the parts in ``excluded_parts``."""
    package: Any = presentation.part.package
    files = {"_rels/.rels": package._rels.xml}
    for part in package.iter_parts():
        if part.partname not in excluded_parts:
            files[part.partname.membername] = part.blob
            if part.rels:
                files[part.partname.rels_uri.membername] = part.rels.xml
    return files


def render_content_types(presentation: Presentation, other_types: Mapping[str, str]) -> bytes:
    """Return ``[Content_Types].xml`` for the parts of a presentation and for other parts.

    ``other_types`` maps the names of the other parts to their content types.
    """
    package: Any = presentation.part.package
    package_parts = [part for part in package.iter_parts() if part.partname not in other_types]
    other_parts = [Part(PackURI(name), kind, package) for name, kind in other_types.items()]
    types: bytes = serialize_part_xml(_ContentTypesItem.xml_for([*package_parts, *other_parts]))
    return types


def copy_layout(model: SlideLayout) -> SlideLayout:
    """Copy a layout, and append the copy to the master's list of layouts."""
    package, master = model.part.package, model.slide_master
    name = package.next_partname("/ppt/slideLayouts/slideLayout%d.xml")
    part: Any = SlideLayoutPart.load(name, model.part.content_type, package, model.part.blob)
    names = {}
    for old, relation in model.part.rels.items():
        target = relation.target_ref if relation.is_external else relation.target_part
        names[old] = part.relate_to(target, relation.reltype, is_external=relation.is_external)
    for element in part._element.iter():
        for attribute in [key for key in element.attrib if str(key).startswith(R)]:
            element.set(attribute, names.get(element.get(attribute), ""))
    layout_ids: Any = master.part._element.find(qn("p:sldLayoutIdLst"))
    presentation = package.presentation_part.presentation
    numbers = [int(item.get("id", FIRST_MASTER_ID)) for item in iter_master_and_layout_ids(presentation)]
    item = layout_ids.makeelement(qn("p:sldLayoutId"), {"id": str(max(numbers) + 1)})
    item.set(qn("r:id"), master.part.relate_to(part, RELATIONSHIP_TYPE.SLIDE_LAYOUT))
    layout_ids.append(item)
    layout: SlideLayout = part.slide_layout
    return layout


def iter_master_and_layout_ids(presentation: Presentation) -> Iterator[Any]:
    """Yield the list items of masters and layouts, whose ids share one range (19.2.1.36, 19.3.1.41)."""
    yield from presentation.part._element.iter(qn("p:sldMasterId"))
    for master in presentation.slide_masters:
        yield from master.part._element.iter(qn("p:sldLayoutId"))


class Proxy(Protocol):
    """A python-pptx object that wraps an XML element: a slide, shape, font, chart, axis or part."""

    _element: Any


def get_element(proxy: Proxy) -> Any:
    """Return the XML element wrapped by a python-pptx object."""
    return proxy._element


def get_text_body(shape: BaseShape) -> Any:
    """Return a shape's ``p:txBody`` element, or None if it has none."""
    return get_element(shape).find(qn("p:txBody"))


def remove_shape(shape: BaseShape) -> None:
    """Remove a shape from its slide."""
    element = get_element(shape)
    element.getparent().remove(element)


def list_placeholders(holder: SlideLayout | SlideMaster | NotesMaster | NotesSlide) -> list[Any]:
    """Return the placeholders of a layout, master or notes page.

    python-pptx does not type them as iterable.
    """
    placeholders: Any = holder.placeholders
    return list(placeholders)


def get_table_element(table: Any) -> Any:
    """Return a table's ``a:tbl`` element."""
    return table._tbl


def get_cell_element(cell: Any) -> Any:
    """Return a table cell's ``a:tc`` element."""
    return cell._tc


def get_label_element(label: Any) -> Any:
    """Return the ``c:dLbl`` element of a data label, or None if it has none."""
    return label._dLbl


def get_slide_list(presentation: Any) -> Any:
    """Return the ``p:sldIdLst`` element, which lists the slides in order, with their relationship ids."""
    return presentation.slides._sldIdLst


def create_part(owner: Any, name: str, content_type: str, data: bytes) -> Part:
    """Create a part in the package of ``owner``. Only parts with relationships to them are written."""
    return Part(PackURI(name), content_type, owner.package, data)


def is_shared_part(part: Part) -> bool:
    """Return whether a part is a layout, master or notes master, which several slides share."""
    return isinstance(part, SlideLayoutPart | SlideMasterPart | NotesMasterPart)


def set_part_data(part: Part, data: bytes) -> None:
    """Replace the data of a part that is not parsed as XML."""
    part._blob = data


def find_related_elements(part: Part, relationship_type: str) -> list[Any]:
    """Return the root elements of the parts that ``part`` refers to with a type of relationship."""
    targets: list[Any] = [
        link.target_part for link in part.rels.values() if link.reltype == relationship_type
    ]
    return [target._element for target in targets]


def get_package_relationships(package: Any) -> Any:
    """Return the relationships of the package itself, by id."""
    return package._rels


# The supported version. CONTRIBUTING.md explains how to upgrade.
VERSION = "1.0.2"


def require_supported_version() -> None:
    """Raise ImportError unless the supported version of python-pptx is installed.

    The deck writer uses internals of python-pptx, which may differ between versions.
    """
    if (installed_version := version("python-pptx")) != VERSION:
        raise ImportError(f"decks require python-pptx {VERSION}, but {installed_version} is installed")


@cache
def _compile_xpath(expression: str) -> Any:
    return etree.XPath(expression, namespaces=_nsmap)


@wraps(BaseOxmlElement.xpath)
def _evaluate_xpath(element: Any, xpath_str: str) -> Any:
    return _compile_xpath(xpath_str)(element)


def enable_xpath_cache() -> None:
    """Make python-pptx compile each XPath expression once per process."""
    setattr(BaseOxmlElement, "xpath", _evaluate_xpath)  # noqa: B010 - mypy rejects assignment to a method
