"""Makes python-pptx linear in the number of slides.

It walks the whole package for the name of each new part and of each picture (scanny/python-pptx#644),
and walks it recursively, so that a deck whose slides link to each other in a chain exceeds Python's
stack. The package of one presentation gets methods that count instead, and that keep a stack; a slide is
added without looking through all those before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import IO, Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.packuri import PackURI
from pptx.parts.image import Image, ImagePart
from pptx.parts.slide import SlidePart

from triptych.writers.deck.pptx.paths import compile_paths

_FIRST_SLIDE_ID = 256  # ECMA-376 Part 1, 19.7.13


def speed_up(presentation: Any) -> None:
    """Replace the slow methods on this presentation's package only, and how paths are looked up in all."""
    compile_paths()
    package = presentation.part.package
    used = {str(part.partname) for part in package.iter_parts()}
    counts: defaultdict[str, int] = defaultdict(int)
    images: dict[str, Any] = {}

    def next_partname(pattern: str) -> PackURI:
        while True:
            counts[pattern] += 1
            name = pattern % counts[pattern]
            if name not in used:
                used.add(name)
                return PackURI(name)

    def get_or_add_image_part(file: str | IO[bytes]) -> Any:
        image = Image.from_file(file)
        if image.sha1 not in images:
            images[image.sha1] = ImagePart.new(package, image)
        return images[image.sha1]

    def iter_rels() -> Iterator[Any]:
        seen = set()
        waiting = [package._rels]
        while waiting:
            for relation in waiting.pop().values():
                yield relation
                if not relation.is_external and relation.target_part not in seen:
                    seen.add(relation.target_part)
                    waiting.append(relation.target_part.rels)

    package.next_partname = next_partname
    package.next_image_partname = lambda extension: next_partname(f"/ppt/media/image%d.{extension}")
    package.get_or_add_image_part = get_or_add_image_part
    package.iter_rels = iter_rels


def add_slide(presentation: Any, layout: Any) -> Any:
    """What ``presentation.slides.add_slide`` does, for a presentation whose slides all come from here."""
    part = presentation.part
    identifiers = presentation.slides._sldIdLst
    count = len(identifiers)
    new: Any = SlidePart.new
    slide_part = new(PackURI(f"/ppt/slides/slide{count + 1}.xml"), part.package, layout.part)
    relation = part.rels._add_relationship(RELATIONSHIP_TYPE.SLIDE, slide_part)
    slide = slide_part.slide
    slide.shapes.clone_layout_placeholders(layout)
    identifiers._add_sldId(id=_FIRST_SLIDE_ID + count, rId=relation)
    return slide
