"""Pages as they were laid out → what they say, in order: the structure tree of a tagged PDF.

ISO 14289-1 (PDF/UA-1) asks for it, in the types of ISO 32000-1, 14.8.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triptych.writers.print.page_starts import PageStarts
from triptych.writers.print.quire import Annotated, Element, Marked
from triptych.writers.print.tags.branches import Branch
from triptych.writers.print.tags.tree import ROLE_MAP, Tree
from weasyprint_typography.page_boxes import box_kinds, paper_of

__all__ = ["ROLE_MAP", "DrawnPage", "structure"]


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as the layout engine left it, and what was drawn of it.

    ``box`` is the page's box. ``marks`` has the marked-content id of each box that was drawn, ``links``
    the annotation of each box that leads somewhere, by its place among the links of the quire.
    """

    box: Any
    marks: Mapping[Any, int]
    links: Mapping[Any, int]


_NO_HOLDERS: Mapping[Any, int] = {}


def structure(
    pages: Sequence[DrawnPage],
    prefix: str,
    holders: Mapping[Any, int] = _NO_HOLDERS,
    starts: PageStarts | None = None,
) -> tuple[list[Element], list[frozenset[int]]]:
    """Pages of a document → their elements in order, and what is marked on each page and is none of theirs.

    The latter are artifacts: running heads, repeated heads of tables, rules, pictures without words.
    ``prefix`` begins the ids of elements, which are unique in a book. ``holders`` numbers the elements of the
    document that other pages may hold a part of. Headings are as their author has them (see ``headings``).
    ``starts`` reads along.
    """
    walk = _Walk(prefix, holders, starts)
    artifacts = [walk.page(number, page) for number, page in enumerate(pages)]
    return walk.tree.finished(), artifacts


class _Walk:
    """Goes through the boxes of pages and hangs what was drawn into a tree."""

    def __init__(self, prefix: str, holders: Mapping[Any, int], starts: PageStarts | None) -> None:
        self.tree = Tree(prefix, holders)
        self._starts = starts or PageStarts({})
        self._kinds = box_kinds()
        self._heads: dict[Any, Any] = {}  # the first head and foot of each table, of those on its pages

    def page(self, number: int, page: DrawnPage) -> frozenset[int]:
        """Take in a page → its artifacts."""
        told: set[int] = set()
        linked: set[int] = set()
        root = page.box.children[0].element if page.box.children else None
        if root is not None:
            self.tree.know(root)
        for box, is_furniture in self._in_order(page.box):
            if (link := page.links.get(box)) is not None:
                self._branch_of_link(box).add(Annotated(link))
                linked.add(link)
            mark = page.marks.get(box)
            if is_furniture or mark is None:
                continue
            if isinstance(box, self._kinds.picture):
                branch = self._picture(box, page.box)
            else:
                self._starts.read(box)
                branch = self._spot(box)
                branch = branch.for_text(box.text) if branch else None
            if branch is not None:
                branch.add(Marked(number, mark))
                told.add(mark)
        for link in sorted(set(page.links.values()) - linked):  # of boxes that are not on the page
            self.tree.link_under(self.tree.top).add(Annotated(link))
        self._starts.turn()
        return frozenset(page.marks.values()) - told

    def _in_order(self, page: Any) -> Iterator[tuple[Any, bool]]:
        """The boxes that hold something, in the order of the source, and whether they are furniture."""
        kinds = self._kinds
        list_names = ("ul", "ol")
        stack = [(page, False)]
        while stack:
            box, is_furniture = stack.pop()
            if type(box) is kinds.placeholder:
                box = box._box
            yield box, is_furniture
            kind = type(box)
            if kind is kinds.text:
                continue
            if not is_furniture:
                if kind is kinds.cell:
                    self._cell(box)
                elif kind is kinds.row_group:
                    repeats = box.is_header or box.is_footer
                    is_furniture = repeats and self._heads.setdefault(box.element, box) is not box
                elif box.element_tag in list_names:
                    self.tree.markers[box.element] = box.style["list_style_type"]
                elif kind is kinds.margin or box.is_leader:
                    is_furniture = True
            stack += [(child, is_furniture) for child in reversed(box.children)]

    def _cell(self, box: Any) -> None:
        """A cell stands in its row even where it is empty."""
        if box.element_tag in ("td", "th"):
            self.tree.home(box.element)

    def _spot(self, box: Any) -> Branch | None:
        """The branch that a box's content belongs to; None where it is decoration."""
        if box.element is None:
            return None
        pseudo = box.element_tag.partition("::")[2]
        if pseudo in ("marker", "footnote-call", "footnote-marker"):
            return self.tree.label(box.element, pseudo)
        return self.tree.home(box.element)

    def _branch_of_link(self, box: Any) -> Branch:
        """The Link that a box stands in, or a new one that its content goes to from now on."""
        branch = self._spot(box)
        if branch is None:
            return self.tree.link_under(self.tree.living(box.element))
        if (link := branch.link) is None:
            link = self.tree.link_under(branch)
            self.tree.move(box.element, box.element_tag.partition("::")[2], link)
        return link

    def _picture(self, box: Any, page: Any) -> Branch | None:
        """The Figure or Formula of a picture, with the area that it covers."""
        if "::" in box.element_tag:
            return None  # drawn by the style sheet
        branch = self._spot(box)
        if branch is not None and branch.element.tag in ("Figure", "Formula"):
            left, top = box.content_box_x(), box.content_box_y()
            area = paper_of(page).area(left, top, left + box.width, top + box.height)
            layout = branch.element.attributes.setdefault("Layout", {})
            layout.setdefault("BBox", [round(edge, 2) for edge in area])
        return branch
