"""Add page references such as " (p. 57)" to prose, after cross-references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]+)\]:[ \t]*(\S+)", re.MULTILINE)
_WORDS = r"\[((?:[^\[\]]|\[[^\[\]]*\])+)\]"  # name of a link, which may contain brackets
_INLINE = re.compile(rf"(?<!!){_WORDS}\(([^()\s]*#[^()\s]+)\)")
_BY_NAME = re.compile(rf"(?<!!){_WORDS}(?:\[([^\[\]\n]*)\])?(?![(\[:{{])")
_NUMBERED = re.compile(r"(?<![\[\w@;-])@((?:sec|fig|tbl|eq|lst)-[\w-]*\w)")
_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)


def put_page_references(sections: Sequence[Path], most: int | None = None) -> int:
    """Add a page reference after each cross-reference in section files, or after some in the whole book.

    A cross-reference is a link to an id, or an ``@fig-x`` and the like, outside code, headings and front
    matter. Return the number of page references added.
    """
    texts = [section.read_text("utf-8") for section in sections]
    places = [(index, *place) for index, text in enumerate(texts) for place in cross_references(text)]
    if most is not None and most < len(places):
        places = [places[number * len(places) // most] for number in range(most)]
    for index, end, target in reversed(places):
        texts[index] = f"{texts[index][:end]} (p.\u00a0\\pageref{{{target}}}){texts[index][end:]}"
    for section, text in zip(sections, texts, strict=True):
        section.write_text(text, "utf-8")
    return len(places)


def cross_references(text: str) -> Iterator[tuple[int, str]]:
    """Return where each cross-reference of a section ends, and its target id, in order."""
    shown = text
    for hidden in (_FRONT_MATTER, _FENCED, _HEADING, _CODE):
        shown = hidden.sub(lambda match: re.sub(r"[^\n]", "\0", match.group()), shown)
    targets = {_name(match[1]): match[2] for match in _DEFINITION.finditer(text) if "#" in match[2]}
    found = {match.end(): match[1] for match in _NUMBERED.finditer(shown)}
    found |= {match.end(): match[2] for match in _INLINE.finditer(shown) if _within(match[2])}
    for match in _BY_NAME.finditer(shown):
        # The name of a link may contain code, which is masked: it is read from the original text.
        words = text[match.start(2) : match.end(2)] if match[2] else text[match.start(1) : match.end(1)]
        if (target := targets.get(_name(words))) and _within(target):
            found[match.end()] = target
    yield from ((end, target.rpartition("#")[2]) for end, target in sorted(found.items()))


def _name(words: str) -> str:
    """Return the name of a link as pandoc compares it."""
    return " ".join(words.split()).casefold()


def _within(target: str) -> bool:
    """Return whether a link has a target in the book."""
    return not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", target)
