"""What surrounds a command: how it ends before its end, and what it needs where there is work to do.

Ctrl-C and a request to terminate are told in a sentence, when all is cleared away.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED_BY_KEYS, STOPPED_BY_REQUEST = 130, 143  # what shells say of SIGINT and SIGTERM: 128 and the number


class Terminated(BaseException):
    """Somebody has asked this process to end."""


@contextmanager
def as_interruption() -> Iterator[None]:
    """Have TERM end what is done within as Ctrl-C does; a second one ends the process as it is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def at_work() -> Iterator[None]:
    """Keep from people what libraries log, and have all temporary files made in a folder of this run.

    Where there is nothing to do, neither is needed, and both take longer than to find that out.
    """
    import logging

    from triptych.engine.temporary_files import temporary_files_in_scratch

    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
    with temporary_files_in_scratch():
        yield
