"""Headings: the map by which readers who cannot see move through a text."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.model.nodes import Heading, Image, Math
from triptych.model.walk import plain_text, walk
from triptych.passes.accessibility.survey import Placed, Survey

_NUMBERS = ("no", "one", "two", "three", "four", "five")


def skipped_levels(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC002 at each heading more than one level below the one before it."""
    level, above = 1, "the chapter title"
    for heading in _headings(chapter):
        words = f'"{plain_text(heading.node.content)}"'
        if (steps := heading.node.level - level) > 1:
            # By steps: the levels of a chapter may have been moved since they were written.
            message = f"heading level skipped: {words} is {steps} levels below {above}"
            hint = f"remove {_NUMBERS[steps - 1]} # from the heading"
            yield Diagnostic(code="ACC002", span=heading.span, message=message, hint=hint)
        level, above = heading.node.level, f"the preceding heading {words}"


def empty_headings(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC014 at each heading that says nothing."""
    for heading in _headings(chapter):
        drawn = any(isinstance(node, Image | Math) for node in walk(heading.node))
        if not drawn and not plain_text(heading.node.content):
            hint = "add text to the heading, or remove it"
            yield Diagnostic(code="ACC014", span=heading.span, message="the heading is empty", hint=hint)


def repeated_headings(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC015 at a heading of the chapter's top level that reads like one before it."""
    headings = _headings(chapter)
    top = min((heading.node.level for heading in headings), default=0)
    first: dict[str, Placed] = {}
    for heading in headings:
        words = plain_text(heading.node.content)
        if heading.node.level != top or not words:
            continue
        before = first.setdefault(words.casefold(), heading)
        if before is not heading:
            first_at = f", at {before.span}" if before.span else ""
            hint = f"rename this section or the first one{first_at}"
            message = f'two sections of this chapter have the same heading, "{words}"'
            yield Diagnostic(code="ACC015", span=heading.span, message=message, hint=hint)


def _headings(chapter: Survey) -> list[Placed]:
    """The headings of the book, not those on slides."""
    return [placed for placed in chapter.nodes if isinstance(placed.node, Heading) and not placed.on_slide]
