"""Links of wikis, such as ``[[results#Costs|the costs]]``, which are printed with their brackets."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft
from triptych.settings.names import slug

# Without quotation marks and brackets, as attributes of C++ and indices of R have them, and no index itself.
_LINK = re.compile(
    r"(?<![\w\])!`])\[\[(?![\d\W])([^\[\]\n|#\"()]+)(#[^\[\]\n|\"()]+)?(\|[^\[\]\n]+)?\]\](?![\[(:{])"
)


def wiki_links(draft: Draft) -> Iterator[Diagnostic]:
    """A link to a section of the book, or one whose name no code has: of several words, or with a capital."""
    for number, line in enumerate(draft.prose, 1):
        for match in _LINK.finditer(line) if "[[" in line else ():
            page, heading, words = (part or "" for part in match.groups())
            path = _section(page.strip(), draft)
            if not (path or heading or words or " " in page.strip() or not page[0].islower()):
                continue
            address = posixpath.relpath(path, posixpath.dirname(draft.path)) if path else "file.md"
            if heading:
                address += f"#{slug(heading[1:])}"
            shown = words[1:].strip() or heading[1:].strip() or page.strip()
            hint = f"write [{shown}]({address})"
            yield draft.found(
                "LNT030", (number, match.start() + 1), "this wiki link is printed literally", hint
            )


def _section(page: str, draft: Draft) -> str:
    """The path of the section that a name of a page means, "" for none."""
    return _by_name(draft.sections).get(_folded(page.removesuffix(".md")), "")


@lru_cache(maxsize=1)
def _by_name(sections: tuple[str, ...]) -> dict[str, str]:
    """The paths of sections by their names, each with the folders before it or without."""
    found: dict[str, str] = {}
    for path in sections:
        parts = _folded(posixpath.splitext(path)[0]).split("/")
        for start in range(len(parts)):
            found.setdefault("/".join(parts[start:]), path)
    return found


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name).casefold()
