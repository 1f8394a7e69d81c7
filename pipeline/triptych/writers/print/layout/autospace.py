"""A thin gap between Chinese or Japanese and Western words, inline code or formulas without a space there.

As ``text-autospace`` of CSS Text 4, which WeasyPrint does not know. The gap is a margin and no character,
so that the words can still be found and copied as they were written. Full-width marks that meet across
elements lose their blank halves in the same way (``punctuation`` has those that meet within a text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from triptych.writers.print.layout.patches.lines.punctuation import squeezed_at_ends

_EAST = (
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
_EASTERN = re.compile(f"[{_EAST}]")
_LETTERS = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff"
_WESTERN = re.compile(f"[{_LETTERS}](?:[{_LETTERS}.,:/%°+'’\\- ]*[{_LETTERS}%°+])?")
_INLINE = frozenset(("a", "b", "del", "em", "i", "mark", "q", "s", "span", "strong", "sub", "sup", "u"))
_LEFT_ALONE = frozenset(("pre", "head"))
_CODE = frozenset(("code", "kbd"))

Slot = tuple[Element, Element | None]  # the text of an element, or what follows a child of it


def space_scripts(root: Element) -> None:
    """Put Western words beside Eastern characters, and marks that meet, into spans that space them.

    Inline code and formulas beside Eastern characters get the classes of these spans themselves.
    """
    slots = list(_slots(root))
    texts = ["" if slot is None else _read(slot) for slot in slots]
    for place in range(len(slots) - 1, -1, -1):
        slot = slots[place]
        if slot is not None and texts[place]:
            before, after = _next_text(texts, slots, place, -1)[-1:], _next_text(texts, slots, place, 1)[:1]
            if isinstance(slot, Element):
                _space_atom(slot, before, texts[place], after)
            elif words := list(_spaced(before, texts[place], after)):
                _write(*slot, words, texts[place])


def _slots(parent: Element) -> Iterator[Slot | Element | None]:
    """All places of text in order, inline code and formulas as a whole; None where a line begins or ends."""
    if parent.tag in _CODE or (parent.tag == "img" and "math" in parent.get("class", "").split()):
        yield parent
        return
    inline = parent.tag in _INLINE and "footnote" not in parent.get("class", "")
    if not inline:
        yield None
    if parent.tag not in _LEFT_ALONE:
        yield parent, None
        for child in parent:
            yield from _slots(child)
            yield parent, child
    if not inline:
        yield None


def _read(slot: Slot | Element) -> str:
    if isinstance(slot, Element):
        return "".join(slot.itertext()) or "x"  # a formula is spaced like a letter
    parent, child = slot
    return (parent.text if child is None else child.tail) or ""


def _space_atom(element: Element, before: str, text: str, after: str) -> None:
    """Add the classes of the gaps that inline code or a formula needs."""
    gaps = ["gap-before"] * bool(_EASTERN.match(before) and not _EASTERN.match(text))
    gaps += ["gap-after"] * bool(_EASTERN.match(after) and not _EASTERN.match(text[-1]))
    if gaps:
        element.set("class", " ".join((*element.get("class", "").split(), *gaps)))


def _next_text(texts: list[str], slots: list[Slot | Element | None], place: int, step: int) -> str:
    """The text before or after a place in its line, "" where there is none."""
    place += step
    while 0 <= place < len(slots) and slots[place] is not None:
        if texts[place]:
            return texts[place]
        place += step
    return ""


def _spaced(before: str, text: str, after: str) -> Iterator[tuple[int, int, str]]:
    """What of a text needs a span: start, end and the classes that space it."""
    first, last = squeezed_at_ends(before, text, after)
    if first:
        yield 0, first, "half"
    yield from _words(before, text, after)
    if last:
        yield len(text) - last, len(text), "half"


def _words(before: str, text: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Western words beside Eastern characters: start, end and the classes of their gaps."""
    for word in _WESTERN.finditer(text):
        left = text[word.start() - 1] if word.start() else before
        right = text[word.end()] if word.end() < len(text) else after
        gaps = ["gap-before"] * bool(_EASTERN.match(left)) + ["gap-after"] * bool(_EASTERN.match(right))
        if gaps:
            yield word.start(), word.end(), " ".join(gaps)


def _write(parent: Element, child: Element | None, words: list[tuple[int, int, str]], text: str) -> None:
    spans = []
    ends = [start for start, _, _ in words[1:]] + [len(text)]
    for (start, end, gaps), following in zip(words, ends, strict=True):
        span = Element("span", {"class": gaps})
        span.text, span.tail = text[start:end], text[end:following]
        spans.append(span)
    if child is None:
        parent.text, place = text[: words[0][0]], 0
    else:
        child.tail, place = text[: words[0][0]], list(parent).index(child) + 1
    parent[place:place] = spans
