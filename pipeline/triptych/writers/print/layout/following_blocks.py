"""Each block of a page says what follows it, for the style sheet's sake.

``:has(+ h2)`` says the same, but a layout engine must look at all siblings of all elements for it, which
takes more time than the rest of its styles.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from triptych.writers.print.layout.patches.pages.floats import END, FLOAT

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


# What a line with a colon leads to.
_LED_TO = frozenset(("ul", "ol", "dl", "pre", "blockquote", "div"))
_COLONS = (":", "\uff1a")


def name_followers(root: Element) -> None:
    """Give each element before a block ``data-before``: the block's name and its classes, as ".table".

    What floats or stands in the column beside the text is passed over: the block before it is followed by the
    text behind it. A paragraph that leads to the next block is told so as well: one in bold, or one before a list
    or code whose end is a colon.
    """
    body = root.find("body")
    beside = _IN_COLUMN if body is not None and body.get("data-beside") else frozenset()
    for parent in root.iter():
        waiting: list[Element] = []
        for element in parent:
            names = element.get("class", "").split()
            if not beside.isdisjoint(names):
                continue
            if FLOAT in element.attrib:
                waiting.append(element)
                continue
            if element.tag in _BLOCKS and END not in element.attrib:
                for before in waiting:
                    before.set("data-before", " ".join((str(element.tag), *(f".{name}" for name in names))))
                if waiting and waiting[-1].tag == "p" and _leads(waiting[-1], element):
                    waiting[-1].set("data-leads", "")
            waiting = [element]


def _leads(paragraph: Element, block: Element) -> bool:
    if block.tag in _LED_TO:
        return "".join(paragraph.itertext()).rstrip().endswith(_COLONS)
    bold = paragraph.find("strong")
    return (
        bold is not None
        and len(paragraph) == 1
        and not (paragraph.text or "").strip()
        and not (bold.tail or "").strip()
    )
