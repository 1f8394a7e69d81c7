"""Build the structure tree of painted pages from HTML elements, in source order (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from triptych.markup.passages import PassageNumber, strip_to_letters
from triptych.media.xml_parsing import SVG
from triptych.writers.print.quire import (
    AnnotationReference,
    MarkedContentReference,
    StructureElement,
    TextPosition,
)
from triptych.writers.print.structure_nodes import StructureNode, unwrap_div
from triptych.writers.print.table_cells import complete_table
from weasyprint_typography.page_boxes import get_box_classes, get_paper

# Structure types of PDF 2.0 in use, with their equivalents in PDF 1.7.
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
    """Map each element of a document to its source position, and to its parent.

    Positions are even numbers, so that other content can be inserted between elements.
    """
    orders = {element: 2 * order for order, element in enumerate(root.iter())}
    return orders, {child: element for element in orders for child in element}


class StructureTree:
    """A structure tree that grows as the structure elements of HTML elements are requested.

    ``prefix`` is prepended to the ids of structure elements. ``marker_styles`` maps list elements to their
    computed list-style-type. A list must be in ``marker_styles`` before its items are added.
    """

    def __init__(self, prefix: str, containers: Mapping[Any, int]) -> None:
        self._containers = containers
        self.document_node = StructureNode(StructureElement("Document"))
        self.marker_styles: dict[Any, Any] = {}
        self._prefix, self._ids = prefix, 0
        self._nodes_by_element: dict[Any, StructureNode | None] = {}
        self._labels: dict[tuple[Any, str], StructureNode | None] = {}
        self._parents: Mapping[Any, Any] = {}
        self._source_positions: Mapping[Any, int] = {}
        self._first_terms: dict[
            Any, Any
        ] = {}  # the first term of the list item to which each term or definition belongs
        self._items: dict[Any, StructureNode] = {}  # items by first term
        self._nodes: list[StructureNode] = []
        self._tables: list[Any] = []

    def index_document(self, root: Any) -> None:
        """Record the source positions of a document's elements, unless they are already recorded."""
        if root in self._source_positions:
            return
        self._source_positions, self._parents = _index_elements(root)
        if root.tag == "html":
            self.document_node.language = _get_language(root)
            self._nodes_by_element[root] = self.document_node

    def find_node(self, element: Any) -> StructureNode | None:
        """Return the node for the text of an HTML element, or None if the element is decorative."""
        if element in self._nodes_by_element:
            return self._nodes_by_element[element]
        path = [element]
        while (above := self._parents.get(path[-1])) is not None and above not in self._nodes_by_element:
            path.append(above)
        for below in reversed(path):
            if below not in self._nodes_by_element:
                parent = self._parents.get(below)
                above = self.document_node if parent is None else self._nodes_by_element[parent]
                self._nodes_by_element[below] = self._add_element(below, above) if above else None
        return self._nodes_by_element[element]

    def find_nearest_node(self, element: Any) -> StructureNode:
        """Return the node of an HTML element, or of its nearest ancestor that is not decorative."""
        while element is not None and (node := self.find_node(element)) is None:
            element = self._parents.get(element)
        return node if element is not None and node else self.document_node

    def find_label_node(self, element: Any, pseudo: str) -> StructureNode | None:
        """Return the node for the marker of a list item or footnote, or for a footnote call."""
        key = (element, pseudo)
        if key not in self._labels:
            if pseudo.startswith("footnote") and (element, "footnote-call") not in self._labels:
                self._add_note(element)
            if pseudo != "footnote-call":
                self._labels[key] = self._add_marker(self.find_node(element))
        return self._labels[key]

    def _add_marker(self, body: StructureNode | None) -> StructureNode | None:
        if body is None or body.element.tag == "Note":
            return body and self._add_label(body)
        return self._add_label(body.parent) if body.element.tag == "LBody" and body.parent else body

    def add_link(self, node: StructureNode) -> StructureNode:
        """Add a Link without an HTML element to ``node``, and return the Link."""
        return self._register_node(node.add_child("Link"))

    def redirect_content(self, element: Any, pseudo: str, node: StructureNode) -> None:
        """Add the content of an element or pseudo-element to ``node`` from now on."""
        if (element, pseudo) in self._labels:
            self._labels[element, pseudo] = node
        else:
            self._nodes_by_element[element] = node

    def finish(self) -> list[StructureElement]:
        """Complete tables, unwrap unnecessary Divs, and return the top-level structure elements."""
        for table in self._tables:
            complete_table(table, self._nodes_by_element, self._make_id)
        for node in reversed((self.document_node, *self._nodes)):
            node.element.kids = [
                unwrap_div(kid) if isinstance(kid, StructureElement) else kid for kid in node.element.kids
            ]
        return [kid for kid in self.document_node.element.kids if isinstance(kid, StructureElement)]

    def _add_element(self, element: Any, parent: StructureNode) -> StructureNode | None:
        """Add a node for an HTML element below ``parent``, and return the node.

        Return None if the element is decorative. Return ``parent`` if the element has no structure type.
        """
        name, classes = element.tag, (element.get("class") or "").split()
        if name == "hr" or element.get("aria-hidden") == "true":
            return None
        if name == "span" and "math" in classes:
            return self._add_image(element, parent, "Formula")
        if name in _IMAGES and parent.element.tag == "Formula":
            return parent  # a piece of a formula
        if name in _IMAGES:
            return self._add_image(element, parent, "Formula" if "math" in classes else "Figure")
        match name:
            case "ul" | "ol" | "dl":
                return self._add_list(element, parent)
            case "li" if parent.element.tag in ("L", "TOC"):
                return self._add_item(element, parent)
            case "dt" | "dd":
                return self._add_definition(element, parent)
            case "a" if element.get("href"):
                return self._add_reference(element, parent, classes)
            case "span" if "box" in classes and self._is_task_checkbox(element) and parent.parent is not None:
                return self._add_label(parent.parent)
            case "div" if parent.element.tag == "L":
                return parent  # groups of terms and definitions
            case "div" if "index-list" in classes:
                return self._add_node(element, parent, "Index")
            case "abbr" if title := element.get("title"):
                node = self._add_node(element, parent, "Span")
                node.element.text_entries["E"] = title
                return node
        tag = _TAGS.get(name)
        if tag is None and name != "body" and _get_language(element) not in ("", parent.language):
            tag = "Span"
        if tag == "Table":
            self._tables.append(element)
        return self._add_node(element, parent, tag) if tag else parent

    def _add_node(self, element: Any, parent: StructureNode, tag: str) -> StructureNode:
        """Add a node of type ``tag`` for an element. Set its language if it differs from the parent's."""
        node = self._register_node(parent.add_child(tag, self._find_source_position(element)))
        node.element.container = self._containers.get(element, 0)
        if (language := _get_language(element)) not in ("", node.language):
            node.language = node.element.text_entries["Lang"] = language
        return node

    def _find_source_position(self, element: Any) -> int:
        """Return the source position of an element. Side notes follow the paragraph that calls them."""
        if has_class(element, "aside", "beside") and (parent := self._parents.get(element)) is not None:
            siblings = list(parent)
            following = siblings[siblings.index(element) + 1 :]
            paragraph = next((other for other in following if other.tag != "aside"), None)
            if paragraph is not None:
                return 1 + max(self._source_positions.get(part, -1) for part in paragraph.iter())
        return self._source_positions.get(element, -1)

    def _register_node(self, node: StructureNode) -> StructureNode:
        self._nodes.append(node)
        return node

    def _add_label(self, node: StructureNode) -> StructureNode:
        return self._register_node(node.add_first_child("Lbl"))

    def _add_image(self, element: Any, parent: StructureNode, tag: str) -> StructureNode | None:
        """Add an image with its alt text, and return its node; return None if there is no alt text."""
        alt = _get_alt_text(element)
        if not alt or element.get("role") in ("presentation", "none"):
            return None
        node = self._add_node(element, parent, tag)
        node.element.text_entries["Alt"] = alt
        node.element.mathml = element.get("data-mathml") or ""
        if tag == "Figure" and node.parent is not None and node.parent.is_group:
            node.element.attributes["Layout"] = {"Placement": "Block"}
        return node

    def _add_reference(self, element: Any, parent: StructureNode, classes: list[str]) -> StructureNode:
        """Add a Link. In tables of contents, and for repeated footnote calls, it is inside a Reference."""
        if parent.element.tag == "TOCI" or "note-again" in classes:
            parent = self._add_node(element, parent, "Reference")
        node = self._add_node(element, parent, "Link")
        if words := element.get("aria-label"):
            node.element.text_entries["Alt"] = words
        return node

    def _add_list(self, element: Any, parent: StructureNode) -> StructureNode:
        """Add an L for a list, or a TOC for a table of contents and the lists inside it."""
        is_contents = has_class(self._parents.get(element), "section", "contents")
        if element.tag != "dl" and (is_contents or parent.element.tag in ("TOC", "TOCI")):
            return self._add_node(element, parent, "TOC")
        node = self._add_node(element, parent, "L")
        style = "none" if element.tag == "dl" else self.marker_styles.get(element, "none")
        node.element.attributes["List"] = {"ListNumbering": get_list_numbering(style)}
        return node

    def _add_item(self, element: Any, parent: StructureNode) -> StructureNode:
        """Add an LI and return the node of its LBody; in a table of contents, add and return a TOCI."""
        if parent.element.tag == "TOC":
            return self._add_node(element, parent, "TOCI")
        return self._register_node(self._add_node(element, parent, "LI").add_child("LBody"))

    def _is_task_checkbox(self, box: Any) -> bool:
        """Return whether ``box`` is the check box of a task list item."""
        item = self._parents.get(box)
        return item is not None and item.tag == "li" and has_class(self._parents.get(item), "ul", "tasks")

    def _add_definition(self, element: Any, parent: StructureNode) -> StructureNode:
        """Add a term as the label, or a definition as the body, of the list item that both belong to."""
        if element not in self._first_terms:
            self._first_terms.update(group_definitions(self._parents[element]))
        first = self._first_terms[element]
        if first not in self._items:
            self._items[first] = self._register_node(
                parent.add_child("LI", self._source_positions.get(first, -1))
            )
        return self._add_node(element, self._items[first], "Lbl" if element.tag == "dt" else "LBody")

    def _add_note(self, element: Any) -> None:
        """Add a Reference for the call of a footnote, followed by a Note for its text."""
        parent = self._parents.get(element)
        above = self.document_node if parent is None else self.find_node(parent)
        reference = note = None
        if above is not None:
            reference = self._register_node(
                above.add_child("Reference", self._source_positions.get(element, -1))
            )
            note = self._add_node(element, above, "Note")
            note.element.text_entries["ID"] = self._make_id("note")
        self._labels[element, "footnote-call"] = reference
        self._nodes_by_element[element] = note

    def _make_id(self, kind: str) -> str:
        self._ids += 1
        return f"{self._prefix}-{kind}-{self._ids}"


def _get_language(element: Any) -> str:
    return element.get("lang") or ""


def _get_alt_text(element: Any) -> str:
    title = element.find(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    alt_text = title.text if title is not None else element.get("alt")
    return (alt_text or element.get("aria-label") or element.get("title") or "").strip()


# Values of list-style-type that are also values of ListNumbering, without hyphens (ISO 32000-1, table 347).
_NUMBERINGS = frozenset("none disc circle square lower-alpha upper-alpha lower-roman upper-roman".split())


def get_list_numbering(style: Any) -> str:
    """Return the value of ListNumbering for a computed list-style-type."""
    if not isinstance(style, str):
        return "None"  # strings, such as dashes
    name = style.removesuffix("-brackets").removesuffix("-bracket").replace("-latin", "-alpha")
    return name.title().replace("-", "") if name in _NUMBERINGS else "Decimal"


def group_definitions(parent: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each term and definition with the first term of its list item.

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
    """Return whether an element has a tag and a class. The element may be None."""
    return element is not None and element.tag == tag and name in (element.get("class") or "").split()


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """The page box of a painted page, with its marked content and its links.

    ``mcids`` maps boxes to marked-content ids. ``links`` maps boxes to the indices of links in the quire.
    """

    box: Any
    mcids: Mapping[Any, int]
    links: Mapping[Any, int]


_NO_CONTAINERS: Mapping[Any, int] = {}


def build_structure(
    pages: Sequence[TaggedPage],
    prefix: str,
    containers: Mapping[Any, int] = _NO_CONTAINERS,
    recorder: PageStartRecorder | None = None,
) -> tuple[list[StructureElement], list[frozenset[int]]]:
    """Return the structure elements of pages, and the marked-content ids of each page's artifacts.

    Artifacts are running heads, repeated table headers, rules, and images without alt text. ``prefix`` makes
    the ids of elements unique in a book. ``containers`` numbers the elements that may continue on other pages
    of the document. ``recorder`` records the text positions at which pages begin.
    """
    builder = _StructureBuilder(prefix, containers, recorder)
    artifacts = [builder.add_page(number, page) for number, page in enumerate(pages)]
    return builder.tree.finish(), artifacts


class _StructureBuilder:
    """Adds the painted boxes of pages to a structure tree."""

    def __init__(
        self, prefix: str, containers: Mapping[Any, int], recorder: PageStartRecorder | None
    ) -> None:
        self.tree = StructureTree(prefix, containers)
        self._recorder = recorder or PageStartRecorder({})
        self._kinds = get_box_classes()
        self._first_groups: dict[Any, Any] = {}  # the first box of each table header and footer, by element
        self._box_pages: dict[int, Any] = {}  # the page of each bounding box, by structure element

    def add_page(self, number: int, page: TaggedPage) -> frozenset[int]:
        """Add a page and return the marked-content ids of its artifacts."""
        added: set[int] = set()
        placed_links: set[int] = set()
        root = page.box.children[0].element if page.box.children else None
        if root is not None:
            self.tree.index_document(root)
        for box, is_furniture in self._iter_boxes_in_order(page.box):
            if (link := page.links.get(box)) is not None:
                self._find_link_node(box).add_kid(AnnotationReference(link))
                placed_links.add(link)
            mark = page.mcids.get(box)
            if is_furniture or mark is None:
                continue
            if isinstance(box, self._kinds.ReplacedBox):
                node = self._add_image(box, page.box)
            else:
                self._recorder.count_letters(box)
                node = self._find_node(box)
                node = node.find_node_for_text(box.text) if node else None
            if node is not None:
                node.add_kid(MarkedContentReference(number, mark))
                added.add(mark)
        for link in sorted(set(page.links.values()) - placed_links):  # links whose boxes are not on the page
            self.tree.add_link(self.tree.document_node).add_kid(AnnotationReference(link))
        self._recorder.end_page()
        return frozenset(page.mcids.values()) - added

    def _iter_boxes_in_order(self, page: Any) -> Iterator[tuple[Any, bool]]:
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
                    self.tree.find_node(box.element)  # even if it is empty
                elif kind is kinds.TableRowGroupBox:
                    repeats = box.is_header or box.is_footer
                    is_furniture = repeats and self._first_groups.setdefault(box.element, box) is not box
                elif box.element_tag in list_names:
                    self.tree.marker_styles[box.element] = box.style["list_style_type"]
                elif kind is kinds.MarginBox or box.is_leader:
                    is_furniture = True
            stack += [(child, is_furniture) for child in reversed(box.children)]

    def _find_node(self, box: Any) -> StructureNode | None:
        """Return the node for the content of a box, or None if the box is decorative."""
        if box.element is None:
            return None
        pseudo = box.element_tag.partition("::")[2]
        if pseudo in ("marker", "footnote-call", "footnote-marker"):
            return self.tree.find_label_node(box.element, pseudo)
        return self.tree.find_node(box.element)

    def _find_link_node(self, box: Any) -> StructureNode:
        """Return the Link around a box, or a new Link to which the box's content is added from now on."""
        node = self._find_node(box)
        if node is None:
            return self.tree.add_link(self.tree.find_nearest_node(box.element))
        if (link := node.nearest_link) is None:
            link = self.tree.add_link(node)
            self.tree.redirect_content(box.element, box.element_tag.partition("::")[2], link)
        return link

    def _add_image(self, box: Any, page: Any) -> StructureNode | None:
        """Set the bounding box of an image and return its node; return None if the image is decorative."""
        if "::" in box.element_tag:
            return None  # generated by the style sheet
        node = self._find_node(box)
        if node is not None and node.element.tag in ("Figure", "Formula"):
            left, top = box.content_box_x(), box.content_box_y()
            area = get_paper(page).convert_area(left, top, left + box.width, top + box.height)
            layout = node.element.attributes.setdefault("Layout", {})
            if self._box_pages.setdefault(id(node.element), page) is page:
                before: Any = layout.get("BBox", area)
                layout["BBox"] = [round(edge, 2) for edge in _join_areas(before, area)]
        return node


def _join_areas(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """Return the bounding box of two areas."""
    return (*map(min, first[:2], second[:2]), *map(max, first[2:], second[2:]))


class PageStartRecorder:
    """Records the text positions at which pages begin.

    ``passages`` maps HTML elements to text passages. ``positions`` has the start position of each page so
    far, or None if a page has no text.
    """

    def __init__(self, passages: Mapping[Any, PassageNumber]) -> None:
        self._passages = passages
        self._letter_counts: dict[PassageNumber, int] = {}  # the number of letters of each passage so far
        self._start: TextPosition | None = None
        self.positions: list[TextPosition | None] = []

    def count_letters(self, box: Any) -> None:
        """Count the letters of a text box. Text boxes must be passed in reading order."""
        place = self._passages.get(box.element)
        pseudo = box.element_tag.partition("::")[2]
        if place is None or pseudo not in ("", "first-letter", "first-line"):
            return
        if count := len(strip_to_letters(box.text)):
            before = self._letter_counts.get(place, 0)
            self._letter_counts[place] = before + count
            self._start = self._start or TextPosition(*place, before)

    def end_page(self) -> None:
        """Record the start position of the page whose text boxes have been counted."""
        self.positions.append(self._start)
        self._start = None
