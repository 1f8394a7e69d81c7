"""Parts that python-pptx holds → finished parts, which know nothing of where they were made."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from lxml import etree

from triptych.engine.archives import Member
from triptych.ooxml.names import qn
from triptych.ooxml.typefaces import TypefaceReader
from triptych.writers.deck.package.archive import workbook_of_date
from triptych.writers.deck.package.finished import FinishedPart, Relation, Way, Wording
from triptych.writers.deck.pptx.elements import element_of, elements_related, is_of_template
from triptych.writers.deck.pptx.terms import RELATIONSHIP_TYPE, Part, Presentation, Slide, SlideLayout
from triptych.writers.deck.template.placeholders import theme_of

_SHARED = "/ppt/media/"  # a picture is there once
_BESIDE = "/ppt/drawings/"  # what is drawn over a chart has the chart's number


@dataclass(frozen=True, slots=True)
class Finisher:
    """Takes parts from a presentation. ``modified`` is the date within workbooks; ``stand_ins`` are parts
    that stand for slides and pages of notes, each with the way and the target that it stands for.
    """

    presentation: Presentation
    modified: dt.datetime
    stand_ins: Mapping[Part, tuple[Way, str]]
    _readers: dict[Any, TypefaceReader] = field(default_factory=dict)

    def finished(self, first: Part) -> tuple[FinishedPart, ...]:
        """A part, and all that belongs to it and to nothing else, each after what points to it first."""
        known: dict[Part, int] = {}
        parts: list[FinishedPart] = []
        waiting: list[tuple[Part, int | None]] = [(first, None)]
        while waiting:
            part, owner = waiting.pop(0)
            relations: list[Relation] = []
            for name, link in part.rels.items():
                if link.is_external:
                    relations.append(Relation(name, link.reltype, Way.WEB, link.target_ref))
                    continue
                target = link.target_part
                if target in self.stand_ins:
                    relations.append(Relation(name, link.reltype, *self.stand_ins[target]))
                elif is_of_template(target):
                    relations.append(Relation(name, link.reltype, Way.TEMPLATE, str(target.partname)))
                else:
                    if target not in known:
                        known[target] = len(parts) + len(waiting) + 1
                        waiting.append((target, len(parts)))
                    relations.append(Relation(name, link.reltype, Way.PART, str(known[target])))
            parts.append(self._part(part, owner, tuple(relations)))
        return tuple(parts)

    def _part(self, part: Part, owner: int | None, relations: tuple[Relation, ...]) -> FinishedPart:
        name, content = str(part.partname), part.blob
        if name.endswith(".xlsx"):
            content = workbook_of_date(content, self.modified)
        return FinishedPart(
            pattern=re.sub(r"\d+(?=\.)", "%d", name),
            content_type=part.content_type,
            member=Member.of(name, content),
            relations=relations,
            mark=hashlib.sha256(content).hexdigest() if name.startswith(_SHARED) else "",
            beside=owner if name.startswith(_BESIDE) else None,
        )

    def wording(self, slide: Slide, layout: SlideLayout) -> Wording:
        """What is written on a slide and in its charts."""
        charts = elements_related(slide.part, RELATIONSHIP_TYPE.CHART)
        reader = self._reader(layout)
        faces = reader.on_slide(element_of(slide)).union(*map(reader.in_chart, charts))
        return Wording(
            _characters(element_of(slide), *charts),
            tuple(sorted((one.family, one.bold, one.italic) for one in faces)),
        )

    def _reader(self, layout: SlideLayout) -> TypefaceReader:
        if layout.part not in self._readers:
            master = layout.slide_master
            defaults = element_of(self.presentation.part).find(qn("p:defaultTextStyle"))
            trees = element_of(layout), element_of(master), theme_of(master)
            self._readers[layout.part] = TypefaceReader(*trees, defaults)
        return self._readers[layout.part]


def notes_wording(notes: Any) -> Wording:
    """What is written on a page of notes; no font is embedded for its faces."""
    return Wording(_characters(element_of(notes)))


def _characters(*trees: Any) -> str:
    """All characters of some trees, and those that they are composed of or shown as."""
    return "".join(sorted({character for tree in trees for text in _texts(tree) for character in text}))


def _texts(tree: Any) -> Iterator[str]:
    text = str(etree.tostring(tree, method="text", encoding="unicode"))
    yield from (text, text.upper(), normalize("NFC", text), normalize("NFD", text))
