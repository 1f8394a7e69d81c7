"""How a command ends, as scripts and services tell by its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triptych.diagnostics import Diagnostic


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
