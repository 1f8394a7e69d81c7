"""Bibliography and index → XHTML, whose entries lead to their places in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from triptych.languages.labels import Labels
from triptych.languages.numerals import from_roman
from triptych.markup import inlines as phrasing
from triptych.markup.inlines import Output
from triptych.markup.xml import tag, text
from triptych.model.nodes import CrossEntry, IndexEntry, IndexList, Locator, Source, SourceList

_Order: TypeAlias = tuple[int, int, str]
_FEWEST_IN_ROW = 3
_NO_PAGE = 2  # sorts last


def sources(node: SourceList, labels: Labels, output: Output) -> str:
    """A list of sources, each with the way back to where it is cited."""
    lines = "\n".join(_source(source, labels, output) for source in node.sources)
    return tag("ul", f"\n{lines}\n", class_="sources", role="list")


def _source(source: Source, labels: Labels, output: Output) -> str:
    # What a citation style has in bold is no more important for that.
    words = phrasing.inlines(source.content, output).replace("<strong>", "<b>").replace("</strong>", "</b>")
    if source.uses:
        words += " " + uses(source.uses, labels, output)
    attr = replace(source.attr, classes=("source", *source.attr.classes))
    return tag("li", words, **phrasing.attributes(attr))


def uses(identifiers: Sequence[str], labels: Labels, output: Output) -> str:
    """The way back from an entry of the bibliography or the glossary to where it is named."""
    paged = bool(output.page(identifiers[0]))
    back = (", " if paged else " ").join(_links_back(identifiers, labels, output))
    return tag("span", ("↑\u202f" if paged else "") + back, class_="uses")


def _links_back(identifiers: Sequence[str], labels: Labels, output: Output) -> Iterator[str]:
    """A link to each citation, or to the first on each page where pages are known.

    Figures stand where there is room, so that those in captions may be on pages before others.
    """
    named = sorted(((use, output.page(use)) for use in identifiers), key=lambda pair: _page_order(pair[1]))
    for page, places in groupby(named, key=lambda pair: pair[1]):
        for use, _ in list(places)[: 1 if page else None]:
            shown = f"{labels['back-to-text']}, {labels['page']} {page}" if page else labels["back-to-text"]
            more = {"aria_label": shown, "role": "doc-backlink", "class_": "use"}
            yield phrasing.link(f"#{use}", page or "↩", output, **more)


def index(node: IndexList, labels: Labels, output: Output) -> str:
    """The index, a list of entries for each letter (EPUB Indexes 1.0 gave the structure)."""
    parts = []
    for group in node.groups:
        letter = tag("p", text(group.letter), class_="index-letter") if group.letter else ""
        body = letter + _entries(group.entries, labels, output)
        parts.append(tag("div", body, class_="index-group", epub_type=output.typed("index-group")))
    return tag("div", "\n".join(parts), class_="index-list")


def _entries(entries: Iterable[IndexEntry], labels: Labels, output: Output) -> str:
    lines = "\n".join(_entry(entry, labels, output) for entry in entries)
    return tag("ul", f"\n{lines}\n", epub_type=output.typed("index-entry-list"))


def _entry(entry: IndexEntry, labels: Labels, output: Output) -> str:
    term = phrasing.inlines(entry.content, output)
    if kind := output.typed("index-term"):
        term = tag("span", term, epub_type=kind)
    pieces = [term, *_locators(entry.locators, output)]
    line = labels.comma.join(pieces)
    for key, crossed in (("see", entry.see), ("see-also", entry.see_also)):
        if crossed:
            others = "; ".join(_crossed(other, output) for other in crossed)
            before = labels.full_stop if key == "see-also" else labels.comma
            line += f"{before}{tag('i', text(labels[key]))} {others}"
    below = _entries(entry.children, labels, output) if entry.children else ""
    return tag("li", line + below, id=entry.attr.id, epub_type=output.typed("index-entry"))


def _crossed(other: CrossEntry, output: Output) -> str:
    words = phrasing.inlines(other.content, output)
    return phrasing.link(f"#{other.target}", words, output) if other.target else words


@dataclass(frozen=True, slots=True)
class _Named:
    """A place as the index names it: from its first page to its last, each as it is sorted; chief or not."""

    place: Locator
    first: _Order
    last: _Order
    main: bool

    @property
    def name(self) -> str:
        """ "12", "12–19", or the section that it is in."""
        first, last = self.first[-1], self.last[-1]
        return first if first == last else f"{first}–{last}"


def _locators(locators: tuple[Locator, ...], output: Output) -> Iterator[str]:
    """Pages, each once, as links: chief places first, in bold; then the others, those in a row as one."""
    told = _once(sorted((_named(place, output) for place in locators), key=lambda each: each.first[:-1]))
    for each in told:
        if each.main:
            yield tag("strong", _link(each, output))
    for each in _joined(each for each in told if not each.main):
        yield _link(each, output)


def _link(each: _Named, output: Output) -> str:
    return phrasing.link(
        f"#{each.place.target}",
        text(each.name),
        output,
        class_="locator",
        epub_type=output.typed("index-locator"),
    )


def _once(named: list[_Named]) -> list[_Named]:
    """Places that share a page as one place, the chief one if any of them is: 12–19 and 14 are 12–19."""
    told: list[_Named] = []
    for each in named:
        shared = next((at for at, other in enumerate(told) if _share_a_page(other, each)), None)
        if shared is None:
            told.append(each)
        else:
            told[shared] = _united(told[shared], each)
    return told


def _share_a_page(one: _Named, other: _Named) -> bool:
    return one.first <= other.last and other.first <= one.last


def _united(before: _Named, each: _Named) -> _Named:
    """Two places as one, which leads to where it begins, or to the chief place on its first page."""
    chief = each.main and each.first == before.first and not before.main
    return _Named(
        place=each.place if chief else before.place,
        first=before.first,
        last=max(before.last, each.last),
        main=before.main or each.main,
    )


def _joined(named: Iterable[_Named]) -> Iterator[_Named]:
    """Three or more pages in a row as one passage, as makeindex has it."""
    row: list[_Named] = []
    for each in named:
        if row and not _follows(row[-1], each):
            yield from _as_one(row)
            row = []
        row.append(each)
    yield from _as_one(row)


def _as_one(row: list[_Named]) -> list[_Named]:
    return row if len(row) < _FEWEST_IN_ROW else [replace(row[0], last=row[-1].last)]


def _follows(before: _Named, each: _Named) -> bool:
    """Whether a place is the page after another, in numbers of the same kind."""
    single = before.first == before.last and each.first == each.last
    (kind, number, _), (next_kind, next_number, _) = before.first, each.first
    return single and kind == next_kind < _NO_PAGE and next_number == number + 1


def _page_order(page: str) -> _Order:
    """A key to sort pages by, which ends with the page's name: iv, then 3, then what is on no page."""
    if page.isdecimal():
        return 1, int(page), page
    return (0, from_roman(page), page) if page else (_NO_PAGE, 0, "")


def _named(place: Locator, output: Output) -> _Named:
    """What a place is called: its page or pages, else the section that it is in."""
    page = output.page(place.target)
    if not page:
        section = (_NO_PAGE, 0, place.words)
        return _Named(place, section, section, place.main)
    last = (output.page(place.end) if place.end else "") or page
    first = _page_order(page)
    return _Named(place, first, max(first, _page_order(last)), place.main)
