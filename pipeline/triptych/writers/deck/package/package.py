"""A finished presentation as bytes that are the same each time."""

from __future__ import annotations

import datetime as dt

from triptych.engine.archives import Member, archived
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.seals import UNSEALED
from triptych.writers.deck.package.archive import in_order
from triptych.writers.deck.package.joining import Joined
from triptych.writers.deck.pptx.package import content_types, files_of
from triptych.writers.deck.pptx.terms import Presentation
from triptych.writers.deck.slides import Deck, shortened

_LONGEST = 255  # characters
_TYPES = "[Content_Types].xml"


def set_properties(presentation: Presentation, deck: Deck) -> None:
    """Core properties (ECMA-376 Part 2, clause 11), from the deck alone."""
    properties = presentation.core_properties
    when = without_zone(deck.modified)
    properties.title = _cut(deck.title)
    properties.author = properties.last_modified_by = _cut("; ".join(deck.authors))
    properties.language = deck.language
    properties.subject = _cut(deck.subject)
    properties.keywords = _cut(", ".join(deck.keywords))
    properties.created = properties.modified = when
    properties.revision = 1
    properties.identifier = UNSEALED


def _cut(text: str) -> str:
    """A property in the 255 characters that Office shows of one."""
    return text if len(text) <= _LONGEST else shortened(text, _LONGEST - 1)


def packed(
    presentation: Presentation, joined: Joined, modified: dt.datetime, memory: Memory = NO_MEMORY
) -> bytes:
    """The package, sealed: a presentation that lists its slides, and these, joined.

    Parts are in a fixed order, and every date is that of ``modified``, in UTC.
    """
    files = files_of(presentation, joined.types)
    files[_TYPES] = content_types(presentation, joined.types)
    holder = str(presentation.core_properties.part.partname).lstrip("/")
    last = files.pop(holder)
    members = {name: Member.of(name, content, memory) for name, content in files.items()} | joined.members
    return archived(in_order(members), without_zone(modified), holder, last)


def without_zone(when: dt.datetime) -> dt.datetime:
    """The same moment in UTC, as python-pptx wants it; a time without a zone is UTC already."""
    return when.astimezone(dt.UTC).replace(tzinfo=None) if when.tzinfo else when
