"""Report the layouts, fonts and colours of a template, and the slide kinds that use each layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from triptych.writers.deck.kinds import KINDS
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.backgrounds import LayoutColours, iter_theme_colours
from triptych.writers.deck.template.matching import LayoutChoice, LayoutView, match_layouts
from triptych.writers.deck.template.opening import make_layout_views, open_and_repair_template
from triptych.writers.deck.template.placeholders import LayoutPlaceholder, get_slide_size
from triptych.writers.deck.template.template import PresentationColours


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderReport:
    """A placeholder: its box in points from the slide's top left corner, and its font and text size."""

    kind: str
    name: str
    left: float
    top: float
    width: float
    height: float
    font: str
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutReport:
    """A layout. ``used_for`` maps the slide kinds that use it to the method by which it was matched."""

    name: str
    type: str
    placeholders: tuple[PlaceholderReport, ...]
    used_for: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """The contents of a template; sizes are in points.

    ``without_layout`` lists the slide kinds for which no layout is suitable.
    """

    width: float
    height: float
    fonts: Mapping[str, str]
    colours: Mapping[str, str]
    layouts: tuple[LayoutReport, ...]
    roles: Mapping[str, Mapping[str, str]]
    without_layout: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return asdict(self)

    def iter_lines(self) -> Iterator[str]:
        """Yield the lines of the report as text."""
        yield f"Size     {self.width:g} × {self.height:g} pt"
        yield "Fonts    " + ", ".join(f"{purpose} {name}" for purpose, name in self.fonts.items())
        yield "Colours  " + ", ".join(f"{slot} {colour}" for slot, colour in self.colours.items())
        for layout in self.layouts:
            yield ""
            yield f'Layout "{layout.name}"' + (f", type {layout.type}" if layout.type else "")
            for item in layout.placeholders:
                box = f"{item.width:.0f} × {item.height:.0f} at {item.left:.0f}, {item.top:.0f}"
                yield f"  {item.kind:<10}{item.name:<32}{box:<24}{item.font} {item.size:g}"
            for kind, method in layout.used_for.items():
                roles = ", ".join(f"{role} in {place}" for role, place in self.roles[kind].items())
                yield f"  → {kind}, {method}: {roles}"
        if self.without_layout:
            yield ""
            yield f"No layout for: {', '.join(self.without_layout)}"


def inspect_template(data: bytes) -> TemplateReport:
    """Inspect a template that has been validated."""
    presentation, reader, _ = open_and_repair_template(data)
    views, size = make_layout_views(presentation, reader, PresentationColours()), get_slide_size(presentation)
    choices, _ = match_layouts(views, size, {})
    fonts, colours = {}, {}
    if views:
        # The title slide often has other colours.
        main = choices[SlideKindName.BULLETS].layout if SlideKindName.BULLETS in choices else views[0]
        theme = reader.get_fonts(main.native)
        fonts = {"titles": theme.heading_font, "text": theme.body_font}
        colours = dict(iter_theme_colours(LayoutColours(main.native)))
    return TemplateReport(
        width=round(size[0], 1),
        height=round(size[1], 1),
        fonts=fonts,
        colours=colours,
        layouts=tuple(_make_layout_report(view, choices) for view in views),
        roles={kind.value: _describe_roles(choice) for kind, choice in choices.items()},
        without_layout=tuple(kind.value for kind in KINDS if kind not in choices),
    )


def _make_layout_report(view: LayoutView, choices: Mapping[SlideKindName, LayoutChoice]) -> LayoutReport:
    kinds_using_layout = {
        kind.value: choice.method.value for kind, choice in choices.items() if choice.layout is view
    }
    return LayoutReport(
        name=view.name,
        type=view.type,
        placeholders=tuple(map(_make_placeholder_report, view.placeholders)),
        used_for=kinds_using_layout,
    )


def _make_placeholder_report(placeholder: LayoutPlaceholder) -> PlaceholderReport:
    level = placeholder.box.text_area.levels[0]
    left, top, width, height = (round(value, 1) for value in placeholder.box.bounds)
    return PlaceholderReport(
        kind=placeholder.kind,
        name=placeholder.name,
        left=left,
        top=top,
        width=width,
        height=height,
        font=level.family,
        size=level.size,
    )


def _describe_roles(choice: LayoutChoice) -> dict[str, str]:
    """Map each role to its placeholder's name in quotes, or to "a text box"."""
    placeholder_names = {
        role.value: f'"{placeholder.name}"' for role, placeholder in choice.assignment.placeholders.items()
    }
    return {
        **placeholder_names,
        **dict.fromkeys((role.value for role in choice.assignment.text_boxes), "a text box"),
    }
