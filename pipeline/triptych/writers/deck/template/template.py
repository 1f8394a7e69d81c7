"""Define templates: a presentation without slides, and the layout that each slide kind uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from PIL import Image

from triptych.diagnostics import Diagnostic, Span, join_names
from triptych.project import MANIFEST
from triptych.theme.colours import READABLE, VISIBLE, find_least_contrast
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import move_place
from triptych.writers.deck.fitting.line_breaking import measure_unbroken
from triptych.writers.deck.fitting.text import (
    MARK_MARGIN,
    SMALLEST,
    Place,
    list_sizes,
    make_pieces,
    measure_text,
)
from triptych.writers.deck.kinds import KINDS, PlaceholderRole
from triptych.writers.deck.pptx.terms import Part, Presentation, SlideLayout
from triptych.writers.deck.slides import HEADING_LAYOUTS, Layout, make_plain_para
from triptych.writers.deck.template.backgrounds import Scheme, find_line_below
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

# Roles that messages name.
_NAMED_ROLES = {PlaceholderRole.TITLE, PlaceholderRole.SUBTITLE, PlaceholderRole.BODY}
_FOOTER = "ftr"
_OVER_FOOTER = 2.0  # points by which a footer may extend beyond its box


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A presentation without slides, and its layout for each slide kind.

    ``theme`` is the book's theme with the template's body font; ``direction`` is the template's text
    direction. ``span`` is the template's position in the manifest, or None for the built-in template.
    ``mark`` is a checksum of template, theme and requested layouts. ``extended`` is true if a content layout
    was added.
    """

    presentation: Presentation
    reader: LayoutReader
    theme: Theme
    choices: Mapping[Layout, LayoutChoice]
    kind_layouts: KindLayouts
    tables: TableStyle
    direction: str
    mark: str
    views: Sequence[LayoutView] = ()
    span: Span | None = None
    extended: bool = False
    _named: dict[tuple[Layout, str], KindLayout | None] = field(default_factory=dict)

    def get_kind_layout(self, kind: Layout, name: str = "") -> KindLayout | None:
        """Return the layout with a name, by default the matched layout, prepared for a slide kind.

        Return None if there is no layout of that name, or it has no placeholders for the slide kind.
        """
        if not name:
            return self.kind_layouts[kind]
        if (kind, name) not in self._named:
            view = next((view for view in self.views if view.name == name), None)
            roles = assign_roles(KINDS[kind], view.placeholders) if view else None
            self._named[kind, name] = (
                self.kind_layouts.prepare(LayoutChoice(kind, view, roles, MatchMethod.REQUESTED))
                if view and roles
                else None
            )
        return self._named[kind, name]

    def find_footer_scales(self, kind_layout: KindLayout, texts: Mapping[str, str]) -> Mapping[str, float]:
        """Return the text scale of each footer that fits, shrunk to fit on one line if necessary."""
        places = kind_layout.furniture
        scales = {
            kind: self._find_footer_scale(places[kind].place, text) if text and kind in places else 1.0
            for kind, text in texts.items()
        }
        return {kind: scale for kind, scale in scales.items() if scale is not None}

    def _find_footer_scale(self, place: Place, text: str) -> float | None:
        area, paras = place.text, (make_plain_para(text),)
        on_slide = get_slide_size(self.presentation)[1] - place.top - place.insets[1]
        high = min(area.height, on_slide) + _OVER_FOOTER
        own = area.levels[0]
        for size in list_sizes(own.size, SMALLEST):
            scale = size / own.size
            if measure_unbroken(make_pieces(paras[0].runs, own, self.theme, scale)) <= area.width:
                return scale
        return 1.0 if measure_text(paras, area, self.theme) <= high else None

    def report_omitted_footers(self, used: set[Layout], footer: str) -> list[Diagnostic]:
        """Report DEK002 if slides of the used slide kinds cannot show the footer."""
        shown = [self.kind_layouts[kind] for kind in self.kind_layouts if kind in used - {Layout.TITLE}]
        with_place = [one for one in shown if _FOOTER in one.furniture]
        texts = {_FOOTER: footer}
        cramped = [one.layout.name for one in with_place if not self.find_footer_scales(one, texts)]
        is_lacking = bool(shown) and not with_place and self.span is not None
        if not footer or not (cramped or is_lacking):
            return []
        message = f'the footer "{footer}" was omitted: no layout in use has a footer placeholder'
        hint = "add a footer placeholder to the template's layouts in PowerPoint"
        if cramped:
            names = [f'"{name}"' for name in dict.fromkeys(cramped)]
            where = f"layout{'s' * (len(names) > 1)} {join_names(names)}"
            message = f'the footer "{footer}" does not fit on {where} and was omitted'
            hint = "shorten `footer`, or widen the footer placeholder in the template"
        return [Diagnostic(code="DEK002", span=self.span or Span(path=MANIFEST), message=message, hint=hint)]

    @property
    def places(self) -> Mapping[Layout, Mapping[PlaceholderRole, Place]]:
        """Maps slide kinds to the boxes of their roles."""
        return LayoutPlaces(self.kind_layouts)

    def report_substitutes(self, used: set[Layout]) -> list[Diagnostic]:
        """Report DTP003 for used slide kinds without a suitable layout in the template.

        Slide kinds without a PowerPoint layout type are not reported, because PowerPoint's own templates have
        no layouts for them.
        """
        taken: dict[str, list[str]] = {}
        for layout, choice in self.choices.items():
            if layout in used and choice.method is MatchMethod.OTHER and KINDS[layout].types:
                taken.setdefault(choice.layout.name, []).append(KINDS[layout].plural)
        hint = "choose a layout under `layouts:` (`triptych template inspect` lists the layouts)"
        added = Diagnostic(
            code="DTP003",
            span=self.span,
            message="no layout in the template has placeholders for a title and content; a layout was added",
            hint="add a layout with title and content placeholders to the template",
        )
        return [added] * self.extended + [
            Diagnostic(
                code="DTP003",
                span=self.span,
                message=f'the template has no layout for {join_names(kinds)}; using "{name}"',
                hint=hint,
            )
            for name, kinds in taken.items()
        ]

    def report_low_contrast(self, used: set[Layout]) -> list[Diagnostic]:
        """Report DTP004 for each used layout on which text is illegible in the template's colours."""
        if self.span is None:
            return []
        pale: dict[str, dict[str, float]] = {}
        for kind_layout in (self.kind_layouts[layout] for layout in self.kind_layouts if layout in used):
            found: dict[str, float] = {
                role.value if role in _NAMED_ROLES else "content": least
                for role, least in kind_layout.empty.changed.items()
            }
            pale.setdefault(kind_layout.layout.name, {}).update(found)
        return [
            Diagnostic(
                code="DTP004",
                span=self.span,
                message=f'layout "{name}": the contrast between '
                f"{join_names([f'the {one}' for one in roles])} "
                f"and the background is only {min(roles.values()):.1f}:1; "
                "using a different text colour or a background panel",
                hint="add a plain shape behind the text in the template, or choose another layout",
            )
            for name, roles in pale.items()
            if roles
        ]


_STRIP, _MOST_GROWTH = 6, 96  # points: strip height below a title, maximum distance
_EDGE = 1.3  # contrast of two backgrounds from which the edge between them is visible
# Roles that may contain lists.
_LIST_ROLES = {
    Layout.BULLETS: (PlaceholderRole.BODY,),
    Layout.COLUMNS: (PlaceholderRole.FIRST, PlaceholderRole.SECOND),
    Layout.COMPARISON: (PlaceholderRole.FIRST, PlaceholderRole.SECOND),
}


_LEVELS = 2  # number of list levels whose colours are checked


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLayout:
    """A layout prepared for a slide kind: boxes, placeholders, text boxes and colours.

    ``moved`` are the roles whose position slides must set. ``furniture`` has the footer, date and slide
    number placeholders by type.
    """

    choice: LayoutChoice
    layout: SlideLayout
    places: Mapping[PlaceholderRole, Place]
    roles_by_index: Mapping[int, PlaceholderRole]
    boxes: Mapping[PlaceholderRole, TextBox]
    moved: frozenset[PlaceholderRole]
    scheme: Scheme
    furniture: Mapping[str, LayoutPlaceholder]

    def find_surfaces(
        self,
        texts: Mapping[PlaceholderRole, Place],
        frames: Mapping[PlaceholderRole, tuple[Place, float]],
        panels: AbstractSet[PlaceholderRole] = frozenset(),
    ) -> Surfaces:
        """Return the surfaces of a slide's texts and frames.

        ``frames`` maps roles to boxes and required contrasts.
        """
        known = {role: self._make_text(role, place, panel=role in panels) for role, place in texts.items()}
        others = [placeholder.place for placeholder in self.furniture.values()]
        heads = set(texts) if self.choice.kind in HEADING_LAYOUTS else HEADING_ROLES
        return Surfaces(self.scheme, known, frames, others, heads)

    @property
    def empty(self) -> Surfaces:
        """The surfaces of a slide whose texts and frames fill the placeholders of the layout."""
        kind, main = self.choice.kind, KINDS[self.choice.kind].main
        texts = {role: self.places[role] for role in self.choice.assignment.placeholders}
        frames: dict[PlaceholderRole, tuple[Place, float]] = {}
        if main is PlaceholderRole.OBJECT:
            frames[main] = (texts.pop(main), CHART_CONTRAST if kind is Layout.CHART else READABLE)
        return self.find_surfaces(texts, frames, {main} if kind is Layout.NUMBERS else set())

    @property
    def palette(self) -> Palette:
        """The colours for the main content."""
        return self.empty.get(KINDS[self.choice.kind].main).palette

    def find_furniture_surface(self, kind: str, place: Place) -> Surface:
        """Return the surface of a footer, date or slide number (the type ``kind``) in the box ``place``."""
        placeholder = self.furniture[kind]
        text = SlideText(place=place, levels=tuple(placeholder.levels), chain=tuple(placeholder.chain))
        found = find_text_surface(self.scheme, text)
        return found if found.is_legible else find_panel_surface(self.scheme, text)

    def _make_text(self, role: PlaceholderRole, place: Place, *, panel: bool) -> SlideText:
        if (placeholder := self.choice.assignment.placeholders.get(role)) is not None:
            levels, chain = tuple(placeholder.levels[:_LEVELS]), tuple(placeholder.chain)
            return SlideText(place=place, levels=levels, chain=chain, panel=panel)
        return SlideText(place=place, levels=tuple(self.boxes[role].levels[:_LEVELS]), panel=panel)


class Schemes:
    """The colour schemes of a presentation's layouts, cached by layout."""

    def __init__(self) -> None:
        self._pictures: dict[Part, Image.Image | None] = {}
        self._made: dict[Part, Scheme] = {}

    def get(self, layout: SlideLayout) -> Scheme:
        """Return the colours of a layout."""
        if layout.part not in self._made:
            self._made[layout.part] = Scheme(layout, self._pictures)
        return self._made[layout.part]


class KindLayouts(Mapping[Layout, KindLayout]):
    """Maps each slide kind to its prepared layout, which is computed on first use."""

    def __init__(
        self, choices: Mapping[Layout, LayoutChoice], reader: LayoutReader, schemes: Schemes
    ) -> None:
        self._choices = choices
        self._reader = reader
        self._schemes = schemes
        self._made: dict[Layout, KindLayout] = {}

    def __getitem__(self, kind: Layout) -> KindLayout:
        if kind not in self._made:
            self._made[kind] = self.prepare(self._choices[kind])
        return self._made[kind]

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    def prepare(self, choice: LayoutChoice) -> KindLayout:
        """Prepare a matched layout: add bullets to lists, and limit the title to the space above a line."""
        layout, roles = choice.layout.native, choice.assignment
        places = dict(roles.places)
        for role in _LIST_ROLES.get(choice.kind, ()):
            if role in places:
                places[role] = _add_marks(places[role])
        scheme = self._schemes.get(layout)
        changed = set(roles.moved)
        if title := roles.placeholders.get(PlaceholderRole.TITLE):
            place, line = places[PlaceholderRole.TITLE], find_line_below(layout, title.place)
            if line < place.bottom:
                place = move_place(place, (place.left, place.top, place.width, line - place.top))
                changed.add(PlaceholderRole.TITLE)
            places[PlaceholderRole.TITLE] = replace(place, grows=_measure_growth(scheme, title, line))
        return KindLayout(
            choice=choice,
            layout=layout,
            places=places,
            roles_by_index={placeholder.index: role for role, placeholder in roles.placeholders.items()},
            boxes=roles.boxes,
            moved=frozenset(changed),
            scheme=scheme,
            furniture=self._reader.find_furniture(layout),
        )


class LayoutPlaces(Mapping[Layout, Mapping[PlaceholderRole, Place]]):
    """Maps slide kinds to the boxes of their roles, which are computed on first use."""

    def __init__(self, kind_layouts: Mapping[Layout, KindLayout]) -> None:
        self._kind_layouts = kind_layouts

    def __getitem__(self, kind: Layout) -> Mapping[PlaceholderRole, Place]:
        return self._kind_layouts[kind].places

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._kind_layouts)

    def __len__(self) -> int:
        return len(self._kind_layouts)


def _measure_growth(scheme: Scheme, title: LayoutPlaceholder, line: float) -> float:
    """Return how many points a title may grow downwards.

    It grows neither beyond a line nor onto a different background.
    """
    place, written = title.place, scheme.get_text_colour(title.levels[0])
    room = max(0.0, line - place.top - place.height)
    if scheme.is_filled(title.chain):
        return room  # the placeholder's fill grows with the text
    own = scheme.find_background(place)
    least = min(VISIBLE, find_least_contrast(written, own))
    for grown in range(0, _MOST_GROWTH, _STRIP):
        strip = replace(place, top=place.bottom + grown, height=float(_STRIP))
        below = scheme.find_background(strip)
        if find_least_contrast(written, below) < least or find_least_contrast(below[0], own) > _EDGE:
            return min(room, float(grown))
    return room


def _add_marks(place: Place) -> Place:
    """Add bullets to list levels for which the layout has neither bullets nor indents."""
    levels = place.text.levels
    if levels[0].marked or levels[0].margin:
        return place
    marked = (replace(level, margin=MARK_MARGIN * n, adds_mark=True) for n, level in enumerate(levels, 1))
    return replace(place, text=replace(place.text, levels=tuple(marked)))
