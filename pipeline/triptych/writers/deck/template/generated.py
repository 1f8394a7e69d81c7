"""The deck's template, made from the theme: a presentation without slides, as bytes.

Looks live in ``templates/deck/*.xml.j2``; this module knows only which parts a presentation has
(ECMA-376 Part 1, clause 13) and how they point to each other.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triptych.bundled_files import templates_folder
from triptych.engine.archives import Member, archived
from triptych.languages.customs import direction
from triptych.ooxml.names import NAMESPACES, OFFICE
from triptych.ooxml.values import EMU_PER_POINT
from triptych.theme.compiled_templates import CompiledTemplates
from triptych.theme.theme import Theme
from triptych.theme.theme_file import Colours
from triptych.writers.deck.slides import Layout
from triptych.writers.deck.template.palette import ACCENTS, Tint, as_tint, on_deep
from triptych.writers.deck.template.variations import is_dark

# Layout files in the order of the layout menu.
LAYOUTS = (*map(str, Layout), "title-only", "blank")

TABLE_STYLE = f"{{{uuid.uuid5(uuid.NAMESPACE_URL, 'triptych:table-style')}}}".upper()

_OUTLINE = 0.75  # of the way to white, around slides on notes pages, which are dark on light
_EPOCH = dt.datetime(1980, 1, 1)
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# The colours of tables: slots of the scheme, and a token.
_HOUSE_TABLES = {"ink": "tx1", "deep": "tx2", "panel": "bg2", "rule": "rule"}


def table_styles(theme: Theme, colours: Mapping[str, str], rule: Tint) -> bytes:
    """The part with the house table style in other colours: slots for ``ink``, ``deep`` and ``panel``, of
    which the last may be "", and a tint for the lines between rows.
    """
    names = {"theme": theme, "tokens": {"rule": rule}, "style": {**colours, "rule": "rule"}, "rtl": False}
    template = _environment().get_template("table-styles.xml.j2")
    return template.render(names, table_style=TABLE_STYLE).strip().encode()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder() / "deck"),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=CompiledTemplates(),
    )
    environment.filters["emu"] = lambda points: round(points * EMU_PER_POINT)
    environment.filters["hundredths"] = lambda value: round(value * 100)
    return environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A publisher's mark: its dots, its drawing or b"", and its proportions in a square of one.

    ``plate`` and ``deep_plate`` are colours to lay behind it on light and on deep ground, or "".
    """

    data: bytes
    media_type: str
    svg: bytes
    alt: str
    size: tuple[float, float]
    plate: str
    deep_plate: str

    def within(self, right: float, top: float, width: float, height: float) -> tuple[float, ...]:
        """Its box at the right and in the middle of a place: left, top, width, height in points."""
        scale = min(width / self.size[0], height / self.size[1])
        wide, high = self.size[0] * scale, self.size[1] * scale
        return right - wide, top + (height - high) / 2, wide, high

    @property
    def files(self) -> dict[str, bytes]:
        """Its parts in the package, that of the dots first."""
        name = "ppt/media/logo." + ("png" if self.media_type == "image/png" else "jpeg")
        return {name: self.data, **({"ppt/media/logo.svg": self.svg} if self.svg else {})}


@cache
def build_template(
    theme: Theme, language: str = "en", logo: Logo | None = None, *, potx: bool = False
) -> bytes:
    """Return a presentation with one master, its layouts, a notes master and the house table style.

    The same arguments give the same bytes. The language sets the reading direction and the fonts of its
    script. ``potx`` marks the file as a PowerPoint template: PowerPoint opens a copy of it.
    """
    parts = _rendered(theme, language, logo)
    if potx:
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(_PRESENTATION_TYPE, _TEMPLATE_TYPE)
    encoded = {name: text.encode() for name, text in parts.items()}
    files = {**encoded, **(logo.files if logo else {})}
    return archived(((name, Member.of(name, content)) for name, content in files.items()), _EPOCH)


def _rendered(theme: Theme, language: str, logo: Logo | None) -> dict[str, str]:
    environment = _environment()
    night = is_dark(theme.colours)
    accents = [*theme.colours.series, *([theme.colours.accent] * 6)][:6]
    names = {
        "style": _HOUSE_TABLES,
        "theme": theme,
        "tokens": _tokens(theme.colours, accents, night=night),
        "accents": accents,
        "night": night,
        "layouts": LAYOUTS,
        "rtl": direction(language) == "rtl",
        "own": theme.script_of(language),
        "logo": logo,
    }

    def render(name: str, before: int = 1) -> str:
        """A part that has a number of relationships before those of the logo."""
        more = {"table_style": TABLE_STYLE, "logo_relations": [f"rId{before + 1}", f"rId{before + 2}"]}
        return environment.get_template(f"{name}.xml.j2").render(names, **more)

    parts = {
        "ppt/presentation.xml": render("presentation"),
        "ppt/slideMasters/slideMaster1.xml": render("master", len(LAYOUTS) + 1),
        "ppt/notesMasters/notesMaster1.xml": render("notes-master"),
        "ppt/theme/theme1.xml": render("theme"),
        "ppt/theme/theme2.xml": render("theme"),  # a master may not share its theme
        "ppt/tableStyles.xml": render("table-styles"),
        "ppt/presProps.xml": empty_part("presentationPr"),
        "ppt/viewProps.xml": empty_part("viewPr"),
        "docProps/core.xml": _CORE_PROPERTIES,
        "docProps/app.xml": APPLICATION,
    }
    for number, layout in enumerate(LAYOUTS, 1):
        parts[f"ppt/slideLayouts/slideLayout{number}.xml"] = render(f"layouts/{layout}")
    files = list(logo.files) if logo else []
    return {"[Content_Types].xml": _content_types(parts, files), **_all_relationships(files), **parts}


def _tokens(colours: Colours, accents: Sequence[str], *, night: bool) -> dict[str, Tint]:
    """The theme's colours without a slot, as tints of those that have one: whoever changes the scheme of a
    deck changes them too.
    """
    inks = {"tx1": colours.foreground, "bg1": colours.background, "tx2": colours.dark, "bg2": colours.panel}
    grounds = (colours.background, colours.panel)
    deep, text = (colours.panel, colours.foreground) if night else (colours.dark, colours.background)
    like = as_tint(colours.accent, dict(zip(ACCENTS, accents, strict=True)), grounds).slot
    accent = accents[ACCENTS.index(like)]
    return {
        "muted": as_tint(colours.muted, inks, grounds),
        "rule": as_tint(colours.rule, inks, grounds),
        "outline": Tint("tx1", _OUTLINE),
        "on_deep": as_tint(on_deep(colours.accent, deep, text), {like: accent}, (deep,)),
    }


def empty_part(element: str) -> str:
    """A part of the presentation that says nothing."""
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
    "ppt/theme/": _OFFICE_TYPE + "theme+xml",
    "ppt/tableStyles.xml": _OFFICE_TYPE + "presentationml.tableStyles+xml",
    "ppt/presProps.xml": _OFFICE_TYPE + "presentationml.presProps+xml",
    "ppt/viewProps.xml": _OFFICE_TYPE + "presentationml.viewProps+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": _OFFICE_TYPE + "extended-properties+xml",
}


_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml"}


def _content_types(parts: dict[str, str], files: list[str]) -> str:
    """``[Content_Types].xml`` (ECMA-376 Part 2, 10.1.2.2)."""
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


def _all_relationships(media: list[str]) -> dict[str, str]:
    """Who points to whom; ids count from 1 in the order given. ``media`` are the files of a logo."""
    logo = [(f"{OFFICE}/image", file.replace("ppt/", "../")) for file in media]
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    files = [f"../slideLayouts/slideLayout{number}.xml" for number in range(1, len(LAYOUTS) + 1)]
    master = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
    parts = {
        "_rels/.rels": _relationships(
            (f"{OFFICE}/officeDocument", "ppt/presentation.xml"),
            (core, "docProps/core.xml"),
            (f"{OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "ppt/_rels/presentation.xml.rels": _relationships(
            (f"{OFFICE}/slideMaster", "slideMasters/slideMaster1.xml"),
            (f"{OFFICE}/notesMaster", "notesMasters/notesMaster1.xml"),
            (f"{OFFICE}/presProps", "presProps.xml"),
            (f"{OFFICE}/viewProps", "viewProps.xml"),
            (f"{OFFICE}/theme", "theme/theme1.xml"),
            (f"{OFFICE}/tableStyles", "tableStyles.xml"),
        ),
        master: _relationships(
            *((f"{OFFICE}/slideLayout", file) for file in files),
            (f"{OFFICE}/theme", "../theme/theme1.xml"),
            *logo,
        ),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": _relationships(
            (f"{OFFICE}/theme", "../theme/theme2.xml")
        ),
    }
    for number in range(1, len(LAYOUTS) + 1):
        parts[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = _relationships(
            (f"{OFFICE}/slideMaster", "../slideMasters/slideMaster1.xml"), *logo
        )
    return parts


def _relationships(*targets: tuple[str, str]) -> str:
    """A relationships part (ECMA-376 Part 2, 9.3)."""
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_DECLARATION}<Relationships xmlns="{namespace}">{items}</Relationships>'
