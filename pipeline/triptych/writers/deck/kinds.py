"""Define the kinds of slides, with the template layout and placeholder roles of each kind.

``KINDS`` is the registry; a new slide kind needs one entry in it. Roles are matched to placeholders by name
in the built-in template, otherwise by placeholder type and size, so that other templates need no particular
names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from triptych.writers.deck.slides import Layout


class PlaceholderRole(StrEnum):
    """The purpose of a placeholder; the value is the placeholder name in the built-in layouts."""

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


CARDS = tuple(role for role in PlaceholderRole if role.value.endswith("card"))
COLUMNS = (
    (PlaceholderRole.FIRST_HEAD, PlaceholderRole.FIRST),
    (PlaceholderRole.SECOND_HEAD, PlaceholderRole.SECOND),
)


class Edge(StrEnum):
    """The edge of another role's box at which a text box is added, or the whole of that box."""

    BOTTOM = "bottom"
    RIGHT = "right"
    ALL = "all"


class Placement(StrEnum):
    """The position, relative to another placeholder, that gives an unnamed placeholder its role."""

    ABOVE = "above"
    BELOW = "below"
    NAMED = "named"  # no position qualifies; the placeholder needs the name of the role


class LayoutShape(StrEnum):
    """The placeholder combination that identifies a layout without a known type or name."""

    OPENING = "a title with a subtitle"
    CONTENT = "a title with one thing beside it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A text box inside the placeholder of another role, for a layout without a placeholder for this role.

    ``of`` is the other role, and ``points`` the height of the text box in points, or its width if it is at
    the right edge. ``size`` is the text size in points, by default that of the other role. If ``cuts`` is
    true, the other role's box shrinks by the text box.
    """

    of: PlaceholderRole
    edge: Edge
    points: float = 0.0
    size: float | None = None
    cuts: bool = False
    align: str = "l"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A role on slides of one kind, and the placeholders that can have it.

    ``type_groups`` lists placeholder types (ECMA-376 Part 1, 19.7.10) in order of preference; the largest
    placeholder of a group is used. ``position`` is relative to another role. ``least`` is the minimum text
    size in points (``narrow`` in a narrow placeholder), and ``long`` the maximum size of text longer than a
    few characters. If the layout has no placeholder for the role, the text is drawn in ``strip``, or appended
    to the role ``joins``, or added to the speaker notes.
    """

    role: PlaceholderRole
    type_groups: tuple[tuple[str, ...], ...]
    least: float = 12.0
    narrow: float | None = None
    long: float = 1000.0
    needed: bool = False
    position: tuple[Placement, PlaceholderRole] | None = None
    strip: Strip | None = None
    joins: PlaceholderRole | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideKind:
    """A kind of slide, with its layouts and roles.

    ``types`` are values of ``sldLayout@type`` (19.7.15) in order of preference. ``names`` is a pattern for
    layout names and ``shape`` a placeholder combination, for layouts without such a type. ``others`` are
    slide kinds whose layouts are the fallback. ``main`` is the content role, which needs at least the
    fraction ``least_fraction`` of the slide's area.
    """

    plural: str
    slots: tuple[Slot, ...]
    main: PlaceholderRole = PlaceholderRole.OBJECT
    types: tuple[str, ...] = ()
    names: str = ""
    others: tuple[Layout, ...] = (Layout.BULLETS,)
    least_fraction: float = 0.0
    shape: LayoutShape | None = None

    def get_slot(self, role: PlaceholderRole) -> Slot:
        """Return the slot of a role."""
        return next(slot for slot in self.slots if slot.role is role)

    def matches_name(self, name: str) -> bool:
        """Return whether a layout name matches the pattern of this slide kind."""
        return bool(self.names) and re.search(self.names, name, re.IGNORECASE) is not None


_TITLES, _TEXTS, _ANYTHING = ("title", "ctrTitle"), ("body", "subTitle", "obj"), ("obj", "body")


def _make_title_slot(least: float, narrow: float | None = None) -> Slot:
    return Slot(role=PlaceholderRole.TITLE, type_groups=(_TITLES,), least=least, narrow=narrow, needed=True)


def _make_slot_for_anything(role: PlaceholderRole, **more: Any) -> Slot:
    """Return a slot for a content placeholder, or else a text placeholder."""
    return Slot(role=role, type_groups=(_ANYTHING,), **more)


def _make_text_slot(role: PlaceholderRole, **more: Any) -> Slot:
    """Return a slot for a text placeholder."""
    return Slot(role=role, type_groups=(("body",),), **more)


def _make_object_slot(kind: str) -> Slot:
    """Return a slot for a placeholder of type ``kind``, or else a content or text placeholder."""
    return Slot(role=PlaceholderRole.OBJECT, type_groups=((kind,), ("obj",), ("body",)), needed=True)


def _make_kicker_slot(joins: PlaceholderRole, *, least: float = 14, long: float = 1000) -> Slot:
    return _make_text_slot(
        PlaceholderRole.KICKER,
        least=least,
        long=long,
        position=(Placement.ABOVE, PlaceholderRole.TITLE),
        joins=joins,
    )


def _make_source_slot(under: PlaceholderRole) -> Slot:
    strip = Strip(of=under, edge=Edge.BOTTOM, points=30, size=12, cuts=True)
    return _make_text_slot(PlaceholderRole.SOURCE, least=12, position=(Placement.BELOW, under), strip=strip)


def _make_slot_within(role: PlaceholderRole, other: PlaceholderRole) -> Slot:
    """Return a slot whose box lies inside the box of role ``other`` and depends on the slide's content."""
    return _make_slot_for_anything(
        role, position=(Placement.NAMED, other), strip=Strip(of=other, edge=Edge.ALL)
    )


def _make_heading_slot(role: PlaceholderRole, other: PlaceholderRole) -> Slot:
    """Return a slot for a column heading: a text placeholder above ``other``, or else a text box."""
    return _make_text_slot(
        role, position=(Placement.ABOVE, other), strip=Strip(of=PlaceholderRole.FIRST, edge=Edge.ALL)
    )


def _make_card_slots(count: int) -> tuple[Slot, ...]:
    first, *others = CARDS[:count]
    slots = (_make_slot_within(role, first) for role in others)
    return _TITLE, _make_slot_for_anything(first, needed=True), *slots, _make_source_slot(first)


# Title sizes may shrink this far because many templates have room for only one line.
_TITLE, _SOURCE = _make_title_slot(20, 16), _make_source_slot(PlaceholderRole.OBJECT)
_SECOND = _make_slot_for_anything(
    PlaceholderRole.SECOND, strip=Strip(of=PlaceholderRole.FIRST, edge=Edge.ALL)
)
_MOST, _SOME, _COLUMN = 0.4, 0.3, 0.16  # minimum fraction of the slide for content, short text, a column

_KINDS: Mapping[Layout, SlideKind] = {
    Layout.TITLE: SlideKind(
        plural="title slides",
        types=("title",),
        names=r"^(title|titel|titre|título|titolo)( ?(slide|folie|page))?$|^(cover|deckblatt|opening)",
        shape=LayoutShape.OPENING,
        others=(Layout.DIVIDER, Layout.CLOSING, Layout.BULLETS),
        main=PlaceholderRole.TITLE,
        slots=(
            _make_title_slot(32),
            Slot(role=PlaceholderRole.SUBTITLE, type_groups=(("subTitle",), _ANYTHING), least=14),
            _make_kicker_slot(PlaceholderRole.SUBTITLE),
            _make_text_slot(
                PlaceholderRole.AUTHORS,
                position=(Placement.BELOW, PlaceholderRole.SUBTITLE),
                joins=PlaceholderRole.SUBTITLE,
            ),
        ),
    ),
    Layout.DIVIDER: SlideKind(
        plural="chapter openings",
        types=("secHead",),
        names=r"section|divider|chapter|topic|abschnitt|kapitel|chapitre|sección|capítulo|sezione|capitolo",
        others=(Layout.TITLE, Layout.BULLETS),
        main=PlaceholderRole.TITLE,
        slots=(
            _make_title_slot(28),
            Slot(role=PlaceholderRole.BODY, type_groups=(_TEXTS,), least=16),
            _make_kicker_slot(PlaceholderRole.TITLE, least=28, long=40),
        ),
    ),
    Layout.BULLETS: SlideKind(
        plural="text",
        types=("obj", "tx"),
        names=r"content|bullet|inhalt|aufzählung|contenu|puces|contenido|contenuto|elenco",
        others=(Layout.CHART, Layout.TABLE, Layout.QUOTE),
        least_fraction=_MOST,
        shape=LayoutShape.CONTENT,
        main=PlaceholderRole.BODY,
        slots=(_TITLE, _make_slot_for_anything(PlaceholderRole.BODY, least=18, needed=True)),
    ),
    Layout.CHART: SlideKind(
        plural="charts",
        types=("chart", "obj"),
        names=r"chart|diagram|graph|gráfic|grafic",
        least_fraction=_MOST,
        shape=LayoutShape.CONTENT,
        slots=(_TITLE, _make_object_slot("chart"), _SOURCE),
    ),
    Layout.TABLE: SlideKind(
        plural="tables",
        types=("tbl", "obj"),
        names=r"\btable|tabelle|tableau|tabla|tabella",
        least_fraction=_MOST,
        shape=LayoutShape.CONTENT,
        slots=(_TITLE, _make_object_slot("tbl"), _SOURCE),
    ),
    Layout.PICTURE: SlideKind(
        plural="pictures",
        types=("picTx", "obj"),
        names=r"picture|photo|bild|image|imagen|immagine",
        least_fraction=_MOST,
        shape=LayoutShape.CONTENT,
        slots=(_TITLE, _make_object_slot("pic"), _SOURCE),
    ),
    Layout.QUOTE: SlideKind(
        plural="quotations",
        names=r"quot|zitat|citation|cita\b|citazione",
        main=PlaceholderRole.QUOTATION,
        slots=(
            _make_title_slot(16),
            _make_slot_for_anything(PlaceholderRole.QUOTATION, least=22, needed=True),
            _make_text_slot(
                PlaceholderRole.ATTRIBUTION,
                least=14,
                position=(Placement.BELOW, PlaceholderRole.QUOTATION),
                strip=Strip(of=PlaceholderRole.QUOTATION, edge=Edge.BOTTOM, points=44, size=18, cuts=True),
            ),
        ),
    ),
    Layout.CODE: SlideKind(
        plural="code listings",
        names=r"\bcode|listing|quelltext",
        least_fraction=_MOST,
        slots=(
            _TITLE,
            _make_slot_for_anything(PlaceholderRole.OBJECT, needed=True),
            _make_slot_within(PlaceholderRole.SECOND, PlaceholderRole.OBJECT),
        ),
    ),
    Layout.EQUATION: SlideKind(
        plural="formulas",
        names=r"equation|formula|formel|formule|ecuación",
        least_fraction=_MOST,
        slots=(
            _TITLE,
            _make_slot_for_anything(PlaceholderRole.OBJECT, needed=True),
            _make_text_slot(
                PlaceholderRole.NUMBER,
                position=(Placement.NAMED, PlaceholderRole.OBJECT),
                strip=Strip(of=PlaceholderRole.OBJECT, edge=Edge.RIGHT, points=120, size=20, align="r"),
            ),
            _make_slot_within(PlaceholderRole.BEFORE, PlaceholderRole.OBJECT),
            _make_slot_within(PlaceholderRole.AFTER, PlaceholderRole.OBJECT),
        ),
    ),
    Layout.CALLOUT: SlideKind(
        plural="callouts",
        names=r"callout|hinweis|encadré|aviso|avviso",
        least_fraction=_SOME,
        main=PlaceholderRole.BODY,
        slots=(
            _TITLE,
            _make_slot_for_anything(PlaceholderRole.BODY, least=18, needed=True),
            _make_text_slot(
                PlaceholderRole.LABEL,
                least=14,
                position=(Placement.NAMED, PlaceholderRole.BODY),
                joins=PlaceholderRole.BODY,
            ),
        ),
    ),
    Layout.NUMBERS: SlideKind(
        plural="big numbers",
        names=r"big number|key figure|kennzahl|chiffres? clés?|cifras clave",
        main=PlaceholderRole.CARD_1,
        slots=_make_card_slots(4),
    ),
    Layout.TIMELINE: SlideKind(
        plural="timelines",
        names=r"timeline|zeitstrahl|zeitachse|chronolog|cronolog|frise",
        main=PlaceholderRole.CARD_1,
        slots=_make_card_slots(6),
    ),
    Layout.COLUMNS: SlideKind(
        plural="two-column slides",
        types=("twoObj",),
        names=r"two (content|column)|zwei|deux|dos |due ",
        least_fraction=_COLUMN,
        main=PlaceholderRole.FIRST,
        slots=(
            _TITLE,
            _make_slot_for_anything(PlaceholderRole.FIRST, needed=True),
            _SECOND,
            _make_source_slot(PlaceholderRole.FIRST),
        ),
    ),
    Layout.COMPARISON: SlideKind(
        plural="comparisons",
        types=("twoTxTwoObj",),
        names=r"comparison|vergleich|comparaison|comparación|confronto",
        others=(Layout.COLUMNS, Layout.BULLETS),
        least_fraction=_COLUMN,
        main=PlaceholderRole.FIRST,
        slots=(
            _TITLE,
            Slot(role=PlaceholderRole.FIRST, type_groups=(("obj",), ("body",)), needed=True),
            _SECOND,
            _make_heading_slot(PlaceholderRole.FIRST_HEAD, PlaceholderRole.FIRST),
            _make_heading_slot(PlaceholderRole.SECOND_HEAD, PlaceholderRole.SECOND),
            _make_source_slot(PlaceholderRole.FIRST),
        ),
    ),
    Layout.FULL_PICTURE: SlideKind(
        plural="full-slide pictures",
        names=r"full[- ]?(bleed|page|screen|picture)|vollbild|pleine page",
        others=(Layout.PICTURE, Layout.BULLETS),
        least_fraction=_MOST,
        slots=(_TITLE, _make_object_slot("pic"), _SOURCE),
    ),
    Layout.SIDE_PICTURE: SlideKind(
        plural="side pictures",
        names=r"picture (at|on|to) the (side|left|right)|bild (links|rechts|am rand)",
        others=(Layout.PICTURE, Layout.BULLETS),
        slots=(
            _TITLE,
            _make_object_slot("pic"),
            _make_text_slot(
                PlaceholderRole.BODY, least=16, position=(Placement.NAMED, PlaceholderRole.OBJECT)
            ),
            _SOURCE,
        ),
    ),
    Layout.CLOSING: SlideKind(
        plural="closing slides",
        names=r"closing|\bend\b|thank|greeting|schluss|danke|ende\b|merci|fin\b|cierre|gracias|chiusura|grazie",
        others=(Layout.DIVIDER, Layout.TITLE, Layout.BULLETS),
        main=PlaceholderRole.TITLE,
        slots=(
            _make_title_slot(20),  # the title may be a sentence, which needs a smaller size
            Slot(role=PlaceholderRole.BODY, type_groups=(_TEXTS,), least=16),
            _make_kicker_slot(PlaceholderRole.BODY),
        ),
    ),
}

# The tracker (position in the talk) is shown only on layouts with a placeholder of this name.
_TRACKER = _make_text_slot(
    PlaceholderRole.TRACKER, least=10, position=(Placement.NAMED, PlaceholderRole.TITLE)
)
_UNTRACKED = (Layout.TITLE, Layout.DIVIDER, Layout.FULL_PICTURE, Layout.CLOSING)

KINDS: Mapping[Layout, SlideKind] = {
    layout: kind if layout in _UNTRACKED else replace(kind, slots=(*kind.slots, _TRACKER))
    for layout, kind in _KINDS.items()
}
