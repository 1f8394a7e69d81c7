"""Generate the built-in template from the theme, as a presentation without slides.

The design is in ``templates/deck/*.xml.j2``. This module adds the package structure (ECMA-376 Part 1, clause
13), the publisher's logo, and the light, dark and high-contrast variations.
"""

from __future__ import annotations

import colorsys
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, Protocol, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triptych.build_context import BuildContext
from triptych.engine.archives import Member, build_archive
from triptych.folders import get_templates_folder
from triptych.languages.language_tags import get_text_direction
from triptych.media.fonts.fonts import measure_descent, measure_x_height
from triptych.media.output_pictures import MAX_LOGO_SIDE, SVG_MEDIA_TYPE, fit_logo
from triptych.media.picture_sizes import PictureTarget
from triptych.model.nodes import Picture
from triptych.ooxml.xml import EMU_PER_POINT, NAMESPACES, OFFICE
from triptych.settings.format_options import SLIDE_SIZES, SlideSize
from triptych.theme.colours import (
    ENHANCED_CONTRAST,
    READABLE_CONTRAST,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    find_lowest_contrast,
    get_text_contrast,
    mix_colours,
    parse_rgb,
    separate_colours_in_grey,
)
from triptych.theme.templating import TemplateBytecodeCache
from triptych.theme.theme import Theme
from triptych.theme.theme_file import Colours
from triptych.writers.deck.fitting.line_breaking import open_measured_face
from triptych.writers.deck.slides import SlideKindName
from triptych.writers.deck.template.palette import ACCENTS, Tint, find_tint, lighten_accent

# Layout templates in the order of PowerPoint's layout menu.
LAYOUTS = (*map(str, SlideKindName), "title-only", "blank")

DEFAULT_SIZE: SlideSize = "16x9"
_SIZE_TYPES = {"4x3": "screen4x3", "a4": "A4"}  # ST_SlideSizeType (ECMA-376 Part 1, 19.7.14)

TABLE_STYLE = f"{{{uuid.uuid5(uuid.NAMESPACE_URL, 'triptych:table-style')}}}".upper()

_BOLD_WEIGHT = 600  # minimum weight of chapter titles for bold headings on slides
_SMALL_X_HEIGHT = 0.405  # em; the x-height for which the sizes in the templates are chosen
_OUTLINE_BRIGHTNESS = 0.75  # brightness of the outlines of slides on notes pages
_EPOCH = dt.datetime(1980, 1, 1)
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# Table colours: theme colours and one design token.
_HOUSE_TABLES = {"ink": "tx1", "deep": "tx2", "panel": "bg2", "rule": "rule"}


def render_table_styles(theme: Theme, colours: Mapping[str, str], rule: Tint) -> bytes:
    """Render the built-in table style in the given colours.

    ``colours`` maps "ink", "deep" and "panel" to theme colours; "panel" may be "". ``rule`` is the colour of
    the lines between rows.
    """
    names = {"theme": theme, "tokens": {"rule": rule}, "style": {**colours, "rule": "rule"}, "rtl": False}
    template = _create_environment().get_template("table-styles.xml.j2")
    return template.render(names, table_style=TABLE_STYLE).strip().encode()


def _create_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(get_templates_folder() / "deck"),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=TemplateBytecodeCache(),
    )
    environment.filters["emu"] = lambda points: round(points * EMU_PER_POINT)
    environment.filters["hundredths"] = lambda value: round(value * 100)
    return environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A publisher's logo as a raster image, and as SVG if available.

    ``svg`` is empty if there is no SVG. ``size`` is the width and height, with the larger of them scaled to
    1. ``plate`` and ``deep_plate`` are the colours of a plate behind the logo on light and dark slides, or ""
    if none is needed.
    """

    data: bytes
    media_type: str
    svg: bytes
    alt: str
    size: tuple[float, float]
    plate: str
    deep_plate: str

    def fit_within(
        self, right: float, top: float, width: float, height: float, stretch: float = 1.0
    ) -> tuple[float, ...]:
        """Return the logo's left, top, width and height in points inside a box.

        The logo is right-aligned and vertically centred. ``right`` is the x position of the box's right edge.
        Horizontal values will be multiplied by ``stretch``, which does not change the logo's proportions.
        """
        scale = min(width / self.size[0], height / self.size[1])
        wide, high = self.size[0] * scale / stretch, self.size[1] * scale
        return right - wide, top + (height - high) / 2, wide, high

    @property
    def files(self) -> dict[str, bytes]:
        """The logo's package parts by name: the raster image, then the SVG."""
        name = "ppt/media/logo." + ("png" if self.media_type == "image/png" else "jpeg")
        return {name: self.data, **({"ppt/media/logo.svg": self.svg} if self.svg else {})}


@cache
def build_template(
    theme: Theme,
    language: str = "en",
    logo: Logo | None = None,
    size: SlideSize = DEFAULT_SIZE,
    *,
    potx: bool = False,
) -> bytes:
    """Build a presentation with masters of slides, notes and handouts, layouts and the built-in table style.

    ``language`` determines the reading direction and the fonts for its script. If ``potx`` is true, the file
    is a PowerPoint template, which PowerPoint opens as a copy.
    """
    parts = _render_parts(theme, language, logo, size)
    if potx:
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(_PRESENTATION_TYPE, _TEMPLATE_TYPE)
    encoded = {name: text.encode() for name, text in parts.items()}
    files = {**encoded, **(logo.files if logo else {})}
    return build_archive(
        ((name, Member.from_content(name, content)) for name, content in files.items()), _EPOCH
    )


def _render_parts(theme: Theme, language: str, logo: Logo | None, size: SlideSize) -> dict[str, str]:
    environment = _create_environment()
    night = is_dark(theme.colours)
    accents = [*theme.colours.series, *([theme.colours.accent] * 6)][:6]
    width, _ = SLIDE_SIZES[size]
    names = {
        "canvas": width,
        "stretch": width / SLIDE_SIZES[DEFAULT_SIZE][0],  # the templates are written for the default size
        "size_type": _SIZE_TYPES.get(size, ""),
        "style": _HOUSE_TABLES,
        "theme": theme,
        "tokens": _compute_tokens(theme.colours, accents, dark=night),
        "accents": accents,
        "night": night,
        "layouts": LAYOUTS,
        "rtl": get_text_direction(language) == "rtl",
        "own": theme.find_script(language),
        "heading": _choose_heading_font(theme, language),
        "logo": logo,
    }

    def render(name: str, before: int = 1) -> str:
        """Render a part whose logo relationships follow ``before`` other relationships."""
        variables = {"table_style": TABLE_STYLE, "logo_relations": [f"rId{before + 1}", f"rId{before + 2}"]}
        return environment.get_template(f"{name}.xml.j2").render(names, **variables)

    parts = {
        "ppt/presentation.xml": render("presentation"),
        "ppt/slideMasters/slideMaster1.xml": render("master", len(LAYOUTS) + 1),
        "ppt/notesMasters/notesMaster1.xml": render("notes-master"),
        "ppt/handoutMasters/handoutMaster1.xml": render("handout-master"),
        "ppt/theme/theme1.xml": render("theme"),
        "ppt/theme/theme2.xml": render("theme"),  # masters must not share a theme part
        "ppt/theme/theme3.xml": render("theme"),
        "ppt/tableStyles.xml": render("table-styles"),
        "ppt/presProps.xml": render_empty_part("presentationPr"),
        "ppt/viewProps.xml": render_empty_part("viewPr"),
        "docProps/core.xml": _CORE_PROPERTIES,
        "docProps/app.xml": APPLICATION,
    }
    for number, layout in enumerate(LAYOUTS, 1):
        parts[f"ppt/slideLayouts/slideLayout{number}.xml"] = render(f"layouts/{layout}")
    files = list(logo.files) if logo else []
    return {"[Content_Types].xml": _render_content_types(parts, files), **_list_relationships(files), **parts}


def _choose_heading_font(theme: Theme, language: str) -> dict[str, object]:
    """Return the font of titles, quotations and big numbers: that of chapter titles in the book.

    Scripts with their own font on slides, a sans-serif, have bold titles, and Latin letters that match.
    ``scale`` adapts sizes for a small x-height to the font; ``line_height`` and ``descent`` are in em.
    """
    style = theme.print.type.chapter_title
    has_own_font = theme.find_script(language) is not None
    role = "sans" if has_own_font else style.family
    bold = has_own_font or style.weight >= _BOLD_WEIGHT
    face = theme.select_face(getattr(theme, role), bold=bold)
    weight = face.weight if face.project_file else 400
    return {
        "role": role,
        "bold": bold,
        "italics": theme.print.italics,
        "scale": min(1.0, _SMALL_X_HEIGHT / measure_x_height(face)),
        "line_height": open_measured_face(face.path, weight).line_height,
        "descent": measure_descent(face),
    }


def _compute_tokens(colours: Colours, accents: Sequence[str], *, dark: bool) -> dict[str, Tint]:
    """Return the colours without a theme slot as tints of slots, so that they follow the colour scheme."""
    inks = {"tx1": colours.foreground, "bg1": colours.background, "tx2": colours.dark, "bg2": colours.panel}
    backgrounds = (colours.background, colours.panel)
    deep_colour, text = (colours.panel, colours.foreground) if dark else (colours.dark, colours.background)
    nearest_slot = find_tint(colours.accent, dict(zip(ACCENTS, accents, strict=True)), backgrounds).slot
    accent = accents[ACCENTS.index(nearest_slot)]
    return {
        "muted": find_tint(colours.muted, inks, backgrounds),
        "rule": find_tint(colours.rule, inks, backgrounds),
        "outline": Tint("tx1", _OUTLINE_BRIGHTNESS),
        "on_deep": find_tint(
            lighten_accent(colours.accent, deep_colour, text, get_text_contrast(colours)),
            {nearest_slot: accent},
            (deep_colour,),
        ),
    }


def render_empty_part(element: str) -> str:
    """Render a presentation part with an empty root element."""
    return f'{_DECLARATION}<p:{element} xmlns:p="{NAMESPACES["p"]}"/>'


_CORE_PROPERTIES = (
    f"{_DECLARATION}<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title/></cp:coreProperties>'
)
APPLICATION = (
    f"{_DECLARATION}<Properties"
    ' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Triptych</Application></Properties>"
)

_PRESENTATION_TYPE = _OFFICE_TYPE + "presentationml.presentation.main+xml"
_TEMPLATE_TYPE = _OFFICE_TYPE + "presentationml.template.main+xml"
_CONTENT_TYPES = {
    "ppt/presentation.xml": _PRESENTATION_TYPE,
    "ppt/slideMasters/": _OFFICE_TYPE + "presentationml.slideMaster+xml",
    "ppt/slideLayouts/": _OFFICE_TYPE + "presentationml.slideLayout+xml",
    "ppt/notesMasters/": _OFFICE_TYPE + "presentationml.notesMaster+xml",
    "ppt/handoutMasters/": _OFFICE_TYPE + "presentationml.handoutMaster+xml",
    "ppt/theme/": _OFFICE_TYPE + "theme+xml",
    "ppt/tableStyles.xml": _OFFICE_TYPE + "presentationml.tableStyles+xml",
    "ppt/presProps.xml": _OFFICE_TYPE + "presentationml.presProps+xml",
    "ppt/viewProps.xml": _OFFICE_TYPE + "presentationml.viewProps+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": _OFFICE_TYPE + "extended-properties+xml",
}


_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml"}


def _render_content_types(parts: dict[str, str], files: list[str]) -> str:
    """Render ``[Content_Types].xml`` (ECMA-376 Part 2, 10.1.2.2)."""
    endings = (file.rpartition(".")[2] for file in files)
    media = "".join(f'<Default Extension="{e}" ContentType="{_MEDIA_TYPES[e]}"/>' for e in endings)
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>'
        for part in parts
        for prefix, kind in _CONTENT_TYPES.items()
        if part.startswith(prefix)
    )
    return (
        f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{media}{overrides}</Types>'
    )


def _list_relationships(media: list[str]) -> dict[str, str]:
    """Return all .rels parts by name.

    Relationship ids count from 1, in list order. ``media`` are the names of the logo's parts.
    """
    logo = [(f"{OFFICE}/image", file.replace("ppt/", "../")) for file in media]
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    files = [f"../slideLayouts/slideLayout{number}.xml" for number in range(1, len(LAYOUTS) + 1)]
    master = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
    parts = {
        "_rels/.rels": _render_relationships(
            (f"{OFFICE}/officeDocument", "ppt/presentation.xml"),
            (core, "docProps/core.xml"),
            (f"{OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "ppt/_rels/presentation.xml.rels": _render_relationships(
            (f"{OFFICE}/slideMaster", "slideMasters/slideMaster1.xml"),
            (f"{OFFICE}/notesMaster", "notesMasters/notesMaster1.xml"),
            (f"{OFFICE}/presProps", "presProps.xml"),
            (f"{OFFICE}/viewProps", "viewProps.xml"),
            (f"{OFFICE}/theme", "theme/theme1.xml"),
            (f"{OFFICE}/tableStyles", "tableStyles.xml"),
            (f"{OFFICE}/handoutMaster", "handoutMasters/handoutMaster1.xml"),
        ),
        master: _render_relationships(
            *((f"{OFFICE}/slideLayout", file) for file in files),
            (f"{OFFICE}/theme", "../theme/theme1.xml"),
            *logo,
        ),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": _render_relationships(
            (f"{OFFICE}/theme", "../theme/theme2.xml")
        ),
        "ppt/handoutMasters/_rels/handoutMaster1.xml.rels": _render_relationships(
            (f"{OFFICE}/theme", "../theme/theme3.xml")
        ),
    }
    for number in range(1, len(LAYOUTS) + 1):
        parts[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = _render_relationships(
            (f"{OFFICE}/slideMaster", "../slideMasters/slideMaster1.xml"), *logo
        )
    return parts


def _render_relationships(*targets: tuple[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_DECLARATION}<Relationships xmlns="{namespace}">{items}</Relationships>'


_DPI = 220
_TYPES = frozenset(("image/png", "image/jpeg"))


def prepare_logo(picture: Picture, alt: str, context: BuildContext, colours: Colours) -> Logo:
    """Prepare a logo as a raster image, and also as SVG for programs that support it."""
    dots = PictureTarget(
        width=MAX_LOGO_SIDE,
        wide=MAX_LOGO_SIDE,
        height=MAX_LOGO_SIDE,
        dpi=_DPI,
        media_types=_TYPES,
        in_dots=True,
    )
    light_logo = context.prepare_logo(picture, dots)
    drawing = (
        context.prepare_logo(picture, replace(dots, in_dots=False))
        if picture.media_type == SVG_MEDIA_TYPE
        else None
    )
    night = is_dark(colours)
    deep_colour = colours.panel if night else colours.dark
    light = colours.foreground if night else colours.background
    return Logo(
        data=light_logo.data,
        media_type=light_logo.media_type,
        svg=drawing.data if drawing and drawing.media_type == SVG_MEDIA_TYPE else b"",
        alt=alt,
        size=fit_logo(picture, 1, 1),
        plate=context.choose_logo_plate(picture, colours.background, light, deep_colour),
        deep_plate=context.choose_logo_plate(picture, deep_colour, light, colours.background),
    )


Variation: TypeAlias = Literal["light", "dark", "high-contrast"]

_LIGHTNESS_STEPS = 50  # number of steps from the lightness of a colour to black or white
_BLACK, _WHITE = "000000", "ffffff"
_BLACK_FRACTION = 0.45  # fraction of black mixed into the theme's dark colour for dark backgrounds


def vary_theme(theme: Theme, variation: Variation) -> Theme:
    """Return the theme in the colours of a variation, or the theme itself for "light".

    In the dark variation, the ``dark`` colour of the theme becomes ``panel``, and ``background`` is darker.
    """
    if variation == "dark":
        return replace(theme, colours=_make_dark_colours(theme.colours))
    return (
        replace(theme, colours=_make_high_contrast_colours(theme.colours))
        if variation == "high-contrast"
        else theme
    )


def is_dark(colours: Colours) -> bool:
    """Return whether text is lighter than the background."""
    return compute_contrast_ratio(colours.background, _BLACK) < compute_contrast_ratio(
        colours.background, _WHITE
    )


def _make_dark_colours(colours: Colours) -> Colours:
    ink, paper, panel = colours.background, mix_colours(colours.dark, _BLACK, _BLACK_FRACTION), colours.dark

    def text(colour: str, min_contrast: float = READABLE_CONTRAST) -> str:
        return _step_lightness(colour, 1.0, (paper, panel), min_contrast)

    return replace(
        _change_code_colours(colours, text),
        foreground=ink,
        background=paper,
        panel=panel,
        dark=colours.panel,
        muted=text(colours.muted),
        rule=mix_colours(paper, ink, 0.3),
        accent=text(colours.accent),
        link=text(colours.link),
        highlight=mix_colours(colours.accent, paper, 0.6),
        code_highlight=mix_colours(colours.accent, paper, 0.7),
        # Code highlighting also uses these colours.
        series=separate_colours_in_grey(tuple(map(text, colours.series)), (paper, panel), READABLE_CONTRAST),
    )


def _make_high_contrast_colours(colours: Colours) -> Colours:
    paper, panel = _WHITE, mix_colours(_WHITE, _BLACK, 0.05)

    def text(colour: str, min_contrast: float = ENHANCED_CONTRAST) -> str:
        return _step_lightness(colour, 0.0, (paper, panel), min_contrast)

    return replace(
        _change_code_colours(colours, text),
        foreground=_BLACK,
        background=paper,
        panel=panel,
        dark=text(colours.dark, 15),
        muted=_BLACK,
        rule=text(colours.rule, VISIBLE_CONTRAST),
        accent=text(colours.accent),
        link=text(colours.link),
        series=separate_colours_in_grey(tuple(map(text, colours.series)), (paper, panel), ENHANCED_CONTRAST),
    )


class _ColourAdjuster(Protocol):
    """A function that lightens or darkens a colour until its contrast is at least ``min_contrast``."""

    def __call__(self, colour: str, min_contrast: float = ...) -> str: ...


def _change_code_colours(colours: Colours, adjust_colour: _ColourAdjuster) -> Colours:
    return replace(
        colours,
        keyword=adjust_colour(colours.keyword),
        string=adjust_colour(colours.string),
        comment=adjust_colour(colours.comment),
        number=adjust_colour(colours.number),
    )


def _step_lightness(colour: str, target: float, backgrounds: tuple[str, ...], min_contrast: float) -> str:
    """Lighten or darken a colour until it has sufficient contrast with all backgrounds.

    ``target`` is 1 to lighten the colour and 0 to darken it. Return white or black if no other colour has the
    contrast ``min_contrast``.
    """
    hue, start, saturation = colorsys.rgb_to_hls(*(value / 255 for value in parse_rgb(colour)))
    tint = colour
    for step in range(_LIGHTNESS_STEPS + 1):
        lightness = start + (target - start) * step / _LIGHTNESS_STEPS
        shares = colorsys.hls_to_rgb(hue, lightness, saturation)
        tint = "".join(f"{round(channel * 255):02x}" for channel in shares)
        if find_lowest_contrast(tint, backgrounds) >= min_contrast:
            break
    return tint
