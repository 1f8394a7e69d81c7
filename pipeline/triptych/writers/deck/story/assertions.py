"""Find sentences that can be the title of a slide, whole or shortened at a clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triptych.languages.language_tags import UNSPACED
from triptych.languages.sentences import split_sentences
from triptych.languages.word_tables import TalkWords, load_talk_words
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import plain_text, walk_all

_FEWEST_WORDS, _FEWEST_SIGNS = 4, 6  # a title says something; signs are those of scripts without spaces
LONGEST_TITLE, _LONGEST_UNSPACED = 92, 34  # characters: two lines of a title
_LONGEST_SAID = 140  # characters of a sentence on a slide
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "„": "“", "‘": "’"}
_CLAUSE = re.compile(r"[;；]|\s[–—]\s|—|:\s|：|\.\s")
_TWO_SENTENCES = re.compile(r"\w[.!?]\s+[^\W\d_]")
_OPENING_MARKS = "“«„\"'[{`&*#$@/"
_STRAIGHT = str.maketrans("’‘", "''")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?](?:\s|$))")
_END = " .。．"  # with which no title ends
_PAUSES = ",;，；"  # before a formula that has a line of its own
_STEM = 5  # letters in which words of one stem agree
_NO_STATEMENT = ("?", "？", "؟", "!", "！")
_STOPS = (".", "。", "．")
_RELATIVE = re.compile(r"(?:(?:that|which|who)(?:\s+\w+)?|(?:whose|where|when)\s+\S+|to|and|or)\s+$")
_LEAST_WORTH = 1.0  # of a sentence that is about the topic
_PARAGRAPHS = 8  # of a section, in which its key sentence is looked for


@dataclass(frozen=True, slots=True)
class BookSentence:
    """A sentence as plain text.

    It ``refers`` to a numbered item of the book, ``defines`` marked words, or ``opens`` its paragraph;
    ``names`` are those set as code.
    """

    text: str
    refers: bool = False
    defines: bool = False
    opens: bool = False
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SlideTopic:
    """The topic of a slide: words of a heading and a caption, and names in a listing; ``label`` is a short
    caption.
    """

    heading: str = ""
    caption: str = ""
    label: str = ""
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Decides for a language whether a sentence can stand alone."""

    language: str = ""
    words: TalkWords = field(default_factory=TalkWords)

    @classmethod
    def from_language(cls, language: str) -> Phrasing:
        """Return the phrasing of a language."""
        return cls(language, load_talk_words(language))

    def iter_sentences(self, block: Block) -> Iterator[BookSentence]:
        """Yield the sentences of a paragraph, none of any other block."""
        if not isinstance(block, nodes.Paragraph):
            return
        content = tuple(node for node in block.content if not isinstance(node, nodes.Citation))
        text = _SPACE_BEFORE.sub("", plain_text(content))
        named = tuple(_iter_texts(content, _is_reference))
        marked = tuple(_iter_texts(content, _is_marked))
        coded = [node.text for node in walk_all(content) if isinstance(node, nodes.Code)]
        for index, sentence in enumerate(split_sentences(text, self.language)):
            yield BookSentence(
                text=sentence.strip(),
                refers=any(name in sentence for name in named),
                defines=any(mark in sentence for mark in marked),
                opens=index == 0,
                names=frozenset(name for code in coded if code in sentence for name in find_names(code)),
            )

    def stands_alone(self, sentence: BookSentence) -> bool:
        """Return whether a sentence makes sense without those around it."""
        text = _to_lower(sentence.text)
        return not (
            sentence.refers
            or (sentence.opens and sentence.text[:1].islower() and not sentence.names)
            or text.endswith(_NO_STATEMENT)
            or not (text[:1].isalnum() or text[:1] in _OPENING_MARKS)
            or self.words.leaning.match(opened := self._skip_opener(text))
            or self.words.about_itself.search(opened)
            or self.words.unfinished.search(text)
            or self._leans_inside(text)
        )

    def _leans_inside(self, lowered: str) -> bool:
        """Return whether a sentence begins with a clause about something named earlier, or ends with an
        instruction.
        """
        opener = self.words.subordinate.match(lowered)
        if opener is None:
            return False
        first = lowered[opener.end() :].split(maxsplit=1)[:1]
        if any(self.words.pronouns.fullmatch(word.strip(",")) for word in first):
            return True
        return bool(self.words.leaning.match(lowered.partition(", ")[2]))

    def asserts(self, text: str) -> bool:
        """Return whether a text is a statement, if the verbs of the language are known, and not a label."""
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
        return _is_named(heading, self.words.practice)

    def is_closing(self, heading: str) -> bool:
        """Return whether a section with this heading sums up a chapter."""
        return _is_named(heading, self.words.closing)

    def make_title(self, sentence: BookSentence) -> str:
        """Return a sentence as a title, shortened at a clause if necessary, or ""."""
        if not self.stands_alone(sentence):
            return ""
        text = self._drop_opener(sentence).rstrip(_END + _PAUSES + ":：")
        if self._goes_on(sentence, text):
            return ""
        if self._is_title(text):
            return text
        ends = sorted(self._iter_clause_ends(text), reverse=True)
        beginnings = (text[:end].rstrip(_END + ",;:–—") for end in ends)
        whole = (short for short in beginnings if self._is_title(short) and not self._dangles(short))
        return next((short for short in whole if self.asserts(short)), "")

    def make_statement(self, sentence: BookSentence) -> str:
        """Return a sentence as a point, or "" if it cannot stand alone or is too long."""
        text = self._drop_opener(sentence).rstrip(_END + _PAUSES)
        whole = not text.endswith((":", "：")) and not self._goes_on(sentence, text)
        said = len(text) <= _LONGEST_SAID and whole and self._says(text)
        return text if said and self.stands_alone(sentence) and not _is_inside(text, len(text)) else ""

    def _goes_on(self, sentence: BookSentence, text: str) -> bool:
        """Return whether a sentence makes no sense without the formula after it."""
        stopped = sentence.text.endswith(_STOPS)
        return not stopped and bool(self.words.unfinished.search(f"{_to_lower(text)}:"))

    def _drop_opener(self, sentence: BookSentence) -> str:
        """Return a sentence without the words that connect it to the previous one."""
        text = sentence.text[self._measure_opener(_to_lower(sentence.text)) :]
        named = text.split(maxsplit=1)[0].strip(",") in sentence.names if text else True
        return text if named or text == sentence.text else text[:1].upper() + text[1:]

    def get_worth(self, sentence: BookSentence, topic: SlideTopic) -> float:
        """Return how much a sentence says about a topic, by common words and names."""
        worth = 1.0 * min(count_common_stems(sentence.text, topic.heading), 2)
        worth += 1.0 * min(count_common_stems(sentence.text, topic.caption), 3)
        worth += 0.8 * min(len(sentence.names & topic.names), 2)
        worth += 1.2 * sentence.defines + 0.5 * sentence.opens
        return worth - 1.2 * bool(self.words.weak.search(_to_lower(sentence.text)))

    def _skip_opener(self, lowered: str) -> str:
        return lowered[self._measure_opener(lowered) :]

    def _measure_opener(self, lowered: str) -> int:
        """Return the length of the words that connect a sentence to the previous one."""
        length = 0
        while opener := self.words.openers.match(lowered, length):
            length = opener.end()
        return length

    def _dangles(self, text: str) -> bool:
        """Return whether a beginning ends with the first words of another clause."""
        lowered = _to_lower(text)
        return any(match.end() >= len(lowered) for match in self.words.joining.finditer(lowered))

    def _iter_clause_ends(self, text: str) -> Iterator[int]:
        """Yield where a statement may end early: outside brackets, and after its verb."""
        lowered = _to_lower(text)
        for match in _CLAUSE.finditer(text):
            if not _is_inside(text, match.start()):
                yield match.start()
        if self.words.subordinate.match(lowered):
            return
        for match in self.words.joining.finditer(lowered):
            # A comma before may be that of a row of words, or of a clause that a verb follows.
            if not _is_inside(text, match.start()) and "," not in text[: match.start()]:
                yield match.start()

    def _is_title(self, text: str) -> bool:
        unspaced = len(re.findall(f"[{UNSPACED}]", text))
        if unspaced > len(text) / 2:
            return _FEWEST_SIGNS <= len(text) <= _LONGEST_UNSPACED
        if _TWO_SENTENCES.search(text):
            return False
        whole = len(text.split()) >= _FEWEST_WORDS and not _is_inside(text, len(text))
        return whole and len(text) <= LONGEST_TITLE

    def _iter_ranked(
        self, blocks: Sequence[Block], topic: SlideTopic
    ) -> Iterator[tuple[float, BookSentence]]:
        """Yield the sentences of a text with their worth, which is higher for early ones."""
        paragraphs = [block for block in blocks if isinstance(block, nodes.Paragraph)]
        for number, paragraph in enumerate(paragraphs[:_PARAGRAPHS]):
            for index, sentence in enumerate(self.iter_sentences(paragraph)):
                yield self.get_worth(sentence, topic) - 0.3 * number - 0.2 * index, sentence

    def find_key_sentence(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the sentence of a section that says most about its heading, as a title, or "".

        It has words of the heading, or defines a marked word, and comes early.
        """
        found = (
            (worth, self.make_title(sentence))
            for worth, sentence in self._iter_ranked(blocks, SlideTopic(heading))
        )
        best = max((one for one in found if one[1]), key=lambda one: one[0], default=(0.0, ""))
        return best[1] if best[0] > _LEAST_WORTH else ""

    def find_message(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the sentence of a text that says most about its heading, whole."""
        found = (
            (worth, self.make_statement(sentence))
            for worth, sentence in self._iter_ranked(blocks, SlideTopic(heading))
        )
        best = max((one for one in found if one[1]), key=lambda one: one[0], default=(0.0, ""))
        return best[1] if best[0] > 0 else ""

    def get_first_sentence(self, content: tuple[Inline, ...]) -> str:
        """Return the first sentence of a text."""
        return next(iter(split_sentences(plain_text(content), self.language)), "").strip()

    def _says(self, text: str) -> bool:
        return len(text.split()) >= _FEWEST_WORDS or len(re.findall(f"[{UNSPACED}]", text)) >= _FEWEST_SIGNS


def _to_lower(text: str) -> str:
    return text.translate(_STRAIGHT).lower()


def _is_named(heading: str, words: re.Pattern[str]) -> bool:
    """Return whether a heading is one of some words, maybe followed by more after a punctuation mark."""
    lowered = heading.strip().lower()
    found = words.match(lowered)
    return found is not None and not lowered[found.end() :].strip()[:1].isalnum()


def _is_inside(text: str, index: int) -> bool:
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


def _is_marked(node: object) -> bool:
    """Return whether an inline is marked as a definition."""
    if isinstance(node, nodes.Styled):
        return node.style in (Style.STRONG, Style.EMPHASIS)
    return isinstance(node, nodes.Phrase) and (node.attr.has("term") or node.attr.has("index"))


def _iter_texts(content: Iterable[Inline], test: object) -> Iterator[str]:
    assert callable(test)
    for node in walk_all(tuple(content)):
        if test(node) and (text := plain_text((node,)).strip()):
            yield text


def find_names(code: str) -> frozenset[str]:
    """Return the names in a piece of code."""
    return frozenset(re.findall(r"[^\W\d]\w*", code))


def count_common_stems(text: str, heading: str) -> int:
    """Return how many word stems of a heading a sentence has."""
    said = {word[:_STEM] for word in _list_words(text)}
    return len({word[:_STEM] for word in _list_words(heading)} & said)


def _list_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3 or word.isupper()]
