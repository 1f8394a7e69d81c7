"""A presentation's package, taken apart (ECMA-376 Part 2): parts, their trees, what they point to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from lxml import etree

from triptych.media.xml_names import parsed
from triptych.ooxml.names import OFFICE, PRESENTATION, P, R
from triptych.ooxml.relationships import Relation, relations_in, source_of


class Unreadable(Exception):
    """The file is no package; the text says why."""


class Fault(NamedTuple):
    """Something wrong: in which part or on which slide, and what."""

    where: str
    what: str


class Slide(NamedTuple):
    """A slide with its number, counted from 1, and the name of its part."""

    number: int
    part: str
    tree: Any

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"slide {self.number}"

    @property
    def hidden(self) -> bool:
        """Whether it is not shown."""
        return self.tree.get("show") in ("0", "false")


@dataclass(frozen=True)
class Package:
    """Parts by name, with what the checks ask for again and again. ``names`` has repetitions."""

    parts: Mapping[str, bytes]
    names: tuple[str, ...]

    @cached_property
    def broken(self) -> dict[str, str]:
        """What is wrong with the parts that cannot be parsed."""
        return {name: str(tree) for name, tree in self._parsed.items() if isinstance(tree, str)}

    @cached_property
    def trees(self) -> dict[str, Any]:
        """The parts that can be parsed, as trees."""
        return {name: tree for name, tree in self._parsed.items() if not isinstance(tree, str)}

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        """Each part of XML as a tree, or as what is wrong with it; entities are never resolved."""
        found: dict[str, Any] = {}
        for name, data in self.parts.items():
            if name.endswith((".xml", ".rels")):
                try:
                    found[name] = parsed(data)
                except etree.XMLSyntaxError as error:
                    found[name] = error.msg
        return found

    @cached_property
    def relations(self) -> dict[str, dict[str, Relation]]:
        """Relationships by the part they belong to, "" being the package, and by their id."""
        return {
            source_of(name): relations_in(tree, source_of(name))
            for name, tree in self.trees.items()
            if name.endswith(".rels")
        }

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that a part points to by relationships of a kind, such as ``slideLayout``."""
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
                found.append(Slide(number, relation.target, self.trees[relation.target]))
        return tuple(found)

    def under(self, folder: str) -> Iterator[tuple[str, Any]]:
        """The parsed parts of a folder in ``ppt/``, without their relationships."""
        start = f"ppt/{folder}/"
        for name, tree in self.trees.items():
            if name.startswith(start) and name.endswith(".xml"):
                yield name, tree


def unpacked(data: bytes) -> Package:
    """The bytes of a ``.pptx`` → its package. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            return Package({name: archive.read(name) for name in names}, tuple(names))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable("is not a zip archive that can be read") from error
