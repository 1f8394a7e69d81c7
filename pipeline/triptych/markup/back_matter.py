"""Bibliography and index → XHTML, whose entries lead to their places in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from triptych.languages.labels import Labels
from triptych.languages.numerals import from_roman
from triptych.markup import inlines as phrasing
from triptych.markup.inlines import Output
from triptych.markup.xml import tag, text
from triptych.model.nodes import CrossEntry, IndexEntry, IndexList, Locator, Source, SourceList


def sources(node: SourceList, labels: Labels, output: Output) -> str:
    """A list of sources, each with the way back to where it is cited."""
    lines = "\n".join(_source(source, labels, output) for source in node.sources)
    return tag("ul", f"\n{lines}\n", class_="sources", role="list")


def _source(source: Source, labels: Labels, output: Output) -> str:
    words = phrasing.inlines(source.content, output)
    if source.uses:
        paged = bool(output.page(source.uses[0]))
        back = ("↑\u202f" if paged else "") + (", " if paged else " ").join(_uses(source, labels, output))
        words += " " + tag("span", back, class_="uses")
    attr = replace(source.attr, classes=("source", *source.attr.classes))
    return tag("li", words, **phrasing.attributes(attr))


def _uses(source: Source, labels: Labels, output: Output) -> Iterator[str]:
    """A link to each citation, or to the first on each page where pages are known.

    Figures stand where there is room, so that those in captions may be on pages before others.
    """
    named = sorted(((use, output.page(use)) for use in source.uses), key=lambda pair: _page_order(pair[1]))
    for page, uses in groupby(named, key=lambda pair: pair[1]):
        for use, _ in list(uses)[: 1 if page else None]:
            shown = f"{labels['back-to-text']}, {labels['page']} {page}" if page else labels["back-to-text"]
            more = {"aria_label": shown, "role": "doc-backlink", "class_": "use"}
            yield phrasing.link(f"#{use}", page or "↩", output, **more)


def index(node: IndexList, labels: Labels, output: Output) -> str:
    """The index, a list of entries for each letter (EPUB Indexes 1.0 gave the structure)."""
    parts = []
    for group in node.groups:
        entries = "\n".join(_entry(entry, labels, output) for entry in group.entries)
        letter = tag("p", text(group.letter), class_="index-letter") if group.letter else ""
        parts.append(tag("div", letter + tag("ul", f"\n{entries}\n"), class_="index-group"))
    return tag("div", "\n".join(parts), class_="index-list")


def _entry(entry: IndexEntry, labels: Labels, output: Output) -> str:
    pieces = [phrasing.inlines(entry.content, output), *_locators(entry.locators, output)]
    line = labels.comma.join(pieces)
    for key, crossed in (("see", entry.see), ("see-also", entry.see_also)):
        if crossed:
            others = "; ".join(_crossed(other, output) for other in crossed)
            before = labels.full_stop if key == "see-also" else labels.comma
            line += f"{before}{tag('em', text(labels[key]))} {others}"
    below = "\n".join(_entry(child, labels, output) for child in entry.children)
    return tag("li", line + (tag("ul", f"\n{below}\n") if below else ""), id=entry.attr.id)


def _crossed(other: CrossEntry, output: Output) -> str:
    words = phrasing.inlines(other.content, output)
    return phrasing.link(f"#{other.target}", words, output) if other.target else words


def _locators(locators: tuple[Locator, ...], output: Output) -> Iterator[str]:
    """Pages, each once, as links; passages as first and last page. Chief places stand in bold."""
    ordered = sorted(locators, key=lambda place: _page_order(output.page(place.target)))
    named = [(_name(place, output), place) for place in ordered]
    chief = {name for name, place in named if place.main}
    seen: set[str] = set()
    for name, place in named:
        if name in seen:
            continue
        seen.add(name)
        link = phrasing.link(f"#{place.target}", text(name), output, class_="locator")
        yield tag("strong", link) if name in chief else link


def _page_order(page: str) -> tuple[int, int, str]:
    """A key to sort pages by: iv, then 3, then what is on no page."""
    if page.isdecimal():
        return 1, int(page), ""
    return (0, from_roman(page), page) if page else (2, 0, "")


def _name(place: Locator, output: Output) -> str:
    """What a place is called: its page or pages, else the section that it is in."""
    first = output.page(place.target)
    last = output.page(place.end) if place.end else first
    if not first:
        return place.words
    return first if last in ("", first) else f"{first}–{last}"
