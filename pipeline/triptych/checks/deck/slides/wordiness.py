"""How many words slides have: who reads a slide doesn't hear what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triptych.checks.deck.slides.inheritance import Looks
from triptych.checks.found import Found
from triptych.ooxml.inheritance import FURNITURE
from triptych.ooxml.xml import A, collect_text

MOST_ON_AVERAGE = 60
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_IDEOGRAPHS_PER_WORD = 2
_WORD = re.compile(r"\w[\w'’.,-]*")


@dataclass(frozen=True, slots=True)
class Wordiness:
    """The words of each slide that is not hidden, in order, and which slide has the most."""

    words: tuple[int, ...] = ()
    longest: str = ""

    @property
    def average(self) -> float:
        """Of all slides."""
        return sum(self.words) / len(self.words) if self.words else 0.0

    @property
    def told(self) -> str:
        """For who gives the talk; "" where there are no slides."""
        if not self.words:
            return ""
        slides = "1 slide" if len(self.words) == 1 else f"{len(self.words)} slides"
        average = f"{self.average:.0f} words on average"
        return f"The deck has {slides} with {average}; the longest has {max(self.words)}."


def words_in(text: str) -> int:
    """So many; two letters of a script that sets no spaces are one."""
    ideographs = len(_IDEOGRAPHS.findall(text))
    return len(_WORD.findall(_IDEOGRAPHS.sub(" ", text))) + -(-ideographs // _IDEOGRAPHS_PER_WORD)


def wordiness(slides: Sequence[Looks]) -> Wordiness:
    """What stands in placeholders and tables; footers, notes and what is drawn in charts are not counted."""
    shown = [looks for looks in slides if not looks.slide.hidden]
    counts = [sum(map(words_in, _texts(looks))) for looks in shown]
    if not counts:
        return Wordiness()
    return Wordiness(tuple(counts), shown[counts.index(max(counts))].slide.name)


def wordy(found: Wordiness) -> Iterator[Found]:
    """CHK016 where slides have more words on average than can be read beside a voice."""
    if found.average > MOST_ON_AVERAGE:
        average = f"slides have {found.average:.0f} words on average; the limit is {MOST_ON_AVERAGE}"
        yield Found(
            code="CHK016",
            output="deck",
            message=f"{average} (the longest, {found.longest}, has {max(found.words)})",
            hint="move prose to the speaker notes (`::: notes`)",
        )


def _texts(looks: Looks) -> Iterator[str]:
    for shape in looks.shapes:
        if shape.place not in FURNITURE:
            for paragraph in shape.element.iter(f"{A}p"):
                yield collect_text(paragraph)
