"""Load the elements, classes and attributes of Markdown by subject, from ``markdown.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Element:
    """A Markdown element, with an example and its result."""

    name: str
    example: str
    result: str


@dataclass(frozen=True, slots=True)
class Name:
    """A class or an attribute: the elements that accept it, its effect, and an example in Markdown.

    ``values`` and ``default`` apply to attributes. ``aliases`` are alternative names; ``variants`` are
    related names with a similar effect.
    """

    applies_to: str
    meaning: str
    example: str
    values: str = ""
    default: str = ""
    aliases: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """The elements, classes and attributes of one subject."""

    title: str
    summary: str
    elements: tuple[Element, ...]
    classes: Mapping[str, Name]
    attributes: Mapping[str, Name]


def _read_names(entries: Mapping[str, Any]) -> dict[str, Name]:
    return {
        name: Name(
            applies_to=entry.pop("applies-to"),
            aliases=tuple(entry.pop("aliases", ())),
            variants=tuple(entry.pop("variants", ())),
            **entry,
        )
        for name, entry in entries.items()
    }


def _read_topics(text: str) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            title=title,
            summary=entry["summary"],
            elements=tuple(Element(name, **element) for name, element in entry.get("elements", {}).items()),
            classes=_read_names(entry.get("classes", {})),
            attributes=_read_names(entry.get("attributes", {})),
        )
        for title, entry in YAML(typ="safe").load(text).items()
    )


@cache
def load_topics() -> tuple[Topic, ...]:
    """Return the topics in ``markdown.yaml``, in the order of the guide."""
    return _read_topics(Path(__file__).with_name("markdown.yaml").read_text("utf-8"))
