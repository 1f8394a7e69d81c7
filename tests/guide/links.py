"""Find broken links between pages of the guide, as files and in the book."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from tests.guide.pages import Page
from triptych.passes.numbering import make_github_id


def broken_links(pages: Mapping[str, Page]) -> Iterator[str]:
    """Yield each link to a page that does not exist, or to a heading that no repository browser finds."""
    anchors = {path: set(heading_ids(page)) for path, page in pages.items()}
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link.target):
                continue
            name, _, fragment = unquote(link.target).partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) if name else path
            if target not in pages:
                yield f"{page.place(link.line)}: there is no page {link.target}"
            elif fragment and fragment not in anchors[target]:
                yield f"{page.place(link.line)}: {target} has no heading with the id {fragment}"


def heading_ids(page: Page) -> Iterator[str]:
    """Yield the ids of the headings of a page; a repeated id gets the suffix -1."""
    used: dict[str, int] = {}
    for heading in page.headings:
        name = make_github_id(heading)
        count = used[name] = used.get(name, -1) + 1
        yield f"{name}-{count}" if count else name
