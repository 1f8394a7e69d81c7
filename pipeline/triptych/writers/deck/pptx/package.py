"""A presentation that grows in linear time.

python-pptx walks the whole package for the name of each new part and of each picture, and walks it
recursively, so that a deck whose slides link to each other in a chain exceeds Python's stack. Our package
counts instead, and keeps a stack; a slide is added without looking through all those before it.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import IO, Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import _Relationship
from pptx.opc.packuri import PackURI
from pptx.package import Package
from pptx.parts.image import Image, ImagePart
from pptx.parts.slide import SlideLayoutPart, SlidePart
from pptx.presentation import Presentation
from pptx.slide import Slide, SlideLayout, SlideMaster

from triptych.ooxml.names import R, qn
from triptych.writers.deck.pptx.installed import require_known_version
from triptych.writers.deck.pptx.paths import compile_paths

_FIRST_SLIDE_ID = 256  # ECMA-376 Part 1, 19.7.13
_FIRST_LAYOUT_ID = 2_147_483_648  # 19.7.16


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


def add_slide(presentation: Presentation, layout: SlideLayout) -> Slide:
    """What ``presentation.slides.add_slide`` does, for a presentation whose slides all come from here."""
    part = presentation.part
    identifiers = presentation.slides._sldIdLst
    count = len(identifiers)
    new: Any = SlidePart.new
    slide_part = new(PackURI(f"/ppt/slides/slide{count + 1}.xml"), part.package, layout.part)
    relation = part.rels._add_relationship(RELATIONSHIP_TYPE.SLIDE, slide_part)
    slide: Slide = slide_part.slide
    slide.shapes.clone_layout_placeholders(layout)
    identifiers._add_sldId(id=_FIRST_SLIDE_ID + count, rId=relation)
    return slide


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
    numbers = [int(item.get("id", _FIRST_LAYOUT_ID)) for item in _numbered(master)]
    item = known.makeelement(qn("p:sldLayoutId"), {"id": str(max(numbers) + 1)})
    item.set(qn("r:id"), master.part.relate_to(part, RELATIONSHIP_TYPE.SLIDE_LAYOUT))
    known.append(item)
    layout: SlideLayout = part.slide_layout
    return layout


def _numbered(master: SlideMaster) -> Iterator[Any]:
    """All that share one range of ids: masters and their layouts (ECMA-376 Part 1, 19.2.1.36, 19.3.1.41)."""
    presentation = master.part.package.presentation_part.presentation
    yield from presentation.part._element.iter(qn("p:sldMasterId"))
    for one in presentation.slide_masters:
        yield from one.part._element.iter(qn("p:sldLayoutId"))
