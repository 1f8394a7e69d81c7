"""Opens a finished ``.pptx`` again: would PowerPoint repair it?

Schemas see little of what makes PowerPoint offer a repair. The rules look for the rest: parts and
relationships that do not match, identifiers used twice, cells without text, charts that do not show their
workbook. They are pure functions of the package, or of one part. Findings are CHK001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from triptych.checks.deck.package import chart_data, drawing, embedded_fonts, identifiers, order, parts
from triptych.checks.deck.package.package import Fault, Package, Unreadable, unpacked
from triptych.checks.found import REBUILD
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Implied, Memory

Rule: TypeAlias = Callable[[Package], Iterator[Fault]]
PartRule: TypeAlias = Callable[[str, Any], Iterator[str]]  # the name of a part and its tree → what is wrong

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
    "sections": identifiers.sections,
    "embedded fonts": embedded_fonts.embedded_fonts,
    "chart values": chart_data.chart_values,
}
PART_RULES: Mapping[str, PartRule] = {
    "shape ids": identifiers.shape_ids,
    "child order": order.child_order,
    "colours": drawing.colours,
    "sizes": drawing.sizes,
    "text bodies": drawing.text_bodies,
    "tables": drawing.tables,
    "formulas": drawing.formulas,
    "chart axes": chart_data.chart_axes,
}


class Broken(NamedTuple):
    """A rule that a deck breaks, and how."""

    rule: str
    fault: Fault


def check_deck(data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """Return CHK001 for each fault in the bytes of a deck."""
    return memory.call(_check_deck, data, memory)


def _check_deck(data: bytes, memory: Memory) -> list[Diagnostic]:
    try:
        package = unpacked(data, memory)
    except Unreadable as problem:
        return [Diagnostic(code="CHK001", message=f"cannot open the deck: {problem}", hint=REBUILD)]
    return [_diagnostic(broken.fault) for broken in broken_rules(package)]


def broken_rules(package: Package) -> Iterator[Broken]:
    """All that the rules find; only what the foundations say where these are broken."""
    found = list(_asked(FOUNDATIONS, package))
    yield from found
    if not found:
        yield from _asked(RULES, package)
        for name in package.trees:
            yield from package.memory.call(_broken_by, package.parts[name], name, Implied(package))


def _asked(rules: Mapping[str, Rule], package: Package) -> Iterator[Broken]:
    return (Broken(name, fault) for name, rule in rules.items() for fault in rule(package))


def _broken_by(data: bytes, name: str, package: Implied[Package]) -> tuple[Broken, ...]:
    """What is wrong in the bytes of a part, whatever is in others."""
    tree = package.value.trees[name]
    return tuple(
        Broken(rule, Fault(name, wrong)) for rule, ask in PART_RULES.items() for wrong in ask(name, tree)
    )


def _diagnostic(fault: Fault) -> Diagnostic:
    message = f"the deck fails validation: {fault.where}: {fault.what}"
    return Diagnostic(code="CHK001", message=message, hint=REBUILD)
