"""Each block of a page says what follows it, for the style sheet's sake.

``:has(+ h2)`` says the same, but a layout engine must look at all siblings of all elements for it, which
takes more time than the rest of its styles.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from triptych.writers.print.layout.patches.pages.floats import END, FLOAT, HEADINGS

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
_LINE = 80  # characters


def name_followers(root: Element) -> None:
    """Give each element before a block ``data-before``: the block's name and its classes, as ".table".

    What floats or stands in the column beside the text is passed over: the block before it is followed by
    the text behind it. ``data-leads`` says of a paragraph that it leads to the next block: in bold, or with
    a colon before a list or code. It is "near" where it can stay with it at little cost: it is hardly longer
    than a line and has no heading.
    """
    body = root.find("body")
    beside = _IN_COLUMN if body is not None and body.get("data-beside") else frozenset()
    for parent in root.iter():
        waiting: list[Element] = []
        above = ""
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
                if waiting and waiting[-1].tag == "p" and (words := _leading(waiting[-1], element)):
                    is_near = len(words) < _LINE and above not in HEADINGS
                    waiting[-1].set("data-leads", "near" if is_near else "")
            above = waiting[-1].tag if waiting else ""
            waiting = [element]


def _leading(paragraph: Element, block: Element) -> str:
    """The words of a paragraph that leads to a block; "" for another."""
    bold = paragraph.find("strong")
    if block.tag not in _LED_TO and (bold is None or len(paragraph) > 1):
        return ""
    words = "".join(paragraph.itertext()).strip()
    is_bold = bold is not None and len(paragraph) == 1 and words == "".join(bold.itertext()).strip()
    return words if is_bold or (block.tag in _LED_TO and words.endswith(_COLONS)) else ""
