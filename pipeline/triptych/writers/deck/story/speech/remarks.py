"""Passages of the book → what may be said of them, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triptych.languages.talk_words import load_talk_words
from triptych.model import nodes
from triptych.model.nodes import Block, Inline
from triptych.model.walk import nodes_of
from triptych.writers.deck.story.belonging import in_sentences
from triptych.writers.deck.story.runs import Speech
from triptych.writers.deck.story.speech.remark import Remark, Said, Scripted
from triptych.writers.deck.story.speech.wording import Sentence, Wording

# What a sentence is worth: one that speaks of what is shown before all, then those that open paragraphs.
_POINTS, _OPENS, _FOLLOWS, _LISTED = 10.0, 3.0, 2.0, 1.0
_LATER = 0.2  # of its worth each paragraph loses, and each sentence of one, beside those before
_GOES_ON = tuple(",;，；、")  # what ends an item of a list that is no sentence
_FEWEST, _MOST = 4, 45  # words of a sentence that is said without need


@dataclass(slots=True)
class Remarks:
    """Makes remarks of the passages that belong to one slide; paragraphs are counted over all of them."""

    wording: Wording
    shown: frozenset[int] = frozenset()
    paragraphs: int = 0

    def of(self, blocks: Sequence[Block]) -> Iterator[Said]:
        """Blocks → remarks; what the author has the speaker say is said in any case, and as it is.

        Nothing is said of headings, of what slides show (``shown`` has the identities of these blocks), and
        of tables, listings and formulas, which nobody can follow by ear.
        """
        for block in blocks:
            if id(block) not in self.shown:
                yield from self._of(block)

    def of_line(self, content: tuple[Inline, ...], worth: float = _OPENS) -> Iterator[Remark]:
        """A line of its own, such as a takeaway."""
        yield from self._sentences(content, worth)

    def _of(self, block: Block) -> Iterator[Said]:
        match block:
            case nodes.SpeakerNotes():
                yield from self._as_written((block,))
            case nodes.Paragraph():
                yield from self._sentences(block.content, _OPENS)
            case nodes.BulletList() | nodes.OrderedList():
                for item in block.items:
                    for said in self.of(item.content[:1]):
                        if not isinstance(said, Remark) or not said.text[:1].islower():  # a phrase
                            yield _worth_less(said)
                    yield from self._as_written(item.content[1:])
            case nodes.Callout() | nodes.Theorem() | nodes.Group() | nodes.Aside():
                yield from self.of(block.content)
            case nodes.Slide():
                return  # it has its own notes
            case _:
                yield from self._as_written((block,))

    def _as_written(self, blocks: tuple[Block, ...]) -> Iterator[Said]:
        """The author's words for the speaker, however deep they stand in some blocks."""
        speech = Speech(frozenset(), self.wording.labels.colon)
        for node in nodes_of(blocks, nodes.SpeakerNotes):
            yield from map(Scripted, speech.paragraphs((node,)))

    def _sentences(self, content: tuple[Inline, ...], worth: float) -> Iterator[Remark]:
        late = _LATER * self.paragraphs
        before = True  # whether the sentence before may be said
        for place, part in enumerate(in_sentences(content, self.wording.labels.language)):
            sentence = self.wording.sentence(part)
            if sentence is None:
                continue
            own = (worth if place == 0 else min(worth, _FOLLOWS)) - late - _LATER * place
            leans = sentence.leans and place > 0 and not sentence.points
            may = self._may_be_said(sentence) and (before or not leans)
            if may:
                yield Remark(
                    text=sentence.text,
                    paragraph=self.paragraphs,
                    worth=_POINTS + own if sentence.points else own,
                    leans=leans,
                    points=sentence.points,
                )
            before = may
        self.paragraphs += 1

    def _may_be_said(self, sentence: Sentence) -> bool:
        """Whether a sentence can be said: it leads to no other place, and is none that only readers need."""
        if sentence.strays or sentence.announces or sentence.text[-1:] in _GOES_ON:
            return False
        if sentence.points:
            return True
        words = load_talk_words(self.wording.labels.language)
        long = len(sentence.text.split())
        about = words.about_itself.search(sentence.text.replace("’", "'").lower())
        return long <= _MOST and about is None and not (long < _FEWEST and not sentence.leans)


def _worth_less(said: Said) -> Said:
    """What an item of a list says: the slide shows its words, or nobody remembers all of them."""
    if not isinstance(said, Remark) or said.points:
        return said
    return Remark(text=said.text, paragraph=said.paragraph, worth=min(said.worth, _LISTED), leans=said.leans)
