"""How the vocabulary describes a piece of Markdown, a class or an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of Markdown, with an example and what becomes of it."""

    name: str
    example: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A class or an attribute: the elements that take it, what it does, and an example in Markdown.

    ``values`` and ``default`` are those of an attribute. ``aliases`` are other names for the same,
    ``variants`` names that do the same in another way, as their words say.
    """

    on: str
    meaning: str
    example: str
    values: str = ""
    default: str = ""
    aliases: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What can be written about one subject."""

    title: str
    summary: str
    elements: tuple[Element, ...] = ()
    classes: Mapping[str, Name] = field(default_factory=dict)
    attributes: Mapping[str, Name] = field(default_factory=dict)
