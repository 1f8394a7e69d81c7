"""Find sentences that can be slide titles, unchanged or shortened at a clause boundary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triptych.languages.language_tags import UNSPACED
from triptych.languages.sentences import split_sentences
from triptych.languages.word_tables import SentencePatterns, load_sentence_patterns
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import plain_text, walk_all

_MIN_WORDS, _MIN_CHARACTERS = 4, 6  # minimum title length in words, or in CJK characters
MAX_TITLE_LENGTH, _MAX_UNSPACED_LENGTH = 92, 34  # maximum title length in characters (two lines)
_MAX_POINT_LENGTH = 140  # maximum number of characters of a sentence used as a bullet point
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "„": "“", "‘": "’"}
_CLAUSE = re.compile(r"[;；]|\s[–—]\s|—|:\s|：|\.\s")
_TWO_SENTENCES = re.compile(r"\w[.!?]\s+[^\W\d_]")
_OPENING_MARKS = "“«„\"'[{`&*#$@/"
_STRAIGHT_QUOTES = str.maketrans("’‘", "''")
_SPACE_BEFORE = re.compile(r"(?<!\s)\s++(?=[.,;:!?](?:\s|$))")
_TITLE_END = " .。．"  # characters removed at the end of titles
_PAUSES = ",;，；"  # punctuation removed before a displayed formula
_STEM_LENGTH = 5  # number of characters compared to decide whether two words have the same stem
_NO_STATEMENT = ("?", "？", "؟", "!", "！")
_STOPS = (".", "。", "．")
_RELATIVE = re.compile(r"(?:(?:that|which|who)(?:\s+\w+)?|(?:whose|where|when)\s+\S+|to|and|or)\s+$")
_MIN_SCORE = 1.0  # minimum worth of a key sentence
_MAX_PARAGRAPHS = 8  # number of paragraphs at the start of a section in which its key sentence is searched


@dataclass(frozen=True, slots=True)
class BookSentence:
    """A sentence of the book as plain text.

    ``has_reference`` is true if it contains a cross-reference, ``has_defined_term`` if it contains emphasised
    or indexed words, and ``is_first`` if it starts a paragraph. ``identifiers`` are those in its inline code.
    """

    text: str
    has_reference: bool = False
    has_defined_term: bool = False
    is_first: bool = False
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SlideTopic:
    """The topic of a slide.

    ``label`` is the caption if it is short, otherwise "". ``identifiers`` are those in a code listing.
    """

    heading: str = ""
    caption: str = ""
    label: str = ""
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StatementFinder:
    """Recognises sentences of a language that are statements and make sense without their context."""

    language: str = ""
    words: SentencePatterns = field(default_factory=SentencePatterns)

    @classmethod
    def from_language(cls, language: str) -> StatementFinder:
        """Return a finder with the sentence patterns of a language."""
        return cls(language, load_sentence_patterns(language))

    def iter_sentences(self, block: Block) -> Iterator[BookSentence]:
        """Yield the sentences of a paragraph; yield nothing for other blocks."""
        if not isinstance(block, nodes.Paragraph):
            return
        content = tuple(node for node in block.content if not isinstance(node, nodes.Citation))
        text = _SPACE_BEFORE.sub("", plain_text(content))
        named = tuple(_iter_matching_texts(content, _is_reference))
        marked = tuple(_iter_matching_texts(content, _is_definition_mark))
        coded = [node.text for node in walk_all(content) if isinstance(node, nodes.Code)]
        for index, sentence in enumerate(split_sentences(text, self.language)):
            yield BookSentence(
                text=sentence.strip(),
                has_reference=any(name in sentence for name in named),
                has_defined_term=any(mark in sentence for mark in marked),
                is_first=index == 0,
                identifiers=frozenset(
                    name for code in coded if code in sentence for name in find_identifiers(code)
                ),
            )

    def is_self_contained(self, sentence: BookSentence) -> bool:
        """Return whether a sentence makes sense without the sentences around it."""
        text = _normalise_text(sentence.text)
        return not (
            sentence.has_reference
            or (sentence.is_first and sentence.text[:1].islower() and not sentence.identifiers)
            or text.endswith(_NO_STATEMENT)
            or not (text[:1].isalnum() or text[:1] in _OPENING_MARKS)
            or self.words.dependent_starts.match(opened := text[self._measure_connectives(text) :])
            or self.words.self_references.search(opened)
            or self.words.incomplete_sentences.search(text)
            or self._depends_on_context(text)
        )

    def _depends_on_context(self, lowered: str) -> bool:
        """Return whether a subordinate or main clause starts with a word that refers to earlier text."""
        opener = self.words.subordinate_clauses.match(lowered)
        if opener is None:
            return False
        first = lowered[opener.end() :].split(maxsplit=1)[:1]
        if any(self.words.pronouns.fullmatch(word.strip(",")) for word in first):
            return True
        return bool(self.words.dependent_starts.match(lowered.partition(", ")[2]))

    def is_statement(self, text: str) -> bool:
        """Return whether text has a finite verb; always true for languages without a verb list."""
        lowered = _normalise_text(text)
        if self.words.verbs is None:
            return True
        first = lowered.split(maxsplit=1)[0] if lowered else ""
        if first.endswith("ing") and len(first) > 5 and not self.words.verbs.match(first):
            return False
        found = (match.start() for match in self.words.verbs.finditer(lowered))
        return any(start and not _RELATIVE.search(lowered[:start]) for start in found)

    def is_exercise_heading(self, heading: str) -> bool:
        """Return whether a heading belongs to exercises or similar sections, which talks omit."""
        return _has_leading_word(heading, self.words.practice_headings)

    def is_conclusion_heading(self, heading: str) -> bool:
        """Return whether a heading belongs to a conclusion or summary."""
        return _has_leading_word(heading, self.words.summary_headings)

    def make_title(self, sentence: BookSentence) -> str:
        """Convert a sentence to a title, shortened at a clause boundary if necessary, or return ""."""
        if not self.is_self_contained(sentence):
            return ""
        text = self._drop_connectives(sentence).rstrip(_TITLE_END + _PAUSES + ":：")
        if self._continues_in_formula(sentence, text):
            return ""
        if self._is_suitable_title(text):
            return text
        ends = sorted(self._iter_clause_ends(text), reverse=True)
        beginnings = (text[:end].rstrip(_TITLE_END + ",;:–—") for end in ends)
        whole = (
            short
            for short in beginnings
            if self._is_suitable_title(short) and not self._ends_in_new_clause(short)
        )
        return next((short for short in whole if self.is_statement(short)), "")

    def make_bullet_point(self, sentence: BookSentence) -> str:
        """Convert a sentence to a bullet point, or return "" if it depends on its context or is too long."""
        text = self._drop_connectives(sentence).rstrip(_TITLE_END + _PAUSES)
        whole = not text.endswith((":", "：")) and not self._continues_in_formula(sentence, text)
        said = len(text) <= _MAX_POINT_LENGTH and whole and self._is_long_enough(text)
        return (
            text
            if said and self.is_self_contained(sentence) and not _is_within_brackets(text, len(text))
            else ""
        )

    def _continues_in_formula(self, sentence: BookSentence, text: str) -> bool:
        """Return whether a sentence is incomplete without the displayed formula after it."""
        stopped = sentence.text.endswith(_STOPS)
        return not stopped and bool(self.words.incomplete_sentences.search(f"{_normalise_text(text)}:"))

    def _drop_connectives(self, sentence: BookSentence) -> str:
        """Return a sentence as plain text, without the words that connect it to the previous sentence."""
        text = sentence.text[self._measure_connectives(_normalise_text(sentence.text)) :]
        named = text.split(maxsplit=1)[0].strip(",") in sentence.identifiers if text else True
        return text if named or text == sentence.text else text[:1].upper() + text[1:]

    def score_sentence(self, sentence: BookSentence, topic: SlideTopic) -> float:
        """Return a sentence's relevance to a topic, from common words, identifiers and its position."""
        worth = 1.0 * min(count_common_stems(sentence.text, topic.heading), 2)
        worth += 1.0 * min(count_common_stems(sentence.text, topic.caption), 3)
        worth += 0.8 * min(len(sentence.identifiers & topic.identifiers), 2)
        worth += 1.2 * sentence.has_defined_term + 0.5 * sentence.is_first
        return worth - 1.2 * bool(self.words.weak_sentences.search(_normalise_text(sentence.text)))

    def _measure_connectives(self, lowered: str) -> int:
        """Return the number of characters of the words that connect a sentence to the previous sentence."""
        length = 0
        while opener := self.words.introductory_phrases.match(lowered, length):
            length = opener.end()
        return length

    def _ends_in_new_clause(self, text: str) -> bool:
        """Return whether text breaks off after the conjunction that starts a new clause."""
        lowered = _normalise_text(text)
        return any(match.end() >= len(lowered) for match in self.words.droppable_clauses.finditer(lowered))

    def _iter_clause_ends(self, text: str) -> Iterator[int]:
        """Yield the positions at which a title may end: clause boundaries outside brackets and quotations."""
        lowered = _normalise_text(text)
        for match in _CLAUSE.finditer(text):
            if not _is_within_brackets(text, match.start()):
                yield match.start()
        if self.words.subordinate_clauses.match(lowered):
            return
        for match in self.words.droppable_clauses.finditer(lowered):
            # After an earlier comma, the conjunction may be in an enumeration, or precede the main verb.
            if not _is_within_brackets(text, match.start()) and "," not in text[: match.start()]:
                yield match.start()

    def _is_suitable_title(self, text: str) -> bool:
        unspaced = len(re.findall(f"[{UNSPACED}]", text))
        if unspaced > len(text) / 2:
            return _MIN_CHARACTERS <= len(text) <= _MAX_UNSPACED_LENGTH
        if _TWO_SENTENCES.search(text):
            return False
        whole = len(text.split()) >= _MIN_WORDS and not _is_within_brackets(text, len(text))
        return whole and len(text) <= MAX_TITLE_LENGTH

    def _find_best_sentence(
        self, blocks: Sequence[Block], heading: str, convert: Callable[[BookSentence], str], min_score: float
    ) -> str:
        """Return the sentence most relevant to a heading, converted by ``convert``.

        Earlier sentences are preferred. Return "" if no sentence that can be converted scores above
        ``min_score``.
        """
        topic, best = SlideTopic(heading), ""
        paragraphs = [block for block in blocks if isinstance(block, nodes.Paragraph)]
        for number, paragraph in enumerate(paragraphs[:_MAX_PARAGRAPHS]):
            for index, sentence in enumerate(self.iter_sentences(paragraph)):
                worth = self.score_sentence(sentence, topic) - 0.3 * number - 0.2 * index
                if worth > min_score and (text := convert(sentence)):
                    best, min_score = text, worth
        return best

    def find_key_sentence(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the section's sentence that is most relevant to its heading, converted to a title, or ""."""
        return self._find_best_sentence(blocks, heading, self.make_title, _MIN_SCORE)

    def find_message(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the sentence that is most relevant to a heading, converted to a bullet point, or ""."""
        return self._find_best_sentence(blocks, heading, self.make_bullet_point, 0.0)

    def get_first_sentence(self, content: tuple[Inline, ...]) -> str:
        """Return the first sentence of inlines as plain text."""
        return next(iter(split_sentences(plain_text(content), self.language)), "").strip()

    def _is_long_enough(self, text: str) -> bool:
        return len(text.split()) >= _MIN_WORDS or len(re.findall(f"[{UNSPACED}]", text)) >= _MIN_CHARACTERS


def _normalise_text(text: str) -> str:
    return text.translate(_STRAIGHT_QUOTES).lower()


def _has_leading_word(heading: str, words: re.Pattern[str]) -> bool:
    """Return whether a heading starts with one of ``words``, followed by punctuation or nothing."""
    lowered = heading.strip().lower()
    found = words.match(lowered)
    return found is not None and not lowered[found.end() :].strip()[:1].isalnum()


def _is_within_brackets(text: str, index: int) -> bool:
    """Return whether the position ``index`` in ``text`` is inside brackets or quotation marks."""
    open_: list[str] = []
    for sign in text[:index]:
        if open_ and sign == open_[-1]:
            open_.pop()
        elif sign in _BRACKETS:
            open_.append(_BRACKETS[sign])
    return bool(open_)


def _is_reference(node: object) -> bool:
    return isinstance(node, nodes.Reference) or (isinstance(node, nodes.Link) and node.target.startswith("#"))


def _is_definition_mark(node: object) -> bool:
    """Return whether an inline is emphasised, or marked as a term or index entry."""
    if isinstance(node, nodes.Styled):
        return node.style in (Style.STRONG, Style.EMPHASIS)
    return isinstance(node, nodes.Phrase) and (node.attr.has("term") or node.attr.has("index"))


def _iter_matching_texts(content: Iterable[Inline], test: Callable[[object], bool]) -> Iterator[str]:
    for node in walk_all(tuple(content)):
        if test(node) and (text := plain_text((node,)).strip()):
            yield text


def find_identifiers(code: str) -> frozenset[str]:
    """Return the identifiers in source code."""
    return frozenset(re.findall(r"[^\W\d]\w*", code))


def count_common_stems(text: str, heading: str) -> int:
    """Return the number of word stems that occur both in a text and in a heading."""
    said = {word[:_STEM_LENGTH] for word in _list_words(text)}
    return len({word[:_STEM_LENGTH] for word in _list_words(heading)} & said)


def _list_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3 or word.isupper()]
