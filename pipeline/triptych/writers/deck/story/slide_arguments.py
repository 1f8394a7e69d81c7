"""Check what a storyboard gives to ``slide()``, which may be a template of a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Undefined

from triptych.writers.deck.slides import Layout, Run
from triptych.writers.deck.story.chapter_views import ChapterView
from triptych.writers.deck.story.evidence import Evidence
from triptych.writers.deck.story.runs import spoken
from triptych.writers.deck.story.speech.remark import InBook, Remark, Scripted

_OVERFLOWS = ("", "split", "shrink", "error")


def checked_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``slide()`` in the types that a slide takes; text becomes points and notes.

    Raises ``TypeError`` and ``ValueError`` with the name of the argument.
    """
    return {name: _checked(name, value) for name, value in given.items()}


def _checked(name: str, value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # raises with its name
    check = _CHECKS.get(name)
    if check is None:
        raise TypeError(f"slide() has no argument `{name}`; the arguments are {', '.join(sorted(_CHECKS))}")
    try:
        return check(value)
    except TypeError:
        raise TypeError(f"`{name}` of slide() must be {_WANTED[check]}") from None


def _layout(value: Any) -> Layout:
    if _text(value) not in tuple(Layout):
        raise ValueError(f'slide() has no layout "{value}"; the layouts are {", ".join(Layout)}')
    return Layout(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(value)


def _overflow(value: Any) -> str:
    if _text(value) not in _OVERFLOWS:
        raise ValueError(f'`overflow` of slide() must be "split", "shrink" or "error", not "{value}"')
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool | int | str | None):
        raise TypeError
    return bool(value)


def _lines(value: Any) -> list[tuple[Run, ...]]:
    return [_runs(line) for line in _listed(value)]


def _runs(value: Any) -> tuple[Run, ...]:
    if isinstance(value, str):
        return spoken(value)
    return tuple(run if isinstance(run, Run) else Run(text=_text(run)) for run in _listed(value))


def _notes(value: Any) -> list[Any]:
    return [
        note if isinstance(note, Scripted | Remark | InBook) else _runs(note)
        for note in ([value] if isinstance(value, str) else _listed(value))
    ]


def _view(value: Any) -> ChapterView | None:
    if not isinstance(value, ChapterView | None):
        raise TypeError
    return value


def _views(value: Any) -> list[ChapterView]:
    views = _listed(value)
    if not all(isinstance(view, ChapterView) for view in views):
        raise TypeError
    return views


def _evidence(value: Any) -> Evidence | None:
    if not isinstance(value, Evidence | None):
        raise TypeError
    return value


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


_WANTED: Mapping[Callable[[Any], Any], str] = {
    _layout: "the name of a layout",
    _text: "a string",
    _overflow: "a string",
    _truth: "true or false",
    _lines: "a list of strings",
    _notes: "a list of strings or notes",
    _view: "a chapter from `chapters`",
    _views: "a list of chapters",
    _evidence: "an item of a chapter's `evidence`",
}
_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "layout": _layout,
    **dict.fromkeys(("title", "subtitle", "kicker", "tracker", "id", "section"), _text),
    "overflow": _overflow,
    "hidden": _truth,
    "points": _lines,
    "lines": _lines,
    "notes": _notes,
    "links": _views,
    "chapter": _view,
    "evidence": _evidence,
}
