"""Do the links and bookmarks of a PDF lead somewhere, and do they say where to?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from triptych.checks.found import REPORT, Found, quoted
from triptych.checks.pdf.contents.contents import Contents
from triptych.checks.pdf.contents.objects import Box
from triptych.checks.pdf.contents.structure import Structure
from triptych.checks.pdf.contents.values import (
    ObjectId,
    destinations,
    entry,
    listed,
    name,
    page_of,
    text,
)
from triptych.model.nodes import LINK_SCHEMES

_DEEPEST = 50
_TEMPLATE = (
    "correct the link in the project's print template; "
    "without such a template, report this as a bug in Triptych"
)


class Links:
    """All findings in the links of an open PDF, and in its bookmarks."""

    def __init__(self, pdf: pikepdf.Pdf, structure: Structure | None, contents: Contents) -> None:
        self._pdf = pdf
        self._structure = structure
        self._contents = contents
        self._pages = {page.obj.objgen for page in pdf.pages}
        self._names = destinations(pdf)

    def findings(self) -> Iterator[Found]:
        """Page by page, then the bookmarks."""
        for number, page in enumerate(self._pdf.pages):
            for annotation in listed(entry(page.obj, "/Annots")):
                if name(entry(annotation, "/Subtype")) == "Link":
                    yield from self._link(annotation, number)
        yield from self._bookmarks()
        if "/PageLabels" not in self._pdf.Root:
            yield Found(code="CHK002", rule="page labels", message="the file has no page labels", hint=REPORT)

    def _link(self, annotation: Any, number: int) -> Iterator[Found]:
        page = self._contents.pages[number]
        words = page.words_in(_box(entry(annotation, "/Rect")))
        before = ""
        element = self._structure.annotations.get(annotation.objgen) if self._structure else None
        if element is not None and self._structure is not None:
            words = self._structure.words(element) or words
            before = self._structure.before(element)
        shown = quoted(words) if words else "on a picture"

        def found(code: str, rule: str, message: str, hint: str | None = None) -> Found:
            return Found(
                code=code,
                rule=rule,
                message=message,
                hint=hint,
                page=page.label,
                words=words,
                before=before,
                kinds=("link",),
            )

        if problem := self._problem(annotation):
            yield found("CHK004", "dead link", f"the link {shown} has no valid target: {problem}", _TEMPLATE)
        if not text(entry(annotation, "/Contents")).strip() and not (element and (element.alt or "").strip()):
            message = f"the link {shown} has no description (/Contents)"
            yield found("CHK003", "link description", message, REPORT)
        if self._structure is not None and (
            element is None or (element.type != "Link" and not element.within("Link"))
        ):
            yield found("CHK002", "link tag", f"the link {shown} is not tagged as a link", REPORT)

    def _problem(self, item: Any) -> str:
        """Why a link or bookmark leads nowhere, "" where it leads somewhere."""
        action = entry(item, "/A")
        if isinstance(action, pikepdf.Dictionary):
            kind = name(entry(action, "/S"))
            if kind == "URI":
                address = text(entry(action, "/URI"))
                scheme = address.partition(":")[0].lower()
                return (
                    "" if scheme in LINK_SCHEMES else f'the URL scheme of "{address[:80]}" is not supported'
                )
            if kind == "GoTo":
                return self._no_target(entry(action, "/D"))
            return f"the action {kind} is not supported"
        return self._no_target(entry(item, "/Dest"))

    def _no_target(self, target: Any) -> str:
        """Why a destination is none (ISO 32000-1, 12.3.2)."""
        if target is None:
            return "the destination is not set"
        if isinstance(target, pikepdf.String | pikepdf.Name):
            wanted = str(target)
            if wanted not in self._names:
                return f'the destination "{wanted[:80]}" is not defined'
            target = self._names[wanted]
        page = page_of(target)
        if page is None:
            return "the destination is not set"
        return "" if page in self._pages else "the destination page is missing"

    def _bookmarks(self) -> Iterator[Found]:
        outlines = entry(self._pdf.Root, "/Outlines")
        if entry(outlines, "/First") is None:
            yield Found(code="CHK004", rule="bookmarks", message="the file has no bookmarks", hint=REPORT)
            return
        kinds = ("heading", "chapter title", "part title")
        for bookmark in _items(outlines, set(), 0):
            title = text(entry(bookmark, "/Title")).strip()
            if not title:
                yield Found(
                    code="CHK004", rule="bookmark title", message="a bookmark has no title", hint=REPORT
                )
            if problem := self._problem(bookmark):
                message = f"bookmark {quoted(title)} has no valid target: {problem}"
                yield Found(
                    code="CHK004",
                    rule="dead bookmark",
                    message=message,
                    hint=_TEMPLATE,
                    words=title,
                    kinds=kinds,
                )


def _items(parent: Any, seen: set[ObjectId], depth: int) -> Iterator[Any]:
    item = entry(parent, "/First")
    while isinstance(item, pikepdf.Dictionary) and item.objgen not in seen and depth < _DEEPEST:
        seen.add(item.objgen)
        yield item
        yield from _items(item, seen, depth + 1)
        item = entry(item, "/Next")


def _box(rectangle: Any) -> Box:
    try:
        x0, y0, x1, y1 = map(float, listed(rectangle))
    except (TypeError, ValueError):
        return 0, 0, 0, 0
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
