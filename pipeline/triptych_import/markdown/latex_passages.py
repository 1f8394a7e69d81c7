"""Passages that are written twice, for a web site in Markdown and for a PDF in LaTeX.

Quarto's PDF is made by LaTeX, where a box may be a macro of the author's own. Ours is not: what is written
in Markdown beside it stands in every output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import Line, scan

_OPENING = re.compile(r"^[ \t]*:{3,}[ \t]*(?:\{([^{}]*)\}|[\w-]+)[ \t]*:*[ \t]*$")
_CLOSING = re.compile(r"^[ \t]*:{3,}[ \t]*$")
_CONDITION = re.compile(r"^\.content-visible\s+when-format=\"?(html|pdf|latex)\"?$")
_COMMAND = re.compile(r"\s*\\[A-Za-z]+\*?(?=[\[{])")
_ENVIRONMENT = re.compile(
    r"\s*\\begin\{(?!equation|align|gather|multline|eqnarray|math|displaymath)([a-z]+)\}.*\\end\{\1\}\s*",
    re.DOTALL,
)
_DEEPEST = 12  # braces in each other


@dataclass(frozen=True, slots=True)
class _Passage:
    """What only one output shows: whether that is the web site, and its first and last line."""

    of_site: bool
    first: int
    last: int


def in_markdown(draft: Draft) -> tuple[Draft, list[Finding]]:
    """A text without passages in LaTeX beside the same in Markdown, which then stands in all outputs."""
    lines = scan(draft.text)
    edits, found = [], []
    passages = sorted(_passages(lines), key=lambda passage: passage.first)
    for one, other in pairwise(passages):
        if one.of_site == other.of_site or any(
            line.text.strip() for line in lines[one.last + 1 : other.first]
        ):
            continue
        site, print_ = (one, other) if one.of_site else (other, one)
        written = draft.text[lines[print_.first].end : lines[print_.last].start]
        if not _is_latex(written):
            continue
        start, end = lines[print_.first].start, lines[print_.last].end
        edits.append(Edit(start, end, ""))
        edits += [Edit(lines[index].begin, lines[index].end, "") for index in (site.first, site.last)]
        what = "LaTeX passage for the PDF only"
        found.append(draft.finding(start, what, "omitted, since its Markdown alternative is used"))
    return draft.edited(edits), found


def _passages(lines: list[Line]) -> Iterator[_Passage]:
    """Divs that one output shows, those in others too."""
    open_: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if not line.prose or line.quote:
            continue
        if _CLOSING.match(line.text):
            if open_:
                first, attributes = open_.pop()
                if condition := _CONDITION.match(attributes):
                    yield _Passage(condition.group(1) == "html", first, index)
        elif match := _OPENING.match(line.text):
            open_.append((index, (match.group(1) or "").strip()))


def _is_latex(text: str) -> bool:
    """Whether a text is one command of LaTeX and what it is given, or an environment that is no formula."""
    if _ENVIRONMENT.fullmatch(text):
        return True
    command = _COMMAND.match(text)
    if command is None:
        return False
    rest = re.sub(r"\\.", "", text[command.end() :])
    for _ in range(_DEEPEST):
        rest = re.sub(r"\{[^{}]*\}", "", rest)
    return not re.sub(r"\[[^\[\]]*\]", "", rest).strip()
