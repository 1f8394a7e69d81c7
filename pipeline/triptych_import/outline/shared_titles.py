"""Books of which each file begins with the title of the book, and has that of its chapter below."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping

from triptych_import.draft import Draft, Edit
from triptych_import.markdown.front_matter import parse
from triptych_import.markdown.headings import Heading, headings


def repeated(texts: Mapping[str, str]) -> dict[str, str]:
    """Paths of texts that begin with a title of the book → that title; {} where that is no habit."""
    pairs = {path: pair for path, text in texts.items() if (pair := _pair(text)) is not None}
    counts = Counter(pair[0].plain for pair in pairs.values())
    if not counts or max(counts.values()) < 2:
        return {}
    return {path: pair[0].plain for path, pair in pairs.items()}


def of_folder(shared: Mapping[str, str], folder: str) -> str:
    """The title that the files of one folder share, or ""."""
    counts = Counter(title for path, title in shared.items() if posixpath.dirname(path) == folder)
    title, count = next(iter(counts.most_common(1)), ("", 0))
    return title if count > 1 else ""


def without(draft: Draft) -> Draft:
    """A text without the first of the two titles it begins with."""
    pair = _pair(draft.text)
    return draft.edited([Edit(pair[0].start, pair[0].end + 1, "")]) if pair else draft


def title(text: str) -> str:
    """The title of a text that may begin with that of its book, else of its head or first heading."""
    values, end = parse(text)
    pair = _pair(text)
    first = pair[1] if pair else next(iter(headings(text[end:])), None)
    return str(values.get("title") or (first.plain if first and first.level == 1 else ""))


def _pair(text: str) -> tuple[Heading, Heading] | None:
    """The two headings of level 1 that a text begins with, one right behind the other."""
    _, end = parse(text)
    found = headings(text)[:2]
    if len(found) < 2 or any(heading.level != 1 for heading in found):
        return None
    first, second = found
    between = text[first.end : second.start]
    return (first, second) if not between.strip() and not text[end : first.start].strip() else None
