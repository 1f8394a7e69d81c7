"""Read the package of a presentation: parts, XML trees and relationships (ECMA-376 Part 2)."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from lxml import etree

from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.xml_parsing import parse_untrusted_xml
from triptych.ooxml.packages import Relationship, find_source_part, read_relationships
from triptych.ooxml.xml import OFFICE, PRESENTATION, P, R

_RELS = ".rels"
_RELATIONSHIP_ATTRIBUTES: Any = etree.XPath("//@r:*", namespaces={"r": R[1:-1]})


class UnreadablePackageError(Exception):
    """Raised if a file is not a readable package. The message is the reason."""


class Fault(NamedTuple):
    """A fault in a deck, and the name of the faulty part or slide."""

    location: str
    message: str


class PartFacts(NamedTuple):
    """The properties of an XML part that are needed to check other parts.

    ``parse_error`` is "" if the part is well-formed. ``relations`` maps the ids in a relationships part to
    relationships, and ``duplicate_ids`` are ids that are used twice. ``references`` pairs the tags of
    elements with the relationship ids in their attributes.
    """

    parse_error: str = ""
    has_document_type: bool = False
    relations: Mapping[str, Relationship] = MappingProxyType({})
    duplicate_ids: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SlidePart:
    """A slide with its 1-based number and the path of its part in the package."""

    number: int
    path: str
    package: DeckPackage

    @property
    def tree(self) -> Any:
        """The XML tree of the slide."""
        return self.package.trees[self.path]

    @property
    def name(self) -> str:
        """The name by which messages refer to the slide, such as "slide 3"."""
        return f"slide {self.number}"

    @property
    def is_hidden(self) -> bool:
        """Whether the slide is skipped in the slide show."""
        return self.tree.get("show") in ("0", "false")


class LazyTrees(Mapping[str, Any]):
    """Maps part names to XML trees, which are parsed on demand. Invalid parts are missing."""

    def __init__(self, parts: Mapping[str, bytes], facts: Mapping[str, PartFacts]) -> None:
        self._parts = parts
        self._names = [name for name, facts in facts.items() if not facts.parse_error]
        self._parsed: dict[str, Any] = dict.fromkeys(self._names)

    def __getitem__(self, name: str) -> Any:
        tree = self._parsed[name]
        if tree is None:
            tree = self._parsed[name] = parse_untrusted_xml(self._parts[name])
        return tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._parsed


@dataclass(frozen=True)
class DeckPackage:
    """The parts of a presentation by name. ``part_names`` includes duplicate names."""

    parts: Mapping[str, bytes]
    part_names: tuple[str, ...]
    memory: Memory = NO_MEMORY

    @cached_property
    def facts(self) -> dict[str, PartFacts]:
        """The facts about each XML part, cached in memory between runs."""
        return {
            name: self.memory.call(read_part_facts, data, name)
            for name, data in self.parts.items()
            if name.endswith((".xml", _RELS))
        }

    @cached_property
    def trees(self) -> LazyTrees:
        """The XML trees of all parts that can be parsed, by part name."""
        return LazyTrees(self.parts, self.facts)

    @cached_property
    def relations(self) -> dict[str, Mapping[str, Relationship]]:
        """The relationships of each source part by id. The source part "" is the package."""
        return {
            find_source_part(name): facts.relations
            for name, facts in self.facts.items()
            if name.endswith(_RELS)
        }

    def get_related_parts(self, part: str, kind: str) -> list[str]:
        """Return the targets of a part's relationships of a type such as ``slideLayout``."""
        relations = self.relations.get(part, {}).values()
        return [item.target for item in relations if item.type == f"{OFFICE}/{kind}" and not item.is_external]

    @cached_property
    def slides(self) -> tuple[SlidePart, ...]:
        """The slides in presentation order, except slides whose part is missing."""
        relations = self.relations.get(PRESENTATION, {})
        entries = self.trees[PRESENTATION].iterfind(f"{P}sldIdLst/{P}sldId")
        slides = []
        for number, identifier in enumerate(entries, 1):
            relation = relations.get(identifier.get(f"{R}id", ""))
            if relation is not None and relation.target in self.trees:
                slides.append(SlidePart(number, relation.target, self))
        return tuple(slides)

    def iter_parts_in(self, folder: str) -> Iterator[str]:
        """Yield the names of the XML parts in a folder under ``ppt/``."""
        start = f"ppt/{folder}/"
        return (name for name in self.trees if name.startswith(start) and name.endswith(".xml"))


def read_part_facts(data: bytes, name: str) -> PartFacts:
    """Return the facts about an XML part. Entities are not resolved."""
    try:
        tree = parse_untrusted_xml(data)
    except etree.XMLSyntaxError as error:
        return PartFacts(error.msg)
    has_document_type = tree.getroottree().docinfo.internalDTD is not None
    if name.endswith(_RELS):
        identifiers = Counter(item.get("Id", "") for item in tree)
        repeated = tuple(identifier for identifier, count in identifiers.items() if count > 1)
        return PartFacts("", has_document_type, read_relationships(tree, find_source_part(name)), repeated)
    references = tuple((value.getparent().tag, str(value)) for value in _RELATIONSHIP_ATTRIBUTES(tree))
    return PartFacts("", has_document_type, references=references)


def read_package(data: bytes, memory: Memory = NO_MEMORY) -> DeckPackage:
    """Read the package of a ``.pptx`` file. Raise ``UnreadablePackageError`` if it is not a ZIP archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            return DeckPackage({name: archive.read(name) for name in names}, tuple(names), memory)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadablePackageError("the file is not a readable ZIP archive") from error
