"""Folders that one process holds at a time: a lock that the system takes away when the process ends.

What clears away old temporary files, such as systemd, keeps off folders that are held. Windows cannot lock
folders: there nothing is held.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


class Held(Exception):
    """Another process holds the folder."""


def hold(folder: Path, *, wait: bool = False) -> int:
    """Hold a folder until the file descriptor is closed, also by the end of this process and of its forks.

    Raises ``Held``, or OSError where the folder is gone or cannot be locked.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(folder))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise Held from None
        raise
    return descriptor


@contextmanager
def alone_in(folder: Path, waits: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Be the only one at work in a folder, after those who are → whether one is: not all can be locked.

    ``waits`` is called where there is somebody to wait for.
    """
    descriptor = None
    with suppress(OSError):
        try:
            descriptor = hold(folder)
        except Held:
            waits()
            descriptor = hold(folder, wait=True)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)
