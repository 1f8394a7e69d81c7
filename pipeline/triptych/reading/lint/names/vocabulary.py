"""The classes and attributes that the lint accepts: our own, and those of tools that books come from.

A name that is far from all of them is the author's own, for a style or a tool of theirs.
"""

from __future__ import annotations

import re

from triptych.charts.options import CHART_OPTIONS
from triptych.diagnostics import nearest_name
from triptych.model.nodes import CalloutKind
from triptych.reading.vocabulary import markdown
from triptych.reading.vocabulary.entry import Topic
from triptych.reading.vocabulary.other_tools import CALLOUTS_OF_OTHERS, OTHER_ATTRIBUTES, OTHER_CLASSES

CALLOUT_KINDS = tuple(map(str, CalloutKind))
CLASSES = markdown.CLASSES.union(CALLOUT_KINDS, OTHER_CLASSES)
ATTRIBUTES = markdown.ATTRIBUTES.union(CHART_OPTIONS, OTHER_ATTRIBUTES)


def callouts_like(name: str) -> tuple[str, ...]:
    """The kinds of callout that are nearest to one of another tool or a misspelt one, by its name."""
    return CALLOUTS_OF_OTHERS.get(name) or (nearest_name(name, CALLOUT_KINDS) or "note",)


def values_of(topic: Topic, name: str) -> tuple[str, ...]:
    """Return the values that an attribute accepts."""
    return tuple(re.findall(r"`([^`]+)`", topic.attributes[name].values))
