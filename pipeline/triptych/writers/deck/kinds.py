"""Define the kinds of slides: which layout of a template each uses, and the role of each placeholder.

``KINDS`` is the whole registry. A new kind of slide is one entry; its layout, in the built-in template or in
that of an author, is found, measured and filled by it. Roles are found by the placeholder names of the
built-in template, then by type and size of placeholder, so that an author's layouts need no particular names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from triptych.writers.deck.slides import Layout


class Role(StrEnum):
    """The purpose of a placeholder; the value is its name in the built-in layouts."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    KICKER = "kicker"
    AUTHORS = "authors"
    BODY = "text"
    OBJECT = "object"
    SOURCE = "source"
    QUOTATION = "quotation"
    ATTRIBUTION = "attribution"
    TRACKER = "tracker"
    NUMBER = "number"
    BEFORE = "text before"
    AFTER = "text after"
    LABEL = "label"
    FIRST = "first"
    SECOND = "second"
    FIRST_HEAD = "first heading"
    SECOND_HEAD = "second heading"
    CARD_1 = "first card"
    CARD_2 = "second card"
    CARD_3 = "third card"
    CARD_4 = "fourth card"
    CARD_5 = "fifth card"
    CARD_6 = "sixth card"


CARDS = (Role.CARD_1, Role.CARD_2, Role.CARD_3, Role.CARD_4, Role.CARD_5, Role.CARD_6)
COLUMNS = ((Role.FIRST_HEAD, Role.FIRST), (Role.SECOND_HEAD, Role.SECOND))


class Edge(StrEnum):
    """The part of a place that a text box takes in place of a missing placeholder."""

    BOTTOM = "bottom"
    RIGHT = "right"
    ALL = "all"


class Where(StrEnum):
    """Where a placeholder without a known name must be to have a small role."""

    ABOVE = "above"
    BELOW = "below"
    NAMED = "named"  # anywhere, but with the right name


class Shape(StrEnum):
    """The placeholders of a layout with neither a known type nor a known name."""

    OPENING = "a title with a subtitle"
    CONTENT = "a title with one thing beside it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A text box within the place of another role, ``points`` high or wide.

    ``size`` is that of its text in points, by default that of the other role. With ``cuts`` the other role
    gets smaller.
    """

    of: Role
    edge: Edge
    points: float = 0.0
    size: float | None = None
    cuts: bool = False
    align: str = "l"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A role in a kind of slide.

    ``takes`` are types of placeholders (ECMA-376 Part 1, 19.7.10) in groups, the best first; within a group
    the largest is used. Text may be reduced to ``least`` points, in a narrow place to ``narrow``; longer text
    is at most ``long`` points. Without a placeholder a ``strip`` replaces it, or the text ``joins`` that of
    another role; else it is spoken.
    """

    role: Role
    takes: tuple[tuple[str, ...], ...]
    least: float = 12.0
    narrow: float | None = None
    long: float = 1000.0
    needed: bool = False
    where: tuple[Where, Role] | None = None
    strip: Strip | None = None
    joins: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How to find the layout of a kind of slide, and its roles; the ``main`` one has its content.

    ``types`` are values of ``sldLayout@type`` (19.7.15), the best first, ``names`` a pattern for names of
    untyped layouts, ``shape`` their placeholders; ``others`` are kinds whose layouts are tried last.
    ``share`` is the part of the slide that the main role needs.
    """

    what: str
    slots: tuple[Slot, ...]
    main: Role = Role.OBJECT
    types: tuple[str, ...] = ()
    names: str = ""
    others: tuple[Layout, ...] = (Layout.BULLETS,)
    share: float = 0.0
    shape: Shape | None = None

    def get_slot(self, role: Role) -> Slot:
        """Return the slot of a role."""
        return next(slot for slot in self.slots if slot.role is role)

    def is_called(self, name: str) -> bool:
        """Return whether a layout's name is one for this kind."""
        return bool(self.names) and re.search(self.names, name, re.IGNORECASE) is not None


_TITLES, _TEXTS, _ANYTHING = ("title", "ctrTitle"), ("body", "subTitle", "obj"), ("obj", "body")


def _title(least: float, narrow: float | None = None) -> Slot:
    return Slot(role=Role.TITLE, takes=(_TITLES,), least=least, narrow=narrow, needed=True)


def _anything(role: Role, **more: Any) -> Slot:
    """Return a slot for a placeholder for any content, or for text."""
    return Slot(role=role, takes=(_ANYTHING,), **more)


def _text(role: Role, **more: Any) -> Slot:
    """Return a slot for a placeholder for text only."""
    return Slot(role=role, takes=(("body",),), **more)


def _object(kind: str) -> Slot:
    """Return the slot for a chart, table or picture: a placeholder of its type, for anything, or for text."""
    return Slot(role=Role.OBJECT, takes=((kind,), ("obj",), ("body",)), needed=True)


def _kicker(joins: Role, *, least: float = 14, long: float = 1000) -> Slot:
    return _text(Role.KICKER, least=least, long=long, where=(Where.ABOVE, Role.TITLE), joins=joins)


def _source(under: Role) -> Slot:
    strip = Strip(of=under, edge=Edge.BOTTOM, points=30, size=12, cuts=True)
    return _text(Role.SOURCE, least=12, where=(Where.BELOW, under), strip=strip)


def _within(role: Role, other: Role) -> Slot:
    """Return a slot whose place is found when its content is known, within that of another role."""
    return _anything(role, where=(Where.NAMED, other), strip=Strip(of=other, edge=Edge.ALL))


def _over(role: Role, other: Role) -> Slot:
    """Return the slot of a column heading: text above it, else within the place of the first column."""
    return _text(role, where=(Where.ABOVE, other), strip=Strip(of=Role.FIRST, edge=Edge.ALL))


def _cards(count: int) -> tuple[Slot, ...]:
    first, *others = CARDS[:count]
    slots = (_within(role, first) for role in others)
    return _TITLE, _anything(first, needed=True), *slots, _source(first)


# Many templates have one line for titles: better smaller than cut.
_TITLE, _SOURCE = _title(20, 16), _source(Role.OBJECT)
_SECOND = _anything(Role.SECOND, strip=Strip(of=Role.FIRST, edge=Edge.ALL))
_MOST, _SOME, _COLUMN = 0.4, 0.3, 0.16  # of a slide, required for content, for few words, for one column

_KINDS: Mapping[Layout, Kind] = {
    Layout.TITLE: Kind(
        what="title slides",
        types=("title",),
        names=r"^(title|titel|titre|título|titolo)( ?(slide|folie|page))?$|^(cover|deckblatt|opening)",
        shape=Shape.OPENING,
        others=(Layout.DIVIDER, Layout.CLOSING, Layout.BULLETS),
        main=Role.TITLE,
        slots=(
            _title(32),
            Slot(role=Role.SUBTITLE, takes=(("subTitle",), _ANYTHING), least=14),
            _kicker(Role.SUBTITLE),
            _text(Role.AUTHORS, where=(Where.BELOW, Role.SUBTITLE), joins=Role.SUBTITLE),
        ),
    ),
    Layout.DIVIDER: Kind(
        what="chapter openings",
        types=("secHead",),
        names=r"section|divider|chapter|topic|abschnitt|kapitel|chapitre|sección|capítulo|sezione|capitolo",
        others=(Layout.TITLE, Layout.BULLETS),
        main=Role.TITLE,
        slots=(
            _title(28),
            Slot(role=Role.BODY, takes=(_TEXTS,), least=16),
            _kicker(Role.TITLE, least=28, long=40),
        ),
    ),
    Layout.BULLETS: Kind(
        what="text",
        types=("obj", "tx"),
        names=r"content|bullet|inhalt|aufzählung|contenu|puces|contenido|contenuto|elenco",
        others=(Layout.CHART, Layout.TABLE, Layout.QUOTE),
        share=_MOST,
        shape=Shape.CONTENT,
        main=Role.BODY,
        slots=(_TITLE, _anything(Role.BODY, least=18, needed=True)),
    ),
    Layout.CHART: Kind(
        what="charts",
        types=("chart", "obj"),
        names=r"chart|diagram|graph|gráfic|grafic",
        share=_MOST,
        shape=Shape.CONTENT,
        slots=(_TITLE, _object("chart"), _SOURCE),
    ),
    Layout.TABLE: Kind(
        what="tables",
        types=("tbl", "obj"),
        names=r"\btable|tabelle|tableau|tabla|tabella",
        share=_MOST,
        shape=Shape.CONTENT,
        slots=(_TITLE, _object("tbl"), _SOURCE),
    ),
    Layout.PICTURE: Kind(
        what="pictures",
        types=("picTx", "obj"),
        names=r"picture|photo|bild|image|imagen|immagine",
        share=_MOST,
        shape=Shape.CONTENT,
        slots=(_TITLE, _object("pic"), _SOURCE),
    ),
    Layout.QUOTE: Kind(
        what="quotations",
        names=r"quot|zitat|citation|cita\b|citazione",
        main=Role.QUOTATION,
        slots=(
            _title(16),
            _anything(Role.QUOTATION, least=22, needed=True),
            _text(
                Role.ATTRIBUTION,
                least=14,
                where=(Where.BELOW, Role.QUOTATION),
                strip=Strip(of=Role.QUOTATION, edge=Edge.BOTTOM, points=44, size=18, cuts=True),
            ),
        ),
    ),
    Layout.CODE: Kind(
        what="code listings",
        names=r"\bcode|listing|quelltext",
        share=_MOST,
        slots=(_TITLE, _anything(Role.OBJECT, needed=True), _within(Role.SECOND, Role.OBJECT)),
    ),
    Layout.EQUATION: Kind(
        what="formulas",
        names=r"equation|formula|formel|formule|ecuación",
        share=_MOST,
        slots=(
            _TITLE,
            _anything(Role.OBJECT, needed=True),
            _text(
                Role.NUMBER,
                where=(Where.NAMED, Role.OBJECT),
                strip=Strip(of=Role.OBJECT, edge=Edge.RIGHT, points=120, size=20, align="r"),
            ),
            *(_within(role, Role.OBJECT) for role in (Role.BEFORE, Role.AFTER)),
        ),
    ),
    Layout.CALLOUT: Kind(
        what="callouts",
        names=r"callout|hinweis|encadré|aviso|avviso",
        share=_SOME,
        main=Role.BODY,
        slots=(
            _TITLE,
            _anything(Role.BODY, least=18, needed=True),
            _text(Role.LABEL, least=14, where=(Where.NAMED, Role.BODY), joins=Role.BODY),
        ),
    ),
    Layout.NUMBERS: Kind(
        what="big numbers",
        names=r"big number|key figure|kennzahl|chiffres? clés?|cifras clave",
        main=Role.CARD_1,
        slots=_cards(4),
    ),
    Layout.TIMELINE: Kind(
        what="timelines",
        names=r"timeline|zeitstrahl|zeitachse|chronolog|cronolog|frise",
        main=Role.CARD_1,
        slots=_cards(6),
    ),
    Layout.COLUMNS: Kind(
        what="two-column slides",
        types=("twoObj",),
        names=r"two (content|column)|zwei|deux|dos |due ",
        share=_COLUMN,
        main=Role.FIRST,
        slots=(_TITLE, _anything(Role.FIRST, needed=True), _SECOND, _source(Role.FIRST)),
    ),
    Layout.COMPARISON: Kind(
        what="comparisons",
        types=("twoTxTwoObj",),
        names=r"comparison|vergleich|comparaison|comparación|confronto",
        others=(Layout.COLUMNS, Layout.BULLETS),
        share=_COLUMN,
        main=Role.FIRST,
        slots=(
            _TITLE,
            Slot(role=Role.FIRST, takes=(("obj",), ("body",)), needed=True),
            _SECOND,
            _over(Role.FIRST_HEAD, Role.FIRST),
            _over(Role.SECOND_HEAD, Role.SECOND),
            _source(Role.FIRST),
        ),
    ),
    Layout.FULL_PICTURE: Kind(
        what="full-slide pictures",
        names=r"full[- ]?(bleed|page|screen|picture)|vollbild|pleine page",
        others=(Layout.PICTURE, Layout.BULLETS),
        share=_MOST,
        slots=(_TITLE, _object("pic"), _SOURCE),
    ),
    Layout.SIDE_PICTURE: Kind(
        what="side pictures",
        names=r"picture (at|on|to) the (side|left|right)|bild (links|rechts|am rand)",
        others=(Layout.PICTURE, Layout.BULLETS),
        slots=(
            _TITLE,
            _object("pic"),
            _text(Role.BODY, least=16, where=(Where.NAMED, Role.OBJECT)),
            _SOURCE,
        ),
    ),
    Layout.CLOSING: Kind(
        what="closing slides",
        names=r"closing|\bend\b|thank|greeting|schluss|danke|ende\b|merci|fin\b|cierre|gracias|chiusura|grazie",
        others=(Layout.DIVIDER, Layout.TITLE, Layout.BULLETS),
        main=Role.TITLE,
        slots=(
            _title(20),  # a sentence to take home: better smaller than cut
            Slot(role=Role.BODY, takes=(_TEXTS,), least=16),
            _kicker(Role.BODY),
        ),
    ),
}

# The position in the talk is shown only on layouts with a placeholder of this name.
_TRACKER = _text(Role.TRACKER, least=10, where=(Where.NAMED, Role.TITLE))
_UNTRACKED = (Layout.TITLE, Layout.DIVIDER, Layout.FULL_PICTURE, Layout.CLOSING)

KINDS: Mapping[Layout, Kind] = {
    layout: kind if layout in _UNTRACKED else replace(kind, slots=(*kind.slots, _TRACKER))
    for layout, kind in _KINDS.items()
}
