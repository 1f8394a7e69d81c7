"""Check the tags, links, bookmarks and contrast of a PDF.

Validators do not report these faults, or do so without a position. For the other rules of PDF/UA-1, see
``conformance.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from triptych.checks.findings import REPORT_HINT, OutputFinding, quote_text
from triptych.checks.pdf.page_contents import Box, MarkedContentKey, PdfContents, TextRun, format_hex
from triptych.checks.pdf.structure import Structure, StructureElement
from triptych.checks.pdf.values import (
    ObjectId,
    get_destination_page,
    get_entry,
    get_name,
    get_text,
    iter_items,
    read_destinations,
)
from triptych.checks.pieces import FORMULA_KINDS, PICTURE_KINDS
from triptych.checks.wordings import normalise_text
from triptych.model.nodes import LINK_SCHEMES
from triptych.theme.colours import READABLE_CONTRAST, VISIBLE_CONTRAST, is_large_text

_HEADING = re.compile("H([1-6])$")
_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)
_CONTRAST_TOLERANCE = 0.05  # messages round contrast ratios to one decimal place
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


class TagChecker:
    """Checks the structure elements of a PDF, and finds text outside the structure tree."""

    def __init__(self, structure: Structure, contents: PdfContents) -> None:
        self._structure = structure
        self._contents = contents
        self._last_heading_level = 0

    def iter_findings(self) -> Iterator[OutputFinding]:
        """Report missing alt texts, skipped heading levels, tables without headers, and untagged text."""
        for element in self._structure.elements:
            match element.type:
                case "Figure" if not _has_alt_text(element) and not _has_only_elements(element):
                    hint = 'write `![alt text](…)`, or add `fig-alt="…"` to the image'
                    message = "an image has no alt text"
                    yield self.make_finding(element, "CHK003", "Figure text", message, hint, PICTURE_KINDS)
                case "Formula" if not _has_alt_text(element):
                    message = "a formula has no alt text"
                    yield self.make_finding(
                        element, "CHK003", "Formula text", message, REPORT_HINT, FORMULA_KINDS
                    )
                case "Table":
                    yield from self._check_table(element)
                case heading if match := _HEADING.match(heading):
                    yield from self._check_heading(element, int(match.group(1)))
        yield from self._find_untagged_text()

    def make_finding(
        self,
        element: StructureElement,
        code: str,
        rule: str,
        message: str,
        hint: str | None = None,
        kinds: tuple[str, ...] = (),
    ) -> OutputFinding:
        """Return a finding with the page and text of a structure element."""
        return OutputFinding(
            code=code,
            rule=rule,
            message=message,
            hint=hint,
            page=self._contents.pages[element.page].label if element.page is not None else "",
            text=self._structure.get_text(element),
            preceding_text=self._structure.get_text_before(element),
            kinds=kinds,
        )

    def _check_table(self, element: StructureElement) -> Iterator[OutputFinding]:
        rows = _list_rows(element)
        if not rows:
            yield self.make_finding(
                element, "CHK002", "table rows", "a table has no rows", _TABLE_HINT, ("table",)
            )
        elif not any(cell.type == "TH" for row in rows for cell in row.children):
            message = "a table has no header cells"
            hint = "add a header row, or set `row-headers=1` if the first column contains the headers"
            yield self.make_finding(element, "CHK002", "table headers", message, hint, ("table",))

    def _check_heading(self, element: StructureElement, level: int) -> Iterator[OutputFinding]:
        words = self._structure.get_text(element)
        if not words:
            hint = "add text to the heading, or remove it"
            yield self.make_finding(element, "CHK002", "empty heading", "a heading has no text", hint)
        elif level > self._last_heading_level + 1:
            before = (
                f"follows a level {self._last_heading_level} heading"
                if self._last_heading_level
                else "is the first heading"
            )
            message = f"heading level skipped: {quote_text(words)} (level {level}) {before}"
            hint = f"change this heading to level {self._last_heading_level + 1}"
            yield self.make_finding(
                element, "CHK002", "heading levels", message, hint, ("heading", "chapter title")
            )
        self._last_heading_level = level

    def _find_untagged_text(self) -> Iterator[OutputFinding]:
        marks = self._structure.marked_content
        for number, page in enumerate(self._contents.pages):
            runs = [run for run in page.runs if run.text.strip()]
            untagged = [run.text for run in runs if run.mcid < 0 and not run.is_artifact]
            lost_texts = [
                run.text for run in runs if run.mcid >= 0 and MarkedContentKey(number, run.mcid) not in marks
            ]
            for rule, words, state in (
                ("untagged text", " ".join(untagged), "neither tagged nor marked as an artifact"),
                ("lost text", " ".join(lost_texts), "missing from the structure tree"),
            ):
                if words:
                    message = f"this text is {state}, so screen readers skip it: {quote_text(words)}"
                    yield OutputFinding(
                        code="CHK002",
                        rule=rule,
                        message=message,
                        hint=REPORT_HINT,
                        page=page.label,
                        text=words,
                    )


def _has_alt_text(element: StructureElement) -> bool:
    return bool((element.alt_text or element.actual_text or "").strip())


def _has_only_elements(element: StructureElement) -> bool:
    """Return whether a figure contains only structure elements, such as images with alt text."""
    return bool(element.kids) and all(isinstance(kid, StructureElement) for kid in element.kids)


def _list_rows(table: StructureElement) -> list[StructureElement]:
    parts = [part for part in table.children if part.type in ("THead", "TBody", "TFoot")]
    return [row for part in (table, *parts) for row in part.children if row.type == "TR"]


class LinkChecker:
    """Checks the targets of links and bookmarks in an open PDF."""

    def __init__(self, pdf: pikepdf.Pdf, structure: Structure | None, contents: PdfContents) -> None:
        self._pdf = pdf
        self._structure = structure
        self._contents = contents
        self._page_ids = {page.obj.objgen for page in pdf.pages}
        self._named_destinations = read_destinations(pdf)

    def iter_findings(self) -> Iterator[OutputFinding]:
        """Report dead links by page, then missing, untitled and dead bookmarks, then missing page labels."""
        for number, page in enumerate(self._pdf.pages):
            for annotation in iter_items(get_entry(page.obj, "/Annots")):
                is_link = get_name(get_entry(annotation, "/Subtype")) == "Link"
                if is_link and (problem := self._explain_invalid_target(annotation)):
                    yield self._make_link_finding(annotation, number, problem)
        yield from self._check_bookmarks()
        if "/PageLabels" not in self._pdf.Root:
            yield OutputFinding(
                code="CHK002", rule="page labels", message="the file has no page labels", hint=REPORT_HINT
            )

    def _make_link_finding(self, annotation: Any, number: int, problem: str) -> OutputFinding:
        page = self._contents.pages[number]
        words, before = page.get_text_in(_parse_box(get_entry(annotation, "/Rect"))), ""
        element = self._structure.annotations.get(annotation.objgen) if self._structure else None
        if element is not None and self._structure is not None:
            words = self._structure.get_text(element) or words
            before = self._structure.get_text_before(element)
        return OutputFinding(
            code="CHK004",
            rule="dead link",
            message=f"the link {quote_text(words) if words else 'on a picture'} "
            f"has no valid target: {problem}",
            hint=_LINK_HINT,
            page=page.label,
            text=words,
            preceding_text=before,
            kinds=("link",),
        )

    def _explain_invalid_target(self, item: Any) -> str:
        """Return why the target of a link or bookmark is invalid, or "" if it is valid."""
        action = get_entry(item, "/A")
        if not isinstance(action, pikepdf.Dictionary):
            return self._explain_invalid_destination(get_entry(item, "/Dest"))
        kind = get_name(get_entry(action, "/S"))
        if kind == "URI":
            url = get_text(get_entry(action, "/URI"))
            is_known = url.partition(":")[0].lower() in LINK_SCHEMES
            return "" if is_known else f'the URL scheme of "{url[:80]}" is not supported'
        if kind == "GoTo":
            return self._explain_invalid_destination(get_entry(action, "/D"))
        return f"the action {kind} is not supported"

    def _explain_invalid_destination(self, target: Any) -> str:
        """Return why a destination is invalid (ISO 32000-1, 12.3.2), or "" if it is valid."""
        if isinstance(target, pikepdf.String | pikepdf.Name):
            destination = str(target)
            if destination not in self._named_destinations:
                return f'the destination "{destination[:80]}" is not defined'
            target = self._named_destinations[destination]
        page = get_destination_page(target)
        if page is None:
            return "the destination is not set"
        return "" if page in self._page_ids else "the destination page is missing"

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
            if problem := self._explain_invalid_target(bookmark):
                yield OutputFinding(
                    code="CHK004",
                    rule="dead bookmark",
                    message=f"bookmark {quote_text(title)} has no valid target: {problem}",
                    hint=_LINK_HINT,
                    text=title,
                    kinds=("heading", "chapter title", "part title"),
                )


def _iter_bookmarks(parent: Any, seen: set[ObjectId], depth: int = 0) -> Iterator[Any]:
    item = get_entry(parent, "/First")
    while isinstance(item, pikepdf.Dictionary) and item.objgen not in seen and depth < _MAX_BOOKMARK_DEPTH:
        seen.add(item.objgen)
        yield item
        yield from _iter_bookmarks(item, seen, depth + 1)
        item = get_entry(item, "/Next")


def _parse_box(rectangle: Any) -> Box:
    try:
        x0, y0, x1, y1 = map(float, iter_items(rectangle))
    except (TypeError, ValueError):
        return 0, 0, 0, 0
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def check_contrast(contents: PdfContents, structure: Structure | None) -> Iterator[OutputFinding]:
    """Report text with too little contrast (WCAG 2.2, 1.4.3), once for each pair of colours."""
    elements = structure.elements if structure else ()
    parents = {
        kid: element for element in elements for kid in element.kids if isinstance(kid, MarkedContentKey)
    }
    faint: dict[tuple[str, str, float], list[tuple[int, TextRun]]] = {}
    for number, page in enumerate(contents.pages):
        for run in page.runs:
            bold = bool(_BOLD.search(run.font_name))
            minimum = VISIBLE_CONTRAST if is_large_text(run.font_size, bold=bold) else READABLE_CONTRAST
            if (
                run.colours is not None
                and run.colours.contrast < minimum - _CONTRAST_TOLERANCE
                and normalise_text(run.text)
            ):
                pair = (format_hex(run.colours.colour), format_hex(run.colours.background), minimum)
                faint.setdefault(pair, []).append((number, run))
    for (colour, background, minimum), runs in faint.items():
        number, run = runs[0]
        assert run.colours is not None
        parent = parents.get(MarkedContentKey(number, run.mcid))
        pages = len({page_number for page_number, _ in runs})
        message = (
            f"text in {colour} on {background} has a contrast of only {run.colours.contrast:.1f}:1 "
            f"(at least {minimum:g}:1 is required): {quote_text(run.text)}"
            + (f" (and on {pages - 1} more page{'s' * (pages > 2)})" if pages > 1 else "")
        )
        yield OutputFinding(
            code="CHK006",
            rule=message,
            message=message,
            hint=_CONTRAST_HINT,
            page=contents.pages[number].label,
            text=run.text,
            preceding_text=structure.get_text_before(parent) if structure and parent else "",
        )
