"""Data classes that describe a Markdown element, a class or an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Element:
    """A Markdown element, with an example and its result."""

    name: str
    example: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A class or an attribute: the elements that accept it, its effect, and an example in Markdown.

    ``values`` and ``default`` are those of an attribute. ``aliases`` are other names for the same,
    ``variants`` related names with a similar effect.
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
    """The elements, classes and attributes for one subject."""

    title: str
    summary: str
    elements: tuple[Element, ...] = ()
    classes: Mapping[str, Name] = field(default_factory=dict)
    attributes: Mapping[str, Name] = field(default_factory=dict)
