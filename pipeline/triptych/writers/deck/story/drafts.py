"""Make slides from the ``slide()`` calls of a storyboard template, and validate their arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import Undefined

from triptych.writers.deck.slides import (
    Body,
    Column,
    ColumnsBody,
    DeckSlide,
    NoteParagraph,
    Para,
    Run,
    SlideKindName,
    TextBody,
)
from triptych.writers.deck.story.chapter_views import ChapterView
from triptych.writers.deck.story.content_slides import ContentSlide
from triptych.writers.deck.story.runs import (
    AuthorNote,
    BookLocation,
    NotePart,
    Remark,
    has_text,
    make_plain_note,
)

_MAX_ONE_COLUMN_ENTRIES = 4  # maximum number of entries in a one-column agenda


_MAX_ENTRY_LENGTH = 48  # title length in characters above which the agenda shortens a title


def shorten_agenda_entry(title: str) -> str:
    """Shorten a long title for an agenda to the part before its colon."""
    main, _, addition = title.partition(": ")
    return main if addition and len(title) > _MAX_ENTRY_LENGTH else title


def _make_agenda_body(lines: tuple[Para, ...]) -> Body:
    """Return agenda entries as a text body, or as two columns if there are many."""
    half = (len(lines) + 1) // 2
    if len(lines) <= _MAX_ONE_COLUMN_ENTRIES:
        return TextBody(paras=lines)
    first, second = (Column(body=TextBody(paras=part)) for part in (lines[:half], lines[half:]))
    return ColumnsBody(columns=(first, second))


@dataclass(frozen=True, slots=True)
class SlideDraft:
    """A slide from the storyboard template, with all notes that its speaker notes may include."""

    slide: DeckSlide
    notes: tuple[NotePart, ...]
    has_book_content: bool

    def add_notes(self, notes: Iterable[NoteParagraph]) -> DeckSlide:
        """Return the slide with the non-blank paragraphs of ``notes`` as its speaker notes."""
        return replace(self.slide, notes=tuple(filter(has_text, notes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideArguments:
    """The arguments of ``slide()``. ``lines`` are paragraphs without bullets, unlike ``points``."""

    layout: SlideKindName
    title: str
    points: Sequence[tuple[Run, ...]] = ()
    lines: Sequence[tuple[Run, ...]] = ()
    links: Sequence[ChapterView] = ()
    evidence: ContentSlide | None = None
    subtitle: str = ""
    kicker: str = ""
    tracker: str = ""
    chapter: ChapterView | None = None
    id: str = ""
    section: str = ""
    notes: Sequence[NotePart] = ()
    hidden: bool = False
    overflow: str = ""


def draft_slide(arguments: SlideArguments) -> SlideDraft:
    """Create a draft from the arguments of ``slide()``."""
    evidence, chapter = arguments.evidence, arguments.chapter
    body: Body | None = evidence.body if evidence else None
    points = [Para(runs=point) for point in arguments.points]
    lines = [Para(runs=line, bullet=False) for line in arguments.lines]
    links = [
        Para(runs=(Run(text=shorten_agenda_entry(view.title), slide=view.first_slide_id),))
        for view in arguments.links
    ]
    if links:
        body = _make_agenda_body(tuple(links))
    elif points or lines:
        body = TextBody(paras=(*points, *lines))
    slide = DeckSlide(
        kind=arguments.layout,
        title=arguments.title,
        body=body,
        subtitle=arguments.subtitle,
        kicker=arguments.kicker,
        tracker=arguments.tracker,
        chapter=chapter.id if chapter else "",
        id=arguments.id,
        section=arguments.section,
        hidden=arguments.hidden,
        overflow=arguments.overflow,
        is_requested=False,
        has_own_title=False,
        span=chapter.span if chapter else None,
    )
    if evidence:
        slide = replace(
            slide,
            id=arguments.id or evidence.id,
            hidden=evidence.hidden,
            is_requested=evidence.is_requested,
            has_own_title=evidence.has_own_title,
            needs_title=not (evidence.is_requested or evidence.has_own_title or evidence.has_statement_title),
            book_blocks=evidence.book_blocks,
            layout_name=evidence.layout_name,
            overflow=evidence.overflow,
            span=evidence.span,
        )
    return SlideDraft(slide, tuple(arguments.notes), has_book_content=evidence is not None)


# Limits for a project's own storyboard. Decks of long books are far below them.
_MAX_SLIDES = 2_000
_MAX_LABEL = 2_000  # characters in a title, subtitle, kicker, tracker, id or section name
_MAX_POINT = 20_000  # characters in a point or line
_MAX_BODY = 200_000  # characters in all points and lines; a book's sources are lines
_MAX_PARAGRAPHS = 1_000  # points, lines and links on a slide
_MAX_NOTES = 4_000_000  # characters in all speaker notes
_MAX_USES = 20  # slides that show the same item of a chapter's `evidence`


@dataclass(slots=True)
class SlideCounter:
    """Counts the content that a project's own storyboard puts on slides.

    ``count`` raises ``ValueError`` if a limit is exceeded.
    """

    slides: int = 0
    body: int = 0
    notes: int = 0
    uses: Counter[int] = field(default_factory=Counter)

    def count(self, arguments: SlideArguments) -> None:
        """Count the content of the slide with these ``slide()`` arguments."""
        self.slides += 1
        if self.slides > _MAX_SLIDES:
            raise ValueError(f"the storyboard makes more than {_MAX_SLIDES:,} slides")
        for name in ("title", "subtitle", "kicker", "tracker", "id", "section"):
            if len(getattr(arguments, name)) > _MAX_LABEL:
                raise ValueError(f"`{name}` of slide() has more than {_MAX_LABEL:,} characters")
        body = (*arguments.points, *arguments.lines)
        if len(body) + len(arguments.links) > _MAX_PARAGRAPHS:
            raise ValueError(f"a slide has more than {_MAX_PARAGRAPHS:,} points, lines and links")
        # A run without text counts too.
        sizes = [sum(1 + len(run.text) for run in paragraph) for paragraph in body]
        if max(sizes, default=0) > _MAX_POINT:
            raise ValueError(f"a point or line of a slide has more than {_MAX_POINT:,} characters")
        self.body += sum(sizes) + len(arguments.links)
        if self.body > _MAX_BODY:
            raise ValueError(f"the points and lines of all slides have more than {_MAX_BODY:,} characters")
        self.notes += sum(map(_measure_note, arguments.notes))
        if self.notes > _MAX_NOTES:
            raise ValueError(f"the notes of the storyboard have more than {_MAX_NOTES:,} characters")
        if arguments.evidence:
            self.uses[id(arguments.evidence)] += 1
            if self.uses[id(arguments.evidence)] > _MAX_USES:
                raise ValueError(f"more than {_MAX_USES} slides have the same `evidence`")


def _measure_note(note: NotePart) -> int:
    """Return the number of characters of a note, plus one for each run and one for the note."""
    if isinstance(note, Remark):
        return 1 + len(note.text)
    runs = note.text if isinstance(note, AuthorNote) else () if isinstance(note, BookLocation) else note
    return 1 + sum(1 + len(run.text) for run in runs)


_OVERFLOWS = ("", "split", "shrink", "error")


def check_arguments(arguments: Mapping[str, Any]) -> SlideArguments:
    """Validate the arguments of ``slide()``, and convert strings to text runs.

    Raise ``TypeError`` or ``ValueError`` for an invalid argument.
    """
    return SlideArguments(**{name: _check_argument(name, value) for name, value in arguments.items()})


def _check_argument(name: str, value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # raises UndefinedError with the name of the variable
    if name not in _ARGUMENTS:
        names = ", ".join(sorted(_ARGUMENTS))
        raise TypeError(f"slide() has no argument `{name}`; the arguments are {names}")
    check, expected_type = _ARGUMENTS[name]
    try:
        return check(value)
    except TypeError:
        raise TypeError(f"`{name}` of slide() must be {expected_type}") from None


def _check_layout(value: Any) -> SlideKindName:
    if _check_text(value) not in tuple(SlideKindName):
        raise ValueError(f'slide() has no layout "{value}"; the layouts are {", ".join(SlideKindName)}')
    return SlideKindName(value)


def _check_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(value)


def _check_overflow(value: Any) -> str:
    if _check_text(value) not in _OVERFLOWS:
        raise ValueError(f'`overflow` of slide() must be "split", "shrink" or "error", not "{value}"')
    return str(value)


def _check_bool(value: Any) -> bool:
    if not isinstance(value, bool | int | str | None):
        raise TypeError
    return bool(value)


def _check_lines(value: Any) -> list[tuple[Run, ...]]:
    return [_check_runs(line) for line in _check_list(value)]


def _check_runs(value: Any) -> tuple[Run, ...]:
    if isinstance(value, str):
        return make_plain_note(value)
    return tuple(run if isinstance(run, Run) else Run(text=_check_text(run)) for run in _check_list(value))


def _check_notes(value: Any) -> list[Any]:
    return [
        note if isinstance(note, AuthorNote | Remark | BookLocation) else _check_runs(note)
        for note in ([value] if isinstance(value, str) else _check_list(value))
    ]


def _check_views(value: Any) -> list[ChapterView]:
    views = _check_list(value)
    if not all(isinstance(view, ChapterView) for view in views):
        raise TypeError
    return views


def _check_list(value: Any) -> list[Any]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


def _check_type(kind: type) -> Callable[[Any], Any]:
    """Return a function that raises TypeError unless its argument is None or of the type ``kind``."""

    def check(value: Any) -> Any:
        if value is not None and not isinstance(value, kind):
            raise TypeError
        return value

    return check


# The validator of each ``slide()`` argument, and the expected type for messages.
_ARGUMENTS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "layout": (_check_layout, "the name of a layout"),
    **dict.fromkeys(("title", "subtitle", "kicker", "tracker", "id", "section"), (_check_text, "a string")),
    "overflow": (_check_overflow, "a string"),
    "hidden": (_check_bool, "true or false"),
    **dict.fromkeys(("points", "lines"), (_check_lines, "a list of strings")),
    "notes": (_check_notes, "a list of strings or notes"),
    "links": (_check_views, "a list of chapters"),
    "chapter": (_check_type(ChapterView), "a chapter from `chapters`"),
    "evidence": (_check_type(ContentSlide), "an item of a chapter's `evidence`"),
}
