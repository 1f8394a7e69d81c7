"""Opens a finished ``.pptx`` again: would PowerPoint repair it?

Schemas see little of what makes PowerPoint offer a repair. The rules look for the rest: parts and
relationships that do not match, identifiers used twice, cells without text, charts that do not show their
workbook. They are pure functions of the package. Findings are CHK001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from triptych.checks.deck.package.chart_data import chart_axes, chart_values
from triptych.checks.deck.package.drawing import (
    colours,
    formulas,
    sizes,
    tables,
    text_bodies,
)
from triptych.checks.deck.package.embedded_fonts import embedded_fonts
from triptych.checks.deck.package.identifiers import (
    master_ids,
    sections,
    shape_ids,
    slide_ids,
)
from triptych.checks.deck.package.order import child_order
from triptych.checks.deck.package.package import (
    Fault,
    Package,
    Unreadable,
    unpacked,
)
from triptych.checks.deck.package.parts import (
    bindings,
    content_types,
    part_names,
    references,
    relationships,
    unreachable,
    well_formed,
)
from triptych.diagnostics import Diagnostic

Rule: TypeAlias = Callable[[Package], Iterator[Fault]]

# Without these no other rule can be asked.
FOUNDATIONS: Mapping[str, Rule] = {"part names": part_names, "well-formed": well_formed}
RULES: Mapping[str, Rule] = {
    "content types": content_types,
    "relationships": relationships,
    "references": references,
    "bindings": bindings,
    "unreachable": unreachable,
    "slide ids": slide_ids,
    "master ids": master_ids,
    "shape ids": shape_ids,
    "sections": sections,
    "child order": child_order,
    "colours": colours,
    "sizes": sizes,
    "text bodies": text_bodies,
    "tables": tables,
    "formulas": formulas,
    "embedded fonts": embedded_fonts,
    "chart axes": chart_axes,
    "chart values": chart_values,
}


class Broken(NamedTuple):
    """A rule that a deck breaks, and how."""

    rule: str
    fault: Fault


def check_deck(data: bytes) -> list[Diagnostic]:
    """The bytes of a deck → CHK001 for each fault; an empty list for a sound deck."""
    try:
        package = unpacked(data)
    except Unreadable as problem:
        return [_diagnostic(Fault("the file", str(problem)))]
    return [_diagnostic(broken.fault) for broken in broken_rules(package)]


def broken_rules(package: Package) -> Iterator[Broken]:
    """All that the rules find; only what the foundations say where these are broken."""
    found = list(_asked(FOUNDATIONS, package))
    yield from found or _asked(RULES, package)


def _asked(rules: Mapping[str, Rule], package: Package) -> Iterator[Broken]:
    return (Broken(name, fault) for name, rule in rules.items() for fault in rule(package))


def _diagnostic(fault: Fault) -> Diagnostic:
    return Diagnostic(code="CHK001", message=f"deck: {fault.where}: {fault.what}")
