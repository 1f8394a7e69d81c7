"""A finished presentation as bytes that are the same each time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from triptych.engine.seals import UNSEALED, sealed
from triptych.writers.deck.pptx.terms import Presentation
from triptych.writers.deck.slides import Deck, shortened

_EARLIEST = dt.datetime(1980, 1, 1)  # of a date in a zip
_LONGEST = 255  # characters
_FIRST = ("[Content_Types].xml", "_rels/.rels")
_COMPRESSED_ALREADY = (".png", ".jpg", ".jpeg", ".gif", ".xlsx")
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def set_properties(presentation: Presentation, deck: Deck) -> None:
    """Core properties (ECMA-376 Part 2, clause 11), from the deck alone."""
    properties = presentation.core_properties
    when = _without_zone(deck.modified)
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


def packed(presentation: Presentation, modified: dt.datetime) -> bytes:
    """The package, sealed, with parts in a fixed order and every date that of ``modified``, in UTC."""
    when = max(_without_zone(modified), _EARLIEST)
    buffer = io.BytesIO()
    presentation.save(buffer)
    holder = str(presentation.core_properties.part.partname).lstrip("/")
    return _normalised(buffer.getvalue(), when, holder)


def _normalised(data: bytes, when: dt.datetime, holder: str = "") -> bytes:
    """A package with parts in order, the ``holder`` of its seal last; a workbook has none."""
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    date = (when.year, when.month, when.day, when.hour, when.minute, when.second)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name == holder, _natural_order(name))):
            content = source.read(name)
            if name == holder:
                content = sealed(target.infolist(), content)
            elif name.endswith(".xlsx"):
                content = _normalised(content, when)
            elif not holder and name == "docProps/core.xml":
                content = _DATES.sub(rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(name, date)
            packed_already = name.lower().endswith(_COMPRESSED_ALREADY)
            entry.compress_type = zipfile.ZIP_STORED if packed_already else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return out.getvalue()


def _natural_order(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """The content types first, then by name with numbers by value."""
    parts = re.findall(r"\d+|\D+", name)
    return name not in _FIRST, [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _without_zone(when: dt.datetime) -> dt.datetime:
    """The same moment in UTC, as python-pptx wants it; a time without a zone is UTC already."""
    return when.astimezone(dt.UTC).replace(tzinfo=None) if when.tzinfo else when
