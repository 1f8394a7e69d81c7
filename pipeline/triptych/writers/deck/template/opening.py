"""A template is opened: our own or an author's, by the same way → a presentation without slides, and what
each kind of slide takes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache, digest
from triptych.engine.memory.steps import TEMPLATE
from triptych.engine.memory.task import Task
from triptych.engine.processes.staying import keep, kept
from triptych.media.presentations import REPAIR, as_presentation
from triptych.ooxml.names import P14, qn
from triptych.ooxml.values import EMU_PER_POINT, is_on
from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.theme.oklab import mixed
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.text import MARK_MARGIN, Level, Place, text_height
from triptych.writers.deck.kinds import KINDS, Role
from triptych.writers.deck.pptx.elements import (
    element_of,
    new_part,
    relationships_of_package,
    set_data,
    slide_list,
)
from triptych.writers.deck.pptx.package import open_presentation
from triptych.writers.deck.pptx.terms import (
    CONTENT_TYPE,
    RELATIONSHIP_TYPE,
    InvalidXmlError,
    Part,
    Presentation,
    SlideLayout,
)
from triptych.writers.deck.slides import Layout, Para, Run
from triptych.writers.deck.template.backgrounds import Scheme
from triptych.writers.deck.template.content_layout import add_content_layout
from triptych.writers.deck.template.generated import (
    APPLICATION,
    TABLE_STYLE,
    Logo,
    build_template,
    table_styles,
)
from triptych.writers.deck.template.matching import (
    Choice,
    LayoutView,
    Unfit,
    Way,
    match_layouts,
)
from triptych.writers.deck.template.palette import (
    INKS,
    Palette,
    TableLook,
    Tint,
    as_tint,
)
from triptych.writers.deck.template.placeholders import LayoutReader, Spot
from triptych.writers.deck.template.repairs import mend
from triptych.writers.deck.template.roles import TextBox, cast

# Parts that speak of the template's own slides, or of who worked on them.
_OF_SLIDES = ("/commentAuthors", "/authors", "/revisionInfo", "/changesInfo", "/thumbnail")
# Where lists are written.
_OF_POINTS = {
    Layout.BULLETS: (Role.BODY,),
    Layout.COLUMNS: (Role.FIRST, Role.SECOND),
    Layout.COMPARISON: (Role.FIRST, Role.SECOND),
}
_CALLED = {Role.TITLE, Role.SUBTITLE, Role.BODY}  # what people call so too
_OVER_FOOTER = 2.0  # points of a footer that may leave its place: it has nothing under it
_RULE = 0.25  # of the way from the ground to ink
_NOTHING_REMEMBERED = Cache(None)
_UNUSED = "the template that was not filled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a layout offers to a kind of slide: where each role is, in which placeholder or text box, and the
    colours that are seen where its content goes. ``moved`` are roles whose places slides must tell,
    ``pale`` those whose text can hardly be told from what is behind it, with their contrast.
    """

    choice: Choice
    layout: SlideLayout
    places: Mapping[Role, Place]
    placeholders: Mapping[int, Role]
    boxes: Mapping[Role, TextBox]
    moved: frozenset[Role]
    pale: Mapping[Role, float]
    palette: Palette


class _Offers(Mapping[Layout, Offer]):
    """What layouts offer to the kinds of slides, each looked at where it is asked for."""

    def __init__(self, choices: Mapping[Layout, Choice]) -> None:
        self._choices = choices
        self._made: dict[Layout, Offer] = {}

    def __getitem__(self, kind: Layout) -> Offer:
        if kind not in self._made:
            self._made[kind] = _offer(self._choices[kind])
        return self._made[kind]

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)


class _PlacesOf(Mapping[Layout, Mapping[Role, Place]]):
    """The places of all offers."""

    def __init__(self, offers: Mapping[Layout, Offer]) -> None:
        self._offers = offers

    def __getitem__(self, kind: Layout) -> Mapping[Role, Place]:
        return self._offers[kind].places

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._offers)

    def __len__(self) -> int:
        return len(self._offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A presentation without slides. ``theme`` is ours with the template's font for text; ``way`` is the
    direction in which its text runs, ``span`` where the manifest names it, None for our own. ``mark`` tells
    it from all others, and from itself with another theme or other layouts asked for.
    """

    presentation: Presentation
    reader: LayoutReader
    theme: Theme
    choices: Mapping[Layout, Choice]
    offers: Mapping[Layout, Offer]
    tables: TableLook
    way: str
    mark: str
    views: Sequence[LayoutView] = ()
    span: Span | None = None
    _furniture: dict[Part, Mapping[str, Place]] = field(default_factory=dict)
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
            self._named[kind, name] = _offer(found) if found else None
        return self._named[kind, name]

    def roomy(self, layout: SlideLayout, said: Mapping[str, str]) -> Mapping[str, str]:
        """Of what footers of a layout say that for which they have room: words that run over hide others."""
        if layout.part not in self._furniture:
            self._furniture[layout.part] = self.reader.furniture(layout)
        places = self._furniture[layout.part]
        return {
            kind: text
            for kind, text in said.items()
            if not text
            or kind not in places
            or text_height((Para(runs=(Run(text=text),), bullet=False),), places[kind].text, self.theme)
            <= places[kind].height + _OVER_FOOTER
        }

    @property
    def places(self) -> Mapping[Layout, Mapping[Role, Place]]:
        """Where everything is, by kind of slide."""
        return _PlacesOf(self.offers)

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
        hint = "name layouts under `layouts:`; `triptych template inspect` shows those that there are"
        return [
            Diagnostic(
                code="DTP003",
                span=self.span,
                message=f'the template has no layout for {_listed(kinds)}: "{name}" is taken',
                hint=hint,
            )
            for name, kinds in taken.items()
        ]

    def hard_to_read(self, used: set[Layout]) -> list[Diagnostic]:
        """DTP004 for each layout in use on which a text can hardly be told from what is behind it."""
        if self.span is None:
            return []
        pale: dict[str, dict[str, float]] = {}
        for offer in (self.offers[layout] for layout in self.offers if layout in used):
            called = {
                role.value if role in _CALLED else "content": least for role, least in offer.pale.items()
            }
            pale.setdefault(offer.layout.name, {}).update(called)
        return [
            Diagnostic(
                code="DTP004",
                span=self.span,
                message=f'on the layout "{name}" the {" and the ".join(roles)} can hardly be told from what '
                f"is behind: a contrast of {min(roles.values()):.1f}",
                hint="put a plain shape behind it in the template, or name another layout under `layouts:`",
            )
            for name, roles in pale.items()
            if roles
        ]


def open_template(
    theme: Theme,
    language: str,
    data: bytes | None = None,
    asked: Mapping[str, str] | None = None,
    span: Span | None = None,
    logo: Logo | None = None,
    cache: Cache = _NOTHING_REMEMBERED,
) -> tuple[Template | None, list[Diagnostic]]:
    """Our own template, with the book's logo, or an author's vetted one with the layouts that they ask for.

    DTP001 where it has no layouts that slides could take, or is more broken than vetting sees; DTP002 for one
    that cannot show what it is asked for.
    """
    own = data is None
    content = _of_theme(theme, language, logo, cache) if data is None else data
    mark = digest(content, repr(theme), repr(sorted((asked or {}).items())))
    unused: Template | None = kept(_UNUSED)
    if unused is not None and (unused.mark, unused.span) == (mark, span):
        keep(_UNUSED, None)
        return unused, []
    try:
        presentation, reader = opened(content)
        views = layouts_of(presentation, reader)
    except (OSError, ImportError, MemoryError):
        raise
    except Exception as error:  # what python-pptx raises for what it does not expect is without end
        if own:
            raise
        return None, [broken(error, span)]
    size = slide_size(presentation)
    choices, unfit = match_layouts(views, size, asked or {})
    if unfit or len(choices) < len(KINDS):
        return None, _refused(views, choices, unfit, span)
    without_slides(presentation)
    offers = _Offers(choices)
    main = offers[Layout.BULLETS]
    font = reader.fonts(main.layout).minor
    tables = TableLook(style=TABLE_STYLE)
    if not own:
        tables = _with_table_style(presentation, offers[Layout.TABLE].palette, theme)
    levels = main.choice.cast.spots[Role.BODY].levels
    template = Template(
        presentation=presentation,
        reader=reader,
        theme=theme if font == theme.sans else replace(theme, sans=font),
        choices=choices,
        offers=offers,
        tables=tables,
        way="rtl" if is_on(levels[0].get("rtl")) else "ltr",
        mark=mark,
        views=views,
        span=span,
    )
    return template, []


def put_back(template: Template) -> None:
    """Leave a template that nobody has filled to who needs it next, in a process that stays."""
    keep(_UNUSED, template)


def own_template(theme: Theme, language: str, cache: Cache = _NOTHING_REMEMBERED) -> Template:
    """Our own template, which has a layout for everything."""
    template, found = open_template(theme, language, cache=cache)
    if template is None:
        raise ValueError("; ".join(problem.message for problem in found))
    return template


def is_of_template(error: Exception) -> bool:
    """Whether python-pptx says that a part lacks what it must have, as it may where slides are drawn."""
    return isinstance(error, InvalidXmlError)


def broken(error: Exception, span: Span | None) -> Diagnostic:
    """DTP001 for what was raised for a template."""
    message = f"the template cannot be read: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return Diagnostic(code="DTP001", span=span, message=message, hint=REPAIR)


def _of_theme(theme: Theme, language: str, logo: Logo | None, cache: Cache) -> bytes:
    task = Task.of(TEMPLATE, language, theme=repr(theme), language=language, logo=repr(logo))
    return cache.remember(task, lambda: build_template(theme, language, logo))


def slide_size(presentation: Presentation) -> tuple[float, float]:
    """Width and height of the slides in points; 10 × 7.5 inches where nothing is said (19.2.1.39)."""
    wide, high = presentation.slide_width or 9_144_000, presentation.slide_height or 6_858_000
    return wide / EMU_PER_POINT, high / EMU_PER_POINT


def opened(content: bytes) -> tuple[Any, LayoutReader]:
    """A vetted presentation, with what PowerPoint needs and others leave out, and room for content; and who
    reads its layouts.
    """
    presentation = open_presentation(as_presentation(content))
    mend(presentation)
    reader = LayoutReader(presentation)
    add_content_layout(presentation, reader)
    return presentation, reader


def layouts_of(presentation: Presentation, reader: LayoutReader) -> list[LayoutView]:
    """All layouts of all masters, in order."""
    return [
        LayoutView(
            name=layout.name,
            type=str(element_of(layout).get("type", "")),
            spots=reader.spots(layout),
            native=layout,
        )
        for master in presentation.slide_masters
        for layout in master.slide_layouts
    ]


def without_slides(presentation: Presentation) -> None:
    """Take the slides out of a presentation, and what speaks of them: shows, sections, authors, a picture."""
    root, part = element_of(presentation.part), presentation.part
    for show in root.findall(qn("p:custShowLst")):
        root.remove(show)
    for identifier in list(slide_list(presentation)):
        slide_list(presentation).remove(identifier)
        part.drop_rel(identifier.get(qn("r:id")))
    for sections in list(root.iter(f"{P14}sectionLst")):
        extension = sections.getparent()
        extension.getparent().remove(extension)
    for extensions in root.findall(qn("p:extLst")):
        if not len(extensions):
            root.remove(extensions)
    package = part.package
    for owner in (part, package):
        relations = owner.rels if owner is part else relationships_of_package(package)
        for name, relation in list(relations.items()):
            if relation.reltype.endswith(_OF_SLIDES):
                relations.pop(name)
            elif relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
                set_data(relation.target_part, APPLICATION.encode())


def _offer(choice: Choice) -> Offer:
    kind, roles, layout = KINDS[choice.kind], choice.cast, choice.layout.native
    places = dict(roles.places)
    for role in _OF_POINTS.get(choice.kind, ()):
        if role in places:
            places[role] = _with_marks(places[role])
    scheme = Scheme(layout)
    chain = roles.spots[kind.main].chain
    palette = Palette(scheme.slot, scheme.ground(places[kind.main], chain))
    seen = {role: _contrast(scheme, spot) for role, spot in roles.spots.items()}
    seen[kind.main] = min(seen[kind.main], palette.contrast(palette.ink))  # in which charts and tables are
    return Offer(
        choice=choice,
        layout=layout,
        places=places,
        placeholders={spot.index: role for role, spot in roles.spots.items()},
        boxes=roles.boxes,
        moved=roles.moved,
        pale={
            role: least for role, spot in roles.spots.items() if (least := _contrast(scheme, spot)) < VISIBLE
        },
        palette=Palette(scheme.slot, scheme.ground(places[kind.main], chain)),
    )


def _contrast(scheme: Scheme, spot: Spot) -> float:
    """That of the text of a placeholder with the part of its ground that is most like it."""
    written = scheme.written(spot.levels[0])
    return min(contrast(written, behind) for behind in scheme.ground(spot.place, spot.chain))


def _with_marks(place: Place) -> Place:
    """Points get bullets where the layout sets them as plain text."""
    levels = place.text.levels
    if levels[0].marked or levels[0].margin:
        return place
    marked = tuple(_marked(level, number) for number, level in enumerate(levels, 1))
    return replace(place, text=replace(place.text, levels=marked))


def _marked(level: Level, number: int) -> Level:
    return replace(level, margin=MARK_MARGIN * number, adds_mark=True)


def _with_table_style(presentation: Presentation, palette: Palette, theme: Theme) -> TableLook:
    """The house's table style in the template's colours, among the styles that the template has."""
    ink = palette.ink
    panel = "bg2" if contrast(palette.colour_of("bg2"), palette.colour(ink)) >= READABLE else ""
    grounds = (*palette.ground, *([palette.colour_of("bg2")] if panel else []))
    deep = next(
        (
            slot
            for slot in ("tx2", ink.slot)
            if min(contrast(palette.colour_of(slot), ground) for ground in grounds) >= READABLE
        ),
        ink.slot,
    )
    inks = {slot: palette.colour_of(slot) for slot in INKS}
    rule = as_tint(mixed(palette.ground[0], palette.colour(ink), _RULE), inks, palette.ground[:1])
    ours = etree.fromstring(table_styles(theme, {"ink": ink.slot, "deep": deep, "panel": panel}, rule))
    part = presentation.part
    try:
        known = part.part_related_by(RELATIONSHIP_TYPE.TABLE_STYLES)
    except KeyError:
        known = new_part(part, "/ppt/tableStyles.xml", CONTENT_TYPE.PML_TABLE_STYLES, b"")
        part.relate_to(known, RELATIONSHIP_TYPE.TABLE_STYLES)
    styles = etree.fromstring(known.blob) if known.blob else ours
    if styles is not ours:
        styles.append(ours[0])
    set_data(known, etree.tostring(styles, xml_declaration=True, encoding="UTF-8", standalone=True))
    return TableLook(style=TABLE_STYLE, ink=None if ink == Tint("tx1") else ink)


def _refused(
    views: Sequence[LayoutView], choices: Mapping[Layout, Choice], unfit: Sequence[Unfit], span: Span | None
) -> list[Diagnostic]:
    if unfit:
        return [
            Diagnostic(
                code="DTP002",
                span=span,
                message=f'the layout "{item.name}" has no place for {KINDS[item.kind].what}: '
                f"it lacks a placeholder for the {' and the '.join(item.lacks) or 'content'}",
                hint="`triptych template inspect` shows the placeholders of each layout",
            )
            for item in unfit
        ]
    lacking = [KINDS[kind].what for kind in KINDS if kind not in choices]
    names = "; ".join(f'"{view.name}" with {_placeholders(view)}' for view in views) or "none"
    return [
        Diagnostic(
            code="DTP001",
            span=span,
            message=f"no layout of the template can show {_listed(lacking)}",
            hint=f"a layout needs a placeholder for a title and one for text or content; there are {names}",
        )
    ]


def _placeholders(view: LayoutView) -> str:
    return ", ".join(spot.name for spot in view.spots) or "no placeholders"


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
