"""Run jobs in one worker process: start it, send it jobs, and end it with the process that started it.

Chapters of a book are sent once (``Sender``): of a book that is sent again, only the changed ones follow.
"""

from __future__ import annotations

import ctypes
import gc
import io
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.reduction import ForkingPickler
from typing import Any, Literal, ParamSpec, TypeVar

from triptych.engine.garbage_collection import Pauses, collect_much
from triptych.engine.memory import NO_MEMORY, Memory
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


class Unsendable(RuntimeError):
    """An exception that no other process can have; its text says which."""


def sendable(error: Exception) -> Exception:
    """An exception as it is, or in words where it holds what cannot be sent, such as a log of a library."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return Unsendable(f"{type(error).__qualname__}: {error}").with_traceback(error.__traceback__)
    return error


_MESSAGES = 8  # with such values, for which both ends hold them


@dataclass(slots=True)
class _Held:
    """Values by the numbers that the sender gives them, each with the last message that it was in; messages
    without any are not counted.
    """

    message: int = 0
    values: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def end_message(self) -> None:
        """Let go what was in none of the last messages."""
        if all(last < self.message for _, last in self.values.values()):
            self.message -= 1
        oldest = self.message - _MESSAGES
        self.values = {name: held for name, held in self.values.items() if held[1] > oldest}


class Sender:
    """Packs messages; values whose class says ``sent_once`` stand in the first one that has them."""

    def __init__(self) -> None:
        self._held = _Held()

    def packed(self, message: Any) -> bytes:
        """A message as bytes. What cannot be packed raises what ``pickle`` does, and was never sent."""
        held = _Held(self._held.message + 1, dict(self._held.values))
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, pickle.HIGHEST_PROTOCOL)
        pickler.held = held
        pickler.dump(message)
        held.end_message()
        self._held = held
        return buffer.getvalue()


class Receiver:
    """Unpacks what a ``Sender`` has packed, message by message; a memory becomes that of this process."""

    def __init__(self, memory: Memory = NO_MEMORY) -> None:
        self._held, self._memory = _Held(), memory

    def unpacked(self, data: bytes) -> Any:
        """The message."""
        held = self._held
        held.message += 1
        unpickler = _Unpickler(io.BytesIO(data))
        unpickler.held, unpickler.memory = held, self._memory
        message = unpickler.load()
        held.end_message()
        return message


class _Pickler(ForkingPickler):
    held: _Held

    def persistent_id(self, value: Any) -> tuple[int, bytes | None] | int | None:
        """Return the number of a value that goes once, with its bytes if they have not gone yet, or the build
        of a memory.
        """
        if isinstance(value, Memory):
            return value.build
        if not getattr(type(value), "sent_once", False):
            return None
        name, values = id(value), self.held.values  # held values are alive, so that no other has the number
        data = None if name in values else bytes(ForkingPickler.dumps(value))
        values[name] = value, self.held.message
        return name, data


class _Unpickler(pickle.Unpickler):
    held: _Held
    memory: Memory

    def persistent_load(self, told: tuple[int, bytes | None] | int) -> Any:
        """Return the value of a number, unpacked once, or this process's memory."""
        if isinstance(told, int):
            self.memory.follow(told)
            return self.memory
        name, data = told
        value = self.held.values[name][0] if data is None else pickle.loads(data)
        self.held.values[name] = value, self.held.message
        return value
