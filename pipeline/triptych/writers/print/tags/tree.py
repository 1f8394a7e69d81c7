"""HTML elements → structure elements, each where its element stands in the source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from triptych.media.xml_names import SVG
from triptych.writers.print.quire import Element
from triptych.writers.print.tags.branches import Branch, within
from triptych.writers.print.tags.cells import arrange
from triptych.writers.print.tags.lists import definitions, has_class, numbering

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
def _standing(root: Any) -> tuple[dict[Any, int], dict[Any, Any]]:
    """The elements of a document in order, and what each stands in: the same for all of its stretches.

    Their places are even, so that something can come between.
    """
    orders = {element: 2 * order for order, element in enumerate(root.iter())}
    return orders, {child: element for element in orders for child in element}


class Tree:
    """A structure tree that grows with the HTML elements that are asked for.

    ``markers`` holds the list-style-type of lists, to be known before their items are asked for.
    """

    def __init__(self, prefix: str, holders: Mapping[Any, int]) -> None:
        self._holders = holders
        self.top = Branch(Element("Document"))
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

    def know(self, root: Any) -> None:
        """Learn the places of all elements of a document, once."""
        if root in self._orders:
            return
        orders, parents = _standing(root)
        if self._orders:
            count = 2 * len(self._orders)
            orders = {**self._orders, **{element: count + order for element, order in orders.items()}}
            parents = {**self._parents, **parents}
        self._orders, self._parents = orders, parents
        if root.tag == "html":
            self.top.language = _language(root)
            self._homes[root] = self.top

    def home(self, element: Any) -> Branch | None:
        """The branch that the text of an element belongs to; None where the element is decoration."""
        if element in self._homes:
            return self._homes[element]
        path = [element]
        while (above := self._parents.get(path[-1])) is not None and above not in self._homes:
            path.append(above)
        for below in reversed(path):
            if below not in self._homes:
                parent = self._parents.get(below)
                above = self.top if parent is None else self._homes[parent]
                self._homes[below] = self._grown(below, above) if above else None
        return self._homes[element]

    def living(self, element: Any) -> Branch:
        """The branch of an element or of the nearest above it that is not decoration."""
        while element is not None and (branch := self.home(element)) is None:
            element = self._parents.get(element)
        return branch if element is not None and branch else self.top

    def label(self, element: Any, pseudo: str) -> Branch | None:
        """The branch of what the style sheet puts before an item or a note, or of the call of a note."""
        key = (element, pseudo)
        if key not in self._labels:
            if pseudo.startswith("footnote") and (element, "footnote-call") not in self._labels:
                self._note(element)
            if pseudo != "footnote-call":
                self._labels[key] = self._marker(self.home(element))
        return self._labels[key]

    def _marker(self, body: Branch | None) -> Branch | None:
        """The label of an item or a note, or what holds it where there is neither."""
        if body is None or body.element.tag == "Note":
            return body and self._first(body)
        return self._first(body.parent) if body.element.tag == "LBody" and body.parent else body

    def link_under(self, branch: Branch) -> Branch:
        """A Link without an element of its own."""
        return self._kept(branch.grow("Link"))

    def move(self, element: Any, pseudo: str, branch: Branch) -> None:
        """Let the content of an element go to another branch from now on."""
        if (element, pseudo) in self._labels:
            self._labels[element, pseudo] = branch
        else:
            self._homes[element] = branch

    def finished(self) -> list[Element]:
        """The elements at the top, when all is known of them."""
        for table in self._tables:
            arrange(table, self._homes, self._id)
        for branch in reversed((self.top, *self._branches)):
            branch.element.kids = [
                within(kid) if isinstance(kid, Element) else kid for kid in branch.element.kids
            ]
        return [kid for kid in self.top.element.kids if isinstance(kid, Element)]

    def _grown(self, element: Any, above: Branch) -> Branch | None:
        """The branch of an element that stands in another's."""
        name, classes = element.tag, (element.get("class") or "").split()
        if name == "hr" or element.get("aria-hidden") == "true":
            return None
        if name in _PICTURES:
            return self._picture(element, above, "Formula" if "math" in classes else "Figure")
        match name:
            case "ul" | "ol" | "dl":
                return self._list(element, above)
            case "li" if above.element.tag in ("L", "TOC"):
                return self._item(element, above)
            case "dt" | "dd":
                return self._definition(element, above)
            case "a" if element.get("href"):
                return self._link(element, above, classes)
            case "span" if "box" in classes and self._is_task(element) and above.parent is not None:
                return self._first(above.parent)
            case "div" if above.element.tag == "L":
                return above  # terms and meanings may be grouped
            case "div" if "index-list" in classes:
                return self._branch(element, above, "Index")
            case "abbr" if title := element.get("title"):
                branch = self._branch(element, above, "Span")
                branch.element.words["E"] = title
                return branch
        tag = _TAGS.get(name)
        if tag is None and name != "body" and _language(element) not in ("", above.language):
            tag = "Span"
        if tag == "Table":
            self._tables.append(element)
        return self._branch(element, above, tag) if tag else above

    def _branch(self, element: Any, above: Branch, tag: str) -> Branch:
        """A new branch for an element, which says its language where that is another than above."""
        branch = self._kept(above.grow(tag, self._order(element)))
        branch.element.holder = self._holders.get(element, 0)
        if (language := _language(element)) not in ("", branch.language):
            branch.language = branch.element.words["Lang"] = language
        return branch

    def _order(self, element: Any) -> int:
        """The place of an element; a note beside a paragraph, which floats from above, comes after it."""
        if has_class(element, "aside", "beside") and (parent := self._parents.get(element)) is not None:
            siblings = list(parent)
            following = siblings[siblings.index(element) + 1 :]
            paragraph = next((other for other in following if other.tag != "aside"), None)
            if paragraph is not None:
                return 1 + max(self._orders.get(part, -1) for part in paragraph.iter())
        return self._orders.get(element, -1)

    def _kept(self, branch: Branch) -> Branch:
        self._branches.append(branch)
        return branch

    def _first(self, branch: Branch) -> Branch:
        return self._kept(branch.grow_first("Lbl"))

    def _picture(self, element: Any, above: Branch, tag: str) -> Branch | None:
        """A picture with what is said of it; None where it says nothing."""
        words = _spoken(element)
        if not words or element.get("role") in ("presentation", "none"):
            return None
        branch = self._branch(element, above, tag)
        branch.element.words["Alt"] = words
        branch.element.mathml = element.get("data-mathml") or ""
        if tag == "Figure" and branch.parent is not None and branch.parent.holds_blocks:
            branch.element.attributes["Layout"] = {"Placement": "Block"}
        return branch

    def _link(self, element: Any, above: Branch, classes: list[str]) -> Branch:
        """A link; a line of contents and the call of a note seen before refer to what they lead to."""
        if above.element.tag == "TOCI" or "note-again" in classes:
            above = self._branch(element, above, "Reference")
        branch = self._branch(element, above, "Link")
        if words := element.get("aria-label"):
            branch.element.words["Alt"] = words
        return branch

    def _list(self, element: Any, above: Branch) -> Branch:
        """A list; that of the contents, and the lines below one of its lines, are of a type of their own."""
        is_contents = has_class(self._parents.get(element), "section", "contents")
        if element.tag != "dl" and (is_contents or above.element.tag in ("TOC", "TOCI")):
            return self._branch(element, above, "TOC")
        branch = self._branch(element, above, "L")
        style = "none" if element.tag == "dl" else self.markers.get(element, "none")
        branch.element.attributes["List"] = {"ListNumbering": numbering(style)}
        return branch

    def _item(self, element: Any, above: Branch) -> Branch:
        """An item of a list, whose text goes to its body; a line of the contents."""
        if above.element.tag == "TOC":
            return self._branch(element, above, "TOCI")
        return self._kept(self._branch(element, above, "LI").grow("LBody"))

    def _is_task(self, box: Any) -> bool:
        """Whether a box, which may be ticked, begins an item of a list of tasks."""
        item = self._parents.get(box)
        return item is not None and item.tag == "li" and has_class(self._parents.get(item), "ul", "tasks")

    def _definition(self, element: Any, above: Branch) -> Branch:
        """A term or a meaning: label or body of the item that its neighbours are in as well."""
        if element not in self._firsts:
            self._firsts.update(definitions(self._parents[element]))
        first = self._firsts[element]
        if first not in self._items:
            self._items[first] = self._kept(above.grow("LI", self._orders.get(first, -1)))
        return self._branch(element, self._items[first], "Lbl" if element.tag == "dt" else "LBody")

    def _note(self, element: Any) -> None:
        """A footnote: its call, a Reference, and right behind it the Note with its number as a label."""
        parent = self._parents.get(element)
        above = self.top if parent is None else self.home(parent)
        reference = note = None
        if above is not None:
            reference = self._kept(above.grow("Reference", self._orders.get(element, -1)))
            note = self._branch(element, above, "Note")
            note.element.words["ID"] = self._id("note")
        self._labels[element, "footnote-call"] = reference
        self._homes[element] = note

    def _id(self, kind: str) -> str:
        self._ids += 1
        return f"{self._prefix}-{kind}-{self._ids}"


def _language(element: Any) -> str:
    return element.get("lang") or ""


def _spoken(element: Any) -> str:
    """The words for a picture."""
    title = element.find(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    described = title.text if title is not None else element.get("alt")
    return (described or element.get("aria-label") or element.get("title") or "").strip()
