"""Compute the timing of the flash."""

# region: period
def period(flashes: int, eclipse: float) -> float:
    """Return the period in seconds."""
    return flashes * 0.4 + eclipse
# endregion

PERIOD = period(2, 9.2)
