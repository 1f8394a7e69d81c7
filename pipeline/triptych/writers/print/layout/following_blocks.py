"""Each block of a page says what follows it, for the style sheet's sake.

``:has(+ h2)`` says the same, but a layout engine must look at all siblings of all elements for it, which
takes more time than the rest of its styles.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from triptych.writers.print.layout.patches.pages.floats import END, FLOAT, HEADINGS, LEADS

_BLOCKS = frozenset(
    (
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "ul",
        "ol",
        "dl",
        "pre",
        "blockquote",
        "figure",
        "aside",
        "div",
        "hr",
    )
)

_IN_COLUMN = frozenset(("aside", "column-margin"))  # classes


_LISTS = frozenset(("ul", "ol", "li"))
_ENDS = _BLOCKS | {"li"}
_LED_TO = _BLOCKS - HEADINGS - {"hr"}  # by a line with a colon
_COLONS = (":", "\uff1a")


def name_followers(root: Element) -> None:
    """Give each element before a block ``data-before``: the block's name and its classes, as ".table".

    What floats or stands in the column beside the text is passed over: the block before it is followed by
    the text behind it. A paragraph that leads to the next block, in bold or with a colon, gets
    ``data-leads``, as does a list that ends with a colon; a block that text of its parent leads to gets
    ``data-led``. A paragraph with only floats between it and the paragraph before gets ``data-after-float``:
    it may follow that paragraph directly on the page.
    """
    body = root.find("body")
    beside = _IN_COLUMN if body is not None and body.get("data-beside") else frozenset()
    for parent in root.iter():
        waiting: list[Element] = []
        words = parent.text or ""
        for element in parent:
            names = element.get("class", "").split()
            if not beside.isdisjoint(names):
                continue
            if element.tag == "p" and len(waiting) > 1 and waiting[0].tag == "p":
                element.set("data-after-float", "")
            if waiting and _leads(waiting[-1], element):
                waiting[-1].set(LEADS, "")
            if FLOAT in element.attrib:
                waiting.append(element)
                continue
            if element.tag in _BLOCKS and END not in element.attrib:
                for before in waiting:
                    before.set("data-before", " ".join((str(element.tag), *(f".{name}" for name in names))))
                if element.tag in _LED_TO and words.rstrip().endswith(_COLONS):
                    element.set("data-led", "")
            waiting = [element]
            words = element.tail or ""


def _leads(before: Element, block: Element) -> bool:
    """Whether a paragraph, or the end of a list, leads to the block after it."""
    last = before
    while last.tag in _LISTS and len(last) and last[-1].tag in _ENDS and not (last[-1].tail or "").strip():
        last = last[-1]
    if last.tag not in ("p", "li"):
        return False
    words = "".join(last.itertext()).strip()
    if words.endswith(_COLONS):
        return block.tag in _LED_TO
    bold = last.find("strong") if last is before else None
    return bold is not None and len(last) == 1 and words == "".join(bold.itertext()).strip()
