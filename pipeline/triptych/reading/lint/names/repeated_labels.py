"""Words and numbers that the text says, and that stand there anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_KINDS = {
    "fig": "figure|fig\\.|figures|abbildung|abb\\.|figura|图|圖",
    "tbl": "table|tables|tab\\.|tabelle|tableau|tabla|表",
    "sec": "section|chapter|sec\\.|chap\\.|abschnitt|kapitel|chapitre|capítulo|sección",
    "eq": "equation|equations|eq\\.|gleichung|équation|ecuación",
    "lst": "listing|listings",
}
_BEFORE_REFERENCE = re.compile(
    "|".join(rf"(?<!\w)(?:{words})[ \u00a0~]?\[?@{kind}-[\w-]+" for kind, words in _KINDS.items()),
    re.IGNORECASE,
)
_IN_CAPTION = re.compile(r"!\[(?:Figure|Fig\.|Abbildung|Abb\.|Table) \d+(?:\.\d+)*[.:]")
_IN_HEADING = re.compile(r"^#{1,2} +((?:Chapter|Kapitel|Chapitre|Capítulo) \d+(?:[.:]| [-–—])) *\w")
_UNNUMBERED = re.compile(r"\.unnumbered|\{-\}|\{[^}]*\s-\s*\}")


def repeated_labels(draft: Draft) -> Iterator[Diagnostic]:
    """A word before a reference, which has its own; a number written in a caption or a chapter's title."""
    for number, line in enumerate(draft.prose, 1):
        for match in _BEFORE_REFERENCE.finditer(line) if "@" in line else ():
            before = line[: match.start()]
            if before.count("[") > before.count("]"):
                continue  # in [Fig. @fig-x] the word is in place of the reference's own
            reference = match.group()[match.group().index("@") :]
            message = f"the word before `{reference}` is printed twice: cross-references already include it"
            hint = f"delete the word, or write [-{reference}] for the number alone"
            yield draft.found("LNT032", (number, match.start() + 1), message, hint)
        if "#fig-" in line and (caption := _IN_CAPTION.search(line)):
            message = (
                "the number in this caption is printed twice: figures with an id are numbered automatically"
            )
            yield draft.found(
                "LNT032",
                (number, caption.start() + 3),
                message,
                "delete the label and number from the caption",
            )
        if draft.numbered and (title := _IN_HEADING.match(line)) and not _UNNUMBERED.search(line):
            message = f'"{title.group(1)}" is printed twice: chapters are numbered automatically'
            yield draft.found(
                "LNT032", (number, title.start(1) + 1), message, f'delete "{title.group(1)}" from the title'
            )
