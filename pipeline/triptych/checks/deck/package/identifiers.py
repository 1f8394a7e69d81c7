"""Identifiers that must be there once, and what names them: slides, layouts, shapes, sections, steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeVar

from triptych.checks.alternatives import as_newest, as_oldest
from triptych.checks.deck.package.package import Fault, Package
from triptych.ooxml.xml import P14, PRESENTATION, P

T = TypeVar("T", bound=Hashable)

_SLIDE_IDS = range(256, 2**31)  # ECMA-376 Part 1, 19.7.13
_MASTER_IDS = range(2**31, 2**32)  # 19.7.15
_SHAPE_IDS = range(2**32)  # 20.1.10.21
_GUID = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")


def slide_ids(package: Package) -> Iterator[Fault]:
    """Ids of slides: once each, and in their range; slides that are listed twice."""
    slides = list(package.trees[PRESENTATION].iterfind(f"{P}sldIdLst/{P}sldId"))
    identifiers = [item.get("id", "") for item in slides]
    for wrong in _wrong("slide id", identifiers, _SLIDE_IDS):
        yield Fault("presentation", wrong)
    for part in _repeated(slide.part for slide in package.slides):
        yield Fault("presentation", f"the slide {part} is listed twice")


def master_ids(package: Package) -> Iterator[Fault]:
    """Ids of masters and layouts, which share one range."""
    found = [
        item.get("id", "")
        for name in (PRESENTATION, *package.under("slideMasters"))
        for item in package.trees[name].iter(f"{P}sldMasterId", f"{P}sldLayoutId")
    ]
    for wrong in _wrong("master or layout id", found, _MASTER_IDS, may_lack=True):
        yield Fault("masters", wrong)


def shape_ids(name: str, tree: Any) -> Iterator[str]:
    """Ids of shapes and places of a slide, as new and as old programs see it, and steps that name them."""
    if not name.startswith("ppt/slides/"):
        yield from _shapes(tree)
        return
    newest, oldest = as_newest(tree), as_oldest(tree)
    yield from dict.fromkeys(
        fault
        for seen in ((newest, oldest) if newest is not oldest else (newest,))
        for fault in (*_shapes(seen), *_placeholders(seen))
    )
    shapes = {item.get("id") for item in tree.iter(f"{P}cNvPr")}
    for target in tree.iter(f"{P}spTgt", f"{P}bldP", f"{P}bldGraphic"):
        if target.get("spid") not in shapes:
            yield f"an animation refers to the missing shape {target.get('spid')}"


def _shapes(tree: Any) -> Iterator[str]:
    found = [item.get("id", "") for item in tree.iter(f"{P}cNvPr")]
    return _wrong("shape id", found, _SHAPE_IDS)


def _placeholders(tree: Any) -> Iterator[str]:
    for kind, index in _repeated(
        (item.get("type", "obj"), item.get("idx", "0")) for item in tree.iter(f"{P}ph")
    ):
        yield f"the placeholder {kind} {index} is filled twice"


def sections(package: Package) -> Iterator[Fault]:
    """Sections that list slides which are not there, or not each of them once."""
    presentation = package.trees[PRESENTATION]
    slides = [item.get("id", "") for item in presentation.iterfind(f"{P}sldIdLst/{P}sldId")]
    listed = [item.get("id", "") for item in presentation.iter(f"{P14}sldId")]
    for identifier in listed:
        if identifier not in slides:
            yield Fault("presentation", f"a section lists slide {identifier}, which does not exist")
    if listed and sorted(listed) != sorted(slides):
        yield Fault("presentation", "the sections do not list each slide exactly once")
    marks = [item.get("id", "") for item in presentation.iter(f"{P14}section")]
    for mark in marks:
        if not _GUID.fullmatch(mark):
            yield Fault("presentation", f"the section id {mark!r} is not a GUID")
    for mark in _repeated(marks):
        yield Fault("presentation", f"two sections share the id {mark}")


def _wrong(what: str, identifiers: list[str], numbers: range, *, may_lack: bool = False) -> Iterator[str]:
    """What is there twice, or is none of some numbers."""
    for identifier in _repeated(identifiers):
        yield f"the {what} {identifier} is used twice"
    for identifier in identifiers:
        number = int(identifier) if identifier.isascii() and identifier.isdigit() else -1
        if number not in numbers and (identifier or not may_lack):
            yield f"the {what} {identifier} is out of range"


def _repeated(values: Iterable[T]) -> list[T]:
    return [value for value, count in Counter(values).items() if count > 1]
