"""Processes that end with the one that started them, however it ends: nobody would end them otherwise.

They watch a pipe that their parent alone holds open. On Linux the system ends them as well, at once and
whatever they are doing.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Literal

_PR_SET_PDEATHSIG = 1  # prctl(2)


class Leash:
    """One end of the pipe, in the parent."""

    def __init__(self, context: BaseContext) -> None:
        self._watched, self._held = context.Pipe(duplex=False)

    def other_end(self, method: Literal["fork", "spawn"]) -> OtherEnd:
        """What a new process calls first of all; a forked one has the parent's end too, and closes it."""
        return OtherEnd(self._watched, self._held if method == "fork" else None, os.getpid())

    def let_go(self) -> None:
        """End the processes that watch."""
        self._held.close()
        self._watched.close()


@dataclass(frozen=True, slots=True)
class OtherEnd:
    """The other end, in a process that was started."""

    watched: Connection
    held: Connection | None
    parent: int

    def __call__(self) -> None:
        """End when the parent ends, and not by Ctrl-C, which is for the parent to hear."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.getLogger().addHandler(logging.NullHandler())  # what a library logs is no answer
        if self.held is not None:
            self.held.close()
        _end_with(self.parent)
        threading.Thread(target=self._watch, name="leash", daemon=True).start()

    def _watch(self) -> None:
        """Nothing is ever sent: what can be read is the end of the pipe."""
        with suppress(OSError):
            self.watched.poll(None)
        os._exit(1)


def _end_with(parent: int) -> None:
    """Have Linux kill this process when its parent's thread ends that started it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended meanwhile
            os._exit(1)
