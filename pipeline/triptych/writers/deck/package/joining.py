"""Finished parts → the package: each gets its name, what points to it is told, and all is listed.

ECMA-376 Part 2, clause 9, has relationships, 10.1.2.2 the types of parts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from triptych.engine.archives import Member
from triptych.writers.deck.package.finished import FinishedPart, Relation, Way

_HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ESCAPED = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


@dataclass(slots=True)
class Joined:
    """The parts of slides and notes in one package. ``next_name`` gives the next free name after a pattern.

    ``members`` are files by their names in the archive, ``types`` the types of parts by their names.
    """

    next_name: Callable[[str], str]
    members: dict[str, Member] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    _marked: dict[str, str] = field(default_factory=dict)

    def name(self, parts: Sequence[FinishedPart], first: str = "") -> list[str]:
        """The names of some parts that belong together; that of the ``first`` may be given."""
        names: list[str] = []
        for part in parts:
            if first and not names:
                name = first
            elif part.beside is not None:
                name = part.pattern % int(re.findall(r"\d+", names[part.beside])[-1])
            elif part.mark in self._marked:
                name = self._marked[part.mark]
            else:
                name = self.next_name(part.pattern)
            if part.mark:
                self._marked[part.mark] = name
            names.append(name)
        return names

    def add(
        self,
        parts: Sequence[FinishedPart],
        names: Sequence[str],
        slides: Mapping[str, str],
        own: Mapping[Way, str],
    ) -> None:
        """Add parts under their names; ``slides`` are the names of slides by their ids, ``own`` those of the
        slide that they belong to and of its notes.
        """
        for part, name in zip(parts, names, strict=True):
            self.members[name[1:]] = part.member
            self.types[name] = part.content_type
            if part.relations:
                told = [(one, _target(one, name, names, slides, own)) for one in part.relations]
                listed = relations_name(name)
                self.members[listed] = Member.of(listed, _relationships(told))


def relations_name(part: str) -> str:
    """The file in an archive that has the relationships of a part."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"[1:]


def _target(
    one: Relation,
    name: str,
    names: Sequence[str],
    slides: Mapping[str, str],
    own: Mapping[Way, str],
) -> str:
    match one.way:
        case Way.WEB:
            return one.target
        case Way.TEMPLATE:
            part = one.target
        case Way.PART:
            part = names[int(one.target)]
        case Way.SLIDE:
            part = slides[one.target]
        case Way.OWN_SLIDE | Way.OWN_NOTES:
            part = own[one.way]
    return posixpath.relpath(part, posixpath.dirname(name))


def _escaped(target: str) -> str:
    return escape(target, quote=False).translate(_ESCAPED)


def _relationships(told: Iterable[tuple[Relation, str]]) -> bytes:
    """A part of relationships, in the order of their numbers."""
    items = "".join(
        f'<Relationship Id="{one.id}" Type="{one.kind}" Target="{_escaped(target)}"'
        + (' TargetMode="External"/>' if one.way is Way.WEB else "/>")
        for one, target in sorted(told, key=lambda pair: int(pair[0].id.removeprefix("rId")))
    )
    return f'{_HEAD}<Relationships xmlns="{_NAMESPACE}">{items}</Relationships>'.encode()
