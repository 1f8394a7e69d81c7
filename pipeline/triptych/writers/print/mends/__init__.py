"""What is mended in the layout engine: each module says what and why. Nothing is, with another version."""

from __future__ import annotations

from triptych.writers.print.mends import (
    continued,
    element_styles,
    filling,
    floats,
    glyph_runs,
    grid,
    justification,
    line_breaks,
    line_ends,
    looked_at,
    notes_in_place,
    outlines,
    page_styles,
    remembering,
    squeezing,
)

# Those that widen a layout's text come before those that break lines of it, what tells of blocks before what
# makes them change places.
MENDS = (
    element_styles.mend,
    remembering.mend,
    justification.mend,
    squeezing.mend,
    line_breaks.mend,
    line_ends.mend,
    glyph_runs.mend,
    filling.mend,
    looked_at.mend,
    floats.mend,
    grid.mend,
    notes_in_place.mend,
    continued.mend,
    outlines.mend,
    page_styles.mend,
)


def mend_engine() -> None:
    """Mend it, once in a process."""
    for mend in MENDS:
        mend()
