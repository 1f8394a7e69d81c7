"""Load word lists by language from YAML files in ``templates/``, such as words for reading formulas aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from triptych.folders import templates_folder


def load_entries(table: str, tags: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Load the entries for ``tags``, in lower case, from the YAML file ``table``.

    Only these entries are parsed, since parsing all languages is slow. A YAML anchor must be named after the
    tag of its entry, in lower case.
    """
    blocks = _split_blocks(table)
    wanted = [blocks[tag] for tag in tags if tag in blocks]
    heads = "\n".join(block.partition("\n")[0] for block in wanted)  # an alias is its block's only line
    anchors = [block for name, block in blocks.items() if re.search(rf"\*{name}$", heads, re.MULTILINE)]
    text = "".join(dict.fromkeys((*anchors, *wanted)))
    return {tag.lower(): entry for tag, entry in (YAML(typ="safe").load(text) or {}).items()}


def list_tags(table: str) -> list[str]:
    """Return the language tags in the YAML file ``table``, in lower case."""
    return list(_split_blocks(table))


@cache
def _split_blocks(table: str) -> dict[str, str]:
    text = (templates_folder() / table).read_text("utf-8")
    parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[1:]
    return {part.partition(":")[0].strip('"').lower(): part for part in parts}


def fallback_tags(language: str) -> Iterator[str]:
    """Yield a tag in lower case and its fallbacks: "zh-hant-tw", "zh-hant", "zh" (RFC 4647, 3.4)."""
    subtags = language.lower().split("-")
    yield from ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))


def _load_entry(table: str, language: str) -> dict[str, Any] | None:
    """Load the entry of a language or of its longest prefix in ``table``, or None if there is none."""
    entries = load_entries(table, fallback_tags(language))
    return next((entries[tag] for tag in fallback_tags(language) if tag in entries), None)


# Symbols that are read aloud like other symbols.
_ALIKE = {
    "-": "−", "⋅": "·", "∗": "*", "∕": "/", "⁄": "/", "∶": ":", "~": "∼", "\\": "∖", "'": "′", "∣": "|",
    "⋯": "…", "...": "…", ":=": "≔", "≝": "≔", "⩽": "≤", "⩾": "≥", "∊": "∈", "⟶": "→", "⇀": "→",
    "⟵": "←", "⟷": "↔", "⟹": "⇒", "⟸": "⇐", "⟺": "⇔", "⟼": "↦", "⇋": "⇌",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """The words of one language for reading formulas aloud.

    ``letters`` are the names of the Greek letters α to ω. ``symbols`` and ``functions`` map a notation to its
    name, ``fractions`` map fractions such as "1/2" to words. ``patterns`` are format strings for constructs
    such as powers.
    """

    letters: tuple[str, ...]
    symbols: Mapping[str, str]
    functions: Mapping[str, str]
    fractions: Mapping[str, str]
    patterns: Mapping[str, str]

    def say(self, pattern: str, **parts: str) -> str:
        """Return the pattern called ``pattern`` with its placeholders filled in."""
        return self.patterns[pattern].format(**parts)


@cache
def load_formula_words(language: str) -> FormulaWords | None:
    """Load the words of a language, or of its longest prefix in the word list, or None if there are none."""
    entry = _load_entry("formula-words.yaml", language)
    if entry is None:
        return None
    symbols = dict(entry["symbols"])
    symbols |= {sign: symbols[like] for sign, like in _ALIKE.items()}
    letters = tuple(entry["letters"].split())
    return FormulaWords(letters, symbols, entry["functions"], entry["fractions"], entry["patterns"])


_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class TalkWords:
    """Regular expressions of one language for choosing sentences for slides, for lower-case text.

    ``leaning``, ``openers`` and ``subordinate`` match at the start of a sentence: words that depend on the
    preceding sentence, introductory phrases with their comma, and subordinate clauses. ``joining`` matches
    the comma before a clause that may be dropped, ``unfinished`` an incomplete sentence that ends with a
    colon, and ``about_itself`` a sentence about the book. ``pronouns`` refer to a preceding sentence if they
    follow a subordinate clause. ``weak`` matches sentences with little content. Every statement has one of
    the ``verbs``. ``practice`` and ``closing`` match the headings of sections that a talk omits and of
    summaries. ``shown`` maps each type of slide element, such as a table, to its name.
    """

    leaning: re.Pattern[str] = _NOTHING
    openers: re.Pattern[str] = _NOTHING
    about_itself: re.Pattern[str] = _NOTHING
    joining: re.Pattern[str] = _NOTHING
    subordinate: re.Pattern[str] = _NOTHING
    unfinished: re.Pattern[str] = _NOTHING
    pronouns: re.Pattern[str] = _NOTHING
    weak: re.Pattern[str] = _NOTHING
    verbs: re.Pattern[str] | None = None
    practice: re.Pattern[str] = _NOTHING
    closing: re.Pattern[str] = _NOTHING
    shown: Mapping[str, str] = field(default_factory=dict)


@cache
def load_talk_words(language: str) -> TalkWords:
    """Load the patterns of a language or its longest prefix in the word list, or patterns without matches."""
    entry = _load_entry("talk-words.yaml", language)
    if entry is None:
        return TalkWords()
    shown = entry.get("shown", {})
    words = {key: [word.strip() for word in text.split("|")] for key, text in entry.items() if key != "shown"}
    if not words:
        return TalkWords(shown=shown)
    return TalkWords(
        leaning=re.compile(_alternatives_pattern(words["leaning"])),
        openers=re.compile(rf"{_alternatives_pattern(words['openers'])},\s+"),
        about_itself=re.compile(rf"(?<!\w){_alternatives_pattern(words['about-itself'])}"),
        joining=re.compile(rf",\s+{_alternatives_pattern(words['joining'])}"),
        subordinate=re.compile(_alternatives_pattern(words["subordinate"])),
        unfinished=re.compile(rf"(?<!\w){_alternatives_pattern(words['unfinished'])}\s*[:：]$"),
        pronouns=_word_pattern(words, "pronouns") or _NOTHING,
        weak=_word_pattern(words, "weak") or _NOTHING,
        verbs=_word_pattern(words, "verbs"),
        practice=_word_pattern(words, "practice") or _NOTHING,
        closing=_word_pattern(words, "closing") or _NOTHING,
        shown=shown,
    )


def _word_pattern(words: Mapping[str, list[str]], key: str) -> re.Pattern[str] | None:
    return re.compile(rf"(?<!\w){_alternatives_pattern(words[key])}") if key in words else None


def _alternatives_pattern(words: Iterable[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)"
