"""What other tools understand, and what nobody wants to read in a book."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_CALLOUT = 'write ::: {.callout-note title="…"}, and ::: behind it; or > [!NOTE] on a line of its own'
_CONFLICT = "take one of the two, and the marks out"
_WORDS = "write [text](file.md)"
# What is printed, what to look for in the source, what it is, what to write.
_MARKS: tuple[tuple[str, str, str, str], ...] = (
    (r"^(?:!!!|\?\?\?\+?) ?[a-z]+\b", r"(?:!!!|\?\?\?\+?) ?[a-z]", "a callout of MkDocs", _CALLOUT),
    (r"^\[![A-Za-z]+\]", r"\[![A-Za-z]+\]", "the mark of a callout", _CALLOUT),
    (r"^\.\. [a-z-]+::", r"\.\. [a-z-]+::", "a directive of reStructuredText", _CALLOUT),
    (r"^\[\[?(?:TOC|toc|_TOC_)\]\]?$", r"^\[\[?(?:TOC|toc|_TOC_)\]", "a mark for the contents",
     "take it out: each output has its contents"),
    (r"^!include\b|^@import\b|\{\{#include\b", r"!include|@import|\{\{#include", "an include of another tool",
     "write {{< include file.md >}}"),
    (r"\{%-? *\w+[^%}]*%\}", r"\{%", "a tag of a template",
     "write {{< include file.md >}} or {{< var name >}}"),
    (r"(?:^|\n)<{7} \S|(?:^|\n)(?:> ?)*>{7} \S|(?:^|\n)={7}(?:\n|$)", r"^(?:<{7}|={7}|>{7})",
     "the mark of a conflict between versions", _CONFLICT),
    (r"\{\+\+.+?\+\+\}|\{>>.+?<<\}|\{~~.+?~~\}", r"\{(?:\+\+|>>|~~)", "a tracked change",
     "accept or refuse it: nothing here reads CriticMarkup"),
    (r"(?:^|(?<=[\s(]))==(?=\w)[^=\n]+(?<=\w)==(?=\W|$)", r"==\w", "a mark for a highlight",
     "write [words]{.mark}"),
    (r"!\[\[[^\]\n]+\]\]", r"!\[\[", "a picture of a wiki", "write ![Caption](picture.png)"),
    (r"(?<![\w\]!])\[\[[A-Z][^\]\[\n]*[ |][^\]\[\n]*\]\]", r"\[\[", "a link of a wiki", _WORDS),
)  # fmt: skip
_COMPILED = tuple((re.compile(printed), written, what, hint) for printed, written, what, hint in _MARKS)


def foreign_marks(draft: Draft) -> Iterator[Diagnostic]:
    """Each is printed as it is written."""
    for text in draft.tree.texts:
        for printed, written, what, hint in _COMPILED:
            if printed.search(text) and (place := draft.place(written)):
                yield draft.found("LNT030", place, f"{what} is read as text", hint)
