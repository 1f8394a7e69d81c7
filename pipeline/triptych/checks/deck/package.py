"""A presentation's package, taken apart (ECMA-376 Part 2): parts, their trees, what they point to."""

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
from triptych.media.xml_names import parse_untrusted
from triptych.ooxml.packages import Relationship, find_source, read_relations
from triptych.ooxml.xml import OFFICE, PRESENTATION, P, R

_RELS = ".rels"
_NAMED: Any = etree.XPath("//@r:*", namespaces={"r": R[1:-1]})


class Unreadable(Exception):
    """The file is no package; the text says why."""


class Fault(NamedTuple):
    """Something wrong: in which part or on which slide, and what."""

    where: str
    what: str


class Facts(NamedTuple):
    """What a part of XML says by itself, as far as it concerns others.

    ``problem`` is why it is none. ``relations`` are those that a part of relationships has, by their ids, and
    ``repeated`` the ids that it has twice; ``named`` are elements with the relationships that they name.
    """

    problem: str = ""
    has_document_type: bool = False
    relations: Mapping[str, Relationship] = MappingProxyType({})
    repeated: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide with its number, counted from 1, and the name of its part."""

    number: int
    part: str
    package: DeckPackage

    @property
    def tree(self) -> Any:
        """What is on it."""
        return self.package.trees[self.part]

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"slide {self.number}"

    @property
    def hidden(self) -> bool:
        """Whether it is not shown."""
        return self.tree.get("show") in ("0", "false")


class Trees(Mapping[str, Any]):
    """The parts that can be parsed, as trees; each is parsed when somebody asks for it."""

    def __init__(self, parts: Mapping[str, bytes], facts: Mapping[str, Facts]) -> None:
        self._parts = parts
        self._names = [name for name, told in facts.items() if not told.problem]
        self._parsed: dict[str, Any] = dict.fromkeys(self._names)

    def __getitem__(self, name: str) -> Any:
        tree = self._parsed[name]
        if tree is None:
            tree = self._parsed[name] = parse_untrusted(self._parts[name])
        return tree

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._parsed


@dataclass(frozen=True)
class DeckPackage:
    """Parts by name, with what the checks ask for again and again. ``names`` has repetitions."""

    parts: Mapping[str, bytes]
    names: tuple[str, ...]
    memory: Memory = NO_MEMORY

    @cached_property
    def facts(self) -> dict[str, Facts]:
        """What is known of each part of XML."""
        return {
            name: self.memory.call(read_facts, data, name)
            for name, data in self.parts.items()
            if name.endswith((".xml", _RELS))
        }

    @cached_property
    def trees(self) -> Trees:
        """The parts that can be parsed, as trees."""
        return Trees(self.parts, self.facts)

    @cached_property
    def relations(self) -> dict[str, Mapping[str, Relationship]]:
        """Relationships by the part they belong to, "" being the package, and by their id."""
        return {
            find_source(name): told.relations for name, told in self.facts.items() if name.endswith(_RELS)
        }

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts that a part points to by relationships of a kind, such as ``slideLayout``."""
        relations = self.relations.get(part, {}).values()
        return [item.target for item in relations if item.kind == f"{OFFICE}/{kind}" and not item.external]

    @cached_property
    def slides(self) -> tuple[Slide, ...]:
        """The slides that are there, in their order."""
        relations = self.relations.get(PRESENTATION, {})
        listed = self.trees[PRESENTATION].iterfind(f"{P}sldIdLst/{P}sldId")
        found = []
        for number, identifier in enumerate(listed, 1):
            relation = relations.get(identifier.get(f"{R}id", ""))
            if relation is not None and relation.target in self.trees:
                found.append(Slide(number, relation.target, self))
        return tuple(found)

    def under(self, folder: str) -> Iterator[str]:
        """Return the parsed parts of a folder in ``ppt/``."""
        start = f"ppt/{folder}/"
        return (name for name in self.trees if name.startswith(start) and name.endswith(".xml"))


def read_facts(data: bytes, name: str) -> Facts:
    """Read the facts of an XML part; entities are never resolved."""
    try:
        tree = parse_untrusted(data)
    except etree.XMLSyntaxError as error:
        return Facts(error.msg)
    has_document_type = tree.getroottree().docinfo.internalDTD is not None
    if name.endswith(_RELS):
        identifiers = Counter(item.get("Id", "") for item in tree)
        repeated = tuple(identifier for identifier, count in identifiers.items() if count > 1)
        return Facts("", has_document_type, read_relations(tree, find_source(name)), repeated)
    named = tuple((value.getparent().tag, str(value)) for value in _NAMED(tree))
    return Facts("", has_document_type, named=named)


def unpack(data: bytes, memory: Memory = NO_MEMORY) -> DeckPackage:
    """Read the package of a ``.pptx``. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            return DeckPackage({name: archive.read(name) for name in names}, tuple(names), memory)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable("the file is not a readable ZIP archive") from error
