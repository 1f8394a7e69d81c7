"""What titles know of each other: which others they refer to, and the numbers that these had last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from triptych.catalog.ledger import Ledger
from triptych.catalog.staging import files_of
from triptych.catalog.titles import Catalog, Title
from triptych.diagnostics import Diagnostic
from triptych.engine.memory.program import digest
from triptych.model.book import REFERABLE

_MENTION = re.compile(rf"@\{{?([^\s@:;,\[\](){{}}]+):(?:{'|'.join(REFERABLE)})-")


def mentions_of(title: Title, catalog: Catalog) -> frozenset[str]:
    """The titles that a title's sections name in references; none where it cannot be read, which is told when
    it is built.
    """
    others = {other.name for other in catalog.titles} - {title.name}
    try:
        sections = [file for path, file in files_of(title, catalog).items() if path.endswith(".md")]
        texts = [section.read_text("utf-8", "replace") for section in sections]
    except OSError:
        return frozenset()
    return frozenset(name for text in texts for name in _MENTION.findall(text) if name in others)


def in_waves(names: Sequence[str], mentions: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """Titles one after the other, each behind those that it refers to, as many at a time as can be.

    Of those that refer to one another in a circle none is first: they come together, and last.
    """
    left = list(names)
    while left:
        free = [name for name in left if not (mentions.get(name, frozenset()) - {name}) & set(left)]
        wave = free or left
        yield wave
        left = [name for name in left if name not in wave]


def informed(title: Title, mentions: frozenset[str], ledger: Ledger) -> Title:
    """A title that knows the numbers of those that it refers to, as they were built last."""
    known = {name: table for name in sorted(mentions) if (table := ledger.numbers(name))}
    return replace(title, overlay=replace(title.overlay, others=known)) if known else title


def numbers_of(title: Title) -> str:
    """A digest of what a title knows of others."""
    return digest(json.dumps(title.overlay.others, sort_keys=True))


def stale(titles: Sequence[Title], catalog: Catalog, ledger: Ledger) -> Iterator[Diagnostic]:
    """CAT007 for titles that show numbers of others as these were before, as those may that refer to one
    another in a circle.
    """
    for title in titles:
        entry = ledger.entries.get(title.name)
        now = informed(title, mentions_of(title, catalog), ledger)
        if entry is not None and entry.made.is_good and entry.numbers != numbers_of(now):
            message = f"{title.name}: numbers of other titles have changed since it was built"
            yield Diagnostic(code="CAT007", message=message, hint="build once more: only such titles will be")
