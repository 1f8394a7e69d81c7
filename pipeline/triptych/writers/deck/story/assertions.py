"""Sentences of the text that can stand alone as the title of a slide, whole or shortened at a clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triptych.languages.customs import UNSPACED
from triptych.languages.sentences import sentences_of
from triptych.languages.talk_words import TalkWords, load_talk_words
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import plain_text, walk_all

_FEWEST_WORDS, _FEWEST_SIGNS = 4, 6  # a title says something; signs are those of scripts without spaces
_LONGEST, _LONGEST_UNSPACED = 92, 34  # characters: two lines of a title
_SAID = 220  # characters of a sentence that still stands on a slide
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "„": "“", "‘": "’"}
_CLAUSE = re.compile(r"[;；]|\s[–—]\s|—|:\s|：")
_OPENING_MARKS = "“«„\"'[{`&*#$@/"
_STRAIGHT = str.maketrans("’‘", "''")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?])")
_END = " .。．"  # with which no title ends
_PART_OF_HEADING = 5  # letters in which words of one stem agree


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as plain text; ``refers`` says that it names a numbered thing of the book, ``defines`` that
    some of its words are marked. ``opens`` says that a paragraph begins with it.
    """

    text: str
    refers: bool = False
    defines: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What tells, in a language, whether a sentence can stand alone."""

    language: str = ""
    words: TalkWords = field(default_factory=TalkWords)

    @classmethod
    def of(cls, language: str) -> Phrasing:
        """That of a language."""
        return cls(language, load_talk_words(language))

    def sentences(self, block: Block) -> Iterator[Sentence]:
        """The sentences of a paragraph; none of any other block."""
        if not isinstance(block, nodes.Paragraph):
            return
        content = tuple(node for node in block.content if not isinstance(node, nodes.Citation))
        text = _SPACE_BEFORE.sub("", plain_text(content))
        named = tuple(_texts(content, _is_reference))
        marked = tuple(_texts(content, _is_marked))
        for place, sentence in enumerate(sentences_of(text, self.language)):
            yield Sentence(
                text=sentence.strip(),
                refers=any(name in sentence for name in named),
                defines=any(mark in sentence for mark in marked),
                opens=place == 0,
            )

    def stands_alone(self, sentence: Sentence) -> bool:
        """Whether a sentence says something without those around it."""
        text = sentence.text.translate(_STRAIGHT).lower()
        return not (
            sentence.refers
            or text.endswith(("?", "？", "؟"))
            or not (text[:1].isalnum() or text[:1] in _OPENING_MARKS)
            or self.words.leaning.match(self._without_opener(text))
            or self.words.about_itself.search(text)
            or self.words.unfinished.search(text)
        )

    def title(self, sentence: Sentence) -> str:
        """A sentence as a title, shortened at a clause where it must be; "" where none of it reads whole."""
        if not self.stands_alone(sentence):
            return ""
        text = sentence.text
        if opener := self.words.openers.match(text.translate(_STRAIGHT).lower()):
            rest = text[opener.end() :]
            text = rest[:1].upper() + rest[1:]
        text = text.rstrip(_END + ":：")
        if self._is_title(text):
            return text
        ends = sorted(self._clause_ends(text), reverse=True)
        beginnings = (text[:end].rstrip(_END + ",;:–—") for end in ends)
        return next((short for short in beginnings if self._is_title(short) and not self._dangles(short)), "")

    def _without_opener(self, lowered: str) -> str:
        opener = self.words.openers.match(lowered)
        return lowered[opener.end() :] if opener else lowered

    def _dangles(self, text: str) -> bool:
        """Whether a beginning ends with the first words of another clause."""
        lowered = text.translate(_STRAIGHT).lower()
        return any(match.end() >= len(lowered) for match in self.words.joining.finditer(lowered))

    def _clause_ends(self, text: str) -> Iterator[int]:
        """Where a statement may end before the sentence does: outside brackets, and not before its verb."""
        lowered = text.translate(_STRAIGHT).lower()
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
        whole = len(text.split()) >= _FEWEST_WORDS and not _is_inside(text, len(text))
        return whole and len(text) <= _LONGEST

    def key_sentence(self, blocks: Sequence[Block], heading: str = "") -> str:
        """The sentence of a section that says most of what it is about, as a title; "" where none can stand.

        It speaks of what the heading names, or marks a word that it defines, and comes early.
        """
        best, most = "", 1.0
        paragraphs = [block for block in blocks if isinstance(block, nodes.Paragraph)]
        for number, paragraph in enumerate(paragraphs[:6]):
            for place, sentence in enumerate(self.sentences(paragraph)):
                worth = 2.0 * min(_in_common(sentence.text, heading), 2) + 1.5 * sentence.defines
                worth += sentence.opens - 0.6 * number - 0.3 * place
                if worth > most and (title := self.title(sentence)):
                    best, most = title, worth
        return best

    def introduction(self, before: Sequence[Block]) -> str:
        """The sentence that leads to what follows some blocks, as a title; "" where none can stand.

        It is one of the last paragraph's, the last first.
        """
        for block in reversed(before[-1:]):
            for sentence in reversed(list(self.sentences(block))):
                if title := self.title(sentence):
                    return title
        return ""

    def first_sentence(self, content: tuple[Inline, ...]) -> str:
        """The first sentence of a text."""
        return next(iter(sentences_of(plain_text(content), self.language)), "").strip()

    def opening(self, blocks: Sequence[Block]) -> str:
        """The first sentence of a text that can stand alone, whole; "" where none of the first few can."""
        paragraphs = [block for block in blocks if isinstance(block, nodes.Paragraph)]
        for paragraph in paragraphs[:3]:
            for sentence in self.sentences(paragraph):
                text = sentence.text
                whole = not text.endswith((":", "：")) and len(text) <= _SAID and self._says(text)
                if whole and self.stands_alone(sentence):
                    return text
        return ""

    def _says(self, text: str) -> bool:
        return len(text.split()) >= _FEWEST_WORDS or len(re.findall(f"[{UNSPACED}]", text)) >= _FEWEST_SIGNS


def _is_inside(text: str, place: int) -> bool:
    """Whether a place is within brackets or quotation marks, or a bracket is left open before it."""
    open_: list[str] = []
    for sign in text[:place]:
        if open_ and sign == open_[-1]:
            open_.pop()
        elif sign in _BRACKETS:
            open_.append(_BRACKETS[sign])
    return bool(open_)


def _is_reference(node: object) -> bool:
    return isinstance(node, nodes.Reference) or (isinstance(node, nodes.Link) and node.target.startswith("#"))


def _is_marked(node: object) -> bool:
    """Whether an inline is what a text marks where it says what a word means."""
    if isinstance(node, nodes.Styled):
        return node.style in (Style.STRONG, Style.EMPHASIS)
    return isinstance(node, nodes.Phrase) and (node.attr.has("term") or node.attr.has("index"))


def _texts(content: Iterable[Inline], test: object) -> Iterator[str]:
    assert callable(test)
    for node in walk_all(tuple(content)):
        if test(node) and (text := plain_text((node,)).strip()):
            yield text


def _in_common(text: str, heading: str) -> int:
    """How many words of a heading a sentence has, by their stems."""
    said = {word[:_PART_OF_HEADING] for word in _words(text)}
    return len({word[:_PART_OF_HEADING] for word in _words(heading)} & said)


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3 or word.isupper()]
