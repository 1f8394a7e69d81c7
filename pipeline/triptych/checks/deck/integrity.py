"""Report CHK001 for faults that PowerPoint would repair or reject (ECMA-376 Part 2; Part 1, clause 13).

The faults may come from an author's template or from extreme content.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from lxml import etree

from triptych.checks.deck.chart_data import check_chart_values
from triptych.checks.deck.embedded_fonts import check_embedded_fonts
from triptych.checks.deck.package import DeckPackage, Fault, UnreadablePackageError, read_package
from triptych.checks.deck.schema_rules import (
    check_chart_axes,
    check_child_order,
    check_colours,
    check_sizes,
    check_text_bodies,
)
from triptych.checks.findings import REBUILD_HINT
from triptych.checks.texts import drop_alternate_choices, drop_fallbacks
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, ImpliedInput, Memory
from triptych.model.nodes import LINK_SCHEMES
from triptych.ooxml.packages import find_mismatched_types, get_extension, read_content_types
from triptych.ooxml.xml import P14, PRESENTATION, TYPES, A, C, P, parse_flag

PackageRule: TypeAlias = Callable[[DeckPackage], Iterator[Fault]]
PartRule: TypeAlias = Callable[[str, Any], Iterator[str]]  # maps the name and tree of a part to messages
_SCHEMES = tuple(f"{scheme}:" for scheme in sorted(LINK_SCHEMES))
_UNSAFE_PART_NAME = re.compile(r"[\x00-\x1f\x7f\\:]|^/|(^|/)\.{0,2}(/|$)")
_REQUIRED_PARTS = (TYPES, "_rels/.rels", PRESENTATION)
# Parts in these folders must have exactly one relationship of this type.
_REQUIRED_RELATIONSHIPS = (
    ("slides", "slideLayout"),
    ("slideLayouts", "slideMaster"),
    ("slideMasters", "theme"),
    ("notesSlides", "notesMaster"),
    ("notesSlides", "slide"),
    ("notesMasters", "theme"),
)
# The type of relationship that an element must refer to.
_RELATIONSHIP_KINDS: Mapping[str, str] = {
    f"{P}sldId": "slide",
    f"{P}sldMasterId": "slideMaster",
    f"{P}sldLayoutId": "slideLayout",
    f"{P}notesMasterId": "notesMaster",
    f"{A}blip": "image",
    f"{C}chart": "chart",
    **{f"{P}{style}": "font" for style in ("regular", "bold", "italic", "boldItalic")},
    f"{C}userShapes": "chartUserShapes",
}
T = TypeVar("T", bound=Hashable)
_SLIDE_IDS = range(256, 2**31)  # ECMA-376 Part 1, 19.7.13
_MASTER_IDS = range(2**31, 2**32)  # 19.7.15
_SHAPE_IDS = range(2**32)  # 20.1.10.21
_GUID = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")


def check_part_names(package: DeckPackage) -> Iterator[Fault]:
    """Report duplicate and invalid part names, and missing required parts."""
    for name, count in Counter(name.lower() for name in package.part_names).items():
        if count > 1:
            yield Fault(name, f"the package has {count} parts with this name, ignoring case")
    for name in package.part_names:
        if _UNSAFE_PART_NAME.search(name):
            yield Fault(repr(name), "the part name is invalid")
    for required in _REQUIRED_PARTS:
        if required not in package.parts:
            yield Fault(required, "the required part is missing")


def check_xml(package: DeckPackage) -> Iterator[Fault]:
    """Report parts that are not well-formed XML, and parts with a document type declaration."""
    for name, facts in package.facts.items():
        if facts.parse_error:
            yield Fault(name, f"the XML is not well-formed: {facts.parse_error}")
        if facts.has_document_type:
            yield Fault(name, "the part has a document type declaration")


def check_content_types(package: DeckPackage) -> Iterator[Fault]:
    """Report missing, duplicate and wrong content types, and content types of missing parts."""
    overrides, defaults = read_content_types(package.trees[TYPES])
    for part in sorted(overrides.keys() - package.parts.keys()):
        yield Fault(part, "the part is missing, but a content type is declared for this part")
    for part in package.parts:
        if part != TYPES and part not in overrides and get_extension(part) not in defaults:
            yield Fault(part, "the part has no content type")
    entries = [item.get("PartName") for item in package.trees[TYPES] if item.get("PartName")]
    entries += [item.get("Extension").lower() for item in package.trees[TYPES] if item.get("Extension")]
    for name, count in Counter(entries).items():
        if count > 1:
            yield Fault(TYPES, f"{name} has {count} content types")
    for part, kind, content_type in find_mismatched_types(package.trees[TYPES], package.relations):
        yield Fault(part, f"this {kind} has the content type {content_type}")


def check_relationships(package: DeckPackage) -> Iterator[Fault]:
    """Report relationships with a missing source or target, a forbidden URL or a duplicate id."""
    for source, relations in package.relations.items():
        source_name = source or "package"
        if source and source not in package.parts:
            yield Fault(source_name, "the part is missing, but relationships are defined for this part")
        for identifier, relation in relations.items():
            if relation.is_external:
                if not relation.target.lower().startswith(_SCHEMES):
                    yield Fault(
                        source_name,
                        f"{identifier} points to a disallowed external address: {relation.target}",
                    )
            elif relation.target not in package.parts:
                yield Fault(source_name, f"{identifier} points to the missing part {relation.target}")
    for name, facts in package.facts.items():
        for identifier in facts.duplicate_ids:
            yield Fault(name, f"the relationship {identifier} is defined twice")


def check_references(package: DeckPackage) -> Iterator[Fault]:
    """Report elements that refer to a missing relationship or one of the wrong type."""
    for name, facts in package.facts.items():
        relations = package.relations.get(name, {})
        for tag, value in facts.references:
            element, expected_kind = etree.QName(tag).localname, _RELATIONSHIP_KINDS.get(tag)
            if value and value not in relations:
                yield Fault(name, f"{element} refers to the undefined relationship {value}")
            elif value and expected_kind and not relations[value].type.endswith(f"/{expected_kind}"):
                kind = relations[value].type.rsplit("/", 1)[-1]
                yield Fault(
                    name, f"{element} refers to {value}, which has the type {kind} instead of {expected_kind}"
                )


def check_required_relationships(package: DeckPackage) -> Iterator[Fault]:
    """Report parts without a required relationship, such as a slide without layout, and mismatched notes."""
    for folder, kind in _REQUIRED_RELATIONSHIPS:
        for name in package.iter_parts_in(folder):
            count = len(package.get_related_parts(name, kind))
            if count != 1:
                yield Fault(name, f"the part has {count} {kind} relationships instead of one")
    for slide in package.slides:
        for notes in package.get_related_parts(slide.path, "notesSlide"):
            if package.get_related_parts(notes, "slide") not in ([slide.path], []):
                yield Fault(notes, f"the notes of {slide.name} point to another slide")
    for name in package.iter_parts_in("notesSlides"):
        for slide_part in package.get_related_parts(name, "slide"):
            if name not in package.get_related_parts(slide_part, "notesSlide"):
                yield Fault(name, f"the notes point to {slide_part}, which does not point back")


def check_reachability(package: DeckPackage) -> Iterator[Fault]:
    """Report parts that cannot be reached from the package through relationships."""
    reached: set[str] = set()
    queue = [""]
    while queue:
        for relation in package.relations.get(queue.pop(), {}).values():
            if not relation.is_external and relation.target not in reached:
                reached.add(relation.target)
                queue.append(relation.target)
    for part in package.parts:
        if part not in reached and part != TYPES and not part.endswith(".rels"):
            yield Fault(part, "no relationship points to this part")


def check_slide_ids(package: DeckPackage) -> Iterator[Fault]:
    """Report duplicate and out-of-range slide ids, and slides that are listed twice."""
    slides = list(package.trees[PRESENTATION].iterfind(f"{P}sldIdLst/{P}sldId"))
    identifiers = [item.get("id", "") for item in slides]
    for message in _find_invalid_ids("slide id", identifiers, _SLIDE_IDS):
        yield Fault("presentation", message)
    for part in _list_duplicates(slide.path for slide in package.slides):
        yield Fault("presentation", f"the slide {part} is listed twice")


def check_master_ids(package: DeckPackage) -> Iterator[Fault]:
    """Report ids of masters and layouts, which share one range, that are duplicate or out of range."""
    ids = [
        item.get("id", "")
        for name in (PRESENTATION, *package.iter_parts_in("slideMasters"))
        for item in package.trees[name].iter(f"{P}sldMasterId", f"{P}sldLayoutId")
    ]
    for message in _find_invalid_ids("master or layout id", filter(None, ids), _MASTER_IDS):
        yield Fault("masters", message)


def check_shape_ids(name: str, tree: Any) -> Iterator[str]:
    """Report wrong shape ids, placeholders that are filled twice, and animations of missing shapes.

    Each slide is checked twice: with all ``mc:Choice`` elements, and with all ``mc:Fallback`` elements.
    """
    if not name.startswith("ppt/slides/"):
        yield from _check_shapes(tree)
        return
    newest, oldest = drop_fallbacks(tree), drop_alternate_choices(tree)
    yield from dict.fromkeys(
        message
        for version in ((newest, oldest) if newest is not oldest else (newest,))
        for message in (*_check_shapes(version), *_check_placeholders(version))
    )
    shapes = {item.get("id") for item in tree.iter(f"{P}cNvPr")}
    for target in tree.iter(f"{P}spTgt", f"{P}bldP", f"{P}bldGraphic"):
        if target.get("spid") not in shapes:
            yield f"an animation refers to the missing shape {target.get('spid')}"


def _check_shapes(tree: Any) -> Iterator[str]:
    ids = [item.get("id", "") for item in tree.iter(f"{P}cNvPr")]
    return _find_invalid_ids("shape id", ids, _SHAPE_IDS)


def _check_placeholders(tree: Any) -> Iterator[str]:
    for kind, index in _list_duplicates(
        (item.get("type", "obj"), item.get("idx", "0")) for item in tree.iter(f"{P}ph")
    ):
        yield f"the placeholder {kind} {index} is filled twice"


def check_sections(package: DeckPackage) -> Iterator[Fault]:
    """Report sections that do not list each slide exactly once, and invalid or duplicate section ids."""
    presentation = package.trees[PRESENTATION]
    slides = [item.get("id", "") for item in presentation.iterfind(f"{P}sldIdLst/{P}sldId")]
    slide_ids = [item.get("id", "") for item in presentation.iter(f"{P14}sldId")]
    for identifier in slide_ids:
        if identifier not in slides:
            yield Fault("presentation", f"a section lists slide {identifier}, which does not exist")
    if slide_ids and sorted(slide_ids) != sorted(slides):
        yield Fault("presentation", "the sections do not list each slide exactly once")
    section_ids = [item.get("id", "") for item in presentation.iter(f"{P14}section")]
    for identifier in section_ids:
        if not _GUID.fullmatch(identifier):
            yield Fault("presentation", f"the section id {identifier!r} is not a GUID")
    for identifier in _list_duplicates(section_ids):
        yield Fault("presentation", f"two sections share the id {identifier}")


def _find_invalid_ids(name: str, values: Iterable[str], numbers: range) -> Iterator[str]:
    identifiers = list(values)
    for identifier in _list_duplicates(identifiers):
        yield f"the {name} {identifier} is used twice"
    for identifier in identifiers:
        number = int(identifier) if identifier.isascii() and identifier.isdigit() else -1
        if number not in numbers:
            yield f"the {name} {identifier} is out of range"


def _list_duplicates(values: Iterable[T]) -> list[T]:
    return [value for value, count in Counter(values).items() if count > 1]


def check_tables(name: str, tree: Any) -> Iterator[str]:
    """Report cells without a text body, rows that do not match the grid, and wrongly merged cells."""
    for cell in tree.iter(f"{A}tc"):
        if cell.find(f"{A}txBody") is None:
            yield "a table cell has no text body"
    for table in tree.iter(f"{A}tbl"):
        columns = len(table.findall(f"{A}tblGrid/{A}gridCol"))
        rows = [row.findall(f"{A}tc") for row in table.findall(f"{A}tr")]
        if any(len(row) != columns for row in rows):
            yield "a table row has a different number of cells than the table has columns"
        elif not _has_consistent_merges(rows):
            yield "the merged cells of a table do not match the row and column spans"


def _has_consistent_merges(rows: list[list[Any]]) -> bool:
    """Return whether the cells marked as merged are exactly those covered by row and column spans."""
    covered: dict[tuple[int, int], tuple[bool, bool]] = {}  # whether merged to the left, and upwards
    for top, row in enumerate(rows):
        for left, cell in enumerate(row):
            column_span, row_span = _parse_span(cell, "gridSpan"), _parse_span(cell, "rowSpan")
            if column_span < 1 or row_span < 1 or left + column_span > len(row) or top + row_span > len(rows):
                return False
            if _get_merges(cell) != (False, False):
                continue
            for y in range(row_span):
                for x in range(column_span):
                    if (x or y) and covered.setdefault((top + y, left + x), (x > 0, y > 0)) != (x > 0, y > 0):
                        return False
    return all(
        _get_merges(cell) == covered.get((top, left), (False, False))
        for top, row in enumerate(rows)
        for left, cell in enumerate(row)
    )


def _get_merges(cell: Any) -> tuple[bool, bool]:
    return parse_flag(cell.get("hMerge")), parse_flag(cell.get("vMerge"))


def _parse_span(cell: Any, key: str) -> int:
    value = cell.get(key, "1")
    return int(value) if value.isdigit() else 0


def check_deck(data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """Report CHK001 for each fault in a deck."""
    return memory.call(_check_deck, data, memory)


def _check_deck(data: bytes, memory: Memory) -> list[Diagnostic]:
    try:
        package = read_package(data, memory)
    except UnreadablePackageError as problem:
        return [Diagnostic(code="CHK001", message=f"cannot open the deck: {problem}", hint=REBUILD_HINT)]
    return [
        Diagnostic(
            code="CHK001",
            message=f"the deck fails validation: {fault.location}: {fault.message}",
            hint=REBUILD_HINT,
        )
        for _, fault in find_violations(package)
    ]


def find_violations(package: DeckPackage) -> Iterator[tuple[str, Fault]]:
    """Yield the name of each violated rule with a fault.

    `RULES` and `PART_RULES` are applied only if the package satisfies `FOUNDATIONS`.
    """
    violations = list(_apply_rules(FOUNDATION_RULES, package))
    yield from violations
    if not violations:
        yield from _apply_rules(PACKAGE_RULES, package)
        for name in package.trees:
            yield from package.memory.call(
                _apply_part_rules, package.parts[name], name, ImpliedInput(package)
            )


def _apply_rules(rules: Mapping[str, PackageRule], package: DeckPackage) -> Iterator[tuple[str, Fault]]:
    return ((name, fault) for name, rule in rules.items() for fault in rule(package))


def _apply_part_rules(
    data: bytes, name: str, package: ImpliedInput[DeckPackage]
) -> tuple[tuple[str, Fault], ...]:
    tree = package.value.trees[name]
    return tuple(
        (rule, Fault(name, message)) for rule, check in PART_RULES.items() for message in check(name, tree)
    )


FOUNDATION_RULES: Mapping[str, PackageRule] = {"part names": check_part_names, "well-formed": check_xml}

PACKAGE_RULES: Mapping[str, PackageRule] = {
    "content types": check_content_types,
    "relationships": check_relationships,
    "references": check_references,
    "bindings": check_required_relationships,
    "unreachable": check_reachability,
    "slide ids": check_slide_ids,
    "master ids": check_master_ids,
    "sections": check_sections,
    "embedded fonts": check_embedded_fonts,
    "chart values": check_chart_values,
}

PART_RULES: Mapping[str, PartRule] = {
    "shape ids": check_shape_ids,
    "child order": check_child_order,
    "colours": check_colours,
    "sizes": check_sizes,
    "text bodies": check_text_bodies,
    "tables": check_tables,
    "chart axes": check_chart_axes,
}
