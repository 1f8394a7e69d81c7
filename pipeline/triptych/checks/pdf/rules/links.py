"""Do the links and bookmarks of a PDF lead somewhere, and do they say where to?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from triptych.checks.found import Found, quoted
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
_SAYS = "report this as a bug in Triptych: the links in the source are valid"


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
            yield Found(code="CHK002", rule="page labels", message="no page labels")

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
            yield found("CHK004", "dead link", f"the link {shown} {problem}", _SAYS)
        if not text(entry(annotation, "/Contents")).strip() and not (element and (element.alt or "").strip()):
            yield found("CHK003", "link description", f"the link {shown} has no description (/Contents)")
        if self._structure is not None and (
            element is None or (element.type != "Link" and not element.within("Link"))
        ):
            yield found("CHK002", "link tag", f"the link {shown} is not in a Link tag")

    def _problem(self, item: Any) -> str:
        """Why a link or bookmark leads nowhere, "" where it leads somewhere."""
        action = entry(item, "/A")
        if isinstance(action, pikepdf.Dictionary):
            kind = name(entry(action, "/S"))
            if kind == "URI":
                address = text(entry(action, "/URI"))
                scheme = address.partition(":")[0].lower()
                return "" if scheme in LINK_SCHEMES else f'has an unsupported URL scheme: "{address[:80]}"'
            if kind == "GoTo":
                return self._no_target(entry(action, "/D"))
            return f"has an unsupported action ({kind})"
        return self._no_target(entry(item, "/Dest"))

    def _no_target(self, target: Any) -> str:
        """Why a destination is none (ISO 32000-1, 12.3.2)."""
        if target is None:
            return "has no destination"
        if isinstance(target, pikepdf.String | pikepdf.Name):
            wanted = str(target)
            if wanted not in self._names:
                return f'points to the undefined destination "{wanted[:80]}"'
            target = self._names[wanted]
        page = page_of(target)
        if page is None:
            return "has no destination"
        return "" if page in self._pages else "points to a missing page"

    def _bookmarks(self) -> Iterator[Found]:
        outlines = entry(self._pdf.Root, "/Outlines")
        if entry(outlines, "/First") is None:
            yield Found(code="CHK004", rule="bookmarks", message="no bookmarks")
            return
        kinds = ("heading", "chapter title", "part title")
        for bookmark in _items(outlines, set(), 0):
            title = text(entry(bookmark, "/Title")).strip()
            if not title:
                yield Found(code="CHK004", rule="bookmark title", message="a bookmark has no title")
            if problem := self._problem(bookmark):
                message = f"the bookmark {quoted(title)} {problem}"
                yield Found(
                    code="CHK004", rule="dead bookmark", message=message, hint=_SAYS, words=title, kinds=kinds
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
