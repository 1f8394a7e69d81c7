"""What is too small on a finished slide to be read from the last row, and where its author wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from triptych.diagnostics import Diagnostic
from triptych.writers.deck.fitting.composition import Places
from triptych.writers.deck.fitting.equations import FittedEquation
from triptych.writers.deck.fitting.slides import FittedSlide
from triptych.writers.deck.fitting.text import FittedText, Place
from triptych.writers.deck.kinds import Role
from triptych.writers.deck.slides import EquationBody, Layout, Run, TextBody, shortened

LEAST_TEXT = 14.0
"""Points that text of a slide has at the least; a source line may be smaller, and is."""
LEAST_FORMULA = 12.0
_NAMED = 60  # characters of a title that is told


def too_small(fitted: Iterable[FittedSlide], places_of: Mapping[Layout, Places]) -> Iterator[Diagnostic]:
    """DEK007 for each slide of the talk with a formula or a text that was set too small, at its place.

    Nothing is said of hidden slides, of what a template itself sets so small, and of lists that the
    storyboard makes.
    """
    told: set[int] = set()
    for slide in fitted:
        if slide.source.hidden or id(slide.source) in told:
            continue
        small = _formula(slide, places_of[slide.layout]) or _text(slide, places_of[slide.layout])
        if small is not None:
            told.add(id(slide.source))
            what, points, least, hint = small
            title = shortened(slide.source.title, _NAMED)
            message = f'the {what} on slide "{title}" is only {points:.1f} pt; the minimum is {least:g} pt'
            yield Diagnostic(code="DEK007", message=message, span=slide.source.span, hint=hint)


def _formula(slide: FittedSlide, places: Places) -> tuple[str, float, float, str] | None:
    """A formula that a program draws on one line, as those do that cannot break it."""
    sizes = [
        min(frame.content.size, frame.content.region.width / max(frame.body.native.width, 1e-6))
        for frame in slide.frames.values()
        if isinstance(frame.content, FittedEquation) and isinstance(frame.body, EquationBody)
    ]
    for role, text in slide.texts.items():
        place = slide.places.get(role, places[role])
        sizes += [
            min(size, place.text.width / max(run.formula.width, 1e-6))
            for size, runs in _sized(text, place)
            for run in runs
            if run.formula is not None
        ]
    least = min(sizes, default=LEAST_FORMULA)
    hint = "break the formula with `\\\\` in an `aligned` environment, or split it into several formulas"
    return ("formula", least, LEAST_FORMULA, hint) if least < LEAST_FORMULA else None


def _text(slide: FittedSlide, places: Places) -> tuple[str, float, float, str] | None:
    """A text that an author lets shrink rather than split, or that a place is too small for."""
    if not slide.source.asked and slide.source.overflow:
        return None
    sizes = [
        size
        for role, text in slide.texts.items()
        if role not in (Role.SOURCE, Role.NUMBER) and (text.scale < 1 or text.sizes)
        for size, runs in _sized(text, slide.places.get(role, places[role]))
        if any(run.text.strip() for run in runs)
    ]
    least = min(sizes, default=LEAST_TEXT)
    shrinks = isinstance(slide.source.body, TextBody)
    hint = "shorten the text, or set `overflow` to `split`" if shrinks else "shorten the text"
    return ("text", least, LEAST_TEXT, hint) if least < LEAST_TEXT else None


def _sized(text: FittedText, place: Place) -> Iterator[tuple[float, tuple[Run, ...]]]:
    """The size of each paragraph in points, and what it says."""
    sizes = text.sizes or [place.text.level(para).size * text.scale for para in text.paras]
    for size, para in zip(sizes, text.paras, strict=True):
        yield size, para.runs
