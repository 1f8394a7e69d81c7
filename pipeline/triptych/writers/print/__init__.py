"""Write the book as a PDF: lay out its documents, paint their pages into quires, and bind them.

The input is a ``Book`` with its context, the output the bytes of a PDF. Begin with ``writer.py``.
"""

from __future__ import annotations

from triptych.engine.tasks import STYLE, Task


def last_style_task() -> Task[bytes]:
    """Return the task of the last build's style sheet, which processes load while the book is read."""
    return Task.of(STYLE, "")
