"""Slides that the author wrote out, ``::: {.slide}``."""

from __future__ import annotations

from dataclasses import replace

from triptych.model import nodes
from triptych.model.walk import plain_text, walk_all
from triptych.writers.deck.evidence import Evidence, EvidenceMaker
from triptych.writers.deck.runs import Speech, asides, can_be_points
from triptych.writers.deck.shown import shown_on

_SAID = Speech(frozenset())


def written(node: nodes.Slide, heading: str, maker: EvidenceMaker) -> Evidence:
    """A slide of the author's: its one chart, table, picture or quotation, else its text.

    What does not stand on it is said. Under a ``heading`` a slide without a title has that.
    """
    title = plain_text(node.title) or heading
    notes = tuple(block for block in walk_all(node.content) if isinstance(block, nodes.SpeakerNotes))
    content = tuple(block for block in node.content if not isinstance(block, nodes.SpeakerNotes))
    said = list(_SAID.paragraphs(notes))
    first = next((item for block in content for item in shown_on(block)), None)
    evidence = maker.evidence(first, title) if first is not None else None
    if first is not None and evidence is not None:
        said += Speech(frozenset((id(first),))).paragraphs(content)
        said = [*evidence.notes, *said]
    else:
        points = tuple(block for block in content if can_be_points(block))
        rest = tuple(block for block in content if not can_be_points(block))
        said += _SAID.paragraphs(rest)
        said += (aside for block in points for aside in asides(block))
        evidence = maker.text(points, title, node.span)
    return replace(
        evidence,
        title=title,
        notes=tuple(said),
        hidden=node.attr.has("backup"),
        asked=True,
        shown=content,
        id=node.attr.id or evidence.id,
    )
