"""Where the style of the last build is kept; whoever asks whether there is one need not load the layout."""

from __future__ import annotations

from triptych.engine.tasks import STYLE, Task


def last_style() -> Task[bytes]:
    """The place of the style sheet and its files that processes load while the book is read."""
    return Task.of(STYLE, "")
