"""What of all that may be said there is time for, slide by slide."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from triptych.languages.sentences import word_count
from triptych.writers.deck.slides import count_words
from triptych.writers.deck.story.speech.remark import InBook, Remark, Said, Scripted

_NEXT = 0.5  # worth that a sentence gains where the one before it is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A slide's turn in the talk: what may be said to it, how many words at the most, and how much it is
    worth to speak to it beside the others: what is worth half is said half as much to.
    """

    said: Sequence[Said]
    most: int
    share: float = 1.0


def chosen(turns: Sequence[Turn], words: int = 0) -> list[list[Said]]:
    """What is said to each slide, in no more than so many words in all; 0 is no limit.

    The slide that is spoken to least goes on with the best of what is left for it, until the words are spent.
    Paragraphs are said in any case, and are counted; where the author wrote them, no remark is.
    """
    taken: list[set[int]] = [_fixed(turn) for turn in turns]
    lengths = [[_words(said) for said in turn.said] for turn in turns]
    spent = [sum(own[place] for place in fixed) for own, fixed in zip(lengths, taken, strict=True)]
    left = words - sum(spent) if words else sum(turn.most for turn in turns)
    open_turns = [number for number, turn in enumerate(turns) if not _is_scripted(turn)]
    waiting = [(spent[number] / turns[number].share, number) for number in open_turns]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        turn, own = turns[number], taken[number]
        best = _best(turn, lengths[number], own, min(left, turn.most - spent[number]))
        if best is None:
            continue
        own.add(best)
        spent[number] += lengths[number][best]
        left -= lengths[number][best]
        heapq.heappush(waiting, (spent[number] / turn.share, number))
    return [[turn.said[place] for place in sorted(own)] for turn, own in zip(turns, taken, strict=True)]


def _is_scripted(turn: Turn) -> bool:
    return any(isinstance(said, Scripted) for said in turn.said)


def _fixed(turn: Turn) -> set[int]:
    return {place for place, said in enumerate(turn.said) if not isinstance(said, Remark)}


def _best(turn: Turn, lengths: Sequence[int], taken: set[int], room: int) -> int | None:
    """The place of the remark that is said next, of those with some ``lengths`` in words, None where none has
    room.
    """
    best, most = None, float("-inf")
    for place, said in enumerate(turn.said):
        if place in taken or not isinstance(said, Remark) or lengths[place] > room:
            continue
        follows = place - 1 in taken and _paragraph(turn.said[place - 1]) == said.paragraph
        if said.leans and not follows:
            continue
        worth = said.worth + _NEXT * follows
        if worth > most:
            best, most = place, worth
    return best


def _paragraph(said: Said) -> int | None:
    return said.paragraph if isinstance(said, Remark) else None


def _words(said: Said) -> int:
    if isinstance(said, Remark):
        return word_count(said.text)
    if isinstance(said, InBook):
        return 0
    return count_words(said.text if isinstance(said, Scripted) else said)
