"""Opens a finished ``.pptx`` again: would PowerPoint repair it?

Schemas see little of what makes PowerPoint offer a repair. The rules look for the rest: parts and
relationships that do not match, identifiers used twice, cells without text, charts that do not show their
workbook. They are pure functions of the package. Findings are CHK001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from triptych.checks.deck.package import chart_data, drawing, embedded_fonts, identifiers, order, parts
from triptych.checks.deck.package.package import Fault, Package, Unreadable, unpacked
from triptych.diagnostics import Diagnostic
from triptych.engine.processes.staying import recalled

Rule: TypeAlias = Callable[[Package], Iterator[Fault]]

# Without these no other rule can be asked.
FOUNDATIONS: Mapping[str, Rule] = {"part names": parts.part_names, "well-formed": parts.well_formed}
RULES: Mapping[str, Rule] = {
    "content types": parts.content_types,
    "relationships": parts.relationships,
    "references": parts.references,
    "bindings": parts.bindings,
    "unreachable": parts.unreachable,
    "slide ids": identifiers.slide_ids,
    "master ids": identifiers.master_ids,
    "shape ids": identifiers.shape_ids,
    "sections": identifiers.sections,
    "child order": order.child_order,
    "colours": drawing.colours,
    "sizes": drawing.sizes,
    "text bodies": drawing.text_bodies,
    "tables": drawing.tables,
    "formulas": drawing.formulas,
    "embedded fonts": embedded_fonts.embedded_fonts,
    "chart axes": chart_data.chart_axes,
    "chart values": chart_data.chart_values,
}


class Broken(NamedTuple):
    """A rule that a deck breaks, and how."""

    rule: str
    fault: Fault


@recalled
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
