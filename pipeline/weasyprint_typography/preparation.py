"""Prepare XHTML trees for layout: space between scripts, list counters, and attributes of floats and blocks.

Chinese or Japanese and Western words are separated by a thin gap, like that of ``text-autospace`` in CSS Text
4, which WeasyPrint does not support. The gap is a margin, not a character, so that it does not affect
searching and copying.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import groupby
from xml.etree.ElementTree import Element

from weasyprint_typography.eastern_text import count_squeezed_end_marks

FLOAT, END = "data-float", "data-floats-end"
LANDSCAPE = "landscape"  # the class of blocks on landscape pages, and the name of these pages
LEADS = "data-leads"  # set on a paragraph that introduces the following block
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CONTINUED = "continued"  # the class of rows and items that repeat a table label or an index entry
_EAST = (
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
_EASTERN = re.compile(f"[{_EAST}]")
_LETTERS = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff"
_WESTERN = re.compile(f"[{_LETTERS}](?:[{_LETTERS}.,:/%°+'’\\- ]*[{_LETTERS}%°+])?")
_INLINE = frozenset(("a", "b", "del", "em", "i", "mark", "q", "s", "span", "strong", "sub", "sup", "u"))
_UNSPACED_ELEMENTS = frozenset(("pre", "head"))
_CODE = frozenset(("code", "kbd"))

Slot = tuple[Element, Element | None]  # the text of an element, or the tail of one of its children


def add_script_spacing(root: Element) -> None:
    """Wrap Western words next to Chinese or Japanese, and adjacent full-width punctuation, in spans.

    The classes of the ``span`` elements add or remove space. Inline code and formulas next to Chinese or
    Japanese characters get these classes themselves. ``eastern_text`` handles adjacent punctuation within one
    text node.
    """
    slots = list(_find_slots(root))
    texts = ["" if slot is None else _read_slot(slot) for slot in slots]
    for index in range(len(slots) - 1, -1, -1):
        slot = slots[index]
        if slot is not None and texts[index]:
            before, after = (
                _find_nearest_text(texts, slots, index, -1)[-1:],
                _find_nearest_text(texts, slots, index, 1)[:1],
            )
            if isinstance(slot, Element):
                _add_gap_classes(slot, before, texts[index], after)
            elif words := list(_find_spans(before, texts[index], after)):
                _write_spans(*slot, words, texts[index])


def _find_slots(parent: Element) -> Iterator[Slot | Element | None]:
    """Yield the text slots of an element, and its inline code and formulas as elements, in order.

    Yield None at the boundaries of blocks.
    """
    if parent.tag in _CODE or (parent.tag in ("img", "span") and "math" in parent.get("class", "").split()):
        yield parent
        return
    inline = parent.tag in _INLINE and "footnote" not in parent.get("class", "")
    if not inline:
        yield None
    if parent.tag not in _UNSPACED_ELEMENTS:
        yield parent, None
        for child in parent:
            yield from _find_slots(child)
            yield parent, child
    if not inline:
        yield None


def _read_slot(slot: Slot | Element) -> str:
    if isinstance(slot, Element):
        return "".join(slot.itertext()).strip() or "x"  # a formula is spaced like a letter
    parent, child = slot
    return (parent.text if child is None else child.tail) or ""


def _add_gap_classes(element: Element, before: str, text: str, after: str) -> None:
    """Add gap classes to inline code or a formula between the characters ``before`` and ``after``."""
    gaps = ["gap-before"] * bool(_EASTERN.match(before) and not _EASTERN.match(text))
    gaps += ["gap-after"] * bool(_EASTERN.match(after) and not _EASTERN.match(text[-1]))
    if gaps:
        element.set("class", " ".join((*element.get("class", "").split(), *gaps)))


def _find_nearest_text(texts: list[str], slots: list[Slot | Element | None], index: int, step: int) -> str:
    """Return the nearest text in the same block, before (``step`` -1) or after (``step`` 1) slot ``index``.

    Return "" if there is no text.
    """
    index += step
    while 0 <= index < len(slots) and slots[index] is not None:
        if texts[index]:
            return texts[index]
        index += step
    return ""


def _find_spans(before: str, text: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the classes of each substring of ``text`` that needs a ``span``."""
    first, last = count_squeezed_end_marks(before, text, after)
    if first:
        yield 0, first, "half"
    yield from _find_western_words(before, text, after)
    if last:
        yield len(text) - last, len(text), "half"


def _find_western_words(before: str, text: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the gap classes of each Western word next to Chinese or Japanese."""
    for word in _WESTERN.finditer(text):
        left = text[word.start() - 1] if word.start() else before
        right = text[word.end()] if word.end() < len(text) else after
        gaps = ["gap-before"] * bool(_EASTERN.match(left)) + ["gap-after"] * bool(_EASTERN.match(right))
        if gaps:
            yield word.start(), word.end(), " ".join(gaps)


def _write_spans(
    parent: Element, child: Element | None, ranges: list[tuple[int, int, str]], text: str
) -> None:
    spans = []
    range_ends = [start for start, _, _ in ranges[1:]] + [len(text)]
    for (start, end, gaps), following in zip(ranges, range_ends, strict=True):
        span = Element("span", {"class": gaps})
        span.text, span.tail = text[start:end], text[end:following]
        spans.append(span)
    if child is None:
        parent.text, index = text[: ranges[0][0]], 0
    else:
        child.tail, index = text[: ranges[0][0]], list(parent).index(child) + 1
    parent[index:index] = spans


def set_list_counters(root: Element) -> None:
    """Set the counter of each ordered list that has a ``start`` attribute (HTML 15.3.7)."""
    for element in root.iter("ol"):
        if start := element.get("start"):
            before = f"counter-reset: list-item {int(start) - 1}"
            element.set("style", "; ".join(filter(None, (element.get("style"), before))))


def get_continued_word(root: Element) -> str | None:
    """Return the document's word for "continued", or None if its body has no ``data-continued``."""
    body = root.find("body")
    return None if body is None else body.get("data-continued")


_BLOCKS = frozenset("h1 h2 h3 h4 h5 h6 p ul ol dl pre blockquote figure aside div hr".split())
_SIDE_COLUMN_CLASSES = frozenset(("aside", "column-margin"))  # of blocks in the side column
_LISTS = frozenset(("ul", "ol", "li"))
_PARAGRAPH_BOUNDARIES = _BLOCKS | {"li"}
_INTRODUCED = _BLOCKS - HEADINGS - {"hr"}  # blocks that a line with a final colon introduces
_COLONS = (":", "\uff1a")


def mark_neighbours(root: Element) -> None:
    """Give each element that precedes a block a ``data-before`` with the name and classes of that block.

    The value looks like "div .table". Floats and blocks in the side column do not count as following blocks.
    A paragraph that introduces the next block, in bold or with a colon, gets ``data-leads``, as does a list
    that ends with a colon. A block that is introduced by text of its parent gets ``data-led``. If only floats
    separate two paragraphs, the second gets ``data-after-float``, since it may directly follow the first on
    the page.
    """
    body = root.find("body")
    side_classes = _SIDE_COLUMN_CLASSES if body is not None and body.get("data-beside") else frozenset()
    for parent in root.iter():
        waiting: list[Element] = []
        words = parent.text or ""
        for element in parent:
            names = element.get("class", "").split()
            if not side_classes.isdisjoint(names):
                continue
            if element.tag == "p" and len(waiting) > 1 and waiting[0].tag == "p":
                element.set("data-after-float", "")
            if waiting and _introduces(waiting[-1], element):
                waiting[-1].set(LEADS, "")
            if FLOAT in element.attrib:
                waiting.append(element)
                continue
            if element.tag in _BLOCKS and END not in element.attrib:
                for before in waiting:
                    before.set("data-before", " ".join((str(element.tag), *(f".{name}" for name in names))))
                if element.tag in _INTRODUCED and words.rstrip().endswith(_COLONS):
                    element.set("data-led", "")
            waiting = [element]
            words = element.tail or ""


def _introduces(before: Element, block: Element) -> bool:
    """Return whether the paragraph or list ``before`` introduces the following ``block``."""
    last = before
    while (
        last.tag in _LISTS
        and len(last)
        and last[-1].tag in _PARAGRAPH_BOUNDARIES
        and not (last[-1].tail or "").strip()
    ):
        last = last[-1]
    if last.tag not in ("p", "li"):
        return False
    words = "".join(last.itertext()).strip()
    if words.endswith(_COLONS):
        return block.tag in _INTRODUCED
    bold = last.find("strong") if last is before else None
    return bold is not None and len(last) == 1 and words == "".join(bold.itertext()).strip()


_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def mark_floats(root: Element) -> None:
    """Set ``data-float`` on blocks that may float, and append an end marker to sections with such blocks."""
    for section in root.iter("section"):
        floats = [block for block in section if _can_float(block)]
        for block in floats:
            block.set(FLOAT, "near" if block.tag == "aside" else "")
        if floats and END not in section[-1].attrib:
            section.append(Element("div", {END: "", "aria-hidden": "true"}))


def find_class_names(css: str) -> frozenset[str]:
    """Return the class names that occur in the style sheet ``css``."""
    return frozenset(_CLASS.findall(css))


def unwrap_float_groups(root: Element, styled_classes: Set[str]) -> None:
    """Unwrap ``div`` elements that contain floats, since only direct children of a section can float.

    A ``div`` is kept if it has one of the ``styled_classes`` of the style sheet, unless it is a statement,
    such as an example.
    """
    for section in root.iter("section"):
        while group := next((block for block in section if _can_be_unwrapped(block, styled_classes)), None):
            index = list(section).index(group)
            section[index : index + 1] = _split_group(group)


def _can_be_unwrapped(block: Element, styled_classes: Set[str]) -> bool:
    classes = set(block.get("class", "").split())
    return (
        block.tag == "div"
        and block.attrib.keys() <= {"id", "class"}  # a language applies to the whole content
        and (not classes & styled_classes or "statement" in classes)
        and any(_can_float(inner) for inner in block)
        and not ("id" in block.attrib and _can_float(block[0]))
        and not any((words or "").strip() for words in (block.text, *(inner.tail for inner in block)))
    )


def _split_group(group: Element) -> list[Element]:
    """Return the blocks that replace ``group``.

    If ``group`` is a statement or has an id, each run of blocks that do not float stays wrapped in a ``div``.
    """
    if "statement" not in group.get("class", "").split() and "id" not in group.attrib:
        return list(group)
    out: list[Element] = []
    for floats, run in groupby(group, key=_can_float):
        if floats:
            out += run
        else:
            part = Element("div", group.attrib, style="margin-bottom: 0")
            part.extend(run)
            group.attrib.pop("id", None)
            out.append(part)
    last = out[-1]
    if last.tag == "div" and "style" in last.attrib:
        del last.attrib["style"]
    return out


def _can_float(block: Element) -> bool:
    classes = set(block.get("class", "").split())
    if classes & {"here", "listing", "column-margin"}:
        return False
    if block.tag == "aside":
        return classes >= {"callout", "titled"}
    if block.tag == "figure" or _is_linked_image(block):
        return True
    if classes >= {"table", LANDSCAPE}:
        return True
    return classes >= {"table", "short"} and block.find("table/caption") is not None


def _is_linked_image(block: Element) -> bool:
    """Return whether ``block`` is a paragraph that contains only a link around an image."""
    link = block[0] if len(block) == 1 else None
    if block.tag != "p" or link is None or link.tag != "a" or [inner.tag for inner in link] != ["img"]:
        return False
    return not any((words or "").strip() for words in (block.text, link.text, link[0].tail, link.tail))
