"""Content that shows nowhere, or everywhere, since its condition names what there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic, did_you_mean, join_names
from triptych.formats import BOOK_FORMATS, FORMATS
from triptych.reading.lint.draft import Draft

# Formats of Quarto and pandoc, which a source may well name.
_ELSEWHERE = frozenset(
    "html html4 html5 docx odt rtf latex beamer revealjs typst markdown gfm commonmark asciidoc jats icml"
    " context ms man plain ipynb hugo docusaurus epub2 epub3 dashboard email confluence llms-txt"
    " html:js mediawiki dokuwiki jira opendocument pdf:latex slidy s5 native".split()
)
_CONDITIONS = frozenset(
    f"{when}-{what}" for when in ("when", "unless") for what in ("format", "profile", "meta")
)


def unmet_conditions(draft: Draft) -> Iterator[Diagnostic]:
    """A format or a profile that is none, or a block that is to show under a condition and names none."""
    formats = {word for form in FORMATS.values() for word in form.words}
    vocabulary = {"format": formats, "profile": draft.profiles or ()}
    for attributes in draft.tree.attributes:
        for name, value in attributes.pairs:
            when, _, what = name.partition("-")
            if when not in ("when", "unless") or not vocabulary.get(what):
                continue
            for wrong in (one for one in re.split(r"[\s,]+", value) if one):
                if wrong in vocabulary[what] or (what == "format" and wrong in _ELSEWHERE):
                    continue
                if place := draft.place(rf"{name}\s*=\s*[\"']?[^\"'}}]*{re.escape(wrong)}"):
                    shown = BOOK_FORMATS if what == "format" else sorted(vocabulary[what])
                    known = join_names(list(shown), "or")
                    more = ", or define the profile in `book.yaml`" if what == "profile" else ""
                    hint = did_you_mean(wrong, shown) or f"use {known}{more}"
                    yield draft.found(
                        "LNT033",
                        place,
                        f'unknown {"output format" if what == "format" else what} "{wrong}"',
                        hint,
                    )
        if "content-visible" not in attributes.classes or _CONDITIONS & {
            name for name, _ in attributes.pairs
        }:
            continue
        if place := draft.place(r"\.?content-visible(?![^{}]*(?:when|unless)-)"):
            message = "this `content-visible` element has no condition"
            yield draft.found(
                "LNT033",
                place,
                message,
                'add a condition such as when-format="pdf", or remove the class content-visible',
            )
