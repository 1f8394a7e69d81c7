"""Limits of what a book may use, and how far its manifest may raise them (the guide: ``trust-model.md``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triptych.settings.strict import Strict
from triptych.settings.values import Bytes, Seconds


class ReadingLimits(Strict):
    """The ``limits:`` section: what one large book needs beyond what books may take."""

    section_time: Annotated[Seconds, Field(ge=8, le=600)] = 8.0
    """Processor time of pandoc per section, added to a share for its length. Default: 8s. Example: `60s`."""
    section_memory: Annotated[Bytes, Field(ge=700 * 10**6, le=16 * 10**9)] = 700 * 10**6
    """Memory of pandoc per section. Default: 700MB. Example: `2GB`."""
    section_elements: Annotated[int, Field(ge=20_000, le=200_000)] = 20_000
    """Elements per section: inline formatting, blocks, list items and lines of code; a heading, note or
    citation counts as ten. Default: 20000. Example: `50000`.
    """
    expression_steps: Annotated[int, Field(ge=100_000, le=10_000_000)] = 100_000
    """Steps of loops, macros and filters in the expressions of a section. Default: 100000. Example: `500000`.
    """
    data_rows: Annotated[int, Field(ge=300_000, le=10_000_000)] = 300_000
    """Rows per data file. Default: 300000. Example: `1000000`."""
    table_cells: Annotated[int, Field(ge=20_000, le=200_000)] = 20_000
    """Cells per table. Default: 20000. Example: `50000`."""
    chart_values: Annotated[int, Field(ge=4_000, le=100_000)] = 4_000
    """Values per chart. Default: 4000. Example: `20000`."""
    image_pixels: Annotated[int, Field(ge=80_000_000, le=1_000_000_000)] = 80_000_000
    """Pixels per image, width times height. Default: 80000000. Example: `200000000`."""
    svg_elements: Annotated[int, Field(ge=250_000, le=10_000_000)] = 250_000
    """Elements per SVG drawing, counted each time they are used. Default: 250000. Example: `1000000`."""


USUAL = ReadingLimits()


def raising(key: str) -> str:
    """What to advise whoever needs more of something."""
    return f"raise `{key}:` under `limits:` in `book.yaml`"
