"""One process beside this one, which does one job at a time."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Literal, ParamSpec, TypeVar

from triptych.engine.garbage_collection import Pauses, collect_much
from triptych.engine.memory import Memory
from triptych.engine.processes.call_room import with_room
from triptych.engine.processes.parent_watch import Leash, OtherEnd
from triptych.engine.processes.sendable import Unsendable, sendable
from triptych.engine.processes.sent_once import Receiver, Sender
from triptych.engine.store.signing import CacheKey, cache_key, inherit

P = ParamSpec("P")
T = TypeVar("T")

_LULL = 0.2  # seconds without a job, after which nobody seems to wait for a process
_LOOK = 1.0  # seconds between two looks whether it lives: others may hold its end of the line open

# What is forked while a line is laid would have an end of it.
_laying = threading.Lock()


def _forked() -> None:
    """Let a process lay lines that was forked while one was laid: nobody there would ever be done with it."""
    global _laying
    _laying = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class ChildLost(Exception):
    """The process ended before it answered."""


class Child:
    """The process, and the line to it. On Linux it ends with the thread that started it.

    A forked one has the program loaded already; ``niceness`` is by how much its turn comes later than this
    program's (POSIX nice).
    """

    def __init__(
        self, leash: Leash, method: Literal["fork", "spawn"], niceness: int = 0, *, remembers: bool = False
    ) -> None:
        context = multiprocessing.get_context(method)
        self._sender = Sender()
        with _laying:
            self._line, other = context.Pipe()
            ours = self._line if method == "fork" else None
            # The key goes down a pipe, so that no list of processes shows it (``store/signing.py``).
            args = (other, ours, leash.other_end(method), niceness, remembers, cache_key())
            # No daemon, which could have no process beside it, as strangers' files want (``bounds.py``).
            self._process = context.Process(target=_serve, args=args, daemon=False)  # type: ignore[attr-defined]
            self._process.start()
            other.close()

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        number: int | None = self._process.pid
        return number

    def lives(self) -> bool:
        """Whether it can be given a job."""
        return bool(self._process.is_alive())

    def do(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the job returns or raises. Raises ``ChildLost``."""
        try:
            self._send((job, args, kwargs))
            while not self._line.poll(_LOOK):
                if not self.lives() and not self._line.poll():
                    raise EOFError
            good, answer = self._line.recv()
        except (EOFError, OSError):
            raise ChildLost("the worker process ended unexpectedly") from None
        if good:
            result: T = answer
            return result
        raise answer

    def _send(self, order: object) -> None:
        """Give it an order; the chapters of a book go once."""
        self._line.send_bytes(self._sender.packed(order))

    def dismiss(self) -> None:
        """Tell it that no more jobs will come."""
        with suppress(OSError):
            self._send(None)

    def end(self, patience: float | None = None) -> None:
        """Wait for its end, or bring it about, also in the middle of a job: it has so many seconds of
        ``patience`` to clear away what it has put on the disk.
        """
        if patience is not None:
            if patience:
                self._process.terminate()
                self._process.join(patience)
            self._process.kill()
        self._process.join()
        self._line.close()


@with_room
def _serve(
    line: Connection,
    parents: Connection | None,
    leash: OtherEnd,
    niceness: int,
    remembers: bool,
    key: CacheKey,
) -> None:
    """Do jobs until there are no more; a forked process has the parent's end of the line, and closes it.

    One that ``remembers`` keeps results for later jobs, and collects garbage in pauses.
    """
    leash()
    inherit(key)
    gc.freeze()  # what it has from its parent is never looked through
    gc.disable()
    pauses = Pauses()
    receiver = Receiver(Memory(enabled=remembers))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if parents is not None:
        parents.close()
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    with suppress(EOFError, OSError):
        while (order := receiver.unpacked(line.recv_bytes())) is not None:
            collect_much()  # before a job, since after the last one somebody may wait for the process to end
            job, args, kwargs = order
            try:
                answer = (True, job(*args, **kwargs))
            except Exception as error:
                answer = (False, sendable(error))
            try:
                line.send(answer)
            except (pickle.PicklingError, TypeError, AttributeError) as error:
                line.send((False, Unsendable(f"{type(error).__qualname__}: {error}")))
            if remembers and not line.poll(_LULL):
                pauses.collect()
