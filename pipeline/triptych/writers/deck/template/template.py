"""Define a deck's template: a presentation without slides, and the layout of each slide kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from PIL import Image

from triptych.diagnostics import Diagnostic, Span, join_names
from triptych.project import MANIFEST
from triptych.theme.colours import READABLE_CONTRAST, VISIBLE_CONTRAST, find_lowest_contrast
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import move_box
from triptych.writers.deck.fitting.line_breaking import measure_unbroken_text
from triptych.writers.deck.fitting.text import (
    ABSOLUTE_MIN_SIZE,
    BULLET_INDENT,
    MIN_TEXT_SIZE,
    PlaceholderBox,
    list_sizes,
    make_pieces,
    measure_text_height,
)
from triptych.writers.deck.fitting.titles import COMFORTABLE_SIZE
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.pptx.exports import Part, Presentation, SlideLayout
from triptych.writers.deck.slides import HEADING_KINDS, SlideKindName, make_plain_para
from triptych.writers.deck.template.areas import order_heading_texts
from triptych.writers.deck.template.backgrounds import LayoutColours, find_line_below, has_decoration
from triptych.writers.deck.template.matching import (
    LayoutChoice,
    LayoutView,
    MatchMethod,
    TextBox,
    assign_roles,
)
from triptych.writers.deck.template.palette import Palette, TableStyle
from triptych.writers.deck.template.placeholders import LayoutPlaceholder, LayoutReader, get_slide_size
from triptych.writers.deck.template.surfaces import (
    CHART_CONTRAST,
    HEADING_ROLES,
    SlideText,
    Surface,
    Surfaces,
    find_panel_surface,
    find_text_surface,
)

# The names of roles in messages.
_NAMED_ROLES = {PlaceholderRole.TITLE, PlaceholderRole.SUBTITLE, PlaceholderRole.BODY}
_FOOTER = "ftr"
_FOOTER_TOLERANCE = 2.0  # points by which a footer may exceed its box


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A presentation without slides, and its layout for each slide kind.

    ``theme`` is the book's theme with the body font of the template. ``direction`` is the text direction,
    "ltr" or "rtl". ``span`` is the position of the template's path in the manifest, or None for the built-in
    template. ``checksum`` covers the template, the theme and the requested layouts. ``has_added_layout`` is
    true if a content layout was added to the template.
    """

    presentation: Presentation
    reader: LayoutReader
    theme: Theme
    choices: Mapping[SlideKindName, LayoutChoice]
    kind_layouts: KindLayouts
    table_style: TableStyle
    direction: str
    checksum: str
    views: Sequence[LayoutView] = ()
    span: Span | None = None
    has_added_layout: bool = False
    _named_layouts: dict[tuple[SlideKindName, str], KindLayout | None] = field(default_factory=dict)

    def get_kind_layout(self, kind: SlideKindName, name: str = "") -> KindLayout | None:
        """Return a layout prepared for a slide kind: the layout ``name``, or else the matched one.

        Return None if there is no layout with that name, or if it has no placeholders for the slide kind.
        """
        if not name:
            return self.kind_layouts[kind]
        if (kind, name) not in self._named_layouts:
            view = next((view for view in self.views if view.name == name), None)
            roles = assign_roles(KINDS[kind], view.placeholders) if view else None
            self._named_layouts[kind, name] = (
                self.kind_layouts.prepare_layout(LayoutChoice(kind, view, roles, MatchMethod.REQUESTED))
                if view and roles
                else None
            )
        return self._named_layouts[kind, name]

    def find_footer_scales(self, kind_layout: KindLayout, texts: Mapping[str, str]) -> Mapping[str, float]:
        """Return the text scale at which each footer fits on one line; omit footers that do not fit."""
        places = kind_layout.footers
        scales = {
            kind: self._find_footer_scale(places[kind].box, text) if text and kind in places else 1.0
            for kind, text in texts.items()
        }
        return {kind: scale for kind, scale in scales.items() if scale is not None}

    def _find_footer_scale(self, box: PlaceholderBox, text: str) -> float | None:
        area, paras = box.text_area, (make_plain_para(text),)
        on_slide = get_slide_size(self.presentation)[1] - box.top - box.insets[1]
        high = min(area.height, on_slide) + _FOOTER_TOLERANCE
        level = area.levels[0]
        for size in list_sizes(level.size, ABSOLUTE_MIN_SIZE):
            scale = size / level.size
            if measure_unbroken_text(make_pieces(paras[0].runs, level, self.theme, scale)) <= area.width:
                return scale
        return 1.0 if measure_text_height(paras, area, self.theme) <= high else None

    def report_omitted_footers(self, used_kinds: set[SlideKindName], footer: str) -> list[Diagnostic]:
        """Report DEK002 if slides of the used kinds cannot show the footer."""
        kind_layouts = [
            self.kind_layouts[kind]
            for kind in self.kind_layouts
            if kind in used_kinds - {SlideKindName.TITLE}
        ]
        with_place = [kind_layout for kind_layout in kind_layouts if _FOOTER in kind_layout.footers]
        texts = {_FOOTER: footer}
        cramped = [
            kind_layout.layout.name
            for kind_layout in with_place
            if not self.find_footer_scales(kind_layout, texts)
        ]
        is_lacking = bool(kind_layouts) and not with_place and self.span is not None
        if not footer or not (cramped or is_lacking):
            return []
        message = f'the footer "{footer}" was omitted: no layout in use has a footer placeholder'
        hint = "add a footer placeholder to the template's layouts in PowerPoint"
        if cramped:
            names = [f'"{name}"' for name in dict.fromkeys(cramped)]
            layout_list = f"layout{'s' * (len(names) > 1)} {join_names(names)}"
            message = f'the footer "{footer}" does not fit on {layout_list} and was omitted'
            hint = "shorten `footer`, or widen the footer placeholder in the template"
        return [Diagnostic(code="DEK002", span=self.span or Span(path=MANIFEST), message=message, hint=hint)]

    @property
    def boxes_by_kind(self) -> Mapping[SlideKindName, Mapping[PlaceholderRole, PlaceholderBox]]:
        """The boxes of each slide kind's roles."""
        return LayoutBoxes(self.kind_layouts)

    def report_substitutes(self, used_kinds: set[SlideKindName]) -> list[Diagnostic]:
        """Report DTP003 for used slide kinds for which the template has no suitable layout.

        Slide kinds without a PowerPoint layout type are not reported, because PowerPoint's own templates have
        no layouts for them.
        """
        layouts_of_kinds: dict[str, list[str]] = {}
        for layout, choice in self.choices.items():
            if layout in used_kinds and choice.method is MatchMethod.OTHER and KINDS[layout].layout_types:
                layouts_of_kinds.setdefault(choice.layout.name, []).append(KINDS[layout].plural)
        hint = "choose a layout under `layouts:` (`triptych template inspect` lists the layouts)"
        added = Diagnostic(
            code="DTP003",
            span=self.span,
            message="no layout in the template has placeholders for a title and content; a layout was added",
            hint="add a layout with title and content placeholders to the template",
        )
        return [added] * self.has_added_layout + [
            Diagnostic(
                code="DTP003",
                span=self.span,
                message=f'the template has no layout for {join_names(kinds)}; using "{name}"',
                hint=hint,
            )
            for name, kinds in layouts_of_kinds.items()
        ]

    def report_low_contrast(self, used_kinds: set[SlideKindName]) -> list[Diagnostic]:
        """Report DTP004 for each used layout on which the template's colours make text illegible."""
        if self.span is None:
            return []
        pale: dict[str, dict[str, float]] = {}
        for kind_layout in (
            self.kind_layouts[layout] for layout in self.kind_layouts if layout in used_kinds
        ):
            contrasts: dict[str, float] = {
                role.value if role in _NAMED_ROLES else "content": contrast
                for role, contrast in kind_layout.default_surfaces.changed_contrasts.items()
            }
            pale.setdefault(kind_layout.layout.name, {}).update(contrasts)
        return [
            Diagnostic(
                code="DTP004",
                span=self.span,
                message=f'layout "{name}": the contrast between '
                f"{join_names([f'the {role_name}' for role_name in roles])} "
                f"and the background is only {min(roles.values()):.1f}:1; "
                "the text was recoloured or placed on a panel",
                hint="add a plain shape behind the text in the template, or choose another layout",
            )
            for name, roles in pale.items()
            if roles
        ]

    def report_small_titles(
        self, used_kinds: set[SlideKindName], title_size: float | None
    ) -> list[Diagnostic]:
        """Report DTP006 for used layouts whose titles are not larger than the text below them.

        ``title_size`` is the size of the deck's titles in points, or None if it has no titles.
        """
        if self.span is None or title_size is None or title_size > MIN_TEXT_SIZE:
            return []
        used = (
            self.kind_layouts[kind]
            for kind in self.kind_layouts
            if kind in used_kinds.difference(HEADING_KINDS)
        )
        names = dict.fromkeys(
            kind_layout.layout.name
            for kind_layout in used
            if kind_layout.placeholder_boxes[PlaceholderRole.TITLE].text_area.height
            < _MIN_TITLE_LINES * COMFORTABLE_SIZE
        )
        return [
            Diagnostic(
                code="DTP006",
                span=self.span,
                message=f'layout "{name}": titles fit only at {title_size:g} pt, '
                "no larger than the text below them",
                hint="enlarge the title placeholder in the slide master (two lines of 24 pt need a height of "
                "65 pt), or shorten the longest titles",
            )
            for name in names
        ]


_MIN_TITLE_LINES = 2  # number of lines of a comfortable size that a title placeholder should hold
_STRIP_HEIGHT, _MAX_GROWTH = 6, 96  # points: height of a strip below a title, and its maximum distance
_VISIBLE_EDGE_CONTRAST = 1.3  # contrast at which the edge between two backgrounds is visible
# Roles that may contain lists.
_LIST_ROLES = {
    SlideKindName.BULLETS: (PlaceholderRole.BODY,),
    SlideKindName.COLUMNS: (PlaceholderRole.FIRST, PlaceholderRole.SECOND),
    SlideKindName.COMPARISON: (PlaceholderRole.FIRST, PlaceholderRole.SECOND),
}


_LEVELS = 2  # number of levels of lists to check for legible colours; headings have only one


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLayout:
    """A layout prepared for a slide kind: boxes, placeholders, text boxes and colours.

    Slides must set the positions of ``moved_roles``, and the vertical alignments in ``anchors`` (20.1.10.60).
    ``footers`` maps placeholder types to the placeholders
    for the footer, date and slide number.
    """

    choice: LayoutChoice
    layout: SlideLayout
    placeholder_boxes: Mapping[PlaceholderRole, PlaceholderBox]
    roles_by_index: Mapping[int, PlaceholderRole]
    text_boxes: Mapping[PlaceholderRole, TextBox]
    moved_roles: frozenset[PlaceholderRole]
    layout_colours: LayoutColours
    footers: Mapping[str, LayoutPlaceholder]
    anchors: Mapping[PlaceholderRole, str] = field(default_factory=dict)

    def find_surfaces(
        self,
        texts: Mapping[PlaceholderRole, PlaceholderBox],
        frames: Mapping[PlaceholderRole, tuple[PlaceholderBox, float]],
        panels: AbstractSet[PlaceholderRole] = frozenset(),
    ) -> Surfaces:
        """Return the surfaces of a slide's texts and frames.

        ``frames`` maps roles to boxes and minimum contrasts.
        """
        texts_by_role = {
            role: self._make_slide_text(role, place, has_panel=role in panels)
            for role, place in texts.items()
        }
        others = [placeholder.box for placeholder in self.footers.values()]
        heads = set(texts) if self.choice.kind in HEADING_KINDS else HEADING_ROLES
        return Surfaces(self.layout_colours, texts_by_role, frames, others, heads)

    @property
    def default_surfaces(self) -> Surfaces:
        """The surfaces of a slide on which texts and frames fill the layout's placeholders."""
        kind, main = self.choice.kind, KINDS[self.choice.kind].main_role
        texts = {role: self.placeholder_boxes[role] for role in self.choice.assignment.placeholders}
        frames: dict[PlaceholderRole, tuple[PlaceholderBox, float]] = {}
        if main is PlaceholderRole.OBJECT:
            frames[main] = (
                texts.pop(main),
                CHART_CONTRAST if kind is SlideKindName.CHART else READABLE_CONTRAST,
            )
        return self.find_surfaces(texts, frames, {main} if kind is SlideKindName.NUMBERS else set())

    @property
    def palette(self) -> Palette:
        """The colours of the main content."""
        return self.default_surfaces.get_surface(KINDS[self.choice.kind].main_role).palette

    def find_footer_surface(self, kind: str, box: PlaceholderBox) -> Surface:
        """Return the surface of a footer, date or slide number. ``kind`` is its placeholder type."""
        placeholder = self.footers[kind]
        text = SlideText(box=box, levels=tuple(placeholder.levels), chain=tuple(placeholder.chain))
        surface = find_text_surface(self.layout_colours, text)
        return surface if surface.is_legible else find_panel_surface(self.layout_colours, text)

    def _make_slide_text(self, role: PlaceholderRole, box: PlaceholderBox, *, has_panel: bool) -> SlideText:
        has_one_level = role in HEADING_ROLES or self.choice.kind in HEADING_KINDS
        levels = slice(1 if has_one_level else _LEVELS)
        if (placeholder := self.choice.assignment.placeholders.get(role)) is not None:
            chain = tuple(placeholder.chain)
            return SlideText(
                box=box, levels=tuple(placeholder.levels[levels]), chain=chain, has_panel=has_panel
            )
        return SlideText(box=box, levels=tuple(self.text_boxes[role].levels[levels]), has_panel=has_panel)


class PresentationColours:
    """The colours of a presentation's layouts, cached by layout.

    ``text_contrast`` is the minimum contrast ratio of text whose colour is chosen by the program.
    """

    def __init__(self, text_contrast: float = READABLE_CONTRAST) -> None:
        self._text_contrast = text_contrast
        self._pictures: dict[Part, Image.Image | None] = {}
        self._made: dict[Part, LayoutColours] = {}

    def get_layout_colours(self, layout: SlideLayout) -> LayoutColours:
        """Return the colours of a layout."""
        if layout.part not in self._made:
            self._made[layout.part] = LayoutColours(layout, self._pictures, self._text_contrast)
        return self._made[layout.part]


class KindLayouts(Mapping[SlideKindName, KindLayout]):
    """Maps each slide kind to its prepared layout. Layouts are prepared on first use."""

    def __init__(
        self,
        choices: Mapping[SlideKindName, LayoutChoice],
        reader: LayoutReader,
        presentation_colours: PresentationColours,
    ) -> None:
        self._choices = choices
        self._reader = reader
        self._presentation_colours = presentation_colours
        self._made: dict[SlideKindName, KindLayout] = {}

    def __getitem__(self, kind: SlideKindName) -> KindLayout:
        if kind not in self._made:
            self._made[kind] = self.prepare_layout(self._choices[kind])
        return self._made[kind]

    def __iter__(self) -> Iterator[SlideKindName]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    def prepare_layout(self, choice: LayoutChoice) -> KindLayout:
        """Prepare a matched layout.

        Lists get bullets, a title is limited to the space above a line, and the title of a title slide is
        above its text.
        """
        layout, roles = choice.layout.native, choice.assignment
        places = dict(roles.placeholder_boxes)
        for role in _LIST_ROLES.get(choice.kind, ()):
            if role in places:
                places[role] = _add_bullets(places[role])
        scheme = self._presentation_colours.get_layout_colours(layout)
        anchors: dict[PlaceholderRole, str] = {}
        changed_roles = set(roles.moved_roles)
        reordered = order_heading_texts(places) if choice.kind in HEADING_KINDS else {}
        places |= reordered
        changed_roles |= set(reordered)
        if reordered:
            anchors = {role: "b" if role is PlaceholderRole.TITLE else "t" for role in reordered}
        elif title := roles.placeholders.get(PlaceholderRole.TITLE):
            place, line = places[PlaceholderRole.TITLE], find_line_below(layout, title.box)
            if line < place.bottom:
                place = move_box(place, (place.left, place.top, place.width, line - place.top))
                changed_roles.add(PlaceholderRole.TITLE)
            places[PlaceholderRole.TITLE] = replace(
                place,
                max_growth=_measure_title_growth(scheme, title, line),
                yielded_fraction=_find_yielded_fraction(
                    scheme, layout, title, _get_content(choice.kind, places)
                ),
            )
        return KindLayout(
            anchors=anchors,
            choice=choice,
            layout=layout,
            placeholder_boxes=places,
            roles_by_index={placeholder.index: role for role, placeholder in roles.placeholders.items()},
            text_boxes=roles.text_boxes,
            moved_roles=frozenset(changed_roles),
            layout_colours=scheme,
            footers=self._reader.find_footers(layout),
        )


class LayoutBoxes(Mapping[SlideKindName, Mapping[PlaceholderRole, PlaceholderBox]]):
    """Maps slide kinds to the boxes of their roles. Boxes are computed on first use."""

    def __init__(self, kind_layouts: Mapping[SlideKindName, KindLayout]) -> None:
        self._kind_layouts = kind_layouts

    def __getitem__(self, kind: SlideKindName) -> Mapping[PlaceholderRole, PlaceholderBox]:
        return self._kind_layouts[kind].placeholder_boxes

    def __iter__(self) -> Iterator[SlideKindName]:
        return iter(self._kind_layouts)

    def __len__(self) -> int:
        return len(self._kind_layouts)


def _measure_title_growth(layout_colours: LayoutColours, title: LayoutPlaceholder, line: float) -> float:
    """Return how far a title may grow downwards, in points.

    It stops at a line, and at the edge of a different background.
    """
    place, title_colour = title.box, layout_colours.get_text_colour(title.levels[0])
    free_height = max(0.0, line - place.top - place.height)
    if layout_colours.has_fill(title.chain):
        return free_height  # the placeholder's fill grows with its text
    title_background = layout_colours.find_background(place)
    min_contrast = min(VISIBLE_CONTRAST, find_lowest_contrast(title_colour, title_background))
    for growth in range(0, _MAX_GROWTH, _STRIP_HEIGHT):
        strip = replace(place, top=place.bottom + growth, height=float(_STRIP_HEIGHT))
        below = layout_colours.find_background(strip)
        if (
            find_lowest_contrast(title_colour, below) < min_contrast
            or find_lowest_contrast(below[0], title_background) > _VISIBLE_EDGE_CONTRAST
        ):
            return min(free_height, float(growth))
    return free_height


def _get_content(kind: SlideKindName, boxes: Mapping[PlaceholderRole, PlaceholderBox]) -> PlaceholderBox:
    """Return the box of the main content, or of the text below a title that is itself the main content."""
    role = KINDS[kind].main_role
    return boxes.get(PlaceholderRole.BODY if role is PlaceholderRole.TITLE else role, boxes[role])


# The fraction of the height unused by a short title that is below its text, by the anchor of the title.
_FRACTIONS_BELOW_TEXT = {"t": 1.0, "ctr": 0.5}


def _find_yielded_fraction(
    layout_colours: LayoutColours, layout: SlideLayout, title: LayoutPlaceholder, content: PlaceholderBox
) -> float:
    """Return the fraction of the height unused by a short title that the content below it may use.

    It is 0 if there is decoration around the title and the content, such as a line between them.
    """
    place = title.box
    left, right = min(place.left, content.left), max(place.right, content.right)
    region = (left, place.top, right, content.bottom)
    if content.top < place.bottom or layout_colours.has_fill(title.chain) or has_decoration(layout, region):
        return 0.0
    return _FRACTIONS_BELOW_TEXT.get(title.anchor, 0.0)


def _add_bullets(box: PlaceholderBox) -> PlaceholderBox:
    """Add bullets and indents to list levels without indents; bullets of the layout are kept."""
    levels = box.text_area.levels
    if levels[0].indent:
        return box
    marked = (
        replace(
            level,
            indent=BULLET_INDENT * n,
            adds_bullet=not levels[0].has_bullet_or_number,
            adds_indent=True,
            has_plain_margin=False,
        )
        for n, level in enumerate(levels, 1)
    )
    return replace(box, text_area=replace(box.text_area, levels=tuple(marked)))
