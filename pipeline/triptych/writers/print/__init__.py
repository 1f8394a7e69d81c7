"""Write the book as a PDF: lay out its documents, paint their pages into quires, and bind the quires.

The input is a ``Book`` with its context; the output is a PDF file as bytes. The entry point is ``writer.py``.
"""

from __future__ import annotations

from triptych.engine.tasks import STYLE, Task


def last_style_task() -> Task[bytes]:
    """Return the cache task of the last build's style sheet, which worker processes load in advance."""
    return Task.for_step(STYLE, "")
