"""What titles know of each other: which others they refer to, and the numbers that these had last."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from triptych.catalog.ledger import Ledger
from triptych.catalog.staging import files_of
from triptych.catalog.titles import Catalog, Title
from triptych.diagnostics import Diagnostic
from triptych.engine.store.program import digest
from triptych.model.book import REFERABLE

_MENTION = re.compile(rf"@\{{?([^\s@:;,\[\](){{}}]+):(?:{'|'.join(REFERABLE)})-")


def mentions_of(title: Title, catalog: Catalog, names: frozenset[str]) -> frozenset[str]:
    """The titles, of those with some ``names``, that a title's sections refer to; none where these cannot be
    read, which is told when it is built.
    """
    try:
        sections = [file for path, file in files_of(title, catalog).items() if path.endswith(".md")]
        texts = [section.read_text("utf-8", "replace") for section in sections]
    except OSError:
        return frozenset()
    mentioned = {name for text in texts for name in _MENTION.findall(text)}
    return (names & mentioned) - {title.name}


def in_waves(names: Sequence[str], mentions: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """Titles one after the other, each behind those that it refers to, as many at a time as can be.

    Of those that refer to one another in a circle none is first: they come together, and last.
    """
    left = list(names)
    while left:
        free = [name for name in left if not mentions.get(name, frozenset()) & set(left)]
        wave = free or left
        yield wave
        left = [name for name in left if name not in wave]


def informed(title: Title, mentions: frozenset[str], numbers: Callable[[str], Mapping[str, Any]]) -> Title:
    """A title that knows the ``numbers`` of those that it refers to."""
    known = {name: table for name in sorted(mentions) if (table := numbers(name))}
    return replace(title, overlay=replace(title.overlay, others=known)) if known else title


def digests_of(numbers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What tells one state of some titles' numbers from another, by the names of the titles."""
    return {name: digest(json.dumps(table, sort_keys=True)) for name, table in numbers.items()}


def stale(titles: Sequence[Title], ledger: Ledger) -> Iterator[Diagnostic]:
    """CAT007 for titles that show numbers of others as these were before, as those may that refer to one
    another in a circle.
    """
    for title in titles:
        entry = ledger.entries.get(title.name)
        if entry is None or not entry.made.is_good:
            continue
        if entry.known != digests_of({name: ledger.numbers(name) for name in entry.known}):
            message = f"{title.name}: cross-references to other titles show outdated numbers"
            yield Diagnostic(
                code="CAT007",
                message=message,
                hint="run the build again; only the affected titles are rebuilt",
            )
