"""The structure of a PDF (ISO 32000-1, 14.7): its elements in their order, and the text as it is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf

from triptych.checks.pdf.page_contents import MarkedContent, PdfContents, TextRun
from triptych.checks.pdf.values import (
    ObjectId,
    get_entries,
    get_entry,
    get_name,
    get_object_id,
    get_text,
    iter_items,
)

# What goes on in its line when the text is read.
_INLINE = frozenset(
    (
        *("Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Em", "Strong", "Lbl"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "NonStruct", "Private", "Form"),
    )
)
_DRAWN = ("Figure", "Formula")
_ROOT = ("Document", "Part", "Art", "Sect", "Div", "Aside", "NonStruct", "Private")
_DEEPEST = 200
_BEFORE = 300  # characters
_HYPHEN = "\u2010"  # where a word is divided; what an author writes is another sign
_COMPOUND = re.compile(r"\w-$")


class Annotation(NamedTuple):
    """An annotation that an element holds (ISO 32000-1, 14.7.4.3)."""

    objgen: ObjectId


@dataclass(slots=True, kw_only=True, eq=False)
class Element:
    """A structure element.

    ``type`` is a standard one where the file says which; ``alt`` and ``actual`` are None where they are
    not there. ``start`` and ``end`` are where its text stands in that of the whole.
    """

    type: str
    objgen: ObjectId
    parent: Element | None
    alt: str | None = None
    actual: str | None = None
    language: str = ""
    identifier: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    kids: list[Element | MarkedContent | Annotation] = field(default_factory=list)
    start: int = 0
    end: int = 0
    page: int | None = None

    @property
    def children(self) -> list[Element]:
        """The elements directly in it."""
        return [kid for kid in self.kids if isinstance(kid, Element)]

    def within(self, *types: str) -> bool:
        """Whether it is in an element of one of some types."""
        around = self.parent
        while around is not None:
            if around.type in types:
                return True
            around = around.parent
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """All elements in their order, the text in that order, and what marks and annotations they hold.

    Of what is drawn the text is its alternative text, as a screen reader has it.
    """

    elements: tuple[Element, ...]
    text: str
    marks: frozenset[MarkedContent]
    annotations: Mapping[ObjectId, Element]

    def words(self, element: Element) -> str:
        """Return the text of an element in one line."""
        return " ".join(self.text[element.start : element.end].split())

    def before(self, element: Element) -> str:
        """Enough of the text before an element to know its place by."""
        return self.text[max(element.start - _BEFORE, 0) : element.start]


def read_structure(pdf: pikepdf.Pdf, contents: PdfContents) -> Structure | None:
    """Read the structure of an open PDF, None if there is none."""
    root = get_entry(pdf.Root, "/StructTreeRoot")
    if not isinstance(root, pikepdf.Dictionary):
        return None
    return _StructureReader(pdf, contents, root).structure()


class _StructureReader:
    """Reads the tree depth first, and writes down its text."""

    def __init__(self, pdf: pikepdf.Pdf, contents: PdfContents, root: Any) -> None:
        self._pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self._contents = contents
        self._root = root
        self._roles = {
            custom[1:]: get_name(role) for custom, role in get_entries(get_entry(root, "/RoleMap")).items()
        }
        self._elements: list[Element] = []
        self._marks: set[MarkedContent] = set()
        self._annotations: dict[ObjectId, Element] = {}
        self._text = RunningText()
        self._seen: set[ObjectId] = set()

    def structure(self) -> Structure:
        for kid in iter_items(get_entry(self._root, "/K")):
            self._element(kid, None, None, silent=False, depth=0)
        return Structure(
            elements=tuple(self._elements),
            text=self._text.written(),
            marks=frozenset(self._marks),
            annotations=self._annotations,
        )

    def _element(
        self, item: Any, parent: Element | None, page: int | None, *, silent: bool, depth: int
    ) -> None:
        """One element with all that is in it; ``silent`` where another text stands for it."""
        if not isinstance(item, pikepdf.Dictionary) or depth > _DEEPEST:
            return
        if item.objgen[0] and item.objgen in self._seen:
            return
        self._seen.add(item.objgen)
        values = get_entries(item)
        element = self._made(values, item.objgen, parent)
        page = self._pages.get(get_object_id(values.get("/Pg")), page)
        element.page = page
        self._elements.append(element)
        if parent is not None:
            parent.kids.append(element)
        own_line = element.type not in _INLINE and not (element.type in _DRAWN and _is_in_line(element))
        if own_line:
            self._text.new_line()
        element.start = self._text.length
        alternative = element.alt if element.type in _DRAWN else None
        spoken = alternative if element.actual is None else element.actual
        if spoken is not None and not silent:
            self._text.say(spoken)
        for kid in iter_items(values.get("/K")):
            self._kid(kid, element, page, silent=silent or spoken is not None, depth=depth)
        element.end = self._text.length
        if own_line:
            self._text.new_line()

    def _kid(self, kid: Any, element: Element, page: int | None, *, silent: bool, depth: int) -> None:
        if isinstance(kid, int):
            self._mark(element, page, kid, silent=silent)
            return
        if not isinstance(kid, pikepdf.Dictionary):
            return
        match get_name(get_entry(kid, "/Type")):
            case "MCR":
                # A form's own marks are not looked into: PDFium tells those of the page.
                mcid = get_entry(kid, "/MCID")
                if "/Stm" not in kid and isinstance(mcid, int):
                    page_number = self._pages.get(get_object_id(get_entry(kid, "/Pg")), page)
                    self._mark(element, page_number, mcid, silent=silent)
            case "OBJR":
                target = get_object_id(get_entry(kid, "/Obj"))
                element.kids.append(Annotation(target))
                self._annotations[target] = element
            case _:
                # The caption of a figure is read besides its alternative text.
                hushed = silent and not (element.type == "Figure" and element.actual is None)
                self._element(kid, element, page, silent=hushed, depth=depth + 1)

    def _mark(self, element: Element, page: int | None, mcid: int, *, silent: bool) -> None:
        if page is None:
            return
        mark = MarkedContent(page, mcid)
        self._marks.add(mark)
        element.kids.append(mark)
        element.page = page if element.page is None else element.page
        if not silent:
            for run in self._contents.marks.get(mark, ()):
                self._text.set(run, page)

    def _made(self, values: Mapping[str, Any], identity: ObjectId, parent: Element | None) -> Element:
        return Element(
            type=self._type(get_name(values.get("/S"))),
            objgen=identity,
            parent=parent,
            alt=_get_string(values, "/Alt"),
            actual=_get_string(values, "/ActualText"),
            language=get_text(values.get("/Lang")),
            identifier=get_text(values.get("/ID")),
            attributes=_get_attributes(values["/A"]) if "/A" in values else {},
        )

    def _type(self, role: str) -> str:
        """Return the standard type that a custom one is mapped to."""
        for _ in range(len(self._roles)):
            if self._roles.get(role, role) == role:
                break
            role = self._roles[role]
        return role


def _get_string(values: Mapping[str, Any], key: str) -> str | None:
    return get_text(values[key]) if key in values else None


def _is_in_line(element: Element) -> bool:
    """Whether a drawing stands in a line of text."""
    return element.parent is not None and element.parent.type not in (*_ROOT, "Figure", "Caption")


def _get_attributes(value: Any) -> dict[str, Any]:
    """Attributes of all owners, without their revision numbers (ISO 32000-1, 14.7.5)."""
    found: dict[str, Any] = {}
    for owner in iter_items(value):
        found |= {key[1:]: item for key, item in get_entries(owner).items()}
    return found


class RunningText:
    """Text that is written down run by run; ``length`` is how long it is."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last: TextRun | None = None
        self._page = -1
        self.length = 0

    def new_line(self) -> None:
        """End a block."""
        self._last = None
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._add("\n")

    def say(self, text: str) -> None:
        """Words that nobody set, such as an alternative text."""
        self._add(text)
        self._last = None

    def set(self, run: TextRun, page: int) -> None:
        """Add the text of a run, after a space if it begins a line."""
        last = self._last
        if last is not None and (page != self._page or not run.on_line_of(last)):
            self._break_line(run.text)
        self._add(run.text)
        if run.text.strip():
            self._last, self._page = run, page

    def _break_line(self, following: str) -> None:
        before = self._pieces[-1] if self._pieces else ""
        if before.endswith(_HYPHEN):
            self._pieces[-1] = before[:-1]
            self.length -= 1
        elif not _is_joined(before, following):
            self._add(" ")

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self.length += len(text)

    def written(self) -> str:
        """All of it."""
        return "".join(self._pieces)


def _is_joined(before: str, following: str) -> bool:
    """Whether a line goes on in the next without a space."""
    if not before or before[-1].isspace() or _COMPOUND.search(before):
        return True
    return _is_unspaced(before[-1]) and _is_unspaced(following[:1])


def _is_unspaced(char: str) -> bool:
    """Whether a character is of a script that sets no spaces at the ends of lines."""
    return bool(char) and unicodedata.east_asian_width(char) in ("W", "F")
