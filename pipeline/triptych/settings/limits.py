"""What a book may take of those that read it, and how far its manifest may raise that (``docs/trust.md``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triptych.settings.strict import Strict
from triptych.settings.values import Bytes, Seconds


class ReadingLimits(Strict):
    """The ``limits:`` section: what one large book needs beyond what books may take."""

    section_time: Annotated[Seconds, Field(ge=8, le=600)] = 8.0
    """Of a processor for pandoc with a section, beside what its length gives it. By default 8s."""
    section_memory: Annotated[Bytes, Field(ge=700 * 10**6, le=16 * 10**9)] = 700 * 10**6
    """Of pandoc with a section. By default 700MB."""
    section_pieces: Annotated[int, Field(ge=20_000, le=200_000)] = 20_000
    """Marks, blocks, items, lines of code in a section, ten a heading, note or citation. By default 20000."""
    expression_steps: Annotated[int, Field(ge=100_000, le=10_000_000)] = 100_000
    """Of loops, macros and filters in the expressions of a section. By default 100000."""
    data_lines: Annotated[int, Field(ge=300_000, le=10_000_000)] = 300_000
    """Of a data file. By default 300000."""
    table_cells: Annotated[int, Field(ge=20_000, le=200_000)] = 20_000
    """Of a table. By default 20000."""
    chart_values: Annotated[int, Field(ge=4_000, le=100_000)] = 4_000
    """Of a chart, each of which is a row of its workbook. By default 4000."""
    picture_dots: Annotated[int, Field(ge=80_000_000, le=1_000_000_000)] = 80_000_000
    """Of a picture, which is its width times its height. By default 80000000."""
    drawing_shapes: Annotated[int, Field(ge=250_000, le=10_000_000)] = 250_000
    """Of a drawing, each as often as it is used. By default 250000."""


USUAL = ReadingLimits()


def raising(key: str) -> str:
    """What to advise whoever needs more of something."""
    return f"raise `limits: {key}:` in the manifest"
