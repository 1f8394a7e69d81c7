"""Combine a presentation and its finished slides into a package with reproducible bytes.

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
from triptych.engine.output_digests import DIGEST_PLACEHOLDER
from triptych.ooxml.packages import get_relationships_name
from triptych.writers.deck.drawing.text import (
    add_child,
    add_extension,
    get_or_add_child,
    remove_forbidden_characters,
)
from triptych.writers.deck.package.finished_parts import (
    FinishedPart,
    PartRelationship,
    TargetKind,
    sort_members,
)
from triptych.writers.deck.pptx.exports import Presentation
from triptych.writers.deck.pptx.package import (
    collect_files,
    get_element,
    get_slide_list,
    render_content_types,
)
from triptych.writers.deck.slides import Deck, shorten_text

_MAX_PROPERTY_LENGTH = 255  # characters
_CONTENT_TYPES_NAME = "[Content_Types].xml"


def set_core_properties(presentation: Presentation, deck: Deck) -> None:
    """Set a presentation's core properties (ECMA-376 Part 2, clause 11) from the deck."""
    properties = presentation.core_properties
    modified = to_naive_utc(deck.modified)
    properties.title = _cut_property(deck.title)
    properties.author = properties.last_modified_by = _cut_property("; ".join(deck.authors))
    properties.language = deck.language
    properties.subject = _cut_property(deck.subject)
    properties.keywords = _cut_property(", ".join(deck.keywords))
    properties.created = properties.modified = modified
    properties.revision = 1
    properties.identifier = DIGEST_PLACEHOLDER


def _cut_property(text: str) -> str:
    """Shorten a property value to the 255 characters that Office allows."""
    return text if len(text) <= _MAX_PROPERTY_LENGTH else shorten_text(text, _MAX_PROPERTY_LENGTH - 1)


def pack_presentation(
    presentation: Presentation, deck_package: DeckPackage, modified: dt.datetime, memory: Memory = NO_MEMORY
) -> bytes:
    """Return the bytes of the package, with a checksum. All dates in the package are ``modified``, in UTC."""
    files = collect_files(presentation, deck_package.content_types)
    files[_CONTENT_TYPES_NAME] = render_content_types(presentation, deck_package.content_types)
    holder = str(presentation.core_properties.part.partname).lstrip("/")
    last = files.pop(holder)
    members = {
        name: Member.from_content(name, content, memory) for name, content in files.items()
    } | deck_package.members
    return build_archive(sort_members(members), to_naive_utc(modified), holder, last)


def to_naive_utc(time: dt.datetime) -> dt.datetime:
    """Convert a time to UTC without a time zone, as python-pptx requires."""
    return time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time


_HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ESCAPES = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


@dataclass(slots=True)
class DeckPackage:
    """The parts of all slides and notes pages of a deck.

    ``get_next_name`` returns the next free part name for a pattern. ``members`` maps archive names to files,
    and ``content_types`` maps part names to content types.
    """

    get_next_name: Callable[[str], str]
    members: dict[str, Member] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)
    _names_by_checksum: dict[str, str] = field(default_factory=dict)

    def assign_names(self, parts: Sequence[FinishedPart], first_name: str = "") -> list[str]:
        """Return part names for the parts of a slide or notes page.

        The first part is named ``first_name`` if this is not empty. A part with the same checksum as an
        earlier part gets the same name.
        """
        names: list[str] = []
        for part in parts:
            if first_name and not names:
                name = first_name
            elif part.numbered_like is not None:
                name = part.pattern % int(re.findall(r"\d+", names[part.numbered_like])[-1])
            elif part.checksum in self._names_by_checksum:
                name = self._names_by_checksum[part.checksum]
            else:
                name = self.get_next_name(part.pattern)
            if part.checksum:
                self._names_by_checksum[part.checksum] = name
            names.append(name)
        return names

    def add_parts(
        self,
        parts: Sequence[FinishedPart],
        part_names: Sequence[str],
        slide_names: Mapping[str, str],
        own_names: Mapping[TargetKind, str],
    ) -> None:
        """Add the parts of one slide or notes page to the package, under ``part_names``.

        ``slide_names`` maps slide ids to part names; ``own_names`` has the part names of the slide itself and
        its notes page. Relationships are resolved with these names.
        """
        for part, name in zip(parts, part_names, strict=True):
            self.members[name[1:]] = part.member
            self.content_types[name] = part.content_type
            if part.relationships:
                targets = [
                    (relationship, _resolve_target(relationship, name, part_names, slide_names, own_names))
                    for relationship in part.relationships
                ]
                relationships_name = get_relationships_name(name[1:])
                self.members[relationships_name] = Member.from_content(
                    relationships_name, _render_relationships(targets)
                )


def _resolve_target(
    relationship: PartRelationship,
    source_name: str,
    part_names: Sequence[str],
    slide_names: Mapping[str, str],
    own_names: Mapping[TargetKind, str],
) -> str:
    match relationship.target_kind:
        case TargetKind.WEB:
            return relationship.target
        case TargetKind.TEMPLATE:
            part = relationship.target
        case TargetKind.PART:
            part = part_names[int(relationship.target)]
        case TargetKind.SLIDE:
            part = slide_names[relationship.target]
        case TargetKind.OWN_SLIDE | TargetKind.OWN_NOTES:
            part = own_names[relationship.target_kind]
    return posixpath.relpath(part, posixpath.dirname(source_name))


def _render_relationships(targets: Iterable[tuple[PartRelationship, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{relationship.id}" Type="{relationship.type}" '
        f'Target="{escape(target, quote=False).translate(_ESCAPES)}"'
        + (' TargetMode="External"/>' if relationship.target_kind is TargetKind.WEB else "/>")
        for relationship, target in sorted(targets, key=lambda pair: int(pair[0].id.removeprefix("rId")))
    )
    return f'{_HEAD}<Relationships xmlns="{_NAMESPACE}">{items}</Relationships>'.encode()


_SECTIONS_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def add_sections(presentation: Presentation, section_names: Sequence[str], opening_name: str) -> None:
    """Group the slides of a presentation into sections.

    ``section_names`` has an entry for each slide: the name of the section that starts there, or "". Slides
    before the first section go into a section named ``opening_name``, because every slide must be in a
    section. Section ids are reproducible.
    """
    if not any(section_names):
        return
    identifiers = [element.get("id") for element in get_slide_list(presentation)]
    root = get_element(presentation.part)
    extension = add_child(get_or_add_child(root, "p:extLst"), "p:ext", uri=_SECTIONS_URI)
    sections = add_extension(extension, "p14:sectionLst")
    slides: Any = None
    for index, (name, identifier) in enumerate(zip(section_names, identifiers, strict=True)):
        if name or slides is None:
            title = remove_forbidden_characters(name or opening_name)
            guid = uuid.uuid5(uuid.NAMESPACE_URL, f"triptych:section:{index}:{title}")
            section = add_extension(sections, "p14:section", name=title, id=f"{{{guid}}}".upper())
            slides = add_extension(section, "p14:sldIdLst")
        add_extension(slides, "p14:sldId", id=identifier)
