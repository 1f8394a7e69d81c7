"""What is mended in the layout engine: each module says what and why. Nothing is, with another version."""

from __future__ import annotations

from triptych.writers.print.layout.patches.lines import (
    filling,
    glyph_runs,
    justification,
    line_breaks,
    line_ends,
    squeezing,
)
from triptych.writers.print.layout.patches.pages import (
    continued,
    floats,
    grid,
    inspected_blocks,
    notes_in_place,
)
from triptych.writers.print.layout.patches.speed import (
    element_styles,
    memoising,
    outlines,
    page_styles,
)

# Those that widen a layout's text come before those that break lines of it, what tells of blocks before what
# makes them change places.
PATCHES = (
    element_styles.patch,
    memoising.patch,
    justification.patch,
    squeezing.patch,
    line_breaks.patch,
    line_ends.patch,
    glyph_runs.patch,
    filling.patch,
    inspected_blocks.patch,
    floats.patch,
    grid.patch,
    notes_in_place.patch,
    continued.patch,
    outlines.patch,
    page_styles.patch,
)


def patch_engine() -> None:
    """Patch it, once in a process."""
    for patch in PATCHES:
        patch()
