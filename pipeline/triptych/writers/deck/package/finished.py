"""Detach the parts of drawn slides from their presentation, so that they can be cached.

The names of parts are patterns such as ``/ppt/charts/chart%d.xml`` until a deck is joined. Relationships keep
their ids, because the XML of the parts refers to them (ECMA-376 Part 2, 9.3).
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
from triptych.writers.deck.pptx.package import find_related_elements, get_element, is_shared_part
from triptych.writers.deck.pptx.terms import RELATIONSHIP_TYPE, Part, Presentation, Slide, SlideLayout
from triptych.writers.deck.slides import Layout, NoteParagraph
from triptych.writers.deck.template.placeholders import read_theme


class TargetKind(StrEnum):
    """The kind of target that a relationship has."""

    WEB = "web"  # a URL
    TEMPLATE = "template"  # a part of the template, by its name
    PART = "part"  # another finished part, by its index
    SLIDE = "slide"  # a slide, by its id
    OWN_SLIDE = "own slide"
    OWN_NOTES = "own notes"


@dataclass(frozen=True, slots=True)
class PartRelation:
    """A relationship of a finished part."""

    id: str
    kind: str
    target_kind: TargetKind
    target: str = ""


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A part that belongs to a slide.

    Parts with the same ``mark`` become one. ``numbered_like`` is the index of the part whose number this one
    has in its name.
    """

    pattern: str
    content_type: str
    member: Member
    relations: tuple[PartRelation, ...] = ()
    mark: str = ""
    numbered_like: int | None = None


@dataclass(frozen=True, slots=True)
class UsedText:
    """The characters of a part, and their typefaces as family, bold and italic."""

    characters: str = ""
    faces: tuple[tuple[str, bool, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedSlide:
    """A drawn slide: its own part, which is the first of ``parts``, and those to which it refers."""

    title: str
    layout: Layout
    parts: tuple[FinishedPart, ...]
    used_text: UsedText


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedSlides:
    """The slides made from one slide of the storyboard, and the diagnostics.

    ``notes`` belong to the first slide; a stand-in represents the notes of the storyboard.
    """

    slides: tuple[FinishedSlide, ...]
    notes: tuple[NoteParagraph, ...]
    moved_to_notes: tuple[str, ...]
    found: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedNotes:
    """A notes page: its own part, which is the first of ``parts``, and those to which it refers."""

    parts: tuple[FinishedPart, ...]
    used_text: UsedText
    found: tuple[Diagnostic, ...] = ()


_SHARED = "/ppt/media/"  # an image is stored once
_NUMBERED_LIKE_OWNER = "/ppt/drawings/"  # drawings over a chart have the number of the chart


@dataclass(frozen=True, slots=True)
class PartExtractor:
    """Detaches parts from a presentation.

    ``modified`` is the date of workbooks. ``stand_ins`` are parts that represent slides and notes pages, with
    the kind and id of each.
    """

    presentation: Presentation
    modified: dt.datetime
    stand_ins: Mapping[Part, tuple[TargetKind, str]]
    _readers: dict[Any, TypefaceReader] = field(default_factory=dict)

    def extract(self, first: Part) -> tuple[FinishedPart, ...]:
        """Return ``first`` and the parts that it refers to, except shared ones, in breadth-first order."""
        known: dict[Part, int] = {}
        parts: list[FinishedPart] = []
        waiting: list[tuple[Part, int | None]] = [(first, None)]
        while waiting:
            part, owner = waiting.pop(0)
            relations: list[PartRelation] = []
            for name, link in part.rels.items():
                if link.is_external:
                    relations.append(PartRelation(name, link.reltype, TargetKind.WEB, link.target_ref))
                    continue
                target = link.target_part
                if target in self.stand_ins:
                    relations.append(PartRelation(name, link.reltype, *self.stand_ins[target]))
                elif is_shared_part(target):
                    own = str(target.partname)
                    relations.append(PartRelation(name, link.reltype, TargetKind.TEMPLATE, own))
                else:
                    if target not in known:
                        known[target] = len(parts) + len(waiting) + 1
                        waiting.append((target, len(parts)))
                    relations.append(PartRelation(name, link.reltype, TargetKind.PART, str(known[target])))
            parts.append(self._finish_part(part, owner, tuple(relations)))
        return tuple(parts)

    def _finish_part(
        self, part: Part, owner: int | None, relations: tuple[PartRelation, ...]
    ) -> FinishedPart:
        name, content = str(part.partname), part.blob
        if name.endswith(".xlsx"):
            content = set_workbook_dates(content, self.modified)
        return FinishedPart(
            pattern=re.sub(r"\d+(?=\.)", "%d", name),
            content_type=part.content_type,
            member=Member.of(name, content),
            relations=relations,
            mark=hashlib.sha256(content).hexdigest() if name.startswith(_SHARED) else "",
            numbered_like=owner if name.startswith(_NUMBERED_LIKE_OWNER) else None,
        )

    def collect_text(self, slide: Slide, layout: SlideLayout) -> UsedText:
        """Return the text of a slide and its charts."""
        charts = find_related_elements(slide.part, RELATIONSHIP_TYPE.CHART)
        reader = self._get_reader(layout)
        faces = reader.read_slide(get_element(slide)).union(*map(reader.read_chart, charts))
        return UsedText(
            _collect_characters(get_element(slide), *charts),
            tuple(sorted((one.family, one.bold, one.italic) for one in faces)),
        )

    def _get_reader(self, layout: SlideLayout) -> TypefaceReader:
        if layout.part not in self._readers:
            master = layout.slide_master
            defaults = get_element(self.presentation.part).find(qn("p:defaultTextStyle"))
            trees = get_element(layout), get_element(master), read_theme(master)
            self._readers[layout.part] = TypefaceReader(*trees, defaults)
        return self._readers[layout.part]


def collect_notes_text(notes: Any) -> UsedText:
    """Return the text of a notes page; no font is embedded for its typefaces."""
    return UsedText(_collect_characters(get_element(notes)))


def _collect_characters(*trees: Any) -> str:
    """Return all characters of ``trees``, including their upper-case, NFC and NFD forms."""
    characters: set[str] = set()
    for tree in trees:
        text = str(etree.tostring(tree, method="text", encoding="unicode"))
        characters.update(text, text.upper(), normalize("NFC", text), normalize("NFD", text))
    return "".join(sorted(characters))


_FIRST_MEMBERS = ("[Content_Types].xml", "_rels/.rels")
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def sort_members(members: Mapping[str, Member]) -> list[tuple[str, Member]]:
    """Sort files by name, with content types first and numbers by value."""

    def key(name: str) -> tuple[bool, list[tuple[int, str]]]:
        parts = re.findall(r"\d+|\D+", name)
        values = [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
        return name not in _FIRST_MEMBERS, values

    return [(name, members[name]) for name in sorted(members, key=key)]


def set_workbook_dates(data: bytes, modified: dt.datetime) -> bytes:
    """Set all dates of a workbook."""
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    files["docProps/core.xml"] = _DATES.sub(rb"\g<1>" + stamp, files["docProps/core.xml"])
    members = {name: Member.of(name, content) for name, content in files.items()}
    return build_archive(sort_members(members), modified)
