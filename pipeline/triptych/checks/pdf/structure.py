"""Read the structure tree of a PDF (ISO 32000-1, 14.7) and its text in structure order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf

from triptych.checks.pdf.page_contents import MarkedContentKey, PdfContents, TextRun
from triptych.checks.pdf.values import (
    ObjectId,
    get_entries,
    get_entry,
    get_name,
    get_object_id,
    get_text,
    iter_items,
)

_INLINE_TYPES = frozenset(
    (
        *("Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Em", "Strong", "Lbl"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "NonStruct", "Private", "Form"),
    )
)
_ILLUSTRATION_TYPES = ("Figure", "Formula")
_GROUPING_TYPES = ("Document", "Part", "Art", "Sect", "Div", "Aside", "NonStruct", "Private")
_MAX_DEPTH = 200
_MAX_CONTEXT_LENGTH = 300  # characters
_HYPHEN = "\u2010"  # marks a hyphenated word at a line end; authors use another character
_HYPHEN_AT_END = re.compile(r"\w-$")


class AnnotationReference(NamedTuple):
    """A structure element's reference to an annotation (ISO 32000-1, 14.7.4.3)."""

    objgen: ObjectId


@dataclass(slots=True, kw_only=True, eq=False)
class StructureElement:
    """A structure element of a PDF.

    ``type`` is the standard structure type that the role map assigns, or else the element's own type.
    ``alt_text`` and ``actual_text`` are its /Alt and /ActualText. ``start`` and ``end`` are the offsets of
    its text in the text of the `Structure`.
    """

    type: str
    objgen: ObjectId
    parent: StructureElement | None
    alt_text: str | None = None
    actual_text: str | None = None
    language: str = ""
    identifier: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    kids: list[StructureElement | MarkedContentKey | AnnotationReference] = field(default_factory=list)
    start: int = 0
    end: int = 0
    page: int | None = None

    @property
    def children(self) -> list[StructureElement]:
        """The child structure elements."""
        return [kid for kid in self.kids if isinstance(kid, StructureElement)]

    def is_within(self, *types: str) -> bool:
        """Return whether an ancestor of the element has one of the ``types``."""
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.type in types:
                return True
            ancestor = ancestor.parent
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """The structure elements of a PDF in order, with their text.

    The text includes the alt text of images and formulas. ``marked_content`` contains the marked-content
    sequences in the structure tree. ``annotations`` maps annotations to their elements.
    """

    elements: tuple[StructureElement, ...]
    text: str
    marked_content: frozenset[MarkedContentKey]
    annotations: Mapping[ObjectId, StructureElement]

    def get_text(self, element: StructureElement) -> str:
        """Return the text of an element on one line."""
        return " ".join(self.text[element.start : element.end].split())

    def get_text_before(self, element: StructureElement) -> str:
        """Return up to 300 characters of text before an element."""
        return self.text[max(element.start - _MAX_CONTEXT_LENGTH, 0) : element.start]


def read_structure(pdf: pikepdf.Pdf, contents: PdfContents) -> Structure | None:
    """Return the structure of an open PDF, or None if the PDF is untagged."""
    root = get_entry(pdf.Root, "/StructTreeRoot")
    if not isinstance(root, pikepdf.Dictionary):
        return None
    return _StructureReader(pdf, contents, root).read()


class _StructureReader:
    """Traverses the structure tree, and collects its elements and text."""

    def __init__(self, pdf: pikepdf.Pdf, contents: PdfContents, root: Any) -> None:
        self._page_numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self._contents = contents
        self._root = root
        self._role_map = {
            custom[1:]: get_name(role) for custom, role in get_entries(get_entry(root, "/RoleMap")).items()
        }
        self._elements: list[StructureElement] = []
        self._marked_content: set[MarkedContentKey] = set()
        self._annotations: dict[ObjectId, StructureElement] = {}
        self._text = TextJoiner()
        self._seen: set[ObjectId] = set()

    def read(self) -> Structure:
        for kid in iter_items(get_entry(self._root, "/K")):
            self._read_element(kid, None, None, skip_text=False, depth=0)
        return Structure(
            elements=tuple(self._elements),
            text=self._text.get_text(),
            marked_content=frozenset(self._marked_content),
            annotations=self._annotations,
        )

    def _read_element(
        self, item: Any, parent: StructureElement | None, page: int | None, *, skip_text: bool, depth: int
    ) -> None:
        """Read an element with its contents.

        If ``skip_text`` is true, an alt text replaces the text, which is skipped.
        """
        if not isinstance(item, pikepdf.Dictionary) or depth > _MAX_DEPTH:
            return
        if item.objgen[0] and item.objgen in self._seen:
            return
        self._seen.add(item.objgen)
        values = get_entries(item)
        element = StructureElement(
            type=self._resolve_type(get_name(values.get("/S"))),
            objgen=item.objgen,
            parent=parent,
            alt_text=get_text(values["/Alt"]) if "/Alt" in values else None,
            actual_text=get_text(values["/ActualText"]) if "/ActualText" in values else None,
            language=get_text(values.get("/Lang")),
            identifier=get_text(values.get("/ID")),
            attributes=_get_attributes(values.get("/A")),
        )
        page = self._page_numbers.get(get_object_id(values.get("/Pg")), page)
        element.page = page
        self._elements.append(element)
        if parent is not None:
            parent.kids.append(element)
        own_line = element.type not in _INLINE_TYPES and not (
            element.type in _ILLUSTRATION_TYPES and _is_inline(element)
        )
        if own_line:
            self._text.begin_line()
        element.start = self._text.length
        alt_text = element.alt_text if element.type in _ILLUSTRATION_TYPES else None
        replacement = alt_text if element.actual_text is None else element.actual_text
        if replacement is not None and not skip_text:
            self._text.add_text(replacement)
        for kid in iter_items(values.get("/K")):
            self._read_kid(kid, element, page, skip_text=skip_text or replacement is not None, depth=depth)
        element.end = self._text.length
        if own_line:
            self._text.begin_line()

    def _read_kid(
        self, kid: Any, element: StructureElement, page: int | None, *, skip_text: bool, depth: int
    ) -> None:
        if isinstance(kid, int):
            self._read_marked_content(element, page, kid, skip_text=skip_text)
            return
        if not isinstance(kid, pikepdf.Dictionary):
            return
        match get_name(get_entry(kid, "/Type")):
            case "MCR":
                # Marked content in form XObjects is skipped, because PDFium returns only the page's MCIDs.
                mcid = get_entry(kid, "/MCID")
                if "/Stm" not in kid and isinstance(mcid, int):
                    page_number = self._page_numbers.get(get_object_id(get_entry(kid, "/Pg")), page)
                    self._read_marked_content(element, page_number, mcid, skip_text=skip_text)
            case "OBJR":
                target = get_object_id(get_entry(kid, "/Obj"))
                element.kids.append(AnnotationReference(target))
                self._annotations[target] = element
            case _:
                # The caption of a figure is read in addition to the figure's alt text.
                skip_text = skip_text and not (element.type == "Figure" and element.actual_text is None)
                self._read_element(kid, element, page, skip_text=skip_text, depth=depth + 1)

    def _read_marked_content(
        self, element: StructureElement, page: int | None, mcid: int, *, skip_text: bool
    ) -> None:
        if page is None:
            return
        mark = MarkedContentKey(page, mcid)
        self._marked_content.add(mark)
        element.kids.append(mark)
        element.page = page if element.page is None else element.page
        if not skip_text:
            for run in self._contents.runs_by_marked_content.get(mark, ()):
                self._text.add_run(run, page)

    def _resolve_type(self, role: str) -> str:
        """Return the standard structure type of ``role`` according to the role map."""
        for _ in range(len(self._role_map)):
            if self._role_map.get(role, role) == role:
                break
            role = self._role_map[role]
        return role


def _is_inline(element: StructureElement) -> bool:
    return element.parent is not None and element.parent.type not in (*_GROUPING_TYPES, "Figure", "Caption")


def _get_attributes(value: Any) -> dict[str, Any]:
    """Return an element's attributes from all owners, without revision numbers (ISO 32000-1, 14.7.5)."""
    attributes: dict[str, Any] = {}
    for owner in iter_items(value):
        attributes |= {key[1:]: item for key, item in get_entries(owner).items()}
    return attributes


class TextJoiner:
    """Joins text runs, and restores words that are hyphenated at line ends."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last_run: TextRun | None = None
        self._last_page = -1
        self.length = 0

    def begin_line(self) -> None:
        """Begin a new line, for a new block of text."""
        self._last_run = None
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._append("\n")

    def add_text(self, text: str) -> None:
        """Add text that is not painted on the page, such as alt text."""
        self._append(text)
        self._last_run = None

    def add_run(self, run: TextRun, page: int) -> None:
        """Add the text of a run, after a space if the run begins a new line on the page."""
        last = self._last_run
        if last is not None and (page != self._last_page or not run.is_on_same_line(last)):
            self._join_lines(run.text)
        self._append(run.text)
        if run.text.strip():
            self._last_run, self._last_page = run, page

    def _join_lines(self, next_text: str) -> None:
        before = self._pieces[-1] if self._pieces else ""
        if before.endswith(_HYPHEN):
            self._pieces[-1] = before[:-1]
            self.length -= 1
        elif not _is_joined_without_space(before, next_text):
            self._append(" ")

    def _append(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self.length += len(text)

    def get_text(self) -> str:
        """Return all text added so far."""
        return "".join(self._pieces)


def _is_joined_without_space(line_end: str, next_line: str) -> bool:
    """Return whether two consecutive lines are joined without a space."""
    if not line_end or line_end[-1].isspace() or _HYPHEN_AT_END.search(line_end):
        return True
    return _is_unspaced_script(line_end[-1]) and _is_unspaced_script(next_line[:1])


def _is_unspaced_script(char: str) -> bool:
    """Return whether a character belongs to a script without spaces, such as Chinese."""
    return bool(char) and unicodedata.east_asian_width(char) in ("W", "F")
