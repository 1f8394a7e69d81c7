"""Create charts from the text of a data file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import MakeProject
from triptych.charts.reader import ChartReader
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span
from triptych.model.nodes import Attr, Chart, Table

SPAN = Span(path="source/section.md", line=3, column=6)

Read = Callable[..., tuple[Any, list[Diagnostic]]]


@pytest.fixture
def read(make_project: MakeProject):
    def read(csv: str, language: str = "en", **pairs: str) -> tuple[Chart | Table | None, list[Diagnostic]]:
        folder = DataFolder(make_project({"source/data.csv": csv}))
        output = {"data": "data.csv", **{key.replace("_", "-"): value for key, value in pairs.items()}}
        attr = Attr("fig-a", ("chart", "slide"), tuple(output.items()))
        return ChartReader(folder, "source/section.md", language).read(attr, (), SPAN)

    return read
