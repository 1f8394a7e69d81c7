"""Branches of a structure tree, which grow in any order and keep that of the source."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from triptych.writers.print.quire import Annotated, Marked, StructureElement

# What stands in a line (ISO 32000-1, 14.8.4.4). A note does, since its call does.
_IN_LINE = frozenset(("Span", "Em", "Strong", "Code", "Link", "Quote", "Reference", "Note", "Formula"))
# What holds blocks and no text.
_GROUPS = frozenset(("Document", "Sect", "Art", "Div", "Aside", "BlockQuote", "Index", "TOCI"))
# What holds its own parts alone.
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
class Branch:
    """An element that grows. ``orders`` has the place in the source of each of its kids, ascending.

    ``language`` is the one that its text is in; ``paragraph`` was put around the text in a group of blocks.
    """

    element: StructureElement
    parent: Branch | None = None
    language: str = ""
    orders: list[int] = field(default_factory=list)
    paragraph: Branch | None = None

    def add(self, kid: StructureElement | Marked | Annotated, order: int = -1) -> None:
        """Add a kid after those that precede it in the source; without a place, after all."""
        orders = self.orders
        if order < 0:
            order = orders[-1] if orders else 0
        if not orders or order >= orders[-1]:
            self.element.kids.append(kid)
            orders.append(order)
        else:
            place = bisect_right(orders, order)
            self.element.kids.insert(place, kid)
            orders.insert(place, order)

    def grow(self, tag: str, order: int = -1) -> Branch:
        """Return a new branch from this one, or from the nearest that may hold it."""
        holder = self._find_holder(tag, order)
        branch = Branch(StructureElement(tag), holder, holder.language)
        holder.add(branch.element, order)
        return branch

    def grow_first(self, tag: str) -> Branch:
        """Return a new branch before all others."""
        branch = Branch(StructureElement(tag), self, self.language)
        self.element.kids.insert(0, branch.element)
        self.orders.insert(0, self.orders[0] if self.orders else 0)
        return branch

    def for_text(self, text: str) -> Branch | None:
        """Return the branch that takes text; None for white space between blocks, and for no text."""
        if text.strip():
            return self._find_holder("Span", -1)
        return self._branch_for_space() if text else None

    @property
    def holds_blocks(self) -> bool:
        """Whether this groups blocks, and holds no text but in paragraphs."""
        return self.element.tag in _GROUPS

    @property
    def link(self) -> Branch | None:
        """The Link that this is or stands in."""
        branch: Branch | None = self
        while branch is not None and branch.element.tag != "Link":
            branch = branch.parent if branch.element.tag in _IN_LINE else None
        return branch

    def _find_holder(self, tag: str, order: int) -> Branch:
        """Return the branch that may hold an element: this one, one above it, or a paragraph in it."""
        holder = self
        while (parts := _PARTS.get(holder.element.tag)) and tag not in parts and holder.parent is not None:
            holder = holder.parent
        if holder.element.tag not in _GROUPS:
            return holder
        open_one = holder._paragraph_at_end()
        if tag == "Figure":  # beside text it stands in the line
            return open_one or holder
        if tag not in _IN_LINE or (holder.element.tag == "TOCI" and tag == "Reference"):
            return holder
        is_last = order < 0 or not holder.orders or order >= holder.orders[-1]
        if open_one is not None and is_last:
            return open_one
        paragraph = holder.grow("P", order)
        if is_last:
            holder.paragraph = paragraph
        return paragraph

    def _branch_for_space(self) -> Branch | None:
        if self.element.tag in _PARTS:
            return None
        return self._paragraph_at_end() if self.element.tag in _GROUPS else self

    def _paragraph_at_end(self) -> Branch | None:
        """Return the paragraph around the last text, if nothing follows it."""
        paragraph = self.paragraph
        return paragraph if paragraph and self.element.kids[-1] is paragraph.element else None


def unwrap_div(element: StructureElement) -> StructureElement:
    """Return the content of a Div that groups nothing; a caption of nothing becomes a paragraph."""
    while element.tag == "Div" and not element.words and len(element.kids) == 1:
        kid = element.kids[0]
        if not isinstance(kid, StructureElement):
            break
        if kid.tag == "Caption":
            has_blocks = any(
                isinstance(part, StructureElement) and part.tag not in _IN_LINE for part in kid.kids
            )
            kid.tag = "Div" if has_blocks else "P"
        element = kid
    return element
