"""Build the structure tree of painted pages from HTML elements, in source order (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from triptych.markup.passages import Place, strip_to_letters
from triptych.media.xml_names import SVG
from triptych.writers.print.quire import Annotated, Marked, StructureElement, TextPosition
from triptych.writers.print.structure_nodes import StructureNode, unwrap_div
from triptych.writers.print.table_cells import arrange_table
from weasyprint_typography.page_boxes import box_kinds, get_paper

# Structure types of PDF 2.0 that we use, and their equivalents in PDF 1.7.
ROLE_MAP = {"Aside": "Div", "Em": "Span", "Strong": "Span"}

_IMAGES = frozenset(("img", f"{SVG}svg", "object", "embed"))
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
    """Return mappings from each element of a document to its source position and to its parent.

    Positions are even numbers, so that other content can be inserted between elements.
    """
    orders = {element: 2 * order for order, element in enumerate(root.iter())}
    return orders, {child: element for element in orders for child in element}


class StructureTree:
    """A structure tree to which the structure elements of HTML elements are added on demand.

    The ids of structure elements begin with ``prefix``. ``markers`` maps list elements to their computed
    list-style-type; it must be set before the items of a list are added.
    """

    def __init__(self, prefix: str, holders: Mapping[Any, int]) -> None:
        self._holders = holders
        self.top = StructureNode(StructureElement("Document"))
        self.markers: dict[Any, Any] = {}
        self._prefix, self._ids = prefix, 0
        self._nodes_by_element: dict[Any, StructureNode | None] = {}
        self._labels: dict[tuple[Any, str], StructureNode | None] = {}
        self._parents: Mapping[Any, Any] = {}
        self._orders: Mapping[Any, int] = {}
        self._firsts: dict[
            Any, Any
        ] = {}  # the first term of the item to which each term or definition belongs
        self._items: dict[Any, StructureNode] = {}  # items by first term
        self._nodes: list[StructureNode] = []
        self._tables: list[Any] = []

    def add_document(self, root: Any) -> None:
        """Record the source positions of a document's elements, unless they have been recorded."""
        if root in self._orders:
            return
        self._orders, self._parents = _index_elements(root)
        if root.tag == "html":
            self.top.language = _language_of(root)
            self._nodes_by_element[root] = self.top

    def node_of(self, element: Any) -> StructureNode | None:
        """Return the node for the text of an HTML element, or None if the element is decoration."""
        if element in self._nodes_by_element:
            return self._nodes_by_element[element]
        path = [element]
        while (above := self._parents.get(path[-1])) is not None and above not in self._nodes_by_element:
            path.append(above)
        for below in reversed(path):
            if below not in self._nodes_by_element:
                parent = self._parents.get(below)
                above = self.top if parent is None else self._nodes_by_element[parent]
                self._nodes_by_element[below] = self._add_element(below, above) if above else None
        return self._nodes_by_element[element]

    def nearest_node(self, element: Any) -> StructureNode:
        """Return the node of an HTML element or of its nearest ancestor that is not decoration."""
        while element is not None and (node := self.node_of(element)) is None:
            element = self._parents.get(element)
        return node if element is not None and node else self.top

    def label_node_of(self, element: Any, pseudo: str) -> StructureNode | None:
        """Return the node for the marker of a list item or a footnote, or for a footnote call."""
        key = (element, pseudo)
        if key not in self._labels:
            if pseudo.startswith("footnote") and (element, "footnote-call") not in self._labels:
                self._add_note(element)
            if pseudo != "footnote-call":
                self._labels[key] = self._add_marker(self.node_of(element))
        return self._labels[key]

    def _add_marker(self, body: StructureNode | None) -> StructureNode | None:
        if body is None or body.element.tag == "Note":
            return body and self._add_label(body)
        return self._add_label(body.parent) if body.element.tag == "LBody" and body.parent else body

    def add_link(self, node: StructureNode) -> StructureNode:
        """Add a Link that has no HTML element to ``node``, and return the new node."""
        return self._register(node.add_child("Link"))

    def redirect_content(self, element: Any, pseudo: str, node: StructureNode) -> None:
        """Add the content of an element or pseudo-element to ``node`` from now on."""
        if (element, pseudo) in self._labels:
            self._labels[element, pseudo] = node
        else:
            self._nodes_by_element[element] = node

    def finish(self) -> list[StructureElement]:
        """Complete tables, unwrap needless Divs, and return the top-level structure elements."""
        for table in self._tables:
            arrange_table(table, self._nodes_by_element, self._new_id)
        for node in reversed((self.top, *self._nodes)):
            node.element.kids = [
                unwrap_div(kid) if isinstance(kid, StructureElement) else kid for kid in node.element.kids
            ]
        return [kid for kid in self.top.element.kids if isinstance(kid, StructureElement)]

    def _add_element(self, element: Any, above: StructureNode) -> StructureNode | None:
        """Add a node for an HTML element below ``above`` and return the new node.

        Return None for decoration, and ``above`` if the element has no structure type.
        """
        name, classes = element.tag, (element.get("class") or "").split()
        if name == "hr" or element.get("aria-hidden") == "true":
            return None
        if name in _IMAGES:
            return self._add_image(element, above, "Formula" if "math" in classes else "Figure")
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
                return above  # groups of terms and definitions
            case "div" if "index-list" in classes:
                return self._add_node(element, above, "Index")
            case "abbr" if title := element.get("title"):
                node = self._add_node(element, above, "Span")
                node.element.words["E"] = title
                return node
        tag = _TAGS.get(name)
        if tag is None and name != "body" and _language_of(element) not in ("", above.language):
            tag = "Span"
        if tag == "Table":
            self._tables.append(element)
        return self._add_node(element, above, tag) if tag else above

    def _add_node(self, element: Any, above: StructureNode, tag: str) -> StructureNode:
        """Add a node of the type ``tag`` for an element; set the language if it differs from the parent's."""
        node = self._register(above.add_child(tag, self._order_of(element)))
        node.element.holder = self._holders.get(element, 0)
        if (language := _language_of(element)) not in ("", node.language):
            node.language = node.element.words["Lang"] = language
        return node

    def _order_of(self, element: Any) -> int:
        """Return the source position of an element; side notes follow the paragraph that calls them."""
        if has_class(element, "aside", "beside") and (parent := self._parents.get(element)) is not None:
            siblings = list(parent)
            following = siblings[siblings.index(element) + 1 :]
            paragraph = next((other for other in following if other.tag != "aside"), None)
            if paragraph is not None:
                return 1 + max(self._orders.get(part, -1) for part in paragraph.iter())
        return self._orders.get(element, -1)

    def _register(self, node: StructureNode) -> StructureNode:
        self._nodes.append(node)
        return node

    def _add_label(self, node: StructureNode) -> StructureNode:
        return self._register(node.add_first_child("Lbl"))

    def _add_image(self, element: Any, above: StructureNode, tag: str) -> StructureNode | None:
        """Add an image with its alt text and return its node, or return None if there is no alt text."""
        alt = _alt_text_of(element)
        if not alt or element.get("role") in ("presentation", "none"):
            return None
        node = self._add_node(element, above, tag)
        node.element.words["Alt"] = alt
        node.element.mathml = element.get("data-mathml") or ""
        if tag == "Figure" and node.parent is not None and node.parent.is_group:
            node.element.attributes["Layout"] = {"Placement": "Block"}
        return node

    def _add_reference(self, element: Any, above: StructureNode, classes: list[str]) -> StructureNode:
        """Add a Link, within a Reference in tables of contents and for repeated footnote calls."""
        if above.element.tag == "TOCI" or "note-again" in classes:
            above = self._add_node(element, above, "Reference")
        node = self._add_node(element, above, "Link")
        if words := element.get("aria-label"):
            node.element.words["Alt"] = words
        return node

    def _add_list(self, element: Any, above: StructureNode) -> StructureNode:
        """Add an L for a list, or a TOC for a table of contents and the lists nested in it."""
        is_contents = has_class(self._parents.get(element), "section", "contents")
        if element.tag != "dl" and (is_contents or above.element.tag in ("TOC", "TOCI")):
            return self._add_node(element, above, "TOC")
        node = self._add_node(element, above, "L")
        style = "none" if element.tag == "dl" else self.markers.get(element, "none")
        node.element.attributes["List"] = {"ListNumbering": list_numbering(style)}
        return node

    def _add_item(self, element: Any, above: StructureNode) -> StructureNode:
        """Add an LI and return the node of its LBody, or add and return a TOCI in a table of contents."""
        if above.element.tag == "TOC":
            return self._add_node(element, above, "TOCI")
        return self._register(self._add_node(element, above, "LI").add_child("LBody"))

    def _is_task(self, box: Any) -> bool:
        """Return whether ``box`` is the check box of an item of a task list."""
        item = self._parents.get(box)
        return item is not None and item.tag == "li" and has_class(self._parents.get(item), "ul", "tasks")

    def _add_definition(self, element: Any, above: StructureNode) -> StructureNode:
        """Add a term as the label, or a definition as the body, of the list item that both share."""
        if element not in self._firsts:
            self._firsts.update(group_definitions(self._parents[element]))
        first = self._firsts[element]
        if first not in self._items:
            self._items[first] = self._register(above.add_child("LI", self._orders.get(first, -1)))
        return self._add_node(element, self._items[first], "Lbl" if element.tag == "dt" else "LBody")

    def _add_note(self, element: Any) -> None:
        """Add a Reference for the call of a footnote, followed by a Note for its text."""
        parent = self._parents.get(element)
        above = self.top if parent is None else self.node_of(parent)
        reference = note = None
        if above is not None:
            reference = self._register(above.add_child("Reference", self._orders.get(element, -1)))
            note = self._add_node(element, above, "Note")
            note.element.words["ID"] = self._new_id("note")
        self._labels[element, "footnote-call"] = reference
        self._nodes_by_element[element] = note

    def _new_id(self, kind: str) -> str:
        self._ids += 1
        return f"{self._prefix}-{kind}-{self._ids}"


def _language_of(element: Any) -> str:
    return element.get("lang") or ""


def _alt_text_of(element: Any) -> str:
    title = element.find(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    described = title.text if title is not None else element.get("alt")
    return (described or element.get("aria-label") or element.get("title") or "").strip()


# Values of list-style-type that are also values of ListNumbering, without hyphens (ISO 32000-1, table 347).
_NUMBERINGS = frozenset("none disc circle square lower-alpha upper-alpha lower-roman upper-roman".split())


def list_numbering(style: Any) -> str:
    """Return the value of ListNumbering for a computed list-style-type."""
    if not isinstance(style, str):
        return "None"  # strings, such as dashes
    name = style.removesuffix("-brackets").removesuffix("-bracket").replace("-latin", "-alpha")
    return name.title().replace("-", "") if name in _NUMBERINGS else "Decimal"


def group_definitions(parent: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each term and definition with the first term of the list item that contains it.

    A term after a definition begins a new item.
    """
    first, before = None, "dd"
    for element in parent:
        if element.tag in ("dt", "dd"):
            if first is None or (element.tag == "dt" and before == "dd"):
                first = element
            before = element.tag
            yield element, first


def has_class(element: Any, tag: str, name: str) -> bool:
    """Return whether ``element`` is not None and has the tag ``tag`` and the class ``name``."""
    return element is not None and element.tag == tag and name in (element.get("class") or "").split()


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """The page box of a painted page, with its marked content and its links.

    ``marks`` maps painted boxes to marked-content ids; ``links`` maps boxes to indices of links in the quire.
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
    """Return the structure elements of pages, and for each page the marked-content ids of its artifacts.

    Artifacts are running heads, repeated table headers, rules, and images without alt text. The ids of
    elements begin with ``prefix`` and are unique in a book. ``holders`` assigns numbers to the elements that
    may be continued on other pages of the document. ``starts`` records the text positions at which pages
    begin.
    """
    builder = _StructureBuilder(prefix, holders, starts)
    artifacts = [builder.add_page(number, page) for number, page in enumerate(pages)]
    return builder.tree.finish(), artifacts


class _StructureBuilder:
    """Adds the painted boxes of pages to a structure tree."""

    def __init__(self, prefix: str, holders: Mapping[Any, int], starts: PageStarts | None) -> None:
        self.tree = StructureTree(prefix, holders)
        self._starts = starts or PageStarts({})
        self._kinds = box_kinds()
        self._first_groups: dict[Any, Any] = {}  # by element, the first box of each table header and footer

    def add_page(self, number: int, page: DrawnPage) -> frozenset[int]:
        """Add a page and return the marked-content ids of its artifacts."""
        added: set[int] = set()
        linked: set[int] = set()
        root = page.box.children[0].element if page.box.children else None
        if root is not None:
            self.tree.add_document(root)
        for box, is_furniture in self._boxes_in_order(page.box):
            if (link := page.links.get(box)) is not None:
                self._link_node_of(box).add(Annotated(link))
                linked.add(link)
            mark = page.marks.get(box)
            if is_furniture or mark is None:
                continue
            if isinstance(box, self._kinds.ReplacedBox):
                node = self._add_image(box, page.box)
            else:
                self._starts.read(box)
                node = self._find_node(box)
                node = node.node_for_text(box.text) if node else None
            if node is not None:
                node.add(Marked(number, mark))
                added.add(mark)
        for link in sorted(set(page.links.values()) - linked):  # links of boxes that are not on the page
            self.tree.add_link(self.tree.top).add(Annotated(link))
        self._starts.end_page()
        return frozenset(page.marks.values()) - added

    def _boxes_in_order(self, page: Any) -> Iterator[tuple[Any, bool]]:
        """Yield the boxes of a page in source order, each with a flag for pagination artifacts."""
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
                if kind is kinds.TableCellBox and box.element_tag in ("td", "th"):
                    self.tree.node_of(box.element)  # even if it is empty
                elif kind is kinds.TableRowGroupBox:
                    repeats = box.is_header or box.is_footer
                    is_furniture = repeats and self._first_groups.setdefault(box.element, box) is not box
                elif box.element_tag in list_names:
                    self.tree.markers[box.element] = box.style["list_style_type"]
                elif kind is kinds.MarginBox or box.is_leader:
                    is_furniture = True
            stack += [(child, is_furniture) for child in reversed(box.children)]

    def _find_node(self, box: Any) -> StructureNode | None:
        """Return the node for the content of a box, or None if the box is decoration."""
        if box.element is None:
            return None
        pseudo = box.element_tag.partition("::")[2]
        if pseudo in ("marker", "footnote-call", "footnote-marker"):
            return self.tree.label_node_of(box.element, pseudo)
        return self.tree.node_of(box.element)

    def _link_node_of(self, box: Any) -> StructureNode:
        """Return the Link around a box, or a new Link to which the box's content is added from now on."""
        node = self._find_node(box)
        if node is None:
            return self.tree.add_link(self.tree.nearest_node(box.element))
        if (link := node.link) is None:
            link = self.tree.add_link(node)
            self.tree.redirect_content(box.element, box.element_tag.partition("::")[2], link)
        return link

    def _add_image(self, box: Any, page: Any) -> StructureNode | None:
        """Return the node of an image after setting its bounding box, or None if the image is decoration."""
        if "::" in box.element_tag:
            return None  # generated by the style sheet
        node = self._find_node(box)
        if node is not None and node.element.tag in ("Figure", "Formula"):
            left, top = box.content_box_x(), box.content_box_y()
            area = get_paper(page).area(left, top, left + box.width, top + box.height)
            layout = node.element.attributes.setdefault("Layout", {})
            layout.setdefault("BBox", [round(edge, 2) for edge in area])
        return node


class PageStarts:
    """Records the text positions at which pages begin.

    ``passages`` maps HTML elements to text passages. ``found`` are the positions of the pages so far, with
    None for a page without text.
    """

    def __init__(self, passages: Mapping[Any, Place]) -> None:
        self._passages = passages
        self._read: dict[Place, int] = {}  # the number of letters of each passage so far
        self._start: TextPosition | None = None
        self.found: list[TextPosition | None] = []

    def read(self, box: Any) -> None:
        """Count the letters of a text box; text boxes must be read in order."""
        place = self._passages.get(box.element)
        pseudo = box.element_tag.partition("::")[2]
        if place is None or pseudo not in ("", "first-letter", "first-line"):
            return
        if count := len(strip_to_letters(box.text)):
            before = self._read.get(place, 0)
            self._read[place] = before + count
            self._start = self._start or TextPosition(*place, before)

    def end_page(self) -> None:
        """Record the start position of the page whose text boxes have been read."""
        self.found.append(self._start)
        self._start = None
