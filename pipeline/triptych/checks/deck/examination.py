"""A close look at a finished deck: can everybody read it, and how much is on its slides?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triptych.checks.deck.package.package import Unreadable, unpacked
from triptych.checks.deck.slides.accessibility import audit, texts_of
from triptych.checks.deck.slides.inheritance import looks_of
from triptych.checks.deck.slides.overlap import overlaps
from triptych.checks.deck.slides.wordiness import Wordiness, wordiness, wordy
from triptych.checks.deck.soundness import broken_rules
from triptych.checks.found import Found, few


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, what slides say, by their names in findings, and how many words they have."""

    found: tuple[Found, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wordiness: Wordiness = field(default_factory=Wordiness)


def examine_deck(data: bytes) -> Examination:
    """A deck's bytes → all findings but those of `check_deck`, which each build makes.

    Of a deck that `check_deck` finds broken nothing is said.
    """
    try:
        package = unpacked(data)
    except Unreadable:
        return Examination()
    if next(broken_rules(package), None) is not None:
        return Examination()
    slides = list(looks_of(package))
    words = wordiness(slides)
    texts = {looks.slide.name: texts_of(looks) for looks in slides}
    return Examination(
        (*few([*audit(package, slides), *overlaps(package, slides)]), *wordy(words)), texts, words
    )
