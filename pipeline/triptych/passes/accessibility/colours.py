"""Colours: what is told by them alone is not told to everybody (WCAG 1.4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.languages.language_tags import primary
from triptych.model.nodes import (
    Attr,
    Callout,
    Chart,
    Figure,
    Group,
    Heading,
    Link,
    Phrase,
    Quoted,
    Styled,
    Table,
)
from triptych.model.walk import plain_text, walk
from triptych.passes.accessibility.colour_words import told_by_colour, told_otherwise
from triptych.passes.accessibility.survey import Placed, Survey, lines

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_COLOUR_NAME = (
    "red|green|blue|yellow|orange|purple|violet|pink|brown|teal|turquoise|cyan|magenta|lime|maroon|navy|olive"
    "|gr[ae]y|gold|crimson|salmon|coral|tomato"
)
_COLOUR_CLASS = re.compile(
    rf"(?:(?:text|bg|fg|colou?r)-)?(?:{_COLOUR_NAME})(?:-text|-\d+)?|text-(?:danger|success|warning|info)"
)
_COLOUR_STYLE = re.compile(r"\s*(?:color|background|background-color|bgcolor)\s*:", re.IGNORECASE)


def colour_in_words(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC005 where a text near a drawing or table calls something by its colour and by no name."""
    for section in chapter.sections():
        drawn = any(isinstance(placed.node, Figure | Chart) for placed in section)
        if not drawn and not any(isinstance(placed.node, Table) for placed in section):
            continue
        names = _series_names(section)
        for placed in section:
            for line in lines(placed.node):
                if words := _told_by_colour(plain_text(line), primary(placed.language), names, drawn):
                    message = f'"{words}" identifies a part of the figure or table by colour alone'
                    hint = "also identify this part by its label, position or pattern"
                    yield Diagnostic(code="ACC005", span=placed.span, message=message, hint=hint)


def _series_names(section: tuple[Placed, ...]) -> frozenset[str]:
    """What the series of the section's charts are called."""
    charts = (placed.node for placed in section if isinstance(placed.node, Chart))
    return frozenset(series.label.casefold() for chart in charts for series in chart.data.series)


def _told_by_colour(text: str, language: str, names: frozenset[str], drawn: bool) -> str:
    """The words of the first sentence that tells something by its colour alone, or ""."""
    pattern = told_by_colour(language, drawn=drawn)
    if pattern is None or not pattern.search(text):
        return ""
    for sentence in _SENTENCE_END.split(text):
        match = pattern.search(sentence)
        if match is None or told_otherwise(language).search(sentence):
            continue
        if not any(re.search(rf"\b{re.escape(name)}\b", sentence.casefold()) for name in names if name):
            return match.group()
    return ""


def colour_in_looks(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC006 at text, and at tables with cells, that only a colour sets apart from the rest."""
    coloured = [placed for placed in chapter.nodes if isinstance(placed.node, Phrase | Group)]
    coloured = [placed for placed in coloured if _only_coloured(placed.node.attr)]
    styled = _set_apart(chapter) if coloured else frozenset()
    for placed in coloured:
        text = plain_text(placed.node.content)
        if id(placed.node) in styled or not text or _has_own_look(placed.node):
            continue
        message = f'"{text[:40]}" is distinguished by colour alone'
        hint = "state the meaning in words, or use *emphasis*"
        yield Diagnostic(code="ACC006", span=placed.span, message=message, hint=hint)
    for placed in chapter.nodes:
        if not isinstance(placed.node, Table):
            continue
        looks = {_only_coloured(cell.look) for row in placed.node.body for cell in row.cells if cell.content}
        if len(looks) > 1:
            message = "some table cells are distinguished by colour alone"
            hint = "state the meaning in the cell text; cell colours are dropped from every output"
            yield Diagnostic(code="ACC006", span=placed.span, message=message, hint=hint)


def _only_coloured(attr: Attr) -> bool:
    """Whether classes and style ask for a colour and nothing else."""
    declarations = [part for part in attr.get("style").split(";") if part.strip()]
    classes = all(_COLOUR_CLASS.fullmatch(name) for name in attr.classes)
    styles = all(_COLOUR_STYLE.match(part) for part in declarations)
    return bool(attr.classes or declarations) and classes and styles


def _set_apart(chapter: Survey) -> frozenset[int]:
    """The ``id()`` of all that has a look, a place or a sound of its own."""
    marks = (p.node for p in chapter.nodes if isinstance(p.node, Styled | Quoted | Link | Heading | Callout))
    return frozenset(id(inner) for mark in marks for inner in walk(mark))


def _has_own_look(node: Phrase | Group) -> bool:
    """Whether what a coloured node holds is, as a whole, set apart by something else."""
    content = node.content
    if len(content) == 1 and hasattr(content[0], "content") and not isinstance(node, Phrase):
        content = content[0].content
    return all(isinstance(child, Styled | Quoted) for child in content)
