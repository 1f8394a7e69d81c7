"""Combine finished slides and a presentation into a reproducible package.

ECMA-376 Part 2 defines relationships in clause 9, content types in 10.1.2.2 and core properties in clause 11;
[MS-PPTX] 2.6.7 defines sections.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from triptych.engine.archives import Member, build_archive
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.seals import UNSEALED
from triptych.ooxml.packages import relations_path
from triptych.writers.deck.drawing.text import add_child, add_extension, get_or_add_child, remove_forbidden
from triptych.writers.deck.package.finished import FinishedPart, PartRelation, TargetKind, sort_members
from triptych.writers.deck.pptx.package import (
    collect_files,
    get_element,
    get_slide_list,
    render_content_types,
)
from triptych.writers.deck.pptx.terms import Presentation
from triptych.writers.deck.slides import Deck, shorten

_LONGEST = 255  # characters
_TYPES = "[Content_Types].xml"


def set_properties(presentation: Presentation, deck: Deck) -> None:
    """Set a presentation's core properties (ECMA-376 Part 2, clause 11) from the deck."""
    properties = presentation.core_properties
    when = to_naive_utc(deck.modified)
    properties.title = _cut_property(deck.title)
    properties.author = properties.last_modified_by = _cut_property("; ".join(deck.authors))
    properties.language = deck.language
    properties.subject = _cut_property(deck.subject)
    properties.keywords = _cut_property(", ".join(deck.keywords))
    properties.created = properties.modified = when
    properties.revision = 1
    properties.identifier = UNSEALED


def _cut_property(text: str) -> str:
    """Shorten a property value to the 255 characters that Office allows."""
    return text if len(text) <= _LONGEST else shorten(text, _LONGEST - 1)


def pack(
    presentation: Presentation, joined: DeckPackage, modified: dt.datetime, memory: Memory = NO_MEMORY
) -> bytes:
    """Return the bytes of the package, sealed with a checksum. All dates in it are ``modified``, in UTC."""
    files = collect_files(presentation, joined.types)
    files[_TYPES] = render_content_types(presentation, joined.types)
    holder = str(presentation.core_properties.part.partname).lstrip("/")
    last = files.pop(holder)
    members = {name: Member.of(name, content, memory) for name, content in files.items()} | joined.members
    return build_archive(sort_members(members), to_naive_utc(modified), holder, last)


def to_naive_utc(when: dt.datetime) -> dt.datetime:
    """Convert a time to UTC without a time zone, as python-pptx expects it."""
    return when.astimezone(dt.UTC).replace(tzinfo=None) if when.tzinfo else when


_HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ESCAPED = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


@dataclass(slots=True)
class DeckPackage:
    """The parts of all slides and notes pages.

    ``next_name`` returns the next free part name for a pattern. ``members`` maps archive names to files, and
    ``types`` maps part names to content types.
    """

    next_name: Callable[[str], str]
    members: dict[str, Member] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    _marked: dict[str, str] = field(default_factory=dict)

    def assign_names(self, parts: Sequence[FinishedPart], first: str = "") -> list[str]:
        """Return part names for the parts of a slide or notes page; ``first`` is the first part's fixed name.

        Parts whose ``mark`` already has a name share that name.
        """
        names: list[str] = []
        for part in parts:
            if first and not names:
                name = first
            elif part.numbered_like is not None:
                name = part.pattern % int(re.findall(r"\d+", names[part.numbered_like])[-1])
            elif part.mark in self._marked:
                name = self._marked[part.mark]
            else:
                name = self.next_name(part.pattern)
            if part.mark:
                self._marked[part.mark] = name
            names.append(name)
        return names

    def add_parts(
        self,
        parts: Sequence[FinishedPart],
        names: Sequence[str],
        slides: Mapping[str, str],
        own: Mapping[TargetKind, str],
    ) -> None:
        """Add the parts of one slide or notes page to the package.

        ``names`` are their part names, ``slides`` maps slide ids to part names, and ``own`` has the part
        names of the slide itself and its notes page.
        """
        for part, name in zip(parts, names, strict=True):
            self.members[name[1:]] = part.member
            self.types[name] = part.content_type
            if part.relations:
                targets = [(one, _resolve_target(one, name, names, slides, own)) for one in part.relations]
                listed = relations_path(name[1:])
                self.members[listed] = Member.of(listed, _render_relationships(targets))


def _resolve_target(
    one: PartRelation,
    name: str,
    names: Sequence[str],
    slides: Mapping[str, str],
    own: Mapping[TargetKind, str],
) -> str:
    match one.target_kind:
        case TargetKind.WEB:
            return one.target
        case TargetKind.TEMPLATE:
            part = one.target
        case TargetKind.PART:
            part = names[int(one.target)]
        case TargetKind.SLIDE:
            part = slides[one.target]
        case TargetKind.OWN_SLIDE | TargetKind.OWN_NOTES:
            part = own[one.target_kind]
    return posixpath.relpath(part, posixpath.dirname(name))


def _render_relationships(targets: Iterable[tuple[PartRelation, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{one.id}" Type="{one.kind}" '
        f'Target="{escape(target, quote=False).translate(_ESCAPED)}"'
        + (' TargetMode="External"/>' if one.target_kind is TargetKind.WEB else "/>")
        for one, target in sorted(targets, key=lambda pair: int(pair[0].id.removeprefix("rId")))
    )
    return f'{_HEAD}<Relationships xmlns="{_NAMESPACE}">{items}</Relationships>'.encode()


_SECTIONS_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def add_sections(presentation: Presentation, names: Sequence[str], opening: str) -> None:
    """Group slides into sections; ``names`` has the name of the section starting at each slide, or "".

    Slides before the first section go into a section named ``opening``, because every slide must be in a
    section. Section ids are reproducible.
    """
    if not any(names):
        return
    identifiers = [element.get("id") for element in get_slide_list(presentation)]
    root = get_element(presentation.part)
    extension = add_child(get_or_add_child(root, "p:extLst"), "p:ext", uri=_SECTIONS_URI)
    sections = add_extension(extension, "p14:sectionLst")
    slides: Any = None
    for index, (name, identifier) in enumerate(zip(names, identifiers, strict=True)):
        if name or slides is None:
            title = remove_forbidden(name or opening)
            guid = uuid.uuid5(uuid.NAMESPACE_URL, f"triptych:section:{index}:{title}")
            section = add_extension(sections, "p14:section", name=title, id=f"{{{guid}}}".upper())
            slides = add_extension(section, "p14:sldIdLst")
        add_extension(slides, "p14:sldId", id=identifier)
