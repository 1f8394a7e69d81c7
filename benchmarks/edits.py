"""Edit a section like an author: add a sentence to a paragraph, or pages to a chapter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import RunError

_FENCE = re.compile(r"(:::+|```+|~~~+)(.*)")
_SENTENCE = " One sentence more."
_COUNTED = " In round {number} one sentence more."
_PARAGRAPH = (
    "These words stand here to take room, as what a writer adds does. They go on for some lines, so that a "
    "page is full after eight paragraphs like this one. What comes after them in the chapter is moved, and "
    "what comes after the chapter as well, with the numbers of its pages and all that names them."
)
_PARAGRAPHS = 24  # about three pages: more than fit on a chapter's last page and the following blank one


@dataclass(frozen=True, slots=True)
class Edit:
    """A section file, its text, and the text after the change."""

    section: Path
    original: str
    changed: str

    def make(self) -> None:
        self.section.write_text(self.changed, "utf-8")

    def undo(self) -> None:
        self.section.write_text(self.original, "utf-8")


def sentence_more(section: Path) -> Edit:
    """Return an edit that adds a sentence to the first plain paragraph."""
    return _put(section, _SENTENCE)


def counted_sentence_more(section: Path, number: int) -> Edit:
    """Return an edit with a unique sentence for each number, so that no cached result can be used."""
    return _put(section, _COUNTED.format(number=number))


def pages_more(section: Path) -> Edit:
    """Return an edit that adds enough paragraphs after the first plain one to move later chapters."""
    return _put(section, f"\n\n{_PARAGRAPH}" * _PARAGRAPHS)


def longest(sections: Iterable[Path]) -> Path:
    """Return the longest section."""
    return max(sections, key=lambda path: path.stat().st_size)


def editable(sections: Iterable[Path]) -> list[Path]:
    """Return the sections that have a plain paragraph."""
    return [section for section in sections if _first_paragraph(section.read_text("utf-8")) is not None]


def _put(section: Path, addition: str) -> Edit:
    text = section.read_text("utf-8")
    end = _first_paragraph(text)
    if end is None:
        raise RunError(f"{section.name} has no plain paragraph to change")
    return Edit(section, text, f"{text[:end]}{addition}{text[end:]}")


def _first_paragraph(text: str) -> int | None:
    """Return the end offset of the first paragraph outside front matter, divs and code."""
    front = re.match(r"---\n.*?^---\n", text, re.DOTALL | re.MULTILINE)
    depth, offset, inside = 0, front.end() if front else 0, False
    for line in text[offset:].splitlines(keepends=True):
        if inside and not line.strip():
            return offset - 1
        if fence := _FENCE.match(line):
            opens = bool(fence[2].strip()) or (not fence[1].startswith(":") and depth == 0)
            depth += 1 if opens else -1
        elif depth == 0 and not inside:
            inside = line[:1].isalpha()
        offset += len(line)
    return len(text.rstrip("\n")) if inside else None
