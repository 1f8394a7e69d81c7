"""Parts and what binds them: names, content types, relationships (ECMA-376 Part 2; Part 1, clause 13)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from triptych.checks.deck.package.package import Fault, Package
from triptych.model.nodes import LINK_SCHEMES
from triptych.ooxml.packages import find_wrong_types, get_extension, read_content_types
from triptych.ooxml.xml import PRESENTATION, TYPES, A, C, P

_SCHEMES = tuple(f"{scheme}:" for scheme in sorted(LINK_SCHEMES))
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:]|^/|(^|/)\.{0,2}(/|$)")
_NEEDED = (TYPES, "_rels/.rels", PRESENTATION)

# What a part of a folder must point to, once.
_BOUND = (
    ("slides", "slideLayout"),
    ("slideLayouts", "slideMaster"),
    ("slideMasters", "theme"),
    ("notesSlides", "notesMaster"),
    ("notesSlides", "slide"),
    ("notesMasters", "theme"),
)
# The kind of relationship that an element names.
_NAMED: Mapping[str, str] = {
    f"{P}sldId": "slide",
    f"{P}sldMasterId": "slideMaster",
    f"{P}sldLayoutId": "slideLayout",
    f"{P}notesMasterId": "notesMaster",
    f"{A}blip": "image",
    f"{C}chart": "chart",
    **{f"{P}{style}": "font" for style in ("regular", "bold", "italic", "boldItalic")},
    f"{C}userShapes": "chartUserShapes",
}


def part_names(package: Package) -> Iterator[Fault]:
    """Names that are there twice, alike but for case, or no names of parts; parts that must be there."""
    for name, count in Counter(name.lower() for name in package.names).items():
        if count > 1:
            yield Fault(name, f"the package has {count} parts with this name, ignoring case")
    for name in package.names:
        if _UNSAFE.search(name):
            yield Fault(repr(name), "the part name is invalid")
    for needed in _NEEDED:
        if needed not in package.parts:
            yield Fault(needed, "the required part is missing")


def well_formed(package: Package) -> Iterator[Fault]:
    """Parts that are no XML; a control character makes them so. None has a document type."""
    for name, told in package.facts.items():
        if told.problem:
            yield Fault(name, f"the XML is not well-formed: {told.problem}")
        if told.has_document_type:
            yield Fault(name, "the part has a document type declaration")


def content_types(package: Package) -> Iterator[Fault]:
    """Types for parts that are missing, parts without a type, parts with that of another kind."""
    overrides, defaults = read_content_types(package.trees[TYPES])
    for part in sorted(overrides.keys() - package.parts.keys()):
        yield Fault(part, "the part is missing, but a content type is declared for this part")
    for part in package.parts:
        if part != TYPES and part not in overrides and get_extension(part) not in defaults:
            yield Fault(part, "the part has no content type")
    listed = [item.get("PartName") for item in package.trees[TYPES] if item.get("PartName")]
    listed += [item.get("Extension").lower() for item in package.trees[TYPES] if item.get("Extension")]
    for name, count in Counter(listed).items():
        if count > 1:
            yield Fault(TYPES, f"{name} has {count} content types")
    for part, kind, content_type in find_wrong_types(package.trees[TYPES], package.relations):
        yield Fault(part, f"this {kind} has the content type {content_type}")


def relationships(package: Package) -> Iterator[Fault]:
    """Relationships to what is missing or outside, and those with the id of another."""
    for source, relations in package.relations.items():
        where = source or "package"
        if source and source not in package.parts:
            yield Fault(where, "the part is missing, but relationships are defined for this part")
        for identifier, relation in relations.items():
            if relation.external:
                if not relation.target.lower().startswith(_SCHEMES):
                    yield Fault(
                        where, f"{identifier} points to a disallowed external address: {relation.target}"
                    )
            elif relation.target not in package.parts:
                yield Fault(where, f"{identifier} points to the missing part {relation.target}")
    for name, told in package.facts.items():
        for identifier in told.repeated:
            yield Fault(name, f"the relationship {identifier} is defined twice")


def references(package: Package) -> Iterator[Fault]:
    """Elements that name a relationship which is not there, or is of another kind."""
    for name, told in package.facts.items():
        relations = package.relations.get(name, {})
        for tag, value in told.named:
            element, wanted = etree.QName(tag).localname, _NAMED.get(tag)
            if value and value not in relations:
                yield Fault(name, f"{element} refers to the undefined relationship {value}")
            elif value and wanted and not relations[value].kind.endswith(f"/{wanted}"):
                kind = relations[value].kind.rsplit("/", 1)[-1]
                yield Fault(
                    name, f"{element} refers to {value}, which has the type {kind} instead of {wanted}"
                )


def bindings(package: Package) -> Iterator[Fault]:
    """Slides without a layout, layouts without a master, notes without their slide, and their like."""
    for folder, kind in _BOUND:
        for name in package.under(folder):
            count = len(package.related(name, kind))
            if count != 1:
                yield Fault(name, f"the part has {count} {kind} relationships instead of one")
    for slide in package.slides:
        for notes in package.related(slide.part, "notesSlide"):
            if package.related(notes, "slide") not in ([slide.part], []):
                yield Fault(notes, f"the notes of {slide.name} point to another slide")
    for name in package.under("notesSlides"):
        for slide_part in package.related(name, "slide"):
            if name not in package.related(slide_part, "notesSlide"):
                yield Fault(name, f"the notes point to {slide_part}, which does not point back")


def unreachable(package: Package) -> Iterator[Fault]:
    """Parts to which nothing points."""
    reached: set[str] = set()
    waiting = [""]
    while waiting:
        for relation in package.relations.get(waiting.pop(), {}).values():
            if not relation.external and relation.target not in reached:
                reached.add(relation.target)
                waiting.append(relation.target)
    for part in package.parts:
        if part not in reached and part != TYPES and not part.endswith(".rels"):
            yield Fault(part, "no relationship points to this part")
