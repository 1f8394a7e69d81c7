"""What surrounds a command that does some work: libraries say nothing, and their files lie in one folder.

Where there is nothing to do, neither is needed, and both take longer than to find that out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_work() -> Iterator[None]:
    """Keep from people what libraries log, and have all temporary files made in a folder of this run."""
    import logging

    from triptych.engine.temporary_files import temporary_files_in_scratch

    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
    with temporary_files_in_scratch():
        yield
