"""Load word lists by language from YAML files in ``templates/``, such as words for reading formulas aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from triptych.folders import get_templates_folder


def load_entries(table: str, tags: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Load the entries for ``tags``, in lower case, from the YAML file ``table``.

    Only these entries are parsed, since parsing all languages is slow. A YAML anchor must be named after the
    tag of its entry, in lower case.
    """
    blocks = _split_blocks(table)
    selected_blocks = [blocks[tag] for tag in tags if tag in blocks]
    heads = "\n".join(
        block.partition("\n")[0] for block in selected_blocks
    )  # a block with an alias has no other line
    anchors = [block for name, block in blocks.items() if re.search(rf"\*{name}$", heads, re.MULTILINE)]
    text = "".join(dict.fromkeys((*anchors, *selected_blocks)))
    return {tag.lower(): entry for tag, entry in (YAML(typ="safe").load(text) or {}).items()}


def list_tags(table: str) -> list[str]:
    """Return the language tags in the YAML file ``table``, in lower case."""
    return list(_split_blocks(table))


@cache
def _split_blocks(table: str) -> dict[str, str]:
    text = (get_templates_folder() / table).read_text("utf-8")
    parts = re.split(r"^(?=[\w\"-]+:)", text, flags=re.MULTILINE)[1:]
    return {part.partition(":")[0].strip('"').lower(): part for part in parts}


def iter_fallback_tags(language: str) -> Iterator[str]:
    """Yield a tag in lower case and its fallbacks: "zh-hant-tw", "zh-hant", "zh" (RFC 4647, 3.4)."""
    subtags = language.lower().split("-")
    yield from ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))


def _load_entry(table: str, language: str) -> dict[str, Any] | None:
    """Load a table's entry for a language or its longest prefix; return None if there is none."""
    entries = load_entries(table, iter_fallback_tags(language))
    return next((entries[tag] for tag in iter_fallback_tags(language) if tag in entries), None)


# Symbols that are read aloud like other symbols.
_EQUIVALENT_SYMBOLS = {
    "-": "−", "⋅": "·", "⬝": "·", "∗": "*", "∕": "/", "⁄": "/", "∶": ":", "~": "∼", "\\": "∖", "'": "′",
    "∣": "|", "⋯": "…", "...": "…", ":=": "≔", "⩽": "≤", "⩾": "≥", "⩽̸": "≰", "⩾̸": "≱", "∊": "∈",
    "⟂": "⊥", "⌀": "∅", "⨿": "∐", "⟶": "→", "⟵": "←", "⟷": "↔", "⟹": "⇒", "⟸": "⇐", "⟺": "⇔", "⟼": "↦",
    "◼": "■", "▴": "▲", "▾": "▼", "◂": "◀", "▸": "▶", "▿": "▽", "▵": "△", "▫": "□", "◻": "□",
    "⟻": "↤", "⟽": "⤆", "⟾": "⤇", "⫼": "⫴", "\u20ef": "→", "\u20ee": "←",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """The words of one language for reading formulas aloud.

    ``letters`` are the names of the Greek letters α to ω. ``symbols``, ``functions`` and ``fractions`` map a
    notation, such as "1/2", to its name. ``patterns`` contains format strings for constructs such as powers.
    ``names_capitals`` says whether capital letters of the Latin alphabet are called capitals.
    """

    letters: tuple[str, ...]
    symbols: Mapping[str, str]
    functions: Mapping[str, str]
    fractions: Mapping[str, str]
    patterns: Mapping[str, str]
    names_capitals: bool = True

    def format_pattern(self, pattern: str, **parts: str) -> str:
        """Return the pattern called ``pattern`` with its placeholders filled in."""
        return self.patterns[pattern].format(**parts)


@cache
def load_formula_words(language: str) -> FormulaWords | None:
    """Load the words of a language or of its longest prefix in the word list.

    If the word list has no such entry, return None.
    """
    entry = _load_entry("formula-words.yaml", language)
    if entry is None:
        return None
    symbols = dict(entry["symbols"])
    symbols |= {sign: symbols[original] for sign, original in _EQUIVALENT_SYMBOLS.items()}
    letters = tuple(entry["letters"].split())
    return FormulaWords(letters, symbols, entry["functions"], entry["fractions"], entry["patterns"])


_NEVER_MATCHES = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class SentencePatterns:
    """Regular expressions for choosing sentences for slides, in one language. They expect lower-case text.

    Three patterns match at the start of a sentence: ``dependent_starts`` matches words that depend on the
    preceding sentence, ``introductory_phrases`` an introductory phrase and the comma after it, and
    ``subordinate_clauses`` the first word of a subordinate clause.

    ``droppable_clauses`` matches the comma and the first word of a clause that can be dropped.
    ``incomplete_sentences`` matches the end of an incomplete sentence with a colon, and ``self_references``
    words that refer to the book itself. ``pronouns`` matches pronouns that refer to a preceding sentence if
    they follow a subordinate clause. ``weak_sentences`` matches words of sentences with little content, and
    ``dangling_words`` words that refer to other sentences, anywhere in a title. ``open_ends`` matches
    words at the end of an incomplete sentence. A pronoun of the
    ``third_person`` needs a comma or one of the ``clause_links`` before it. ``counts`` matches
    the numbers from two in words, and ``count_values`` has their values. A sentence without any of the
    ``verbs`` is not a statement, and text that starts with one of the ``question_words`` is a question. The
    first verb after one of the ``clause_openers`` belongs to a subordinate clause, and one of the
    ``auxiliaries`` forms one verb with the next. In a sentence that starts with a gerund, only
    ``verbs_after_gerunds`` count. A subject with one of the ``definite_articles`` may have been introduced
    before. ``noun_markers`` matches the end of text before a noun that looks like a verb,
    ``noun_complements`` the text after one of the ``ambiguous_nouns`` that is not a verb, ``bare_subjects`` a
    subject that only other text explains, ``passive_verbs`` a verb in the passive, ``demonstratives`` a
    determiner and its noun, ``introductory_words`` an adverb with its comma, and ``you_clauses`` the end of
    text before the verb of a relative clause without a pronoun. ``reporting_phrases`` matches words such as
    "the chart shows that" at the start of a sentence.

    ``practice_headings`` matches the headings of sections that a talk omits, and ``summary_headings`` those
    of summaries. ``element_names`` maps each type of slide element, such as a table, to its name.
    """

    dependent_starts: re.Pattern[str] = _NEVER_MATCHES
    introductory_phrases: re.Pattern[str] = _NEVER_MATCHES
    self_references: re.Pattern[str] = _NEVER_MATCHES
    droppable_clauses: re.Pattern[str] = _NEVER_MATCHES
    subordinate_clauses: re.Pattern[str] = _NEVER_MATCHES
    incomplete_sentences: re.Pattern[str] = _NEVER_MATCHES
    pronouns: re.Pattern[str] = _NEVER_MATCHES
    weak_sentences: re.Pattern[str] = _NEVER_MATCHES
    dangling_words: re.Pattern[str] | None = None
    open_ends: re.Pattern[str] = _NEVER_MATCHES
    third_person: re.Pattern[str] = _NEVER_MATCHES
    clause_links: re.Pattern[str] = _NEVER_MATCHES
    counts: re.Pattern[str] | None = None
    count_values: Mapping[str, int] = field(default_factory=dict)
    verbs: re.Pattern[str] | None = None
    clause_openers: re.Pattern[str] = _NEVER_MATCHES
    auxiliaries: re.Pattern[str] = _NEVER_MATCHES
    verbs_after_gerunds: re.Pattern[str] = _NEVER_MATCHES
    definite_articles: re.Pattern[str] = _NEVER_MATCHES
    possessives: re.Pattern[str] = _NEVER_MATCHES
    noun_markers: re.Pattern[str] = _NEVER_MATCHES
    ambiguous_nouns: re.Pattern[str] = _NEVER_MATCHES
    noun_complements: re.Pattern[str] = _NEVER_MATCHES
    bare_subjects: re.Pattern[str] = _NEVER_MATCHES
    passive_verbs: re.Pattern[str] = _NEVER_MATCHES
    demonstratives: re.Pattern[str] = _NEVER_MATCHES
    introductory_words: re.Pattern[str] = _NEVER_MATCHES
    you_clauses: re.Pattern[str] = _NEVER_MATCHES
    reporting_phrases: re.Pattern[str] = _NEVER_MATCHES
    question_words: re.Pattern[str] = _NEVER_MATCHES
    practice_headings: re.Pattern[str] = _NEVER_MATCHES
    summary_headings: re.Pattern[str] = _NEVER_MATCHES
    element_names: Mapping[str, str] = field(default_factory=dict)


@cache
def load_sentence_patterns(language: str) -> SentencePatterns:
    """Load the patterns of a language or of its longest prefix in the word list.

    If the word list has no such entry, return patterns that match nothing.
    """
    entry = _load_entry("talk-words.yaml", language)
    if entry is None:
        return SentencePatterns()
    element_names = entry.get("shown", {})
    patterns = {key: re.compile(text) for key, text in entry.get("patterns", {}).items()}
    words = {
        key: [word.strip() for word in text.split("|")]
        for key, text in entry.items()
        if key not in ("shown", "patterns")
    }
    if not words:
        return SentencePatterns(element_names=element_names)
    return SentencePatterns(
        dependent_starts=re.compile(_make_alternatives_pattern(words["leaning"])),
        introductory_phrases=re.compile(rf"{_make_alternatives_pattern(words['openers'])},\s+"),
        self_references=re.compile(rf"(?<!\w){_make_alternatives_pattern(words['about-itself'])}"),
        droppable_clauses=re.compile(rf",\s+{_make_alternatives_pattern(words['joining'])}"),
        subordinate_clauses=re.compile(_make_alternatives_pattern(words["subordinate"])),
        incomplete_sentences=re.compile(
            rf"(?<!\w){_make_alternatives_pattern(words['unfinished'])}\s*[:：]$"
        ),
        pronouns=_make_word_pattern(words, "pronouns") or _NEVER_MATCHES,
        weak_sentences=_make_word_pattern(words, "weak", patterns.get("weak")) or _NEVER_MATCHES,
        dangling_words=_make_word_pattern(words, "dangling", patterns.get("dangling")),
        open_ends=re.compile(rf"(?<!\w){_make_alternatives_pattern(words.get('open-ends', ()))}$")
        if "open-ends" in words
        else _NEVER_MATCHES,
        third_person=_make_word_pattern(words, "third-person") or _NEVER_MATCHES,
        clause_links=_make_word_pattern(words, "links") or _NEVER_MATCHES,
        counts=_make_word_pattern(words, "counts"),
        count_values={word: value for value, word in enumerate(words.get("counts", ()), 2)},
        verbs=_make_word_pattern(words, "verbs"),
        clause_openers=_make_word_pattern(words, "clauses") or _NEVER_MATCHES,
        auxiliaries=_make_word_pattern(words, "auxiliaries") or _NEVER_MATCHES,
        verbs_after_gerunds=_make_word_pattern(words, "after-gerunds") or _NEVER_MATCHES,
        definite_articles=_make_word_pattern(words, "definite") or _NEVER_MATCHES,
        possessives=_make_word_pattern(words, "possessives") or _NEVER_MATCHES,
        noun_markers=patterns.get("noun-marker", _NEVER_MATCHES),
        ambiguous_nouns=_make_word_pattern(words, "nouns") or _NEVER_MATCHES,
        noun_complements=patterns.get("noun-complement", _NEVER_MATCHES),
        bare_subjects=patterns.get("bare-subject", _NEVER_MATCHES),
        passive_verbs=patterns.get("passive", _NEVER_MATCHES),
        demonstratives=patterns.get("that-noun", _NEVER_MATCHES),
        introductory_words=patterns.get("introductory-word", _NEVER_MATCHES),
        you_clauses=patterns.get("you-clause", _NEVER_MATCHES),
        reporting_phrases=patterns.get("reporting", _NEVER_MATCHES),
        question_words=_make_word_pattern(words, "questions") or _NEVER_MATCHES,
        practice_headings=_make_word_pattern(words, "practice") or _NEVER_MATCHES,
        summary_headings=_make_word_pattern(words, "closing") or _NEVER_MATCHES,
        element_names=element_names,
    )


def _make_word_pattern(
    words: Mapping[str, list[str]], key: str, other: re.Pattern[str] | None = None
) -> re.Pattern[str] | None:
    """Return a pattern that matches the words of ``key`` anywhere, and also what ``other`` matches."""
    if key not in words:
        return None
    pattern = rf"(?<!\w){_make_alternatives_pattern(words[key])}"
    return re.compile(f"{pattern}|{other.pattern}" if other else pattern)


def _make_alternatives_pattern(words: Iterable[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)"
