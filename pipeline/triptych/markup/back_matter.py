"""Write the bibliography and the index as XHTML, with links to the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from triptych.languages.labels import Labels
from triptych.languages.numerals import from_roman
from triptych.markup import inlines as phrasing
from triptych.markup.inlines import InlineOutput
from triptych.markup.xml import escape, tag
from triptych.model.nodes import (
    IndexCrossReference,
    IndexEntry,
    IndexList,
    IndexLocator,
    ReferenceList,
    Source,
)

_SortKey: TypeAlias = tuple[int, int, str]
_MIN_RANGE_LENGTH = 3
_NO_PAGE = 2  # sorts last


def write_sources(node: ReferenceList, labels: Labels, output: InlineOutput) -> str:
    """Write a list of sources with links back to their citations."""
    lines = "\n".join(_write_source(source, labels, output) for source in node.sources)
    return tag("ul", f"\n{lines}\n", class_="sources", role="list")


def _write_source(source: Source, labels: Labels, output: InlineOutput) -> str:
    # Bold text in a citation style is typographic and does not mean strong importance.
    words = (
        phrasing.write_inlines(source.content, output).replace("<strong>", "<b>").replace("</strong>", "</b>")
    )
    if source.uses:
        words += " " + write_backlinks(source.uses, labels, output)
    attr = replace(source.attr, classes=("source", *source.attr.classes))
    return tag("li", words, **phrasing.make_attributes(attr))


def write_backlinks(identifiers: Sequence[str], labels: Labels, output: InlineOutput) -> str:
    """Write the links from a bibliography or glossary entry back to its uses in the text."""
    paged = bool(output.page(identifiers[0]))
    backlinks = (", " if paged else " ").join(_write_backlink_items(identifiers, labels, output))
    return tag("span", ("↑\u202f" if paged else "") + backlinks, class_="uses")


def _write_backlink_items(identifiers: Sequence[str], labels: Labels, output: InlineOutput) -> Iterator[str]:
    """Yield a link to each use or, if pages are known, to the first use on each page.

    Uses are sorted by page, since figures may float to pages before their position in the text.
    """
    numbered_uses = sorted(
        ((use, output.page(use)) for use in identifiers), key=lambda pair: _make_page_sort_key(pair[1])
    )
    for page, places in groupby(numbered_uses, key=lambda pair: pair[1]):
        for use, _ in list(places)[: 1 if page else None]:
            label = f"{labels['back-to-text']}, {labels['page']} {page}" if page else labels["back-to-text"]
            attributes = {"aria_label": label, "role": "doc-backlink", "class_": "use"}
            yield phrasing.write_link(f"#{use}", page or "↩", output, **attributes)


def write_index(node: IndexList, labels: Labels, output: InlineOutput) -> str:
    """Write the index as one list of entries per letter, with the structure of EPUB Indexes 1.0."""
    parts = []
    for group in node.groups:
        letter = tag("p", escape(group.letter), class_="index-letter") if group.letter else ""
        body = letter + _write_entries(group.entries, labels, output)
        parts.append(tag("div", body, class_="index-group", epub_type=output.get_epub_type("index-group")))
    return tag("div", "\n".join(parts), class_="index-list")


def _write_entries(entries: Iterable[IndexEntry], labels: Labels, output: InlineOutput) -> str:
    lines = "\n".join(_write_entry(entry, labels, output) for entry in entries)
    return tag("ul", f"\n{lines}\n", epub_type=output.get_epub_type("index-entry-list"))


def _write_entry(entry: IndexEntry, labels: Labels, output: InlineOutput) -> str:
    term = phrasing.write_inlines(entry.content, output)
    if kind := output.get_epub_type("index-term"):
        term = tag("span", term, epub_type=kind)
    pieces = [term, *_write_locators(entry.locators, output)]
    line = labels.comma.join(pieces)
    for key, crossed in (("see", entry.see), ("see-also", entry.see_also)):
        if crossed:
            others = labels.semicolon.join(_write_cross_reference(other, output) for other in crossed)
            before = labels.full_stop if key == "see-also" else labels.comma
            line += f"{before}{tag('i', escape(labels[key]))} {others}"
    below = _write_entries(entry.children, labels, output) if entry.children else ""
    return tag("li", line + below, id=entry.attr.id, epub_type=output.get_epub_type("index-entry"))


def _write_cross_reference(reference: IndexCrossReference, output: InlineOutput) -> str:
    words = phrasing.write_inlines(reference.content, output)
    return phrasing.write_link(f"#{reference.target}", words, output) if reference.target else words


@dataclass(frozen=True, slots=True)
class _NamedLocator:
    """A locator with the sort keys of its first and last page, or of its section if it has no page."""

    locator: IndexLocator
    first: _SortKey
    last: _SortKey
    is_principal: bool

    @property
    def name(self) -> str:
        """A page label or range, such as "12" or "12–19", or the section's number or title."""
        first, last = self.first[-1], self.last[-1]
        return first if first == last else f"{first}–{last}"


def _write_locators(locators: tuple[IndexLocator, ...], output: InlineOutput) -> Iterator[str]:
    """Yield the locators as links: principal ones first, in bold, then the others with merged page ranges."""
    merged = _merge_locators(
        sorted(
            (_make_named_locator(place, output) for place in locators), key=lambda locator: locator.first[:-1]
        )
    )
    for locator in merged:
        if locator.is_principal:
            yield tag("strong", _write_locator(locator, output))
    for locator in _merge_page_ranges(locator for locator in merged if not locator.is_principal):
        yield _write_locator(locator, output)


def _write_locator(locator: _NamedLocator, output: InlineOutput) -> str:
    return phrasing.write_link(
        f"#{locator.locator.target}",
        escape(locator.name),
        output,
        class_="locator",
        epub_type=output.get_epub_type("index-locator"),
    )


def _merge_locators(locators: list[_NamedLocator]) -> list[_NamedLocator]:
    """Merge locators that share a page: 12–19 and 14 become 12–19."""
    merged: list[_NamedLocator] = []
    for locator in locators:
        shared_index = next(
            (index for index, other in enumerate(merged) if _have_common_page(other, locator)), None
        )
        if shared_index is None:
            merged.append(locator)
        else:
            merged[shared_index] = _merge_pair(merged[shared_index], locator)
    return merged


def _have_common_page(locator: _NamedLocator, other: _NamedLocator) -> bool:
    return locator.first <= other.last and other.first <= locator.last


def _merge_pair(preceding: _NamedLocator, locator: _NamedLocator) -> _NamedLocator:
    chief = locator.is_principal and locator.first == preceding.first and not preceding.is_principal
    return _NamedLocator(
        locator=locator.locator if chief else preceding.locator,
        first=preceding.first,
        last=max(preceding.last, locator.last),
        is_principal=preceding.is_principal or locator.is_principal,
    )


def _merge_page_ranges(locators: Iterable[_NamedLocator]) -> Iterator[_NamedLocator]:
    """Merge three or more consecutive pages into a range, as makeindex does."""
    row: list[_NamedLocator] = []
    for locator in locators:
        if row and not _is_next_page(row[-1], locator):
            yield from _join_consecutive_pages(row)
            row = []
        row.append(locator)
    yield from _join_consecutive_pages(row)


def _join_consecutive_pages(locators: list[_NamedLocator]) -> list[_NamedLocator]:
    return locators if len(locators) < _MIN_RANGE_LENGTH else [replace(locators[0], last=locators[-1].last)]


def _is_next_page(preceding: _NamedLocator, locator: _NamedLocator) -> bool:
    single = preceding.first == preceding.last and locator.first == locator.last
    (kind, number, _), (next_kind, next_number, _) = preceding.first, locator.first
    return single and kind == next_kind < _NO_PAGE and next_number == number + 1


def _make_page_sort_key(page: str) -> _SortKey:
    """Return a sort key for a page label: first Roman numerals, then Arabic ones, then "" (no page)."""
    if page.isdecimal():
        return 1, int(page), page
    return (0, from_roman(page), page) if page else (_NO_PAGE, 0, "")


def _make_named_locator(locator: IndexLocator, output: InlineOutput) -> _NamedLocator:
    """Return a locator with the labels of its pages, or with its section if the pages are unknown."""
    page = output.page(locator.target)
    if not page:
        section = (_NO_PAGE, 0, locator.words)
        return _NamedLocator(locator, section, section, locator.is_principal)
    last = (output.page(locator.end) if locator.end else "") or page
    first = _make_page_sort_key(page)
    return _NamedLocator(locator, first, max(first, _make_page_sort_key(last)), locator.is_principal)
