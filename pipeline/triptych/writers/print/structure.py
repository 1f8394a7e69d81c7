"""HTML elements → structure elements, each where its element stands in the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from triptych.markup.passages import Place, strip_to_letters
from triptych.media.xml_names import SVG
from triptych.writers.print.branches import Branch, unwrap_div
from triptych.writers.print.quire import Annotated, Marked, Start, StructureElement
from triptych.writers.print.table_cells import arrange_table
from weasyprint_typography.page_boxes import box_kinds, paper_of

# Types of PDF 2.0 that say more than those of PDF 1.7, and what they are there.
ROLE_MAP = {"Aside": "Div", "Em": "Span", "Strong": "Span"}

_PICTURES = frozenset(("img", f"{SVG}svg", "object", "embed"))
_TAGS = {
    **dict.fromkeys(("div", "header", "footer", "nav", "main", "figure", "details"), "Div"),
    **dict.fromkeys(("p", "pre", "address", "summary"), "P"),
    **dict.fromkeys(("caption", "figcaption"), "Caption"),
    **dict.fromkeys(("code", "kbd", "samp"), "Code"),
    **dict.fromkeys(("em", "i", "cite"), "Em"),
    **dict.fromkeys(("strong", "b"), "Strong"),
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "section": "Sect",
    "article": "Art",
    "aside": "Aside",
    "blockquote": "BlockQuote",
    "q": "Quote",
    "table": "Table",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
}


@lru_cache(maxsize=1)
def _index_elements(root: Any) -> tuple[dict[Any, int], dict[Any, Any]]:
    """Return the elements of a document in order, and the parent of each, for all of its stretches.

    Their places are even, so that something can come between.
    """
    orders = {element: 2 * order for order, element in enumerate(root.iter())}
    return orders, {child: element for element in orders for child in element}


class StructureTree:
    """A structure tree that grows with the HTML elements that are asked for.

    ``markers`` holds the list-style-type of lists, to be known before their items are asked for.
    """

    def __init__(self, prefix: str, holders: Mapping[Any, int]) -> None:
        self._holders = holders
        self.top = Branch(StructureElement("Document"))
        self.markers: dict[Any, Any] = {}
        self._prefix, self._ids = prefix, 0
        self._homes: dict[Any, Branch | None] = {}
        self._labels: dict[tuple[Any, str], Branch | None] = {}
        self._parents: Mapping[Any, Any] = {}
        self._orders: Mapping[Any, int] = {}
        self._firsts: dict[Any, Any] = {}  # of each term and meaning, the first of its item
        self._items: dict[Any, Branch] = {}  # the items, by these
        self._branches: list[Branch] = []
        self._tables: list[Any] = []

    def add_document(self, root: Any) -> None:
        """Learn the places of all elements of a document, once."""
        if root in self._orders:
            return
        orders, parents = _index_elements(root)
        if self._orders:
            count = 2 * len(self._orders)
            orders = {**self._orders, **{element: count + order for element, order in orders.items()}}
            parents = {**self._parents, **parents}
        self._orders, self._parents = orders, parents
        if root.tag == "html":
            self.top.language = _language_of(root)
            self._homes[root] = self.top

    def branch_of(self, element: Any) -> Branch | None:
        """Return the branch that the text of an element belongs to; None if the element is decoration."""
        if element in self._homes:
            return self._homes[element]
        path = [element]
        while (above := self._parents.get(path[-1])) is not None and above not in self._homes:
            path.append(above)
        for below in reversed(path):
            if below not in self._homes:
                parent = self._parents.get(below)
                above = self.top if parent is None else self._homes[parent]
                self._homes[below] = self._add_element(below, above) if above else None
        return self._homes[element]

    def nearest_branch(self, element: Any) -> Branch:
        """Return the branch of an element or of the nearest above it that is not decoration."""
        while element is not None and (branch := self.branch_of(element)) is None:
            element = self._parents.get(element)
        return branch if element is not None and branch else self.top

    def label_of(self, element: Any, pseudo: str) -> Branch | None:
        """Return the branch of a generated label of an item or a note, or of the call of a note."""
        key = (element, pseudo)
        if key not in self._labels:
            if pseudo.startswith("footnote") and (element, "footnote-call") not in self._labels:
                self._add_note(element)
            if pseudo != "footnote-call":
                self._labels[key] = self._add_marker(self.branch_of(element))
        return self._labels[key]

    def _add_marker(self, body: Branch | None) -> Branch | None:
        if body is None or body.element.tag == "Note":
            return body and self._add_label(body)
        return self._add_label(body.parent) if body.element.tag == "LBody" and body.parent else body

    def add_link(self, branch: Branch) -> Branch:
        """Add a Link without an element of its own."""
        return self._remember(branch.grow("Link"))

    def move_content(self, element: Any, pseudo: str, branch: Branch) -> None:
        """Let the content of an element go to another branch from now on."""
        if (element, pseudo) in self._labels:
            self._labels[element, pseudo] = branch
        else:
            self._homes[element] = branch

    def finish(self) -> list[StructureElement]:
        """Return the elements at the top when all is known of them."""
        for table in self._tables:
            arrange_table(table, self._homes, self._new_id)
        for branch in reversed((self.top, *self._branches)):
            branch.element.kids = [
                unwrap_div(kid) if isinstance(kid, StructureElement) else kid for kid in branch.element.kids
            ]
        return [kid for kid in self.top.element.kids if isinstance(kid, StructureElement)]

    def _add_element(self, element: Any, above: Branch) -> Branch | None:
        """Add the branch of an element below another's."""
        name, classes = element.tag, (element.get("class") or "").split()
        if name == "hr" or element.get("aria-hidden") == "true":
            return None
        if name in _PICTURES:
            return self._add_picture(element, above, "Formula" if "math" in classes else "Figure")
        match name:
            case "ul" | "ol" | "dl":
                return self._add_list(element, above)
            case "li" if above.element.tag in ("L", "TOC"):
                return self._add_item(element, above)
            case "dt" | "dd":
                return self._add_definition(element, above)
            case "a" if element.get("href"):
                return self._add_reference(element, above, classes)
            case "span" if "box" in classes and self._is_task(element) and above.parent is not None:
                return self._add_label(above.parent)
            case "div" if above.element.tag == "L":
                return above  # terms and meanings may be grouped
            case "div" if "index-list" in classes:
                return self._add_branch(element, above, "Index")
            case "abbr" if title := element.get("title"):
                branch = self._add_branch(element, above, "Span")
                branch.element.words["E"] = title
                return branch
        tag = _TAGS.get(name)
        if tag is None and name != "body" and _language_of(element) not in ("", above.language):
            tag = "Span"
        if tag == "Table":
            self._tables.append(element)
        return self._add_branch(element, above, tag) if tag else above

    def _add_branch(self, element: Any, above: Branch, tag: str) -> Branch:
        """Add a branch for an element, with its language if that differs from the one above."""
        branch = self._remember(above.grow(tag, self._order_of(element)))
        branch.element.holder = self._holders.get(element, 0)
        if (language := _language_of(element)) not in ("", branch.language):
            branch.language = branch.element.words["Lang"] = language
        return branch

    def _order_of(self, element: Any) -> int:
        """Return the place of an element; a note beside a paragraph comes after the paragraph."""
        if has_class(element, "aside", "beside") and (parent := self._parents.get(element)) is not None:
            siblings = list(parent)
            following = siblings[siblings.index(element) + 1 :]
            paragraph = next((other for other in following if other.tag != "aside"), None)
            if paragraph is not None:
                return 1 + max(self._orders.get(part, -1) for part in paragraph.iter())
        return self._orders.get(element, -1)

    def _remember(self, branch: Branch) -> Branch:
        self._branches.append(branch)
        return branch

    def _add_label(self, branch: Branch) -> Branch:
        return self._remember(branch.grow_first("Lbl"))

    def _add_picture(self, element: Any, above: Branch, tag: str) -> Branch | None:
        """Add a picture with its words; None if it has none."""
        words = _words_for_picture(element)
        if not words or element.get("role") in ("presentation", "none"):
            return None
        branch = self._add_branch(element, above, tag)
        branch.element.words["Alt"] = words
        branch.element.mathml = element.get("data-mathml") or ""
        if tag == "Figure" and branch.parent is not None and branch.parent.holds_blocks:
            branch.element.attributes["Layout"] = {"Placement": "Block"}
        return branch

    def _add_reference(self, element: Any, above: Branch, classes: list[str]) -> Branch:
        """Add a link; lines of contents and calls of earlier notes become references."""
        if above.element.tag == "TOCI" or "note-again" in classes:
            above = self._add_branch(element, above, "Reference")
        branch = self._add_branch(element, above, "Link")
        if words := element.get("aria-label"):
            branch.element.words["Alt"] = words
        return branch

    def _add_list(self, element: Any, above: Branch) -> Branch:
        """Add a list; that of the contents, and lists below its lines, have a type of their own."""
        is_contents = has_class(self._parents.get(element), "section", "contents")
        if element.tag != "dl" and (is_contents or above.element.tag in ("TOC", "TOCI")):
            return self._add_branch(element, above, "TOC")
        branch = self._add_branch(element, above, "L")
        style = "none" if element.tag == "dl" else self.markers.get(element, "none")
        branch.element.attributes["List"] = {"ListNumbering": list_numbering(style)}
        return branch

    def _add_item(self, element: Any, above: Branch) -> Branch:
        """Add an item of a list, whose text goes to its body, or a line of the contents."""
        if above.element.tag == "TOC":
            return self._add_branch(element, above, "TOCI")
        return self._remember(self._add_branch(element, above, "LI").grow("LBody"))

    def _is_task(self, box: Any) -> bool:
        """Whether a box, which may be ticked, begins an item of a list of tasks."""
        item = self._parents.get(box)
        return item is not None and item.tag == "li" and has_class(self._parents.get(item), "ul", "tasks")

    def _add_definition(self, element: Any, above: Branch) -> Branch:
        """Add a term or a meaning: label or body of the item that its neighbours are also in."""
        if element not in self._firsts:
            self._firsts.update(group_definitions(self._parents[element]))
        first = self._firsts[element]
        if first not in self._items:
            self._items[first] = self._remember(above.grow("LI", self._orders.get(first, -1)))
        return self._add_branch(element, self._items[first], "Lbl" if element.tag == "dt" else "LBody")

    def _add_note(self, element: Any) -> None:
        """Add a footnote: its call, a Reference, and after it the Note with its number as a label."""
        parent = self._parents.get(element)
        above = self.top if parent is None else self.branch_of(parent)
        reference = note = None
        if above is not None:
            reference = self._remember(above.grow("Reference", self._orders.get(element, -1)))
            note = self._add_branch(element, above, "Note")
            note.element.words["ID"] = self._new_id("note")
        self._labels[element, "footnote-call"] = reference
        self._homes[element] = note

    def _new_id(self, kind: str) -> str:
        self._ids += 1
        return f"{self._prefix}-{kind}-{self._ids}"


def _language_of(element: Any) -> str:
    return element.get("lang") or ""


def _words_for_picture(element: Any) -> str:
    title = element.find(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    described = title.text if title is not None else element.get("alt")
    return (described or element.get("aria-label") or element.get("title") or "").strip()


# Marks as PDF knows them (ISO 32000-1, table 347), by list-style-type.
_NUMBERINGS = {
    "none": "None",
    "disc": "Disc",
    "circle": "Circle",
    "square": "Square",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}


def list_numbering(style: Any) -> str:
    """Return the ListNumbering for a computed list-style-type."""
    if not isinstance(style, str):
        return "None"  # marks of the style sheet's own, such as dashes, follow no scheme
    return _NUMBERINGS.get(style.removesuffix("-brackets").removesuffix("-bracket"), "Decimal")


def group_definitions(parent: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each term and meaning, with the first of its item: a term after a meaning begins one."""
    first, before = None, "dd"
    for element in parent:
        if element.tag in ("dt", "dd"):
            if first is None or (element.tag == "dt" and before == "dd"):
                first = element
            before = element.tag
            yield element, first


def has_class(element: Any, tag: str, name: str) -> bool:
    """Whether there is an element with this tag and class."""
    return element is not None and element.tag == tag and name in (element.get("class") or "").split()


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


def build_structure(
    pages: Sequence[DrawnPage],
    prefix: str,
    holders: Mapping[Any, int] = _NO_HOLDERS,
    starts: PageStarts | None = None,
) -> tuple[list[StructureElement], list[frozenset[int]]]:
    """Pages of a document → their elements in order, and what is marked on each page and is none of theirs.

    The latter are artifacts: running heads, repeated heads of tables, rules, pictures without words.
    ``prefix`` begins the ids of elements, which are unique in a book. ``holders`` numbers the elements of the
    document that other pages may hold a part of. Headings are as their author has them (see ``headings``).
    ``starts`` reads along.
    """
    walk = _Walk(prefix, holders, starts)
    artifacts = [walk.add_page(number, page) for number, page in enumerate(pages)]
    return walk.tree.finish(), artifacts


class _Walk:
    """Goes through the boxes of pages and hangs what was drawn into a tree."""

    def __init__(self, prefix: str, holders: Mapping[Any, int], starts: PageStarts | None) -> None:
        self.tree = StructureTree(prefix, holders)
        self._starts = starts or PageStarts({})
        self._kinds = box_kinds()
        self._heads: dict[Any, Any] = {}  # the first head and foot of each table, of those on its pages

    def add_page(self, number: int, page: DrawnPage) -> frozenset[int]:
        """Add a page and return its artifacts."""
        told: set[int] = set()
        linked: set[int] = set()
        root = page.box.children[0].element if page.box.children else None
        if root is not None:
            self.tree.add_document(root)
        for box, is_furniture in self._boxes_in_order(page.box):
            if (link := page.links.get(box)) is not None:
                self._branch_of_link(box).add(Annotated(link))
                linked.add(link)
            mark = page.marks.get(box)
            if is_furniture or mark is None:
                continue
            if isinstance(box, self._kinds.ReplacedBox):
                branch = self._add_picture(box, page.box)
            else:
                self._starts.read(box)
                branch = self._find_branch(box)
                branch = branch.for_text(box.text) if branch else None
            if branch is not None:
                branch.add(Marked(number, mark))
                told.add(mark)
        for link in sorted(set(page.links.values()) - linked):  # of boxes that are not on the page
            self.tree.add_link(self.tree.top).add(Annotated(link))
        self._starts.end_page()
        return frozenset(page.marks.values()) - told

    def _boxes_in_order(self, page: Any) -> Iterator[tuple[Any, bool]]:
        """Yield the boxes with content, in the order of the source, and whether they are furniture."""
        kinds = self._kinds
        list_names = ("ul", "ol")
        stack = [(page, False)]
        while stack:
            box, is_furniture = stack.pop()
            if type(box) is kinds.AbsolutePlaceholder:
                box = box._box
            yield box, is_furniture
            kind = type(box)
            if kind is kinds.TextBox:
                continue
            if not is_furniture:
                if kind is kinds.TableCellBox:
                    self._add_cell(box)
                elif kind is kinds.TableRowGroupBox:
                    repeats = box.is_header or box.is_footer
                    is_furniture = repeats and self._heads.setdefault(box.element, box) is not box
                elif box.element_tag in list_names:
                    self.tree.markers[box.element] = box.style["list_style_type"]
                elif kind is kinds.MarginBox or box.is_leader:
                    is_furniture = True
            stack += [(child, is_furniture) for child in reversed(box.children)]

    def _add_cell(self, box: Any) -> None:
        """Add a cell to its row even if it is empty."""
        if box.element_tag in ("td", "th"):
            self.tree.branch_of(box.element)

    def _find_branch(self, box: Any) -> Branch | None:
        """Return the branch of a box's content; None if it is decoration."""
        if box.element is None:
            return None
        pseudo = box.element_tag.partition("::")[2]
        if pseudo in ("marker", "footnote-call", "footnote-marker"):
            return self.tree.label_of(box.element, pseudo)
        return self.tree.branch_of(box.element)

    def _branch_of_link(self, box: Any) -> Branch:
        """Return the Link around a box, or a new one that takes its content from now on."""
        branch = self._find_branch(box)
        if branch is None:
            return self.tree.add_link(self.tree.nearest_branch(box.element))
        if (link := branch.link) is None:
            link = self.tree.add_link(branch)
            self.tree.move_content(box.element, box.element_tag.partition("::")[2], link)
        return link

    def _add_picture(self, box: Any, page: Any) -> Branch | None:
        """Return the Figure or Formula of a picture, with the area that it covers."""
        if "::" in box.element_tag:
            return None  # drawn by the style sheet
        branch = self._find_branch(box)
        if branch is not None and branch.element.tag in ("Figure", "Formula"):
            left, top = box.content_box_x(), box.content_box_y()
            area = paper_of(page).area(left, top, left + box.width, top + box.height)
            layout = branch.element.attributes.setdefault("Layout", {})
            layout.setdefault("BBox", [round(edge, 2) for edge in area])
        return branch


class PageStarts:
    """Reads the text of pages, one after another. ``places`` are the passages of the document's elements.

    ``found`` has the start of each page, None for one without text.
    """

    def __init__(self, places: Mapping[Any, Place]) -> None:
        self._places = places
        self._read: dict[Place, int] = {}  # letters of each passage so far
        self._start: Start | None = None
        self.found: list[Start | None] = []

    def read(self, box: Any) -> None:
        """Read a line's text, in the order in which boxes are on the page."""
        place = self._places.get(box.element)
        pseudo = box.element_tag.partition("::")[2]
        if place is None or pseudo not in ("", "first-letter", "first-line"):
            return
        if count := len(strip_to_letters(box.text)):
            before = self._read.get(place, 0)
            self._read[place] = before + count
            self._start = self._start or Start(*place, before)

    def end_page(self) -> None:
        """End the page."""
        self.found.append(self._start)
        self._start = None
