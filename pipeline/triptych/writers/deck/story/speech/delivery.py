"""A talk in its time: what is said to each slide, and which slides there is time for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from triptych.languages.customs import UNSPACED
from triptych.writers.deck.slides import Run, Spoken, count_words
from triptych.writers.deck.story.evidence import Evidence
from triptych.writers.deck.story.speech.choice import Turn, chosen
from triptych.writers.deck.story.speech.remark import InBook, Remark, Said, Scripted
from triptych.writers.deck.story.worth import ranked

PACE = 130  # words a minute
_SHOWN, _BETWEEN = 0.5, 0.1  # minutes at the least for a slide that shows something, and for any other
_LONGEST = 1.5  # minutes of a slide where the time of the talk is known
_LONGEST_UNTIMED = 1.0
_PLANNED = 0.97  # of the time: nobody speaks to the second
_ASIDE = 0.5  # what is said to slides that show nothing, beside those that do


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a talk is given: ``minutes`` are its time, 0 for no limit, ``pace`` are words a minute."""

    minutes: float = 0
    pace: int = PACE

    @property
    def words(self) -> int:
        """The words that there is time for, 0 where there is no limit."""
        return int(self.minutes * self.pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakable:
    """What may be said to a slide; whether it is ``seen``, and ``shows`` something of the book."""

    said: Sequence[Said]
    seen: bool = True
    shows: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is said to a slide, and where in the book all of it stands."""

    said: tuple[Spoken, ...]
    places: tuple[InBook, ...]


def spoken_notes(slides: Sequence[Speakable], delivery: Delivery) -> list[Notes]:
    """The notes of each slide. To those that are seen no more is said than there is time for, but for what
    authors want said; hidden ones, which are kept for questions, take none of it.
    """
    longest = _LONGEST if delivery.words else _LONGEST_UNTIMED
    turns = [
        Turn(
            said=slide.said,
            most=round(longest * delivery.pace * (1 if slide.shows else _ASIDE)),
            share=1 if slide.shows else _ASIDE,
        )
        for slide in slides
    ]
    seen = [place for place, slide in enumerate(slides) if slide.seen]
    hidden = [place for place, slide in enumerate(slides) if not slide.seen]
    words = int(delivery.words * _PLANNED)
    said = dict(zip(seen, chosen([turns[place] for place in seen], words), strict=True))
    said |= zip(hidden, chosen([turns[place] for place in hidden]), strict=True)
    return [
        Notes(
            said=tuple(_paragraphs(said[place])),
            places=tuple(one for one in said[place] if isinstance(one, InBook)),
        )
        for place in range(len(slides))
    ]


def _paragraphs(said: Sequence[Said]) -> list[Spoken]:
    """What is said, remarks of a paragraph in one."""
    out: list[Spoken] = []
    for paragraph, parts in groupby(said, key=lambda one: one.paragraph if isinstance(one, Remark) else -1):
        if paragraph < 0:
            written = (one.text if isinstance(one, Scripted) else one for one in parts)
            out += (one for one in written if not isinstance(one, InBook | Remark))
        else:
            out.append((Run(text=_joined([one.text for one in parts if isinstance(one, Remark)])),))
    return out


def _joined(sentences: Sequence[str]) -> str:
    """Sentences in a row, with spaces where their script has them."""
    text = ""
    for sentence in sentences:
        text += sentence if not text or re.search(f"[{UNSPACED}]$", text) else f" {sentence}"
    return text


def beyond_time(
    evidence: Mapping[str, Sequence[Evidence]], others: int, delivery: Delivery
) -> tuple[set[tuple[str, int]], float]:
    """What there is no time to show, of all that nobody asked for, and the minutes that the rest needs.

    What is not shown are chapters with places in their evidence. ``others`` are the slides beside these. Each
    that shows something needs half a minute, or as long as its author's words.
    """
    need = others * _BETWEEN + sum(
        _least(item, delivery) for items in evidence.values() for item in items if not item.hidden
    )
    spare = sorted(
        (worth, -number, name, place)
        for number, (name, items) in enumerate(evidence.items())
        for place, worth in ranked(items)
    )
    beyond: set[tuple[str, int]] = set()
    for _, _, name, place in spare:
        if need <= delivery.minutes:
            break
        beyond.add((name, place))
        need -= _least(evidence[name][place], delivery)
    return beyond, need


def _least(item: Evidence, delivery: Delivery) -> float:
    """The minutes that it takes at the least to show something."""
    return max(_SHOWN, sum(map(count_words, item.script)) / delivery.pace)
