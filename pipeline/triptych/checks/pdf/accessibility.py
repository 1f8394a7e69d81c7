"""Check tags, links, bookmarks and contrast of a PDF.

Validators do not report these faults, or report them without a position. The validator checks the other rules
of PDF/UA-1 (``conformance.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from triptych.checks.findings import REPORT, OutputFinding, quote
from triptych.checks.pdf.page_contents import Box, MarkedContent, PdfContents, TextRun, to_hex
from triptych.checks.pdf.structure import Element, Structure
from triptych.checks.pdf.values import (
    ObjectId,
    get_entry,
    get_name,
    get_page,
    get_text,
    iter_items,
    read_destinations,
)
from triptych.checks.pieces import FORMULAS, PICTURES
from triptych.checks.wordings import normalize
from triptych.model.nodes import LINK_SCHEMES
from triptych.theme.colours import READABLE, VISIBLE, is_large_text

_HEADING = re.compile("H([1-6])$")
_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)
_ROUNDING = 0.05  # messages round contrasts to one decimal place
_MAX_BOOKMARK_DEPTH = 50
_LINK_HINT = (
    "correct the link in the project's print template; "
    "without such a template, report this as a bug in Triptych"
)
_BOOKMARK_HINT = (
    "correct `bookmark-level` and `bookmark-label` in the project's print template; "
    "without such a template, report this as a bug in Triptych"
)
_TABLE_HINT = (
    "remove the table from the project's print template; "
    "without such a template, report this as a bug in Triptych"
)
_CONTRAST_HINT = (
    "set a darker colour for text on a light background, or a lighter colour on a dark one, in the theme"
)


class Tags:
    """A check of the structure elements of a PDF, which also finds text outside the structure tree."""

    def __init__(self, structure: Structure, contents: PdfContents) -> None:
        self._structure = structure
        self._contents = contents
        self._level = 0

    def findings(self) -> Iterator[OutputFinding]:
        """Report missing alt texts, skipped heading levels, tables without headers, and untagged text."""
        for element in self._structure.elements:
            match element.type:
                case "Figure" if not _has_alt_text(element) and not _has_only_elements(element):
                    hint = 'write `![alt text](…)`, or add `fig-alt="…"` to the image'
                    message = "an image has no alt text"
                    yield self.make_finding(element, "CHK003", "Figure text", message, hint, PICTURES)
                case "Formula" if not _has_alt_text(element):
                    message = "a formula has no alt text"
                    yield self.make_finding(element, "CHK003", "Formula text", message, REPORT, FORMULAS)
                case "Table":
                    yield from self._check_table(element)
                case heading if match := _HEADING.match(heading):
                    yield from self._check_heading(element, int(match.group(1)))
        yield from self._find_lost_text()

    def make_finding(
        self,
        element: Element,
        code: str,
        rule: str,
        message: str,
        hint: str | None = None,
        kinds: tuple[str, ...] = (),
    ) -> OutputFinding:
        """Make a finding with the page and text of a structure element."""
        return OutputFinding(
            code=code,
            rule=rule,
            message=message,
            hint=hint,
            page=self._contents.pages[element.page].label if element.page is not None else "",
            words=self._structure.get_text(element),
            before=self._structure.get_text_before(element),
            kinds=kinds,
        )

    def _check_table(self, element: Element) -> Iterator[OutputFinding]:
        rows = _list_rows(element)
        if not rows:
            yield self.make_finding(
                element, "CHK002", "table rows", "a table has no rows", _TABLE_HINT, ("table",)
            )
        elif not any(cell.type == "TH" for row in rows for cell in row.children):
            message = "a table has no header cells"
            hint = "add a header row, or set `row-headers=1` if the first column contains the headers"
            yield self.make_finding(element, "CHK002", "table headers", message, hint, ("table",))

    def _check_heading(self, element: Element, level: int) -> Iterator[OutputFinding]:
        words = self._structure.get_text(element)
        if not words:
            hint = "add text to the heading, or remove it"
            yield self.make_finding(element, "CHK002", "empty heading", "a heading has no text", hint)
        elif level > self._level + 1:
            before = f"follows a level {self._level} heading" if self._level else "is the first heading"
            message = f"heading level skipped: {quote(words)} (level {level}) {before}"
            hint = f"change this heading to level {self._level + 1}"
            yield self.make_finding(
                element, "CHK002", "heading levels", message, hint, ("heading", "chapter title")
            )
        self._level = level

    def _find_lost_text(self) -> Iterator[OutputFinding]:
        marks = self._structure.marks
        for number, page in enumerate(self._contents.pages):
            runs = [run for run in page.runs if run.text.strip()]
            untagged = [run.text for run in runs if run.mcid < 0 and not run.artifact]
            lost = [
                run.text for run in runs if run.mcid >= 0 and MarkedContent(number, run.mcid) not in marks
            ]
            for rule, words, state in (
                ("untagged text", " ".join(untagged), "neither tagged nor marked as an artifact"),
                ("lost text", " ".join(lost), "missing from the structure tree"),
            ):
                if words:
                    message = f"screen readers skip text that is {state}: {quote(words)}"
                    yield OutputFinding(
                        code="CHK002", rule=rule, message=message, hint=REPORT, page=page.label, words=words
                    )


def _has_alt_text(element: Element) -> bool:
    return bool((element.alt or element.actual or "").strip())


def _has_only_elements(element: Element) -> bool:
    """Whether a figure contains only structure elements, such as images with alt text."""
    return bool(element.kids) and all(isinstance(kid, Element) for kid in element.kids)


def _list_rows(table: Element) -> list[Element]:
    parts = [part for part in table.children if part.type in ("THead", "TBody", "TFoot")]
    return [row for part in (table, *parts) for row in part.children if row.type == "TR"]


class Links:
    """A check of the targets of links and bookmarks in an open PDF."""

    def __init__(self, pdf: pikepdf.Pdf, structure: Structure | None, contents: PdfContents) -> None:
        self._pdf = pdf
        self._structure = structure
        self._contents = contents
        self._pages = {page.obj.objgen for page in pdf.pages}
        self._names = read_destinations(pdf)

    def findings(self) -> Iterator[OutputFinding]:
        """Report dead links by page, then missing, untitled and dead bookmarks, then missing page labels."""
        for number, page in enumerate(self._pdf.pages):
            for annotation in iter_items(get_entry(page.obj, "/Annots")):
                is_link = get_name(get_entry(annotation, "/Subtype")) == "Link"
                if is_link and (problem := self._find_problem(annotation)):
                    yield self._make_link_finding(annotation, number, problem)
        yield from self._check_bookmarks()
        if "/PageLabels" not in self._pdf.Root:
            yield OutputFinding(
                code="CHK002", rule="page labels", message="the file has no page labels", hint=REPORT
            )

    def _make_link_finding(self, annotation: Any, number: int, problem: str) -> OutputFinding:
        page = self._contents.pages[number]
        words, before = page.get_text_in(_read_box(get_entry(annotation, "/Rect"))), ""
        element = self._structure.annotations.get(annotation.objgen) if self._structure else None
        if element is not None and self._structure is not None:
            words = self._structure.get_text(element) or words
            before = self._structure.get_text_before(element)
        return OutputFinding(
            code="CHK004",
            rule="dead link",
            message=f"the link {quote(words) if words else 'on a picture'} has no valid target: {problem}",
            hint=_LINK_HINT,
            page=page.label,
            words=words,
            before=before,
            kinds=("link",),
        )

    def _find_problem(self, item: Any) -> str:
        """Return why the target of a link or bookmark is invalid, or "" if it is valid."""
        action = get_entry(item, "/A")
        if not isinstance(action, pikepdf.Dictionary):
            return self._find_target_problem(get_entry(item, "/Dest"))
        kind = get_name(get_entry(action, "/S"))
        if kind == "URI":
            url = get_text(get_entry(action, "/URI"))
            is_known = url.partition(":")[0].lower() in LINK_SCHEMES
            return "" if is_known else f'the URL scheme of "{url[:80]}" is not supported'
        if kind == "GoTo":
            return self._find_target_problem(get_entry(action, "/D"))
        return f"the action {kind} is not supported"

    def _find_target_problem(self, target: Any) -> str:
        """Return why a destination is invalid (ISO 32000-1, 12.3.2), or "" if it is valid."""
        if isinstance(target, pikepdf.String | pikepdf.Name):
            wanted = str(target)
            if wanted not in self._names:
                return f'the destination "{wanted[:80]}" is not defined'
            target = self._names[wanted]
        page = get_page(target)
        if page is None:
            return "the destination is not set"
        return "" if page in self._pages else "the destination page is missing"

    def _check_bookmarks(self) -> Iterator[OutputFinding]:
        outlines = get_entry(self._pdf.Root, "/Outlines")
        if get_entry(outlines, "/First") is None:
            yield OutputFinding(
                code="CHK004", rule="bookmarks", message="the file has no bookmarks", hint=_BOOKMARK_HINT
            )
        for bookmark in _iter_bookmarks(outlines, set()):
            title = get_text(get_entry(bookmark, "/Title")).strip()
            if not title:
                message = "a bookmark has no title"
                yield OutputFinding(
                    code="CHK004", rule="bookmark title", message=message, hint=_BOOKMARK_HINT
                )
            if problem := self._find_problem(bookmark):
                yield OutputFinding(
                    code="CHK004",
                    rule="dead bookmark",
                    message=f"bookmark {quote(title)} has no valid target: {problem}",
                    hint=_LINK_HINT,
                    words=title,
                    kinds=("heading", "chapter title", "part title"),
                )


def _iter_bookmarks(parent: Any, seen: set[ObjectId], depth: int = 0) -> Iterator[Any]:
    item = get_entry(parent, "/First")
    while isinstance(item, pikepdf.Dictionary) and item.objgen not in seen and depth < _MAX_BOOKMARK_DEPTH:
        seen.add(item.objgen)
        yield item
        yield from _iter_bookmarks(item, seen, depth + 1)
        item = get_entry(item, "/Next")


def _read_box(rectangle: Any) -> Box:
    try:
        x0, y0, x1, y1 = map(float, iter_items(rectangle))
    except (TypeError, ValueError):
        return 0, 0, 0, 0
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def check_contrast(contents: PdfContents, structure: Structure | None) -> Iterator[OutputFinding]:
    """Report text with too little contrast (WCAG 2.2, 1.4.3), once for each combination of colours."""
    elements = structure.elements if structure else ()
    parents = {kid: element for element in elements for kid in element.kids if isinstance(kid, MarkedContent)}
    faint: dict[tuple[str, str, float], list[tuple[int, TextRun]]] = {}
    for number, page in enumerate(contents.pages):
        for run in page.runs:
            bold = bool(_BOLD.search(run.font))
            minimum = VISIBLE if is_large_text(run.size, bold=bold) else READABLE
            if run.colours is not None and run.colours.contrast < minimum - _ROUNDING and normalize(run.text):
                pair = (to_hex(run.colours.colour), to_hex(run.colours.background), minimum)
                faint.setdefault(pair, []).append((number, run))
    for (colour, background, minimum), runs in faint.items():
        number, run = runs[0]
        assert run.colours is not None
        parent = parents.get(MarkedContent(number, run.mcid))
        pages = len({page_number for page_number, _ in runs})
        message = (
            f"text in {colour} on {background} has a contrast of only {run.colours.contrast:.1f}:1 "
            f"(at least {minimum:g}:1 is required): {quote(run.text)}"
            + (f" (and on {pages - 1} more page{'s' * (pages > 2)})" if pages > 1 else "")
        )
        yield OutputFinding(
            code="CHK006",
            rule=message,
            message=message,
            hint=_CONTRAST_HINT,
            page=contents.pages[number].label,
            words=run.text,
            before=structure.get_text_before(parent) if structure and parent else "",
        )
