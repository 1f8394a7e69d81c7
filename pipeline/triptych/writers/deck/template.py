"""The deck's template, made from the theme: a presentation without slides, as bytes.

Looks live in ``templates/deck/*.xml.j2``; this module knows only which parts a presentation has
(ECMA-376 Part 1, clause 13) and how they point to each other.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triptych.languages import direction
from triptych.theme import Theme, templates_folder
from triptych.writers.deck.palette import on_deep
from triptych.writers.deck.variations import is_dark

# Layout files in the order of the layout menu.
LAYOUTS = (
    "title",
    "divider",
    "bullets",
    "columns",
    "chart",
    "table",
    "picture",
    "quote",
    "code",
    "equation",
    "callout",
    "numbers",
    "timeline",
    "comparison",
    "full-picture",
    "closing",
    "title-only",
    "blank",
)

TABLE_STYLE = f"{{{uuid.uuid5(uuid.NAMESPACE_URL, 'triptych:table-style')}}}".upper()

EMU_PER_POINT = 12_700
_EPOCH = (1980, 1, 1, 0, 0, 0)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# The colours of tables: slots of the scheme, and a token.
_HOUSE_TABLES = {"ink": "tx1", "deep": "tx2", "panel": "bg2", "rule": "rule"}


def table_styles(theme: Theme, colours: Mapping[str, str], rule: str) -> bytes:
    """The part with the house table style in other colours: slots for ``ink``, ``deep`` and ``panel``, of
    which the last may be "", and six hexadecimal digits for the lines between rows.
    """
    names = {"theme": theme, "tokens": {"rule": rule}, "style": {**colours, "rule": "rule"}, "rtl": False}
    template = _environment().get_template("table-styles.xml.j2")
    return template.render(names, table_style=TABLE_STYLE).strip().encode()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder() / "deck"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["emu"] = lambda points: round(points * EMU_PER_POINT)
    environment.filters["hundredths"] = lambda value: round(value * 100)
    return environment


@cache
def build_template(theme: Theme, language: str = "en") -> bytes:
    """A presentation with one master, eighteen layouts, a notes master and the house table style.

    The same theme and language give the same bytes. Of the language the template takes the direction of
    reading and the faces of its script.
    """
    parts = _rendered(theme, language)
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as package:
            for name, text in parts.items():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, text)
        return buffer.getvalue()


def _rendered(theme: Theme, language: str) -> dict[str, str]:
    environment = _environment()
    colours, night = theme.colours, is_dark(theme.colours)
    ground, text = (colours.panel, colours.ink) if night else (colours.deep, colours.paper)
    tokens = {
        "muted": colours.muted,
        "rule": colours.rule,
        "on_deep": on_deep(colours.accent, ground, text),
    }
    accents = [*colours.series, *([colours.accent] * 6)][:6]
    names = {
        "style": _HOUSE_TABLES,
        "theme": theme,
        "tokens": tokens,
        "accents": accents,
        "night": night,
        "layouts": LAYOUTS,
        "rtl": direction(language) == "rtl",
        "own": theme.script_of(language),
    }

    def render(name: str) -> str:
        return environment.get_template(f"{name}.xml.j2").render(names, table_style=TABLE_STYLE)

    parts = {
        "ppt/presentation.xml": render("presentation"),
        "ppt/slideMasters/slideMaster1.xml": render("master"),
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
    return {"[Content_Types].xml": _content_types(parts), **_all_relationships(), **parts}


def empty_part(element: str) -> str:
    """A part of the presentation that says nothing."""
    namespace = "http://schemas.openxmlformats.org/presentationml/2006/main"
    return f'{_DECLARATION}<p:{element} xmlns:p="{namespace}"/>'


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

_CONTENT_TYPES = {
    "ppt/presentation.xml": _OFFICE_TYPE + "presentationml.presentation.main+xml",
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


def _content_types(parts: dict[str, str]) -> str:
    """``[Content_Types].xml`` (ECMA-376 Part 2, 10.1.2.2)."""
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>'
        for part in parts
        for prefix, kind in _CONTENT_TYPES.items()
        if part.startswith(prefix)
    )
    return (
        f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _all_relationships() -> dict[str, str]:
    """Who points to whom; ids count from 1 in the order given."""
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    files = [f"../slideLayouts/slideLayout{number}.xml" for number in range(1, len(LAYOUTS) + 1)]
    master = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
    parts = {
        "_rels/.rels": _relationships(
            (_OFFICE + "officeDocument", "ppt/presentation.xml"),
            (core, "docProps/core.xml"),
            (_OFFICE + "extended-properties", "docProps/app.xml"),
        ),
        "ppt/_rels/presentation.xml.rels": _relationships(
            (_OFFICE + "slideMaster", "slideMasters/slideMaster1.xml"),
            (_OFFICE + "notesMaster", "notesMasters/notesMaster1.xml"),
            (_OFFICE + "presProps", "presProps.xml"),
            (_OFFICE + "viewProps", "viewProps.xml"),
            (_OFFICE + "theme", "theme/theme1.xml"),
            (_OFFICE + "tableStyles", "tableStyles.xml"),
        ),
        master: _relationships(
            *((_OFFICE + "slideLayout", file) for file in files), (_OFFICE + "theme", "../theme/theme1.xml")
        ),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": _relationships(
            (_OFFICE + "theme", "../theme/theme2.xml")
        ),
    }
    for number in range(1, len(LAYOUTS) + 1):
        parts[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = _relationships(
            (_OFFICE + "slideMaster", "../slideMasters/slideMaster1.xml")
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
