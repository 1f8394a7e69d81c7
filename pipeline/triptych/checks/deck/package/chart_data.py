"""Native charts: what is drawn is what their workbook holds, and axes meet (ECMA-376 Part 1, 21.2)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from triptych.checks.deck.package.package import Fault, Package
from triptych.checks.deck.package.workbooks import Cells, NoWorkbook, cells_of, referred
from triptych.engine.memory import Implied
from triptych.engine.store.program import digest
from triptych.media.xml_names import parsed
from triptych.ooxml.xml import C


def chart_axes(name: str, tree: Any) -> Iterator[str]:
    """Axes with ids that are no numbers or not their own, and plots and axes that name a missing one."""
    if not name.startswith("ppt/charts/"):
        return
    for axis in tree.iter(f"{C}axId", f"{C}crossAx"):
        if not axis.get("val", "").isdigit():
            yield f"the axis id {axis.get('val')} is not an unsigned integer"
    area = tree.find(f"{C}chart/{C}plotArea")
    children = () if area is None else tuple(area)
    axes = [item for item in children if item.find(f"{C}crossAx") is not None]
    identifiers = Counter(
        axis.find(f"{C}axId").get("val") for axis in axes if axis.find(f"{C}axId") is not None
    )
    for identifier, count in identifiers.items():
        if count > 1:
            yield f"{count} axes share the id {identifier}"
    named = [item.get("val") for plot in children if plot not in axes for item in plot.findall(f"{C}axId")]
    named += [axis.find(f"{C}crossAx").get("val") for axis in axes]
    for identifier in dict.fromkeys(named):
        if identifier not in identifiers:
            yield f"the chart refers to the undefined axis {identifier}"


def chart_values(package: Package) -> Iterator[Fault]:
    """Series that show other values than the workbook which people edit, and charts without one."""
    for name in package.under("charts"):
        books = package.related(name, "package")
        if len(books) != 1 or books[0] not in package.parts:
            yield Fault(name, "the chart has no embedded workbook")
            continue
        chart, book = package.parts[name], package.parts[books[0]]
        try:
            differences = package.memory.call(_differences, chart, digest(book), Implied(book))
            yield from (Fault(name, problem) for problem in differences)
        except NoWorkbook:
            yield Fault(books[0], "the chart workbook cannot be read")


def _differences(chart: bytes, mark: str, workbook: Implied[bytes]) -> tuple[str, ...]:
    """Where a chart shows other values than its workbook, which is known by a ``mark``."""
    cells = cells_of(workbook.value)
    references = parsed(chart).iter(f"{C}strRef", f"{C}numRef")
    return tuple(dict.fromkeys(problem for data in references for problem in _compared(data, cells)))


def _compared(data: Any, cells: Cells) -> Iterator[str]:
    """One reference to cells with the copy of their values; a name that people gave is not followed."""
    reference = data.findtext(f"{C}f") or ""
    places = referred(reference)
    cache = data.find(f"{C}strCache")
    cache = data.find(f"{C}numCache") if cache is None else cache
    if places is None or cache is None:
        return
    count = cache.find(f"{C}ptCount")
    declared = count.get("val", "") if count is not None else ""
    if declared != str(len(places)):
        yield f"{reference} has {len(places)} cells, but the chart has {declared or 'no'} values"
    shown = {point.get("idx"): point.findtext(f"{C}v") or "" for point in cache.iter(f"{C}pt")}
    for index, place in enumerate(places):
        value, cell = shown.pop(str(index), ""), cells.get(place, "")
        if not _same(value, cell):
            yield f"{reference}: the chart shows {value!r}, but the workbook has {cell!r}"
            return
    if shown:
        yield f"{reference}: values of the chart are missing from the chart workbook"


def _same(shown: str, cell: str) -> bool:
    if shown == cell:
        return True
    try:
        return math.isclose(float(shown), float(cell), rel_tol=1e-12)
    except ValueError:
        return False
