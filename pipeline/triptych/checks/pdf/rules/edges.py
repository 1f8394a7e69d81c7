"""Is everything on its page, within the area of its text, and not over other words?"""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2

from triptych.checks.found import Found, quoted
from triptych.checks.pdf.contents.strays import strays_on
from triptych.model.strays import OFF_PAGE, OFF_TEXT, Stray

_CODES = {OFF_PAGE: "CHK021", OFF_TEXT: "LNT025"}
_HINT = "shorten the longest words, add the class `.landscape`, or set a wider `page-size`"


def edge_findings(data: bytes) -> Iterator[Found]:
    """What strays on the pages of a PDF; rules are left out where words or pictures stray with them."""
    with pypdfium2.PdfDocument(data) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found = strays_on(page, text)
            label = document.get_page_label(number) or str(number + 1)
            telling = [stray for stray in found if stray.kind != "line"] or found[:1]
            yield from (_found(stray, label) for stray in telling)


def _found(stray: Stray, page: str) -> Found:
    what = f"the text {quoted(stray.words)}" if stray.words else f"a {stray.kind}"
    far = f"{stray.beyond:.0f} pt"
    if stray.where == OFF_PAGE:
        message = f"{what} extends {far} beyond the page edge and is cut off"
    elif stray.where == OFF_TEXT:
        message = f"{what} extends {far} beyond the text area"
    else:
        message = f"{what} overlaps other text by {far}"
    return Found(
        code=_CODES.get(stray.where, "CHK022"),
        rule=stray.where,
        message=message,
        hint=_HINT,
        page=page,
        words=stray.words,
    )
