"""A quire: the pages of one document, painted, as they are bound into a book.

A chapter is laid out by itself, wherever in the book it comes to stand. What depends on its place (page
numbers, running heads, where its links lead) is left to the binding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked-content sequence: ``mcid`` in the content stream of a page of the quire, counted from 0."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Annotated:
    """The annotation of a link; ``link`` is its place among those of the quire."""

    link: int


# What a structure element says of itself (ISO 32000-1, 14.7.2 and 14.8.5): Alt, E, Lang, ID and the
# attributes of its table cell, list or place on the page.
Attributes: TypeAlias = dict[str, "str | int | list[float] | list[str]"]


@dataclass(slots=True)
class Element:
    """A structure element: a standard structure type (ISO 32000-1, 14.8.4) with what it holds, in order.

    ``words`` are entries of its dictionary (Alt, E, Lang, ID), ``attributes`` those of its attribute
    object by owner, such as ``{"Table": {"Scope": "Row"}}``.
    """

    tag: str
    kids: list[Element | Marked | Annotated] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Attributes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """An area of a page that leads to an id of the book, ``#id``, or to an address.

    ``area`` is left, bottom, right, top in points from the lower left corner; ``words`` is what is read out.
    """

    page: int
    area: tuple[float, float, float, float]
    target: str
    words: str


Point: TypeAlias = tuple[int, float, float]  # page of the quire, and points from its lower left corner


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading as viewers list it."""

    level: int
    words: str
    place: Point


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an id stands."""

    name: str
    place: Point


NamedStrings: TypeAlias = Mapping[str, tuple[str, ...]]
