"""A template: a presentation without slides, and what each kind of slide takes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triptych.diagnostics import Diagnostic, Span, join_names
from triptych.ooxml.values import EMU_PER_POINT
from triptych.project import MANIFEST
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.lines.line_breaking import unbroken_width
from triptych.writers.deck.fitting.text import SMALLEST, Place, ladder, pieces, text_height
from triptych.writers.deck.kinds import KINDS, Role
from triptych.writers.deck.pptx.terms import Presentation
from triptych.writers.deck.slides import Layout, Para, Run
from triptych.writers.deck.template.matching import Choice, LayoutView, Way
from triptych.writers.deck.template.offers import Offer, Offers, PlacesOf
from triptych.writers.deck.template.palette import TableLook
from triptych.writers.deck.template.placeholders import LayoutReader
from triptych.writers.deck.template.roles import cast

_CALLED = {Role.TITLE, Role.SUBTITLE, Role.BODY}  # what people call so too
_FOOTER = "ftr"
_OVER_FOOTER = 2.0  # points of a footer that may leave its place: it has nothing under it


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A presentation without slides. ``theme`` is ours with the template's font for text; ``way`` is the
    direction in which its text runs, ``span`` where the manifest names it, None for our own. ``mark`` tells
    it from all others, and from itself with another theme or other layouts asked for. An ``extended`` one got
    a layout for content, since it had none with room for a title and content.
    """

    presentation: Presentation
    reader: LayoutReader
    theme: Theme
    choices: Mapping[Layout, Choice]
    offers: Offers
    tables: TableLook
    way: str
    mark: str
    views: Sequence[LayoutView] = ()
    span: Span | None = None
    extended: bool = False
    _named: dict[tuple[Layout, str], Offer | None] = field(default_factory=dict)

    def offer(self, kind: Layout, name: str = "") -> Offer | None:
        """What a kind of slide takes, of the layout of a name where one is asked for.

        None where there is none of that name, or it has no place for what the kind needs.
        """
        if not name:
            return self.offers[kind]
        if (kind, name) not in self._named:
            view = next((view for view in self.views if view.name == name), None)
            roles = cast(KINDS[kind], view.spots) if view else None
            found = Choice(kind=kind, layout=view, cast=roles, way=Way.ASKED) if view and roles else None
            self._named[kind, name] = self.offers.offer(found) if found else None
        return self._named[kind, name]

    def footer_scales(self, offer: Offer, said: Mapping[str, str]) -> Mapping[str, float]:
        """How footers of a layout are scaled, without those for which there is no room on the slide: smaller
        where they are on one line then.
        """
        places = offer.furniture
        scales = {
            kind: self._footer_scale(places[kind].place, text) if text and kind in places else 1.0
            for kind, text in said.items()
        }
        return {kind: scale for kind, scale in scales.items() if scale is not None}

    def _footer_scale(self, place: Place, text: str) -> float | None:
        area, paras = place.text, (Para(runs=(Run(text=text),), bullet=False),)
        on_slide = (self.presentation.slide_height or 0) / EMU_PER_POINT - place.top - place.insets[1]
        high = min(area.height, on_slide) + _OVER_FOOTER
        own = area.levels[0]
        for size in ladder(own.size, SMALLEST):
            scale = size / own.size
            if unbroken_width(pieces(paras[0].runs, own, self.theme, scale)) <= area.width:
                return scale
        return 1.0 if text_height(paras, area, self.theme) <= high else None

    def footers_left_out(self, used: set[Layout], footer: str) -> list[Diagnostic]:
        """Return one DEK002 if slides of the kinds in use cannot show the footer of the deck."""
        offers = [self.offers[kind] for kind in self.offers if kind in used and kind is not Layout.TITLE]
        with_place = [offer for offer in offers if _FOOTER in offer.furniture]
        said = {_FOOTER: footer}
        cramped = [offer.layout.name for offer in with_place if not self.footer_scales(offer, said)]
        is_lacking = bool(offers) and not with_place and self.span is not None
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
    def places(self) -> Mapping[Layout, Mapping[Role, Place]]:
        """Where everything is, by kind of slide."""
        return PlacesOf(self.offers)

    def stopgaps(self, used: set[Layout]) -> list[Diagnostic]:
        """DTP003 for the kinds of slides in use for which the template has no layout of their own.

        Of kinds that PowerPoint has no type of layout for nothing is said: its own templates have none.
        """
        taken: dict[str, list[str]] = {}
        for layout, choice in self.choices.items():
            if layout not in used:
                continue
            if choice.way is Way.OTHER and KINDS[layout].types:
                taken.setdefault(choice.layout.name, []).append(KINDS[layout].what)
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

    def hard_to_read(self, used: set[Layout]) -> list[Diagnostic]:
        """DTP004 for each layout in use on which text cannot be read as the template has it."""
        if self.span is None:
            return []
        pale: dict[str, dict[str, float]] = {}
        for offer in (self.offers[layout] for layout in self.offers if layout in used):
            found: dict[str, float] = {
                role.value if role in _CALLED else "content": least
                for role, least in offer.empty.changed.items()
            }
            pale.setdefault(offer.layout.name, {}).update(found)
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
