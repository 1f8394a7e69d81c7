"""Find sentences that can be the title of a slide, whole or shortened at a clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triptych.languages.language_tags import UNSPACED
from triptych.languages.sentences import split_sentences
from triptych.languages.word_tables import TalkWords, load_talk_words
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import plain_text, walk_all

_FEWEST_WORDS, _FEWEST_SIGNS = 4, 6  # of a title: words, or characters in scripts without spaces
LONGEST_TITLE, _LONGEST_UNSPACED = 92, 34  # characters: two lines of a title
_LONGEST_SAID = 140  # characters of a sentence that is a point on a slide
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "„": "“", "‘": "’"}
_CLAUSE = re.compile(r"[;；]|\s[–—]\s|—|:\s|：|\.\s")
_TWO_SENTENCES = re.compile(r"\w[.!?]\s+[^\W\d_]")
_OPENING_MARKS = "“«„\"'[{`&*#$@/"
_STRAIGHT = str.maketrans("’‘", "''")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?](?:\s|$))")
_TITLE_END = " .。．"  # removed at the end of titles
_PAUSES = ",;，；"  # removed before a displayed formula
_STEM = 5  # characters that words of one stem have in common
_NO_STATEMENT = ("?", "？", "؟", "!", "！")
_STOPS = (".", "。", "．")
_RELATIVE = re.compile(r"(?:(?:that|which|who)(?:\s+\w+)?|(?:whose|where|when)\s+\S+|to|and|or)\s+$")
_LEAST_WORTH = 1.0  # required for a key sentence
_PARAGRAPHS = 8  # first paragraphs of a section in which its key sentence is searched


@dataclass(frozen=True, slots=True)
class BookSentence:
    """A sentence as plain text.

    ``refers`` is set if it contains a reference, ``defines`` if it contains emphasised or indexed words,
    ``opens`` if it is the first of its paragraph. ``names`` are the identifiers in its code.
    """

    text: str
    refers: bool = False
    defines: bool = False
    opens: bool = False
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SlideTopic:
    """The topic of a slide: heading, caption, and identifiers in a listing; ``label`` is a short caption."""

    heading: str = ""
    caption: str = ""
    label: str = ""
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Finds sentences of a language that are statements and make sense without their context."""

    language: str = ""
    words: TalkWords = field(default_factory=TalkWords)

    @classmethod
    def from_language(cls, language: str) -> Phrasing:
        """Load the words of a language."""
        return cls(language, load_talk_words(language))

    def iter_sentences(self, block: Block) -> Iterator[BookSentence]:
        """Yield the sentences of a paragraph, none of any other block."""
        if not isinstance(block, nodes.Paragraph):
            return
        content = tuple(node for node in block.content if not isinstance(node, nodes.Citation))
        text = _SPACE_BEFORE.sub("", plain_text(content))
        named = tuple(_iter_texts(content, _is_reference))
        marked = tuple(_iter_texts(content, _is_definition_mark))
        coded = [node.text for node in walk_all(content) if isinstance(node, nodes.Code)]
        for index, sentence in enumerate(split_sentences(text, self.language)):
            yield BookSentence(
                text=sentence.strip(),
                refers=any(name in sentence for name in named),
                defines=any(mark in sentence for mark in marked),
                opens=index == 0,
                names=frozenset(name for code in coded if code in sentence for name in find_names(code)),
            )

    def is_self_contained(self, sentence: BookSentence) -> bool:
        """Return whether a sentence makes sense without its context."""
        text = _to_lower(sentence.text)
        return not (
            sentence.refers
            or (sentence.opens and sentence.text[:1].islower() and not sentence.names)
            or text.endswith(_NO_STATEMENT)
            or not (text[:1].isalnum() or text[:1] in _OPENING_MARKS)
            or self.words.leaning.match(opened := text[self._measure_opener(text) :])
            or self.words.about_itself.search(opened)
            or self.words.unfinished.search(text)
            or self._depends_on_context(text)
        )

    def _depends_on_context(self, lowered: str) -> bool:
        """Return whether a subordinate clause or the clause after it refers to an earlier sentence."""
        opener = self.words.subordinate.match(lowered)
        if opener is None:
            return False
        first = lowered[opener.end() :].split(maxsplit=1)[:1]
        if any(self.words.pronouns.fullmatch(word.strip(",")) for word in first):
            return True
        return bool(self.words.leaning.match(lowered.partition(", ")[2]))

    def is_statement(self, text: str) -> bool:
        """Return whether a text has a finite verb; true for languages whose verbs are unknown."""
        lowered = _to_lower(text)
        if self.words.verbs is None:
            return True
        first = lowered.split(maxsplit=1)[0] if lowered else ""
        if first.endswith("ing") and len(first) > 5 and not self.words.verbs.match(first):
            return False
        found = (match.start() for match in self.words.verbs.finditer(lowered))
        return any(start and not _RELATIVE.search(lowered[:start]) for start in found)

    def is_practice(self, heading: str) -> bool:
        """Return whether a section with this heading is omitted from talks."""
        return _is_one_of(heading, self.words.practice)

    def is_closing(self, heading: str) -> bool:
        """Return whether a section with this heading sums up a chapter."""
        return _is_one_of(heading, self.words.closing)

    def make_title(self, sentence: BookSentence) -> str:
        """Return a sentence as a title, shortened at a clause if necessary, or ""."""
        if not self.is_self_contained(sentence):
            return ""
        text = self._drop_opener(sentence).rstrip(_TITLE_END + _PAUSES + ":：")
        if self._continues_in_formula(sentence, text):
            return ""
        if self._is_title(text):
            return text
        ends = sorted(self._iter_clause_ends(text), reverse=True)
        beginnings = (text[:end].rstrip(_TITLE_END + ",;:–—") for end in ends)
        whole = (
            short for short in beginnings if self._is_title(short) and not self._ends_in_new_clause(short)
        )
        return next((short for short in whole if self.is_statement(short)), "")

    def make_statement(self, sentence: BookSentence) -> str:
        """Return a sentence as a point, or "" if it cannot stand alone or is too long."""
        text = self._drop_opener(sentence).rstrip(_TITLE_END + _PAUSES)
        whole = not text.endswith((":", "：")) and not self._continues_in_formula(sentence, text)
        said = len(text) <= _LONGEST_SAID and whole and self._is_long_enough(text)
        return (
            text
            if said and self.is_self_contained(sentence) and not _is_within_brackets(text, len(text))
            else ""
        )

    def _continues_in_formula(self, sentence: BookSentence, text: str) -> bool:
        """Return whether a sentence continues with a formula after it."""
        stopped = sentence.text.endswith(_STOPS)
        return not stopped and bool(self.words.unfinished.search(f"{_to_lower(text)}:"))

    def _drop_opener(self, sentence: BookSentence) -> str:
        """Return a sentence without the words that connect it to the previous one."""
        text = sentence.text[self._measure_opener(_to_lower(sentence.text)) :]
        named = text.split(maxsplit=1)[0].strip(",") in sentence.names if text else True
        return text if named or text == sentence.text else text[:1].upper() + text[1:]

    def get_worth(self, sentence: BookSentence, topic: SlideTopic) -> float:
        """Return how relevant a sentence is to a topic, by common words and names."""
        worth = 1.0 * min(count_common_stems(sentence.text, topic.heading), 2)
        worth += 1.0 * min(count_common_stems(sentence.text, topic.caption), 3)
        worth += 0.8 * min(len(sentence.names & topic.names), 2)
        worth += 1.2 * sentence.defines + 0.5 * sentence.opens
        return worth - 1.2 * bool(self.words.weak.search(_to_lower(sentence.text)))

    def _measure_opener(self, lowered: str) -> int:
        """Return the length of the words that connect a sentence to the previous one."""
        length = 0
        while opener := self.words.openers.match(lowered, length):
            length = opener.end()
        return length

    def _ends_in_new_clause(self, text: str) -> bool:
        """Return whether a text ends with the first words of another clause."""
        lowered = _to_lower(text)
        return any(match.end() >= len(lowered) for match in self.words.joining.finditer(lowered))

    def _iter_clause_ends(self, text: str) -> Iterator[int]:
        """Yield positions at which a title may end: between clauses, outside brackets."""
        lowered = _to_lower(text)
        for match in _CLAUSE.finditer(text):
            if not _is_within_brackets(text, match.start()):
                yield match.start()
        if self.words.subordinate.match(lowered):
            return
        for match in self.words.joining.finditer(lowered):
            # An earlier comma may separate words of an enumeration, or a clause before the verb.
            if not _is_within_brackets(text, match.start()) and "," not in text[: match.start()]:
                yield match.start()

    def _is_title(self, text: str) -> bool:
        unspaced = len(re.findall(f"[{UNSPACED}]", text))
        if unspaced > len(text) / 2:
            return _FEWEST_SIGNS <= len(text) <= _LONGEST_UNSPACED
        if _TWO_SENTENCES.search(text):
            return False
        whole = len(text.split()) >= _FEWEST_WORDS and not _is_within_brackets(text, len(text))
        return whole and len(text) <= LONGEST_TITLE

    def _find_best(
        self, blocks: Sequence[Block], heading: str, convert: Callable[[BookSentence], str], least: float
    ) -> str:
        """Return the converted sentence of the highest worth above ``least``; early sentences are better."""
        topic, best = SlideTopic(heading), ""
        paragraphs = [block for block in blocks if isinstance(block, nodes.Paragraph)]
        for number, paragraph in enumerate(paragraphs[:_PARAGRAPHS]):
            for index, sentence in enumerate(self.iter_sentences(paragraph)):
                worth = self.get_worth(sentence, topic) - 0.3 * number - 0.2 * index
                if worth > least and (text := convert(sentence)):
                    best, least = text, worth
        return best

    def find_key_sentence(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the sentence of a section that is most relevant to its heading, as a title, or ""."""
        return self._find_best(blocks, heading, self.make_title, _LEAST_WORTH)

    def find_message(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the sentence that is most relevant to a heading, unabridged, or ""."""
        return self._find_best(blocks, heading, self.make_statement, 0.0)

    def get_first_sentence(self, content: tuple[Inline, ...]) -> str:
        """Return the first sentence of a text."""
        return next(iter(split_sentences(plain_text(content), self.language)), "").strip()

    def _is_long_enough(self, text: str) -> bool:
        return len(text.split()) >= _FEWEST_WORDS or len(re.findall(f"[{UNSPACED}]", text)) >= _FEWEST_SIGNS


def _to_lower(text: str) -> str:
    return text.translate(_STRAIGHT).lower()


def _is_one_of(heading: str, words: re.Pattern[str]) -> bool:
    """Return whether a heading is one of ``words``, alone or before a punctuation mark."""
    lowered = heading.strip().lower()
    found = words.match(lowered)
    return found is not None and not lowered[found.end() :].strip()[:1].isalnum()


def _is_within_brackets(text: str, index: int) -> bool:
    """Return whether a position is within brackets or quotation marks."""
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
    """Return whether an inline is emphasised, or marked as a term or for the index."""
    if isinstance(node, nodes.Styled):
        return node.style in (Style.STRONG, Style.EMPHASIS)
    return isinstance(node, nodes.Phrase) and (node.attr.has("term") or node.attr.has("index"))


def _iter_texts(content: Iterable[Inline], test: Callable[[object], bool]) -> Iterator[str]:
    for node in walk_all(tuple(content)):
        if test(node) and (text := plain_text((node,)).strip()):
            yield text


def find_names(code: str) -> frozenset[str]:
    """Return the identifiers in a piece of code."""
    return frozenset(re.findall(r"[^\W\d]\w*", code))


def count_common_stems(text: str, heading: str) -> int:
    """Return the number of word stems that a heading and a text have in common."""
    said = {word[:_STEM] for word in _list_words(text)}
    return len({word[:_STEM] for word in _list_words(heading)} & said)


def _list_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3 or word.isupper()]
