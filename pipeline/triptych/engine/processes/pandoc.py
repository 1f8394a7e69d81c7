"""Pandoc, held to so much time and memory, and without a way to the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from triptych.engine.processes.installed_programs import pandoc
from triptych.engine.processes.limits import MEGABYTE, Bounds
from triptych.engine.processes.programs import ProgramExhausted, ProgramFailed, run

# Citeproc fetches the parent of a style, sandbox or not. None comes here that has one; should another way be
# found, nothing listens at the end of it.
_OFFLINE = {"http_proxy": "http://0.0.0.0:1", "https_proxy": "http://0.0.0.0:1"}


def run_pandoc(
    arguments: Sequence[str | Path], data: bytes, bounds: Bounds, scratch: str | None = None
) -> bytes:
    """What pandoc prints. Raises ``ProgramFailed``, and ``ProgramExhausted`` beyond the bounds.

    ``scratch`` is a folder for what it would leave in the system's temporary one if it is ended: its Lua
    makes a file there at every start.
    """
    memory = ["+RTS", f"-M{bounds.memory}", "-RTS"]  # the system's own bounds do not suit its way with memory
    environment = _OFFLINE if scratch is None else {**_OFFLINE, "TMPDIR": scratch}
    try:
        return run([pandoc(), *memory, *arguments], data, environment=environment, processor=bounds.seconds)
    except ProgramFailed as failure:
        if "Heap exhausted" in failure.stderr or "out of memory" in failure.stderr:
            message = f"exceeded its memory limit of {bounds.memory // MEGABYTE} MB"
            raise ProgramExhausted("pandoc", message, failure.stdout) from None
        raise
