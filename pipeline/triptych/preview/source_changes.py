"""Find the first changed line of the source between two builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triptych.preview.alignment import CONTEXT, Query, make_query, split_words


@dataclass(frozen=True, slots=True)
class SourceChange:
    """The first changed line of a source file, and a query that finds it in outputs."""

    path: str
    line: int
    query: Query


def find_change(path: str, old_text: str, new_text: str) -> SourceChange | None:
    """Return the first change of a text, or None if no words have changed.

    If words were only removed, the change is at the words that follow.
    """
    is_table = path.endswith((".csv", ".tsv"))
    words = split_words(new_text, commas_split=is_table)
    new = [word.text for word in words]
    old = [word.text for word in split_words(old_text, commas_split=is_table)]
    if not words or new == old:
        return None
    pairs = enumerate(zip(new, old, strict=False))
    index = next((position for position, (word, other) in pairs if word != other), min(len(new), len(old)))
    index = min(index, len(words) - 1)
    start, end = max(0, index - 3 * CONTEXT), index + 3 * CONTEXT
    context_words = words[start:end]
    # The number of blank lines before a word distinguishes paragraphs.
    first = context_words[0].start
    blocks = [new_text.count("\n\n", first, word.start) for word in context_words]
    line = new_text.count("\n", 0, words[index].start) + 1
    return SourceChange(path, line, make_query(new[start:end], blocks, index - start))


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """The texts of source files that changed between two builds, before and after, by path."""

    old_texts: Mapping[str, str]
    new_texts: Mapping[str, str]

    def find_first(self) -> SourceChange | None:
        """Return the first change, or None if no words have changed. Sections take precedence."""
        paths = sorted(self.new_texts, key=lambda path: (not path.endswith(".md"), path))
        changes = (find_change(path, self.old_texts.get(path, ""), self.new_texts[path]) for path in paths)
        return next(filter(None, changes), None)
