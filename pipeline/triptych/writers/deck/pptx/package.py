"""A presentation that grows in linear time.

python-pptx walks the whole package for the name of each new part and of each picture, and walks it
recursively, so that a deck whose slides link to each other in a chain exceeds Python's stack. Our package
counts instead, and keeps a stack; a slide is added without looking through all those before it.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any, cast

from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import Part, _Relationship
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import _ContentTypesItem
from pptx.package import Package
from pptx.parts.image import Image, ImagePart
from pptx.parts.slide import NotesSlidePart, SlideLayoutPart, SlidePart
from pptx.presentation import Presentation
from pptx.slide import NotesSlide, Slide, SlideLayout

from triptych.ooxml.names import R, qn
from triptych.writers.deck.pptx.installed import require_known_version
from triptych.writers.deck.pptx.paths import compile_paths

_SLIDE = "/ppt/slides/slide%d.xml"
_FIRST_SLIDE_ID = 256  # ECMA-376 Part 1, 19.7.13
FIRST_MASTER_ID = 2_147_483_648  # 19.7.16


class CountingPackage(Package):
    """A package that knows the names of its parts and its pictures."""

    def __init__(self, pkg_file: str | IO[bytes]) -> None:
        super().__init__(pkg_file)
        self._names: set[str] | None = None
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._images: dict[str, ImagePart] = {}

    def next_partname(self, tmpl: str) -> PackURI:
        """The next free name after a pattern such as ``/ppt/charts/chart%d.xml``."""
        if self._names is None:
            self._names = {str(part.partname) for part in self.iter_parts()}
        while True:
            self._counts[tmpl] += 1
            name = tmpl % self._counts[tmpl]
            if name not in self._names:
                self._names.add(name)
                return PackURI(name)

    def next_image_partname(self, ext: str) -> PackURI:
        """The next free name of a picture with an extension."""
        return self.next_partname(f"/ppt/media/image%d.{ext}")

    def get_or_add_image_part(self, image_file: str | IO[bytes]) -> ImagePart:
        """The part of a picture; one for all that have the same bytes."""
        image = Image.from_file(image_file)
        if image.sha1 not in self._images:
            self._images[image.sha1] = ImagePart.new(self, image)
        return self._images[image.sha1]

    @contextmanager
    def names_given_back(self) -> Iterator[None]:
        """Names that are given within are free again behind it: what was made there is not of the package."""
        if self._names is None:
            self._names = {str(part.partname) for part in self.iter_parts()}
        names, counts = set(self._names), self._counts.copy()
        yield
        self._names, self._counts = names, counts

    def iter_rels(self) -> Iterator[_Relationship]:
        """Each relationship once."""
        seen = set()
        waiting = [self._rels]
        while waiting:
            for relation in waiting.pop().values():
                yield relation
                if not relation.is_external and relation.target_part not in seen:
                    seen.add(relation.target_part)
                    waiting.append(relation.target_part.rels)


def open_presentation(data: bytes) -> Presentation:
    """The bytes of a presentation → python-pptx's object.

    Raises ImportError where python-pptx has another version than ours.
    """
    require_known_version()
    compile_paths()
    presentation: Presentation = CountingPackage.open(io.BytesIO(data)).main_document_part.presentation
    return presentation


def names_given_back(presentation: Presentation) -> AbstractContextManager[None]:
    """Names of parts that are given within are free again behind it."""
    package: Any = presentation.part.package
    return cast("CountingPackage", package).names_given_back()


def next_name(presentation: Presentation, pattern: str) -> str:
    """The next free name of a part after a pattern."""
    package: Any = presentation.part.package
    return str(package.next_partname(pattern))


def new_slide(presentation: Presentation, layout: SlideLayout) -> Slide:
    """A slide of a layout, with its placeholders, of which the presentation does not know."""
    new: Any = SlidePart.new
    part = new(PackURI(_SLIDE % 1), presentation.part.package, layout.part)
    slide: Slide = part.slide
    slide.shapes.clone_layout_placeholders(layout)
    return slide


def stand_in(presentation: Presentation, name: str, content_type: str = CONTENT_TYPE.PML_SLIDE) -> Part:
    """A part without content, to which others can point."""
    return Part(PackURI(name), content_type, presentation.part.package, b"")


def list_slides(presentation: Presentation, count: int) -> list[str]:
    """Let a presentation without slides list so many → the names of their parts, which stand in for them."""
    part, identifiers = presentation.part, presentation.slides._sldIdLst
    names = [_SLIDE % number for number in range(1, count + 1)]
    for number, name in enumerate(names):
        relation = part.rels._add_relationship(RELATIONSHIP_TYPE.SLIDE, stand_in(presentation, name))
        identifiers._add_sldId(id=_FIRST_SLIDE_ID + number, rId=relation)
    return names


def new_notes(presentation: Presentation, slide: Part) -> NotesSlide:
    """A page of notes to a part that stands for a slide, with the placeholders of the master of notes."""
    new: Any = NotesSlidePart.new
    notes: NotesSlide = new(presentation.part.package, slide).notes_slide
    return notes


def has_notes_master(presentation: Presentation) -> bool:
    """Whether the presentation has a master of notes; python-pptx adds its own where it is asked for one."""
    relations = presentation.part.rels.values()
    return any(relation.reltype == RELATIONSHIP_TYPE.NOTES_MASTER for relation in relations)


def files_of(presentation: Presentation, others: Container[str]) -> dict[str, bytes]:
    """The files of a presentation by their names in an archive, but for parts that ``others`` stand for."""
    package: Any = presentation.part.package
    files = {"_rels/.rels": package._rels.xml}
    for part in package.iter_parts():
        if part.partname not in others:
            files[part.partname.membername] = part.blob
            if part.rels:
                files[part.partname.rels_uri.membername] = part.rels.xml
    return files


def content_types(presentation: Presentation, others: Mapping[str, str]) -> bytes:
    """The types of the parts of a presentation, and of others by their names."""
    package: Any = presentation.part.package
    own = [part for part in package.iter_parts() if part.partname not in others]
    more = [Part(PackURI(name), kind, package) for name, kind in others.items()]
    types: bytes = serialize_part_xml(_ContentTypesItem.xml_for([*own, *more]))
    return types


def add_layout(model: SlideLayout) -> SlideLayout:
    """A copy of a layout, last in its master's list."""
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
    known: Any = master.part._element.find(qn("p:sldLayoutIdLst"))
    presentation = package.presentation_part.presentation
    numbers = [int(item.get("id", FIRST_MASTER_ID)) for item in masters_and_layouts(presentation)]
    item = known.makeelement(qn("p:sldLayoutId"), {"id": str(max(numbers) + 1)})
    item.set(qn("r:id"), master.part.relate_to(part, RELATIONSHIP_TYPE.SLIDE_LAYOUT))
    known.append(item)
    layout: SlideLayout = part.slide_layout
    return layout


def masters_and_layouts(presentation: Presentation) -> Iterator[Any]:
    """What lists masters and layouts, whose ids share a range (ECMA-376 Part 1, 19.2.1.36 and 19.3.1.41)."""
    yield from presentation.part._element.iter(qn("p:sldMasterId"))
    for one in presentation.slide_masters:
        yield from one.part._element.iter(qn("p:sldLayoutId"))
