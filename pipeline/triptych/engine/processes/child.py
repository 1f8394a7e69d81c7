"""Run jobs in one worker process: start it, send it jobs, and end it when its parent ends.

Chapters of a book are sent once (``Sender``). When a book is sent again, only changed chapters follow.
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

from triptych.engine.garbage_collection import IdleCollector, collect_if_large
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.store.signing import CacheKey, cache_key, inherit

P = ParamSpec("P")
T = TypeVar("T")

_LULL = 0.2  # seconds without a job, after which nobody seems to wait for a process
_LOOK = 1.0  # seconds between two looks whether it lives: others may hold its end of the line open

# What is forked while a line is laid would have an end of it.
_laying = threading.Lock()


def _forked() -> None:
    """Replace a lock that was held while this process was forked, since it would never be released here."""
    global _laying
    _laying = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class ChildLost(Exception):
    """The process ended before it answered."""


class Child:
    """A worker process and the pipe to it. On Linux the process ends with the thread that started it.

    A forked one has the program loaded already. ``niceness`` lowers its priority (POSIX nice).
    """

    def __init__(
        self,
        leash: ParentPipe,
        method: Literal["fork", "spawn"],
        niceness: int = 0,
        *,
        has_memory: bool = False,
    ) -> None:
        context = multiprocessing.get_context(method)
        self._sender = Sender()
        with _laying:
            self._line, other = context.Pipe()
            ours = self._line if method == "fork" else None
            # The key goes down a pipe, so that no list of processes shows it (``store/signing.py``).
            args = (other, ours, leash.child_end(method), niceness, has_memory, cache_key())
            # No daemon, which could have no process beside it, as strangers' files want (``bounds.py``).
            self._process = context.Process(target=_serve, args=args, daemon=False)  # type: ignore[attr-defined]
            self._process.start()
            other.close()

    @property
    def pid(self) -> int | None:
        """Return the process ID."""
        number: int | None = self._process.pid
        return number

    def is_alive(self) -> bool:
        """Return whether the process can run jobs."""
        return bool(self._process.is_alive())

    def do(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job; return its result or raise its exception. Raise ``ChildLost``."""
        try:
            self._send((job, args, kwargs))
            while not self._line.poll(_LOOK):
                if not self.is_alive() and not self._line.poll():
                    raise EOFError
            good, answer = self._line.recv()
        except (EOFError, OSError):
            raise ChildLost("the worker process ended unexpectedly") from None
        if good:
            result: T = answer
            return result
        raise answer

    def _send(self, order: object) -> None:
        """Send an order; chapters of a book are sent once."""
        self._line.send_bytes(self._sender.pack(order))

    def dismiss(self) -> None:
        """Tell the process that no more jobs follow."""
        with suppress(OSError):
            self._send(None)

    def end(self, patience: float | None = None) -> None:
        """Wait until the process ends, or with ``patience`` end it, also in the middle of a job.

        The process has ``patience`` seconds to remove its temporary files.
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
    leash: ParentWatch,
    niceness: int,
    has_memory: bool,
    key: CacheKey,
) -> None:
    """Run jobs until the parent sends None. A forked process first closes its copy of the parent's end of the
    pipe.

    With ``has_memory``, it keeps results for later jobs and collects garbage while it is idle.
    """
    leash()
    inherit(key)
    gc.freeze()  # what it has from its parent is never looked through
    gc.disable()
    pauses = IdleCollector()
    receiver = Receiver(Memory(enabled=has_memory))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if parents is not None:
        parents.close()
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    with suppress(EOFError, OSError):
        while (order := receiver.unpack(line.recv_bytes())) is not None:
            collect_if_large()  # before a job: after the last one the parent may wait for this process to end
            job, args, kwargs = order
            try:
                answer = (True, job(*args, **kwargs))
            except Exception as error:
                answer = (False, make_picklable(error))
            try:
                line.send(answer)
            except (pickle.PicklingError, TypeError, AttributeError) as error:
                line.send((False, UnpicklableError(f"{type(error).__qualname__}: {error}")))
            if has_memory and not line.poll(_LULL):
                pauses.collect()


_PR_SET_PDEATHSIG = 1  # prctl(2)


class ParentPipe:
    """A pipe whose end in the parent is never written to: child processes end when it is closed."""

    def __init__(self, context: BaseContext) -> None:
        self._watched, self._held = context.Pipe(duplex=False)

    def child_end(self, method: Literal["fork", "spawn"]) -> ParentWatch:
        """Return the first call of a new process; a forked one also closes its copy of the parent's end."""
        return ParentWatch(self._watched, self._held if method == "fork" else None, os.getpid())

    def release(self) -> None:
        """End the processes that watch the pipe."""
        self._held.close()
        self._watched.close()


@dataclass(frozen=True, slots=True)
class ParentWatch:
    """The end of the pipe in a child process."""

    watched: Connection
    held: Connection | None
    parent: int

    def __call__(self) -> None:
        """End this process when the parent ends. Ignore Ctrl-C, which the parent handles."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.getLogger().addHandler(logging.NullHandler())  # what a library logs is no answer
        if self.held is not None:
            self.held.close()
        _kill_with_parent(self.parent)
        threading.Thread(target=self._watch, name="leash", daemon=True).start()

    def _watch(self) -> None:
        """Wait until the pipe is closed; data is never sent."""
        with suppress(OSError):
            self.watched.poll(None)
        os._exit(1)


def _kill_with_parent(parent: int) -> None:
    """Have Linux kill this process when the thread of the parent that started it ends."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended meanwhile
            os._exit(1)


class UnpicklableError(RuntimeError):
    """An exception that cannot be pickled; the text describes it."""


def make_picklable(error: Exception) -> Exception:
    """Return an exception, or its description if it holds an object that cannot be pickled, such as a log."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return UnpicklableError(f"{type(error).__qualname__}: {error}").with_traceback(error.__traceback__)
    return error


_MESSAGES = 8  # with such values, for which both ends hold them


@dataclass(slots=True)
class _SharedValues:
    """Values by the numbers that the sender gives them, each with the last message that contained it.

    Messages without such values are not counted.
    """

    message: int = 0
    values: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def end_message(self) -> None:
        """Drop values that none of the last messages contained."""
        if all(last < self.message for _, last in self.values.values()):
            self.message -= 1
        oldest = self.message - _MESSAGES
        self.values = {name: held for name, held in self.values.items() if held[1] > oldest}


class Sender:
    """Pickles messages. Values of classes with ``sent_once`` are included only in the first message with
    them.
    """

    def __init__(self) -> None:
        self._held = _SharedValues()

    def pack(self, message: Any) -> bytes:
        """Return a message as bytes. If pickling fails, the message counts as not sent."""
        held = _SharedValues(self._held.message + 1, dict(self._held.values))
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, pickle.HIGHEST_PROTOCOL)
        pickler.held = held
        pickler.dump(message)
        held.end_message()
        self._held = held
        return buffer.getvalue()


class Receiver:
    """Unpickles the messages of a ``Sender`` in order; a memory is replaced by that of this process."""

    def __init__(self, memory: Memory = NO_MEMORY) -> None:
        self._held, self._memory = _SharedValues(), memory

    def unpack(self, data: bytes) -> Any:
        """Return the next message."""
        held = self._held
        held.message += 1
        unpickler = _Unpickler(io.BytesIO(data))
        unpickler.held, unpickler.memory = held, self._memory
        message = unpickler.load()
        held.end_message()
        return message


class _Pickler(ForkingPickler):
    held: _SharedValues

    def persistent_id(self, value: Any) -> tuple[int, bytes | None] | int | None:
        """Return the number of a value that is sent once, or the build of a memory.

        The bytes of the value are included if they have not been sent.
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
    held: _SharedValues
    memory: Memory

    def persistent_load(self, told: tuple[int, bytes | None] | int) -> Any:
        """Return the value with a number, unpickled once, or the memory of this process."""
        if isinstance(told, int):
            self.memory.follow(told)
            return self.memory
        name, data = told
        value = self.held.values[name][0] if data is None else pickle.loads(data)
        self.held.values[name] = value, self.held.message
        return value
