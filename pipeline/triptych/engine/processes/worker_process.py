"""Run jobs in a worker process: start the process, send it jobs, and end it when its parent ends.

Each chapter of a book is sent to a process only once (``Sender``). When a book is sent again, only changed
chapters are included.
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

from triptych.engine.garbage_collection import IdleCollector, collect_garbage_if_needed
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.activity import record_activity
from triptych.engine.store.signing import SigningKey, get_signing_key, inherit_signing_key

P = ParamSpec("P")
T = TypeVar("T")

_IDLE_TIME = 0.2  # seconds without a job before garbage is collected
_POLL_INTERVAL = 1.0  # seconds between checks whether a process is alive, since its pipe may stay open

# Held while a pipe is created, so that a process forked at that moment does not inherit an end of it.
_pipe_lock = threading.Lock()


def _replace_pipe_lock() -> None:
    """Replace the lock in a forked process, where the copy might never be released."""
    global _pipe_lock
    _pipe_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_replace_pipe_lock)


class WorkerProcessLostError(Exception):
    """Raised if a worker process exits before it returns a result."""


class WorkerProcess:
    """A worker process that receives jobs through a pipe.

    On Linux, the process ends with the thread that started it. ``niceness`` lowers its priority (POSIX
    ``nice``). A process whose jobs enter a sandbox is not ``trusted``.
    """

    def __init__(
        self,
        parent_pipe: ParentPipe,
        method: Literal["fork", "spawn"],
        niceness: int = 0,
        *,
        has_memory: bool = False,
        trusted: bool = True,
    ) -> None:
        context = multiprocessing.get_context(method)
        self._load = pickle.loads if trusted else load_answer
        self._sender = Sender()
        with _pipe_lock:
            self._pipe, child_end = context.Pipe()
            inherited = self._pipe if method == "fork" else None
            # The signing key is sent through a pipe, since environments are visible in process lists.
            args = (
                child_end,
                inherited,
                parent_pipe.make_watch(method),
                niceness,
                has_memory,
                get_signing_key(),
            )
            # The process is not a daemon, since daemons cannot start processes with limits for untrusted
            # files (``limits.py``).
            self._process = context.Process(target=_run_jobs, args=args, daemon=False)  # type: ignore[attr-defined]
            self._process.start()
            child_end.close()

    @property
    def pid(self) -> int | None:
        """Return the process ID."""
        number: int | None = self._process.pid
        return number

    def is_alive(self) -> bool:
        """Return whether the process is running."""
        return bool(self._process.is_alive())

    def run_job(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job in the process; return its result or raise its exception.

        Raise ``WorkerProcessLostError`` if the process ends unexpectedly.
        """
        try:
            self._pipe.send_bytes(self._sender.pack((job, args, kwargs)))
            while not self._pipe.poll(_POLL_INTERVAL):
                if not self.is_alive() and not self._pipe.poll():
                    raise EOFError
            has_succeeded, answer = self._load(self._pipe.recv_bytes())
        except (EOFError, OSError, MalformedAnswerError):
            raise WorkerProcessLostError("the worker process ended unexpectedly") from None
        if has_succeeded:
            result: T = answer
            return result
        raise answer

    def dismiss(self) -> None:
        """Tell the process to end after its current job."""
        with suppress(OSError):
            self._pipe.send_bytes(self._sender.pack(None))

    def stop(self, timeout: float | None = None) -> None:
        """Wait until the process ends.

        With a ``timeout``, terminate the process, even in the middle of a job. It then has ``timeout``
        seconds to remove its temporary files.
        """
        if timeout is not None:
            if timeout:
                self._process.terminate()
                self._process.join(timeout)
            self._process.kill()
        self._process.join()
        self._pipe.close()


def _run_jobs(
    pipe: Connection,
    parent_end: Connection | None,
    parent_watch: ParentWatch,
    niceness: int,
    has_memory: bool,
    key: SigningKey,
) -> None:
    """Run jobs until the parent sends None.

    ``parent_end`` is a forked process's copy of the parent's end of the pipe; it is closed. If ``has_memory``
    is true, results are kept for later jobs, and garbage is collected between jobs.
    """
    parent_watch()
    inherit_signing_key(key)
    gc.freeze()  # exclude the parent's objects from collections
    gc.disable()
    collector = IdleCollector()
    receiver = Receiver(Memory(enabled=has_memory))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if parent_end is not None:
        parent_end.close()
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    with suppress(EOFError, OSError):
        while (order := receiver.unpack(pipe.recv_bytes())) is not None:
            collect_garbage_if_needed()  # only when idle, since the parent may wait for this process to end
            job, args, kwargs = order
            record_activity(getattr(job, "name", ""))
            try:
                answer = (True, job(*args, **kwargs))
            except Exception as error:
                answer = (False, make_picklable(error))
            try:
                pipe.send(answer)
            except (pickle.PicklingError, TypeError, AttributeError) as error:
                pipe.send((False, UnpicklableError(f"{type(error).__qualname__}: {error}")))
            if has_memory and not pipe.poll(_IDLE_TIME):
                collector.collect()


_PR_SET_PDEATHSIG = 1  # prctl(2)


class ParentPipe:
    """A pipe to which the parent never writes. Child processes exit when the parent's end is closed."""

    def __init__(self, context: BaseContext) -> None:
        self._child_end, self._parent_end = context.Pipe(duplex=False)

    def make_watch(self, method: Literal["fork", "spawn"]) -> ParentWatch:
        """Return the callable that a new process must call first.

        In a forked process, it also closes the copy of the parent's end of the pipe.
        """
        return ParentWatch(self._child_end, self._parent_end if method == "fork" else None, os.getpid())

    def close(self) -> None:
        """Close the pipe, which ends the processes watching it."""
        self._parent_end.close()
        self._child_end.close()


@dataclass(frozen=True, slots=True)
class ParentWatch:
    """The child's end of a ``ParentPipe`` and, in a forked process, a copy of the parent's end."""

    child_end: Connection
    parent_end: Connection | None
    parent_pid: int

    @property
    def descriptors(self) -> set[int]:
        """The file descriptors of both ends."""
        return {end.fileno() for end in (self.child_end, self.parent_end) if end is not None}

    def __call__(self) -> None:
        """End this process when the parent ends. Ignore Ctrl-C, which the parent handles."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        logging.getLogger().addHandler(logging.NullHandler())  # discard libraries' log messages
        if self.parent_end is not None:
            self.parent_end.close()
        _kill_with_parent(self.parent_pid)
        threading.Thread(target=self._watch, name="parent_pipe", daemon=True).start()

    def _watch(self) -> None:
        """Wait until the pipe is closed, then end this process. The pipe does not transmit data."""
        with suppress(OSError):
            self.child_end.poll(None)
        os._exit(1)


def _kill_with_parent(parent_pid: int) -> None:
    """Make Linux kill this process when the parent's thread that started it ends."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:  # the parent has already ended
            os._exit(1)


class UnpicklableError(RuntimeError):
    """Raised in place of an exception that cannot be pickled. The message describes that exception."""


def make_picklable(error: Exception, load: Callable[[bytes], object] = pickle.loads) -> Exception:
    """Return an exception, or an ``UnpicklableError`` with its message if ``load`` cannot unpickle it."""
    try:
        load(pickle_answer(error))
    except Exception:
        return UnpicklableError(f"{type(error).__qualname__}: {error}").with_traceback(error.__traceback__)
    return error


def pickle_answer(answer: object) -> bytes:
    """Pickle an answer without reducers registered by libraries, such as Dask's for exceptions."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    pickler.dispatch_table = {}
    pickler.dump(answer)
    return buffer.getvalue()


# Classes allowed in answers of processes in a sandbox, in addition to Python's exceptions.
_ANSWER_CLASSES = {
    "triptych.checks.pdf.conformance": ("ValidatorError", "Violation"),
    "triptych.engine.processes.limits": ("LimitExceededError",),
    "triptych.engine.processes.worker_process": ("UnpicklableError",),
    "triptych.media.diagrams": (
        "Diagram",
        "DiagramEngineError",
        "ExtraNotInstalledError",
        "InvalidDiagramError",
    ),
    "triptych.media.raster_images": ("PictureTooLargeError", "UnusablePictureError"),
}


class _AnswerUnpickler(pickle.Unpickler):
    """Unpickles only known classes, because unpickling other classes may run code."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class by its name. Raise ``UnpicklingError`` if it is not allowed."""
        if module == "builtins" or name in _ANSWER_CLASSES.get(module, ()):
            found_class = super().find_class(module, name)
            if isinstance(found_class, type) and (module != "builtins" or issubclass(found_class, Exception)):
                return found_class
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed in an answer")


def unpickle_allowed_classes(data: bytes) -> Any:
    """Unpickle objects of known classes only. Malformed data may raise any exception."""
    return _AnswerUnpickler(io.BytesIO(data)).load()


class MalformedAnswerError(Exception):
    """Raised if a process in a sandbox sends a malformed answer."""


def load_answer(data: bytes) -> Any:
    """Unpickle an answer of a process in a sandbox, which malicious input may control.

    The answer is a position as text, or whether the job succeeded with its result or exception. Raise
    ``MalformedAnswerError`` for anything else.
    """
    with suppress(Exception):
        match unpickle_allowed_classes(data):
            case str() | (True, _) | (False, Exception()) as answer:
                return answer
    raise MalformedAnswerError("the process crashed, or malicious input took it over")


_KEPT_MESSAGES = 8  # number of messages for which both ends keep a value after sending it


@dataclass(slots=True)
class _SharedValues:
    """Objects that are sent only once.

    ``values`` maps each object's number to the object and the number of the last message that contained it.
    Only messages with such objects are counted.
    """

    message_number: int = 0
    values: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def drop_unsent_values(self) -> None:
        """Drop values that recent messages did not contain."""
        if all(last < self.message_number for _, last in self.values.values()):
            self.message_number -= 1
        oldest = self.message_number - _KEPT_MESSAGES
        self.values = {name: entry for name, entry in self.values.items() if entry[1] > oldest}


class Sender:
    """Pickles messages. An object whose class has ``sent_once`` is only part of the first message with it."""

    def __init__(self) -> None:
        self._shared = _SharedValues()

    def pack(self, message: Any) -> bytes:
        """Pickle a message. If pickling fails, the message counts as not sent."""
        shared_values = _SharedValues(self._shared.message_number + 1, dict(self._shared.values))
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, pickle.HIGHEST_PROTOCOL)
        pickler.shared = shared_values
        pickler.dump(message)
        shared_values.drop_unsent_values()
        self._shared = shared_values
        return buffer.getvalue()


class Receiver:
    """Unpickles a ``Sender``'s messages in order. A ``Memory`` in a message becomes that of this process."""

    def __init__(self, memory: Memory = NO_MEMORY) -> None:
        self._shared, self._memory = _SharedValues(), memory

    def unpack(self, data: bytes) -> Any:
        """Unpickle the next message."""
        self._shared.message_number += 1
        unpickler = _Unpickler(io.BytesIO(data))
        unpickler.shared, unpickler.memory = self._shared, self._memory
        message = unpickler.load()
        self._shared.drop_unsent_values()
        return message


class _Pickler(ForkingPickler):
    shared: _SharedValues

    def persistent_id(self, value: Any) -> tuple[int, bytes | None] | int | None:
        """Return the number of an object that is sent once, or the build number of a ``Memory``.

        The pickled object follows its number the first time it is sent.
        """
        if isinstance(value, Memory):
            return value.build_number
        if not getattr(type(value), "sent_once", False):
            return None
        name, values = id(value), self.shared.values  # shared values are kept alive, so that ids stay unique
        data = None if name in values else bytes(ForkingPickler.dumps(value))
        values[name] = value, self.shared.message_number
        return name, data


class _Unpickler(pickle.Unpickler):
    shared: _SharedValues
    memory: Memory

    def persistent_load(self, reference: tuple[int, bytes | None] | int) -> Any:
        """Return the object with a number, which is unpickled once, or the ``Memory`` of this process."""
        if isinstance(reference, int):
            self.memory.begin_build_if_new(reference)
            return self.memory
        name, data = reference
        value = self.shared.values[name][0] if data is None else pickle.loads(data)
        self.shared.values[name] = value, self.shared.message_number
        return value
