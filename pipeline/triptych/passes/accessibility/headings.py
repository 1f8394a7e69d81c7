"""Headings: the map by which readers who cannot see move through a text."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.model.nodes import Heading, Image, Math
from triptych.model.walk import plain_text, walk
from triptych.passes.accessibility.survey import Placed, Survey


def skipped_levels(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC002 at each heading more than one level below the one before it."""
    level, above = 1, "the chapter's title"
    for heading in _headings(chapter):
        words = f'"{plain_text(heading.node.content)}"'
        if (steps := heading.node.level - level) > 1:
            # By steps: the levels of a chapter may have been moved since they were written.
            message = f"the heading {words} stands {steps} levels below the one before it, {above}"
            hint = "give it a # less" if steps == 2 else f"give it {steps - 1} # less"
            yield Diagnostic(code="ACC002", span=heading.span, message=message, hint=hint)
        level, above = heading.node.level, words


def empty_headings(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC014 at each heading that says nothing."""
    for heading in _headings(chapter):
        drawn = any(isinstance(node, Image | Math) for node in walk(heading.node))
        if not drawn and not plain_text(heading.node.content):
            hint = "write what the section is about, or take the heading out"
            yield Diagnostic(code="ACC014", span=heading.span, message="a heading is empty", hint=hint)


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
            hint = f"the first is at {before.span}" if before.span else None
            message = f'two sections of the chapter are called "{words}"'
            yield Diagnostic(code="ACC015", span=heading.span, message=message, hint=hint)


def _headings(chapter: Survey) -> list[Placed]:
    """The headings of the book, not those on slides."""
    return [placed for placed in chapter.nodes if isinstance(placed.node, Heading) and not placed.on_slide]
