"""Entries of the index that go on in the next column say so: "silk (continued)" stands over its subentries.

Style sheets don't know where a column begins. So the line is the first item of each list of subentries, which
the layout engine is made to leave out where the list begins, and to set again wherever it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from xml.etree.ElementTree import Element

_NAME = "continued"
_COMMAS = " ,，،、"


def name_entries_continued(root: Element) -> None:
    """Give each list of subentries the item; the page's body has the word for it."""
    body = root.find("body")
    word = body.get("data-continued") if body is not None else None
    for index in root.iter("div") if word else ():
        if "index-list" in index.get("class", "").split():
            for entry in index.iterfind("div/ul/li"):
                _name(entry, [], f" ({word})")


def _name(entry: Element, above: list[Element], word: str) -> None:
    below = entry.find("ul")
    if below is None:
        return
    path = [*above, entry]
    for child in below:
        _name(child, path, word)
    # It is said once more what has been said: to those who see the page alone.
    item = Element("li", {"class": _NAME, "aria-hidden": "true"})
    for place, one in enumerate(path):
        _add(item, ", " if place else "")
        for part in _heading(one):
            if isinstance(part, str):
                _add(item, part)
            else:
                item.append(part)
        _strip(item)
    _add(item, word)
    below.insert(0, item)


def _heading(entry: Element) -> Iterator[str | Element]:
    """What an entry is called: all before its pages and what is below it."""
    yield entry.text or ""
    for child in entry:
        is_page = child.get("class") == "locator" or child.find("a[@class='locator']") is not None
        if child.tag == "ul" or is_page:
            return
        copy = deepcopy(child)
        copy.tail = None
        for one in copy.iter():
            one.attrib.pop("id", None)
        yield copy
        yield child.tail or ""


def _add(item: Element, words: str) -> None:
    if len(item):
        item[-1].tail = (item[-1].tail or "") + words
    else:
        item.text = (item.text or "") + words


def _strip(item: Element) -> None:
    """Without the comma before the pages."""
    if len(item):
        item[-1].tail = (item[-1].tail or "").rstrip(_COMMAS)
    else:
        item.text = (item.text or "").rstrip(_COMMAS)


def block_container_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """The item is left out where a list begins, and takes the place of the last one before a break."""

    def lay_out_continued(context: Any, box: Any, *rest: Any, **named: Any) -> Any:
        if box.element_tag != "ul" or named or not _is_item(box):
            return lay_out(context, box, *rest, **named)
        bottom, skip, *others = rest
        ((start, inner),) = skip.items() if skip else ((0, None),)
        if start < 2 and inner is None:
            return lay_out(context, box, bottom, {1: None}, *others)
        if inner is not None:  # the break is within an item, and what is in it says so
            return lay_out(context, box, bottom, skip, *others)
        children = list(box.children)
        children[start - 1] = children[0].copy()
        whole = box.copy_with_children(children)
        result = lay_out(context, whole, bottom, {start - 1: None}, *others)
        if result[1] and next(iter(result[1])) < start:
            return (result[0], {start: None}, *result[2:])
        return result

    return lay_out_continued


def _is_item(box: Any) -> bool:
    first = box.children[0].element if box.children else None
    return first is not None and first.get("class") == _NAME
