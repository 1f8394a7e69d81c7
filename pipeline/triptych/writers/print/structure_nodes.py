"""Build structure elements (ISO 32000-1, 14.7), to which kids may be added in any order."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from triptych.writers.print.quire import (
    AnnotationReference,
    MarkedContentReference,
    StructureElement,
    find_only_kid_of_div,
)

# Inline-level types (ISO 32000-1, 14.8.4.4). Notes are inline because their calls are.
_INLINE_TYPES = frozenset(("Span", "Em", "Strong", "Code", "Link", "Quote", "Reference", "Note", "Formula"))
# Types that contain blocks and no text.
_GROUPS = frozenset(("Document", "Sect", "Art", "Div", "Aside", "BlockQuote", "Index", "TOCI"))
# Types that may contain only particular types.
_PARTS = {
    "L": frozenset(("LI", "L", "Caption")),
    "TOC": frozenset(("TOCI", "TOC", "Caption")),
    "Table": frozenset(("Caption", "THead", "TBody", "TFoot", "TR")),
    "THead": frozenset(("TR",)),
    "TBody": frozenset(("TR",)),
    "TFoot": frozenset(("TR",)),
    "TR": frozenset(("TH", "TD")),
    "LI": frozenset(("Lbl", "LBody")),
}


@dataclass(slots=True, eq=False)
class StructureNode:
    """A structure element under construction.

    ``positions`` are the source positions of the kids, in ascending order. ``inserted_paragraph`` is the last
    P element inserted around text in a group of blocks.
    """

    element: StructureElement
    parent: StructureNode | None = None
    language: str = ""
    positions: list[int] = field(default_factory=list)
    inserted_paragraph: StructureNode | None = None

    def add_kid(
        self, kid: StructureElement | MarkedContentReference | AnnotationReference, position: int = -1
    ) -> None:
        """Insert a kid by its source position, or append it if ``position`` is -1."""
        orders = self.positions
        if position < 0:
            position = orders[-1] if orders else 0
        if not orders or position >= orders[-1]:
            self.element.kids.append(kid)
            orders.append(position)
        else:
            index = bisect_right(orders, position)
            self.element.kids.insert(index, kid)
            orders.insert(index, position)

    def add_child(self, tag: str, position: int = -1) -> StructureNode:
        """Add a new node of type ``tag`` and return it.

        If this node may not contain that type, the new node is added to the nearest node that may.
        """
        parent = self._find_parent_for(tag, position)
        node = StructureNode(StructureElement(tag), parent, parent.language)
        parent.add_kid(node.element, position)
        return node

    def add_first_child(self, tag: str) -> StructureNode:
        """Add a new node of type ``tag`` before all other kids, and return it."""
        node = StructureNode(StructureElement(tag), self, self.language)
        self.element.kids.insert(0, node.element)
        self.positions.insert(0, self.positions[0] if self.positions else 0)
        return node

    def find_node_for_text(self, text: str) -> StructureNode | None:
        """Return the node for ``text``, or None if ``text`` is empty or white space between blocks."""
        if text.strip():
            return self._find_parent_for("Span", -1)
        if not text or self.element.tag in _PARTS:
            return None
        return self._get_last_paragraph() if self.is_group else self

    @property
    def is_group(self) -> bool:
        """Return whether the element contains blocks, and text only inside paragraphs."""
        return self.element.tag in _GROUPS

    @property
    def nearest_link(self) -> StructureNode | None:
        """The nearest Link among this node and its inline ancestors, or None."""
        node: StructureNode | None = self
        while node is not None and node.element.tag != "Link":
            node = node.parent if node.element.tag in _INLINE_TYPES else None
        return node

    def _find_parent_for(self, tag: str, position: int) -> StructureNode:
        """Return the node to which an element of type ``tag`` is added at a source position.

        It is this node, an ancestor that may contain the type, or a paragraph in one of them, which is added
        if needed.
        """
        parent = self
        while (parts := _PARTS.get(parent.element.tag)) and tag not in parts and parent.parent is not None:
            parent = parent.parent
        if not parent.is_group:
            return parent
        last_paragraph = parent._get_last_paragraph()
        if tag == "Figure":  # inline if it follows text
            return last_paragraph or parent
        if tag not in _INLINE_TYPES or (parent.element.tag == "TOCI" and tag == "Reference"):
            return parent
        is_last = position < 0 or not parent.positions or position >= parent.positions[-1]
        if last_paragraph is not None and is_last:
            return last_paragraph
        paragraph = parent.add_child("P", position)
        if is_last:
            parent.inserted_paragraph = paragraph
        return paragraph

    def _get_last_paragraph(self) -> StructureNode | None:
        """Return the inserted paragraph if it is the last kid of the element, or None."""
        paragraph = self.inserted_paragraph
        return paragraph if paragraph and self.element.kids[-1] is paragraph.element else None


def unwrap_div(element: StructureElement) -> StructureElement:
    """Return the only kid of a Div without attributes, or ``element`` if it is not such a Div.

    Nested Divs are also unwrapped. A Caption that loses its parent becomes a paragraph or a Div. A Div that
    may continue in the next stretch is kept, since it may get more kids.
    """
    while not element.container and (kid := find_only_kid_of_div(element)):
        if kid.tag == "Caption":
            has_blocks = any(
                isinstance(part, StructureElement) and part.tag not in _INLINE_TYPES for part in kid.kids
            )
            kid.tag = "Div" if has_blocks else "P"
        element = kid
    return element
