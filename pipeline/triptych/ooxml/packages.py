"""Read the relationships and content types of a package (ECMA-376 Part 2, 9.3 and 10.1.2)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triptych.ooxml.xml import OFFICE

_ENDING = ".rels"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of a part or of the package.

    ``target`` is a part name, or a URL if ``is_external`` is true. ``type`` is the URI of the relationship
    type.
    """

    target: str
    type: str
    is_external: bool


def read_relationships(tree: Any, source: str) -> dict[str, Relationship]:
    """Return the relationships of the part ``source``, or of the package (""), by relationship id."""
    return {item.get("Id", ""): _read_relationship(source, item) for item in tree.iter("{*}Relationship")}


def find_source_part(relationships_name: str) -> str:
    """Return the name of the part that a .rels part belongs to, or "" for the package."""
    folder, file = posixpath.split(relationships_name)
    return posixpath.join(posixpath.dirname(folder), file.removesuffix(_ENDING))


def get_relationships_name(part: str) -> str:
    """Return the name of a part's .rels part."""
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{file}{_ENDING}")


def _read_relationship(source: str, item: Any) -> Relationship:
    target = item.get("Target", "").split("#")[0]
    external = item.get("TargetMode") == "External"
    if not external:
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
    return Relationship(target, item.get("Type", ""), external)


_MAIN = "application/vnd.openxmlformats-officedocument"
_CONTENT_TYPES: Mapping[str, str] = {
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


def read_content_types(tree: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Read ``[Content_Types].xml``.

    Return the overrides by part name, and the default content types by lower-case extension.
    """
    names = ((i.get("PartName", ""), i.get("ContentType", "")) for i in tree)
    overrides = {name[1:]: kind for name, kind in names if name.startswith("/")}
    defaults = {i.get("Extension").lower(): i.get("ContentType", "") for i in tree if i.get("Extension")}
    return overrides, defaults


def get_extension(part: str) -> str:
    """Return the lower-case extension of a part name."""
    return part.rsplit(".", 1)[-1].lower()


def find_mismatched_types(
    tree: Any, relationships: Mapping[str, Mapping[str, Relationship]]
) -> Iterator[tuple[str, str, str]]:
    """Yield the parts whose content type does not match the type of a relationship to them.

    Each item is the part name, the relationship type without its base URI, and the content type.
    """
    overrides, defaults = read_content_types(tree)
    kinds = {
        item.target: item.type.removeprefix(f"{OFFICE}/")
        for part_relations in relationships.values()
        for item in part_relations.values()
        if not item.is_external
    }
    for part, kind in kinds.items():
        content_type = overrides.get(part, defaults.get(get_extension(part), ""))
        if content_type and not content_type.startswith(_CONTENT_TYPES.get(kind, "")):
            yield part, kind, content_type
