"""Define the kinds of slides, and the layouts and placeholder roles of each kind.

To add a slide kind, add an entry to ``_KINDS``. In the built-in template, placeholders get their roles by
name. In other templates, they get them by type, position and size, so that names do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from triptych.writers.deck.slides import SlideKindName


class PlaceholderRole(StrEnum):
    """The purpose of a placeholder. The value is the placeholder's name in the built-in layouts."""

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
    FIRST_HEADING = "first heading"
    SECOND_HEADING = "second heading"
    CARD_1 = "first card"
    CARD_2 = "second card"
    CARD_3 = "third card"
    CARD_4 = "fourth card"
    CARD_5 = "fifth card"
    CARD_6 = "sixth card"


CARDS = tuple(role for role in PlaceholderRole if role.value.endswith("card"))
COLUMNS = (
    (PlaceholderRole.FIRST_HEADING, PlaceholderRole.FIRST),
    (PlaceholderRole.SECOND_HEADING, PlaceholderRole.SECOND),
)


class Edge(StrEnum):
    """The edge of another role's box where a text box is added, or ``ALL`` for the whole box."""

    BOTTOM = "bottom"
    RIGHT = "right"
    ALL = "all"


class Placement(StrEnum):
    """A position relative to another placeholder, from which an unnamed placeholder gets its role."""

    ABOVE = "above"
    BELOW = "below"
    NAMED = "named"  # never by position; the placeholder must have the name of the role


class PlaceholderCombination(StrEnum):
    """The placeholders that identify a layout without a known type or name."""

    OPENING = "a title with a subtitle"
    CONTENT = "a title with one thing beside it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A text box inside the placeholder of another role, for a role without a placeholder.

    ``host_role`` is the other role. ``extent`` is the height of the text box in points, or its width at the
    right edge. ``size`` is its text size in points, by default that of ``host_role``. If ``shrinks_host`` is
    true, the box of ``host_role`` makes room for the text box.
    """

    host_role: PlaceholderRole
    edge: Edge
    extent: float = 0.0
    size: float | None = None
    shrinks_host: bool = False
    align: str = "l"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A role on slides of one kind, and the placeholders that can have this role.

    ``type_groups`` lists placeholder types (ECMA-376 Part 1, 19.7.10) in order of preference; the largest
    placeholder of a group is used. ``position`` is relative to another role. ``min_size`` is the minimum text
    size in points, or ``min_narrow_size`` in a narrow placeholder. ``max_long_size`` is the maximum
    size of text longer than a few characters. If the layout has no placeholder for the role, the text is
    drawn in ``strip``, or appended to the text of the role ``joins``, or added to the speaker notes.
    """

    role: PlaceholderRole
    type_groups: tuple[tuple[str, ...], ...]
    min_size: float = 12.0
    min_narrow_size: float | None = None
    max_long_size: float = 1000.0
    is_required: bool = False
    position: tuple[Placement, PlaceholderRole] | None = None
    strip: Strip | None = None
    joins: PlaceholderRole | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideKind:
    """A kind of slide, with the layouts that suit it and the roles of their placeholders.

    ``layout_types`` are values of ``sldLayout@type`` (19.7.15) in order of preference. Layouts without such a
    type are recognised by ``name_pattern`` or ``placeholder_combination``. If no layout is found, those of
    ``fallback_kinds`` are used. The placeholder of ``main_role`` must cover at least ``min_area_fraction`` of
    the slide's area.
    """

    plural: str
    slots: tuple[Slot, ...]
    main_role: PlaceholderRole = PlaceholderRole.OBJECT
    layout_types: tuple[str, ...] = ()
    name_pattern: str = ""
    fallback_kinds: tuple[SlideKindName, ...] = (SlideKindName.BULLETS,)
    min_area_fraction: float = 0.0
    placeholder_combination: PlaceholderCombination | None = None

    def get_slot(self, role: PlaceholderRole) -> Slot:
        """Return the slot of a role."""
        return next(slot for slot in self.slots if slot.role is role)

    def matches_name(self, name: str) -> bool:
        """Return whether a layout's name matches the pattern of this slide kind."""
        return bool(self.name_pattern) and re.search(self.name_pattern, name, re.IGNORECASE) is not None


_TITLE_TYPES, _TEXT_TYPES, _CONTENT_TYPES = (
    ("title", "ctrTitle"),
    ("body", "subTitle", "obj"),
    ("obj", "body"),
)


def _make_title_slot(min_size: float, min_narrow_size: float | None = None) -> Slot:
    return Slot(
        role=PlaceholderRole.TITLE,
        type_groups=(_TITLE_TYPES,),
        min_size=min_size,
        min_narrow_size=min_narrow_size,
        is_required=True,
    )


def _make_content_slot(role: PlaceholderRole, **options: Any) -> Slot:
    """Return a slot for a content placeholder, with text placeholders as fallback."""
    return Slot(role=role, type_groups=(_CONTENT_TYPES,), **options)


def _make_text_slot(role: PlaceholderRole, **options: Any) -> Slot:
    """Return a slot for a text placeholder."""
    return Slot(role=role, type_groups=(("body",),), **options)


def _make_object_slot(kind: str) -> Slot:
    """Return a slot for a placeholder of type ``kind``, with content and text placeholders as fallback."""
    return Slot(role=PlaceholderRole.OBJECT, type_groups=((kind,), ("obj",), ("body",)), is_required=True)


def _make_kicker_slot(joins: PlaceholderRole, *, min_size: float = 14, max_long_size: float = 1000) -> Slot:
    return _make_text_slot(
        PlaceholderRole.KICKER,
        min_size=min_size,
        max_long_size=max_long_size,
        position=(Placement.ABOVE, PlaceholderRole.TITLE),
        joins=joins,
    )


def _make_source_slot(host_role: PlaceholderRole) -> Slot:
    strip = Strip(host_role=host_role, edge=Edge.BOTTOM, extent=30, size=12, shrinks_host=True)
    return _make_text_slot(
        PlaceholderRole.SOURCE, min_size=12, position=(Placement.BELOW, host_role), strip=strip
    )


def _make_inner_slot(role: PlaceholderRole, host_role: PlaceholderRole) -> Slot:
    """Return a slot that shares the box of ``host_role``, depending on the content."""
    return _make_content_slot(
        role, position=(Placement.NAMED, host_role), strip=Strip(host_role=host_role, edge=Edge.ALL)
    )


def _make_heading_slot(role: PlaceholderRole, column_role: PlaceholderRole) -> Slot:
    """Return a slot for a column heading: a text placeholder above the column, or a text box."""
    return _make_text_slot(
        role,
        position=(Placement.ABOVE, column_role),
        strip=Strip(host_role=PlaceholderRole.FIRST, edge=Edge.ALL),
    )


def _make_card_slots(count: int) -> tuple[Slot, ...]:
    first, *others = CARDS[:count]
    slots = (_make_inner_slot(role, first) for role in others)
    return _TITLE, _make_content_slot(first, is_required=True), *slots, _make_source_slot(first)


# Title sizes may shrink this far, because many templates have room for only one line.
_TITLE, _SOURCE = _make_title_slot(20, 16), _make_source_slot(PlaceholderRole.OBJECT)
_SECOND = _make_content_slot(
    PlaceholderRole.SECOND, strip=Strip(host_role=PlaceholderRole.FIRST, edge=Edge.ALL)
)
# Minimum fraction of the slide's area for content, short text, and a column.
_CONTENT_FRACTION, _SHORT_TEXT_FRACTION, _COLUMN_FRACTION = 0.4, 0.3, 0.16

_KINDS: Mapping[SlideKindName, SlideKind] = {
    SlideKindName.TITLE: SlideKind(
        plural="title slides",
        layout_types=("title",),
        name_pattern=r"^(title|titel|titre|título|titolo)( ?(slide|folie|page))?$|^(cover|deckblatt|opening)",
        placeholder_combination=PlaceholderCombination.OPENING,
        fallback_kinds=(SlideKindName.DIVIDER, SlideKindName.CLOSING, SlideKindName.BULLETS),
        main_role=PlaceholderRole.TITLE,
        slots=(
            _make_title_slot(32),
            Slot(role=PlaceholderRole.SUBTITLE, type_groups=(("subTitle",), _CONTENT_TYPES), min_size=14),
            _make_kicker_slot(PlaceholderRole.SUBTITLE),
            _make_text_slot(
                PlaceholderRole.AUTHORS,
                position=(Placement.BELOW, PlaceholderRole.SUBTITLE),
                joins=PlaceholderRole.SUBTITLE,
            ),
        ),
    ),
    SlideKindName.DIVIDER: SlideKind(
        plural="chapter openings",
        layout_types=("secHead",),
        name_pattern=r"section|divider|chapter|topic|abschnitt|kapitel|chapitre|sección|capítulo|sezione|capitolo",
        fallback_kinds=(SlideKindName.TITLE, SlideKindName.BULLETS),
        main_role=PlaceholderRole.TITLE,
        slots=(
            _make_title_slot(28),
            Slot(role=PlaceholderRole.BODY, type_groups=(_TEXT_TYPES,), min_size=16),
            _make_kicker_slot(PlaceholderRole.TITLE, min_size=20, max_long_size=40),
        ),
    ),
    SlideKindName.BULLETS: SlideKind(
        plural="text",
        layout_types=("obj", "tx"),
        name_pattern=r"content|bullet|inhalt|aufzählung|contenu|puces|contenido|contenuto|elenco",
        fallback_kinds=(SlideKindName.CHART, SlideKindName.TABLE, SlideKindName.QUOTE),
        min_area_fraction=_CONTENT_FRACTION,
        placeholder_combination=PlaceholderCombination.CONTENT,
        main_role=PlaceholderRole.BODY,
        slots=(_TITLE, _make_content_slot(PlaceholderRole.BODY, min_size=18, is_required=True)),
    ),
    SlideKindName.CHART: SlideKind(
        plural="charts",
        layout_types=("chart", "obj"),
        name_pattern=r"chart|diagram|graph|gráfic|grafic",
        min_area_fraction=_CONTENT_FRACTION,
        placeholder_combination=PlaceholderCombination.CONTENT,
        slots=(_TITLE, _make_object_slot("chart"), _SOURCE),
    ),
    SlideKindName.TABLE: SlideKind(
        plural="tables",
        layout_types=("tbl", "obj"),
        name_pattern=r"\btable|tabelle|tableau|tabla|tabella",
        min_area_fraction=_CONTENT_FRACTION,
        placeholder_combination=PlaceholderCombination.CONTENT,
        slots=(_TITLE, _make_object_slot("tbl"), _SOURCE),
    ),
    SlideKindName.PICTURE: SlideKind(
        plural="pictures",
        layout_types=("picTx", "obj"),
        name_pattern=r"picture|photo|bild|image|imagen|immagine",
        min_area_fraction=_CONTENT_FRACTION,
        placeholder_combination=PlaceholderCombination.CONTENT,
        slots=(_TITLE, _make_object_slot("pic"), _SOURCE),
    ),
    SlideKindName.QUOTE: SlideKind(
        plural="quotations",
        name_pattern=r"quot|zitat|citation|cita\b|citazione",
        main_role=PlaceholderRole.QUOTATION,
        slots=(
            _make_title_slot(16),
            _make_content_slot(PlaceholderRole.QUOTATION, min_size=22, is_required=True),
            _make_text_slot(
                PlaceholderRole.ATTRIBUTION,
                min_size=14,
                position=(Placement.BELOW, PlaceholderRole.QUOTATION),
                strip=Strip(
                    host_role=PlaceholderRole.QUOTATION,
                    edge=Edge.BOTTOM,
                    extent=44,
                    size=18,
                    shrinks_host=True,
                ),
            ),
        ),
    ),
    SlideKindName.CODE: SlideKind(
        plural="code listings",
        name_pattern=r"\bcode|listing|quelltext",
        min_area_fraction=_CONTENT_FRACTION,
        slots=(
            _TITLE,
            _make_content_slot(PlaceholderRole.OBJECT, is_required=True),
            _make_inner_slot(PlaceholderRole.SECOND, PlaceholderRole.OBJECT),
        ),
    ),
    SlideKindName.EQUATION: SlideKind(
        plural="formulas",
        name_pattern=r"equation|formula|formel|formule|ecuación",
        min_area_fraction=_CONTENT_FRACTION,
        slots=(
            _TITLE,
            _make_content_slot(PlaceholderRole.OBJECT, is_required=True),
            _make_text_slot(
                PlaceholderRole.NUMBER,
                position=(Placement.NAMED, PlaceholderRole.OBJECT),
                strip=Strip(
                    host_role=PlaceholderRole.OBJECT, edge=Edge.RIGHT, extent=120, size=20, align="r"
                ),
            ),
            _make_inner_slot(PlaceholderRole.BEFORE, PlaceholderRole.OBJECT),
            _make_inner_slot(PlaceholderRole.AFTER, PlaceholderRole.OBJECT),
        ),
    ),
    SlideKindName.CALLOUT: SlideKind(
        plural="callouts",
        name_pattern=r"callout|hinweis|encadré|aviso|avviso",
        min_area_fraction=_SHORT_TEXT_FRACTION,
        main_role=PlaceholderRole.BODY,
        slots=(
            _TITLE,
            _make_content_slot(PlaceholderRole.BODY, min_size=18, is_required=True),
            _make_text_slot(
                PlaceholderRole.LABEL,
                min_size=14,
                position=(Placement.NAMED, PlaceholderRole.BODY),
                joins=PlaceholderRole.BODY,
            ),
        ),
    ),
    SlideKindName.NUMBERS: SlideKind(
        plural="big numbers",
        name_pattern=r"big number|key figure|kennzahl|chiffres? clés?|cifras clave",
        main_role=PlaceholderRole.CARD_1,
        slots=_make_card_slots(4),
    ),
    SlideKindName.TIMELINE: SlideKind(
        plural="timelines",
        name_pattern=r"timeline|zeitstrahl|zeitachse|chronolog|cronolog|frise",
        main_role=PlaceholderRole.CARD_1,
        slots=_make_card_slots(6),
    ),
    SlideKindName.COLUMNS: SlideKind(
        plural="two-column slides",
        layout_types=("twoObj",),
        name_pattern=r"two (content|column)|zwei|deux|dos |due ",
        min_area_fraction=_COLUMN_FRACTION,
        main_role=PlaceholderRole.FIRST,
        slots=(
            _TITLE,
            _make_content_slot(PlaceholderRole.FIRST, is_required=True),
            _SECOND,
            _make_source_slot(PlaceholderRole.FIRST),
        ),
    ),
    SlideKindName.COMPARISON: SlideKind(
        plural="comparisons",
        layout_types=("twoTxTwoObj",),
        name_pattern=r"comparison|vergleich|comparaison|comparación|confronto",
        fallback_kinds=(SlideKindName.COLUMNS, SlideKindName.BULLETS),
        min_area_fraction=_COLUMN_FRACTION,
        main_role=PlaceholderRole.FIRST,
        slots=(
            _TITLE,
            Slot(role=PlaceholderRole.FIRST, type_groups=(("obj",), ("body",)), is_required=True),
            _SECOND,
            _make_heading_slot(PlaceholderRole.FIRST_HEADING, PlaceholderRole.FIRST),
            _make_heading_slot(PlaceholderRole.SECOND_HEADING, PlaceholderRole.SECOND),
            _make_source_slot(PlaceholderRole.FIRST),
        ),
    ),
    SlideKindName.FULL_PICTURE: SlideKind(
        plural="full-slide pictures",
        name_pattern=r"full[- ]?(bleed|page|screen|picture)|vollbild|pleine page",
        fallback_kinds=(SlideKindName.PICTURE, SlideKindName.BULLETS),
        min_area_fraction=_CONTENT_FRACTION,
        slots=(_TITLE, _make_object_slot("pic"), _SOURCE),
    ),
    SlideKindName.SIDE_PICTURE: SlideKind(
        plural="side pictures",
        name_pattern=r"picture (at|on|to) the (side|left|right)|bild (links|rechts|am rand)",
        fallback_kinds=(SlideKindName.PICTURE, SlideKindName.BULLETS),
        slots=(
            _TITLE,
            _make_object_slot("pic"),
            _make_text_slot(
                PlaceholderRole.BODY, min_size=16, position=(Placement.NAMED, PlaceholderRole.OBJECT)
            ),
            _SOURCE,
        ),
    ),
    SlideKindName.CLOSING: SlideKind(
        plural="closing slides",
        name_pattern=r"closing|\bend\b|thank|greeting|schluss|danke|ende\b|merci|fin\b|cierre|gracias|chiusura|grazie",
        fallback_kinds=(SlideKindName.DIVIDER, SlideKindName.TITLE, SlideKindName.BULLETS),
        main_role=PlaceholderRole.TITLE,
        slots=(
            _make_title_slot(20),  # the title may be a sentence, which needs a smaller size
            Slot(role=PlaceholderRole.BODY, type_groups=(_TEXT_TYPES,), min_size=16),
            _make_kicker_slot(PlaceholderRole.BODY),
        ),
    ),
}

# The tracker (position in the talk) is shown only if a placeholder of the layout has this name.
_TRACKER = _make_text_slot(
    PlaceholderRole.TRACKER, min_size=10, position=(Placement.NAMED, PlaceholderRole.TITLE)
)
_UNTRACKED_KINDS = (
    SlideKindName.TITLE,
    SlideKindName.DIVIDER,
    SlideKindName.FULL_PICTURE,
    SlideKindName.CLOSING,
)

KINDS: Mapping[SlideKindName, SlideKind] = {
    layout: kind if layout in _UNTRACKED_KINDS else replace(kind, slots=(*kind.slots, _TRACKER))
    for layout, kind in _KINDS.items()
}
