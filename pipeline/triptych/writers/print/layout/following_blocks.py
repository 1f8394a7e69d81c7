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


def name_followers(root: Element) -> None:
    """Give each element before a block ``data-before``: the block's name and its classes, as ".table"."""
    for parent in root.iter():
        before = None
        for element in parent:
            if before is not None and element.tag in _BLOCKS:
                classes = (f".{name}" for name in element.get("class", "").split())
                before.set("data-before", " ".join((str(element.tag), *classes)))
            before = element
