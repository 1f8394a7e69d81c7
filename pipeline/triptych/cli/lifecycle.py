"""Define exit codes, handle stop signals, and prepare the process for a command.

After Ctrl-C or SIGTERM, the command removes its temporary files and prints a message.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triptych.diagnostics import Diagnostic

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
SYSTEM_CODES = ("ENV", "CAT006")
"""The prefixes of the codes of errors that are not mistakes in a source."""

_SIGNAL_BASE = 128  # plus the signal number, this is the exit code of a program ended by a signal


OWN_PROCESS = "own process"
"""The object of the root context if the command line has its own process, which may be forked."""


REPORTER = "triptych.reporter"
"""The key of the command's ``Reporter`` in the metadata of the context."""


class ExitCode(IntEnum):
    """The exit codes of all commands, except after a signal."""

    SUCCESS = 0
    SOURCE = 1
    """The source or an output has errors."""
    USAGE = 2
    """The command line is invalid (Click's exit code)."""
    ENVIRONMENT = 3
    """System error: the disk is full, memory, a permission, a program or a library is missing, or worker
    processes crashed."""


def choose_exit_code(findings: Iterable[Diagnostic], *, strict: bool) -> ExitCode:
    """Return the exit code for findings. Errors in the source take precedence over system errors."""
    from triptych.diagnostics import has_errors

    codes = {finding.code for finding in findings if has_errors([finding], strict=strict)}
    if not codes:
        return ExitCode.SUCCESS
    is_system_error = all(code.startswith(SYSTEM_CODES) for code in codes)
    return ExitCode.ENVIRONMENT if is_system_error else ExitCode.SOURCE


class StoppedBySignal(BaseException):
    """Raised on Ctrl-C or SIGTERM. The message is a sentence for users."""

    def __init__(self, number: int) -> None:
        cause = "Ctrl-C" if number == signal.SIGINT else "a request to terminate"
        super().__init__(f"Stopped by {cause}; no partial files were left.")
        self.exit_code = _SIGNAL_BASE + number


_received_signals: list[int] = []  # stop signals received by this process


def raise_if_stopped() -> None:
    """Raise ``StoppedBySignal`` again if a stop signal was received, in case it was lost.

    The signal handler may raise the exception between any two instructions. It is lost in the callback of a
    weak reference, and in a library that catches all exceptions.
    """
    if _received_signals:
        raise StoppedBySignal(_received_signals[0])


def clear_stop_signals() -> None:
    """Do not raise ``StoppedBySignal`` again, since another process prints the message."""
    _received_signals.clear()


@contextmanager
def handle_stop_signals() -> Iterator[None]:
    """Raise ``StoppedBySignal`` in the ``with`` block on Ctrl-C or SIGTERM.

    A second signal ends the process immediately.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _received_signals.clear()
    process, hook, has_ended = os.getpid(), sys.unraisablehook, False

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != process:  # a forked process that has not set its own handlers yet
            os._exit(_SIGNAL_BASE + number)
        for signal_number in _SIGNALS:
            signal.signal(signal_number, signal.SIG_DFL)
        if not has_ended:
            _received_signals.append(number)
            raise StoppedBySignal(number)

    def ignore_stopped(unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_type is not StoppedBySignal:
            hook(unraisable)

    sys.unraisablehook = ignore_stopped
    for number in _SIGNALS:
        signal.signal(number, stop)
    try:
        yield
    finally:
        has_ended = True
        sys.unraisablehook = hook
        raise_if_stopped()


def prepare_streams() -> None:
    """Make sure that any text can be printed and files can be opened, whatever was inherited.

    Closed standard streams are replaced, since files opened later would get their numbers. In locales other
    than UTF-8, the program restarts in Python's UTF-8 mode, so that file names do not depend on the locale.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number
    if sys.platform != "win32" and sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    sys.stdout, sys.stderr = (
        stream or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        for stream in (sys.stdout, sys.stderr)
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def find_broken_stream() -> OSError | None:
    """Write the rest of the output. On failure, discard it and return an error that names the stream."""
    broken_stream = None
    for stream, name in ((sys.stdout, "standard output"), (sys.stderr, "standard error")):
        try:
            stream.flush()
        except OSError as error:
            error.filename = name
            broken_stream = broken_stream or error
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return broken_stream


@contextmanager
def prepare_for_work() -> Iterator[None]:
    """Suppress log messages of libraries, and create the temporary folder of this run.

    ``triptych build`` calls this function only if a build is needed, since it takes longer than that check.
    """
    import logging

    from triptych.engine.temporary_files import use_temporary_folder

    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
    with use_temporary_folder():
        yield
