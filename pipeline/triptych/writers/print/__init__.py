"""The book as a PDF: documents are laid out, painted into quires, placed and bound.

Enters: ``Book`` with its context. Leaves: the bytes of a PDF. Begin with ``writer.py``.
"""

from __future__ import annotations

from triptych.engine.tasks import STYLE, Task


def last_style() -> Task[bytes]:
    """Return the task of the last style sheet and its files, which processes load while the book is read."""
    return Task.of(STYLE, "")
