"""Detach the parts of drawn slides from their presentation, so that they can be cached.

Part names are patterns such as ``/ppt/charts/chart%d.xml`` until the deck is assembled. Relationships keep
their ids, because the XML refers to these (ECMA-376 Part 2, 9.3).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from lxml import etree

from triptych.diagnostics import Diagnostic
from triptych.engine.archives import Member, build_archive
from triptych.ooxml.inheritance import TypefaceReader
from triptych.ooxml.xml import qn
from triptych.writers.deck.pptx.exports import RELATIONSHIP_TYPE, Part, Presentation, Slide, SlideLayout
from triptych.writers.deck.pptx.package import find_related_elements, get_element, is_shared_part
from triptych.writers.deck.slides import NoteParagraph, SlideKindName
from triptych.writers.deck.template.placeholders import read_theme


class TargetKind(StrEnum):
    """The kind of target that a relationship has."""

    WEB = "web"  # a URL
    TEMPLATE = "template"  # a template part, by part name
    PART = "part"  # another part of the same slide, by index
    SLIDE = "slide"  # a slide, by its id
    OWN_SLIDE = "own slide"
    OWN_NOTES = "own notes"


@dataclass(frozen=True, slots=True)
class PartRelationship:
    """A relationship of a finished part.

    ``type`` is the URI of the relationship type. ``target`` is a URL, part name, index or slide id, depending
    on ``target_kind``.
    """

    id: str
    type: str
    target_kind: TargetKind
    target: str = ""


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A package part of a slide or notes page.

    ``pattern`` is its part name with "%d" in place of the number. Parts with the same non-empty ``checksum``
    are stored once. ``numbered_like`` is the index of a part with the same number.
    """

    pattern: str
    content_type: str
    member: Member
    relationships: tuple[PartRelationship, ...] = ()
    checksum: str = ""
    numbered_like: int | None = None


@dataclass(frozen=True, slots=True)
class UsedText:
    """The characters in XML parts, and their typefaces as tuples of family, bold and italic."""

    characters: str = ""
    faces: tuple[tuple[str, bool, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedSlide:
    """A drawn slide. The first of ``parts`` is the slide, followed by the parts that it refers to."""

    title: str
    kind: SlideKindName
    parts: tuple[FinishedPart, ...]
    used_text: UsedText


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideResult:
    """The slides made from one storyboard slide, with diagnostics.

    ``notes`` belong to the first slide; a stand-in in them is replaced with the storyboard slide's notes.
    ``moved_to_notes`` is content that did not fit.
    """

    slides: tuple[FinishedSlide, ...]
    notes: tuple[NoteParagraph, ...]
    moved_to_notes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedNotesPage:
    """A notes page. The first of ``parts`` is the page, followed by the parts that it refers to."""

    parts: tuple[FinishedPart, ...]
    used_text: UsedText
    diagnostics: tuple[Diagnostic, ...] = ()


_MEDIA_FOLDER = "/ppt/media/"  # identical images are stored once
_NUMBERED_LIKE_OWNER = "/ppt/drawings/"  # a chart's drawing has the same number as the chart


@dataclass(frozen=True, slots=True)
class PartExtractor:
    """Detaches parts from a presentation.

    ``modified`` is the date written to chart workbooks. ``stub_parts`` maps each stand-in for a slide or
    notes page to its target kind and slide id.
    """

    presentation: Presentation
    modified: dt.datetime
    stub_parts: Mapping[Part, tuple[TargetKind, str]]
    _readers: dict[Any, TypefaceReader] = field(default_factory=dict)

    def extract_parts(self, first_part: Part) -> tuple[FinishedPart, ...]:
        """Return a part and all parts that it refers to, breadth-first.

        Parts that slides share, such as layouts, and stand-ins for slides and notes pages are omitted.
        """
        part_numbers: dict[Part, int] = {}
        parts: list[FinishedPart] = []
        waiting: list[tuple[Part, int | None]] = [(first_part, None)]
        while waiting:
            part, owner = waiting.pop(0)
            relations: list[PartRelationship] = []
            for name, link in part.rels.items():
                if link.is_external:
                    relations.append(PartRelationship(name, link.reltype, TargetKind.WEB, link.target_ref))
                    continue
                target = link.target_part
                if target in self.stub_parts:
                    relations.append(PartRelationship(name, link.reltype, *self.stub_parts[target]))
                elif is_shared_part(target):
                    target_name = str(target.partname)
                    relations.append(PartRelationship(name, link.reltype, TargetKind.TEMPLATE, target_name))
                else:
                    if target not in part_numbers:
                        part_numbers[target] = len(parts) + len(waiting) + 1
                        waiting.append((target, len(parts)))
                    relations.append(
                        PartRelationship(name, link.reltype, TargetKind.PART, str(part_numbers[target]))
                    )
            parts.append(self._finish_part(part, owner, tuple(relations)))
        return tuple(parts)

    def _finish_part(
        self, part: Part, owner_index: int | None, relationships: tuple[PartRelationship, ...]
    ) -> FinishedPart:
        name, content = str(part.partname), part.blob
        if name.endswith(".xlsx"):
            content = set_workbook_dates(content, self.modified)
        return FinishedPart(
            pattern=re.sub(r"(?<!\d)\d++(?=\.)", "%d", name),
            content_type=part.content_type,
            member=Member.from_content(name, content),
            relationships=relationships,
            checksum=hashlib.sha256(content).hexdigest() if name.startswith(_MEDIA_FOLDER) else "",
            numbered_like=owner_index if name.startswith(_NUMBERED_LIKE_OWNER) else None,
        )

    def collect_used_text(self, slide: Slide, layout: SlideLayout) -> UsedText:
        """Return the characters and typefaces used on a slide and in its charts."""
        charts = find_related_elements(slide.part, RELATIONSHIP_TYPE.CHART)
        reader = self._get_typeface_reader(layout)
        faces = reader.read_slide(get_element(slide)).union(*map(reader.read_chart, charts))
        return UsedText(
            _collect_characters(get_element(slide), *charts),
            tuple(sorted((typeface.family, typeface.bold, typeface.italic) for typeface in faces)),
        )

    def _get_typeface_reader(self, layout: SlideLayout) -> TypefaceReader:
        if layout.part not in self._readers:
            master = layout.slide_master
            defaults = get_element(self.presentation.part).find(qn("p:defaultTextStyle"))
            trees = get_element(layout), get_element(master), read_theme(master)
            self._readers[layout.part] = TypefaceReader(*trees, defaults)
        return self._readers[layout.part]


def collect_notes_text(notes: Any) -> UsedText:
    """Return the characters on a notes page, without typefaces, because fonts of notes are not embedded."""
    return UsedText(_collect_characters(get_element(notes)))


def _collect_characters(*trees: Any) -> str:
    """Return all characters of the text in ``trees``, including its upper-case, NFC and NFD forms."""
    characters: set[str] = set()
    for tree in trees:
        text = str(etree.tostring(tree, method="text", encoding="unicode"))
        characters.update(text, text.upper(), normalize("NFC", text), normalize("NFD", text))
    return "".join(sorted(characters))


_FIRST_MEMBERS = ("[Content_Types].xml", "_rels/.rels")
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def sort_members(members: Mapping[str, Member]) -> list[tuple[str, Member]]:
    """Return archive members sorted by name, content types first, with numbers in names sorted by value."""

    def key(name: str) -> tuple[bool, list[tuple[int, str]]]:
        parts = re.findall(r"\d+|\D+", name)
        values = [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
        return name not in _FIRST_MEMBERS, values

    return [(name, members[name]) for name in sorted(members, key=key)]


def set_workbook_dates(data: bytes, modified: dt.datetime) -> bytes:
    """Set the creation and modification dates of a workbook, and the dates of its archive members."""
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    files["docProps/core.xml"] = _DATES.sub(rb"\g<1>" + stamp, files["docProps/core.xml"])
    members = {name: Member.from_content(name, content) for name, content in files.items()}
    return build_archive(sort_members(members), modified)
