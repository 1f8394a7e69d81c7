"""What surrounds a command: its exit code, how it ends early, and what it needs where there is work to do.

Ctrl-C and a request to terminate are told in a sentence, when all is cleared away.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triptych.diagnostics import Diagnostic

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ENDED_BY = 128  # what shells say of a program that a signal has stopped: this and its number


class ExitCode(IntEnum):
    """The exit codes of all commands; a signal ends one with 128 and its number."""

    SUCCESS = 0
    SOURCE = 1
    """The source has errors, or a finished file has."""
    USAGE = 2
    """The command line is wrong; click's own code."""
    MISSING = 3
    """A program or library that is needed is not installed."""
    ENVIRONMENT = 4
    """The disk is full, a permission is missing, too many files are open, a process was ended."""


_MISSING = "ENV003"


def exit_code_for(found: Iterable[Diagnostic], *, strict: bool) -> ExitCode:
    """The exit code for findings: errors that the author can correct come before those of the machine."""
    from triptych.diagnostics import has_errors

    codes = {one.code for one in found if has_errors([one], strict=strict)}
    if not codes:
        return ExitCode.SUCCESS
    if not all(code.startswith("ENV") for code in codes):
        return ExitCode.SOURCE
    return ExitCode.MISSING if _MISSING in codes else ExitCode.ENVIRONMENT


class Stopped(BaseException):
    """A request to end, by Ctrl-C or SIGTERM; the text is a sentence for people."""

    def __init__(self, number: int) -> None:
        cause = "Ctrl-C" if number == signal.SIGINT else "a request to terminate"
        super().__init__(f"Stopped by {cause}; no partial files were left.")
        self.exit_code = _ENDED_BY + number


_asked: list[int] = []  # the signals that have come


def raise_if_stopped() -> None:
    """Raise ``Stopped`` once more where it has been, and nobody has seen it.

    Python raises it between any two instructions. In a callback of a weak reference, or in a library that
    takes each exception for its own, it is lost or becomes another one.
    """
    if _asked:
        raise Stopped(_asked[0])


@contextmanager
def handle_stop_signals() -> Iterator[None]:
    """Have Ctrl-C and TERM end what is done within by ``Stopped``.

    A second one ends the process as it is; one that comes when all is done has nothing to end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _asked.clear()
    process, hook, over = os.getpid(), sys.unraisablehook, False

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != process:  # one that was forked a moment ago
            os._exit(_ENDED_BY + number)
        _end_at_once_by_signals()
        if not over:
            _asked.append(number)
            raise Stopped(number)

    def told(lost: sys.UnraisableHookArgs) -> None:
        if lost.exc_type is not Stopped:
            hook(lost)

    sys.unraisablehook = told
    for number in _SIGNALS:
        signal.signal(number, stop)
    try:
        yield
    finally:
        over = True
        sys.unraisablehook = hook
        raise_if_stopped()


def _end_at_once_by_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def prepare_for_work() -> Iterator[None]:
    """Keep from people what libraries log, and have all temporary files made in a folder of this run.

    Where there is nothing to do, neither is needed, and both take longer than to find that out.
    """
    import logging

    from triptych.engine.temporary_files import use_temporary_folder

    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
    with use_temporary_folder():
        yield
