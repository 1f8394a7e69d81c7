"""What the parts of a package are, and what they are by the relationships that lead to them (ECMA-376 Part 2,
10.1.2; Part 1, 13.3 and 14.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triptych.ooxml.names import OFFICE
from triptych.ooxml.relationships import Relation

_MAIN = "application/vnd.openxmlformats-officedocument"
_OF_KINDS: Mapping[str, str] = {
    "slide": f"{_MAIN}.presentationml.slide+xml",
    "slideLayout": f"{_MAIN}.presentationml.slideLayout+xml",
    "slideMaster": f"{_MAIN}.presentationml.slideMaster+xml",
    "notesSlide": f"{_MAIN}.presentationml.notesSlide+xml",
    "notesMaster": f"{_MAIN}.presentationml.notesMaster+xml",
    "theme": f"{_MAIN}.theme+xml",
    "chart": f"{_MAIN}.drawingml.chart+xml",
    "chartUserShapes": f"{_MAIN}.drawingml.chartshapes+xml",
    "tableStyles": f"{_MAIN}.presentationml.tableStyles+xml",
    "image": "image/",
    "font": "application/x-font",
}


def types_in(tree: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The list of a package → content types by part, and by the ending of a name in small letters."""
    names = ((i.get("PartName", ""), i.get("ContentType", "")) for i in tree)
    overrides = {name[1:]: kind for name, kind in names if name.startswith("/")}
    defaults = {i.get("Extension").lower(): i.get("ContentType", "") for i in tree if i.get("Extension")}
    return overrides, defaults


def ending(part: str) -> str:
    """The ending of a part's name, as the list has it."""
    return part.rsplit(".", 1)[-1].lower()


def wrong_types(tree: Any, relations: Mapping[str, Mapping[str, Relation]]) -> Iterator[tuple[str, str, str]]:
    """The list of a package and the relationships of its parts → those with the type of another kind: part,
    kind, type.
    """
    overrides, defaults = types_in(tree)
    kinds = {
        item.target: item.kind.removeprefix(f"{OFFICE}/")
        for own in relations.values()
        for item in own.values()
        if not item.external
    }
    for part, kind in kinds.items():
        content_type = overrides.get(part, defaults.get(ending(part), ""))
        if content_type and not content_type.startswith(_OF_KINDS.get(kind, "")):
            yield part, kind, content_type
