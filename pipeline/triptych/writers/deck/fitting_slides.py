"""From what a slide should show to slides on which it fits.

One ``DeckSlide`` becomes one or more ``FittedSlide``: every text with its size, tables and listings in
parts. What does not fit within the limits below is an error that names its place in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from triptych.diagnostics import Diagnostic
from triptych.theme import Theme
from triptych.writers.deck.charts import split_chart
from triptych.writers.deck.fitting import FittedText, Place, fit_size, fit_text
from triptych.writers.deck.fitting_code import FittedCode, fit_code
from triptych.writers.deck.fitting_equations import FittedEquation, fit_equation
from triptych.writers.deck.fitting_tables import FittedTable, fit_table
from triptych.writers.deck.slides import (
    ChartBody,
    CodeBody,
    DeckSlide,
    EquationBody,
    Layout,
    Para,
    PictureBody,
    QuoteBody,
    Run,
    TableBody,
    TextBody,
)

# Indices of placeholders, as in templates/deck/layouts.
TITLE, BODY, FRAME, SECOND, THIRD = 0, 1, 13, 14, 15
SUBTITLE, KICKER, SOURCE, AUTHORS, QUOTATION, ATTRIBUTION = BODY, FRAME, SECOND, SECOND, FRAME, SECOND
NUMBER, AFTER = SECOND, THIRD

# Sizes in points that a text may take, largest first. Below the last it is an error, not small print.
_TITLED: dict[int, tuple[float, ...]] = {TITLE: (28.0, 26.0, 24.0)}
_SOURCED = {**_TITLED, SOURCE: (12.0, 11.0)}
SIZES: dict[Layout, dict[int, tuple[float, ...]]] = {
    Layout.TITLE: {
        TITLE: (60.0, 54.0, 48.0, 44.0, 40.0),
        SUBTITLE: (24.0, 22.0, 20.0, 18.0),
        KICKER: (16.0, 14.0),
        AUTHORS: (16.0, 14.0, 12.0),
    },
    Layout.DIVIDER: {
        TITLE: (48.0, 44.0, 40.0, 36.0),
        BODY: (20.0, 18.0, 16.0),
        KICKER: (40.0, 36.0, 32.0, 28.0),
    },
    Layout.BULLETS: _TITLED,
    Layout.CHART: _SOURCED,
    Layout.TABLE: _SOURCED,
    Layout.PICTURE: _SOURCED,
    Layout.QUOTE: {
        TITLE: (18.0, 16.0),
        QUOTATION: (38.0, 34.0, 30.0, 26.0, 24.0, 22.0),
        ATTRIBUTION: (18.0, 16.0, 14.0),
    },
    Layout.CODE: _TITLED,
    Layout.EQUATION: {**_TITLED, NUMBER: (20.0, 18.0, 16.0, 14.0, 12.0)},
    Layout.CLOSING: {
        TITLE: (54.0, 48.0, 44.0, 40.0, 36.0),
        BODY: (22.0, 20.0, 18.0, 16.0),
        KICKER: (16.0, 14.0),
    },
}

# A divider's kicker of so few characters is a number: set as large as its layout says.
_NUMBER_LENGTH = 4
_NUMBER_SIZES = (96.0,)

Content: TypeAlias = FittedTable | FittedCode | FittedEquation | ChartBody | PictureBody


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedSlide:
    """One slide to draw: texts by placeholder, and what goes into the frame of its layout.

    ``part`` counts from 1; notes, section and the id of a slide belong to its first part. ``left_off``
    are texts that the speaker says since they did not fit.
    """

    source: DeckSlide
    layout: Layout
    title: str
    part: int = 1
    texts: Mapping[int, FittedText] = field(default_factory=dict)
    content: Content | None = None
    left_off: tuple[str, ...] = ()


def layout_for(slide: DeckSlide) -> Layout:
    """The layout that a slide's body needs: some take text of any layout, others only their own."""
    match slide.body:
        case None:
            return slide.layout
        case TextBody():
            own = slide.layout in {Layout.TITLE, Layout.DIVIDER, Layout.CLOSING}
            return slide.layout if own else Layout.BULLETS
        case ChartBody():
            return Layout.CHART
        case TableBody():
            return Layout.TABLE
        case PictureBody():
            return Layout.PICTURE
        case QuoteBody():
            return Layout.QUOTE
        case CodeBody():
            return Layout.CODE
        case EquationBody():
            return Layout.EQUATION
        case _:
            assert_never(slide.body)


def fit_slide(
    slide: DeckSlide, places: Mapping[int, Place], theme: Theme
) -> tuple[list[FittedSlide], list[Diagnostic]]:
    """The slides that show everything, and DEK001 for each thing that does not fit.

    ``places`` are those of ``layout_for(slide)``.
    """
    layout = layout_for(slide)
    texts, left_off, diagnostics = _small_texts(slide, layout, places, theme)
    parts: list[FittedSlide] = []
    bodies: Sequence[FittedText | Content | None] = _bodies(slide, layout, places, theme)
    if not bodies:
        diagnostics.append(_too_large(slide, "table", "shorten its cells, or leave out columns"))
    for number, body in enumerate(bodies, 1):
        title = slide.title if len(bodies) == 1 else f"{slide.title} ({number}/{len(bodies)})"
        fitted_title = _fit(title, TITLE, layout, places, theme)
        if fitted_title is None:
            diagnostics.append(_too_large(slide, "title", "shorten it"))
            break
        extra: Mapping[int, FittedText] = {}
        own = layout
        if isinstance(body, FittedText):
            extra = {BODY: body}
            own = Layout.BULLETS if layout is Layout.EQUATION else layout
        elif isinstance(body, FittedEquation):
            extra = body.texts
        parts.append(
            FittedSlide(
                source=slide,
                layout=own,
                title=title,
                part=number,
                texts={TITLE: fitted_title, **texts, **extra},
                content=None if isinstance(body, FittedText) else body,
                left_off=left_off,
            )
        )
    return parts, diagnostics


def frame_height(slide: DeckSlide, places: Mapping[int, Place]) -> float:
    """The height of the frame, which takes the place of a missing source line."""
    frame = places[FRAME]
    if getattr(slide.body, "source", ()) or SOURCE not in places:
        return frame.height
    source = places[SOURCE]
    return source.top + source.height - frame.top


def _bodies(
    slide: DeckSlide, layout: Layout, places: Mapping[int, Place], theme: Theme
) -> Sequence[FittedText | Content | None]:
    """What the main placeholder shows on each slide; empty where a table does not fit at all."""
    match slide.body:
        case TextBody(paras=paras) if layout is Layout.BULLETS and paras:
            return fit_text(_without_lonely_bullet(paras), places[BODY].text, theme)
        case TableBody() as table:
            return fit_table(table, places[FRAME].width, frame_height(slide, places), theme) or ()
        case CodeBody(text=text) if text.strip():
            area = places[FRAME].text
            return fit_code(text, area.width, area.height, theme)
        case EquationBody() as equation:
            texts = places[BODY], places[AFTER]
            fitted = fit_equation(equation, places[FRAME], *texts, theme, (BODY, AFTER))
            # Among too much text it is a paragraph like the others.
            return (fitted,) if fitted else fit_text(_as_text(equation), places[BODY].text, theme)
        case ChartBody() as content:
            return split_chart(content)
        case PictureBody() as content:
            return (content,)
        case _:
            return (None,)


def _small_texts(
    slide: DeckSlide, layout: Layout, places: Mapping[int, Place], theme: Theme
) -> tuple[dict[int, FittedText], tuple[str, ...], list[Diagnostic]]:
    """The texts that cannot be continued, those that go to the notes instead, and what is wrong.

    A quotation that does not fit is an error. A source line is cut between sources, and a summary is
    said rather than shown: the speaker's notes hold both in full.
    """
    texts: dict[int, FittedText] = {}
    left_off: list[str] = []
    diagnostics: list[Diagnostic] = []
    for name, index, paras in _fixed_texts(slide, layout):
        fitted = _fit(paras, index, layout, places, theme)
        if fitted is None and name == "source line":
            left_off.append(_text(paras))
            fitted = _shortened(paras, index, layout, places, theme)
        elif fitted is None and name in ("subtitle", "text"):
            left_off.append(_text(paras))
            message = f'the {name} of the slide "{slide.title}" does not fit on it: it is in the notes'
            diagnostics.append(Diagnostic(code="DEK002", message=message, span=slide.span, hint="shorten it"))
        elif fitted is None:
            diagnostics.append(_too_large(slide, name, "shorten it"))
        if fitted is not None:
            texts[index] = fitted
    return texts, tuple(left_off), diagnostics


def _text(paras: Sequence[Para]) -> str:
    return " ".join("".join(run.text for run in para.runs) for para in paras)


def _shortened(
    paras: tuple[Para, ...], index: int, layout: Layout, places: Mapping[int, Place], theme: Theme
) -> FittedText | None:
    """A source line cut after the last source that fits; None where not even the first does."""
    text = _text(paras)
    for end in reversed([match.start() for match in re.finditer(r"[;.] ", text)]):
        shorter = (Para(runs=(*_cut(paras[0].runs, end), Run(text="; …")), bullet=False),)
        fitted = _fit(shorter, index, layout, places, theme)
        if fitted is not None:
            return fitted
    return None


def _cut(runs: tuple[Run, ...], length: int) -> Iterator[Run]:
    """The first characters of runs."""
    for run in runs:
        if length > 0:
            yield replace(run, text=run.text[:length])
        length -= len(run.text)


def _fixed_texts(slide: DeckSlide, layout: Layout) -> list[tuple[str, int, tuple[Para, ...]]]:
    found: list[tuple[str, int, tuple[Para, ...]]] = []
    match layout:
        case Layout.TITLE | Layout.DIVIDER | Layout.CLOSING:
            paras = slide.body.paras if isinstance(slide.body, TextBody) else ()
            subtitle = _plain(slide.subtitle) if slide.subtitle else ()
            if layout is Layout.TITLE:
                found += [("subtitle", SUBTITLE, subtitle), ("text", AUTHORS, paras)]
            else:
                found.append(("text", BODY, (*subtitle, *paras)))
            found.append(("kicker", KICKER, _plain(slide.kicker) if slide.kicker else ()))
        case Layout.QUOTE:
            assert isinstance(slide.body, QuoteBody)
            found.append(("quotation", QUOTATION, (Para(runs=slide.body.text, bullet=False),)))
            found.append(("attribution", ATTRIBUTION, (Para(runs=slide.body.attribution, bullet=False),)))
        case Layout.CHART | Layout.TABLE | Layout.PICTURE:
            source: tuple[Run, ...] = getattr(slide.body, "source", ())
            found.append(("source line", SOURCE, (Para(runs=source, bullet=False),)))
        case Layout.EQUATION:
            assert isinstance(slide.body, EquationBody)
            number = slide.body.number
            found.append(("number", NUMBER, _plain(number) if number else ()))
        case Layout.BULLETS | Layout.CODE:
            pass
        case _:
            assert_never(layout)
    return [item for item in found if any(run.text.strip() for para in item[2] for run in para.runs)]


def _fit(
    text: str | tuple[Para, ...], index: int, layout: Layout, places: Mapping[int, Place], theme: Theme
) -> FittedText | None:
    paras = _plain(text) if isinstance(text, str) else text
    sizes = SIZES[layout][index]
    if layout is Layout.DIVIDER and index == KICKER and _length(paras) <= _NUMBER_LENGTH:
        sizes = _NUMBER_SIZES + sizes
    scale = fit_size(paras, places[index].text, theme, sizes)
    return None if scale is None else FittedText(paras=paras, scale=scale)


def _length(paras: Sequence[Para]) -> int:
    return sum(len(run.text) for para in paras for run in para.runs)


def _plain(text: str) -> tuple[Para, ...]:
    return (Para(runs=(Run(text=text),), bullet=False),)


def _as_text(equation: EquationBody) -> tuple[Para, ...]:
    native = equation.native if equation.native.omml else None
    formula = Run(text=equation.text, formula=native)
    number = Run(text=f"  {equation.number}" if equation.number else "")
    return (*equation.before, Para(runs=(formula, number), bullet=False), *equation.after)


def _without_lonely_bullet(paras: tuple[Para, ...]) -> tuple[Para, ...]:
    """A single point is a statement: a list of one needs no mark."""
    if len(paras) > 1:
        return paras
    return (Para(runs=paras[0].runs, bullet=False),)


def _too_large(slide: DeckSlide, what: str, hint: str) -> Diagnostic:
    message = f'the {what} of the slide "{slide.title}" does not fit on it'
    return Diagnostic(code="DEK001", message=message, span=slide.span, hint=hint)
