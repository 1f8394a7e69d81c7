"""How parts of a package point to each other (ECMA-376 Part 2, 9.3)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Any

_ENDING = ".rels"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to; ``target`` is the name of a part unless it is ``external``."""

    target: str
    kind: str
    external: bool


def relations_in(tree: Any, source: str) -> dict[str, Relation]:
    """The relationships that a part of them has for a ``source``, "" being the package, by their ids."""
    return {item.get("Id", ""): _relation(source, item) for item in tree.iter("{*}Relationship")}


def source_of(relations: str) -> str:
    """The part that a part of relationships belongs to, "" for the package."""
    folder, file = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), file.removesuffix(_ENDING))


def relations_of(part: str) -> str:
    """The part that holds the relationships of another."""
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{file}{_ENDING}")


def _relation(source: str, item: Any) -> Relation:
    target = item.get("Target", "").split("#")[0]
    external = item.get("TargetMode") == "External"
    if not external:
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
    return Relation(target, item.get("Type", ""), external)
