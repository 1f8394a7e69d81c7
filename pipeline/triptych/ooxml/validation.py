"""Validate the numbers, colours and relationships in a template's parts.

ECMA-376 Part 1 defines the values in 19.7, 20.1.10 and 22.9. Code that reads templates relies on valid values
and does not check them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from triptych.ooxml.packages import Relationship
from triptych.ooxml.xml import OFFICE, A, P, R

_INCH = 914_400
_MAX_LENGTH = 10_000_000_000  # EMU
_ROOTS = {
    "officeDocument": f"{P}presentation",
    "slideMaster": f"{P}sldMaster",
    "slideLayout": f"{P}sldLayout",
    "theme": f"{A}theme",
}
"""The root element of a relationship's target, by the kind of the relationship."""
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)")
_REQUIRED = {f"{P}presentation": "slideMaster", f"{P}sldMaster": "theme", f"{P}sldLayout": "slideMaster"}
_PARTS_WITH_SHAPES = (f"{P}sldMaster", f"{P}sldLayout")
_LISTS = {
    f"{P}presentation": (f"{P}sldMasterId", "slideMaster"),
    f"{P}sldMaster": (f"{P}sldLayoutId", "slideLayout"),
}
"""The elements that refer to other parts, with the kind of relationship."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_PERCENTAGE = re.compile(r"[-+]?[0-9]{1,9}|[-+]?[0-9]{1,6}(\.[0-9]{1,9})?%")
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_Range = tuple[int, int]
_LENGTH, _POSITION, _COUNT = (0, _MAX_LENGTH), (-_MAX_LENGTH, _MAX_LENGTH), (0, 2**32 - 1)
_ROTATION: dict[str, _Range] = {"rot": _POSITION}
_INSETS = dict.fromkeys(("lIns", "tIns", "rIns", "bIns"), _POSITION)
_PARAGRAPH: dict[str, _Range] = {"marL": _LENGTH, "indent": _POSITION, "lvl": (0, 8)}
_RUN: dict[str, _Range] = {"sz": (100, 400_000), "spc": (-400_000, 400_000)}
_NUMBERS: Mapping[str, Mapping[str, _Range]] = {
    f"{P}sldSz": dict.fromkeys(("cx", "cy"), (_INCH, 56 * _INCH)),
    f"{P}ph": {"idx": _COUNT},
    f"{P}cNvPr": {"id": _COUNT},
    f"{P}sldMasterId": {"id": _COUNT},
    f"{P}sldLayoutId": {"id": _COUNT},
    f"{P}bgRef": {"idx": _COUNT},
    f"{A}off": {"x": _POSITION, "y": _POSITION},
    f"{A}ext": {"cx": _LENGTH, "cy": _LENGTH},
    f"{A}chOff": {"x": _POSITION, "y": _POSITION},
    f"{A}chExt": {"cx": _LENGTH, "cy": _LENGTH},
    f"{A}xfrm": _ROTATION,
    f"{P}xfrm": _ROTATION,
    f"{A}bodyPr": {**_INSETS, "rot": _POSITION, "numCol": (1, 16), "spcCol": _LENGTH},
    **dict.fromkeys((f"{A}{name}" for name in ("rPr", "defRPr", "endParaRPr")), _RUN),
    **dict.fromkeys(
        (f"{A}{name}" for name in ("pPr", "defPPr", *(f"lvl{n}pPr" for n in range(1, 10)))), _PARAGRAPH
    ),
    f"{A}spcPts": {"val": (0, 158_400)},
    f"{A}hue": {"val": _POSITION},
    f"{A}hueOff": {"val": _POSITION},
    f"{A}hslClr": {"hue": _POSITION},
}
_REQUIRED_FIRST_CHILDREN = {
    f"{P}sp": "nvSpPr",
    f"{P}pic": "nvPicPr",
    f"{P}cxnSp": "nvCxnSpPr",
    f"{P}grpSp": "nvGrpSpPr",
    f"{P}graphicFrame": "nvGraphicFramePr",
}
"""The first child of a shape, which has its id and name."""
_REQUIRED_NUMBERS = (f"{P}sldSz", f"{A}off", f"{A}ext", f"{A}chOff", f"{A}chExt", f"{A}spcPts")
_CHANGES = re.compile(rf"{re.escape(A)}(tint|shade|(alpha|sat|lum|red|green|blue)(Mod|Off)?|hueMod)")
_PERCENTAGES = {f"{A}spcPct": ("val",), f"{A}scrgbClr": ("r", "g", "b"), f"{A}hslClr": ("sat", "lum")}
_COLOURS = {f"{A}srgbClr": ("val",), f"{A}sysClr": ("lastClr",)}
SLOTS = tuple(
    "bg1 tx1 bg2 tx2 dk1 lt1 dk2 lt2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink "
    "phClr".split()
)
"""The names of theme colours (ECMA-376 Part 1, 20.1.10.54)."""
_SLOT = re.compile("|".join(SLOTS))
_PLACEHOLDER = {
    "type": re.compile(
        "title|body|ctrTitle|subTitle|dt|sldNum|ftr|hdr|obj|chart|tbl|clipArt|dgm|media|sldImg|pic"
    ),
    "orient": re.compile("horz|vert"),
    "sz": re.compile("full|half|quarter"),
}
"""The valid attributes of a placeholder (ECMA-376 Part 1, 19.7.10, 19.7.2 and 19.7.9)."""


def declares_entities(content: bytes) -> bool:
    """Return whether a part has a DOCTYPE or ENTITY declaration, since entities can expand without limit."""
    return _DECLARES.search(content.replace(b"\0", b"")) is not None  # UTF-16 contains null bytes


def is_template_part(tree: Any) -> bool:
    """Return whether a part is a presentation, master, layout or theme."""
    return tree.tag in _ROOTS.values()


def find_invalid_value(tree: Any) -> str:
    """Return a message about the first invalid number or colour in a part, or "" if all are valid."""
    return next((text for element in tree.iter() for text in _iter_invalid_values(element)), "")


def _iter_invalid_values(element: Any) -> Iterator[str]:
    tag = element.tag
    if not isinstance(tag, str) or element.get("uri"):
        return  # the a:ext of an extension has no size
    if first_child := _REQUIRED_FIRST_CHILDREN.get(tag):
        first = next(element.iterchildren("*"), None)
        if first is None or first.tag != f"{P}{first_child}" or first.find(f"{P}cNvPr") is None:
            yield f"the first child of {tag.rpartition('}')[2]} is not {first_child}"
    for name, (minimum, maximum) in _NUMBERS.get(tag, {}).items():
        value = element.get(name)
        if value is None and tag not in _REQUIRED_NUMBERS:
            continue
        if not _INTEGER.fullmatch(value or "") or not minimum <= int(value) <= maximum:
            yield _describe_invalid_value(tag, name, value, f"a whole number from {minimum} to {maximum}")
    percentages = ("val",) if _CHANGES.fullmatch(tag) else _PERCENTAGES.get(tag, ())
    colours, slots = _COLOURS.get(tag, ()), ("val",) if tag == f"{A}schemeClr" else ()
    for names, form, noun in (
        (percentages, _PERCENTAGE, "a percentage"),
        (colours, _HEX, "a colour"),
        (slots, _SLOT, "a theme colour"),
    ):
        for name in names:
            value = element.get(name)
            if not form.fullmatch(value or "") and (value is not None or name == "val"):
                yield _describe_invalid_value(tag, name, value, noun)
    for name, form in _PLACEHOLDER.items() if tag == f"{P}ph" else ():
        if not form.fullmatch(value := element.get(name, form.pattern.partition("|")[0])):
            yield _describe_invalid_value(tag, name, value, "a valid value for placeholders")


def _describe_invalid_value(tag: str, name: str, value: str | None, expected: str) -> str:
    local = tag.rpartition("}")[2]
    return f'{name}="{(value or "")[:40]}" in the element {local} is not {expected}'


def find_invalid_parts(
    roots: Mapping[str, Any], relationships: Mapping[str, Mapping[str, Relationship]]
) -> Iterator[tuple[str, str]]:
    """Yield the name and the fault of each invalid part of a template. The name of the package is "".

    ``roots`` maps part names to XML roots, and ``relationships`` maps them to relationships by id.
    """
    if [_get_relationship_type(relation) for relation in relationships.get("", {}).values()].count(
        "officeDocument"
    ) != 1:
        yield "", "does not point to exactly one presentation"
    for source, part_relations in relationships.items():
        for relation in part_relations.values() if source in roots or not source else ():
            root_tag, target = _ROOTS.get(_get_relationship_type(relation)), roots.get(relation.target)
            if root_tag and (target is None or target.tag != root_tag):
                yield (
                    source,
                    f'points to "{relation.target[:80]}", which is not a valid '
                    f"{_get_relationship_type(relation)}",
                )
    for name, tree in roots.items():
        if tree.tag == _ROOTS["officeDocument"] and tree.find(f"{P}sldSz") is None:
            yield name, "does not define the slide size"
        if tree.tag in _PARTS_WITH_SHAPES and tree.find(f"{P}cSld/{P}spTree") is None:
            yield name, "has no shape tree"
        part_relations = relationships.get(name, {})
        required = _REQUIRED.get(tree.tag)
        if required and required not in map(_get_relationship_type, part_relations.values()):
            yield name, f"does not refer to a {required}"
        item, kind = _LISTS.get(tree.tag, ("-", ""))
        listed_ids = [element.get(f"{R}id", "") for element in tree.iter(item)]
        if tree.tag == _ROOTS["officeDocument"] and not listed_ids:
            yield name, f"lists no {kind}"
        for number in listed_ids:
            if number not in part_relations or _get_relationship_type(part_relations[number]) != kind:
                yield name, f'lists the undefined {kind} "{number[:40]}"'


def _get_relationship_type(relation: Relationship) -> str:
    base, _, kind = relation.type.rpartition("/")
    return kind if base == OFFICE else ""
