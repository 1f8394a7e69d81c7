"""Would a press print a finished PDF as it is meant? What printers call a preflight.

Enters: a PDF's bytes and what its printer asks for. Leaves: findings with their pages.
Begin with ``flight.py``.
"""
