"""Do the tags of a PDF say how its text is made up? Headings, lists, tables, drawings, untagged content."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.checks.found import REPORT, Found, quoted
from triptych.checks.pdf.contents.contents import Contents, Mark
from triptych.checks.pdf.contents.structure import Element, Structure
from triptych.checks.pieces import FORMULAS, PICTURES

_HEADING = re.compile("H([1-6])$")
_PARTS_OF_TABLES = ("THead", "TBody", "TFoot")
_MOST_COLUMNS = 1000


class Tags:
    """All findings in a structure."""

    def __init__(self, structure: Structure, contents: Contents) -> None:
        self._structure = structure
        self._contents = contents
        self._level = 0

    def findings(self) -> Iterator[Found]:
        """In the order of the structure, then page by page what is in none."""
        for element in self._structure.elements:
            yield from self._of(element)
        yield from self._untagged()

    def _of(self, element: Element) -> Iterator[Found]:
        match element.type:
            case "Figure":
                if not self._has_words(element) and not _holds_only_elements(element):
                    yield self._mute(
                        element,
                        "an image",
                        'write `![alt text](…)`, or add `fig-alt="…"` to the image',
                        PICTURES,
                    )
            case "Formula":
                if not self._has_words(element):
                    yield self._mute(element, "a formula", REPORT, FORMULAS)
            case "Table":
                yield from self._table(element)
            case "L":
                yield from self._list(element)
            case _ if match := _HEADING.match(element.type):
                yield from self._heading(element, int(match.group(1)))

    def at(
        self,
        element: Element,
        code: str,
        rule: str,
        message: str,
        hint: str | None = None,
        kinds: tuple[str, ...] = (),
    ) -> Found:
        """A finding at an element."""
        structure = self._structure
        return Found(
            code=code,
            rule=rule,
            message=message,
            hint=hint,
            page=self._label(element.page),
            words=structure.words(element),
            before=structure.before(element),
            kinds=kinds,
        )

    def _label(self, page: int | None) -> str:
        return self._contents.pages[page].label if page is not None else ""

    @staticmethod
    def _has_words(element: Element) -> bool:
        return bool((element.alt or element.actual or "").strip())

    def _mute(self, element: Element, what: str, hint: str, kinds: tuple[str, ...]) -> Found:
        return self.at(element, "CHK003", f"{element.type} text", f"{what} has no alt text", hint, kinds)

    def _heading(self, element: Element, level: int) -> Iterator[Found]:
        words = self._structure.words(element)
        if not words:
            yield self.at(element, "CHK002", "empty heading", "a heading has no text", REPORT)
        elif level > self._level + 1:
            before = f"follows a level {self._level} heading" if self._level else "is the first heading"
            message = f"heading level skipped: {quoted(words)} (level {level}) {before}"
            hint = f"change this heading to level {self._level + 1}"
            yield self.at(element, "CHK002", "heading levels", message, hint, ("heading", "chapter title"))
        self._level = level

    def _list(self, element: Element) -> Iterator[Found]:
        for item in element.children:
            if item.type == "LI":
                if not any(child.type == "LBody" for child in item.children):
                    yield self.at(item, "CHK002", "list body", "a list item has no LBody element", REPORT)
            elif item.type not in ("L", "Caption"):
                message = f"a list contains a {item.type} element, which is not a list item"
                yield self.at(item, "CHK002", "list items", message, REPORT)

    def _table(self, element: Element) -> Iterator[Found]:
        rows = [[cell for cell in row.children if cell.type in ("TH", "TD")] for row in _rows(element)]
        heads = [cell for row in rows for cell in row if cell.type == "TH"]
        kinds = ("table",)
        if not rows:
            yield self.at(element, "CHK002", "table rows", "a table has no rows", REPORT, kinds)
        elif not heads:
            hint = "add a header row, or set `row-headers=1` if the first column contains the headers"
            yield self.at(element, "CHK002", "table headers", "a table has no header cells", hint, kinds)
        by_ids = any("Headers" in cell.attributes for row in rows for cell in row)
        for head in heads:
            if "Scope" not in head.attributes and not by_ids:  # ISO 14289-1, 7.5
                message = f"a header cell has no Scope attribute: {quoted(self._structure.words(head))}"
                yield self.at(head, "CHK002", "table scope", message, REPORT, kinds)
        widths = _widths(rows)
        if len(set(widths)) > 1:
            message = f"table rows have different numbers of cells ({min(widths)} to {max(widths)})"
            yield self.at(
                element,
                "CHK002",
                "ragged table",
                message,
                "give each row of the table the same number of cells",
                kinds,
            )

    def _untagged(self) -> Iterator[Found]:
        for number, page in enumerate(self._contents.pages):
            loose = [run.text for run in page.runs if run.mcid < 0 and not run.artifact and run.text.strip()]
            lost = [
                run.text
                for run in page.runs
                if run.mcid >= 0 and run.text.strip() and Mark(number, run.mcid) not in self._structure.marks
            ]
            for rule, words, state in (
                ("untagged text", " ".join(loose), "neither tagged nor marked as an artifact"),
                ("lost text", " ".join(lost), "missing from the structure tree"),
            ):
                if words:
                    message = f"screen readers skip text that is {state}: {quoted(words)}"
                    yield Found(
                        code="CHK002", rule=rule, message=message, hint=REPORT, page=page.label, words=words
                    )
            for what in dict.fromkeys(page.unmarked):
                message = f"{what} is neither tagged nor marked as an artifact"
                yield Found(
                    code="CHK002", rule="untagged drawing", message=message, hint=REPORT, page=page.label
                )


def _holds_only_elements(element: Element) -> bool:
    """Whether a figure is but a frame around pictures that speak for themselves."""
    return bool(element.kids) and all(isinstance(kid, Element) for kid in element.kids)


def _rows(table: Element) -> Iterator[Element]:
    for child in table.children:
        if child.type == "TR":
            yield child
        elif child.type in _PARTS_OF_TABLES:
            yield from (row for row in child.children if row.type == "TR")


def _widths(rows: list[list[Element]]) -> list[int]:
    """How many columns each row has, with cells that reach down into it."""
    widths = []
    reaching: dict[int, int] = {}  # column → rows that it is taken for yet
    for row in rows:
        taken = {column for column, left in reaching.items() if left > 0}
        reaching = {column: left - 1 for column, left in reaching.items() if left > 1}
        column = 0
        for cell in row:
            while column in taken:
                column += 1
            for _ in range(min(_span(cell, "ColSpan"), _MOST_COLUMNS)):
                taken.add(column)
                if (down := _span(cell, "RowSpan")) > 1:
                    reaching[column] = down - 1
                column += 1
        widths.append(max(taken, default=-1) + 1)
    return widths


def _span(cell: Element, name: str) -> int:
    try:
        return max(int(cell.attributes.get(name, 1)), 1)
    except (TypeError, ValueError):
        return 1
