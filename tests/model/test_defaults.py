"""Test the defaults of the model: unset flags and numbers have no effect."""

from __future__ import annotations

import dataclasses
from types import ModuleType

import pytest

from triptych.model import accessibility, book, charts, layout_defects, nodes

# True or 1 by default; all others are False or 0.
TRUE_OR_ONE = {
    "Book.has_complete_notes",
    "Cell.colspan",
    "Cell.rowspan",
    "Chapter.numbered",
    "Chart.direct_labels",
    "ChartData.has_values",
    "Figure.columns",
    "OrderedList.start",
}


@pytest.mark.parametrize("module", [accessibility, book, charts, nodes])
def test_flags_and_numbers_without_effect_are_the_defaults(module: ModuleType) -> None:
    defaults = {
        f"{item.__name__}.{field.name}": field.default
        for item in vars(module).values()
        if isinstance(item, type) and dataclasses.is_dataclass(item) and item.__module__ == module.__name__
        for field in dataclasses.fields(item)
        if isinstance(field.default, bool | int)
    }
    assert defaults == {name: name in TRUE_OR_ONE for name in defaults}


def test_defect_without_marked_content_has_no_valid_id() -> None:
    defect = layout_defects.LayoutDefect(layout_defects.OFF_PAGE, "words", "Words", 1.0)
    assert defect.mcid < 0  # ids of marked content begin at 0
