"""Each block of a page says what follows it, for the style sheet's sake.

``:has(+ h2)`` says the same, but a layout engine must look at all siblings of all elements for it, which
takes more time than the rest of its styles.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

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


def name_followers(root: Element) -> None:
    """Give each element before a block ``data-before``: the block's name and its classes, as ".table".

    Where the body has ``data-beside``, what stands in the column beside the text follows nothing in it.
    """
    body = root.find("body")
    beside = _IN_COLUMN if body is not None and body.get("data-beside") else frozenset()
    for parent in root.iter():
        before = None
        for element in parent:
            names = element.get("class", "").split()
            if not beside.isdisjoint(names):
                continue
            if before is not None and element.tag in _BLOCKS:
                before.set("data-before", " ".join((str(element.tag), *(f".{name}" for name in names))))
            before = element
