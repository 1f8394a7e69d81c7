"""The most slides that a deck has: what is worth least, and nobody asked for, stays in the book alone.

A long book that nobody wrote for a talk has a listing, a table or a list on every page. Hidden slides go
first, then those that are seen, then chapters that have least to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from triptych.diagnostics import Diagnostic
from triptych.writers.deck.story.chapter_views import ChapterView
from triptych.writers.deck.story.evidence import Evidence
from triptych.writers.deck.story.speech.remark import Scripted
from triptych.writers.deck.story.worth import ranked


def within_limit(
    views: Mapping[str, ChapterView], most: int, others: int, beyond: int = 0
) -> tuple[dict[str, ChapterView], list[Diagnostic]]:
    """The chapters with no more than ``most`` slides, of which ``others`` stand around them; 0 is no limit.
    ``beyond`` more of them must go than are counted here.

    What an author asked for stays. DEK008 counts what is left to the book.
    """
    total = others + sum(map(_slides, views.values()))
    over = total + beyond - most
    if not most or over <= 0:
        return dict(views), []
    spare = sorted(
        (not item.hidden, worths.get(place, 0.0), -number, -place, name)
        for number, (name, view) in enumerate(views.items())
        for worths in [dict(ranked(view.evidence))]
        for place, item in enumerate(view.evidence)
        if not _is_wanted(item)
    )
    gone = {(name, -place) for *_, place, name in spare[:over]}
    kept = {
        name: _without(view, {place for own, place in gone if own == name}) for name, view in views.items()
    }
    over = others + beyond + sum(map(_slides, kept.values())) - most
    for name in sorted(views, key=lambda name: _best(views[name])):
        if over <= 0:
            break
        if not _is_asked_for(kept[name]):
            over -= _slides(kept.pop(name))
    stay = others + sum(map(_slides, kept.values()))
    left = "1 slide was" if total - stay == 1 else f"{total - stay} slides were"
    message = f"the deck is limited to {most} slides"
    hint = "mark content to keep in the deck with `{.slide}`, or raise `max-slides` (0 for no limit)"
    if over > 0:
        message += f", but {most + over} slides are required"
        hint = "raise `max-slides` (0 for no limit), or mark less content with `{.slide}`"
    if total > stay:
        message += f"; {left} omitted"
    return kept, [Diagnostic(code="DEK008", message=message, hint=hint)]


def _slides(view: ChapterView) -> int:
    """How many slides a chapter has, hidden ones too."""
    return view.divided + bool(view.takeaways) + len(view.evidence)


def _without(view: ChapterView, places: set[int]) -> ChapterView:
    """A chapter without some of its evidence."""
    if not places:
        return view
    kept = tuple(item for place, item in enumerate(view.evidence) if place not in places)
    opened = bool(view.takeaways) or any(not item.hidden for item in kept)
    return replace(view, evidence=kept, divided=view.divided or not opened)


def _best(view: ChapterView) -> tuple[bool, float]:
    """What a talk has of a chapter: less than nothing of one for readers, else the best that it shows."""
    return not view.hidden, max((worth for _, worth in ranked(view.evidence)), default=0.0)


def _is_asked_for(view: ChapterView) -> bool:
    """Whether an author wants a slide of it, or something said there."""
    said = (*view.opening, *view.notes)
    return any(map(_is_wanted, view.evidence)) or any(isinstance(one, Scripted) for one in said)


def _is_wanted(item: Evidence) -> bool:
    """Whether an author asked for a slide, or wrote what is said there, which stands nowhere else."""
    return item.asked or bool(item.script) or any(isinstance(one, Scripted) for one in item.notes)
