"""Timing of the flash."""

# region: period
def period(flashes: int, eclipse: float) -> float:
    """Seconds of one period."""
    return flashes * 0.4 + eclipse
# endregion

PERIOD = period(2, 9.2)
